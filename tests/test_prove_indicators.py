"""The proofs of indicators: they hold for the rules that are made, and for no others."""

import subprocess
from pathlib import Path

import pytest
import yaml

import burnrules
from burnrules import pipeline

SPEC = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: shop, labels: {team: a, where: '{{ $labels.k8s_cluster_name }}'}}
spec:
  telemetry: demo
  entry: {service: front, route: /pay}
  slos: [{name: up, objective: 99, sli: {boolGauge: {metric: up}}}]
  indicators:
    - {name: p99, latency: {quantile: 0.99, max: 2s}, groupBy: [k8s.cluster.name]}
    - {name: own, latency: {quantile: 0.5, histogram: 'job_seconds{job="a"}', max: 1s}}
    - {name: fan-out, fanOut: {max: 20, growth: {limit: 50%, over: 7d}}}
    - {name: daily, fanOut: {growth: {limit: 37%}}, for: 1h}
    - {name: hourly, fanOut: {growth: {limit: 37%, over: 1h}}}
    - {name: graph, fanOut: {source: serviceGraph, max: 20}}
    - {name: again, retries: {max: 5%}}
    - {name: none-again, retries: {match: {http.request.resend_count: {exists: false}}, max: 5%}}
    - {name: breaker, circuitBreaker: {event: opened, max: 1%}, rateWindow: 4m}
    - {name: cold, coldStarts: {max: 0%}, for: 1m}
    - {name: cache, cacheHits: {spans: {service: cart, spanKind: client}, min: 80%}}
    - name: queue
      queueWait:
        wait: {service: broker, spanKind: internal}
        spans: {service: worker, spanKind: consumer}
        max: 50%
    - {name: pool, connectionWait: {wait: {service: cart, spanKind: internal}, max: 10%}}
    - {name: lag, query: {query: max(lag), max: 10, min: -3}}
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: demo}
spec:
  spanMetrics:
    dialect: otel-connector
    dimensions: [http.request.resend_count, faas.coldstart, cache.hit, k8s.cluster.name]
"""
NAMES = (
    "p99", "own", "fan-out", "daily", "hourly", "graph", "again", "none-again", "breaker", "cold",
    "cache", "queue", "pool", "lag",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Compilation:
    folder = tmp_path_factory.mktemp("specs")
    (folder / "spec.yaml").write_text(SPEC)
    found = burnrules.compile_tree(folder, kinds=("prometheus-rules", "promtool-tests"))
    assert found.ok, found.found
    return found


def judged(made: pipeline.Compilation, folder: Path, name: str, spoil: str = "") -> str:
    """What promtool says to the tests of one indicator beside its rules, or beside spoilt ones."""
    [path] = made.plan.paths
    [group] = [one.rules for one in path.indicators if one.name == name]
    [file] = [one for one in made.artifacts if one.kind == "prometheus-rules"]
    document = yaml.safe_load(burnrules.artifact_text(file))
    groups = [one for one in document["groups"] if one["name"] == group.name]
    text = yaml.safe_dump({"groups": [SPOILT[spoil](one) for one in groups]}, width=10_000)
    (folder / "prometheus-rules").mkdir(parents=True)
    (folder / "prometheus-rules" / "shop.yaml").write_text(text)
    tests = [
        one
        for one in made.artifacts
        if one.path.startswith(
            (f"promtool-tests/shop.{name}.", f"promtool-tests/shop.{name}.growth")
        )
    ]
    assert tests
    (folder / "promtool-tests").mkdir()
    for one in tests:
        document = {**one.documents[0], "group_eval_order": [group.name]}
        (folder / one.path).write_text(yaml.safe_dump(document, width=10_000))
    files = [str(folder / one.path) for one in tests]
    told = subprocess.run(
        ["promtool", "test", "rules", *files], capture_output=True, text=True, check=False
    )
    return "" if told.returncode == 0 else told.stdout + told.stderr


Group = dict[str, list[dict[str, str]]]


def _each(group: Group, kind: str, **changed: str) -> Group:
    """A group in which every rule of a kind is changed; `{}` stands for what was there."""
    return group | {
        "rules": [
            {**rule, **{key: text.format(rule.get(key)) for key, text in changed.items()}}
            if kind in rule
            else rule
            for rule in group["rules"]
        ]
    }


def _replaced(group: Group, *words: str) -> Group:
    """A group whose alerts compare otherwise."""
    changed = [dict(rule) for rule in group["rules"]]
    for rule in changed:
        for old, new in zip(words[::2], words[1::2], strict=True):
            rule["expr"] = rule["expr"].replace(old, new) if "alert" in rule else rule["expr"]
    return group | {"rules": changed}


SPOILT = {
    "": lambda group: group,
    "a value a little too high": lambda group: _each(group, "record", expr="({}) * 1.01"),
    "no value": lambda group: _each(group, "record", expr="({}) > Inf"),
    "an alert that never fires": lambda group: _each(group, "alert", expr="({}) > Inf"),
    "an alert at its limit": lambda group: _replaced(group, " > ", " >= ", " < ", " <= "),
    "an alert at once": lambda group: (
        group
        | {"rules": [{key: rule[key] for key in rule if key != "for"} for rule in group["rules"]]}
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_of_an_indicator_do_what_is_claimed(
    name: str, made: pipeline.Compilation, tmp_path: Path
) -> None:
    assert judged(made, tmp_path, name) == ""


@pytest.mark.parametrize("spoil", [one for one in SPOILT if one])
@pytest.mark.parametrize("name", ["p99", "fan-out", "again", "queue", "breaker", "cache"])
def test_rules_that_do_something_else_are_found(
    name: str, spoil: str, made: pipeline.Compilation, tmp_path: Path
) -> None:
    assert "FAILED" in judged(made, tmp_path, name, spoil)


def test_every_limit_is_proved(made: pipeline.Compilation) -> None:
    """An alert that no proof makes fire could be any alert."""
    [path] = made.plan.paths
    shown = str([one.documents for one in made.artifacts if one.kind == "promtool-tests"])

    for one in path.indicators:
        for rule in one.rules.rules:
            assert not rule.alert or f'alertname="{rule.alert}"' in shown
