"""Findings, one a line: for editors as text, for scripts as JSON objects."""

import json
from collections.abc import Iterable

from burnrules.diagnostics import Diagnostic
from burnrules.render.visible import visible


def plain(found: Iterable[Diagnostic]) -> str:
    """Lines of `file:line:column: error[BR102] message`."""
    return "".join(f"{head(one)}\n" for one in found)


def head(one: Diagnostic) -> str:
    """The place, the code and the message of a finding."""
    span = one.span
    place = f"{visible(span.file)}:{span.line}:{span.column}"
    return f"{place}: {one.severity.word}[{one.code}] {visible(one.message)}"


def objects(found: Iterable[Diagnostic]) -> str:
    """Lines of JSON objects, ASCII only."""
    return "".join(f"{json.dumps(_object(one))}\n" for one in found)


def _object(one: Diagnostic) -> dict[str, str | int]:
    return {
        "file": one.span.file,
        "line": one.span.line,
        "column": one.span.column,
        "endLine": one.span.end_line,
        "endColumn": one.span.end_column,
        "severity": one.severity.word,
        "code": one.code,
        "message": one.message,
        "hint": one.hint,
    }
