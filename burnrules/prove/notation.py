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
    """
    made: list[str] = []
    at = 0
    for line in lines:
        start = line.start // step
        if start > at:
            made.append(f"_x{start - at}" if start - at > 1 else "_")
        made.append(_line(line))
        at = start + line.count
    return " ".join(made)


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
