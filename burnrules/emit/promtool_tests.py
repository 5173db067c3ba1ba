"""Plan to promtool unit tests: what the rules of each SLO must do, and what they must not."""

from collections.abc import Iterator
from typing import Any

from burnrules import prove
from burnrules.artifact import Artifact
from burnrules.durations import Duration
from burnrules.ir import Example, IndicatorPlan, Labels, Matcher, PathPlan, Plan, SloPlan
from burnrules.promql import build
from burnrules.prove import indicators
from burnrules.prove.notation import values
from burnrules.prove.proofs import Proof, Sample, Script, Shown, Told

KIND, RULES = "promtool-tests", "prometheus-rules"


def emit(plan: Plan) -> Iterator[Artifact]:
    """A test file for each SLO and indicator, and for each evaluation interval that it needs."""
    for path in (*plan.paths, *plan.health):
        for slo in path.slos:
            for script in prove.scripts(slo, path):
                yield Artifact(KIND, _name(slo, script), path.source, (_document(path, script),))
        for indicator in path.indicators:
            for script in indicators.scripts(indicator):
                name = _name(indicator, script)
                yield Artifact(KIND, name, path.source, (_document(path, script),))
        if path.examples:
            name = f"{KIND}/{path.name}.health.yaml"
            yield Artifact(KIND, name, path.source, (_examples(path),))


def _examples(path: PathPlan) -> dict[str, Any]:
    """Alerts that are no SLO's, each on series that make it fire and on others."""
    return {
        "rule_files": [f"../{RULES}/{path.name}.yaml"],
        "evaluation_interval": "5m",
        "group_eval_order": [group.name for group in path.rule_set.groups],
        "tests": [_example(one) for one in path.examples],
    }


def _example(one: Example) -> dict[str, Any]:
    firing = build.selector(
        "ALERTS", (Matcher("alertname", "=", one.alert), Matcher("alertstate", "=", "firing"))
    )
    return {
        "name": f"{one.alert} {'fires' if one.fires else 'rests'}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in one.series],
        "promql_expr_test": [
            {
                "expr": build.call("count", firing),
                "eval_time": str(one.at),
                "exp_samples": [{"labels": "{}", "value": 1}] if one.fires else [],
            }
        ],
    }


def _name(slo: SloPlan | IndicatorPlan, script: Script) -> str:
    folder = f"{KIND}/deep" if script.deep else KIND
    return f"{folder}/{slo.path}.{slo.name}{script.suffix}.yaml"


def _document(path: PathPlan, script: Script) -> dict[str, Any]:
    up = "../.." if script.deep else ".."
    return {
        "rule_files": [f"{up}/{RULES}/{path.name}.yaml"],
        "evaluation_interval": str(script.every),
        "group_eval_order": [group.name for group in path.rule_set.groups],
        "tests": [_test(proof) for proof in script.proofs],
    }


def _test(proof: Proof) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": proof.name,
        "interval": str(Duration(proof.interval)),
        "input_series": [
            {"series": series(one.metric, one.labels), "values": values(one.lines, proof.interval)}
            for one in proof.series
        ],
    }
    if proof.told:
        made["alert_rule_test"] = [_told(one) for one in proof.told]
    if proof.shown:
        made["promql_expr_test"] = [_shown(one) for one in proof.shown]
    return made


def series(metric: str, labels: Labels) -> str:
    """A series as promtool writes it."""
    inside = ", ".join(f"{name}={build.quote(text)}" for name, text in labels)
    return f"{metric}{{{inside}}}"


def _told(one: Told) -> dict[str, Any]:
    return {
        "eval_time": str(Duration(one.time)),
        "alertname": one.alert,
        "exp_alerts": [
            {"exp_labels": dict(labels), "exp_annotations": dict(annotations)}
            for labels, annotations in one.alerts
        ],
    }


def _shown(one: Shown) -> dict[str, Any]:
    return {
        "expr": one.expr,
        "eval_time": str(Duration(one.time)),
        "exp_samples": [_sample(sample) for sample in one.samples],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    named = dict(sample.labels)
    metric = named.pop("__name__", "")
    return {"labels": series(metric, tuple(named.items())), "value": sample.value}
