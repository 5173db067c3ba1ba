"""The judge: what it says, what it never does, and what it costs."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from burnrules.promql import composed, functions, parse, strings, tree
from burnrules.promql.tree import Type


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rate(x)", "`rate` wants a range vector such as metric[5m], got an instant vector"),
        ("floor(1)", "`floor` wants an instant vector, got a number"),
        ("floor()", "`floor` takes 1 argument(s), got 0"),
        ("{}", "a selector needs a name or a matcher that is not empty"),
        ("1 and 1", "`and` joins vectors, not scalars"),
        ('x{a="\\c"}', "`\\c` is no escape in a string; write `\\\\c`"),
        ('x{a=~"("}', 'the regex "(" is not RE2: missing )'),
        ("x y", "it is not PromQL"),
        ("x" * 10_001, "the query has 10,001 characters; the limit is 10,000"),
        ("x[1e18]", "the number `1e18` is too large"),
        ("x\f+ 1", "a form feed is no space in PromQL"),
    ],
)
def test_a_refusal_is_said_in_our_words(text: str, said: str) -> None:
    assert parse.error(text) == said
    assert parse.ast(text) is None


@pytest.mark.parametrize("text", ["x{a=`\\d`}", r'x{a=~"\\Qa\\E"}', 'x{a=~"[a[b]"}'])
def test_what_prometheus_reads_is_taken_where_the_parser_errs(text: str) -> None:
    assert parse.error(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 + 2", Type.SCALAR),
        ("x + 2", Type.VECTOR),
        ("-(time())", Type.SCALAR),
        ("x[5m]", Type.MATRIX),
        ("x[5m:] offset 1h", Type.MATRIX),
        ('"x"', Type.STRING),
        ("vector(1)", Type.VECTOR),
        ("scalar(x) > bool 1", Type.SCALAR),
        ("sum(x)", Type.VECTOR),
    ],
)
def test_the_type_of_an_expression_is_known(text: str, kind: Type) -> None:
    node = parse.ast(text)

    assert node is not None
    assert tree.root_type(node) is kind


def test_a_selector_knows_the_calls_around_it() -> None:
    node = parse.ast("sum by (a) (rate(x[5m])) / y")

    assert node is not None
    around = [
        (found.name, [type(n).__name__ for n in path]) for found, path in tree.selectors(node)
    ]
    assert around == [("x", ["Binary", "Aggregate", "Call", "Range"]), ("y", ["Binary"])]


@given(st.text())
def test_no_text_makes_the_judge_raise(text: str) -> None:
    assert (parse.error(text) is None) == (parse.ast(text) is not None)


@pytest.mark.parametrize("text", ["(" * 20_000, "a" + " + a" * 50_000, "x" * 300_000])
def test_a_composed_expression_never_crashes_the_process(text: str) -> None:
    assert parse.of_ours(text) is not None


@pytest.mark.parametrize("text", ["x[1e18]", "x[1e400]", "x offset NaN", 'x{a="\ud800"}'])
def test_a_panic_of_the_parser_is_a_refusal(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    said = parse.of_ours(text)
    capfd.readouterr()  # Rust prints its panic; nothing that users write gets here

    assert said is not None


REGEXES = ["", "a", ".*", ".+", "a++", "a{2000}", r"\Qa\E", "(", "=~", '=~"', "a#", "'", "~"]
VALUES = st.sampled_from(REGEXES) | st.text("a.*+?()[]|\\\"~=é'`#{}$^ ", max_size=6)
MATCHERS = st.tuples(
    st.sampled_from(["a", "b_c"]), st.sampled_from(["=", "!=", "=~", "!~"]), VALUES
)
RESTS = st.sampled_from(["", "[5m", " + "])


@given(st.sampled_from(["x", ""]), st.lists(MATCHERS, max_size=3), RESTS)
@example("", [("a", "=~", ".*")], "")
@example("", [("a", "!~", ".+")], "")
@example("", [("a", "!~", "")], "")
@example("x", [("a", "=~", "a++")], "")
@example("x", [("a", "=", "it's #1"), ("a", "=~", "a++")], "")
def test_the_quick_judge_of_a_composed_expression_agrees_with_the_slow_one(
    metric: str, matchers: list[tuple[str, str, str]], rest: str
) -> None:
    inside = ", ".join(f"{name}{op}{strings.quoted(value)}" for name, op, value in matchers)
    text = f"{metric}{{{inside}}}{rest}"

    assert composed.error(text) == parse.of_ours(text), text


@pytest.mark.parametrize("regex", ["a++", "(?x)a", r"\\C"])
def test_a_regex_of_ours_that_only_rust_takes_is_refused(regex: str) -> None:
    assert "is not RE2" in str(composed.error(f'x{{a=~"{regex}"}}'))


def test_an_escape_that_promql_lacks_is_not_hidden_by_its_regex() -> None:
    assert composed.error(r'x{a=~"a\.b"}') is not None
    assert composed.error(r'x{a=~"a\\.b"}') is None


def test_a_long_composed_expression_is_judged_by_its_true_depth() -> None:
    assert parse.of_ours(" or ".join(f"(x{{a='{n}'}})" for n in range(150))) is None
    assert parse.of_ours(" or ".join(f'x{{a="+-*{"(" * 9}"}}' for _ in range(150))) is None


def test_a_composed_expression_costs_little_more_than_parsing_it() -> None:
    text = " and ".join(f'(slo:ratio_rate{w}{{slo_path="a",slo_name="b"}} > 0.014)' for w in "abcd")

    started = time.perf_counter()
    assert all(parse.of_ours(text) is None for _ in range(1_000))
    assert time.perf_counter() - started < 1  # 25 us each on two busy cores


def test_prometheus_has_the_functions_that_we_take_and_lacks_those_that_we_refuse(
    tmp_path: Path,
) -> None:
    names = sorted(functions.FUNCTIONS | functions.NEW_FUNCTIONS.keys())
    groups = [
        {"name": name, "rules": [{"record": "x", "expr": f"{name}(1,2,3,4,5,6,7,8)"}]}
        for name in names
    ]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": groups}))
    promtool = shutil.which("promtool")
    assert promtool is not None
    judged = subprocess.run(
        [promtool, "check", "rules", tmp_path / "rules.yaml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    unknown = {n for n in names if f'unknown function with name "{n}"' in judged.stderr}
    # `start` and `end` are words of the `@` modifier in 2.42, and no functions there either.
    assert unknown == functions.NEW_FUNCTIONS.keys() - {"start", "end"}
