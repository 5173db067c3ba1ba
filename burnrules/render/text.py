"""Findings to text for a terminal: message, the line it is about with carets, hint, summary."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from burnrules.diagnostics import Diagnostic, Severity, Span
from burnrules.render.lines import head
from burnrules.render.visible import cell, visible, width

_BREAK = re.compile(r"\r\n|\n|\r")
_WIDEST = 100
_BEFORE = 60  # columns kept before the caret where a line is cut
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "infos"}


@dataclass(frozen=True, slots=True)
class Palette:
    """What goes around a severity's word, and around a caret."""

    of: Mapping[Severity, str] = field(default_factory=dict)
    end: str = ""

    def paint(self, text: str, severity: Severity) -> str:
        """The text in the colour of a severity."""
        return f"{self.of.get(severity, '')}{text}{self.end}"


PLAIN = Palette()
ANSI = Palette(
    {
        Severity.ERROR: "\x1b[1;31m",
        Severity.WARNING: "\x1b[1;33m",
        Severity.INFO: "\x1b[1;36m",
    },
    "\x1b[0m",
)


def report(
    found: tuple[Diagnostic, ...],
    every: tuple[Diagnostic, ...],
    sources: Mapping[str, str],
    palette: Palette,
) -> str:
    """The findings and a summary of every one; nothing where nothing was found."""
    if not found:
        return ""
    split: dict[str, list[str]] = {}  # a file's lines, cut once
    parts: list[str] = []
    for one in found:
        file = one.span.file
        if file not in split:
            split[file] = _BREAK.split(sources.get(file, ""))
        parts += _finding(one, split[file], palette)
    return "\n".join([*parts, summary(every)]) + "\n"


def summary(found: tuple[Diagnostic, ...]) -> str:
    """How many of each severity: `2 errors, 1 warning`."""
    counts = [
        (sum(one.severity is severity for one in found), severity)
        for severity in sorted(Severity, reverse=True)
    ]
    words = (f"{n} {s.word if n == 1 else _PLURALS[s]}" for n, s in counts if n)
    return ", ".join(words)


def _finding(one: Diagnostic, lines: list[str], palette: Palette) -> list[str]:
    label = f"{one.severity.word}[{one.code}]"
    made = [head(one).replace(f" {label} ", f" {palette.paint(label, one.severity)} ", 1)]
    line = lines[one.span.line - 1] if one.span.line <= len(lines) else ""
    if line and not line.isspace():
        text, indent, carets = _excerpt(line, one.span)
        gutter = f"{one.span.line:>4} | "
        made.append(gutter + text)
        made.append(" " * (len(gutter) + indent) + palette.paint("^" * carets, one.severity))
    if one.hint:
        made.append(f"  hint: {visible(one.hint)}")
    return made


def _excerpt(line: str, span: Span) -> tuple[str, int, int]:
    """What is shown of a line, the column of the first caret, and the number of carets."""
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    first = _first(line, start)
    cells = ["…"] if first else []
    size, last = len(cells), first
    while last < len(line) and size < _WIDEST:
        cells.append(cell(line[last]))
        size += width(cells[-1])
        last += 1
    offset = 1 if first else 0
    before = width("".join(cells[: start - first + offset]))
    marked = width("".join(cells[start - first + offset : max(end, start) - first + offset]))
    text = "".join(cells).rstrip() + ("…" if last < len(line) else "")
    return text, before, max(marked, 1)


def _first(line: str, start: int) -> int:
    """The first character to show, so that the carets come into view."""
    if len(line) <= _WIDEST and width("".join(map(cell, line))) <= _WIDEST:
        return 0
    kept, first = 0, start
    while first > 0 and kept < _BEFORE:
        first -= 1
        kept += width(cell(line[first]))
    return first
