"""Flagger's own forms: intervals, names, template functions, and what no data means."""

import re
from decimal import ROUND_CEILING

from burnrules.durations import Duration

RESERVED = ("request-success-rate", "request-duration")
FUNCTIONS = ("name", "namespace", "target", "service", "ingress", "route", "interval")
INTERVAL = re.compile(r"[0-9]+[ms]")
_PLACEHOLDER = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_VARIABLE = re.compile(r"variables\.[A-Za-z_][A-Za-z0-9_]*")


def interval(duration: Duration) -> str:
    """A duration as the CRD takes it: minutes or seconds, never hours; a part second counts whole.

    >>> from burnrules.durations import of
    >>> interval(of("1h")), interval(of("90s"))
    ('60m', '90s')
    """
    seconds = int(duration.seconds.to_integral_value(rounding=ROUND_CEILING))
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


def unknown_functions(query: str) -> tuple[tuple[int, int, str], ...]:
    """What stands in `{{ }}` and is no function of Flagger's, with its place."""
    return tuple(
        (found.start(), found.end(), found[1])
        for found in _PLACEHOLDER.finditer(query)
        if found[1] not in FUNCTIONS and not _VARIABLE.fullmatch(found[1])
    )


def rendered(query: str) -> str:
    """A query with every template function replaced by as many characters that can stand there."""
    return _PLACEHOLDER.sub(_likely, query)


def _likely(found: re.Match[str]) -> str:
    before = _ESCAPED.sub("", found.string[: found.start()])
    width = len(found[0])
    if before.rstrip().endswith("[") or found[1] == "interval":
        return "1m".ljust(width)
    return "x" * width if before.count('"') % 2 or before.count("'") % 2 else "1".ljust(width)
