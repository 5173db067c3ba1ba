"""The indicators of a path; what compiles them is loaded with the first indicator of a tree."""

from burnrules.diagnostics import Diagnostic
from burnrules.ir import IndicatorPlan
from burnrules.plan.owner import Owner


def build(owner: Owner) -> tuple[tuple[IndicatorPlan, ...], tuple[Diagnostic, ...]]:
    """The plans of a path's indicators, and everything wrong or doubtful about them."""
    if not owner.path.spec.indicators:
        return (), ()
    from burnrules.plan.indicators import indicator  # noqa: PLC0415  # see above

    return indicator.plans(owner)
