"""SLI `threshold`: good while a query is on the right side of a value."""

from burnrules.burnrate import plain
from burnrules.ir import Query, SliceSli
from burnrules.plan import fragments
from burnrules.plan.sli.context import Compiled, Context
from burnrules.promql import build
from burnrules.promql.uses import Role, Use
from burnrules.spec.sli import ThresholdSli

_WORDS = {"lt": "below", "lte": "at most", "gt": "above", "gte": "at least"}
_INVERSE = {"lt": ">=", "lte": ">", "gt": "<=", "gte": "<"}


def compiled(one: ThresholdSli, context: Context) -> Compiled:
    """1 for each evaluation on the wrong side, 0 for each on the right."""
    fragment, found = fragments.read(
        one.query, Use.INSTANT, Role.VALUE, context.place / "query", context.groups
    )
    if fragment is None:
        return Compiled(None, found)
    value = build.bracket(build.finite(build.bracket(fragment.marked)))
    bad = f"{value} {_INVERSE[one.op]} bool {plain(one.value)}"
    return Compiled(
        SliceSli(
            "threshold",
            Query(build.aggregate("max", context.groups, bad)),
            countable=True,
            wrong=f"were not {_WORDS[one.op]} {plain(one.value)}",
        ),
        found,
    )
