"""Leading signals: what they record, when they alert, and what is refused; judged by promtool."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import burnrules
from burnrules import pipeline

PATH = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout}}
spec:
  telemetry: demo
  entry: {{service: checkout, route: /checkout}}
  slos: [{{name: up, objective: 99, sli: {{boolGauge: {{metric: up}}}}}}]
  indicators:
    - {indicator}
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {{name: demo}}
spec:
  spanMetrics:
    dialect: {dialect}
    dimensions:
      [http.request.resend_count, faas.coldstart, cache.hit, db.system.name, k8s.cluster.name]
  prometheus: {{retention: 15d}}
"""
CALLS, SUM = "traces_span_metrics_calls_total", "traces_span_metrics_duration_milliseconds_sum"
BUCKET = "traces_span_metrics_duration_milliseconds_bucket"
ENTRY = 'service_name="checkout", span_name="POST /checkout", span_kind="SPAN_KIND_SERVER"'
CLIENT = 'service_name="checkout", span_name="GET", span_kind="SPAN_KIND_CLIENT"'
Series = dict[str, str]


def compiled(folder: Path, indicator: str, dialect: str = "otel-connector") -> pipeline.Compilation:
    (folder / "spec.yaml").write_text(PATH.format(indicator=indicator, dialect=dialect))
    return burnrules.compile_tree(folder)


def rules(made: pipeline.Compilation, group: str) -> list[dict[str, Any]]:
    """One group of the rule file, without the prose of its alerts."""
    [rule_file] = [one for one in made.artifacts if one.kind == "prometheus-rules"]
    document = yaml.safe_load(burnrules.artifact_text(rule_file))
    [found] = [one for one in document["groups"] if one["name"] == group]
    return [{key: rule[key] for key in rule if key != "annotations"} for rule in found["rules"]]


def promtool(folder: Path, group: list[dict[str, Any]], test: dict[str, Any]) -> None:
    """Judge a group of rules by one unit test of promtool."""
    document = {"groups": [{"name": "judged", "interval": "1m", "rules": group}]}
    (folder / "rules.yaml").write_text(yaml.safe_dump(document))
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    (folder / "test.yaml").write_text(yaml.safe_dump(tests, width=10_000))
    for command in (["check", "rules", "rules.yaml"], ["test", "rules", "test.yaml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def queried(expression: str, at: str, samples: dict[str, float]) -> dict[str, Any]:
    wanted = [{"labels": labels, "value": value} for labels, value in samples.items()]
    return {"expr": expression, "eval_time": at, "exp_samples": wanted}


def firing(name: str, at: str, labels: dict[str, str] | None) -> dict[str, Any]:
    wanted = [] if labels is None else [{"exp_labels": labels}]
    return {"alertname": name, "eval_time": at, "exp_alerts": wanted}


def values(**rates: int) -> Series:
    """Counters of the entry (`entry`) and of client spans (`client`), per minute."""
    names = {"entry": f"{CALLS}{{{ENTRY}}}", "client": f"{CALLS}{{{CLIENT}}}"}
    return {names[name]: f"0+{rate}x60" for name, rate in rates.items()}


@dataclass(frozen=True)
class Case:
    """An indicator, series, the value at the end of an hour, and whether the alert fires then."""

    indicator: str
    series: Series
    value: float | None
    alert: str = ""


def durations(service: str, name: str, kind: str, milliseconds: int) -> Series:
    labels = f'service_name="{service}", span_name="{name}", span_kind="SPAN_KIND_{kind}"'
    return {f"{SUM}{{{labels}}}": f"0+{milliseconds}x60"}


def buckets(**bounds: int) -> Series:
    spelt = {"inf": "+Inf"}
    return {
        f'{BUCKET}{{{ENTRY}, le="{spelt.get(bound, bound.removeprefix("le"))}"}}': f"0+{count}x60"
        for bound, count in bounds.items()
    }


WAIT = "wait: {service: broker, spanKind: internal, spanName: orders wait}"
SERVE = "spans: {service: accounting, spanKind: consumer}"
CACHE = "spans: {service: cart, spanKind: client, match: {db.system.name: redis}}"
READS = 'service_name="cart", span_kind="SPAN_KIND_CLIENT", db_system_name="redis"'
CASES = {
    "a quantile is read in seconds whatever the unit of the histogram": Case(
        "{name: x, latency: {quantile: 0.99, max: 1s}}",
        buckets(le1000=95, le2000=100, inf=100),
        1.8,
        "CheckoutXHigh",
    ),
    "a quantile at its limit is no alert": Case(
        "{name: x, latency: {quantile: 0.95, max: 1s}}",
        buckets(le1000=95, le2000=100, inf=100),
        1,
    ),
    "without traffic there is no quantile": Case(
        "{name: x, latency: {quantile: 0.99, max: 1s}}", buckets(le1000=0, inf=0), None
    ),
    "an application's own histogram": Case(
        "{name: x, latency: {quantile: 0.5, histogram: 'job_seconds{job=\"a\"}', max: 1s}}",
        {
            'job_seconds_bucket{job="a", le="1"}': "0+0x60",
            'job_seconds_bucket{job="a", le="2"}': "0+60x60",
            'job_seconds_bucket{job="a", le="+Inf"}': "0+60x60",
        },
        1.5,
        "CheckoutXHigh",
    ),
    "downstream spans per request": Case(
        "{name: x, fanOut: {max: 2}}", values(entry=60, client=180), 3, "CheckoutXHigh"
    ),
    "a service that calls nothing has a fan-out of 0": Case(
        "{name: x, fanOut: {max: 2}}", values(entry=60), 0
    ),
    "without requests there is no fan-out": Case(
        "{name: x, fanOut: {max: 2}}", values(entry=0, client=60), None
    ),
    "requests of the service graph per request": Case(
        "{name: x, fanOut: {source: serviceGraph, max: 2}}",
        values(entry=60)
        | {'traces_service_graph_request_total{client="checkout", server="a"}': "0+120x60"}
        | {'traces_service_graph_request_total{client="checkout", server="b"}': "0+60x60"}
        | {'traces_service_graph_request_total{client="a", server="b"}': "0+600x60"},
        3,
        "CheckoutXHigh",
    ),
    "the share of requests that were sent again": Case(
        "{name: x, retries: {max: 5%}}",
        values(client=90) | {f'{CALLS}{{{CLIENT}, http_request_resend_count="1"}}': "0+10x60"},
        0.1,
        "CheckoutXHigh",
    ),
    "before the first retry the share is 0": Case(
        "{name: x, retries: {max: 5%}}", values(client=90), 0
    ),
    "a mark of one's own": Case(
        "{name: x, retries: {match: {k8s.cluster.name: [a, b]}, max: 5%}}",
        values(client=90) | {f'{CALLS}{{{CLIENT}, k8s_cluster_name="b"}}': "0+10x60"},
        0.1,
        "CheckoutXHigh",
    ),
    "span events by spans": Case(
        "{name: x, circuitBreaker: {event: opened, max: 1%}}",
        values(client=100)
        | {f'traces_span_metrics_events_total{{{CLIENT}, event_name="opened"}}': "0+2x60"}
        | {f'traces_span_metrics_events_total{{{CLIENT}, event_name="other"}}': "0+50x60"},
        0.02,
        "CheckoutXHigh",
    ),
    "the share of cold starts": Case(
        "{name: x, coldStarts: {max: 2%}}",
        values(entry=95) | {f'{CALLS}{{{ENTRY}, faas_coldstart="true"}}': "0+5x60"},
        0.05,
        "CheckoutXHigh",
    ),
    "a cache that misses": Case(
        f"{{name: x, cacheHits: {{{CACHE}, min: 80%}}}}",
        {
            f'{CALLS}{{{READS}, cache_hit="true"}}': "0+70x60",
            f'{CALLS}{{{READS}, cache_hit="false"}}': "0+30x60",
        },
        0.7,
        "CheckoutXLow",
    ),
    "a cache that never hit": Case(
        f"{{name: x, cacheHits: {{{CACHE}, min: 80%}}}}",
        {f'{CALLS}{{{READS}, cache_hit="false"}}': "0+30x60"},
        0,
        "CheckoutXLow",
    ),
    "the share of time in the queue": Case(
        f"{{name: x, queueWait: {{{WAIT}, {SERVE}, max: 50%}}}}",
        durations("broker", "orders wait", "INTERNAL", 300)
        | durations("accounting", "orders", "CONSUMER", 100),
        0.75,
        "CheckoutXHigh",
    ),
    "a queue in which nothing waits": Case(
        f"{{name: x, queueWait: {{{WAIT}, {SERVE}, max: 50%}}}}",
        durations("accounting", "orders", "CONSUMER", 100),
        0,
    ),
    "the share of time waiting for a connection": Case(
        f"{{name: x, connectionWait: {{{WAIT}, max: 10%}}}}",
        durations("broker", "orders wait", "INTERNAL", 300)
        | durations("checkout", "GET /checkout", "SERVER", 1200),
        0.25,
        "CheckoutXHigh",
    ),
    "any number, of several series the largest": Case(
        "{name: x, query: {query: 'lag{topic=~\"a.*\"}', max: 100}}",
        {'lag{topic="a"}': "0x60", 'lag{topic="ab"}': "150x60", 'lag{topic="b"}': "900x60"},
        150,
        "CheckoutXHigh",
    ),
    "any number, of several series the smallest": Case(
        "{name: x, query: {query: 'left - 0', min: 100}}",
        {'left{disk="a"}': "500x60", 'left{disk="b"}': "50x60"},
        50,
        "CheckoutXLow",
    ),
    "no number is no value": Case(
        "{name: x, query: {query: 'lag / lag', max: 100}}", {"lag": "0x60"}, None
    ),
    "no limit, no alert": Case("{name: x, fanOut: {}}", values(entry=60, client=180), 3),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_signal_is_recorded_and_alerts_beyond_its_limit(case: Case, tmp_path: Path) -> None:
    made = compiled(tmp_path, case.indicator)
    assert made.ok, made.found
    recorded = '{slo_path="checkout", indicator="x"}'
    group = rules(made, "checkout-x")
    fires = {"slo_path": "checkout", "indicator": "x", "severity": "ticket"}
    expected = [
        firing(rule["alert"], "1h", fires if rule["alert"] == case.alert else None)
        for rule in group
        if "alert" in rule
    ]
    waits = [firing(case.alert, "10m", None)] if case.alert else []

    promtool(
        tmp_path,
        group,
        {
            "interval": "1m",
            "input_series": [
                {"series": name, "values": text} for name, text in case.series.items()
            ],
            "promql_expr_test": [
                queried(
                    "round(slo:indicator:value, 0.0001)",
                    "1h",
                    {} if case.value is None else {recorded: case.value},
                )
            ],
            "alert_rule_test": [*waits, *expected],
        },
    )
    assert {one["alertname"] for one in waits} <= {one["alertname"] for one in expected}


GROWING = "{name: x, fanOut: {growth: {limit: 50%, over: 1d}}, for: 5m}"
DAY = {f"{CALLS}{{{ENTRY}}}": "0+60x1560"}


@pytest.mark.parametrize(
    ("client", "at", "fires"),
    [
        ("0+120x1440 172980+180x120", "24h40m", "silent"),
        ("0+120x1440 172986+186x120", "24h40m", "fires"),
        ("0+120x1440 172986+186x120", "24h4m", "silent"),
        ("0+0x1440 186+186x120", "24h40m", "silent"),
        ("_x1440 0+186x120", "24h40m", "silent"),
        ("_x35 0+120x1405 168786+186x120", "24h40m", "fires"),
        ("_x59 0+120x1380 165786+186x120", "24h40m", "silent"),
    ],
    ids=[
        "half as much again is not more than half",
        "more than half as much again",
        "for less than it must last",
        "a past of nothing: growth without end",
        "a past of requests without spans beneath them",
        "a past that began half an hour after",
        "a past of ten minutes",
    ],
)
def test_growth_is_told_by_the_same_hour_before(
    client: str, at: str, fires: str, tmp_path: Path
) -> None:
    group = rules(compiled(tmp_path, GROWING), "checkout-x")
    series = DAY | {f"{CALLS}{{{CLIENT}}}": client}
    if client.startswith("_"):  # no requests at all before
        start = client.split(maxsplit=1)[0]
        series[f"{CALLS}{{{ENTRY}}}"] = f"{start} 0+60x1560"
    labels = {"slo_path": "checkout", "indicator": "x", "severity": "ticket"}

    promtool(
        tmp_path,
        group,
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": text} for name, text in series.items()],
            "alert_rule_test": [
                firing("CheckoutXGrowing", at, labels if fires == "fires" else None)
            ],
        },
    )


def test_a_path_has_rate_errors_and_latency_of_each_route(tmp_path: Path) -> None:
    made = compiled(tmp_path, "{name: x, coldStarts: {}}")
    other = ENTRY.replace("POST", "GET")
    series = buckets(le1000=95, le2000=100, inf=100) | {
        f'{CALLS}{{{ENTRY}, status_code="STATUS_CODE_UNSET"}}': "0+90x60",
        f'{CALLS}{{{ENTRY}, status_code="STATUS_CODE_ERROR"}}': "0+30x60",
        f'{CALLS}{{{other}, status_code="STATUS_CODE_UNSET"}}': "0+60x60",
    }
    post = '{slo_path="checkout", span_name="POST /checkout"}'
    get = '{slo_path="checkout", span_name="GET /checkout"}'
    expected = {
        "slo:path_requests:rate5m": {post: 2, get: 1},
        "slo:path_errors:rate5m": {post: 0.5, get: 0},
        "slo:path_errors:ratio_rate5m": {post: 0.25, get: 0},
        "slo:path_latency_seconds:p99_rate5m": {post: 1.8},
        "slo:path_latency_seconds:p95_rate5m": {post: 1},
    }

    promtool(
        tmp_path,
        rules(made, "checkout:entry"),
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": text} for name, text in series.items()],
            "promql_expr_test": [
                queried(f"round({name}, 0.0001)", "1h", samples)
                for name, samples in expected.items()
            ],
        },
    )


def test_groups_are_told_apart(tmp_path: Path) -> None:
    indicator = "{name: x, groupBy: [k8s.cluster.name], coldStarts: {max: 2%}}"
    cold = f'{CALLS}{{{ENTRY}, k8s_cluster_name="%s", faas_coldstart="true"}}'
    warm = f'{CALLS}{{{ENTRY}, k8s_cluster_name="%s"}}'
    series = {cold % "a": "0+5x60", warm % "a": "0+45x60", warm % "b": "0+60x60"}
    labels = {"slo_path": "checkout", "indicator": "x", "severity": "ticket"}
    value = '{slo_path="checkout", indicator="x", k8s_cluster_name="%s"}'

    promtool(
        tmp_path,
        rules(compiled(tmp_path, indicator), "checkout-x"),
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": text} for name, text in series.items()],
            "promql_expr_test": [
                queried(
                    "round(slo:indicator:value, 0.0001)", "1h", {value % "a": 0.1, value % "b": 0}
                )
            ],
            "alert_rule_test": [firing("CheckoutXHigh", "1h", labels | {"k8s_cluster_name": "a"})],
        },
    )


REFUSED = {
    "no kind": ("{name: x}", "needs exactly one of latency, fanOut"),
    "two kinds": ("{name: x, fanOut: {}, coldStarts: {}}", "has fanOut and coldStarts"),
    "a name that an SLO has": ("{name: up, fanOut: {}}", "indicator `up` of path `checkout`"),
    "a quantile in percent": ("{name: x, latency: {quantile: 99}}", "99 is outside 0 to 1"),
    "a limit without its unit": ("{name: x, latency: {quantile: 0.9, max: 2}}", "needs a unit"),
    "a share without its sign": ("{name: x, retries: {max: 0.05}}", "with its sign"),
    "a share that none exceeds": ("{name: x, coldStarts: {max: 100%}}", "no share can exceed"),
    "a breaker nobody knows": ("{name: x, circuitBreaker: {max: 1%}}", "one of match, event"),
    "a match of nothing": ("{name: x, retries: {match: {}}}", "empty match"),
    "match and event": (
        "{name: x, retries: {event: a, match: {k8s.cluster.name: b}}}",
        "has match and event",
    ),
    "a maximum of hits": (f"{{name: x, cacheHits: {{{CACHE}, max: 80%}}}}", "unknown field `max`"),
    "growth within the hour": (
        "{name: x, fanOut: {growth: {limit: 50%, over: 30m}}}",
        "compare a value with itself",
    ),
    "growth by nothing": ("{name: x, fanOut: {growth: {limit: 0%}}}", "limit of 0 %"),
    "limits swapped": ("{name: x, query: {query: a, min: 3, max: 2}}", "not below its max"),
    "a query that is none": ("{name: x, query: {query: 'sum(', max: 2}}", "`query`"),
    "spans of a service graph": (
        "{name: x, fanOut: {source: serviceGraph, spans: {service: a}}}",
        "a service graph knows none",
    ),
    "groups of a service graph": (
        "{name: x, groupBy: [k8s.cluster.name], fanOut: {source: serviceGraph}}",
        "no label `k8s_cluster_name`",
    ),
    "a window of too few samples": (
        "{name: x, rateWindow: 2m, coldStarts: {}}",
        "rateWindow 2m is below 4 x 1m",
    ),
    "a limit in the last bucket": (
        "{name: x, latency: {quantile: 0.9, max: 15s}}",
        "at most 15s, the last bucket",
    ),
    "a group that is ours": (
        "{name: x, groupBy: [indicator], coldStarts: {}}",
        "cannot group by `indicator`",
    ),
    "a label that is a group": (
        "{name: x, groupBy: [k8s.cluster.name], labels: {k8s_cluster_name: a}, coldStarts: {}}",
        "is a static label",
    ),
    "a histogram by its series": (
        "{name: x, latency: {quantile: 0.9, histogram: a_seconds_bucket}}",
        "ends in _bucket",
    ),
    "a histogram without a name": (
        "{name: x, latency: {quantile: 0.9, unit: s, histogram: '{job=\"a\"}'}}",
        "names no metric",
    ),
    "a histogram of one bucket": (
        "{name: x, latency: {quantile: 0.9, histogram: 'a_seconds{le=~\"1.*\"}'}}",
        "selects buckets by `le`",
    ),
    "a severity that depends": (
        "{name: x, severity: '{{ $labels.a }}', coldStarts: {}}",
        "is no severity",
    ),
    "a label that is ours": (
        "{name: x, labels: {indicator: y}, coldStarts: {}}",
        "names the indicator on its alerts",
    ),
    "a template that has an end": (
        "{name: x, coldStarts: {}, annotations: {a: '{{ $labels.indicator'}}",
        "annotation `a`",
    ),
}


@pytest.mark.parametrize(("indicator", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused(indicator: str, said: str, tmp_path: Path) -> None:
    made = compiled(tmp_path, indicator)

    errors = [one for one in made.found if one.severity is burnrules.Severity.ERROR]
    assert [one for one in errors if said in one.message], made.found
    assert len(errors) == 1, errors


DOUBTED = {
    "growth beyond the retention": (
        "{name: x, fanOut: {growth: {limit: 50%, over: 28d}}}",
        "compares with 28d ago, and Prometheus keeps 15d",
    ),
    "a severity of nobody's": (
        "{name: x, coldStarts: {max: 2%}, severity: sms}",
        "policy `default` has no severity `sms`",
    ),
    "a limit between two bounds": (
        "{name: x, latency: {quantile: 0.9, max: 3s}}",
        "between 2s and 5s",
    ),
    "a mark that nobody exports": (
        "{name: x, retries: {match: {my.retry: true}}}",
        "label `my_retry` is not exported",
    ),
    "a group of the request alone": (
        "{name: x, groupBy: [http.route], fanOut: {}}",
        "client spans and server spans do not share",
    ),
}


@pytest.mark.parametrize(("indicator", "said"), DOUBTED.values(), ids=DOUBTED)
def test_what_may_not_be_meant_is_said(indicator: str, said: str, tmp_path: Path) -> None:
    made = compiled(tmp_path, indicator)

    assert made.ok, made.found
    assert [one for one in made.found if said in one.message], made.found


LACKING = {
    "istio": ("{name: x, retries: {}}", "istio has no client spans"),
    "service-graph": ("{name: x, fanOut: {}}", "service-graph does not tell client spans"),
    "tempo": ("{name: x, retries: {event: again}}", "tempo counts no span events"),
}


@pytest.mark.parametrize("dialect", LACKING)
def test_what_a_producer_lacks_is_refused(dialect: str, tmp_path: Path) -> None:
    indicator, said = LACKING[dialect]
    text = PATH.format(indicator=indicator, dialect=dialect).replace(", route: /checkout", "")
    (tmp_path / "spec.yaml").write_text(text)

    made = burnrules.compile_tree(tmp_path)

    assert not made.ok
    assert [one for one in made.found if said in one.message], made.found


def test_a_plan_tells_what_was_assumed(tmp_path: Path) -> None:
    made = compiled(tmp_path, "{name: x, retries: {growth: {limit: 50%}}}")

    [plan] = made.plan.paths[0].indicators
    assert (plan.id, plan.kind, plan.unit) == ("checkout/x", "retries", "ratio")
    assert {one.subject for one in plan.assumptions} == {"spans", "a retry", "growth"}


def test_without_a_policy_signals_are_recorded_only(tmp_path: Path) -> None:
    text = PATH.format(indicator="{name: x, coldStarts: {max: 2%}}", dialect="otel-connector")
    alerting = "  alerting: {policy: none}\n  slos:"
    (tmp_path / "spec.yaml").write_text(text.replace("  slos:", alerting))

    made = burnrules.compile_tree(tmp_path)

    assert [rule.get("record") for rule in rules(made, "checkout-x")] == ["slo:indicator:value"]


GATEWAY = Path(__file__).parent / "diagnostics" / "BR281" / "span-events-not-counted"
EVENTS = "events: {enabled: true, dimensions: [{name: %s}]}\n    exemplars:"


def with_events(folder: Path, dimension: str) -> pipeline.Compilation:
    """The case of a connector that counts no events, told to count them."""
    gateway = (GATEWAY / "gateway.yaml").read_text()
    (folder / "gateway.yaml").write_text(gateway.replace("exemplars:", EVENTS % dimension))
    (folder / "spec.yaml").write_text((GATEWAY / "spec.yaml").read_text())
    return burnrules.compile_tree(folder)


def test_span_events_are_read_from_the_connector_that_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = with_events(tmp_path, "event.name")

    assert made.ok, made.found
    [record, _] = rules(made, "checkout-breaker")
    assert "traces_span_metrics_events_total{" in record["expr"]
    assert 'event_name="circuit_breaker.open"' in record["expr"]


def test_span_events_without_their_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = with_events(tmp_path, "exception.type")

    said = "span_metrics counts span events without their name"
    assert [one.message for one in made.found if one.code == "BR281"] == [said]


def test_a_budget_says_how_long_it_lasts_at_the_burn_of_the_hour(tmp_path: Path) -> None:
    made = compiled(tmp_path, "{name: x, coldStarts: {}}")
    group = [one for one in rules(made, "checkout-up-budget") if "exhaustion" in str(one)]
    own = '{slo_path="checkout", slo_name="up"}'
    remaining, ratio = (
        f"slo:period_error_budget_remaining:ratio{own}",
        f"slo:sli_error:ratio_rate1h{own}",
    )
    left = {"0.5": 30 * 86_400 / 2 / 20, "-0.2": 0}  # an error ratio of 20 % burns 20 times

    for share, seconds in left.items():
        folder = tmp_path / share
        folder.mkdir()
        series = {remaining: f"{share}x60", ratio: "0.2x30 0x30"}
        promtool(
            folder,
            group,
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": text} for name, text in series.items()],
                "promql_expr_test": [
                    queried("round(slo:budget_exhaustion:seconds)", "20m", {own: seconds}),
                    queried("slo:budget_exhaustion:seconds", "50m", {}),
                ],
            },
        )


def test_an_organisation_has_its_own_words(tmp_path: Path) -> None:
    indicator = "{name: lag, query: {query: 'lag', unit: '{{ spans', max: 10}, description: Late.}"
    text = PATH.format(indicator=indicator, dialect="otel-connector")
    policy = """---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: default}
spec:
  tiers: []
  texts: {indicator: {summary: '[[ indicator ]] over [[ limit ]]'}}
"""
    (tmp_path / "spec.yaml").write_text(text + policy)

    made = burnrules.compile_tree(tmp_path)

    [plan] = made.plan.paths[0].indicators
    said = dict(plan.rules.rules[1].annotations)
    assert said["summary"] == 'lag over 10 {{ "{{" }} spans'
    assert said["description"].endswith("Late.")
    assert "{{ $value | humanize }}" in said["description"]
