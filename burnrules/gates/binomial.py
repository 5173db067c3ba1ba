"""Trials and an error ratio to the chance of no more than so many errors."""

from collections.abc import Iterator
from decimal import Context, Decimal
from itertools import chain
from math import floor

EXACT = Context(prec=50)
_NEGLIGIBLE = Decimal("1E-45")
_ONE = Decimal(1)


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
    mode = min(looked_at, floor((looked_at + 1) * ratio))
    odds = EXACT.divide(ratio, EXACT.subtract(_ONE, ratio))
    within = beyond = Decimal(0)
    for k, term in chain(_falling(mode, looked_at, odds), _rising(mode, looked_at, odds)):
        if k <= errors:
            within = EXACT.add(within, term)
        else:
            beyond = EXACT.add(beyond, term)
    return EXACT.divide(within, EXACT.add(within, beyond))


def _falling(mode: int, looked_at: int, odds: Decimal) -> Iterator[tuple[int, Decimal]]:
    """The mode and all below it, with P(k) relative to the mode's."""
    term, k = _ONE, mode
    while k >= 0 and term > _NEGLIGIBLE:
        yield k, term
        fewer = EXACT.multiply(Decimal(looked_at - k + 1), odds)
        term = EXACT.divide(EXACT.multiply(term, Decimal(k)), fewer)
        k -= 1


def _rising(mode: int, looked_at: int, odds: Decimal) -> Iterator[tuple[int, Decimal]]:
    """All above the mode, with P(k) relative to the mode's."""
    term, k = _ONE, mode
    while k < looked_at:
        more = EXACT.multiply(Decimal(looked_at - k), odds)
        term = EXACT.divide(EXACT.multiply(term, more), Decimal(k + 1))
        k += 1
        if term <= _NEGLIGIBLE:
            return
        yield k, term
