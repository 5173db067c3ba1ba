"""Functions over a range of samples, as Prometheus computes them, exact."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

from burnrules.prove.series import Lines

Bounds = tuple[int, int]


def over_time(name: str, lines: Lines, bounds: Bounds, *, modern: bool) -> Decimal | None:
    """One function over the samples of a range; None where it yields nothing.

    Raises LookupError for a function that is not known here.
    """
    if name in _SIMPLE:
        return _SIMPLE[name](lines) if lines else None
    if name not in ("rate", "increase", "delta"):
        raise LookupError(name)
    grown = _extrapolated(lines, bounds, counter=name != "delta", modern=modern)
    if grown is None or name != "rate":
        return grown
    return grown * 1000 / (bounds[1] - bounds[0])


def _count(lines: Lines) -> int:
    return sum(one.count for one in lines)


def _sum(lines: Lines) -> Decimal:
    return sum((one.total for one in lines), Decimal(0))


_SIMPLE: Mapping[str, Callable[[Lines], Decimal]] = {
    "sum_over_time": _sum,
    "count_over_time": lambda lines: Decimal(_count(lines)),
    "avg_over_time": lambda lines: _sum(lines) / _count(lines),
    "max_over_time": lambda lines: max(max(one.value, one.last) for one in lines),
    "min_over_time": lambda lines: min(min(one.value, one.last) for one in lines),
    "last_over_time": lambda lines: lines[-1].last,
    "present_over_time": lambda _: Decimal(1),
}


def _extrapolated(lines: Lines, bounds: Bounds, *, counter: bool, modern: bool) -> Decimal | None:
    """Prometheus's extrapolatedRate before the division by the range."""
    count = _count(lines)
    if count < 2:
        return None
    first, last = lines[0].value, lines[-1].last
    if any(one.value.is_nan() for one in lines):
        return Decimal("NaN")
    grown = last - first
    if counter:
        grown += sum((a.last for a, b in pairwise(lines) if b.value < a.last), Decimal(0))
    sampled = lines[-1].end - lines[0].start
    spacing = Decimal(sampled) / (count - 1)
    to_start = Decimal(lines[0].start - bounds[0])
    to_end = Decimal(bounds[1] - lines[-1].end)
    to_zero = sampled * first / grown if counter and grown > 0 and first >= 0 else None
    if to_zero is not None and to_zero < to_start and not modern:
        to_start = to_zero
    limit = spacing * 11 / 10
    start = to_start if to_start < limit else spacing / 2
    if to_zero is not None and modern:
        start = min(start, to_zero)  # 3.0 looks at zero last
    end = to_end if to_end < limit else spacing / 2
    return grown * (sampled + start + end) / sampled
