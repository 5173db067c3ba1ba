"""Compiles SLO specs for critical paths into burn-rate rules: specs in, files and findings out.

>>> import io, pathlib, burnrules
>>> made = burnrules.compile_tree(pathlib.Path("-"), stdin=io.BytesIO(b"slos: ["))
>>> made.ok, made.found[0].code, made.artifacts
(False, 'BR001', ())

`compile_tree` never writes: `artifact_text` gives the text of a file, `changes` and `apply` put
files in place, `findings_text` shows findings. Names load when first used: the import is cheap.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Artifact": "burnrules.artifact",
    "Changes": "burnrules.write",
    "Compilation": "burnrules.pipeline",
    "Diagnostic": "burnrules.diagnostics",
    "Format": "burnrules.render",
    "Plan": "burnrules.ir",
    "Severity": "burnrules.diagnostics",
    "Span": "burnrules.diagnostics",
    "apply": "burnrules.write",
    "artifact_text": "burnrules.yamltext:text",
    "changes": "burnrules.write",
    "compile_tree": "burnrules.pipeline",
    "findings_text": "burnrules.render:render",
    "json_schema": "burnrules.schema:document",
}

__all__ = [  # __init__.pyi tells mypy what they are
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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, known_as = _HOMES[name].partition(":")
    return getattr(import_module(home), known_as or name)
