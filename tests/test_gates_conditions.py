"""Conditions: what the real expr says of them, and that ours never pass on nothing."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.gates import conditions
from burnrules.gates.conditions import Conditions, NoData, Side
from burnrules.gates.expr import tree
from burnrules.gates.expr.evaluate import Outcome, outcome
from burnrules.gates.expr.lexer import NotExpr
from burnrules.gates.expr.parser import parse

RECORDED = json.loads(Path(__file__).with_name("gates").joinpath("expr/outcomes.json").read_text())
ROWS = [
    pytest.param(table, row, id=row["condition"][:60])
    for table in RECORDED.values()
    for row in table["conditions"]
]


def number(value: Any) -> Any:
    return float(value.replace("+", "")) if isinstance(value, str) else value


def results(table: dict[str, Any]) -> Iterator[Any]:
    for result, vector in zip(table["results"], table["vector"], strict=True):
        yield [number(one) for one in result] if vector else number(result)


def said(text: str, result: Any) -> str:
    found = parse(text)
    return "error" if isinstance(found, NotExpr) else outcome(found, result).value


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_a_condition_is_judged_as_both_versions_of_expr_judge_it(
    table: dict[str, Any], row: dict[str, Any]
) -> None:
    for at, result in enumerate(results(table)):
        real = {row["1.15.5"][at], row["1.17.8"][at]}

        assert said(row["condition"], result) in real | {"unknown"}


def test_little_of_expr_is_unknown() -> None:
    judged = [
        said(row["condition"], result)
        for table in RECORDED.values()
        for row in table["conditions"]
        for result in results(table)
    ]

    assert judged.count("unknown") < len(judged) / 20


VECTORS = {
    "good": ([0.002], "Successful"),
    "bad": ([0.05], "Failed"),
    "empty": ([], "no data"),
    "NaN": ([float("nan")], "no data"),
    "infinite": ([float("inf")], "Failed"),
    "two": ([0.002, 0.9], "no data"),
    "scalar": (0.002, "Error"),
}


def measured(pair: Conditions, result: Any) -> str:
    """Facts 1.3: an error in either is an error, a failure outweighs a success."""
    success, failure = (outcome(parse(text), result) for text in (pair.success, pair.failure))
    if Outcome.ERROR in {success, failure}:
        return "Error"
    assert {success, failure} <= {Outcome.TRUE, Outcome.FALSE}
    if failure is Outcome.TRUE:
        return "Failed"
    return "Successful" if success is Outcome.TRUE else "Inconclusive"


@pytest.mark.parametrize("no_data", NoData, ids=lambda n: n.value)
@pytest.mark.parametrize(("result", "ends"), VECTORS.values(), ids=VECTORS)
def test_a_prometheus_gate_judges_one_number_and_nothing_else(
    result: Any, ends: str, no_data: NoData
) -> None:
    pair = conditions.prometheus(Decimal("0.01"), no_data=no_data)

    expected = {NoData.FAIL: "Failed", NoData.INCONCLUSIVE: "Inconclusive"}[no_data]
    assert measured(pair, result) == (expected if ends == "no data" else ends)


def series(status: str, count: int) -> dict[str, Any]:
    labels = [{"key": "status", "value": {"stringValue": status}}]
    return {"labels": labels, "value": float(count)} if count else {"labels": labels}


def answer(good: int, bad: int, **more: str) -> dict[str, Any]:
    return {"series": [series("unset", good), series("error", bad)], **more}


ANSWERS = {
    "7 of 1000": (answer(993, 7), "Successful"),
    "none of 1000": (answer(1000, 0), "Successful"),
    "no error series": ({"series": [series("ok", 1000)]}, "Successful"),
    "50 of 1000": (answer(950, 50), "Failed"),
    "all of 1000": (answer(0, 1000), "Failed"),
    "nothing": ({}, "no data"),
    "no series": ({"series": []}, "no data"),
    "10 of 10": (answer(0, 10), "no data"),
    "partial": (answer(993, 7, status="PARTIAL"), "no data"),
    "partial and bad": (answer(0, 1000, status="PARTIAL"), "no data"),
    "text": ("<html>", "Error"),
}


@pytest.mark.parametrize("no_data", NoData, ids=lambda n: n.value)
@pytest.mark.parametrize(("result", "ends"), ANSWERS.values(), ids=ANSWERS)
def test_a_trace_gate_judges_whole_answers_with_enough_requests_only(
    result: Any, ends: str, no_data: NoData
) -> None:
    pair = conditions.tempo_errors(Decimal("0.01"), 500, no_data=no_data)

    expected = {NoData.FAIL: "Failed", NoData.INCONCLUSIVE: "Inconclusive"}[no_data]
    assert measured(pair, result) == (expected if ends == "no data" else ends)


@given(
    bound=st.decimals("-1000", "1000", places=6),
    side=st.sampled_from(Side),
    no_data=st.sampled_from(NoData),
    sample=st.floats(allow_nan=True, allow_infinity=True) | st.integers(-1000, 1000).map(float),
)
def test_every_number_is_on_exactly_one_side_of_a_bound(
    bound: Decimal, side: Side, no_data: NoData, sample: float
) -> None:
    pair = conditions.prometheus(bound, side=side, no_data=no_data)

    found = measured(pair, [sample])

    good = sample <= float(bound) if side is Side.AT_MOST else sample >= float(bound)
    if sample != sample:  # noqa: PLR0124 - NaN
        assert found != "Successful"
    else:
        assert found == ("Successful" if good else "Failed")


def test_a_gate_that_asks_for_no_samples_still_does_not_pass_on_none() -> None:
    pair = conditions.tempo_errors(Decimal("0.01"), 0, no_data=NoData.INCONCLUSIVE)

    assert measured(pair, {}) == "Inconclusive"


PORTABLE = {"len", "sum", "map", "filter", "any"}  # facts 1.2: safe in 1.15.5 to 1.17.8


@pytest.mark.parametrize(
    "pair",
    [
        conditions.prometheus(Decimal("0.01"), no_data=NoData.INCONCLUSIVE),
        conditions.prometheus(Decimal("0.01"), no_data=NoData.FAIL),
        conditions.tempo_errors(Decimal("0.01"), 500, no_data=NoData.INCONCLUSIVE),
        conditions.tempo_errors(Decimal("0.01"), 500, no_data=NoData.FAIL),
    ],
    ids=["vector", "vector, fail", "tempo", "tempo, fail"],
)
def test_what_we_emit_uses_only_what_every_argo_since_1_6_reads(pair: Conditions) -> None:
    for text in (pair.success, pair.failure):
        called = {call.name: len(call.args) for call in tree.calls(parse(text))}

        assert set(called) <= PORTABLE
        assert called.get("sum", 1) == 1


@given(st.text(st.sampled_from("result[0] <>=!&|?:.#{}(),'\"0123456789elnotad "), max_size=60))
def test_any_text_is_an_expression_or_is_refused_with_its_place(text: str) -> None:
    found = parse(text)

    if isinstance(found, NotExpr):
        assert 0 <= found.at <= len(text)
        assert found.reason
    else:
        assert outcome(found, [0.2]) in Outcome


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("len(result", "`(` is not closed", 3),
        ("result[0] <", "it ends too early", 10),
        ("result[0] < 'a", "a string is not closed", 12),
        ("result[0] @ 1", "unexpected `@`", 10),
        ("a " + "+ (" * 100, "nested too deeply", 92),
        ("1" * 10_001, "longer than 10000 characters", 0),
    ],
    ids=["open bracket", "no operand", "open string", "foreign sign", "deep", "long"],
)
def test_a_refused_condition_says_why_and_where(text: str, reason: str, at: int) -> None:
    found = parse(text)

    assert isinstance(found, NotExpr)
    assert (found.reason, found.at) == (reason, at)
