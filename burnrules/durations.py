"""Prometheus durations, exact: `1h30m` to milliseconds and back."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_UNITS = {
    "y": 31_536_000_000,
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_FORM = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?"
)
_LONGEST = 100 * _UNITS["y"]


class Duration(NamedTuple):
    """A length of time in whole milliseconds.

    >>> str(parse("1h30m")), str(parse("28d")), str(parse("90s"))
    ('1h30m', '28d', '1m30s')
    """

    milliseconds: int

    @property
    def seconds(self) -> Decimal:
        """The length in seconds, exact."""
        return Decimal(self.milliseconds) / 1000

    def __str__(self) -> str:
        return _text(self.milliseconds)

    def __add__(self, other: "Duration") -> "Duration":  # type: ignore[override]  # adds lengths
        return Duration(self.milliseconds + other.milliseconds)

    def __sub__(self, other: "Duration") -> "Duration":
        return Duration(self.milliseconds - other.milliseconds)

    def __mul__(self, times: int) -> "Duration":  # type: ignore[override]  # as above
        return Duration(self.milliseconds * times)

    def per(self, other: "Duration") -> Decimal:
        """How many of `other` this is.

        >>> parse("30d").per(parse("1h"))
        Decimal('720')
        """
        return Decimal(self.milliseconds) / Decimal(other.milliseconds)


@lru_cache(maxsize=1024)  # an SLO says a hundred, of a dozen different ones
def _text(milliseconds: int) -> str:
    rest, text = milliseconds, ""
    for unit in ("d", "h", "m", "s", "ms"):  # no weeks or years: 28d reads as it was written
        count, rest = divmod(rest, _UNITS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def parse(text: str) -> Duration | None:
    """A duration as Prometheus 2.42 and later read it, or None; `0s` is a duration.

    >>> parse("5 m"), parse("30m1h"), parse("1.5h")
    (None, None, None)
    """
    found = _FORM.fullmatch(text) if text.isascii() and len(text) < 50 else None
    if not text or found is None:
        return None
    total = sum(
        int(count) * size
        for count, size in zip(found.groups(), _UNITS.values(), strict=True)
        if count
    )
    return Duration(total) if total <= _LONGEST else None


def of(text: str) -> Duration:
    """A duration that is known to be one."""
    found = parse(text)
    if found is None:
        raise ValueError(text)
    return found
