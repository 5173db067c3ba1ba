"""The gates of a path; what compiles them is loaded with the first gate of a tree."""

from burnrules.diagnostics import Diagnostic
from burnrules.gateplan import GatePlan
from burnrules.ir import IndicatorPlan, SloPlan
from burnrules.plan.owner import Owner

# ruff: noqa: PLC0415  # see above


def build(
    owner: Owner, slos: tuple[SloPlan, ...], indicators: tuple[IndicatorPlan, ...]
) -> tuple[tuple[GatePlan, ...], tuple[Diagnostic, ...]]:
    """The plans of a path's gates, and everything wrong or doubtful about them."""
    if not owner.path.spec.gates:
        return (), ()
    from burnrules.plan.gates import gate

    return gate.plans(owner, slos, indicators)
