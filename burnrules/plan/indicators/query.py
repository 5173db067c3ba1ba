"""Indicator `query`: any number."""

from burnrules.ir import Assumption, Query
from burnrules.plan import fragments
from burnrules.plan.indicators.context import Context, Measured, limits
from burnrules.promql import build
from burnrules.promql.uses import Role, Use
from burnrules.spec.indicators import QueryIndicator


def compiled(one: QueryIndicator, context: Context) -> Measured:
    """The query as it stands, one series a group: of several the one nearest to the limit."""
    fragment, found = fragments.read(
        one.query, Use.INSTANT, Role.VALUE, context.place / "query", context.groups
    )
    if fragment is None:
        return Measured(None, found=found)
    text, assumed = build.finite(build.bracket(fragment.marked)), tuple[Assumption, ...]()
    if fragment.checked.groups != frozenset(context.groups):
        lowest = one.min is not None and one.max is None and one.growth is None
        text = build.aggregate("min" if lowest else "max", context.groups, text)
        word = "smallest" if lowest else "largest"
        assumed = (Assumption("of several series", f"the {word}", "the query may give several"),)
    return Measured(
        Query(text),
        one.unit or "",
        "the value",
        limits(high=one.max, low=one.min, growth=one.growth),
        found,
        assumed,
    )
