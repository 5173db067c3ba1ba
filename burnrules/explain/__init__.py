"""One thing of a plan, or a code, in words and numbers for a terminal of 80 columns."""

from burnrules.codes import Code
from burnrules.explain import code, gate, indicator, names, slo
from burnrules.gateplan import GatePlan
from burnrules.ir import IndicatorPlan, SloPlan, TelemetryPlan

__all__ = ["text"]


def text(one: SloPlan | IndicatorPlan | GatePlan | TelemetryPlan | Code) -> str:
    """The explanation, each line of it ended."""
    match one:
        case SloPlan():
            lines = slo.lines(one)
        case IndicatorPlan():
            lines = indicator.lines(one)
        case GatePlan():
            lines = gate.lines(one)
        case TelemetryPlan():
            lines = names.lines(one)
        case Code():
            lines = code.lines(one)
    return "".join(f"{line}\n" for line in lines)
