"""The plan of an SLO and an error ratio to the time until a tier fires, as the rules have it."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from burnrules import burnrate, naming
from burnrules.durations import Duration, of
from burnrules.ir import EventSli, SloPlan, Tier

_BASE = of("5m")


def after(one: SloPlan, tier: Tier, error_ratio: Decimal) -> Duration | None:
    """How long `error_ratio` lasts, after a clean history, until a tier fires; None: it never does.

    In whole evaluations and for constant traffic. The recorded five-minute rates need five minutes
    to see the whole ratio, so a window that sums them is later than threshold / ratio x window.
    """
    if error_ratio <= tier.threshold:
        return None
    step, limit = one.interval.milliseconds, Fraction(tier.threshold) / Fraction(error_ratio)
    pad = one.sli.pad if isinstance(one.sli, EventSli) else Duration(0)
    recorded = {rule.record for group in one.rules for rule in group.rules}
    if isinstance(one.sli, EventSli) and naming.error(tier.long) not in recorded:
        base = Fraction((_BASE + pad).milliseconds, step)
        evaluations = _until_sum(limit * tier.long.milliseconds / step, base)
    else:
        evaluations = floor(limit * (tier.long + pad).milliseconds / step) + 1
    return Duration(evaluations * step) + (tier.wait or Duration(0))


def first(one: SloPlan, severity: str, error_ratio: Decimal) -> Duration | None:
    """How long `error_ratio` lasts until any tier of a severity fires; None: none ever does."""
    times = (after(one, tier, error_ratio) for tier in one.tiers if tier.severity == severity)
    return min((time for time in times if time is not None), default=None)


def spent(one: SloPlan, error_ratio: Decimal, lasted: Duration) -> Decimal:
    """The share of the whole budget that `error_ratio` spends while it lasts."""
    return burnrate.spent(error_ratio / one.budget, one.window, lasted)


def _until_sum(needed: Fraction, base: Fraction) -> int:
    """After how many evaluations rates over `base` evaluations, summed, exceed what is needed."""
    total, evaluations = Fraction(0), 1
    while (rate := evaluations / base) < 1:
        total += rate
        if total > needed:
            return evaluations
        evaluations += 1
    return evaluations + floor(needed - total)  # from here on each adds a whole one
