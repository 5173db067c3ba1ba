"""Series on which each health alert fires and on which it rests, to be proved by promtool."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from burnrules.durations import of
from burnrules.ir import Example, Rule
from burnrules.plan.health import names
from burnrules.plan.health.processors import LIMITER
from burnrules.plan.health.watched import Watched
from burnrules.promql import build, samples
from burnrules.promql.strings import quoted

AT = of("90m")
MANY, FEW, NONE = "0+60000x120", "0+1x120", "0x120"  # a minute apart
Given = tuple[tuple[str, Mapping[str, str], str], ...]  # name, labels, values

_RECEIVER, _EXPORTER, _ENDPOINT = (
    {"receiver": "otlp"}, {"exporter": "otlp/traces"}, {"endpoint": "10.0.0.1:4317"},
)  # fmt: skip
SHARES: Mapping[str, tuple[names.Known, names.Known, Mapping[str, str]]] = {
    "CollectorRefusesSpans": (names.REFUSED, names.ACCEPTED, _RECEIVER),
    "CollectorExportFails": (names.SEND_FAILED, names.SENT, _EXPORTER),
    "CollectorQueueOverflows": (names.ENQUEUE_FAILED, names.SENT, _EXPORTER),
    "CollectorMetricsExportFails": (names.POINTS_FAILED, names.POINTS_SENT, _EXPORTER),
    "CollectorMemoryLimited": (
        names.LIMITER_REFUSED, names.LIMITER_ACCEPTED, {"processor": LIMITER},
    ),
    "TailSamplingDropsEarly": (names.DROPPED_EARLY, names.NEW_TRACES, {}),
}  # fmt: skip
_GENERATOR = "tempo_metrics_generator"
_SLACK = {"reason": "outside_metrics_ingestion_slack"}
_WHOLE: Mapping[str, tuple[str, str, Mapping[str, str]]] = {  # of a counter that counts all
    "TempoDiscardsSpans": (
        "tempo_discarded_spans_total", "tempo_distributor_spans_received_total", {},
    ),
    "TempoGeneratorDropsSpans": (
        f"{_GENERATOR}_spans_discarded_total", f"{_GENERATOR}_spans_received_total", _SLACK,
    ),
    "TempoServiceGraphDropsSpans": (
        f"{_GENERATOR}_processor_service_graphs_dropped_spans",
        f"{_GENERATOR}_spans_received_total",
        {},
    ),
}  # fmt: skip
_ROUTE = {"route": "api_search"}


@dataclass(frozen=True, slots=True)
class Scenes:
    """One watched process on a stage."""

    one: Watched

    @property
    def own(self) -> dict[str, str]:
        """Labels of its series: what the selector asks for, and what a scrape adds."""
        asked = {one.label: samples.satisfy([(one.op, one.value)]) for one in self.one.selector}
        return {"instance": "one", "job": "job", **{k: v for k, v in asked.items() if v}}

    def counter(self, known: names.Known) -> str:
        """The name of a counter in the declared release."""
        return names.of(self.one.release, known)[0]

    def of(self, alert: str) -> tuple[Given, Given]:
        """What makes an alert fire, and what it rests on."""
        if alert in SHARES:
            part, rest, labels = SHARES[alert]
            return self._pair(self.counter(part), self.counter(rest), labels, FEW)
        if alert in _WHOLE:
            part_name, whole, labels = _WHOLE[alert]
            return self._pair(part_name, whole, labels, MANY)
        found = {**self._presence(), **self._collector(), **self._tempo()}
        return found[alert]

    def _pair(
        self, part: str, rest: str, labels: Mapping[str, str], beside: str
    ) -> tuple[Given, Given]:
        its = {**labels, **self.own}
        return (
            ((part, its, MANY), (rest, its, beside)),
            ((part, its, NONE), (rest, its, MANY)),
        )

    def _presence(self) -> dict[str, tuple[Given, Given]]:
        word = self.one.kind.capitalize()
        other = {**self.own, "instance": "another"}
        down, up = (("up", self.own, "0x120"),), (("up", self.own, "1x120"),)
        return {
            f"{word}Down": (down, up),
            f"{word}InstanceDown": ((*down, ("up", other, "1x120")), down),
            f"{word}NeverSeen": ((), up),
        }

    def _collector(self) -> dict[str, tuple[Given, Given]]:
        accepted, calls = self.counter(names.ACCEPTED), self.one.names.calls
        queue = {**_EXPORTER, **self.own}
        backend = self.counter(names.BACKEND_OUTCOME)
        failed = {**_ENDPOINT, **self.own, "success": "false"}
        spent, rounds = (
            names.decision_time(self.one.release, part)[0] for part in ("sum", "count")
        )
        second = names.decision_second(self.one.release)
        slow, fast = (
            ((spent, self.own, f"0+{60 * each}x120"), (rounds, self.own, "0+60x120"))
            for each in (2 * second, second // 100)
        )
        arriving = (accepted, {**_RECEIVER, **self.own}, MANY)
        counted = {"service_name": "a"}
        size, capacity = names.QUEUE_SIZE, (names.QUEUE_CAPACITY, queue, "1000x120")
        return {
            "CollectorQueueNearlyFull": (
                ((size, queue, "900x120"), capacity),
                ((size, queue, "700x120"), capacity),
            ),
            "TailSamplingDecidesLate": (slow, fast),
            "CollectorBackendFails": (
                ((backend, failed, MANY),),
                ((backend, {**failed, "success": "true"}, MANY),),
            ),
            "SpanMetricsStale": (
                (arriving, (calls, counted, "5x120")),
                (arriving, (calls, counted, MANY)),
            ),
            "SpanMetricsOverflow": (
                ((calls, {self.one.overflow: "true"}, MANY), (calls, counted, FEW)),
                ((calls, counted, MANY),),
            ),
        }

    def _tempo(self) -> dict[str, tuple[Given, Given]]:
        query = {**_ROUTE, **self.own}
        count, fast = "tempo_request_duration_seconds_count", {**query, "le": "5"}
        bucket = "tempo_request_duration_seconds_bucket"
        limited = f"{_GENERATOR}_registry_series_limited_total"
        tenant = {"tenant": "shop", **self.own}
        return {
            "TempoQueriesSlow": (
                ((count, query, MANY), (bucket, fast, NONE)),
                ((count, query, MANY), (bucket, fast, MANY)),
            ),
            "TempoGeneratorLimited": (((limited, tenant, MANY),), ((limited, tenant, NONE),)),
        }


def examples(one: Watched, rules: tuple[Rule, ...]) -> Iterator[Example]:
    """Two for each alert."""
    scenes = Scenes(one)
    alone = any(matcher.label == "instance" for matcher in one.selector)
    for rule in rules:
        if alone and rule.alert.endswith("InstanceDown"):
            continue  # there is no other beside it
        fires, rests = scenes.of(rule.alert)
        yield Example(rule.alert, _shown(fires), AT, fires=True)
        yield Example(rule.alert, _shown(rests), AT, fires=False)


def _shown(given: Given) -> tuple[tuple[str, str], ...]:
    return tuple((_series(name, labels), values) for name, labels, values in given)


def _series(name: str, labels: Mapping[str, str]) -> str:
    inside = ", ".join(f"{build.label(key)}={quoted(text)}" for key, text in labels.items())
    if name.replace(":", "_").isidentifier():
        return f"{name}{{{inside}}}"
    return f"{{{quoted(name)}, {inside}}}"
