"""Every number, name and query, once: the only stage that knows specs and the plan."""

from burnrules.diagnostics import Diagnostic, fatal
from burnrules.ir import Kubernetes, PathPlan, Plan, SloPlan, TelemetryPlan
from burnrules.plan import gates, gateway, indicators, owner, paths, policies, slo, telemetry, uses
from burnrules.plan.place import Place
from burnrules.plan.settings import layered, of_path
from burnrules.plan.uses import Uses
from burnrules.spec.path import CriticalPath
from burnrules.spec.telemetry import Telemetry, TelemetrySpec
from burnrules.tree import BUILT_IN, Spec, Tree


def build(tree: Tree) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan of a tree, and everything wrong or doubtful about what its specs mean.

    A path with an error has no plan, so that one mistake is told once.
    """
    found: list[Diagnostic] = [*policies.findings(tree)]
    used = uses.of_tree(tree)
    sources = _sources(tree, used, found)
    paths = [_path(tree, one, sources, found) for one in tree.paths]
    found += _configurations(tree)
    pipelines = _pipelines(tree, sources, found)
    collectors = tuple(gateway.gateways(tree, used, sources))
    planned = tuple(one for one in paths if one is not None)
    found += gates.clashes(planned)
    return Plan(planned, pipelines, collectors, _telemetries(tree, sources)), tuple(found)


def _telemetries(tree: Tree, sources: dict[str, slo.Source]) -> tuple[TelemetryPlan, ...]:
    """Every Telemetry that can be resolved, by name."""
    files = {name: one.document.file for name, one in tree.telemetries.items()}
    return tuple(
        TelemetryPlan(name, files.get(name, ""), one.names, one.server, one.named)
        for name, one in sorted(sources.items())
    )


def _sources(tree: Tree, used: tuple[Uses, ...], found: list[Diagnostic]) -> dict[str, slo.Source]:
    """The names and server of each Telemetry that can be resolved, the built-in one among them."""
    stock = TelemetrySpec.model_construct()
    sources = {
        BUILT_IN: slo.Source(telemetry.STOCK_NAMES, telemetry.server(stock.prometheus), named=True)
    }
    for name, one in tree.telemetries.items():
        place = Place(one.document)
        if one.model.spec.span_metrics.config:
            sources.pop(name, None)
            sources |= _configured(tree, one, found)
            continue
        names = telemetry.span_names(one.model.spec, place)
        if isinstance(names, Diagnostic):
            found.append(names)
            sources.pop(name, None)
        else:
            found += telemetry.findings(one.model.spec, names, place)
            if one.model.spec.gateway is not None:
                found += gateway.findings(one.model.spec, names, place)
                its = next((some for some in used if some.telemetry == name), None)
                names = gateway.provided(one.model.spec, names, its)
            sources[name] = slo.Source(
                names, telemetry.server(one.model.spec.prometheus), named=True
            )
    return sources


def _configured(tree: Tree, one: Spec[Telemetry], found: list[Diagnostic]) -> dict[str, slo.Source]:
    """The source that the files of a Telemetry describe, if they do."""
    if one.name not in tree.configs:
        return {}  # they could not be read, which has been said
    from burnrules.plan import configured  # noqa: PLC0415  # most trees have no configuration

    source, wrong = configured.source(tree, one)
    found += wrong
    return {one.name: source} if source else {}


def _configurations(tree: Tree) -> tuple[Diagnostic, ...]:
    """What is wrong with the configurations, for the SLOs that stand on them."""
    if not tree.configs:
        return ()
    from burnrules.plan import configured  # noqa: PLC0415  # as above

    return configured.findings(tree)


def _pipelines(
    tree: Tree, sources: dict[str, slo.Source], found: list[Diagnostic]
) -> tuple[PathPlan, ...]:
    """The health of what the SLOs stand on, where a Telemetry asks for it."""
    specs = [one.model.spec for one in tree.telemetries.values()]
    if not any(one and one.selector for spec in specs for one in (spec.collector, spec.tempo)):
        return ()
    from burnrules.plan import health  # noqa: PLC0415  # as above

    pipelines, wrong = health.plans(tree, sources)
    found += wrong
    return pipelines


def _path(
    tree: Tree, one: Spec[CriticalPath], sources: dict[str, slo.Source], found: list[Diagnostic]
) -> PathPlan | None:
    before = len(found)
    slos: list[SloPlan] = []
    for settings in of_path(tree, one):
        if isinstance(settings, Diagnostic):
            found.append(settings)
            continue
        source = sources.get(settings.telemetry_name)
        if source is None:
            continue  # its Telemetry has said why
        plan, wrong = slo.build(settings, source)
        found += wrong
        if plan is not None:
            slos.append(plan)
    made = _assembled(tree, one, tuple(slos))
    its = owner.of_path(tree, one, sources)
    if isinstance(its, Diagnostic):
        found.append(its)
    elif its is not None:
        signals, wrong = indicators.build(its)
        found += wrong
        judged, wrong = gates.build(its, tuple(slos), signals)
        found += wrong
        made = made._replace(indicators=signals, groups=paths.groups(its), gates=judged)
    if not slos or fatal(found[before:]):
        return None
    return made


def _assembled(tree: Tree, one: Spec[CriticalPath], slos: tuple[SloPlan, ...]) -> PathPlan:
    meta, own, base = one.model.metadata, one.model.spec.kubernetes, tree.inherited.kubernetes
    return PathPlan(
        name=meta.name,
        source=one.document.file,
        kubernetes=Kubernetes(
            own.namespace or base.namespace or "",
            layered(base.labels, own.labels),
            layered(base.annotations, own.annotations),
        ),
        slos=slos,
    )
