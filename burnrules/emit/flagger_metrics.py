"""Plan to MetricTemplates of Flagger, each with the part of the Canary that uses it."""

from collections.abc import Iterator
from typing import Any

from burnrules import yamltext
from burnrules.artifact import Artifact, metadata
from burnrules.gateplan import FlaggerGate, GateMetric, GatePlan
from burnrules.gates import flagger
from burnrules.ir import Expr, PathPlan, Plan

KIND = "flagger-metrics"
_CANARY = "burnrules.dev/canary"
_NOTES = "burnrules.dev/notes"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One file a path; none without a gate of Flagger's."""
    for path in plan.paths:
        gates = [(one, one.controller) for one in path.gates]
        made = [(one, told) for one, told in gates if isinstance(told, FlaggerGate)]
        if made:
            documents = tuple(
                _document(path, one, told, metric) for one, told in made for metric in one.metrics
            )
            queries = tuple(
                Expr(metric.query, metric.origin) for one, _ in made for metric in one.metrics
            )
            yield Artifact(KIND, f"{KIND}/{path.name}.yaml", path.source, documents, queries)


def _document(
    path: PathPlan, one: GatePlan, told: FlaggerGate, metric: GateMetric
) -> dict[str, Any]:
    return {
        "apiVersion": "flagger.app/v1beta1",
        "kind": "MetricTemplate",
        "metadata": _metadata(path, one, told, metric),
        "spec": {"provider": _provider(told), "query": metric.query},
    }


def _metadata(
    path: PathPlan, one: GatePlan, told: FlaggerGate, metric: GateMetric
) -> dict[str, Any]:
    made = metadata(_name(one, metric), path.kubernetes)
    notes = (f"{metric.name}: {metric.reading}", *one.notes)
    made["annotations"] = {
        **dict(path.kubernetes.annotations),
        _NOTES: "".join(f"- {note}.\n" for note in notes),
        _CANARY: yamltext.dump(canary(path, one, told)),
    }
    return made


def _provider(told: FlaggerGate) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "prometheus", "address": told.address}
    if told.headers:
        made["headers"] = {name: [value] for name, value in told.headers}
    if told.secret:
        made["secretRef"] = {"name": told.secret}
    return made


def canary(path: PathPlan, one: GatePlan, told: FlaggerGate) -> dict[str, Any]:
    """The part of a Canary's spec that runs this gate."""
    return {
        "analysis": {
            "interval": flagger.interval(told.interval),
            "threshold": told.threshold,
            "metrics": [_check(path, one, told, metric) for metric in one.metrics],
        }
    }


def _check(path: PathPlan, one: GatePlan, told: FlaggerGate, metric: GateMetric) -> dict[str, Any]:
    reference = {"name": _name(one, metric)}
    if path.kubernetes.namespace:
        reference["namespace"] = path.kubernetes.namespace
    return {
        "name": _name(one, metric),
        "interval": flagger.interval(told.window),
        "templateRef": reference,
        "thresholdRange": {"max" if metric.at_most else "min": metric.bound},
    }


def _name(one: GatePlan, metric: GateMetric) -> str:
    return f"{one.title}-{metric.name}"
