"""Files that someone wrote to findings with line and column: `burnrules lint-gates`."""

from collections.abc import Sequence

from burnrules.codes import gates as codes
from burnrules.diagnostics import Diagnostic, Span, ordered
from burnrules.gates import lint, template
from burnrules.gates.finding import Finding
from burnrules.source import Document, Read


def check(files: Sequence[Read]) -> tuple[Diagnostic, ...]:
    """Every finding of every file, the YAML's own too; a Rollout sees all templates."""
    documents = [document for file in files for document in file.documents]
    templates = [found for one in documents if (found := template.read(one.data)) is not None]
    diagnostics = [one for file in files for one in file.found]
    for document in documents:
        diagnostics += [_placed(document, one) for one in lint.findings(document.data, templates)]
    diagnostics += [_no_gate(file) for file in files if _without_gate(file)]
    return ordered(diagnostics)


def _placed(document: Document, found: Finding) -> Diagnostic:
    span = document.key(found.loc) if found.at_key else document.value(found.loc)
    if found.characters is not None:
        span = document.within(found.loc, *found.characters)
    return found.code.at(span, found.message, hint=found.hint)


def _without_gate(file: Read) -> bool:
    kinds = [template.mapping(one.data).get("kind") for one in file.documents]
    return "Rollout" not in kinds and not any(lint.is_gate(one.data) for one in file.documents)


def _no_gate(file: Read) -> Diagnostic:
    return codes.NO_GATE.at(
        Span(file.file),
        "no AnalysisTemplate, MetricTemplate, Canary or Rollout in this file",
        hint="give the files that hold your gates",
    )
