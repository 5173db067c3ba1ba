"""The chances of a gate, against facts, exact enumeration and a simulation."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import comb

import pytest
from gates.controller import Limits, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

from burnrules.durations import of
from burnrules.gates import chances, judging, samples
from burnrules.gates.binomial import at_most
from burnrules.gates.chances import Gate
from burnrules.gates.judging import Traffic


def cumulative(errors: int, n: int, ratio: Fraction) -> Fraction:
    """P(X <= errors), by the definition."""
    terms = (comb(n, k) * ratio**k * (1 - ratio) ** (n - k) for k in range(errors + 1))
    return sum(terms, start=Fraction(0))


# facts/release-gates.md, 6: b, p1, exact n, c
PLANS = [
    ("0.001", "0.002", 12375, 18),
    ("0.001", "0.005", 1335, 3),
    ("0.001", "0.01", 531, 2),
    ("0.001", "0.0144", 269, 1),
    ("0.005", "0.02", 462, 5),
    ("0.01", "0.02", 1235, 18),
    ("0.01", "0.05", 132, 3),
]


@pytest.mark.parametrize(("good", "bad", "n", "c"), PLANS, ids=[f"{p[0]} {p[1]}" for p in PLANS])
def test_the_published_acceptance_plans_hold_and_one_request_less_does_not(
    good: str, bad: str, n: int, c: int
) -> None:
    assert at_most(c, n, Decimal(good)) >= Decimal("0.95")
    assert at_most(c, n, Decimal(bad)) <= Decimal("0.10")
    assert at_most(c, n - 1, Decimal(bad)) > Decimal("0.10")


@given(n=st.integers(1, 120), errors=st.integers(0, 120), per_mille=st.integers(1, 999))
def test_the_binomial_is_exact_to_thirty_digits(n: int, errors: int, per_mille: int) -> None:
    ratio = Fraction(per_mille, 1000)
    exact = cumulative(min(errors, n), n, ratio)

    found = Fraction(at_most(errors, n, Decimal(per_mille) / 1000))

    assert abs(found - exact) <= Fraction(1, 10**30)


def test_a_tail_too_small_to_show_is_found_without_summing_it() -> None:
    assert at_most(10**8, 10**9, Decimal("0.2")) == 0
    assert at_most(3 * 10**8, 10**9, Decimal("0.2")) == 1


ROWS = [
    ("one look", Gate(30, Decimal("0.02"))),
    ("no row", Gate(30, Decimal("0.02"), 5, 1)),
    ("defaults", Gate(40, Decimal("0.05"), 5, 1, 3)),
    ("a row as long as the count", Gate(40, Decimal("0.05"), 4, 0, 4)),
    ("many looks", Gate(25, Decimal("0.1"), 8, 3, 3)),
]


@pytest.mark.parametrize("gate", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
@pytest.mark.parametrize("ratio", ["0.005", "0.05", "0.3"])
def test_chances_equal_those_of_every_sequence_that_the_controller_may_count(
    gate: Gate, ratio: str
) -> None:
    p = Fraction(ratio)
    good = cumulative(gate.tolerated, gate.samples, p)
    limits = Limits(gate.count, gate.failure_limit, 2, successes=gate.consecutive_successes)
    ends = {"Successful": Fraction(0), "Failed": Fraction(0), "Inconclusive": Fraction(0)}
    for sequence in product("SF", repeat=gate.count):
        good_looks = sequence.count("S")
        weight = good**good_looks * (1 - good) ** (gate.count - good_looks)
        ends[outcome(limits, "".join(sequence))] += weight

    found = chances.of(gate, Decimal(ratio))

    assert float(found.passed) == pytest.approx(float(ends["Successful"]), abs=1e-15)
    assert float(found.aborted) == pytest.approx(float(ends["Failed"]), abs=1e-15)
    assert float(found.inconclusive) == pytest.approx(float(ends["Inconclusive"]), abs=1e-15)


def test_chances_agree_with_a_simulated_month_of_rollouts() -> None:
    gate = Gate(100, Decimal("0.02"), 5, 1, 3)
    limits = Limits(5, 1, 2, successes=3)
    dice = random.Random(7)  # noqa: S311 - a simulation, seeded
    runs = 4000

    def look() -> str:
        errors = sum(dice.random() < 0.02 for _ in range(100))
        return "S" if errors <= 2 else "F"

    ends = [outcome(limits, "".join(look() for _ in range(5))) for _ in range(runs)]

    expected = chances.of(gate, Decimal("0.02"))
    for end, chance in (("Failed", expected.aborted), ("Successful", expected.passed)):
        p = float(chance)
        assert abs(ends.count(end) / runs - p) < 4 * (p * (1 - p) / runs) ** 0.5


@pytest.mark.parametrize(("limit", "abort"), [(0, "0.226"), (1, "0.023"), (2, "0.0012")])
def test_repeated_looks_abort_as_often_as_the_formula_says(limit: int, abort: str) -> None:
    # one request a look, failing with 5 %, is a look that fails falsely with alpha 5 %
    gate = Gate(1, Decimal("0.5"), 5, limit)

    found = chances.of(gate, Decimal("0.05")).aborted

    assert round(found, len(abort) - 2) == Decimal(abort)


def test_the_canary_articles_own_numbers_show_that_its_gate_is_a_coin() -> None:
    # n = 30, pass below 0.5 %, fail above 2 %: one error fails
    assert round(1 - at_most(0, 30, Decimal("0.005")), 2) == Decimal("0.14")
    assert round(at_most(0, 30, Decimal("0.02")), 2) == Decimal("0.55")
    assert round(at_most(3, 150, Decimal("0.02")), 2) == Decimal("0.65")


def test_a_gate_without_enough_requests_never_judges() -> None:
    gate = Gate(100, Decimal("0.01"), 5, 1, 3, min_samples=300)

    found = chances.of(gate, Decimal("0.5"))

    assert (found.passed, found.aborted, found.inconclusive) == (0, 0, 1)


NEEDS = [
    ("one look", Gate(0, Decimal("0.03")), "0.01", "0.1"),
    ("defaults", Gate(0, Decimal("0.03"), 5, 1, 3), "0.01", "0.08"),
    ("with a minimum", Gate(0, Decimal("0.03"), 5, 1, 3, 120), "0.01", "0.08"),
    ("near", Gate(0, Decimal("0.2"), 2), "0.1", "0.35"),
]


@pytest.mark.parametrize(("gate", "good", "bad"), [n[1:] for n in NEEDS], ids=[n[0] for n in NEEDS])
def test_the_shortest_window_is_the_first_that_judges_when_each_is_tried(
    gate: Gate, good: str, bad: str
) -> None:
    def judges(n: int) -> bool:
        tried = replace(gate, samples=n)
        at_good = chances.of(tried, Decimal(good)).aborted
        at_bad = chances.of(tried, Decimal(bad)).passed
        return at_good <= samples.ALPHA and at_bad <= samples.BETA

    first = next(n for n in range(max(1, gate.min_samples), 2000) if judges(n))

    assert samples.needed(gate, Decimal(good), Decimal(bad)) == first


def test_a_threshold_near_the_budget_needs_thousands_of_requests_and_they_do() -> None:
    gate, good, bad = Gate(0, Decimal("0.011"), 5, 1, 3), Decimal("0.01"), Decimal("0.012")

    found = samples.needed(gate, good, bad)

    assert found is not None
    assert replace(gate, samples=found).tolerated > 64
    told = (
        chances.of(replace(gate, samples=found), good),
        chances.of(replace(gate, samples=found), bad),
    )
    assert told[0].aborted <= samples.ALPHA
    assert told[1].passed <= samples.BETA


def test_no_window_judges_a_canary_that_the_threshold_lets_pass() -> None:
    gate = Gate(1000, Decimal("0.0144"), 5, 1, 3)

    found = judging.judgement(gate, Decimal("0.001"), Decimal("0.01"))

    assert found.needed is None
    assert [times for times, _ in found.at_times] == [2, 5, 10]
    assert dict(found.at_times)[10].passed > Decimal("0.8")


@pytest.mark.parametrize(("threshold", "n"), [("0.01", 299), ("0.005", 598), ("0.001", 2995)])
def test_the_default_minimum_lets_a_clean_look_prove_something(threshold: str, n: int) -> None:
    assert samples.minimum(Decimal("0.0001"), Decimal(threshold)) == n


@given(budget=st.integers(1, 100), times=st.decimals("1.5", "20", places=1))
@settings(max_examples=50)
def test_with_the_default_minimum_neither_one_error_nor_a_canary_at_budget_trips_a_look(
    budget: int, times: Decimal
) -> None:
    ratio = Decimal(budget) / 10000
    threshold = min(ratio * times, Decimal("0.9"))

    n = samples.minimum(ratio, threshold)

    gate = Gate(n, threshold)
    assert gate.tolerated >= 1 or threshold > Decimal("0.5")
    assert chances.of(gate, ratio).aborted <= samples.ALPHA


BASELINES = [
    ("0.001", "0.002", (12081, 13526, 25652)),
    ("0.001", "0.005", (1292, 1526, 3200)),
    ("0.005", "0.02", (395, 459, 938)),
    ("0.01", "0.05", (126, 148, 310)),
]


@pytest.mark.parametrize(
    ("stable", "bad", "published"), BASELINES, ids=[f"{b[0]} {b[1]}" for b in BASELINES]
)
def test_the_samples_against_a_baseline_are_the_published_ones(
    stable: str, bad: str, published: tuple[int, ...]
) -> None:
    weights = (Decimal("0.01"), Decimal("0.1"), Decimal("0.5"))

    found = tuple(
        samples.against_baseline(Decimal(stable), Decimal(bad), weight) for weight in weights
    )

    assert all(abs(n - expected) <= 1 for n, expected in zip(found, published, strict=True))


def test_a_window_is_as_long_as_its_requests_take_to_come() -> None:
    seen, none = Traffic(Decimal(500), Decimal("0.01")), Traffic(Decimal(0), Decimal("0.01"))

    window = seen.window_for(1000)

    assert window == of("200s")
    assert seen.samples(window) == 1000
    assert none.window_for(1000) is None


@pytest.mark.parametrize(("quantile", "n"), [("0.95", 200), ("0.99", 1000), ("0.999", 10000)])
def test_a_quantile_is_judged_by_more_than_its_single_slowest_request(
    quantile: str, n: int
) -> None:
    assert samples.for_quantile(Decimal(quantile)) == n


TRAFFIC = Traffic(Decimal(40), Decimal("0.1"))  # 1200 requests in five minutes

DOUBTS = [
    (
        "too few",
        Gate(100, Decimal("0.0144"), 5, 1, 3, 207),
        "a look sees 100 requests, and judges from 207",
        "a window of 52s",
    ),
    (
        "aborts good ones",
        Gate(1200, Decimal("0.0012"), 5, 1, 3),
        "a canary that errs at the budget is aborted with 48.09 %",
        "a window of 3h34s",
    ),
    (
        "misses bad ones",
        Gate(1200, Decimal("0.02"), 5, 1, 3),
        "a canary with 2.1 % errors passes with 17.05 %",
        "a window of 5m13s",
    ),
]


@pytest.mark.parametrize(
    ("gate", "message", "hint"), [d[1:] for d in DOUBTS], ids=[d[0] for d in DOUBTS]
)
def test_a_gate_that_cannot_judge_says_so_in_numbers_and_what_would_do(
    gate: Gate, message: str, hint: str
) -> None:
    bad = Decimal("0.021") if gate.threshold == Decimal("0.02") else 2 * gate.threshold
    judgement = judging.judgement(gate, Decimal("0.001"), bad)

    found = judging.doubt(gate, judgement, TRAFFIC)

    assert found is not None
    assert found.message == message
    assert hint in found.hint


def test_a_gate_that_judges_well_raises_no_doubt() -> None:
    gate = Gate(TRAFFIC.samples(of("5m")), Decimal("0.0144"), 5, 1, 3, 207)
    bad = Decimal("0.0288")

    found = judging.doubt(gate, judging.judgement(gate, Decimal("0.001"), bad), TRAFFIC)

    assert found is None
