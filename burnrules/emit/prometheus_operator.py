"""Plan to PrometheusRule resources, one a rule set: an object may have 512 KiB."""

from collections.abc import Iterator

from burnrules import rulefile
from burnrules.artifact import Artifact, metadata
from burnrules.ir import Plan

KIND = "prometheus-operator"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One PrometheusRule a rule set."""
    for rules, groups, queries in rulefile.files(plan):
        document = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": metadata(f"slo-{rules.name}", rules.kubernetes),
            "spec": {"groups": groups},
        }
        path = f"{KIND}/{rules.name}.yaml"
        yield Artifact(KIND, path, rules.source, (document,), queries, rules.groups)
