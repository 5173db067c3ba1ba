"""Health of Collector and Tempo: each alert fires and stays silent, under every release's names."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import burnrules
from burnrules import emit, yamltext
from burnrules.ir import PathPlan, Plan
from burnrules.plan.health import names

RELEASES = ("0.95.0", "0.108.0", "0.118.0", "0.130.0", "0.150.0", "0.158.0", None)
EXPECTED = Path(__file__).parent / "health"
SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout}}
spec:
  telemetry: demo
  entry: {{service: checkout, route: /checkout}}
  slos: [{{name: availability, objective: 99.9, sli: {{errors: {{}}}}}}]
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {{name: demo, labels: {{team: observability}}}}
spec:
  collector: {{{version}selector: {{job: otelcol}}}}
  tempo: {{selector: {{job: tempo}}}}
{more}
"""
HEALTHY, LOSING = "0+600x120", "0+60x120"  # ten a second, and one in ten of them
LIMITER = {"processor": "memory_limiter"}


@pytest.fixture
def compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., burnrules.Compilation]:
    """Specs to files, in a folder of their own."""
    monkeypatch.chdir(tmp_path)

    def compile_spec(version: str | None = None, more: str = "") -> burnrules.Compilation:
        declared = f"version: {version}, " if version else ""
        Path("slo.yaml").write_text(SPEC.format(version=declared, more=more))
        return burnrules.compile_tree(Path(), kinds=("prometheus-rules",))

    return compile_spec


def rules_of(made: burnrules.Compilation) -> dict[str, Any]:
    assert made.ok, made.found
    one = next(one for one in made.artifacts if one.path.endswith("telemetry-demo.yaml"))
    read: dict[str, Any] = yaml.load(burnrules.artifact_text(one), yaml.CSafeLoader)
    return read


def alerts_of(made: burnrules.Compilation) -> dict[str, dict[str, Any]]:
    groups = rules_of(made)["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


@dataclass(frozen=True)
class Era:
    """How the fleet of a release names counters: the form, and what was renamed since."""

    form: Callable[[str, str], str]
    limiter: str = "otelcol_processor_"
    milliseconds: bool = True
    instance: str = "a:8888"


def plain(name: str, unit: str) -> str:
    return name


def total(name: str, unit: str) -> str:
    return f"{name}_total"


def doubled(name: str, unit: str) -> str:
    return f"{name}__{unit}__total"


OLD = Era(plain, milliseconds=False)
NEW = Era(plain, limiter="otelcol_processor_memory_limiter_")
SUFFIXED = Era(total)
FLEETS: dict[str, tuple[str | None, tuple[Era, ...]]] = {
    "0.95": ("0.95.0", (OLD,)),
    "0.108": ("0.108.0", (OLD,)),
    "0.118": ("0.118.0", (OLD,)),
    "0.130 default reader": ("0.130.0", (Era(plain),)),
    "0.130 own reader": ("0.130.0", (Era(doubled),)),
    "0.131 own reader": ("0.131.0", (SUFFIXED,)),
    "0.150 own reader": ("0.150.0", (SUFFIXED,)),
    "0.158": ("0.158.0", (NEW,)),
    "0.158 by OTLP push": ("0.158.0", (Era(total, limiter=NEW.limiter),)),
    "undeclared": (None, (NEW,)),
    "0.150 to 0.158, by then declared": (
        "0.158.0", (SUFFIXED, Era(plain, limiter=NEW.limiter, instance="b:8888")),
    ),
    "0.150 to 0.158, not yet declared": (
        "0.150.0", (SUFFIXED, Era(plain, limiter=NEW.limiter, instance="b:8888")),
    ),
    "one instance with both names": ("0.158.0", (SUFFIXED, Era(plain, limiter=NEW.limiter))),
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Series that make an alert fire; counters are named as the fleet names them."""

    counters: tuple[tuple[str, str, dict[str, str], str], ...] = ()  # name, unit, labels, values
    others: tuple[tuple[str, dict[str, str], str], ...] = ()
    fires: tuple[dict[str, str], ...] = ({},)


QUEUE = {"exporter": "otlp/slow"}
RECEIVER, EXPORTER = {"receiver": "otlp", "transport": "grpc"}, {"exporter": "otlp/tempo"}
A = {"instance": "a:8888", "job": "otelcol"}
COLLECTOR: dict[str, Scene] = {
    "CollectorRefusesSpans": Scene(
        (
            ("otelcol_receiver_accepted_spans", "spans", RECEIVER, HEALTHY),
            ("otelcol_receiver_refused_spans", "spans", RECEIVER, LOSING),
        ),
        fires=({"job": "otelcol", "receiver": "otlp"},),
    ),
    "CollectorExportFails": Scene(
        (
            ("otelcol_exporter_sent_spans", "spans", EXPORTER, HEALTHY),
            ("otelcol_exporter_send_failed_spans", "spans", EXPORTER, LOSING),
        ),
        fires=({"job": "otelcol", "exporter": "otlp/tempo"},),
    ),
    "CollectorQueueOverflows": Scene(
        (
            ("otelcol_exporter_sent_spans", "spans", QUEUE, HEALTHY),
            ("otelcol_exporter_enqueue_failed_spans", "spans", QUEUE, LOSING),
        ),
        fires=({"job": "otelcol", "exporter": "otlp/slow"},),
    ),
    "CollectorMetricsExportFails": Scene(
        (
            ("otelcol_exporter_sent_metric_points", "datapoints", EXPORTER, HEALTHY),
            ("otelcol_exporter_send_failed_metric_points", "datapoints", EXPORTER, LOSING),
        ),
        fires=({"job": "otelcol", "exporter": "otlp/tempo"},),
    ),
    "CollectorQueueNearlyFull": Scene(
        others=(
            ("otelcol_exporter_queue_size", {**A, **EXPORTER, "data_type": "traces"}, "900x120"),
            ("otelcol_exporter_queue_capacity", {**A, **EXPORTER}, "1000x120"),
        ),
        fires=({**A, "exporter": "otlp/tempo"},),
    ),
    "CollectorMemoryLimited": Scene(
        (
            ("{limiter}accepted_spans", "spans", LIMITER, HEALTHY),
            ("{limiter}refused_spans", "spans", LIMITER, LOSING),
        ),
        fires=(A,),
    ),
    "TailSamplingDropsEarly": Scene(
        (
            (names.NEW_TRACES[1], "traces", {}, HEALTHY),
            (names.DROPPED_EARLY[1], "traces", {}, LOSING),
        ),  # type: ignore[arg-type]
        fires=(A,),
    ),
    "CollectorBackendFails": Scene(
        (
            ("otelcol_loadbalancer_backend_outcome", "outcomes",
             {"endpoint": "10.0.0.1:4317", "success": "true"}, HEALTHY),
            ("otelcol_loadbalancer_backend_outcome", "outcomes",
             {"endpoint": "10.0.0.1:4317", "success": "false"}, LOSING),
        ),
        fires=({"endpoint": "10.0.0.1:4317", "job": "otelcol"},),
    ),
    "SpanMetricsStale": Scene(
        (("otelcol_receiver_accepted_spans", "spans", RECEIVER, HEALTHY),),
        (("traces_span_metrics_calls_total", {"service_name": "a"}, "5x120"),),
    ),
}  # fmt: skip
QUIET: dict[str, Scene] = {
    name: Scene(
        tuple(
            (counter, unit, labels, "0x120" if values == LOSING else values)
            for counter, unit, labels, values in scene.counters
        ),
        tuple(
            (series, labels, {"900x120": "700x120", "5x120": "0+60x120"}.get(values, values))
            for series, labels, values in scene.others
        ),
        (),
    )
    for name, scene in COLLECTOR.items()
}
TEMPO_JOB = {"job": "tempo", "instance": "t:3200"}
API = {**TEMPO_JOB, "route": "api_search"}
ALONE: dict[str, tuple[str, Scene]] = {
    "every Collector down": ("CollectorDown", Scene(
        others=(("up", A, "0x120"),), fires=({"job": "otelcol"},)
    )),
    "one Collector down": ("CollectorInstanceDown", Scene(
        others=(("up", A, "0x120"), ("up", {**A, "instance": "b:8888"}, "1x120")), fires=(A,)
    )),
    "one down is not all down": ("CollectorDown", Scene(
        others=(("up", A, "0x120"), ("up", {**A, "instance": "b:8888"}, "1x120")), fires=()
    )),
    "no Collector by this selector": ("CollectorNeverSeen", Scene(
        others=(("up", {"job": "other"}, "1x120"),), fires=({"job": "otelcol"},)
    )),
    "a Collector that is scraped": ("CollectorNeverSeen", Scene(
        others=(("up", A, "1x120"),), fires=()
    )),
    "a Collector that pushes": ("CollectorNeverSeen", Scene(
        others=(("otelcol_process_uptime_seconds_total", {"job": "otelcol"}, "0+60x120"),),
        fires=(),
    )),
    "no series of calls while spans arrive": ("SpanMetricsStale", Scene(
        others=(("otelcol_receiver_accepted_spans", {**A, **RECEIVER}, HEALTHY),)
    )),
    "overflow": ("SpanMetricsOverflow", Scene(others=(
        ("traces_span_metrics_calls_total", {"service_name": "a"}, HEALTHY),
        ("traces_span_metrics_calls_total", {"otel_metric_overflow": "true"}, LOSING),
    ))),
    "no overflow": ("SpanMetricsOverflow", Scene(
        others=(("traces_span_metrics_calls_total", {"service_name": "a"}, HEALTHY),), fires=()
    )),
    "decisions of two seconds": ("TailSamplingDecidesLate", Scene(others=(
        (f"{names.DECISION}_sum", A, "0+120000x120"), (f"{names.DECISION}_count", A, "0+60x120"),
    ), fires=(A,))),
    "decisions of two seconds, with the unit": ("TailSamplingDecidesLate", Scene(others=(
        (f"{names.DECISION}_milliseconds_sum", A, "0+120000x120"),
        (f"{names.DECISION}_milliseconds_count", A, "0+60x120"),
    ), fires=(A,))),
    "decisions of ten milliseconds": ("TailSamplingDecidesLate", Scene(others=(
        (f"{names.DECISION}_sum", A, "0+600x120"), (f"{names.DECISION}_count", A, "0+60x120"),
    ), fires=())),
    "discarded by Tempo": ("TempoDiscardsSpans", Scene(others=(
        ("tempo_distributor_spans_received_total", TEMPO_JOB, HEALTHY),
        ("tempo_discarded_spans_total", {**TEMPO_JOB, "reason": "rate_limited"}, LOSING),
    ))),
    "slow queries": ("TempoQueriesSlow", Scene(others=(
        ("tempo_request_duration_seconds_count", API, HEALTHY),
        ("tempo_request_duration_seconds_bucket", {**API, "le": "5.0"}, "0+480x120"),
    ), fires=({"job": "tempo"},))),
    "fast queries": ("TempoQueriesSlow", Scene(others=(
        ("tempo_request_duration_seconds_count", API, HEALTHY),
        ("tempo_request_duration_seconds_bucket", {**API, "le": "5"}, HEALTHY),
    ), fires=())),
    "spans too old for the generator": ("TempoGeneratorDropsSpans", Scene(others=(
        ("tempo_metrics_generator_spans_received_total", TEMPO_JOB, HEALTHY),
        ("tempo_metrics_generator_spans_discarded_total",
         {**TEMPO_JOB, "reason": "outside_metrics_ingestion_slack"}, LOSING),
    ), fires=({"job": "tempo"},))),
    "spans filtered on purpose": ("TempoGeneratorDropsSpans", Scene(others=(
        ("tempo_metrics_generator_spans_received_total", TEMPO_JOB, HEALTHY),
        ("tempo_metrics_generator_spans_discarded_total",
         {**TEMPO_JOB, "reason": "span_metrics_filtered"}, LOSING),
    ), fires=())),
    "series limited": ("TempoGeneratorLimited", Scene(others=(
        ("tempo_metrics_generator_registry_series_limited_total",
         {**TEMPO_JOB, "tenant": "shop"}, LOSING),
    ), fires=({"job": "tempo", "tenant": "shop"},))),
    "service graph full": ("TempoServiceGraphDropsSpans", Scene(others=(
        ("tempo_metrics_generator_spans_received_total", TEMPO_JOB, HEALTHY),
        ("tempo_metrics_generator_processor_service_graphs_dropped_spans", TEMPO_JOB, LOSING),
    ), fires=({"job": "tempo"},))),
    "Tempo down": ("TempoDown", Scene(
        others=(("up", TEMPO_JOB, "0x120"),), fires=({"job": "tempo"},)
    )),
    "one Tempo down": ("TempoInstanceDown", Scene(
        others=(("up", TEMPO_JOB, "0x120"), ("up", {**TEMPO_JOB, "instance": "u"}, "1x120")),
        fires=(TEMPO_JOB,),
    )),
    "no Tempo by this selector": ("TempoNeverSeen", Scene(
        others=(("up", {"job": "other"}, "1x120"),), fires=({"job": "tempo"},)
    )),
}  # fmt: skip


@pytest.mark.parametrize("version", RELEASES, ids=str)
def test_the_names_of_each_release_are_these(
    version: str | None, compiled: Callable[..., Any], golden: Callable[[Path, str], None]
) -> None:
    written = yamltext.dump(rules_of(compiled(version)))

    used = sorted(set(re.findall(r"\botelcol_\w+", written)))

    golden(EXPECTED / f"{version or 'undeclared'}.txt", "".join(f"{name}\n" for name in used))


@pytest.mark.parametrize(("version", "eras"), FLEETS.values(), ids=FLEETS)
def test_every_collector_alert_fires_and_rests_in_this_fleet(
    version: str | None, eras: tuple[Era, ...], compiled: Callable[..., Any], tmp_path: Path
) -> None:
    made = compiled(version)

    _promtool(tmp_path, made, [_joined(made, scenes, eras) for scenes in (COLLECTOR, QUIET)])


def test_every_alert_fires_and_rests_by_itself(
    compiled: Callable[..., Any], tmp_path: Path
) -> None:
    made = compiled("0.158.0")
    rules = alerts_of(made)
    tests = [_test(rules, name, scene, (NEW,), title) for title, (name, scene) in ALONE.items()]
    fires = {name for name, scene in ALONE.values() if scene.fires} | set(COLLECTOR)

    _promtool(tmp_path, made, tests)

    burns = {name for name in alerts_of(made) if name.startswith(("TelemetryDemo", "SLO"))}
    assert fires == set(alerts_of(made)) - burns


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        ("selector: {job: otelcol}", "version: 0.95.0, selector: {job: otelcol}"),
        ("selector: {job: otelcol}", "version: 0.158.0, selector: {job: otelcol}, objective: 1"),
        ("selector: {job: otelcol}", "selector: {job: otelcol}, objective: 99.999"),
        ("job: otelcol", "instance: 'a:1', exporter: otlp"),
        ("job: otelcol", "job: {regex: 'otel.*'}, namespace: {not: test}, x: {exists: false}"),
        ("job: tempo", 'job: ["tempo/\\"a\\"", "tempo/b"]'),
        ("  tempo:", "  spanMetrics: {dialect: tempo}\n  tempo:"),
    ],
    ids=[
        "0.95", "objective-1", "objective-99.999", "one-instance", "matchers",
        "quotes", "no-connector",
    ],
)  # fmt: skip
def test_the_generated_proofs_of_health_hold(
    change: tuple[str, str], compiled: Callable[..., Any], tmp_path: Path
) -> None:
    compiled()
    text = Path("slo.yaml").read_text()
    assert change[0] in text
    Path("slo.yaml").write_text(text.replace(*change))
    made = burnrules.compile_tree(Path(), kinds=())
    assert made.ok, made.found
    for one in emit.artifacts(_alerts_alone(made), ("prometheus-rules", "promtool-tests")):
        (tmp_path / one.path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / one.path).write_text(yamltext.text(one))

    said = subprocess.run(
        ["promtool", "test", "rules", "promtool-tests/telemetry-demo.health.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stdout + said.stderr


def test_decisions_of_old_releases_are_read_in_microseconds(
    compiled: Callable[..., Any], tmp_path: Path
) -> None:
    made = compiled("0.118.0")
    series = (
        (f"{names.DECISION}_sum", A, "0+6000000x120"),  # a tenth of a second each
        (f"{names.DECISION}_count", A, "0+60x120"),
    )

    _promtool(
        tmp_path,
        made,
        [_test(alerts_of(made), "TailSamplingDecidesLate", Scene((), series, ()), ())],
    )


@pytest.mark.parametrize(
    "eras",
    [(OLD,), (SUFFIXED,), (NEW, Era(total, instance="b"))],
    ids=["plain", "suffixed", "mixed"],
)
def test_lost_spans_burn_the_budget_of_the_pipeline(
    eras: tuple[Era, ...], compiled: Callable[..., Any], tmp_path: Path
) -> None:
    """Ten a second arrive, one is refused, one given up on: 2 of 11 are lost."""
    made = compiled("0.150.0")
    counters = (
        ("otelcol_receiver_accepted_spans", "spans", RECEIVER, HEALTHY),
        ("otelcol_receiver_refused_spans", "spans", RECEIVER, LOSING),
        ("otelcol_exporter_send_failed_spans", "spans", EXPORTER, LOSING),
    )
    ratio = 'slo:sli_error:ratio_rate1h{slo_path="telemetry-demo", slo_name="collector"}'
    shown = {
        "expr": f"{ratio} > 0.1818 < 0.1819",
        "eval_time": "90m",
        "exp_samples": [{"labels": ratio, "value": 2 / 11}],
    }
    test = {**_test(alerts_of(made), "", Scene(counters), eras), "promql_expr_test": [shown]}
    del test["alert_rule_test"]

    _promtool(tmp_path, made, [test], whole=True)


def test_the_pipeline_has_an_slo_with_the_tiers_of_the_policy(
    compiled: Callable[..., Any],
) -> None:
    made = compiled("0.158.0", "  health: {labels: {area: traces}}")

    (health,) = made.plan.health
    burns = [one for one in health.slos if one.name == "collector"]

    assert health.name == "telemetry-demo"
    assert [one.id for one in health.slos] == ["telemetry-demo/collector", "telemetry-demo/tempo"]
    assert [tier.severity for tier in burns[0].tiers] == ["page", "page", "ticket", "ticket"]
    assert str(burns[0].objective) == "99.9"
    assert dict(burns[0].tiers[0].labels) == {"area": "traces", "team": "observability"}


def test_an_objective_moves_every_limit(compiled: Callable[..., Any]) -> None:
    made = compiled(None, "").plan.health
    assert "> 0.006" in str(made[0].groups[0])
    spec = (
        Path("slo.yaml")
        .read_text()
        .replace("selector: {job: otelcol}", "selector: {job: otelcol}, objective: 99")
    )
    Path("slo.yaml").write_text(spec)

    moved = burnrules.compile_tree(Path(), kinds=()).plan.health[0]

    assert str(moved.slos[0].objective) == "99"
    assert "> 0.06" in str(moved.groups[0])
    assert "> 0.006\n" not in str(moved.groups[0])


def test_nobody_is_watched_without_a_selector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = SPEC.format(version="", more="").replace("selector: {job: otelcol}", "version: 0.158.0")
    Path("slo.yaml").write_text(text.replace("  tempo: {selector: {job: tempo}}\n", ""))

    assert burnrules.compile_tree(Path(), kinds=()).plan.health == ()


def test_a_policy_without_alerts_records_only(compiled: Callable[..., Any]) -> None:
    made = compiled("0.158.0", "  health: {alerting: {policy: none}}")

    assert not alerts_of(made)
    assert any("slo:sli_total:rate5m" in str(group) for group in rules_of(made)["groups"])


POLICY = """\
  health: {alerting: {policy: own}}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: own}
spec:
  tiers: [{severity: critical, budget: 2%, long: 1h}, {severity: info, budget: 10%, long: 1d}]
  texts: {health: {summary: "[[ indicator ]] of [[ path ]]", description: "see [[ severity ]]"}}
  annotations: {dashboard_url: https://grafana.example.com/d/otel}
"""


def test_severities_and_words_are_those_of_the_policy(compiled: Callable[..., Any]) -> None:
    alerts = alerts_of(compiled("0.158.0", POLICY))

    down, refused = alerts["CollectorDown"], alerts["CollectorRefusesSpans"]

    assert down["labels"]["severity"] == "critical"
    assert refused["labels"]["severity"] == "info"
    assert refused["annotations"] == {
        "summary": "CollectorRefusesSpans of telemetry-demo",
        "description": "see info",
        "dashboard_url": "https://grafana.example.com/d/otel",
    }


@pytest.mark.parametrize("version", RELEASES, ids=str)
def test_no_rule_stands_on_labels_that_0_149_removed(
    version: str | None, compiled: Callable[..., Any]
) -> None:
    groups = rules_of(compiled(version))["groups"]
    written = "\n".join(rule["expr"] for group in groups for rule in group["rules"])

    assert not re.search(r"service_instance_id|service_version|by \([^)]*service_name", written)


TAKEN = """\
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: telemetry-demo}
spec: {entry: {service: a}, slos: [{name: a, objective: 99, sli: {errors: {}}}]}
"""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("  health: {labels: {instance: x}}", "BR214"),
        ("  health: {alerting: {policy: nobody}}", "BR302"),
        (
            TAKEN,
            "BR301",
        ),
    ],
    ids=["label-of-a-series", "no-such-policy", "path-of-the-same-name"],
)
def test_what_would_break_the_rules_is_said(
    more: str, code: str, compiled: Callable[..., Any]
) -> None:
    assert code in {one.code for one in compiled("0.158.0", more).found}


def test_every_alert_says_what_to_do(compiled: Callable[..., Any]) -> None:
    for name, alert in alerts_of(compiled("0.158.0")).items():
        summary, description = (alert["annotations"][key] for key in ("summary", "description"))
        assert len(summary) <= 100, name
        assert len(description) > 100, name
        assert alert["labels"]["slo_path"] == "telemetry-demo"
        assert alert["labels"]["team"] == "observability"


def test_only_the_connectors_own_metrics_are_watched(compiled: Callable[..., Any]) -> None:
    made = compiled("0.158.0", "  spanMetrics: {dialect: tempo}")

    assert not {"SpanMetricsStale", "SpanMetricsOverflow"} & alerts_of(made).keys()


def _alerts_alone(made: burnrules.Compilation) -> Plan:
    """The health of a plan without its SLOs, whose proofs take longer and have their own tests."""
    (one,) = made.plan.health
    alone = PathPlan(
        one.name, one.source, one.kubernetes,
        slos=(), groups=one.groups, examples=one.examples,
    )  # fmt: skip
    return Plan(paths=(), health=(alone,))


def _series(eras: tuple[Era, ...], scene: Scene) -> Iterator[dict[str, str]]:
    for era in eras:
        own = {"job": "otelcol", "instance": era.instance}
        for name, unit, labels, values in scene.counters:
            shown = era.form(name.replace("{limiter}", era.limiter), unit)
            yield {"series": _named(shown, {**own, **labels}), "values": values}
    for name, labels, values in scene.others:
        yield {"series": _named(name, labels), "values": values}


def _named(name: str, labels: dict[str, str]) -> str:
    inside = ", ".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inside}}}"


def _test(
    rules: Mapping[str, Any], alert: str, scene: Scene, eras: tuple[Era, ...], title: str = ""
) -> dict[str, Any]:
    """One promtool test: the scene, and whether the alert fires after an hour and a half."""
    rule = rules.get(alert, {"labels": {}, "annotations": {}})
    instances = {era.instance for era in eras} if scene.counters else {A["instance"]}
    fires = [
        {**one, **({"instance": instance} if "instance" in one else {})}
        for one in scene.fires
        for instance in (
            sorted(instances) if one == A and scene.counters else [one.get("instance")]
        )
    ]
    wanted = [{"exp_labels": {**one, **rule["labels"]}} for one in fires]
    return {
        "name": title or f"{alert} {'fires' if scene.fires else 'rests'}",
        "interval": "1m",
        "input_series": list(_series(eras, scene)),
        "alert_rule_test": [{"eval_time": "90m", "alertname": alert, "exp_alerts": wanted}],
    }


def _joined(
    made: burnrules.Compilation, scenes: dict[str, Scene], eras: tuple[Era, ...]
) -> dict[str, Any]:
    """One promtool test for several alerts, whose series keep apart."""
    rules = alerts_of(made)
    tests = [_test(rules, name, scene, eras) for name, scene in scenes.items()]
    series = {one["series"]: one for test in tests for one in test["input_series"]}
    return {
        "interval": "1m",
        "input_series": list(series.values()),
        "alert_rule_test": [one for test in tests for one in test["alert_rule_test"]],
    }


def _promtool(
    folder: Path, made: burnrules.Compilation, tests: list[dict[str, Any]], *, whole: bool = False
) -> None:
    rules = rules_of(made)
    if not whole:
        rules["groups"] = [group for group in rules["groups"] if ":" in group["name"]]
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule.pop("annotations", None)  # their values are not what is tested here
    (folder / "rules.yaml").write_text(json.dumps(rules))
    document = {"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": tests}
    (folder / "tests.yaml").write_text(json.dumps(document))

    said = subprocess.run(
        ["promtool", "test", "rules", "tests.yaml"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stdout + said.stderr
