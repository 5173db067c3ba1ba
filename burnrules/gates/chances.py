"""Samples, looks and limits of a gate to how its run ends.

Windows are taken as independent, which holds where the interval is at least the window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from burnrules.gates.binomial import at_most

_ONE = Decimal(1)
_ABORTED = (-1, 0)
_PASSED = (-1, 1)


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides a verdict: the samples of one look, the bound, and Argo's limits.

    `threshold` is the error ratio that a look may reach; `consecutive_successes` is 0 when off.
    """

    samples: int
    threshold: Decimal
    count: int = 1
    failure_limit: int = 0
    consecutive_successes: int = 0
    min_samples: int = 0

    @property
    def tolerated(self) -> int:
        """The most errors with which one look still passes."""
        return floor(self.threshold * self.samples)


@dataclass(frozen=True, slots=True)
class Chances:
    """How a run of looks ends; the three add up to 1."""

    passed: Decimal
    aborted: Decimal
    inconclusive: Decimal


def of(gate: Gate, ratio: Decimal) -> Chances:
    """How the run ends for a canary whose true error ratio is `ratio`.

    Walks the controller's own counting (facts/release-gates.md, 1.3): failures above their limit
    abort, enough successes in a row pass, reaching the count passes where no row was asked for.
    Without a row this is the facts' formula 6.8, P(abort) = 1 - BinomCDF(f; K, P(look fails)).
    """
    if gate.samples < max(gate.min_samples, 1):
        return Chances(Decimal(0), Decimal(0), _ONE)
    success = at_most(gate.tolerated, gate.samples, ratio)
    passed = aborted = Decimal(0)
    states: dict[tuple[int, int], Decimal] = {(0, 0): _ONE}
    for _ in range(gate.count):
        states = _after_one_look(gate, states, success)
        aborted += states.pop(_ABORTED, Decimal(0))
        passed += states.pop(_PASSED, Decimal(0))
    rest = sum(states.values(), start=Decimal(0))
    if gate.consecutive_successes:
        return Chances(passed, aborted, rest)
    return Chances(passed + rest, aborted, Decimal(0))


def _after_one_look(
    gate: Gate, states: Mapping[tuple[int, int], Decimal], success: Decimal
) -> dict[tuple[int, int], Decimal]:
    after: dict[tuple[int, int], Decimal] = {}
    row_needed = gate.consecutive_successes
    for (failures, row), weight in states.items():
        failed = (failures + 1, 0) if failures + 1 <= gate.failure_limit else _ABORTED
        longer = min(row + 1, row_needed)
        succeeded = _PASSED if row_needed and longer == row_needed else (failures, longer)
        after[failed] = after.get(failed, Decimal(0)) + weight * (1 - success)
        after[succeeded] = after.get(succeeded, Decimal(0)) + weight * success
    return after
