"""Reading YAML: plain data, the place of everything, and mistakes in our own words."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from burnrules.diagnostics import Diagnostic, Severity
from burnrules.source import LARGEST, Document, Number, Read, Reading, read

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "collector"


def of(text: str, reading: Reading = Reading.SPEC) -> Read:
    return read("a.yaml", text.encode("utf-8", "surrogatepass"), reading)


def data(text: str) -> object:
    (document,) = of(text).documents
    return document.data


def said(text: str, reading: Reading = Reading.SPEC) -> list[tuple[str, int, int, str]]:
    found = of(text, reading).found
    return [(one.code, one.span.line, one.span.column, one.message) for one in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("99.90", Decimal("99.90")),
        ("1e3", Decimal(1000)),
        ("-.5", Decimal("-0.5")),
        ("7.", Decimal(7)),
        (".inf", Decimal("Infinity")),
        ("-.Inf", Decimal("-Infinity")),
    ],
)
def test_a_plain_number_keeps_its_digits_and_has_an_exact_value(text: str, value: Decimal) -> None:
    number = data(text)

    assert isinstance(number, Number)
    assert number == text
    assert number.decimal == value


def test_nan_is_a_number_that_is_none() -> None:
    number = data(".nan")

    assert isinstance(number, Number)
    assert number.decimal.is_nan()


@pytest.mark.parametrize(
    "text", ["'12'", '"12"', "1.2.3", "1e9999", "0x1F", "0o14", "1" * 61, "5m"]
)
def test_what_is_no_number_stays_text(text: str) -> None:
    assert type(data(text)) is str


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("TRUE", True), ("False", False), ("NO", "NO"), ("on", "on"), ("y", "y"),
     ("'true'", "true"), ("2024-01-01", "2024-01-01")],
)  # fmt: skip
def test_only_true_and_false_are_booleans(text: str, value: object) -> None:
    assert data(f"a: {text}") == {"a": value}
    assert type(data(f"[{text}]")[0]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "taken_for"),
    [
        ("NO", "false"),
        ("Yes", "true"),
        ("off", "false"),
        ("012", "an octal number"),
        ("0o14", "an octal number"),
        ("0xff", "a hexadecimal number"),
        ("0b11", "a binary number"),
        ("30:00", "a base-60 number"),
        ("99:9", "a base-60 number"),
        ("1_000", "a number"),
        ("2024-01-01", "a date"),
        ("2024-01-01T10:00:00Z", "a date"),
        ("=", "a default value"),
    ],
)
def test_what_other_readers_take_for_something_else_gets_a_warning(
    text: str, taken_for: str
) -> None:
    (one,) = of(f"a: {text}").found

    assert one.severity is Severity.WARNING
    assert one.message == f"`{text}` is {taken_for} to other YAML readers"
    assert one.hint == f'quote it: "{text}"'
    assert (one.span.column, one.span.end_column) == (4, 4 + len(text))


@pytest.mark.parametrize(
    "text",
    ["12", "0", "-1", "0.5", "99.9%", "30d", "1h30m", "5xx", "1.10", "0.158.0", "10:80", "no one",
     "'NO'", '"012"', "=~", "n", "Y", "a_b"],
)  # fmt: skip
def test_unambiguous_text_gets_no_warning(text: str) -> None:
    assert of(f"a: {text}").found == ()


MISTAKES = {
    "tab for indentation": (
        "a:\n\tb: 1", "BR001", 2, 1, "a tab stands where YAML allows only spaces"),
    "unclosed list": (
        "a: [1\nb: 2", "BR001", 2, 2, "a list in `[ ]` is not continued or closed here"),
    "unclosed list at the end": (
        "a: [1,\n\n", "BR001", 1, 6, "a value is missing between brackets"),
    "unclosed quote": ("a: 'x\nb: 1", "BR001", 1, 4, "the closing quote is missing"),
    "two colons": ("a: b: c", "BR001", 1, 5, "a `:` stands where no key can be"),
    "unknown escape": (
        'a: "\\d"', "BR001", 1, 5, "double-quoted text has an escape that YAML does not know"),
    "reserved character": ("a: @b", "BR001", 1, 4, "text cannot begin with `@`"),
    "text among keys": ("a: 1\nb\nc: 1", "BR001", 2, 1, "a line without `key:` among keys"),
    "list, then key": (
        "- a\nb: 1", "BR001", 2, 1, "a list ends here, and what follows is not an item of it"),
    "template": (
        "query: {{ .window }}", "BR012", 1, 8,
        "value starts with `{{`: it is a template, not YAML"),
    "template with text after it": (
        "a: {{ x }}s", "BR012", 1, 4, "value starts with `{{`: it is a template, not YAML"),
    "helm's condition": (
        "{{- if .Values.slo }}\na: 1", "BR012", 1, 1,
        "value starts with `{{`: it is a template, not YAML"),
    "jinja's condition": (
        "{% if x %}\na: 1", "BR012", 1, 1, "value starts with `{%`: it is a template, not YAML"),
    "repeated key": (
        "a: 1\nb: {}\na: 2", "BR003", 3, 1, "key `a` appears twice, in lines 1 and 3"),
    "key without a value": ("spec:\nslos: 1", "BR008", 1, 1, "`spec` has no value"),
    "null": ("a: null", "BR008", 1, 4, "`a` has no value"),
    "empty item": ("a:\n  - \n  - b", "BR008", 2, 4, "list item has no value"),
    "tag": (
        "a: !!python/object/apply:os.system [id]", "BR009", 1, 4,
        "tag `!!python/object/apply:os.system` is not allowed"),
    "tag on text": ("a: !!str 1", "BR009", 1, 4, "tag `!!str` is not allowed"),
    "number as key": ("1: a", "BR010", 1, 1, "key `1` is a number, not text"),
    "boolean as key": ("true: a", "BR010", 1, 1, "key `true` is a boolean, not text"),
    "no key": ("?\n: b", "BR010", 1, 2, "key is empty, not text"),
    "list as key": ("? [a]\n: b", "BR010", 1, 3, "a key is text, not a mapping or list"),
    "merge key": (
        "a: &a {x: b}\nb: {<<: *a}", "BR011", 2, 5, "merge key `<<` is not supported"),
    "alias to itself": ("a: &a [*a]", "BR014", 1, 8, "alias `*a` refers to itself"),
    "alias to nothing": (
        "a: *b", "BR014", 1, 4, "alias `*b` has no anchor `&b` before it"),
    "alias to another document": (
        "a: &b x\n---\nc: *b", "BR014", 3, 4, "alias `*b` has no anchor `&b` before it"),
    "deep brackets": ("[" * 3000, "BR007", 1, 101, "document nests deeper than 100 levels"),
    "deep lists": ("- " * 3000, "BR007", 1, 201, "document nests deeper than 100 levels"),
    "control character": (
        "a: x\x07y", "BR005", 1, 5, "character U+0007 may not stand in YAML"),
    "line separator": (
        "a: x\u2028y", "BR005", 1, 5, "character U+2028 may not stand in YAML"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message"), MISTAKES.values(), ids=MISTAKES.keys()
)
def test_a_mistake_is_named_once_at_its_place(
    text: str, code: str, line: int, column: int, message: str
) -> None:
    (one,) = of(text).found

    assert (one.code, one.span.line, one.span.column, one.message) == (code, line, column, message)
    assert one.severity is Severity.ERROR
    assert one.hint


@pytest.mark.parametrize(
    ("raw", "message", "column"),
    [
        (b"a: \xff", "file is not UTF-8 (byte 0xff at offset 3)", 4),
        ("é: ".encode() + b"\xe9", "file is not UTF-8 (byte 0xe9 at offset 4)", 4),
        (b"a\0b", "file contains a NUL character", 2),
        (b"\x89PNG\r\n\x1a\n\0", "file is not UTF-8 (byte 0x89 at offset 0)", 1),
        ("a: 1".encode("utf-16-le"), "file contains a NUL character", 2),
    ],
    ids=["latin-1", "latin-1 after two bytes", "nul", "image", "utf-16 without a mark"],
)
def test_bytes_that_are_no_text_are_named_with_their_offset(
    raw: bytes, message: str, column: int
) -> None:
    first = read("a.yaml", raw).found[0]

    assert (first.code, first.message, first.span.column) == ("BR005", message, column)


def test_a_file_full_of_control_characters_is_said_twenty_times_not_more() -> None:
    assert len(of("a: " + "\x07" * 1_000).found) == 20


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xef\xbb\xbfa: b\n", "file begins with a byte order mark"),
        ("\ufeffa: b\n".encode("utf-16-le"), "file is UTF-16"),
        ("\ufeffa: b\n".encode("utf-16-be"), "file is UTF-16"),
    ],
    ids=["utf-8", "utf-16-le", "utf-16-be"],
)
def test_a_byte_order_mark_is_only_a_warning(raw: bytes, message: str) -> None:
    result = read("a.yaml", raw)

    assert [(one.severity, one.message) for one in result.found] == [(Severity.WARNING, message)]
    assert [document.data for document in result.documents] == [{"a": "b"}]
    assert result.documents[0].value(("a",)).column == 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_line_ends_of_every_system_give_the_same_data_and_places(end: str) -> None:
    text = "a: b\nc:\n  - |\n    x\n    y\n---\nd: e\n".replace("\n", end)

    result = of(text)

    assert result.found == ()
    assert [one.data for one in result.documents] == [{"a": "b", "c": ["x\ny\n"]}, {"d": "e"}]
    assert result.documents[1].value(("d",)).line == 7


def test_a_broken_document_does_not_hide_the_findings_of_the_others() -> None:
    text = "a: [\n---\nb: NO\n---\nc: 'x\n---\nd:\n---\ne: 1\n"

    assert [(code, line) for code, line, *_ in said(text)] == [
        ("BR001", 1), ("BR013", 3), ("BR001", 5), ("BR008", 7)]  # fmt: skip
    assert [one.data for one in of(text).documents] == [{"b": "NO"}, {"d": None}, {"e": "1"}]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("# only a comment\n", 0),
        ("---", 1),
        ("%YAML 1.2\n---\na: 1", 1),
        ("# comment\n\n---\na: 1\n", 1),
        ("a: 1\n...\n---\nb: 1\n", 2),
        ("a: |\n  ---\n  x\n", 1),
        ("a: ---\n", 1),
        ("--- {a: 1}\n--- {b: 1}\n", 2),
        ("---a: 1\n", 1),
    ],
)
def test_documents_are_cut_where_yaml_cuts_them(text: str, count: int) -> None:
    result = of(text)

    assert result.found == ()
    assert [one.index for one in result.documents] == list(range(count))


def test_an_alias_bomb_is_refused_before_anybody_walks_it() -> None:
    levels = [f"{name}: &{name} [{', '.join(['*' + below] * 9)}]"
              for below, name in zip("abcdefgh", "bcdefghi", strict=True)]  # fmt: skip
    text = "\n".join(["a: &a [x, x, x]", *levels])

    result = of(text)

    assert [one.message for one in result.found] == ["more than 10,000 nodes after alias expansion"]
    assert result.documents == ()


def test_a_large_file_may_repeat_itself_by_aliases() -> None:
    text = "first: &sli {errors: {spans: {service: api, route: /}}}\nslos:\n"
    text += "".join(f"  - {{name: s{n}, sli: *sli}}\n" for n in range(1_000))
    text += "---\n" + text + "---\n" + text

    assert of(text).found == ()


def test_aliased_text_is_found_where_it_is_written() -> None:
    (document,) = of("a: &x\n  deep: text\nb: *x\n").documents

    assert document.data["b"] == {"deep": "text"}
    assert document.value(("b",)).line == 3
    assert document.value(("b", "deep")).line == 2


PLACES = """\
metadata: {name: checkout}
spec:
  entry:
    service: "api"
  slos:
    - name: fast
      objective: 99
    -
      name: slow
  empty:
"""


@pytest.mark.parametrize(
    ("loc", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("metadata",), (1, 11), (1, 1)),
        (("metadata", "name"), (1, 18), (1, 12)),
        (("spec", "entry", "service"), (4, 14), (4, 5)),
        (("spec", "slos"), (6, 5), (5, 3)),
        (("spec", "slos", 0), (6, 7), (6, 7)),
        (("spec", "slos", 1, "name"), (9, 13), (9, 7)),
        (("spec", "empty"), (10, 3), (10, 3)),
        (("spec", "entry", "route"), (3, 3), (3, 3)),
        (("spec", "slos", 1, "objective"), (9, 7), (9, 7)),
        (("spec", "slos", 7), (5, 3), (5, 3)),
        (("metadata", "name", "deeper", 3), (1, 12), (1, 12)),
        (("nowhere",), (1, 1), (1, 1)),
    ],
    ids=str,
)
def test_every_value_and_key_has_a_place_and_the_absent_their_parents(
    loc: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    (document,) = of(PLACES).documents

    assert (document.value(loc).line, document.value(loc).column) == value
    assert (document.key(loc).line, document.key(loc).column) == key


def test_a_place_ends_where_the_text_ends() -> None:
    (document,) = of("a: &x  'b c'   # comment\nd:\n  - e\n\n  # comment\nf: |\n  g\n\n").documents

    ends = {key: document.value((key,)) for key in "adf"}

    assert (ends["a"].end_line, ends["a"].end_column) == (1, 13)
    assert (ends["d"].end_line, ends["d"].end_column) == (3, 6)
    assert (ends["f"].end_line, ends["f"].end_column) == (7, 4)


SCALARS = {
    "plain": "sum(rate(BAD[5m]))",
    "single quotes": "'it''s a BAD one'",
    "double quotes": r'"q\"u\u0041\x41\t BAD"',
    "joined lines": '"one \\\n    BAD"',
    "folded quotes": "'one\n  two\n\n  BAD'",
    "folded plain": "one\n  two BAD",
    "literal": "|\n  one\n    BAD\n",
    "literal, kept": "|+\n\n  one BAD\n\n",
    "folded": ">-\n  one\n  two\n\n    more\n  BAD\n",
    "anchored": "&x |\n  one BAD\n",
    "wide": "日本 BAD",
    "windows": "|\r\n  one\r\n  BAD\r\n",
}


@pytest.mark.parametrize("scalar", SCALARS.values(), ids=SCALARS.keys())
def test_a_part_of_a_text_is_found_in_the_file(scalar: str) -> None:
    text = f"# comment\nb: {scalar}"
    (document,) = of(text).documents
    at = document.data["b"].index("BAD")

    span = document.within(("b",), at, at + 3)

    line = text.splitlines()[span.line - 1]
    assert span.end_line == span.line
    assert line[span.column - 1 : span.end_column - 1] == "BAD"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("a: |2\n   x", 0, 1), ("a: xyz", 2, 9), ("a: xyz", -1, 1), ("a: {b: c}", 0, 1),
     ("a: [x]", 0, 1), ("b: &b xyz\na: *b", 0, 1), ("a: true", 0, 1)],
    ids=["explicit indentation", "past the end", "before the start", "mapping", "list", "alias",
         "boolean"],
)  # fmt: skip
def test_where_a_part_is_unsure_the_whole_value_is_meant(text: str, start: int, end: int) -> None:
    (document,) = of(text).documents

    assert document.within(("a",), start, end) == document.value(("a",))


def test_an_empty_part_still_has_a_place() -> None:
    (document,) = of("a: xyz").documents

    assert document.within(("a",), 1, 1).column == 5
    assert document.within(("a",), 3, 3).column == 7


def test_foreign_files_may_do_what_ours_may_not() -> None:
    text = "a:\nb: NO\n1: x\nc: !tag {d: 012}\ne: &e {f: g, h: i}\nj: {<<: *e, f: own}\n"

    result = of(text, Reading.FOREIGN)

    assert result.found == ()
    assert result.documents[0].data == {
        "a": None, "b": "NO", "1": "x", "c": {"d": "012"}, "e": {"f": "g", "h": "i"},
        "j": {"f": "own", "h": "i"}}  # fmt: skip


def test_foreign_files_are_still_warned_of_repeated_keys() -> None:
    (one,) = of("a: 1\na: 2", Reading.FOREIGN).found

    assert (one.code, one.severity) == ("BR003", Severity.WARNING)


def test_real_collector_configurations_are_read_as_yaml_reads_them() -> None:
    files = sorted(CORPUS.glob("*.yaml"))
    assert files

    for file in files:
        result = read(file.name, file.read_bytes(), Reading.FOREIGN)
        expected = list(yaml.load_all(file.read_bytes(), Loader=_TextLoader))
        assert [_texts(one.data) for one in result.documents] == expected, file.name


class _TextLoader(yaml.BaseLoader):
    """Every scalar as text: the shape of the data without anybody's idea of types."""


def _texts(value: object) -> object:
    match value:
        case dict():
            return {key: _texts(below) for key, below in value.items()}
        case list():
            return [_texts(below) for below in value]
        case bool():
            return str(value).lower()
        case None:
            return ""
    return str(value)


def test_a_file_above_the_limit_is_not_parsed() -> None:
    started = time.monotonic()
    (one,) = read("big.yaml", b"[" * (LARGEST + 1)).found

    assert time.monotonic() - started < 1
    assert (one.code, one.message) == ("BR007", "file is 10.0 MB; the limit is 10 MB")


@pytest.mark.parametrize(
    "text",
    ["--- \na: 1\n" * 20_000, "--- [\n" * 20_000, "[" * 1_000_000, "a: &a\n" * 100_000,
     "- 'x\n" * 200_000, "{{" * 500_000, "a: NO\n---\n" * 20_000, "? " * 200_000, "\n" * 5_000_000],
    ids=["documents", "broken documents", "brackets", "anchors", "quotes", "templates", "warnings",
         "questions", "empty lines"],
)  # fmt: skip
def test_hostile_files_are_answered_in_bounded_time(text: str) -> None:
    started = time.monotonic()
    of(text)

    assert time.monotonic() - started < 10  # generous: the machine may be busy


SYMBOLS = "ab1:-?,[]{}#&*!|>'\"%@`\\ \n\t\r.~<=\0\x07\u2028é日😀"
YAMLISH = st.text(st.sampled_from(SYMBOLS), max_size=60)


@given(st.one_of(st.binary(max_size=60), YAMLISH.map(lambda text: text.encode())))
@example(b"%YAML 9.9\n---\n")
@example(b"%TAG ! x\n%TAG ! x\n---\n")
@example(b"\xff\xfe\x00")
@example(b"a: |999\n x")
@example(b"!<x")
@settings(max_examples=600)
def test_no_bytes_make_the_reader_fail_and_every_finding_has_a_place(raw: bytes) -> None:
    for reading in Reading:
        result = read("a.yaml", raw, reading)
        for one in result.found:
            _check(one, result.text)
        for document in result.documents:
            _walk(document, document.data, ())


def _check(one: Diagnostic, text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= one.span.line <= one.span.end_line <= len(lines)
    assert 1 <= one.span.column <= len(lines[one.span.line - 1]) + 2
    assert len(one.message) <= 100
    assert one.message[0].islower() or one.message[0] == "`"
    assert "found" not in one.message


def _walk(document: Document, value: object, loc: tuple[str | int, ...]) -> None:
    assert document.value(loc).line >= 1
    assert document.key(loc).line >= 1
    if isinstance(value, str):
        assert document.within(loc, 0, len(value)).line >= 1
    if isinstance(value, dict):
        for key, below in value.items():
            _walk(document, below, (*loc, key))
    if isinstance(value, list):
        for number, below in enumerate(value):
            _walk(document, below, (*loc, number))


LEAVES = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp"),
        exclude_characters="\ufeff\ufffe\uffff",
    ),
    max_size=12,
)


def _containers(below: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    lists = st.lists(below, min_size=1, max_size=3)
    return lists | st.dictionaries(LEAVES, below, min_size=1, max_size=3)


@given(_containers(st.recursive(LEAVES, _containers, max_leaves=8)), st.sampled_from(["'", '"']))
@settings(max_examples=150)
def test_quoted_text_comes_back_as_it_was(value: object, style: str) -> None:
    text = yaml.dump(value, default_flow_style=style == "'", default_style=style)

    result = of(text.replace("!!str ", ""))

    assert result.found == ()
    assert result.documents[0].data == value


@given(
    st.text(st.sampled_from("ab 'é\\\"\n\t:#日"), min_size=1, max_size=30),
    st.sampled_from(["'", '"', "|", ">", None]),
)
@settings(max_examples=400)
def test_every_character_is_found_where_it_stands_or_the_whole_value_is(
    value: str, style: str | None
) -> None:
    text = yaml.dump({"key": value}, default_style=style, allow_unicode=True, width=12)
    text = text.replace('"key"', "key").replace("!!str ", "")
    result = of(text)
    assume(result.found == () and "key" in result.documents[0].data)
    (document,) = result.documents
    read_back = str(document.data["key"])
    whole = document.value(("key",))

    lines = text.split("\n")
    for at, character in enumerate(read_back):
        span = document.within(("key",), at, at + 1)
        if span != whole and character not in " \n\t\"'\\é日":
            assert lines[span.line - 1][span.column - 1] == character
