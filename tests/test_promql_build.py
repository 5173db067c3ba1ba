"""Composed PromQL: user text enters as exactly the value that was written."""

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.ir import Matcher
from burnrules.promql import build

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(TEXT)
def test_a_label_value_means_exactly_what_was_written(value: str) -> None:
    expr = promql_parser.parse(build.selector("m", [Matcher("route", "=", value)]))

    assert [(one.name, one.value) for one in expr.matchers.matchers] == [("route", value)]


@pytest.mark.parametrize(
    "value", ['/a"}) or vector(1) #', "\\", "a\nb", "}", "{{ x }}", "$window", "\u202e"]
)
def test_no_value_escapes_its_quotes(value: str) -> None:
    expr = promql_parser.parse(f"sum({build.selector('m', [Matcher('route', '=', value)])})")

    assert expr.expr.matchers.matchers[0].value == value


def test_names_that_only_prometheus_3_knows_are_quoted() -> None:
    made = build.selector("traces.calls", [Matcher("service.name", "=", "a")])

    assert made == '{"traces.calls", "service.name"="a"}'
    assert build.labels(["service.name", "job"]) == '("service.name", job)'


def test_a_long_selector_is_laid_out_one_matcher_a_line() -> None:
    made = build.selector("m", [Matcher(f"label_{index}", "=", "x" * 20) for index in range(4)])

    assert len(made.splitlines()) == 6
    assert promql_parser.parse(made)
