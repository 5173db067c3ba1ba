"""Findings and the `# burnrules: allow` comments beside them to the findings that remain."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from burnrules.codes import file as codes
from burnrules.diagnostics import Diagnostic, Severity, Span, ordered

_MARK = "burnrules:"
_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(?:^|(?<=\s))# *burnrules: *allow\b(.*)")
_FORM = re.compile(r"\s+(BR[0-9]{3})\s+because\s+\S.*")
_CODE = re.compile(r"\s+(BR[0-9]{3})\b")
_EXAMPLE = "write `# burnrules: allow {} because …`, one code a comment"
# Stages that found an error in these ranges make nothing: allowing it would lose an SLO unsaid.
_FIRM = ("BR0", "BR1", "BR2", "BR3", "BR9")


class _Comment(NamedTuple):
    """An allow comment, what follows the word, and the line that it is about."""

    span: Span
    text: str
    line: int


def apply(found: Iterable[Diagnostic], sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The findings that no comment allows, and what is wrong with the comments."""
    kept = dict.fromkeys(found)
    complete = all(one.severity < Severity.ERROR for one in kept)
    by_place: dict[tuple[str, int], list[Diagnostic]] = {}
    for one in kept:
        by_place.setdefault((one.span.file, one.span.line), []).append(one)
    made: list[Diagnostic] = []
    for file, text in sources.items():
        for comment in _comments(file, text):
            verdict = _verdict(comment, by_place.get((file, comment.line), []))
            for one in verdict.allowed:
                kept.pop(one, None)
            # After an error later stages did not run, so what they would find is not known.
            if verdict.remark and (complete or verdict.remark.code != codes.UNUSED_ALLOW.id):
                made.append(verdict.remark)
    return ordered([*kept, *made])


class _Verdict(NamedTuple):
    """The findings a comment takes away, and what is wrong with it."""

    allowed: tuple[Diagnostic, ...] = ()
    remark: Diagnostic | None = None


def _verdict(comment: _Comment, here: list[Diagnostic]) -> _Verdict:
    form = _FORM.fullmatch(comment.text)
    if form is None:
        code = _CODE.match(comment.text)
        message = f"allow {code[1]} gives no reason" if code else "allow names no code"
        return _Verdict(
            remark=codes.ALLOW_WITHOUT_REASON.at(
                comment.span, message, hint=_EXAMPLE.format(code[1] if code else "BR212")
            )
        )
    meant = [one for one in here if one.code == form[1]]
    if not meant:
        message = f"allow {form[1]} suppresses nothing"
        remark = codes.UNUSED_ALLOW.at(comment.span, message, hint="remove the comment")
        return _Verdict(remark=remark)
    if any(one.severity is Severity.ERROR and form[1].startswith(_FIRM) for one in meant):
        message = f"{form[1]} cannot be allowed: nothing right could be generated"
        hint = "mend what it reports, and remove the comment"
        return _Verdict(remark=codes.NOT_ALLOWED.at(comment.span, message, hint=hint))
    return _Verdict(allowed=tuple(meant))


def _comments(file: str, text: str) -> Iterator[_Comment]:
    if _MARK not in text:
        return
    lines = _BREAK.split(text)
    below = _below(lines)
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line) if _MARK in line else None
        if found is None:
            continue
        alone = not line[: found.start()].strip()
        about = below[number] if alone else number
        start, end = found.start() + 1, len(line.rstrip()) + 1
        yield _Comment(Span(file, number, start, number, end), found[1].rstrip(), about)


def _below(lines: list[str]) -> list[int]:
    """For each line the first one below it that is no comment: several may stand above one line."""
    below = [len(lines) + 1] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        comment = lines[index].lstrip().startswith("#")
        below[index] = below[index + 1] if comment else index + 1
    return below
