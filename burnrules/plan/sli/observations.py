"""SLI `latency` with a histogram of the user's own: observations slower than a threshold."""

import re
from decimal import Decimal
from typing import NamedTuple

from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Matcher
from burnrules.plan import fragments
from burnrules.plan.place import Place
from burnrules.plan.sli.context import Compiled, Context
from burnrules.plan.sli.histogram import Histogram
from burnrules.plan.telemetry import UNITS
from burnrules.promql.uses import Role, Use
from burnrules.spec.sli import LatencySli

_ENDINGS = {
    "seconds": "s",
    "milliseconds": "ms",
    "microseconds": "us",
    "nanoseconds": "ns",
    "ms": "ms",
}


class Base(NamedTuple):
    """A histogram that a user named: its base name, matchers, and the seconds of one unit."""

    name: str
    matchers: tuple[Matcher, ...]
    unit: Decimal


Named = tuple[Base | None, tuple[Diagnostic, ...], tuple[Assumption, ...]]


def compiled(one: LatencySli, written: str, context: Context) -> Compiled:
    """Slow and all observations of one histogram."""
    found_base, found, assumed = base(written, one.unit, context.place, context.groups)
    if found_base is None:
        return Compiled(None, found)
    histogram = Histogram(
        found_base.name, (found_base.matchers,), found_base.unit, native=bool(one.native)
    )
    return Compiled(
        histogram.sli(one.threshold, context, context.server.scrape_interval), found, assumed
    )


def base(written: str, unit: str | None, kind: Place, groups: tuple[str, ...]) -> Named:
    """The histogram of a `histogram:` under `kind`, what is wrong with it, and what is assumed."""
    place = kind / "histogram"
    fragment, found = fragments.read(written, Use.SELECTOR, Role.VALUE, place, groups)
    if fragment is None:
        return None, found, ()
    name = next(iter(fragment.checked.metrics), "")
    if ending := re.search(r"_(bucket|count|sum)$", name):
        wrong = meaning.HISTOGRAM_SUFFIX.at(
            place.value,
            f"histogram is the base name; `{name}` ends in {ending[0]}",
            hint=f"write `{name[: ending.start()]}`",
        )
        return None, (*found, wrong), ()
    if not name or any(one.label == "le" for one in fragment.matchers):
        said = "selects buckets by `le`" if name else "names no metric"
        wrong = meaning.HISTOGRAM_SUFFIX.at(
            place.value, f"histogram {said}", hint='write its base name: metric{label="x"}'
        )
        return None, (*found, wrong), ()
    known = unit or _ENDINGS.get(name.rsplit("_", 1)[-1])
    if known is None:
        wrong = meaning.NO_UNIT.at(
            place.value,
            f"the name `{name}` does not say its unit",
            hint="add unit: s, ms, us or ns",
        )
        return None, (*found, wrong), ()
    assumed = () if unit else (Assumption("unit", known, f"from the end of `{name}`"),)
    return Base(name, fragment.matchers, UNITS[known]), found, assumed
