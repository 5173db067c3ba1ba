"""Proofs as promtool reads them: unit tests of some groups of one rule file."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from burnrules.durations import Duration
from burnrules.ir import Group, Labels, PathPlan
from burnrules.promql.strings import quoted
from burnrules.prove.notation import values
from burnrules.prove.proofs import Proof, Sample, Script, Shown, Told

RULES = "prometheus-rules"


def document(path: PathPlan, groups: Sequence[Group], script: Script, up: str) -> dict[str, Any]:
    """The tests of a script; `up` leads from the test's folder to that of all kinds."""
    return given(path, groups, str(script.every), (_test(proof) for proof in script.proofs), up)


def given(
    path: PathPlan, groups: Sequence[Group], every: str, tests: Iterable[dict[str, Any]], up: str
) -> dict[str, Any]:
    """Tests of these groups of a path's rule file: the order names them, and no other."""
    return {
        "rule_files": [f"{up}/{RULES}/{path.name}.yaml"],
        "evaluation_interval": every,
        "group_eval_order": [group.name for group in groups],
        "tests": list(tests),
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


@lru_cache(maxsize=1024)  # an alert that fires is named at each evaluation
def series(metric: str, labels: Labels) -> str:
    """A series as promtool writes it."""
    inside = ", ".join(f"{name}={quoted(text)}" for name, text in labels)
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
