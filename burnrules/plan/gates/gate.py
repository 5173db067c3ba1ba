"""One gate: what it measures, when it fails, and what its controller is told."""

from collections.abc import Iterator

from burnrules.codes import gates as written
from burnrules.codes import releases as codes
from burnrules.codes import together
from burnrules.diagnostics import Diagnostic, fatal
from burnrules.gateplan import ArgoGate, FlaggerGate, GateMetric, GatePlan
from burnrules.gates import flagger
from burnrules.ir import IndicatorPlan, SloPlan
from burnrules.plan.gates import bounds, controller, notes, promql, subjects, tempo, versions
from burnrules.plan.gates.context import Context, Found, Versions
from burnrules.plan.owner import Owner

LONGEST = 63


def plans(
    owner: Owner, slos: tuple[SloPlan, ...], indicators: tuple[IndicatorPlan, ...]
) -> tuple[tuple[GatePlan, ...], Found]:
    """The plans of all gates of a path, and everything wrong or doubtful about them."""
    made: list[GatePlan] = []
    found: list[Diagnostic] = [*_names(owner)]
    for index, one in enumerate(owner.path.spec.gates):
        context = Context(
            owner,
            one,
            owner.root / "spec" / "gates" / index,
            {slo.name: slo for slo in slos},
            {signal.name: signal for signal in indicators},
            versions.of(one.version, owner) if one.version is not None else None,
        )
        plan, wrong = _gate(context)
        found += wrong
        if plan is not None:
            made.append(plan)
    return tuple(made), tuple(found)


def _names(owner: Owner) -> Iterator[Diagnostic]:
    path, first = owner.path.metadata.name, dict[str, int]()
    for index, one in enumerate(owner.path.spec.gates):
        place = (owner.root / "spec" / "gates" / index / "name").value
        title = f"{path}-{one.name}"
        if len(title) > LONGEST:
            yield codes.TITLE_TOO_LONG.at(
                place,
                f"the object would be named `{title}`, of {len(title)} characters",
                hint=f"at most {LONGEST}: shorten the gate's name or the path's",
            )
        if one.name in first:
            said = f"gate `{one.name}` of path `{path}` is already defined"
            yield together.NAME_TAKEN.at(
                place, f"{said} at line {first[one.name]}", hint="rename one"
            )
        first.setdefault(one.name, place.line)


def _gate(context: Context) -> tuple[GatePlan | None, Found]:
    found = [*subjects.findings(context), *controller.findings(context)]
    if context.one.version is not None:
        found += versions.findings(context, context.one.version)
    if fatal(found):
        return None, tuple(found)
    made = [*_metrics(context)]
    found += [one for one in made if isinstance(one, Diagnostic)]
    metrics = tuple(one for one in made if isinstance(one, GateMetric))
    found += _reserved(context, metrics)
    if fatal(found):
        return None, tuple(found)
    found += _doubts(context, metrics)
    return _plan(context, metrics), tuple(found)


def _metrics(context: Context) -> Iterator[GateMetric | Diagnostic]:
    left = context.one.budget_remaining
    if left is not None:
        yield from (promql.of_budget(context, slo, left) for slo in context.judged)
        return
    assert context.versions is not None  # noqa: S101  # the model wants a version
    for slo in context.judged:
        yield _of_slo(context, context.versions, slo)
    for name in context.one.indicators:
        plan = context.indicators.get(name)
        if plan is not None:
            yield from (
                promql.of_indicator(context, context.versions, plan, limit)
                for limit in plan.limits
                if limit.kind in ("max", "min")
            )


def _of_slo(context: Context, told: Versions, slo: SloPlan) -> GateMetric | Diagnostic:
    bound = bounds.of(context, slo)
    if isinstance(bound, Diagnostic):
        return bound
    match context.one.provider:
        case "web":
            return tempo.over_http(context, told, slo, bound)
        case "job":
            return tempo.by_job(context, told, slo, bound)
    return promql.of_slo(context, told, slo, bound)


def _reserved(context: Context, metrics: tuple[GateMetric, ...]) -> Iterator[Diagnostic]:
    """Names of MetricTemplates for which Flagger would run its own checks."""
    if context.one.flagger is None:
        return
    for metric in metrics:
        name = f"{context.owner.path.metadata.name}-{context.one.name}-{metric.name}"
        if name in flagger.RESERVED:
            yield written.FLAGGER_RESERVED.at(
                (context.place / "name").value,
                f"the metric would be named `{name}`, for which Flagger runs its own check",
                hint="rename the gate",
            )


def _doubts(context: Context, metrics: tuple[GateMetric, ...]) -> Iterator[Diagnostic]:
    for metric in metrics:
        if metric.odds is not None and metric.odds.verdict:
            yield written.CANNOT_JUDGE.at(
                (context.place / "traffic").key,
                f"{context.id} cannot judge {metric.subject}: {metric.odds.verdict}",
                hint=metric.odds.remedy,
            )


def _plan(context: Context, metrics: tuple[GateMetric, ...]) -> GatePlan:
    one, path = context.one, context.owner.path.metadata.name
    if one.argo is not None:
        told: ArgoGate | FlaggerGate = controller.argo(context, one.argo, metrics)
    else:
        assert one.flagger is not None  # noqa: S101  # the model wants one of both
        told = controller.flagger(context, one.flagger)
        metrics = tuple(
            metric._replace(query=metric.query.replace(versions.TARGET, "{{ target }}"))
            for metric in metrics
        )
    return GatePlan(
        path=path,
        name=one.name,
        title=f"{path}-{one.name}",
        controller=told,
        version=context.versions.words if context.versions else "",
        window=one.window,
        metrics=metrics,
        notes=notes.of(context, told),
        origin=context.place.value,
    )
