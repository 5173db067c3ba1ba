"""SLI `latency` with a histogram of the user's own: observations slower than a threshold."""

import re

from burnrules.codes import meaning
from burnrules.ir import Assumption
from burnrules.plan import fragments
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


def compiled(one: LatencySli, written: str, context: Context) -> Compiled:
    """Slow and all observations of one histogram."""
    place = context.place / "histogram"
    fragment, found = fragments.read(written, Use.SELECTOR, Role.VALUE, place, context.groups)
    if fragment is None:
        return Compiled(None, found)
    base = next(iter(fragment.checked.metrics), "")
    if ending := re.search(r"_(bucket|count|sum)$", base):
        wrong = meaning.HISTOGRAM_SUFFIX.at(
            place.value,
            f"histogram is the base name; `{base}` ends in {ending[0]}",
            hint=f"write `{base[: ending.start()]}`",
        )
        return Compiled(None, (*found, wrong))
    unit = one.unit or _ENDINGS.get(base.rsplit("_", 1)[-1])
    if unit is None:
        wrong = meaning.NO_UNIT.at(
            place.value,
            f"the name `{base}` does not say its unit",
            hint="add unit: s, ms, us or ns",
        )
        return Compiled(None, (*found, wrong))
    chosen = fragment.matchers
    histogram = Histogram(base, (chosen,), UNITS[unit], native=bool(one.native))
    assumed = () if one.unit else (Assumption("unit", unit, f"from the end of `{base}`"),)
    return Compiled(
        histogram.sli(one.threshold, context, context.server.scrape_interval), found, assumed
    )
