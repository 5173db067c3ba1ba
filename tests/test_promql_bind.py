"""Windows and matchers go where they belong, and nothing else changes."""

import json
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.promql import bind

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "promql_cases.json"
ADDED = ("canary", "=", 'v"1\\')


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        pytest.param("rate(x[$window])", "rate(x[1h])", id="range"),
        pytest.param("max_over_time(x[$window:1m])", "max_over_time(x[1h:1m])", id="subquery"),
        pytest.param('rate(x{a="$window"}[$window])', 'rate(x{a="$window"}[1h])', id="string"),
        pytest.param("rate(x[$window]) # [$window]", "rate(x[1h]) # [$window]", id="comment"),
        pytest.param("x", "x", id="none"),
    ],
)
def test_the_window_is_filled_in_where_it_is_one(text: str, filled: str) -> None:
    assert bind.template(text).at("1h") == filled


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("x", 'x{v="2"}', id="bare"),
        pytest.param("x{}", 'x{v="2"}', id="empty-braces"),
        pytest.param('x{a="b"}', 'x{v="2",a="b"}', id="matchers"),
        pytest.param('{__name__="x"}', '{v="2",__name__="x"}', id="nameless"),
        pytest.param("sum by (x) (x)", 'sum by (x) (x{v="2"})', id="grouping"),
        pytest.param("sum(x) by (x)", 'sum(x{v="2"}) by (x)', id="grouping-behind"),
        pytest.param("a / on (a) b", 'a{v="2"} / on (a) b{v="2"}', id="on"),
        pytest.param("a * on () group_left (b) c", 'a{v="2"} * on () group_left (b) c{v="2"}'),
        pytest.param("rate(x[$window])", 'rate(x{v="2"}[$window])', id="window"),
        pytest.param("x offset 5m", 'x{v="2"} offset 5m', id="offset"),
        pytest.param("rate[5m]", 'rate{v="2"}[5m]', id="named-like-a-function"),
        pytest.param('count_values("x", x)', 'count_values("x", x{v="2"})', id="strings"),
        pytest.param("time() + 1", "time() + 1", id="no-selector"),
    ],
)  # fmt: skip
def test_matchers_stand_in_every_selector_and_nowhere_else(text: str, made: str) -> None:
    assert bind.with_matchers(text, [("v", "=", "2")]) == made


@pytest.mark.parametrize("text", ["x{", "", "rate(x)", "x{a=~'('}", "[$window]"])
def test_what_is_not_promql_is_left_alone(text: str) -> None:
    assert bind.with_matchers(text, [("v", "=", "2")]) is None


@pytest.mark.parametrize("label", ["a-b", "", 'a"', "a=1,b"])
def test_what_is_not_a_label_is_not_put_in(label: str) -> None:
    assert bind.with_matchers("x", [(label, "=", "2")]) is None


def test_every_selector_of_prometheus_own_cases_gains_exactly_the_matcher() -> None:
    bound = 0
    for text in (case["expr"] for case in json.loads(CORPUS.read_text())):
        made = bind.with_matchers(text, [ADDED])
        if made is not None and "`" not in text:
            assert judged(made) == [sorted([*m, str(ADDED)]) for m in judged(text)], text
            bound += 1
    assert bound > 1000


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_value_breaks_out_of_its_matcher(value: str) -> None:
    made = bind.with_matchers('sum(rate(x{a="b"}[$window])) / y', [("v", "=", value)])

    assert made is not None
    assert all(str(("v", "=", value)) in found for found in judged(made.replace("$window", "5m")))


def judged(text: str) -> list[list[str]]:
    """The matchers of every selector, as promql_parser reads them."""
    found: list[list[str]] = []
    signs = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}

    def visit(expr: Any) -> bool:
        if isinstance(expr, promql_parser.VectorSelector):
            every = expr.matchers.matchers
            found.append(
                sorted(str((m.name, signs[str(m.op).rsplit(".", 1)[-1]], m.value)) for m in every)
            )
        return True

    promql_parser.walk(promql_parser.parse(text), visit)
    return found
