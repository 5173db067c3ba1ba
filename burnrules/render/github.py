"""Findings to GitHub workflow commands, which become annotations of a change."""

from collections.abc import Iterable

from burnrules import codes
from burnrules.diagnostics import Diagnostic, Severity
from burnrules.render.visible import visible

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def commands(found: Iterable[Diagnostic]) -> str:
    """One command a line."""
    return "".join(f"{_command(one)}\n" for one in found)


def _command(one: Diagnostic) -> str:
    span = one.span
    fields = {"file": span.file, "line": str(span.line), "col": str(span.column)}
    if span.end_line > span.line:
        fields["endLine"] = str(span.end_line)
    elif span.end_column > span.column:  # GitHub shows an end column on one line only
        fields["endColumn"] = str(span.end_column)
    code = codes.table().get(one.code)
    fields["title"] = f"{one.code} {code.title}" if code else one.code
    properties = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    text = visible(one.message) + (f"\nhint: {visible(one.hint)}" if one.hint else "")
    return f"::{_WORDS[one.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
