from burnrules.artifact import Artifact as Artifact
from burnrules.diagnostics import Diagnostic as Diagnostic
from burnrules.diagnostics import Severity as Severity
from burnrules.diagnostics import Span as Span
from burnrules.ir import Plan as Plan
from burnrules.pipeline import Compilation as Compilation
from burnrules.pipeline import compile_tree as compile_tree
from burnrules.render import Format as Format
from burnrules.render import render as findings_text
from burnrules.schema import document as json_schema
from burnrules.write import Changes as Changes
from burnrules.write import apply as apply
from burnrules.write import changes as changes
from burnrules.yamltext import text as artifact_text

__version__: str
__all__ = [
    "Artifact",
    "Changes",
    "Compilation",
    "Diagnostic",
    "Format",
    "Plan",
    "Severity",
    "Span",
    "apply",
    "artifact_text",
    "changes",
    "compile_tree",
    "findings_text",
    "json_schema",
]
