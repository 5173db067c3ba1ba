"""Samples, looks and limits of a gate to the chances that it aborts or passes wrongly.

Windows are taken as independent, which holds where the interval is at least the window.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from itertools import chain

from burnrules.durations import Duration

ALPHA = Decimal("0.05")  # a good canary is aborted
BETA = Decimal("0.10")  # a bad canary is missed
TIMES = (2, 5, 10)  # of the budget, at which misses are told

# one-sided normal quantiles: Abramowitz and Stegun, table 26.1
_Z_ALPHA = Decimal("1.644853626951472714863848907991632136")
_Z_BETA = Decimal("1.281551565544600466965103329448743")
_TAIL_SAMPLES = 10
_EXACT = Context(prec=50)
_NEGLIGIBLE = Decimal("1E-45")
_ONE = Decimal(1)
_MOST_ERRORS = 5_000  # whoever tolerates so many has a threshold next to what is good or bad
_LINEAR = 64


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides a verdict: the samples of one look, the bound, and Argo's limits.

    `threshold` is the error ratio that a look may reach; `consecutive_successes` is 0 when off.
    """

    samples: int
    threshold: Decimal
    count: int = 1
    failure_limit: int = 0
    inconclusive_limit: int = 0
    consecutive_successes: int = 0
    min_samples: int = 0

    @property
    def tolerated(self) -> int:
        """The most errors with which one look still passes."""
        return _whole(self.threshold * self.samples, ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Chances:
    """How a run of looks ends; the three add up to 1."""

    passed: Decimal
    aborted: Decimal
    inconclusive: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `explain` says of a gate: chances of a wrong verdict, and the samples that would do."""

    budget: Decimal
    bad: Decimal
    at_budget: Chances
    at_bad: Chances
    at_times: tuple[tuple[int, Chances], ...]  # by times the budget
    needed: int | None  # samples a look for ALPHA at the budget and BETA at `bad`

    @property
    def false_abort(self) -> Decimal:
        """The probability that a canary which errs exactly at the budget is aborted."""
        return self.at_budget.aborted


def judgement(gate: Gate, budget: Decimal, bad: Decimal) -> Judgement:
    """Every number that tells whether this gate can judge; `bad` is the ratio it must stop."""
    return Judgement(
        budget,
        bad,
        at_budget=chances(gate, budget),
        at_bad=chances(gate, bad),
        at_times=tuple((times, chances(gate, min(_ONE, budget * times))) for times in TIMES),
        needed=needed_samples(gate, budget, bad),
    )


def samples(per_second: Decimal, weight: Decimal, window: Duration, *, kept: Decimal = _ONE) -> int:
    """Requests that one window sees: n = R w s T (facts/release-gates.md, 6.1).

    >>> from burnrules.durations import of
    >>> samples(Decimal(40), Decimal("0.1"), of("5m"))
    1200
    """
    return _whole(per_second * weight * kept * window.seconds, ROUND_FLOOR)


def window_for(needed: int, per_second: Decimal, weight: Decimal) -> Duration | None:
    """The shortest window that sees so many requests, T = n / (R w); None without traffic.

    >>> from decimal import Decimal
    >>> str(window_for(1200, Decimal(40), Decimal("0.1")))
    '5m'
    """
    rate = per_second * weight
    if rate <= 0:
        return None
    return Duration(1000 * _whole(needed / rate, ROUND_CEILING))


def at_most(errors: int, looked_at: int, ratio: Decimal) -> Decimal:
    """The binomial distribution function: P(X <= errors) of `looked_at` trials at `ratio`.

    Each P(k) is taken relative to the most likely k, by P(k+1)/P(k) = (n-k)/(k+1) p/(1-p), and the
    sum divided by the sum of all; terms below 1E-45 of the largest are left out.

    >>> round(at_most(1, 30, Decimal("0.005")), 4)
    Decimal('0.9901')
    """
    if errors < 0:
        return Decimal(0)
    if errors >= looked_at or ratio <= 0:
        return _ONE
    if ratio >= 1:
        return Decimal(0)
    mode = min(looked_at, _whole((looked_at + 1) * ratio, ROUND_FLOOR))
    odds = _EXACT.divide(ratio, _EXACT.subtract(_ONE, ratio))
    within = beyond = Decimal(0)
    for k, term in chain(_falling(mode, looked_at, odds), _rising(mode, looked_at, odds)):
        if k <= errors:
            within = _EXACT.add(within, term)
        else:
            beyond = _EXACT.add(beyond, term)
    return _EXACT.divide(within, _EXACT.add(within, beyond))


def chances(gate: Gate, ratio: Decimal) -> Chances:
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


def needed_samples(
    gate: Gate, good: Decimal, bad: Decimal, *, alpha: Decimal = ALPHA, beta: Decimal = BETA
) -> int | None:
    """The fewest samples a look, and not below `minSamples`, with which the run judges well.

    Aborts a canary at `good` with at most `alpha`, passes one at `bad` with at most `beta`; None if
    no number does. For c tolerated errors, n lies in [c/threshold, (c+1)/threshold): misses fall
    and false aborts rise with n, so the smallest n that is hard enough decides (acceptance
    sampling, facts 6.4).
    """
    if not good < gate.threshold < bad:
        return None

    demand = _Demand(good, bad, alpha, beta)

    def fits(tolerated: int) -> int | None:
        return _fewest(gate, tolerated, demand)

    first = _whole(gate.threshold * gate.min_samples, ROUND_FLOOR)
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


def min_samples(budget: Decimal, threshold: Decimal, *, alpha: Decimal = ALPHA) -> int:
    """The default `minSamples`: fewest requests in a window from which a verdict means anything.

    A clean look proves that the ratio is below the threshold, n >= ln(alpha) / ln(1 - threshold)
    (the rule of three, facts 6.3), and a look at the budget fails with at most `alpha` (facts 6.4).
    That also keeps one error from tripping the look (facts 6.2, n > 1/threshold).

    >>> min_samples(Decimal("0.001"), Decimal("0.01"))
    299
    """
    if threshold >= 1:
        return 1
    found = _whole(_EXACT.divide(alpha.ln(_EXACT), (1 - threshold).ln(_EXACT)), ROUND_CEILING)
    if budget >= threshold:
        return found
    while 1 - at_most(_whole(threshold * found, ROUND_FLOOR), found, budget) > alpha:
        tolerated = _whole(threshold * found, ROUND_FLOOR)
        found = _whole((tolerated + 1) / threshold, ROUND_CEILING)
    return found


def min_samples_for_quantile(quantile: Decimal) -> int:
    """Requests that put 10 beyond a quantile: n >= 10 / (1 - q) (facts 6.7).

    >>> min_samples_for_quantile(Decimal("0.99"))
    1000
    """
    return _whole(_TAIL_SAMPLES / (1 - quantile), ROUND_CEILING)


def min_samples_against_baseline(stable: Decimal, bad: Decimal, weight: Decimal) -> int:
    """Canary requests that tell `bad` from the stable ratio, at ALPHA and BETA, one-sided.

    n = [(z_a sqrt(pb(1-pb)(1+1/r)) + z_b sqrt(pc(1-pc) + ps(1-ps)/r)) / (pc-ps)]^2 with
    r = (1-w)/w and pb = (pc + r ps)/(1+r) (Fleiss 1981, chapter 3; facts 6.6).

    >>> min_samples_against_baseline(Decimal("0.01"), Decimal("0.05"), Decimal("0.1"))
    148
    """
    r = (1 - weight) / weight
    pooled = (bad + r * stable) / (1 + r)
    null = (pooled * (1 - pooled) * (1 + 1 / r)).sqrt(_EXACT)
    other = (bad * (1 - bad) + stable * (1 - stable) / r).sqrt(_EXACT)
    root = (_Z_ALPHA * null + _Z_BETA * other) / (bad - stable)
    return _whole(root * root, ROUND_CEILING)


_ABORTED = (-1, 0)
_PASSED = (-1, 1)


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


@dataclass(frozen=True, slots=True)
class _Demand:
    good: Decimal
    bad: Decimal
    alpha: Decimal
    beta: Decimal


def _fewest(gate: Gate, tolerated: int, demand: _Demand) -> int | None:
    low = max(1, gate.min_samples, _whole(tolerated / gate.threshold, ROUND_CEILING))
    high = _whole((tolerated + 1) / gate.threshold, ROUND_CEILING) - 1

    def at(looked_at: int, ratio: Decimal) -> Chances:
        return chances(replace(gate, samples=looked_at), ratio)

    if high < low or at(high, demand.bad).passed > demand.beta:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if at(middle, demand.bad).passed <= demand.beta else (middle + 1, high)
        )
    return low if at(low, demand.good).aborted <= demand.alpha else None


def _falling(mode: int, looked_at: int, odds: Decimal) -> Iterator[tuple[int, Decimal]]:
    """The mode and all below it, with P(k) relative to the mode's."""
    term, k = _ONE, mode
    while k >= 0 and term > _NEGLIGIBLE:
        yield k, term
        fewer = _EXACT.multiply(Decimal(looked_at - k + 1), odds)
        term = _EXACT.divide(_EXACT.multiply(term, Decimal(k)), fewer)
        k -= 1


def _rising(mode: int, looked_at: int, odds: Decimal) -> Iterator[tuple[int, Decimal]]:
    """All above the mode, with P(k) relative to the mode's."""
    term, k = _ONE, mode
    while k < looked_at:
        more = _EXACT.multiply(Decimal(looked_at - k), odds)
        term = _EXACT.divide(_EXACT.multiply(term, more), Decimal(k + 1))
        k += 1
        if term <= _NEGLIGIBLE:
            return
        yield k, term


def _whole(value: Decimal, rounding: str) -> int:
    return int(value.to_integral_value(rounding=rounding))
