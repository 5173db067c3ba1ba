"""Burn-rate arithmetic, exact: no PromQL, no YAML, no float.

Formulas are those of the SRE workbook, chapter 5, "Alerting on SLOs".
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from burnrules.durations import Duration

DIGITS = 15  # of a number that does not end; one that ends keeps all its digits
_ENDING = Context(prec=80)


def exact(value: Fraction) -> Decimal:
    """A fraction as a decimal: all digits if they end, else rounded to 15 significant ones.

    >>> exact(Fraction(1, 8)), exact(Fraction(2, 3))
    (Decimal('0.125'), Decimal('0.666666666666667'))
    """
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    context = _ENDING if rest == 1 else Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
    found = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return found or Decimal(0)


@lru_cache(maxsize=4096)
def budget(objective: Decimal) -> Decimal:
    """The error ratio that an objective in percent allows.

    >>> budget(Decimal("99.9"))
    Decimal('0.001')
    """
    return exact((100 - Fraction(objective)) / 100)


@lru_cache(maxsize=4096)
def factor(share: Decimal, window: Duration, long: Duration) -> Decimal:
    """How many times too fast the budget burns when `share` of it is spent within `long`.

    >>> from burnrules import durations
    >>> factor(Decimal("0.02"), durations.of("30d"), durations.of("1h"))
    Decimal('14.4')
    """
    return exact(Fraction(share) * window.milliseconds / long.milliseconds)


@lru_cache(maxsize=4096)
def threshold(burn_rate: Decimal, budget_ratio: Decimal) -> Decimal:
    """The error ratio at which a budget burns `burn_rate` times too fast.

    >>> threshold(Decimal("14.4"), Decimal("0.001"))
    Decimal('0.0144')
    """
    return exact(Fraction(burn_rate) * Fraction(budget_ratio))


@lru_cache(maxsize=4096)
def spent(burn_rate: Decimal, window: Duration, long: Duration) -> Decimal:
    """The share of the budget that is gone after `long` at `burn_rate`."""
    return exact(Fraction(burn_rate) * long.milliseconds / window.milliseconds)


@lru_cache(maxsize=4096)
def exhaustion(burn_rate: Decimal, window: Duration) -> Duration:
    """How long a whole budget lasts at `burn_rate`, in whole minutes."""
    minutes = int(Fraction(window.milliseconds) / Fraction(burn_rate) / 60_000)
    return Duration(max(1, minutes) * 60_000)


def plain(value: Decimal) -> str:
    """A number with all its digits and nothing more.

    >>> plain(Decimal("0.0010")), plain(Decimal("1E+2")), plain(Decimal("14.40"))
    ('0.001', '100', '14.4')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(value: Decimal, digits: int = 4) -> str:
    """A number for people: so many significant digits, none of them a trailing zero.

    >>> short(Decimal("0.93333333")), short(Decimal("14.404"), 3)
    ('0.9333', '14.4')
    """
    return plain(Decimal(f"{value:.{digits}g}"))
