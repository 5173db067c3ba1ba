"""SLI `raw`: an error ratio that someone else computed."""

from burnrules.ir import Assumption, Query, SliceSli
from burnrules.plan import fragments
from burnrules.plan.sli.context import Compiled, Context
from burnrules.promql import build
from burnrules.promql.uses import Role, Use
from burnrules.spec.sli import RawSli


def compiled(one: RawSli, context: Context) -> Compiled:
    """The ratio of each evaluation."""
    written, name, role = one.error_ratio, "errorRatio", Role.RATIO
    if written is None:
        written, name = one.success_ratio or "", "successRatio"
    fragment, found = fragments.read(written, Use.RAW, role, context.place / name, context.groups)
    if fragment is None:
        return Compiled(None, found)
    text = build.bracket(fragment.marked)
    ratio = text if name == "errorRatio" else f"1 - {text}"
    query = Query(build.aggregate("max", context.groups, build.sane(build.bracket(ratio))))
    note = Assumption(
        "weighting",
        "by time",
        "a ratio from elsewhere does not say how many events it stands for, so that"
        " minFailures cannot count",
    )
    return Compiled(SliceSli("raw", query, countable=False, wrong="failed"), found, (note,))
