"""Facts about a change to words: numbers, times, labels, what was and what is."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from burnrules.burnrate import short
from burnrules.durations import Duration
from burnrules.ir import Group, Labels

_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000))
_VERBS = {"page": "pages", "ticket": "tickets"}


def changed(what: str, old: str, new: str) -> Iterator[str]:
    """`objective 99.9 % -> 99.5 %`, if it did change."""
    if old != new:
        yield f"{what} {old} -> {new}"


def labels(old: Labels, new: Labels) -> Iterator[str]:
    """Every label that has another value now, by name."""
    before, now = dict(old), dict(new)
    for name in sorted({*before, *now}):
        yield from changed(f"label {name}", before.get(name, "none"), now.get(name, "none"))


def percent(ratio: Decimal) -> str:
    """A ratio as a reader of a review sees it.

    >>> percent(Decimal("0.0144"))
    '1.44 %'
    """
    return f"{short(ratio * 100, 5)} %"


def spoken(time: Duration) -> str:
    """A length of time in its two largest units.

    >>> spoken(Duration(240_000)), spoken(Duration(3_660_000))
    ('4 minutes', '1 hour 1 minute')
    """
    rest, parts = time.milliseconds, []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}" if count == 1 else f"{count} {unit}s")
    return " ".join(parts[:2]) or "less than a second"


def verb(severity: str) -> str:
    """What an alert of a severity does: `pages`."""
    return _VERBS.get(severity, f"alerts ({severity})")


def listed(names: Sequence[str], none: str = "none") -> str:
    """Names in a row."""
    return ", ".join(names) or none


def rules(groups: Iterable[Group]) -> tuple[object, ...]:
    """What rules say and when, without the place that they come from."""
    return tuple(
        (one.record, one.alert, one.expr.text, one.labels, one.wait, one.keep, one.annotations)
        for group in groups
        for one in group.rules
    )
