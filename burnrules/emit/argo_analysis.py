"""Plan to AnalysisTemplates of Argo Rollouts, each with the part of the Rollout that uses it."""

from collections.abc import Iterator
from typing import Any

from burnrules import yamltext
from burnrules.artifact import Artifact, metadata
from burnrules.gateplan import ArgoGate, GateArgument, GateMetric, GatePlan
from burnrules.gates import go_durations
from burnrules.ir import Expr, PathPlan, Plan

KIND = "argo-analysis"
_TIMEOUT = 30  # seconds
_JOB_SECONDS = 180
_ROLLOUT = "burnrules.dev/rollout"
_NOTES = "burnrules.dev/notes"
_UNKNOWN = "the version that is stable now"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One file a path; none without a gate of Argo's."""
    for path in plan.paths:
        gates = [(one, one.controller) for one in path.gates]
        made = [(one, told) for one, told in gates if isinstance(told, ArgoGate)]
        if made:
            documents = tuple(_document(path, one, told) for one, told in made)
            queries = tuple(
                Expr(metric.query, metric.origin)
                for one, told in made
                if told.provider == "prometheus"
                for metric in one.metrics
            )
            yield Artifact(KIND, f"{KIND}/{path.name}.yaml", path.source, documents, queries)


def _document(path: PathPlan, one: GatePlan, told: ArgoGate) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    if told.arguments:
        spec["args"] = [_argument(argument) for argument in told.arguments]
    spec["metrics"] = [_metric(metric, told) for metric in one.metrics]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ClusterAnalysisTemplate" if told.cluster else "AnalysisTemplate",
        "metadata": _metadata(path, one, told),
        "spec": spec,
    }


def _metadata(path: PathPlan, one: GatePlan, told: ArgoGate) -> dict[str, Any]:
    kubernetes = path.kubernetes._replace(namespace="") if told.cluster else path.kubernetes
    made = metadata(one.title, kubernetes)
    # an annotation and no second document: `kubectl apply` takes the file as it is
    made["annotations"] = {
        **dict(path.kubernetes.annotations),
        _NOTES: "".join(f"- {note}.\n" for note in _notes(one)),
        _ROLLOUT: yamltext.dump(rollout(one, told)),
    }
    return made


def _notes(one: GatePlan) -> Iterator[str]:
    for metric in one.metrics:
        yield f"{metric.name}: {metric.reading}"
    yield from one.notes


def _argument(one: GateArgument) -> dict[str, Any]:
    if one.secret is not None:
        name, key = one.secret
        return {"name": one.name, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}
    return {"name": one.name, **({"value": one.value} if one.value else {})}


def _metric(metric: GateMetric, told: ArgoGate) -> dict[str, Any]:
    made: dict[str, Any] = {"name": metric.name}
    if told.initial_delay is not None:
        made["initialDelay"] = go_durations.text(told.initial_delay)
    if told.interval is not None:
        made["interval"] = go_durations.text(told.interval)
    made["count"] = told.count
    if metric.success:
        made |= {"successCondition": metric.success, "failureCondition": metric.failure}
    made |= {
        "failureLimit": told.failure_limit,
        "inconclusiveLimit": told.inconclusive_limit,
    }
    if told.consecutive_successes:
        made["consecutiveSuccessLimit"] = told.consecutive_successes
    made["provider"] = {told.provider: _PROVIDERS[told.provider](metric, told)}
    return made


def _prometheus(metric: GateMetric, told: ArgoGate) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if any(one.name == "prometheus-address" for one in told.arguments):
        made["address"] = "{{args.prometheus-address}}"
    return {**made, "timeout": _TIMEOUT, **_headers(told), "query": metric.query}


def _web(metric: GateMetric, told: ArgoGate) -> dict[str, Any]:
    return {"url": metric.url, "timeoutSeconds": _TIMEOUT, **_headers(told)}


def _headers(told: ArgoGate) -> dict[str, Any]:
    headers = [{"key": key, "value": value} for key, value in told.headers]
    return {"headers": headers} if headers else {}


def _job(metric: GateMetric, told: ArgoGate) -> dict[str, Any]:
    container = {
        "name": "judge",
        "image": told.image,
        "command": ["sh", "-c"],
        "args": [metric.script],
        "env": [{"name": name, "value": value} for name, value in metric.environment],
        "securityContext": {"allowPrivilegeEscalation": False},
    }
    pod = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "containers": [container],
    }
    limits = {"backoffLimit": 0, "activeDeadlineSeconds": _JOB_SECONDS}
    return {"spec": {**limits, "template": {"spec": pod}}}


_PROVIDERS = {"prometheus": _prometheus, "web": _web, "job": _job}


def rollout(one: GatePlan, told: ArgoGate) -> dict[str, Any]:
    """The part of a Rollout's spec that runs this gate."""
    template: dict[str, Any] = {"templateName": one.title}
    if told.cluster:
        template["clusterScope"] = True
    analysis: dict[str, Any] = {"templates": [template]}
    given = [_given(argument) for argument in told.arguments if argument.required]
    if given:
        analysis["args"] = given
    match told.run:
        case "prePromotion" | "postPromotion":
            strategy: dict[str, Any] = {"blueGreen": {f"{told.run}Analysis": analysis}}
        case "background":
            strategy = {"canary": {"analysis": analysis, "steps": _weight(told)}}
        case _:
            strategy = {"canary": {"steps": [*_weight(told), {"analysis": analysis}]}}
    return {"strategy": strategy}


def _weight(told: ArgoGate) -> list[dict[str, Any]]:
    return [] if told.initial_delay is None else [{"setWeight": told.weight}]


def _given(one: GateArgument) -> dict[str, Any]:
    if one.pod:
        return {"name": one.name, "valueFrom": {"podTemplateHashValue": one.pod}}
    if one.field:
        return {"name": one.name, "valueFrom": {"fieldRef": {"fieldPath": one.field}}}
    return {"name": one.name, "value": _UNKNOWN}
