"""Findings to a SARIF 2.1.0 log, which code scanning reads."""

import json
from typing import Any
from urllib.parse import quote

from burnrules import codes
from burnrules.diagnostics import Diagnostic, Severity, Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def log(found: tuple[Diagnostic, ...]) -> str:
    """One run, with the rules that found something."""
    ids = sorted({one.code for one in found})
    run = {
        "tool": {"driver": {"name": "burnrules", "rules": [_rule(code) for code in ids]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, ids.index(one.code)) for one in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code_id: str) -> dict[str, Any]:
    code = codes.table().get(code_id)
    if code is None:
        return {"id": code_id}
    return {
        "id": code_id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "help": {"text": f"burnrules explain {code_id}"},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(one: Diagnostic, rule: int) -> dict[str, Any]:
    text = f"{one.message}; hint: {one.hint}" if one.hint else one.message
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(one.span)}],
    }


def _place(span: Span) -> dict[str, Any]:
    uri = quote(span.file, errors="surrogateescape")
    return {
        "artifactLocation": {"uri": f"file://{uri}" if span.file.startswith("/") else uri},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
