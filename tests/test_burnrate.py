"""Burn-rate arithmetic: exact for any objective and window."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import burnrate, durations
from burnrules.durations import Duration

OBJECTIVES = st.decimals("0.0001", "99.9999", places=4)
LENGTHS = st.integers(1, 400 * 86_400).map(lambda seconds: Duration(seconds * 1000))


@pytest.mark.parametrize(
    ("objective", "budget", "threshold"),
    [
        ("99.9", "0.001", "0.0144"),
        ("99.95", "0.0005", "0.0072"),
        ("99", "0.01", "0.144"),
        ("99.999", "0.00001", "0.000144"),
        ("95", "0.05", "0.72"),
    ],
)
def test_budgets_and_thresholds_have_no_float_noise(
    objective: str, budget: str, threshold: str
) -> None:
    found = burnrate.budget(Decimal(objective))

    assert burnrate.plain(found) == budget
    assert burnrate.plain(burnrate.threshold(Decimal("14.4"), found)) == threshold


@pytest.mark.parametrize(
    ("share", "long", "at_30d", "at_28d"),
    [
        ("0.02", "1h", "14.4", "13.44"),
        ("0.05", "6h", "6", "5.6"),
        ("0.1", "1d", "3", "2.8"),
        ("0.1", "3d", "1", None),
    ],
)
def test_factors_follow_the_window_of_the_slo(
    share: str, long: str, at_30d: str, at_28d: str | None
) -> None:
    for window, factor in (("30d", at_30d), ("28d", at_28d)):
        found = burnrate.factor(Decimal(share), durations.of(window), durations.of(long))
        if factor is not None:
            assert burnrate.plain(found) == factor
        else:
            assert found == Decimal("0.933333333333333")


@given(OBJECTIVES)
def test_objective_and_budget_add_up_to_one(objective: Decimal) -> None:
    assert Fraction(burnrate.budget(objective)) + Fraction(objective) / 100 == 1


@given(OBJECTIVES, st.decimals("1", "20", places=3))
def test_a_threshold_is_exactly_factor_times_budget(objective: Decimal, factor: Decimal) -> None:
    budget = burnrate.budget(objective)

    assert Fraction(burnrate.threshold(factor, budget)) == Fraction(factor) * Fraction(budget)


@given(st.decimals("0.0001", "1", places=4), LENGTHS, LENGTHS)
def test_the_share_spent_gives_the_factor_back(
    share: Decimal, window: Duration, long: Duration
) -> None:
    factor = burnrate.factor(share, window, long)

    spent = burnrate.spent(factor, window, long)

    assert abs(spent - share) <= share * Decimal("1e-14")


@given(st.fractions(0, 10**6, max_denominator=10**6))
def test_a_number_that_ends_keeps_all_its_digits(value: Fraction) -> None:
    found = burnrate.exact(value)
    rest = value.denominator
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5

    if rest == 1:
        assert Fraction(found) == value
    else:
        assert abs(Fraction(found) - value) <= value / 10**14


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=12, min_value=-(10**9), max_value=10**9
    )
)
def test_printing_loses_nothing_and_adds_nothing(value: Decimal) -> None:
    text = burnrate.plain(value)

    assert Decimal(text) == value
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))


def test_a_budget_burning_fourteen_times_too_fast_lasts_fifty_hours() -> None:
    assert str(burnrate.exhaustion(Decimal("14.4"), durations.of("30d"))) == "2d2h"
