"""Plan to PrometheusRule resources, one a rule set: an object may have 512 KiB."""

from collections.abc import Iterator
from typing import Any

from burnrules import rulefile
from burnrules.artifact import Artifact
from burnrules.ir import Plan, RuleSet

KIND = "prometheus-operator"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One PrometheusRule a rule set."""
    for rules, groups, queries in rulefile.files(plan):
        document = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": _metadata(rules),
            "spec": {"groups": groups},
        }
        yield Artifact(KIND, f"{KIND}/{rules.name}.yaml", rules.source, (document,), queries)


def _metadata(rules: RuleSet) -> dict[str, Any]:
    made: dict[str, Any] = {"name": f"slo-{rules.name}"}
    if rules.kubernetes.namespace:
        made["namespace"] = rules.kubernetes.namespace
    if rules.kubernetes.labels:
        made["labels"] = dict(rules.kubernetes.labels)
    if rules.kubernetes.annotations:
        made["annotations"] = dict(rules.kubernetes.annotations)
    return made
