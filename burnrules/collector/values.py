"""Scalars of a Collector configuration: environment variables, Go durations, switches."""

import re
from decimal import Decimal
from typing import Any

_VARIABLE = re.compile(r"\$\$|\$\{([^{}]*)\}|\$([A-Za-z_]\w*)")
_ENVIRONMENT = re.compile(r"(?:env:)?[A-Za-z_]\w*(?::-(.*))?", re.DOTALL)
_SPAN = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
_LONGEST = 60


def resolved(value: Any) -> Any:
    """A scalar with the defaults of its variables filled in; None if one has no default.

    >>> resolved("${env:FLUSH:-60s}"), resolved("${env:HOST}:4317"), resolved("a$${1}")
    ('60s', None, 'a${1}')
    """
    if not isinstance(value, str) or "$" not in value:
        return value
    text, end = "", 0
    for found in _VARIABLE.finditer(value):
        filled = _filled(found)
        if filled is None:
            return None
        text, end = text + value[end : found.start()] + filled, found.end()
    return text + value[end:]


def unresolved(value: Any) -> bool:
    """Whether a scalar is known only where the Collector runs."""
    return isinstance(value, str) and resolved(value) is None


def has_variable(value: Any) -> bool:
    """Whether a scalar may be another one where the Collector runs."""
    return isinstance(value, str) and resolved(value) != value.replace("$$", "$")


def seconds(value: Any) -> Decimal | None:
    """A Go duration, or a bare number of nanoseconds, in seconds.

    >>> seconds("1m30s"), seconds("400ms"), seconds("1.5h"), seconds("4 s")
    (Decimal('90'), Decimal('0.400'), Decimal('5400.0'), None)
    """
    text = resolved(value)
    if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST:
        return None
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    if re.fullmatch(r"[0-9]+", text):
        return sign * int(text) * _SECONDS["ns"]
    parts = _SPAN.findall(text)
    if not parts or "".join(count + unit for count, unit in parts) != text:
        return None
    return sign * sum((Decimal(count) * _SECONDS[unit] for count, unit in parts), Decimal(0))


def duration(seconds: Decimal) -> str:
    """Seconds as a Go duration of one unit.

    >>> duration(Decimal("0.35")), duration(Decimal(2)), duration(Decimal("0.0005"))
    ('350ms', '2s', '500us')
    """
    for unit in ("s", "ms", "us"):
        count = seconds / _SECONDS[unit]
        if count == count.to_integral_value():
            return f"{count.normalize():f}{unit}"
    return f"{(seconds / _SECONDS['ns']).normalize():f}ns"


def number(value: Any) -> Decimal | None:
    """A plain decimal number.

    >>> number("1000"), number("many")
    (Decimal('1000'), None)
    """
    text = resolved(value)
    if isinstance(text, str) and re.fullmatch(r"[-+]?[0-9]{1,40}(\.[0-9]{1,40})?", text):
        return Decimal(text)
    return None


def switch(value: Any) -> bool | None:
    """A boolean, also where a variable's default spells it.

    >>> switch(True), switch("${env:X:-true}"), switch("maybe")
    (True, True, None)
    """
    found = resolved(value)
    if isinstance(found, str):
        return {"true": True, "false": False}.get(found.lower())
    return found if isinstance(found, bool) else None


def _filled(found: re.Match[str]) -> str | None:
    if found[0] == "$$":
        return "$"
    inside = found[1] if found[1] is not None else found[2]
    variable = _ENVIRONMENT.fullmatch(inside)
    return variable[1] if variable else None
