"""Showing findings: to people, editors, scripts and CI systems."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import codes
from burnrules.codes import file
from burnrules.diagnostics import Diagnostic, Severity, Span
from burnrules.render import Format, render
from burnrules.render.visible import visible, width

MISSPELT = Diagnostic(
    "BR102",
    Severity.ERROR,
    Span("a.yaml", 2, 3, 2, 6),
    "unknown field `bda`",
    "did you mean `bad`?",
)
WARNED = Diagnostic("BR013", Severity.WARNING, Span("a.yaml", 1, 1, 1, 5), "quote `spec`")
SOURCES = {"a.yaml": 'spec:\n  bda: http_requests_total{code=~"5.."}\n'}


def shown(
    *found: Diagnostic, form: Format = Format.TEXT, sources: dict[str, str] | None = None
) -> str:
    return render(found, SOURCES if sources is None else sources, form, color=False)


def excerpt(line: str, column: int, end: int) -> list[str]:
    one = Diagnostic("BR102", Severity.ERROR, Span("a", 1, column, 1, end), "m")
    return shown(one, sources={"a": line}).splitlines()[1:3]


def test_a_finding_shows_the_line_and_points_at_it_and_says_what_to_do() -> None:
    assert (
        shown(MISSPELT)
        == """\
a.yaml:2:3: error[BR102] unknown field `bda`
   2 |   bda: http_requests_total{code=~"5.."}
         ^^^
  hint: did you mean `bad`?
1 error
"""
    )


def test_findings_are_shown_in_file_order_once_and_counted() -> None:
    other = Diagnostic("BR402", Severity.INFO, Span("b.yaml"), "many series")

    text = shown(other, MISSPELT, WARNED, MISSPELT)

    assert [line.split(": ")[0] for line in text.splitlines() if "[BR" in line] == [
        "a.yaml:1:1", "a.yaml:2:3", "b.yaml:1:1"]  # fmt: skip
    assert text.splitlines()[-1] == "1 error, 1 warning, 1 info"


def test_several_of_a_kind_are_counted_in_the_plural() -> None:
    others = [Diagnostic("BR102", Severity.ERROR, Span("a", n), "m") for n in (1, 2)]

    assert shown(*others).splitlines()[-1] == "2 errors"


@pytest.mark.parametrize("count", [99, 100, 101, 5_000])
def test_of_every_kind_in_a_file_a_hundred_are_shown_and_the_rest_counted(count: int) -> None:
    many = [MISSPELT._replace(span=Span("a.yaml", n)) for n in range(1, count + 1)]
    others = [one._replace(span=Span("b.yaml", one.span.line)) for one in many[:3]]

    lines = shown(WARNED, *many, *others).splitlines()

    heads = [line for line in lines if line.startswith("a.yaml") and "BR102" in line]
    assert len(heads) == min(count, 100)
    more = f" (and {count - 100:,} more BR102 in this file)" if count > 100 else "`bda`"
    assert heads[-1].endswith(more)
    assert sum(line.startswith("b.yaml") for line in lines) == 3
    assert lines[-1] == f"{count + 3} errors, 1 warning"


@pytest.mark.parametrize("form", [Format.TEXT, Format.LINE, Format.JSON, Format.GITHUB])
def test_nothing_found_is_nothing_shown(form: Format) -> None:
    assert shown(form=form) == ""


def test_colour_goes_round_the_severity_and_the_carets_only() -> None:
    text = render([MISSPELT], SOURCES, Format.TEXT, color=True)

    assert "\x1b[1;31merror[BR102]\x1b[0m unknown field" in text
    assert "\x1b[1;31m^^^\x1b[0m\n" in text
    assert text.count("\x1b") == 4


@pytest.mark.parametrize(
    ("line", "column", "end", "seen", "carets"),
    [
        ("a:\tb", 4, 5, r"a:\tb", "    ^"),
        ("a: 日本 x", 4, 6, "a: 日本 x", "   ^^^^"),
        ("日本: x", 5, 6, "日本: x", "      ^"),
        ("a: \x1b[2Jx", 4, 5, r"a: \x1b[2Jx", "   ^^^^"),
        ("a: \u202eb", 4, 6, r"a: \u202eb", "   ^^^^^^^"),
        ("e\u0301: x", 4, 5, "e\u0301: x", "  ^"),
        ("a: b", 9, 12, "a: b", "    ^"),
        ("a: b", 2, 2, "a: b", " ^"),
        ("a: b", 1, 400, "a: b", "^^^^"),
    ],
    ids=["tab", "wide", "after wide", "escape sequence", "right to left", "combining",
         "past the end", "empty place", "end past the end"],
)  # fmt: skip
def test_carets_stand_under_what_they_mean(
    line: str, column: int, end: int, seen: str, carets: str
) -> None:
    assert excerpt(line, column, end) == ["   1 | " + seen, "       " + carets]


def test_a_long_line_is_cut_around_the_carets() -> None:
    line = "x" * 5_000 + "HERE" + "y" * 5_000

    text, carets = excerpt(line, 5_001, 5_005)

    assert len(text) <= 110
    assert (text[7], text[-1]) == ("…", "…")
    assert text[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_a_place_of_several_lines_shows_the_first() -> None:
    one = Diagnostic("BR102", Severity.ERROR, Span("a", 1, 4, 3, 2), "m")

    lines = shown(one, sources={"a": "a: [b,\nc,\nd]"}).splitlines()

    assert lines[1:3] == ["   1 | a: [b,", "          ^^^"]


@pytest.mark.parametrize("sources", [{}, {"a.yaml": ""}, {"a.yaml": "\n   \n"}], ids=str)
def test_where_there_is_no_line_there_is_no_excerpt(sources: dict[str, str]) -> None:
    assert shown(MISSPELT, sources=sources).count("\n") == 3


def test_lines_are_for_editors_that_jump_to_them() -> None:
    assert shown(MISSPELT, form=Format.LINE) == (
        "a.yaml:2:3: error[BR102] unknown field `bda`\n")  # fmt: skip


def test_every_json_line_is_one_finding() -> None:
    first, second = shown(MISSPELT, WARNED, form=Format.JSON).splitlines()

    assert json.loads(second) == {
        "file": "a.yaml", "line": 2, "column": 3, "endLine": 2, "endColumn": 6,
        "severity": "error", "code": "BR102", "message": "unknown field `bda`",
        "hint": "did you mean `bad`?"}  # fmt: skip
    assert json.loads(first)["hint"] == ""


def test_github_shows_annotations() -> None:
    one = file.REPEATED_KEY.at(
        Span("a,b:c%.yaml", 2, 3, 2, 6), "100% of `a::b`\nx", hint="no, don't"
    )

    assert shown(one, form=Format.GITHUB) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,endColumn=6,title=BR003 repeated key"
        "::100%25 of `a::b`\\nx%0Ahint: no, don't\n")  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "word"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
)
def test_github_has_a_word_for_every_severity(severity: Severity, word: str) -> None:
    one = Diagnostic("BR999", severity, Span("a", 1, 2, 3, 4), "m")

    assert (
        shown(one, form=Format.GITHUB) == f"::{word} file=a,line=1,col=2,endLine=3,title=BR999::m\n"
    )


def test_code_scanning_gets_results_with_their_rules() -> None:
    one = file.REPEATED_KEY.at(
        Span("slos/é b.yaml", 2, 3, 2, 6), "key `a` twice", hint="remove one"
    )
    two = file.ODD_ENCODING.at(Span("/abs/a.yaml"), "a mark")
    three = Diagnostic("BR999", Severity.INFO, Span("c"), "m")

    (run,) = json.loads(shown(one, two, three, form=Format.SARIF))["runs"]

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["BR003", "BR006", "BR999"]
    assert rules[0]["fullDescription"]["text"] == file.REPEATED_KEY.why
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "file:///abs/a.yaml", "c", "slos/%C3%A9%20b.yaml"]  # fmt: skip
    assert places[2]["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 6}
    assert run["results"][2]["message"]["text"] == "key `a` twice; hint: remove one"
    assert [result["level"] for result in run["results"]] == ["warning", "note", "error"]


ANY_TEXT = st.text(st.characters(), max_size=30)
ANY_NAME = st.binary(max_size=30).map(os.fsdecode)


@given(ANY_NAME, ANY_TEXT, ANY_TEXT, st.integers(1, 40), st.integers(1, 40))
def test_no_user_text_reaches_a_terminal_alive(
    name: str, message: str, line: str, column: int, end: int
) -> None:
    one = Diagnostic("BR102", Severity.ERROR, Span(name, 1, column, 1, end), message, message)

    for form in Format:
        text = shown(one, form=form, sources={name: line})
        text.encode()
        assert all(char.isprintable() or char.isspace() for char in text.replace("\n", ""))
        assert not {"\r", "\x1b", "\u202e", "\u2066", "\u200b"} & set(text)
    assert shown(one, form=Format.LINE).count("\n") == 1
    assert shown(one, form=Format.GITHUB).count("\n") == 1


@given(ANY_TEXT)
def test_visible_text_is_as_wide_as_what_it_is_made_of(text: str) -> None:
    assert width(visible(text)) == sum(width(visible(character)) for character in text)


def test_the_table_of_codes_holds_every_code_under_its_id() -> None:
    table = codes.table()

    assert table["BR003"] is file.REPEATED_KEY
    assert list(table) == sorted(table)
    assert all(code.id == name and code.title and code.why for name, code in table.items())
