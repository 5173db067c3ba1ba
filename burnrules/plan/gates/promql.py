"""SLOs and indicators of a gate to metrics that Prometheus measures."""

from decimal import Decimal

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.codes import releases as codes
from burnrules.diagnostics import Diagnostic
from burnrules.gateplan import GateMetric
from burnrules.gates import conditions, queries, samples
from burnrules.gates.conditions import Side
from burnrules.gates.judging import percent
from burnrules.gates.queries import Look
from burnrules.ir import EventSli, IndicatorPlan, Limit, Matcher, SloPlan
from burnrules.plan.gates import odds
from burnrules.plan.gates.bounds import Bound
from burnrules.plan.gates.context import Context, Versions
from burnrules.plan.place import Place
from burnrules.promql import bind, build, parse
from burnrules.spec.indicators import LatencyIndicator

_HALF = Decimal("0.5")


def of_slo(
    context: Context, versions: Versions, slo: SloPlan, bound: Bound
) -> GateMetric | Diagnostic:
    """The canary's error ratio, or what stable allows of it, as one number."""
    assert isinstance(slo.sli, EventSli)  # noqa: S101  # `subjects` refuses the others
    if any(_constant(one.at(context.one.window)) for one in (slo.sli.total, slo.sli.part)):
        return _not_rewritable(slo.id, context.slo_place(slo.name), versions.canary)
    look = Look(context.one.window, _minimum(context, slo, bound))
    if bound.baseline is None:
        query = queries.error_ratio(slo.sli, versions.canary, look)
        limit, reading = bound.ratio, f"share of {slo.sli.counts} that {slo.sli.wrong}"
    else:
        query = queries.against_baseline(
            slo.sli, versions.canary, versions.stable, look, bound.baseline
        )
        limit, reading = Decimal(1), "the canary's error ratio as a share of what it may be"
    if query is None:
        return _not_rewritable(slo.id, context.slo_place(slo.name), versions.canary)
    judged = conditions.prometheus(limit, no_data=context.no_data)
    return GateMetric(
        name=slo.name,
        subject=slo.id,
        reading=f"{reading}; fails above {bound.words}",
        query=query,
        bound=limit,
        at_most=True,
        min_samples=look.min_samples,
        origin=context.slo_place(slo.name).value,
        success=judged.success,
        failure=judged.failure,
        odds=odds.of(context, slo.budget, bound.ratio, look.min_samples),
    )


def of_indicator(
    context: Context, versions: Versions, plan: IndicatorPlan, limit: Limit
) -> GateMetric | Diagnostic:
    """An indicator of the canary alone, by its own limit."""
    at_most = limit.kind == "max"
    guard = context.guard()
    look = Look(context.one.window, _minimum_of_indicator(context, plan))
    worst = "max" if at_most else "min"
    query = None
    if not _constant(plan.value.at(look.window)):
        query = queries.value(plan.value, versions.canary, look, worst=worst, of=guard)
    place = context.place / "indicators" / context.one.indicators.index(plan.name)
    if query is None:
        return _not_rewritable(plan.id, place, versions.canary)
    side = Side.AT_MOST if at_most else Side.AT_LEAST
    judged = conditions.prometheus(limit.value, side=side, no_data=context.no_data)
    word = "above" if at_most else "below"
    both = sum(one.kind in ("max", "min") for one in plan.limits) > 1
    return GateMetric(
        name=f"{plan.name}-{limit.kind}" if both else plan.name,
        subject=plan.id,
        reading=f"{plan.subject}; fails {word} {_said(limit.value, plan.unit)}",
        query=query,
        bound=limit.value,
        at_most=at_most,
        min_samples=look.min_samples if guard else 0,
        origin=place.value,
        success=judged.success,
        failure=judged.failure,
    )


def of_budget(context: Context, slo: SloPlan, left: Decimal) -> GateMetric:
    """What is left of the error budget, of the group that has least."""
    recorded = build.selector(
        naming.REMAINING,
        (
            Matcher(naming.PATH_LABEL, "=", slo.path),
            Matcher(naming.NAME_LABEL, "=", slo.name),
        ),
    )
    judged = conditions.prometheus(left, side=Side.AT_LEAST, no_data=context.no_data)
    return GateMetric(
        name=slo.name,
        subject=slo.id,
        reading=f"what is left of the error budget of {slo.window}; fails below {percent(left)}",
        query=build.aggregate("min", (), recorded),
        bound=left,
        at_most=False,
        min_samples=0,
        origin=context.slo_place(slo.name).value,
        success=judged.success,
        failure=judged.failure,
    )


def _constant(query: str) -> bool:
    """Whether a query reads no series, so that no version can be put into it."""
    probe = bind.with_matchers(parse.plain(query), [("a", "=", "b")])
    return probe is not None and probe == parse.plain(query)


def _minimum(context: Context, slo: SloPlan, bound: Bound) -> int:
    found = odds.minimum(context, slo.budget, bound.ratio)
    if bound.baseline is None or context.one.min_samples is not None:
        return found
    if bound.ratio <= slo.budget or bound.ratio >= 1:
        return found
    weight = min(context.weight or _HALF, Decimal("0.99"))
    return samples.against_baseline(slo.budget, bound.ratio, weight)


def _minimum_of_indicator(context: Context, plan: IndicatorPlan) -> int:
    if context.one.min_samples is not None:
        return context.one.min_samples
    written = next(one for one in context.owner.path.spec.indicators if one.name == plan.name)
    if isinstance(written.measured, LatencyIndicator):
        return samples.for_quantile(written.measured.quantile)
    return 1


def _said(value: Decimal, unit: str) -> str:
    if unit == "ratio":
        return percent(value)
    return f"{plain(value)}{f' {unit}' if unit else ''}"


def _not_rewritable(what: str, place: Place, version: Matcher) -> Diagnostic:
    return codes.NOT_REWRITABLE.at(
        place.value,
        f"`{version.label}` cannot be put into every selector of {what}",
        hint='write its queries with plain selectors, metric{label="value"}',
    )
