"""Traffic and a gate to whether it can judge, in numbers that a reader can act on."""

from dataclasses import dataclass
from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.gates import statistics
from burnrules.gates.statistics import ALPHA, BETA, Gate, Judgement


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a second of the whole service, and the canary's share of them."""

    requests_per_second: Decimal
    weight: Decimal

    def samples(self, window: Duration) -> int:
        """Requests that the canary sees in a window."""
        return statistics.samples(self.requests_per_second, self.weight, window)

    def window_for(self, needed: int) -> Duration | None:
        """The shortest window that sees so many."""
        return statistics.window_for(needed, self.requests_per_second, self.weight)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a gate cannot judge, and what would mend it."""

    message: str
    hint: str


def doubt(gate: Gate, judgement: Judgement, traffic: Traffic, bad: Decimal) -> Doubt | None:
    """Why this gate judges wrongly more often than ALPHA and BETA; None if it judges well."""
    minimum = max(gate.min_samples, 1)
    if gate.samples < minimum:
        return Doubt(
            f"a look sees {gate.samples} requests, and judges from {minimum}",
            _remedy(traffic, max(minimum, judgement.needed or 0)),
        )
    if judgement.false_abort > ALPHA:
        chance = percent(judgement.false_abort)
        return Doubt(
            f"a canary that errs at the budget is aborted with {chance}",
            _remedy(traffic, judgement.needed),
        )
    missed = statistics.chances(gate, bad).passed
    if missed > BETA:
        return Doubt(
            f"a canary with {percent(bad)} errors passes with {percent(missed)}",
            _remedy(traffic, judgement.needed),
        )
    return None


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
        return "no window is long enough: lower the threshold, or what counts as bad is allowed"
    if window is None:
        return f"it needs {needed} requests a look: give the canary traffic"
    return f"it needs {needed} requests a look: a window of {window}, or a larger weight"
