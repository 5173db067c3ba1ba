"""What a gate compares a look with: the error ratio above which it fails."""

from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from burnrules import burnrate
from burnrules.burnrate import plain
from burnrules.codes import releases as codes
from burnrules.diagnostics import Diagnostic
from burnrules.gates.judging import percent
from burnrules.gates.queries import Baseline
from burnrules.ir import SloPlan, Tier
from burnrules.plan.gates.context import Context
from burnrules.spec.gates import Baseline as WrittenBaseline


class Bound(NamedTuple):
    """The bound of one SLO; against a baseline it is that of a stable side at the budget."""

    ratio: Decimal
    words: str
    baseline: Baseline | None = None


def of(context: Context, slo: SloPlan) -> Bound | Diagnostic:
    """The bound of one SLO of the gate, or why it has none."""
    compare = context.one.compare
    if compare is not None and compare.baseline is not None:
        return _against(compare.baseline, slo.budget)
    if compare is not None and compare.burn_rate is not None:
        return _burning(context, slo, compare.burn_rate)
    fastest = _fastest(slo)
    if fastest is None:
        return codes.NO_TIER.at(
            context.slo_place(slo.name).value,
            f"{slo.id} has no tier that can fire, from which the gate would take its bound",
            hint="write compare: {burnRate: 10}",
        )
    words = f"the bound of its fastest tier, {plain(fastest.factor)} times the budget"
    return Bound(fastest.threshold, f"{percent(fastest.threshold)}, {words}")


def _fastest(slo: SloPlan) -> Tier | None:
    tiers = [one for one in slo.tiers if one.reachable]
    return max(tiers, key=lambda one: one.threshold) if tiers else None


def _burning(context: Context, slo: SloPlan, rate: Decimal) -> Bound | Diagnostic:
    ratio = burnrate.threshold(rate, slo.budget)
    if ratio >= 1:
        most = (1 / slo.budget).quantize(Decimal("0.01"), ROUND_DOWN)
        return codes.BEYOND_ONE.at(
            (context.place / "compare" / "burnRate").value,
            f"burnRate {plain(rate)} of {slo.id} is an error ratio of {plain(ratio)}: never above",
            hint=f"write {plain(most)} or less",
        )
    return Bound(ratio, f"{percent(ratio)}, {plain(rate)} times the budget")


def _against(written: WrittenBaseline, budget: Decimal) -> Bound:
    allowed = Baseline(written.ratio, written.difference, written.floor)
    terms, words = [written.floor], [percent(written.floor)]
    if written.ratio is not None:
        terms.append(burnrate.threshold(written.ratio, budget))
        words.append(f"{plain(written.ratio)} times stable")
    if written.difference is not None:
        terms.append(budget + written.difference)
        words.append(f"stable and {percent(written.difference)}")
    return Bound(max(terms), f"the largest of {', '.join(words)}", allowed)
