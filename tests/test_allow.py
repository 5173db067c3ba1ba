"""Allowing a finding where it stands, with a reason."""

import pytest

from burnrules import allow
from burnrules.diagnostics import Diagnostic, Severity, Span

FILE = "a.yaml"


def finding(
    line: int, code: str = "BR402", severity: Severity = Severity.WARNING, file: str = FILE
) -> Diagnostic:
    return Diagnostic(code, severity, Span(file, line, 3, line, 9), "many series")


def left(text: str, *found: Diagnostic) -> list[tuple[str, int]]:
    return [(one.code, one.span.line) for one in allow.apply(found, {FILE: text})]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b  # burnrules: allow BR402 because few values\n", 1),
        ("# burnrules: allow BR402 because few values\na: b\n", 2),
        ("x:\n  # burnrules: allow BR402 because few values\n  # more words\n  a: b\n", 4),
        ("#burnrules:allow BR402 because é\r\na: b\r\n", 2),
        ("\t# burnrules: allow BR402 because few values\ra: b\r", 2),
    ],
    ids=["on the line", "above it", "above other comments", "windows", "old mac"],
)
def test_a_comment_with_a_reason_takes_the_finding_away(text: str, line: int) -> None:
    assert left(text, finding(line)) == []


def test_every_finding_of_the_code_on_the_line_is_taken_away() -> None:
    text = "a: b  # burnrules: allow BR402 because few values\n"
    twice = Diagnostic("BR402", Severity.INFO, Span(FILE, 1, 5), "other words")

    assert left(text, finding(1), twice) == []


def test_a_comment_allows_one_code_on_one_line_of_one_file_only() -> None:
    text = "a: b  # burnrules: allow BR402 because few values\nc: d\n"

    remain = left(text, finding(1), finding(2), finding(1, "BR403"), finding(1, file="b.yaml"))

    assert remain == [("BR403", 1), ("BR402", 2), ("BR402", 1)]


def test_comments_stand_above_one_another() -> None:
    text = (
        "# burnrules: allow BR402 because few values\n"
        "# burnrules: allow BR403 because it is short\n"
        "a: b\n"
    )

    assert left(text, finding(3), finding(3, "BR403")) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("allow BR402", "allow BR402 gives no reason"),
        ("allow BR402 because", "allow BR402 gives no reason"),
        ("allow BR402 because  ", "allow BR402 gives no reason"),
        ("allow BR402, BR403 because few", "allow BR402 gives no reason"),
        ("allow", "allow names no code"),
        ("allow everything because I can", "allow names no code"),
    ],
)
def test_a_comment_without_code_or_reason_allows_nothing_and_is_said(
    words: str, message: str
) -> None:
    found = allow.apply([finding(1)], {FILE: f"a: b # burnrules: {words}\n"})

    assert [(one.code, one.message) for one in found] == [
        ("BR402", "many series"), ("BR021", message)]  # fmt: skip


def test_a_comment_that_suppresses_nothing_is_said_at_its_place() -> None:
    (one,) = allow.apply([], {FILE: "a: b\nc: d # burnrules: allow BR402 because few values \n"})

    assert (one.code, one.message) == ("BR004", "allow BR402 suppresses nothing")
    assert (one.span.line, one.span.column, one.span.end_column) == (2, 6, 49)


def test_a_comment_is_not_called_unused_before_its_stage_has_run() -> None:
    text = "a: b # burnrules: allow BR402 because few values\nc: d\n"

    assert left(text, finding(2, "BR201", Severity.ERROR)) == [("BR201", 2)]


@pytest.mark.parametrize("code", ["BR003", "BR102", "BR201", "BR301", "BR901"])
def test_what_would_lose_an_slo_cannot_be_allowed(code: str) -> None:
    text = f"a: b # burnrules: allow {code} because I say so\n"

    assert left(text, finding(1, code, Severity.ERROR)) == [(code, 1), ("BR022", 1)]
    assert left(text, finding(1, code, Severity.WARNING)) == []


def test_errors_about_what_was_made_can_be_allowed() -> None:
    text = "a: b # burnrules: allow BR402 because few values\n"

    assert left(text, finding(1, "BR402", Severity.ERROR)) == []


@pytest.mark.parametrize(
    "text",
    ["a: 'x#burnrules: allow BR402'\n", "# burnrules: allowed\n", "# allow BR402 because\n", "",
     "a: b # burnrules is fine: allow\n"],
)  # fmt: skip
def test_other_comments_are_none_of_ours(text: str) -> None:
    assert left(text) == []


def test_a_comment_at_the_end_of_a_file_allows_nothing() -> None:
    assert left("a: b\n# burnrules: allow BR402 because few values", finding(1)) == [
        ("BR402", 1), ("BR004", 2)]  # fmt: skip
