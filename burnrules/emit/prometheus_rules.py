"""Plan to plain Prometheus rule files, one a critical path."""

from collections.abc import Iterator

from burnrules import rulefile
from burnrules.artifact import Artifact
from burnrules.ir import Plan

KIND = "prometheus-rules"


def emit(plan: Plan) -> Iterator[Artifact]:
    """One rule file a path."""
    for path in plan.paths:
        document = {"groups": rulefile.groups(path)}
        yield Artifact(
            KIND, f"{KIND}/{path.name}.yaml", path.source, (document,), rulefile.queries(path)
        )
