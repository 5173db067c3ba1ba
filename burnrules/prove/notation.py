"""Samples as promtool writes them: `_x10 0+60x9` is ten times nothing, then ten samples."""

from collections.abc import Sequence
from decimal import Context, Decimal

from burnrules.burnrate import plain
from burnrules.prove.series import Line

DIGITS = Context(prec=15)


def values(lines: Sequence[Line], step: int) -> str:
    """All samples from time zero on; lines stand on the grid of `step`.

    >>> values([Line(120_000, 60_000, 3, Decimal(5), Decimal(2))], 60_000)
    '_x2 5+2x2'
    >>> values([Line(120_000, 120_000, 2, Decimal(5), Decimal(2))], 60_000)
    '_x2 5 _ 7'
    """
    made: list[str] = []
    at = 0
    for line in lines:
        start, apart = line.start // step, line.step // step
        if start > at:
            made.append(_gap(start - at))
        if apart == 1 or line.count == 1:
            made.append(_line(line))
            at = start + line.count
            continue
        gap = f" {_gap(apart - 1)} "
        made.append(gap.join(_number(line.at(index)) for index in range(line.count)))
        at = start + (line.count - 1) * apart + 1
    return " ".join(made)


def _gap(count: int) -> str:
    return f"_x{count}" if count > 1 else "_"


def _line(line: Line) -> str:
    if line.value.is_nan():
        return f"NaN+0x{line.count - 1}"
    first = _number(line.value)
    if line.count == 1:
        return first
    slope = _number(abs(line.slope))
    return f"{first}{'-' if line.slope < 0 else '+'}{slope}x{line.count - 1}"


def _number(value: Decimal) -> str:
    """All digits of a whole number, the first fifteen of others."""
    return plain(value) if value == value.to_integral_value() else plain(DIGITS.plus(value))
