"""Every query that we composed is PromQL."""

from collections.abc import Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic
from burnrules.promql import composed


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A query of ours that Prometheus would refuse; equal texts are read once."""
    for text, expr in {expr.text: expr for artifact in made for expr in artifact.queries}.items():
        if reason := composed.error(text):
            yield ours.COMPOSED.at(
                expr.origin,
                f"a query composed for this SLO does not parse: {reason}",
                hint=f"this is a bug of burnrules: report it with the spec and this query: {text}",
            )
