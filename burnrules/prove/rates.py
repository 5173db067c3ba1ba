"""Functions over a range of samples, as Prometheus computes them, exact."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

from burnrules.prove.series import Lines, Moment, added


def over_time(name: str, lines: Lines, length: int, moment: Moment) -> Decimal | None:
    """One function over the range of this length; None where it yields nothing.

    Raises LookupError for a function that is not known here.
    """
    found = moment.read(lines, length)
    if name in _SIMPLE:
        return _SIMPLE[name](found) if found else None
    if name not in ("rate", "increase", "delta"):
        raise LookupError(name)
    grown = _extrapolated(found, length, moment, counter=name != "delta")
    if grown is None or name != "rate":
        return grown
    return grown * 1000 / length


def _count(lines: Lines) -> int:
    return sum([one.count for one in lines])


_SIMPLE: Mapping[str, Callable[[Lines], Decimal | None]] = {
    "sum_over_time": lambda lines: added(lines).total,
    "count_over_time": lambda lines: Decimal(_count(lines)),
    "avg_over_time": lambda lines: added(lines).mean,
    "max_over_time": lambda lines: max(_ends(lines), default=Decimal("NaN")),
    "min_over_time": lambda lines: min(_ends(lines), default=Decimal("NaN")),
    "last_over_time": lambda lines: lines[-1].last,
    "present_over_time": lambda _: Decimal(1),
}


def _ends(lines: Lines) -> list[Decimal]:
    """The numbers at both ends of lines, between which all others are."""
    return [end for one in lines if not one.value.is_nan() for end in (one.value, one.last)]


def _extrapolated(lines: Lines, length: int, moment: Moment, *, counter: bool) -> Decimal | None:
    """Prometheus's extrapolatedRate before the division by the range."""
    count = _count(lines)
    if count < 2:
        return None
    first, last = lines[0], lines[-1]
    if any(one.value.is_nan() for one in lines):
        return Decimal("NaN")
    grown = last.last - first.value
    if counter and len(lines) > 1:
        grown += sum((a.last for a, b in pairwise(lines) if b.value < a.last), Decimal(0))
    sampled = last.end - first.start
    spacing = Decimal(sampled) / (count - 1)
    limit = spacing * 11 / 10
    to_start = Decimal(first.start - moment.time + length)
    to_end = Decimal(moment.time - last.end)
    start = to_start if to_start < limit else spacing / 2
    end = to_end if to_end < limit else spacing / 2
    if counter and grown > 0 and first.value >= 0:
        to_zero = sampled * first.value / grown
        if to_zero < limit:  # else no server looks at it
            start = moment.either(min(to_start, to_zero), min(start, to_zero))
    return grown * (sampled + start + end) / sampled
