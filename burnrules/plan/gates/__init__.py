"""The gates of a path; what compiles them is loaded with the first gate of a tree."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from burnrules.diagnostics import Diagnostic
from burnrules.ir import IndicatorPlan, PathPlan, SloPlan
from burnrules.plan.owner import Owner

if TYPE_CHECKING:
    from burnrules.gateplan import GatePlan

# ruff: noqa: PLC0415  # see above


def build(
    owner: Owner, slos: tuple[SloPlan, ...], indicators: tuple[IndicatorPlan, ...]
) -> "tuple[tuple[GatePlan, ...], tuple[Diagnostic, ...]]":
    """The plans of a path's gates, and everything wrong or doubtful about them."""
    if not owner.path.spec.gates:
        return (), ()
    from burnrules.plan.gates import gate

    return gate.plans(owner, slos, indicators)


def clashes(paths: Sequence[PathPlan]) -> Iterable[Diagnostic]:
    """Gates of two paths that would become one object of the cluster."""
    if not any(path.gates for path in paths):
        return ()
    from burnrules.plan.gates import objects

    return objects.clashes(paths)
