"""An SLI, a version and a window to the PromQL that judges one look of a canary.

Every selector is narrowed to the version, never a service-wide recording: 20 % errors of a canary
with 1 % of the traffic are 0.2 % of everybody's.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.ir import EventSli, Matcher, Missing, Query
from burnrules.promql import bind, build, parse


@dataclass(frozen=True, slots=True)
class Look:
    """What one measurement reads: its window, and the requests below which there is no verdict."""

    window: Duration
    min_samples: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a canary may do worse than stable: times, plus, and in any case up to the floor."""

    ratio: Decimal | None
    difference: Decimal | None
    floor: Decimal


def error_ratio(sli: EventSli, version: Matcher, look: Look) -> str | None:
    """The share of bad events of one version; empty below the minimum, NaN never.

    None where the version cannot be put into the SLI.
    """
    parts = _parts(sli, version, look)
    return None if parts is None else _guarded(_ratio(parts), parts, look)


def against_baseline(
    sli: EventSli, canary: Matcher, stable: Matcher, look: Look, allowed: Baseline
) -> str | None:
    """The canary's ratio as a share of what stable allows it; a canary passes up to 1.

    Both sides need the minimum: a stable side without traffic allows nothing and forbids nothing.
    """
    new, old = _parts(sli, canary, look), _parts(sli, stable, look)
    if new is None or old is None:
        return None
    permitted = _permitted(build.bracket(_ratio(old)), allowed)
    compared = build.divide(build.bracket(_ratio(new)), permitted)
    both = _guarded(build.bracket(compared), new, look)
    return build.all_of(both, f"on () {_enough(old, look)}")


def value(
    measured: Query, version: Matcher, look: Look, *, worst: str, of: EventSli | None
) -> str | None:
    """An indicator of one version, `max` or `min` of its groups; empty below the minimum.

    The minimum counts the events of an SLI, where there is one.
    """
    parts = None if of is None else _parts(of, version, look)
    text = _of_version(measured, version, look)
    if text is None or (of is not None and parts is None):
        return None
    one = build.aggregate(worst, (), text)
    return one if parts is None else _guarded(one, parts, look)


@dataclass(frozen=True, slots=True)
class _Parts:
    bad: str
    total: str


def _parts(sli: EventSli, version: Matcher, look: Look) -> _Parts | None:
    total = _of_version(sli.total, version, look)
    part = _of_version(sli.part, version, look)
    if total is None or part is None:
        return None
    whole = build.aggregate("sum", (), total)
    counted = build.aggregate("sum", (), part)
    if sli.missing is Missing.ZERO:
        counted = build.bracket(f"{counted} or vector(0)")
    bad = build.bracket(f"{whole} - {counted}") if sli.part_is_good else counted
    return _Parts(bad, whole)


def _ratio(parts: _Parts) -> str:
    return build.divide(parts.bad, parts.total)


def _guarded(ratio: str, parts: _Parts, look: Look) -> str:
    return build.all_of(build.bracket(ratio), f"on () {_enough(parts, look)}")


def _enough(parts: _Parts, look: Look) -> str:
    """Enough requests in the window; rates are extrapolated, so about that many."""
    seconds = plain(look.window.seconds)
    return build.bracket(f"{parts.total} * {seconds} >= {max(look.min_samples, 1)}")


def _permitted(stable: str, allowed: Baseline) -> str:
    terms = []
    if allowed.ratio is not None:
        terms.append(f"{stable} * {plain(allowed.ratio)}")
    if allowed.difference is not None:
        terms.append(f"{stable} + {plain(allowed.difference)}")
    largest = terms[0] if len(terms) == 1 else f"({terms[0]} >= {terms[1]}) or {terms[1]}"
    return build.call("clamp_min", build.bracket(largest), plain(allowed.floor))


def _of_version(query: Query, version: Matcher, look: Look) -> str | None:
    """The query over the window with the version in every selector.

    Braces that are data are spelled so that the controller takes them for none of its own.
    """
    text = parse.plain(query.at(look.window))
    data = re.sub(r"\{\{+", lambda found: found[0].replace("{", "\\x7b"), text)
    return bind.with_matchers(data, [(version.label, version.op, version.value)])
