"""What queries of SLIs give on made-up series, and what is said of those beyond the model."""

from decimal import Decimal

import pytest

from burnrules.diagnostics import Problem
from burnrules.promql import grammar
from burnrules.prove.evaluate import UnsupportedError, compiled
from burnrules.prove.series import WORLDS, Line, Moment, Series

NOW = 600_000
SERIES = tuple(
    Series(metric, labels, (Line(0, 60_000, 11, Decimal(value), Decimal(slope)),))
    for metric, labels, value, slope in (
        ("t_total", (("pod", "a"),), 10**9, 60),
        ("t_total", (("pod", "b"),), 10**9, 120),
        ("e_total", (("pod", "b"),), 10**9, 30),
        ("lag", (("pod", "a"),), 7, 0),
        ("lag", (("pod", "b"),), -3, 0),
        ("other", (("pod", "a"),), 7, 0),
        ("gone", (("pod", "a"),), "NaN", 0),
    )
)
VALUES = {
    "sum(rate(t_total[4m30s]))": {"": "3"},
    "sum by (pod) (increase(t_total[4m30s])) > 300": {"b": "540"},
    "sum without (pod) (rate(e_total[5m30s]))": {"": "0.5"},
    "sum(rate(e_total[4m30s])) / sum(rate(t_total[4m30s])) * 6": {"": "1"},
    "avg(lag) + 0": {"": "2"},
    "max(lag) - min(lag)": {"": "10"},
    "count(lag) * group(lag)": {"": "2"},
    "clamp_min(lag, 0)": {"a": "7", "b": "0"},
    "clamp_max(lag, 0)": {"a": "0", "b": "-3"},
    "abs(-lag)": {"a": "7", "b": "3"},
    "lag > bool 0": {"a": "1", "b": "0"},
    "0 < lag": {"a": "7"},
    "lag == 7 or vector(-1)": {"a": "7", "": "-1"},
    "lag and on (pod) e_total": {"b": "-3"},
    "lag unless other": {"b": "-3"},
    "lag - on (pod) other": {"a": "0"},
    "gone > 0": {},
    "gone != 0": {"a": "NaN"},
    "sum(rate(gone[5m]))": {"": "NaN"},
    "clamp_min(gone, 0)": {"a": "NaN"},
    "clamp_max(gone, 0)": {"a": "NaN"},
    "max(gone or lag) + min(gone or lag)": {"": "-6"},
    "max(gone)": {"": "NaN"},
    "max_over_time(gone[5m])": {"a": "NaN"},
    "sum(lag / 0)": {"": "NaN"},
    "lag / 0": {"a": "Infinity", "b": "-Infinity"},
    "other / 0 - other / 0": {"a": "NaN"},
    "(other - 7) / 0": {"a": "NaN"},
    "lag * (1 > bool 2)": {"a": "0", "b": "-0"},
    "lag + -(1)": {"a": "6", "b": "-4"},
    "delta(lag[5m30s]) + max_over_time(lag[5m30s])": {"a": "7", "b": "-3"},
    "min_over_time(lag[5m])": {"a": "7", "b": "-3"},
}  # fmt: skip
BEYOND = {
    "1": "a scalar where a vector is recorded",
    "lag offset 5m": "`shift` outside of a function",
    "rate(lag[5m:1m])": "a subquery",
    "stddev_over_time(lag[5m])": "the function `stddev_over_time`",
    "round(lag)": "the function `round`",
    "clamp_min(lag, lag)": "the function `clamp_min`",
    "vector(lag)": "the function `vector`",
    "topk(1, lag)": "the aggregation `topk`",
    "lag % 2": "the operator `%`",
    "round(lag) % 2": "the function `round`",
    "lag * on (pod) group_left () other": "`group_left`",
    "lag / ignoring (pod) other": "several series on one side of an operator",
    '{pod="a"}': "one selector for several metrics of the same labels",
}


def evaluated(query: str) -> dict[str, Decimal]:
    node = grammar.read(query)
    assert not isinstance(node, Problem)
    found = compiled(node)(Moment(SERIES, NOW, WORLDS[0]))
    return {dict(key).get("pod", ""): value for key, value in found.items()}


@pytest.mark.parametrize(("query", "expected"), VALUES.items())
def test_a_query_gives_what_prometheus_gives(query: str, expected: dict[str, str]) -> None:
    found = {name: str(value.normalize()) for name, value in evaluated(query).items()}

    assert found == {name: str(Decimal(value).normalize()) for name, value in expected.items()}


@pytest.mark.parametrize(("query", "what"), BEYOND.items())
def test_a_query_beyond_the_model_says_what_is_not_understood(query: str, what: str) -> None:
    with pytest.raises(UnsupportedError) as found:
        evaluated(query)

    assert str(found.value) == what
