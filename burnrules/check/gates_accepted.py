"""Every gate that we composed is one that its controller takes, and reads as it is meant."""

from collections.abc import Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic, Severity, Span

# ruff: noqa: PLC0415  # a tree without gates must not wait for the linter

KINDS = ("argo-analysis", "flagger-metrics")


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A gate of ours that `lint-gates` would call wrong."""
    gates = [artifact for artifact in made if artifact.kind in KINDS]
    if not gates:
        return
    from burnrules.gates import lint

    for artifact in gates:
        for document in artifact.documents:
            for found in lint.findings(document):
                if found.code.severity is Severity.ERROR:
                    where = ".".join(map(str, found.loc))
                    yield ours.GATE.at(
                        Span(artifact.source),
                        f"a gate composed for this path is wrong at {where}: {found.message}",
                        hint="this is a bug of burnrules: report it with the spec",
                    )
