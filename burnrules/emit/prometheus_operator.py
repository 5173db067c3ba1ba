"""Plan to PrometheusRule resources, one a critical path: an object may have 512 KiB."""

from collections.abc import Iterator
from typing import Any

from burnrules import rulefile
from burnrules.artifact import Artifact
from burnrules.ir import PathPlan, Plan

KIND = "prometheus-operator"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One PrometheusRule a path."""
    for path in plan.paths:
        document = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": _metadata(path),
            "spec": {"groups": rulefile.groups(path)},
        }
        yield Artifact(
            KIND, f"{KIND}/{path.name}.yaml", path.source, (document,), rulefile.queries(path)
        )


def _metadata(path: PathPlan) -> dict[str, Any]:
    made: dict[str, Any] = {"name": f"slo-{path.name}"}
    if path.kubernetes.namespace:
        made["namespace"] = path.kubernetes.namespace
    if path.kubernetes.labels:
        made["labels"] = dict(path.kubernetes.labels)
    if path.kubernetes.annotations:
        made["annotations"] = dict(path.kubernetes.annotations)
    return made
