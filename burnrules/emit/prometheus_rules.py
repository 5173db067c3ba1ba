"""Plan to plain Prometheus rule files, one a rule set."""

from collections.abc import Iterator

from burnrules import rulefile
from burnrules.artifact import Artifact
from burnrules.ir import Plan

KIND = "prometheus-rules"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One rule file a rule set."""
    for rules in plan.rule_sets:
        document = {"groups": rulefile.groups(rules)}
        yield Artifact(
            KIND, f"{KIND}/{rules.name}.yaml", rules.source, (document,), rulefile.queries(rules)
        )
