"""Traffic and a gate to whether it can judge, in numbers that a reader can act on."""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor

from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.gates import chances, samples
from burnrules.gates.chances import Chances, Gate
from burnrules.gates.samples import ALPHA, BETA

TIMES = (2, 5, 10)  # of the budget, at which misses are told


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a second of the whole service, and the canary's share of them."""

    requests_per_second: Decimal
    weight: Decimal

    def samples(self, window: Duration) -> int:
        """Requests that the canary sees in a window: n = R w T (facts/release-gates.md, 6.1).

        >>> from burnrules.durations import of
        >>> Traffic(Decimal(40), Decimal("0.1")).samples(of("5m"))
        1200
        """
        return floor(self.requests_per_second * self.weight * window.seconds)

    def window_for(self, needed: int) -> Duration | None:
        """The shortest window that sees so many, T = n / (R w); None without traffic.

        >>> str(Traffic(Decimal(40), Decimal("0.1")).window_for(1200))
        '5m'
        """
        rate = self.requests_per_second * self.weight
        return Duration(1000 * ceil(needed / rate)) if rate > 0 else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `explain` says of a gate: chances of a wrong verdict, and the samples that would do."""

    budget: Decimal
    bad: Decimal
    at_budget: Chances
    at_bad: Chances
    at_times: tuple[tuple[int, Chances], ...]  # by times the budget
    needed: int | None  # samples a look for ALPHA at the budget and BETA at `bad`


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a gate cannot judge, and what would mend it."""

    message: str
    hint: str


def judgement(gate: Gate, budget: Decimal, bad: Decimal) -> Judgement:
    """Every number that tells whether this gate can judge; `bad` is the ratio it must stop."""
    return Judgement(
        budget,
        bad,
        at_budget=chances.of(gate, budget),
        at_bad=chances.of(gate, bad),
        at_times=tuple(
            (times, chances.of(gate, min(Decimal(1), budget * times))) for times in TIMES
        ),
        needed=samples.needed(gate, budget, bad),
    )


def doubt(gate: Gate, judgement: Judgement, traffic: Traffic) -> Doubt | None:
    """Why this gate judges wrongly more often than ALPHA and BETA; None if it judges well."""
    minimum = max(gate.min_samples, 1)
    if gate.samples < minimum:
        message = f"a look sees {gate.samples} requests, and judges from {minimum}"
        return Doubt(message, _remedy(traffic, max(minimum, judgement.needed or 0)))
    aborted, missed = judgement.at_budget.aborted, judgement.at_bad.passed
    if aborted > ALPHA:
        message = f"a canary that errs at the budget is aborted with {percent(aborted)}"
    elif missed > BETA:
        message = f"a canary with {percent(judgement.bad)} errors passes with {percent(missed)}"
    else:
        return None
    # a smaller look may judge by tolerating nothing; what is asked for is a larger one
    larger = replace(gate, min_samples=gate.samples)
    needed = samples.needed(larger, judgement.budget, judgement.bad)
    return Doubt(message, _remedy(traffic, needed))


def percent(ratio: Decimal) -> str:
    """A ratio in percent, three digits of it, and none that are 0 for certain.

    >>> percent(Decimal("0.02755")), percent(Decimal("0.0288")), percent(Decimal("1E-12"))
    ('2.76 %', '2.88 %', 'less than 0.01 %')
    """
    if 0 < ratio < Decimal("0.0001"):
        return "less than 0.01 %"
    if Decimal("0.9999") < ratio < 1:
        return "more than 99.99 %"
    return f"{plain((100 * ratio).quantize(Decimal('0.01')))} %"


def _remedy(traffic: Traffic, needed: int | None) -> str:
    window = None if needed is None else traffic.window_for(needed)
    if needed is None:
        return "no window is long enough: the threshold is too near to what is good or bad"
    if window is None:
        return f"it needs {needed} requests a look: give the canary traffic"
    return f"it needs {needed} requests a look: a window of {window}, or a larger weight"
