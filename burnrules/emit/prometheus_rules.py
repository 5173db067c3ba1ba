"""Plan to plain Prometheus rule files, one a rule set."""

from collections.abc import Iterator

from burnrules import rulefile
from burnrules.artifact import Artifact
from burnrules.ir import Plan

KIND = "prometheus-rules"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One rule file a rule set."""
    for rules, groups, queries in rulefile.files(plan):
        document = {"groups": groups}
        path = f"{KIND}/{rules.name}.yaml"
        yield Artifact(KIND, path, rules.source, (document,), queries, rules.groups)
