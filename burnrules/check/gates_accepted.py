"""Every template that we composed is one that its controller takes."""

from collections.abc import Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic, Severity, Span

# ruff: noqa: PLC0415  # a tree without gates must not wait for the linter

KIND = "argo-analysis"


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A gate of ours that would end its run in error, by the controller's own rules."""
    gates = [artifact for artifact in made if artifact.kind == KIND]
    if not gates:
        return
    from burnrules.gates import argo, template

    for artifact in gates:
        for document in artifact.documents:
            one = template.read(document)
            for found in argo.violations(one) if one is not None else ():
                if found.code.severity is Severity.ERROR:
                    where = ".".join(map(str, found.loc))
                    yield ours.GATE.at(
                        Span(artifact.source),
                        f"a gate composed for this path is wrong at {where}: {found.message}",
                        hint="this is a bug of burnrules: report it with the spec",
                    )
