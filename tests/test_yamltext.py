"""What is written is what is read, by every reader."""

import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from burnrules.artifact import Artifact
from burnrules.yamltext import MARK, Shared, dump, header, text


def pure(written: str) -> Any:
    return yaml.load(written, Loader=yaml.SafeLoader)


def libyaml(written: str) -> Any:
    return yaml.load(written, Loader=yaml.CSafeLoader)


def yaml_1_2(written: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(written))


READERS = [pure, libyaml, yaml_1_2]

AWKWARD = (
    "'\"\\{}[]():,#&*!|>%@`?-~=<. \n\t\r\x00\x07\x1b\x7f\x85\xa0\xad\u200b\u202e\u2028\u2029\ufeff"
    "\u3000\ufe0f\ufffd\U0001f600\U0001ffff\U000e0041é漢aAyYnN0123xe_$/"
)
PIECES = [
    "{{ $labels.slo_name }}", "${HOME}", ": ", " #", "- ", "---", "...", "\n", "\n\n", "\n  ", "  ",
    "yes", "null", "1e3", "0x1F", "2024-01-01", "12:30:45", "<<",
    'sum by (le) (rate(a{b="c"}[5m]))',
]  # fmt: skip
TEXTS = st.one_of(
    st.text(AWKWARD, max_size=12),
    st.lists(st.sampled_from(PIECES) | st.text(AWKWARD, max_size=3), max_size=5).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
SCALARS = st.one_of(TEXTS, st.integers(), st.booleans(), st.none())
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(DATA)
@example({"": {"": [[], {}, [[""]], [{"a": "b\nc\n", "d": ["x\n\ny"]}]]}})
@example({"k" * 2000: {"k" * 1030: ["a\nb"]}, "é" * 1024: 1})
@settings(max_examples=400)
def test_any_data_is_read_back_as_it_was_by_every_reader(data: Any) -> None:
    written = dump(data)

    assert [read(written) for read in READERS] == [data] * len(READERS)


@given(st.lists(DATA, min_size=1, max_size=4))
@example([{"a": "b\n\nc\n"}, "", {"k" * 2000: ["a\nb"]}])
@settings(max_examples=200)
def test_a_list_that_files_share_reads_in_each_as_if_it_stood_there_alone(items: list[Any]) -> None:
    shared = Shared(dump(items))
    deeper = Shared(shared.at("  "), "  ")

    for wrapped in (lambda x: {"a": x}, lambda x: {"a": {"b": [{"c": x}], "d": x}}):
        assert dump(wrapped(shared)) == dump(wrapped(deeper)) == dump(wrapped(items))


@given(TEXTS, st.lists(DATA, max_size=3))
@settings(max_examples=100)
def test_no_name_of_a_spec_gets_out_of_the_header(source: str, documents: list[Any]) -> None:
    written = text(
        Artifact("prometheus-rules", "prometheus-rules/a.yaml", source, tuple(documents))
    )

    assert written.startswith(MARK)
    assert list(yaml.safe_load_all(written)) == documents


NUMBER_LIKE = [
    "1",
    "0.001",
    "1e3",
    "0x1",
    "0o7",
    "0b1",
    "12:30",
    "12:30:45",
    "-1",
    "+1",
    ".5",
    "1_000",
    ".inf",
    "-.INF",
    ".nan",
    "NO",
    "no",
    "Yes",
    "y",
    "N",
    "on",
    "OFF",
    "true",
    "False",
    "null",
    "NULL",
    "~",
    "=",
    "<<",
    "2024-01-01",
    "inf",
    "NaN",
    "Infinity",
    "-",
    "?",
    "*",
    "&",
    "!",
    "[]",
    "{}",
    "0",
    "-0",
    "1.",
    "---",
    "...",
]


@pytest.mark.parametrize("value", [*NUMBER_LIKE, "", " ", "a ", " a", "2024-01-01 10:00:00"])
def test_a_string_that_a_reader_may_take_for_something_else_is_quoted(value: str) -> None:
    assert dump([value, {value: value}]) == f'- "{value}"\n- "{value}": "{value}"\n'


@pytest.mark.parametrize(
    "value",
    [
        "5m",
        "1h30m",
        "page",
        "slo:sli_errors:rate5m",
        'sum by (le) (rate(http_requests_total{code=~"5.."}[5m])) > 0',
        "1 - (a / b)",
        "(a > 1) and on (slo_path, slo_name) b",
        "https://runbooks.example/checkout#page",
        "Überlast",
        "支払い",
        "availability ≥ 99.9 %",
        "at {{ $value }} now",
    ],
)
def test_what_people_read_most_is_written_plain(value: str) -> None:
    assert dump({"a": value}) == f"a: {value}\n"


def test_a_query_of_several_lines_is_laid_out_as_it_was_written() -> None:
    expr = '(\n  a{b="c"}\n)\n\nand\nb > 0'

    assert dump({"rules": [{"expr": expr, "x": 1}]}) == (
        "rules:\n"
        "  - expr: |-\n"
        "      (\n"
        '        a{b="c"}\n'
        "      )\n"
        "\n"
        "      and\n"
        "      b > 0\n"
        "    x: 1\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("a\nb\n", "|\n  a\n  b\n", id="a closing newline is kept"),
        pytest.param("a\nb\n\n", '"a\\nb\\n\\n"\n', id="two closing newlines are escaped"),
        pytest.param("a \nb", '"a \\nb"\n', id="a space before a newline is seen"),
        pytest.param("a\tb\nc", '"a\\tb\\nc"\n', id="a tab is seen"),
        pytest.param("a\r\nb", '"a\\r\\nb"\n', id="a carriage return is seen"),
        pytest.param("\u202eevil", '"\\u202eevil"\n', id="text that runs backwards is seen"),
        pytest.param("a\x85\u2028b", '"a\\x85\\u2028b"\n', id="foreign line breaks are seen"),
        pytest.param("\ud800", '"\\ud800"\n', id="half a character can be written at all"),
    ],
)
def test_what_a_reader_could_miss_is_spelled_out(value: str, written: str) -> None:
    assert dump(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0.00000001"), "0.00000001"),
        (Decimal("1E+3"), "1000"),
        (Decimal("14.40"), "14.40"),
        (Decimal("-0.5"), "-0.5"),
        (True, "true"),
        (None, "null"),
        ((), "[]"),
        ({}, "{}"),
    ],
)
def test_numbers_are_digits_and_nothing_is_written_as_such(value: Any, written: str) -> None:
    assert dump({"a": value}) == f"a: {written}\n"


@pytest.mark.parametrize("value", [0.1, Decimal("NaN"), Decimal("Infinity"), {1}, b"a"], ids=repr)
def test_what_cannot_be_written_exactly_is_our_bug(value: Any) -> None:
    with pytest.raises(TypeError, match="no place in a generated file"):
        dump({"a": value})


def test_keys_stay_in_the_order_they_were_given() -> None:
    assert dump({"b": 1, "a": {"d": 1, "c": 2}}) == "b: 1\na:\n  d: 1\n  c: 2\n"


def test_a_file_of_two_documents_begins_with_the_name_of_its_spec() -> None:
    made = Artifact(
        "flagger-metrics", "flagger-metrics/a.yaml", "slos/a.yaml", ({"a": 1}, {"b": 2})
    )

    assert text(made) == (
        "# Generated by burnrules from slos/a.yaml. Do not edit: change the spec and run "
        "`burnrules generate`.\na: 1\n---\nb: 2\n"
    )


@pytest.mark.parametrize("source", ["a\nb", "a\rb", "a\u2028b", "a\udcffb", "a\x1b[2Jb", "a\x85b"])
def test_a_spec_with_a_hostile_name_still_gives_a_header_of_one_line(source: str) -> None:
    assert len(header(source).encode().decode().splitlines()) == 1


def test_prometheus_reads_the_same_text_as_we_wrote(tmp_path: Path) -> None:
    # Our file holds the label, the test file holds JSON: promtool compares the two in Go.
    texts = [c for c in AWKWARD if c != "\x00"] + [p for p in PIECES if "{{" not in p] + NUMBER_LIKE
    texts += [f"{a}{b}" for a in "a1 -\n(" for b in texts if "{{" not in f"{a}{b}"]
    rules = [{"record": "r", "expr": "vector(1)", "labels": {"n": f"{i}", "t": t}}
             for i, t in enumerate(texts)]  # fmt: skip
    (tmp_path / "rules.yaml").write_text(dump({"groups": [{"name": "g", "rules": rules}]}))
    expected = [{"labels": "r" + promql_labels(rule["labels"]), "value": 1} for rule in rules]
    case = {"expr": "r", "eval_time": "1m", "exp_samples": expected}
    tests = {
        "rule_files": ["rules.yaml"],
        "tests": [{"interval": "1m", "promql_expr_test": [case]}],
    }
    (tmp_path / "tests.yaml").write_text(json.dumps(tests))

    promtool = shutil.which("promtool")
    assert promtool, "promtool must be on the PATH"
    ran = subprocess.run(
        [promtool, "test", "rules", "tests.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def promql_labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f"{name}={go_string(value)}" for name, value in labels.items()) + "}"


def go_string(value: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
