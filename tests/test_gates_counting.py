"""Argo's counting, modelled, and what the limits that we default to do under it."""

import pytest
from gates.controller import Limits, outcome
from hypothesis import given
from hypothesis import strategies as st

from burnrules.gates.lint import limits as check
from burnrules.gates.template import Metric

# facts/release-gates.md, 1.3: [ran]
RECORDED = [
    ("count 5, inconclusiveLimit 5", Limits(5, inconclusive=5), "IIIII", "Successful"),
    ("count 5, inconclusiveLimit 4", Limits(5, inconclusive=4), "IIIII", "Inconclusive"),
    ("one good sample", Limits(5, inconclusive=4), "IIIIS", "Successful"),
    ("a row of two", Limits(5, inconclusive=4, successes=2), "IIIIS", "Inconclusive"),
    ("a row in time", Limits(6, inconclusive=4, successes=2), "IIISS", "Successful"),
    ("count 5, failureLimit 5", Limits(5, failure=5), "FFFFF", "Successful"),
    ("count 5, failureLimit 1", Limits(5, failure=1), "SFSF", "Failed"),
    ("errors", Limits(), "EEEEE", "Error"),
    ("one inconclusive", Limits(), "I", "Inconclusive"),
    ("no failureLimit", Limits(4, failure=-1, successes=3), "SFSS", "Failed"),
]


@pytest.mark.parametrize(
    ("limits", "measurements", "ends"),
    [row[1:] for row in RECORDED],
    ids=[row[0] for row in RECORDED],
)
def test_the_model_counts_as_the_controller_was_seen_to(
    limits: Limits, measurements: str, ends: str
) -> None:
    assert outcome(limits, measurements) == ends


def test_a_run_that_is_terminated_early_is_successful_to_argo() -> None:
    assert outcome(Limits(failure=2), "EEEF", terminated=True) == "Successful"
    assert outcome(Limits(), "", terminated=True) == "Successful"


def defaults(count: int) -> Limits:
    """The limits of spec.md, section 6, where a gate sets none."""
    failure = 1 if count >= 5 else 0
    return Limits(count, failure, min(2, count - 1), successes=min(3, count - failure))


@given(count=st.integers(1, 20), measurements=st.text("FIE", min_size=1, max_size=60))
def test_no_canary_passes_by_default_without_one_good_look(count: int, measurements: str) -> None:
    assert outcome(defaults(count), measurements) != "Successful"


@given(
    count=st.integers(1, 6),
    failure=st.integers(0, 6),
    inconclusive=st.integers(0, 6),
    successes=st.integers(0, 3),
)
def test_exactly_the_limits_that_pass_without_a_success_are_reported(
    count: int, failure: int, inconclusive: int, successes: int
) -> None:
    if count < failure + successes or count < inconclusive:
        return  # the controller refuses these
    limits = Limits(count, failure, inconclusive, successes=successes)
    data = {
        "interval": "1m",
        "count": count,
        "failureLimit": failure,
        "inconclusiveLimit": inconclusive,
        "consecutiveSuccessLimit": successes,
    }

    found = list(check.check(Metric((), data, {})))

    passing = [word for word in ("F", "I") if outcome(limits, word * count) == "Successful"]
    assert len(found) == len(passing)
