"""Every query that we composed is PromQL."""

from collections.abc import Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic
from burnrules.promql import composed


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A query of ours that Prometheus would refuse; those that kinds of files share, once."""
    for queries in {id(artifact.queries): artifact.queries for artifact in made}.values():
        for text, origin in queries:
            if reason := composed.error(text):
                yield ours.COMPOSED.at(
                    origin,
                    f"a query composed for this SLO does not parse: {reason}",
                    hint="this is a bug of burnrules: report it with the spec and this query:"
                    f" {text}",
                )
