"""The rules of an indicator: its recording, and an alert for each of its limits."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from burnrules import durations, gotemplate, naming
from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.ir import Assumption, Expr, Labels, Limit, Query, Rule
from burnrules.plan.alerts import in_reading_order, percentage
from burnrules.plan.bounds import spelled
from burnrules.plan.indicators.context import RATIO, SECONDS, Context
from burnrules.plan.recordings import HOUR
from burnrules.plan.texts import Prose
from burnrules.promql import build

WORDS = {"max": "High", "min": "Low", "growth": "Growing"}
LEAST = durations.of("15m")  # of the past hour; the mean of less is as random as one value


class Watch(NamedTuple):
    """What the rules of one indicator are made from."""

    context: Context
    unit: str
    limits: tuple[Limit, ...]
    severity: str
    labels: Labels
    annotations: Labels
    links: Labels
    prose: Prose
    values: Mapping[str, Any]  # of the texts

    @property
    def identity(self) -> Labels:
        """The labels that name every series and alert of the indicator."""
        one, path = self.context.one, self.context.owner.path.metadata.name
        return ((naming.INDICATOR_LABEL, one.name), (naming.PATH_LABEL, path))

    @property
    def series(self) -> str:
        """The recorded value; both names are DNS labels, which need no escape."""
        inside = ", ".join(f'{name}="{value}"' for name, value in reversed(self.identity))
        return f"{naming.INDICATOR}{{{inside}}}"


def record(watch: Watch, value: Query) -> Rule:
    """The value of every group."""
    context = watch.context
    text = value.at(context.one.rate_window)
    return Rule(naming.INDICATOR, "", Expr(text, context.at.value), watch.identity)


def alert(watch: Watch, limit: Limit) -> Rule:
    """The alert of one limit."""
    context = watch.context
    said = {
        **watch.values,
        "limit": gotemplate.escape(spelled_limit(limit, watch.unit)),
        "wrong": gotemplate.escape(limit.beyond),
    }
    annotations = {
        "summary": watch.prose.render("indicator", "summary", said),
        "description": watch.prose.render("indicator", "description", said),
        **dict(watch.links),
        **dict(watch.annotations),
    }
    labels = {**dict(watch.labels), **dict(watch.identity), "severity": watch.severity}
    path, word = context.owner.path.metadata.name, WORDS[limit.kind]
    return Rule(
        "",
        naming.indicator_alert(path, context.one.name, word),
        Expr(_condition(watch, limit), context.at.value),
        tuple(sorted(labels.items())),
        context.one.for_,
        None,
        in_reading_order(annotations),
    )


def _condition(watch: Watch, limit: Limit) -> str:
    if limit.over is None:
        return f"{watch.series} {'<' if limit.kind == 'min' else '>'} {plain(limit.value)}"
    around = limit.over - Duration(HOUR.milliseconds // 2)
    past = build.over(watch.series, HOUR, offset=around)
    mean = build.bracket(f"{build.call('avg_over_time', past)} > 0")
    every = watch.context.owner.server.rule_interval
    least = max(1, LEAST.milliseconds // every.milliseconds)
    known = f"{build.call('count_over_time', past)} >= {least}"
    return build.all_of(f"{watch.series} > {plain(1 + limit.value)} * {mean}", known)


def spelled_limit(limit: Limit, unit: str) -> str:
    """A limit as people write it: `2s`, `5%`, `10000 orders`."""
    if limit.kind == "growth" or unit == RATIO:
        return percentage(limit.value)
    if unit == SECONDS:
        return spelled(limit.value)
    return f"{plain(limit.value)} {unit}".strip()


def beyond(limit: Limit, unit: str) -> str:
    """What a value beyond its limit is, in words."""
    if limit.over is not None:
        return f"more than {percentage(limit.value)} above its mean of {limit.over} ago"
    return f"{'below' if limit.kind == 'min' else 'above'} {spelled_limit(limit, unit)}"


def value_text(unit: str) -> str:
    """How Prometheus writes the value of an alert."""
    forms = {SECONDS: "{{ $value | humanizeDuration }}", RATIO: "{{ $value | humanizePercentage }}"}
    return forms.get(unit, "{{ $value | humanize }}")


def assumptions(limits: tuple[Limit, ...]) -> Iterator[Assumption]:
    """What growth is silent about."""
    for one in limits:
        if one.over is not None:
            yield Assumption(
                "growth",
                f"against the hour around {one.over} ago",
                "silent where there is no past, or where it was 0: any value is infinite growth",
            )
