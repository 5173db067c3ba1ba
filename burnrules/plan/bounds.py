"""Bucket bounds: which are near a threshold, and how people and Prometheus spell them."""

from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.ir import Matcher, Server
from burnrules.promql import regex


def nearest(threshold: Decimal, bounds: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The bounds next to a threshold: one below and one above, as far as there are."""
    below = [one for one in bounds if one < threshold]
    above = [one for one in bounds if one > threshold]
    return (*below[-1:], *above[:1])


def spelled(seconds: Decimal) -> str:
    """A latency as people and Go's durations have it.

    >>> spelled(Decimal("0.4")), spelled(Decimal("1.4")), spelled(Decimal("0.0000005"))
    ('400ms', '1400ms', '500ns')
    """
    for unit, size in (("s", Decimal(1)), ("ms", Decimal("0.001")), ("us", Decimal("0.000001"))):
        if seconds % size == 0:
            return f"{plain(seconds / size)}{unit}"
    return f"{plain(seconds * 10**9)}ns"


def le(bound: Decimal, server: Server) -> Matcher:
    """The matcher of the bucket with this upper bound, in the histogram's own unit.

    Scraping normalises to OpenMetrics floats since Prometheus 3 and kept the exporter's spelling
    before; OTLP and remote write spell without exponent. Where the path is not declared, every
    spelling is taken.
    """
    if server.spelling_known and server.ingestion != "scrape":
        return Matcher("le", "=", plain(bound))
    if server.spelling_known and server.version >= (3, 0):
        return Matcher("le", "=", open_metrics(bound))
    spellings = dict.fromkeys((shortest(bound), open_metrics(bound), plain(bound)))
    if len(spellings) == 1:
        return Matcher("le", "=", plain(bound))
    integral = f"{plain(bound)}(\\.0)?"
    others = [one for one in spellings if one not in (plain(bound), f"{plain(bound)}.0")]
    whole = bound == bound.to_integral_value()
    parts = [integral if whole else regex.escape(plain(bound)), *map(regex.escape, others)]
    return Matcher("le", "=~", "|".join(parts))


def shortest(bound: Decimal) -> str:
    """As Go's `FormatFloat(x, 'g', -1, 64)` writes it.

    >>> shortest(Decimal("1000000")), shortest(Decimal("0.00005")), shortest(Decimal("400"))
    ('1e+06', '5e-05', '400')
    """
    exponent = bound.adjusted()
    if -4 <= exponent < 6:
        return plain(bound)
    mantissa = plain(bound.scaleb(-exponent))
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def open_metrics(bound: Decimal) -> str:
    """As OpenMetrics writes it: a float always shows that it is one.

    >>> open_metrics(Decimal("400")), open_metrics(Decimal("0.35"))
    ('400.0', '0.35')
    """
    text = shortest(bound)
    return text if "e" in text or "." in text else f"{text}.0"
