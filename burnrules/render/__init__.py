"""Findings to text for a reader, an editor, a script or a CI system."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from burnrules.diagnostics import Diagnostic, first, ordered
from burnrules.render import github, lines, sarif, text


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
            return text.report(findings, every, sources, text.ANSI if color else text.PLAIN)
        case Format.LINE:
            return lines.plain(findings)
        case Format.JSON:
            return lines.objects(findings)
        case Format.GITHUB:
            return github.commands(findings)
        case Format.SARIF:
            return sarif.log(findings)
