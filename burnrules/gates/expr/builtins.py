"""The functions of expr that conditions call, on float64 values as Argo hands them over."""

import math
from collections.abc import Callable, Sequence
from typing import Any

Function = Callable[..., Any]


class Refused(Exception):  # noqa: N818 - an outcome of the condition, not an error of ours
    """The expression fails: by a type that does not fit, so even where it is not reached."""

    def __init__(self, value: Any) -> None:
        super().__init__(repr(value)[:80])


class Absent(Refused):
    """The expression fails when it is reached: an index that is not there, a nil."""


class Unfamiliar(Exception):  # noqa: N818 - as above
    """The expression uses something that is not modelled here."""


def refusal(value: Any) -> Refused:
    """Why a value of this type cannot be used: nil is only known when it is reached."""
    return Absent(value) if value is None else Refused(value)


def number(value: Any) -> float | int:
    """The value, if it is a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal(value)
    return value


def floating(value: Any) -> float:
    """The value, if it is a float64."""
    if not isinstance(value, float):
        raise refusal(value)
    return value


def boolean(value: Any) -> bool:
    """The value, if it is a boolean."""
    if not isinstance(value, bool):
        raise refusal(value)
    return value


def sequence(value: Any) -> Sequence[Any]:
    """The value, if it is an array."""
    if not isinstance(value, list | tuple):
        raise refusal(value)
    return value


def _length(value: Any) -> int:
    if not isinstance(value, list | tuple | str | dict):
        raise Refused(value)
    return len(value)


def _spread(values: tuple[Any, ...]) -> list[float | int]:
    flat: list[float | int] = []
    for value in values:
        flat += [number(v) for v in value] if isinstance(value, list) else [number(value)]
    return flat


def _mean(*values: Any) -> float:
    flat = _spread(values)
    return float(sum(flat)) / len(flat) if flat else 0.0


def _median(*values: Any) -> float:
    flat = sorted(_spread(values))
    middle = len(flat) // 2
    if not flat:
        return 0.0
    return float(flat[middle] if len(flat) % 2 else (flat[middle - 1] + flat[middle]) / 2)


def _extreme(chosen: Callable[[list[float | int]], float | int]) -> Function:
    def extreme(*values: Any) -> float | int:
        flat = _spread(values)
        if not flat:
            raise Absent(values)
        return chosen(flat)

    return extreme


def _total(values: Any) -> float | int:
    return sum(number(v) for v in sequence(values))


def _edge(position: int) -> Function:
    def edge(values: Any) -> Any:
        found = sequence(values)
        return found[position] if found else None

    return edge


def _get(of: Any, key: Any) -> Any:
    if isinstance(of, dict):
        return of.get(key)
    found = sequence(of)
    index = int(number(key))
    return found[index] if -len(found) <= index < len(found) else None


def _whole(value: Any) -> int:
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise Absent(value) from None
    found = number(value)
    if not math.isfinite(found):
        raise Unfamiliar(value)
    return int(found)


def _decimal(value: Any) -> float:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise Absent(value) from None
    return float(number(value))


def _rounded(rounding: Callable[[float], int]) -> Function:
    def rounded(value: Any) -> float:
        found = float(number(value))
        return float(rounding(found)) if math.isfinite(found) else found

    return rounded


def _half_away(value: float) -> int:
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


FUNCTIONS: dict[str, Function] = {
    "len": _length,
    "sum": _total,
    "mean": _mean,
    "median": _median,
    "min": _extreme(min),
    "max": _extreme(max),
    "first": _edge(0),
    "last": _edge(-1),
    "get": _get,
    "abs": lambda value: abs(number(value)),
    "floor": _rounded(math.floor),
    "ceil": _rounded(math.ceil),
    "round": _rounded(_half_away),
    "int": _whole,
    "asInt": _whole,
    "float": _decimal,
    "asFloat": _decimal,
}
