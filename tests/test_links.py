"""Links from an alert to its traces: what a responder opens once Prometheus has filled them in."""

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import burnrules
from burnrules import gotemplate
from burnrules.plan import links
from burnrules.plan.links import Group, Search
from burnrules.spec.sli import Spans
from burnrules.spec.telemetry import TelemetrySpec

GRAFANA = {"grafana": {"url": "https://grafana.example.com/g", "tempo": "uid"}}
JAEGER = {"jaeger": {"url": "https://jaeger.example.com"}}
TEMPO = {"tempo": {"url": "http://tempo:3200"}}
ENTRY = {"service": "checkout", "route": "/checkout"}
CLUSTER = Group("k8s.cluster.name", "k8s_cluster_name")


def telemetry(*parts: dict[str, Any]) -> TelemetrySpec:
    return TelemetrySpec.model_validate({key: one[key] for one in parts for key in one})


def search(entry: dict[str, Any], **more: Any) -> Search:
    return Search(Spans.model_validate(entry), **more)


def link(made: Search, where: dict[str, Any], *groups: Group) -> str:
    [(_, url)] = links.annotations(made, groups, telemetry(where))
    return url


def asked(url: str, parameter: str) -> str:
    [found] = parse_qs(urlsplit(url).query)[parameter]
    return found


def explored(url: str) -> str:
    """The TraceQL of a Grafana Explore link."""
    [pane] = json.loads(asked(url, "panes")).values()
    assert pane["queries"][0]["datasource"] == {"type": "tempo", "uid": "uid"}
    assert pane["queries"][0]["queryType"] == "traceql"
    query: str = pane["queries"][0]["query"]
    return query


def filled(folder: Path, annotation: str, labels: dict[str, str]) -> str:
    """An annotation as Prometheus expands it for an alert with these labels: promtool shows it."""
    matchers = ", ".join(f"{name}={json.dumps(value)}" for name, value in labels.items())
    rule = {"alert": "A", "expr": "m > 0", "annotations": {"link": annotation}}
    rules = {"groups": [{"name": "g", "rules": [rule]}]}
    test = {
        "interval": "1m",
        "input_series": [{"series": f"m{{{matchers}}}", "values": "1 1 1"}],
        "alert_rule_test": [{"alertname": "A", "eval_time": "1m", "exp_alerts": []}],
    }
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules, width=10_000))
    (folder / "test.yaml").write_text(yaml.safe_dump(tests, width=10_000))
    checked = ["promtool", "check", "rules", "rules.yaml"]
    subprocess.run(checked, cwd=folder, check=True, capture_output=True)
    judged = ["promtool", "test", "rules", "test.yaml"]
    told = subprocess.run(judged, cwd=folder, capture_output=True, text=True, check=False)
    found = re.search(r'link="(http[^"]*)"', told.stdout + told.stderr)
    assert found, told.stdout + told.stderr
    return found[1]


WHERE = 'resource.service.name = "a" && kind = server'
QUERIES = {
    "errors of a route, by the route or by the name of the span": (
        search(ENTRY, failed=True),
        ('resource.service.name = "checkout" && kind = server && (span.http.route = "/checkout"'
        ' || name =~ "([A-Z]+ )?/checkout") && status = error'),
    ),
    "spans slower than the threshold": (
        search({"service": "a", "spanName": "cart/Add"}, slower=Decimal("0.4")),
        f'{WHERE} && name = "cart/Add" && duration > 400ms',
    ),
    "slow spans that are no errors": (
        search({"service": "a"}, slower=Decimal(2), succeeded=True),
        f"{WHERE} && status != error && duration > 2s",
    ),
    "errors by status": (
        search({"service": "a", "errorWhen": {"httpStatus": ["5xx", "422"]}}, failed=True),
        (f"{WHERE} && ((span.http.response.status_code >= 500 && span.http.response.status_code"
        " < 600) || span.http.response.status_code = 422)"),
    ),
    "errors by gRPC status": (
        search({"service": "a", "errorWhen": {"grpcStatus": ["UNAVAILABLE"]}}, failed=True),
        (f"{WHERE} && (span.rpc.grpc.status_code = 14"
        ' || span.rpc.response.status_code = "UNAVAILABLE")'),
    ),
    "errors by an attribute": (
        search({"service": "a", "errorWhen": {"match": {"app.ok": "false"}}}, failed=True),
        f'{WHERE} && ((.app.ok = "false" || .app.ok = false))',
    ),
    "attributes, of whichever type": (
        search({"service": "a", "match": {"x.a": ["p", "5"], "x.b": {"exists": True}}}),
        f'{WHERE} && (.x.a = "p" || .x.a = "5" || .x.a = 5) && .x.b != nil',
    ),
    "patterns and exceptions": (
        search({"service": "a", "match": {"x.a": {"regex": "p.*"}, "x.b": {"not": "q"}}}),
        f'{WHERE} && .x.a =~ "p.*" && .x.b != "q"',
    ),
    "a label that is no attribute is left out": (
        search({"service": "a", "match": {"cluster": "eu"}}),
        WHERE,
    ),
    "spans without a mark": (
        search({"service": "a"}, without=Spans.model_validate(
            {"service": "a", "match": {"cache.hit": "true"}}
        ).match),
        f"{WHERE} && .cache.hit != true",
    ),
    "spans with an event": (
        search({"service": "a"}, event='broken "b"'),
        f'{WHERE} && event:name = "broken \\"b\\""',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "conditions"), QUERIES.values(), ids=QUERIES)
def test_a_link_asks_for_what_failed(made: Search, conditions: str) -> None:
    assert explored(link(made, GRAFANA)) == f"{{ {conditions} }}"
    assert asked(link(made, TEMPO), "q") == f"{{ {conditions} }}"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))).map("x{}".format))
def test_no_text_of_a_spec_escapes_its_place(text: str) -> None:
    made = search({"service": text, "spanName": text})
    for where in (GRAFANA, TEMPO, JAEGER):
        url = link(made, where)

        assert "{{" not in url
        assert re.fullmatch(r"[!-~]+", url)
    assert asked(link(made, JAEGER), "service") == text
    literal = re.search(r'name = ("(?:[^"\\]|\\.)*") && kind', explored(link(made, GRAFANA)))
    assert literal is not None
    assert json.loads(literal[1]) == text


NASTY = 'a"b\\c {{x}} é&+%#/=?'


@pytest.mark.parametrize("value", ["prod", NASTY], ids=["plain", "nasty"])
def test_prometheus_fills_in_the_groups_of_the_alert(value: str, tmp_path: Path) -> None:
    labels = {CLUSTER.label: value}
    made = search({"service": "a"})
    literal = json.dumps(value, ensure_ascii=False)

    grafana = filled(tmp_path, link(made, GRAFANA, CLUSTER), labels)
    tempo = filled(tmp_path, link(made, TEMPO, CLUSTER), labels)
    jaeger = filled(tmp_path, link(made, JAEGER, CLUSTER), labels)

    wanted = f"{{ {WHERE} && .k8s.cluster.name = {literal} }}"
    assert explored(grafana) == wanted
    assert asked(tempo, "q") == wanted
    assert json.loads(asked(jaeger, "tags")) == {"span.kind": "server", CLUSTER.attribute: value}


def test_an_alert_without_a_group_searches_all_of_them(tmp_path: Path) -> None:
    url = filled(tmp_path, link(search({"service": "a"}), GRAFANA, CLUSTER), {"other": "x"})

    assert explored(url) == f"{{ {WHERE} }}"


def test_a_status_is_a_number_in_traces(tmp_path: Path) -> None:
    group = Group("http.response.status_code", "http_response_status_code")
    url = filled(tmp_path, link(search({"service": "a"}), GRAFANA, group), {group.label: "503"})

    assert explored(url) == f"{{ {WHERE} && .http.response.status_code = 503 }}"


def test_jaeger_is_asked_by_service_operation_tags_and_duration() -> None:
    made = search(
        {"service": "a b", "spanName": "GET /x", "match": {"x.y": "z"}},
        failed=True,
        slower=Decimal("0.25"),
    )
    url = link(made, JAEGER)

    assert asked(url, "service") == "a b"
    assert asked(url, "operation") == "GET /x"
    assert asked(url, "minDuration") == "250ms"
    assert json.loads(asked(url, "tags")) == {"span.kind": "server", "error": "true", "x.y": "z"}


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ((), []),
        ((GRAFANA, JAEGER, TEMPO), ["jaeger_url", "trace_url"]),
        (({"grafana": {"url": "https://g"}},), []),
        (({"tempo": {"url": "http://t", "tenant": "x"}},), []),
    ],
    ids=["nowhere", "everywhere", "no data source", "a tenant is a header"],
)
def test_a_link_needs_a_place_to_go(where: tuple[dict[str, Any], ...], names: list[str]) -> None:
    made = links.annotations(search({"service": "a"}), (), telemetry(*where))

    assert [name for name, _ in made] == names


SPEC = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: shop, annotations: {runbook_url: 'https://r/shop'}}
spec:
  telemetry: demo
  entry: {service: checkout, route: /checkout}
  slos:
    - {name: errors, objective: 99, sli: {errors: {}}}
    - {name: slow, objective: 99, sli: {latency: {threshold: 400ms}}, groupBy: [k8s.cluster.name]}
    - {name: events, objective: 99, sli: {events: {errors: a_total, total: b_total}}}
    - {name: own, objective: 99, sli: {errors: {}}, annotations: {trace_url: 'https://mine'}}
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: demo}
spec:
  spanMetrics: {dialect: otel-connector, dimensions: [k8s.cluster.name]}
  grafana: {url: 'https://grafana.example.com/g', tempo: uid}
"""


@pytest.fixture
def alerts(tmp_path: Path) -> dict[str, dict[str, str]]:
    """The annotations of the burn alert of each SLO."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    made = burnrules.compile_tree(tmp_path)
    assert made.ok, made.found
    return {
        slo.name: dict(rule.annotations)
        for slo in made.plan.paths[0].slos
        for group in slo.rules
        for rule in group.rules
        if rule.alert == slo.alert_name
    }


def test_every_alert_on_spans_links_to_its_traces(alerts: dict[str, dict[str, str]]) -> None:
    assert "status = error" in explored(alerts["errors"]["trace_url"])
    assert "{{ with $labels.k8s_cluster_name }}" in alerts["slow"]["trace_url"]
    assert "duration%20%3E%20400ms" in alerts["slow"]["trace_url"]


def test_a_query_of_ones_own_links_nowhere(alerts: dict[str, dict[str, str]]) -> None:
    assert "trace_url" not in alerts["events"]
    assert alerts["events"]["runbook_url"] == "https://r/shop"


def test_a_link_of_ones_own_wins(alerts: dict[str, dict[str, str]]) -> None:
    assert alerts["own"]["trace_url"] == "https://mine"


def test_a_link_is_a_template_that_prometheus_takes(alerts: dict[str, dict[str, str]]) -> None:
    labels = frozenset({"k8s_cluster_name"})

    assert gotemplate.check(alerts["slow"]["trace_url"], labels) == ()
