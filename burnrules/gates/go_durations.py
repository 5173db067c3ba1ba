"""Go durations, as Argo and Tempo read them: `1h30m` yes, `1d` no."""

import re
from decimal import Decimal

from burnrules.durations import Duration

_UNITS = {
    "h": Decimal(3_600_000),
    "m": Decimal(60_000),
    "s": Decimal(1_000),
    "ms": Decimal(1),
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),  # the micro sign
    "μs": Decimal("0.001"),  # the Greek letter
    "ns": Decimal("0.000001"),
}
_STEP = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(rf"[+-]?(?:{_STEP.pattern})+|[+-]?0")
_LONGEST = Decimal(2**63 - 1) / 1_000_000


def text(duration: Duration) -> str:
    """A duration in Go's units, none longer than hours.

    >>> from burnrules.durations import of
    >>> text(of("1d")), text(of("90s")), text(of("1500ms"))
    ('24h', '1m30s', '1s500ms')
    """
    rest, found = duration.milliseconds, ""
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)):
        count, rest = divmod(rest, size)
        found += f"{count}{unit}" if count else ""
    return found or "0s"


def parse(written: str) -> Duration | None:
    """A duration as Go's `time.ParseDuration` reads it, to the millisecond, or None.

    >>> parse("1h30m"), parse("1d")
    (Duration(milliseconds=5400000), None)
    """
    if len(written) > 50 or not _WHOLE.fullmatch(written):
        return None
    total = sum((Decimal(n) * _UNITS[unit] for n, unit in _STEP.findall(written)), Decimal(0))
    if total > _LONGEST:
        return None
    return Duration(int(-total if written.startswith("-") else total))
