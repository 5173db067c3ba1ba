"""Findings to text for a reader, an editor, a script or a CI system.

A format is loaded when it is asked for: the command line needs their names alone.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from burnrules.diagnostics import Diagnostic, first, ordered

# ruff: noqa: PLC0415  # see above


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    LINE = "line"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def render(
    found: Iterable[Diagnostic], sources: Mapping[str, str], form: Format, *, color: bool
) -> str:
    """Findings in file order; `sources` has the text of the files, for excerpts."""
    every = ordered(list(found))
    findings = first(every)
    match form:
        case Format.TEXT:
            from burnrules.render import text

            return text.report(findings, every, sources, text.ANSI if color else text.PLAIN)
        case Format.LINE:
            from burnrules.render import lines

            return lines.plain(findings)
        case Format.JSON:
            from burnrules.render import lines

            return lines.objects(findings)
        case Format.GITHUB:
            from burnrules.render import github

            return github.commands(findings)
        case Format.SARIF:
            from burnrules.render import sarif

            return sarif.log(findings)
