"""Bounds of a gate to the samples that a look needs for a verdict that means something."""

from dataclasses import replace
from decimal import Decimal
from math import ceil, floor

from burnrules.gates import chances
from burnrules.gates.binomial import EXACT, at_most
from burnrules.gates.chances import Chances, Gate

ALPHA = Decimal("0.05")  # a good canary is aborted
BETA = Decimal("0.10")  # a bad canary is missed

# one-sided normal quantiles: Abramowitz and Stegun, table 26.1
_Z_ALPHA = Decimal("1.644853626951472714863848907991632136")
_Z_BETA = Decimal("1.281551565544600466965103329448743")
_TAIL_SAMPLES = 10
_MOST_ERRORS = 5_000  # whoever tolerates so many has a threshold next to what is good or bad
_LINEAR = 64


def needed(gate: Gate, good: Decimal, bad: Decimal) -> int | None:
    """The fewest samples a look, and not below `minSamples`, with which the run judges well.

    Aborts a canary at `good` with at most ALPHA, passes one at `bad` with at most BETA; None if no
    number does. For c tolerated errors, n lies in [c/threshold, (c+1)/threshold): misses fall
    and false aborts rise with n, so the smallest n that is hard enough decides (acceptance
    sampling, facts 6.4).
    """
    if not good < gate.threshold < bad:
        return None

    def fits(tolerated: int) -> int | None:
        return _fewest(gate, tolerated, (good, bad))

    first = floor(gate.threshold * gate.min_samples)
    for tolerated in range(first, first + _LINEAR):
        if (found := fits(tolerated)) is not None:
            return found
    low, high = first + _LINEAR - 1, 2 * (first + _LINEAR)
    while fits(high) is None:
        low, high = high, 2 * high
        if high > _MOST_ERRORS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) is not None else (middle, high)
    return fits(high)


def minimum(budget: Decimal, threshold: Decimal) -> int:
    """The default `minSamples`: fewest requests in a window from which a verdict means anything.

    A clean look proves that the ratio is below the threshold, n >= ln(ALPHA) / ln(1 - threshold)
    (the rule of three, facts 6.3), and a look at the budget fails with at most ALPHA (facts 6.4).
    That also keeps one error from tripping the look (facts 6.2, n > 1/threshold).

    >>> minimum(Decimal("0.001"), Decimal("0.01"))
    299
    """
    if threshold >= 1:
        return 1
    found = ceil(EXACT.divide(ALPHA.ln(EXACT), (1 - threshold).ln(EXACT)))
    if budget >= threshold:
        return found
    while 1 - at_most(floor(threshold * found), found, budget) > ALPHA:
        found = ceil((floor(threshold * found) + 1) / threshold)
    return found


def for_quantile(quantile: Decimal) -> int:
    """Requests that put 10 beyond a quantile: n >= 10 / (1 - q) (facts 6.7).

    >>> for_quantile(Decimal("0.99"))
    1000
    """
    return ceil(_TAIL_SAMPLES / (1 - quantile))


def against_baseline(stable: Decimal, bad: Decimal, weight: Decimal) -> int:
    """Canary requests that tell `bad` from the stable ratio, at ALPHA and BETA, one-sided.

    n = [(z_a sqrt(pb(1-pb)(1+1/r)) + z_b sqrt(pc(1-pc) + ps(1-ps)/r)) / (pc-ps)]^2 with
    r = (1-w)/w and pb = (pc + r ps)/(1+r) (Fleiss 1981, chapter 3; facts 6.6).

    >>> against_baseline(Decimal("0.01"), Decimal("0.05"), Decimal("0.1"))
    148
    """
    r = (1 - weight) / weight
    pooled = (bad + r * stable) / (1 + r)
    null = (pooled * (1 - pooled) * (1 + 1 / r)).sqrt(EXACT)
    other = (bad * (1 - bad) + stable * (1 - stable) / r).sqrt(EXACT)
    root = (_Z_ALPHA * null + _Z_BETA * other) / (bad - stable)
    return ceil(root * root)


def _fewest(gate: Gate, tolerated: int, ratios: tuple[Decimal, Decimal]) -> int | None:
    """The fewest samples at which so many errors, and no more, are tolerated."""
    good, bad = ratios
    low = max(1, gate.min_samples, ceil(tolerated / gate.threshold))
    high = ceil((tolerated + 1) / gate.threshold) - 1

    def at(looked_at: int, ratio: Decimal) -> Chances:
        return chances.of(replace(gate, samples=looked_at), ratio)

    if high < low or at(high, bad).passed > BETA:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if at(middle, bad).passed <= BETA else (middle + 1, high)
    return low if at(low, good).aborted <= ALPHA else None
