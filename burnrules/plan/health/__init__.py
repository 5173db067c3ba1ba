"""The health of what SLOs stand on: an SLO of the pipeline, and alerts on each part of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from burnrules import burnrate, gotemplate, naming
from burnrules.codes import meaning, together
from burnrules.codes.templates import NO_SUCH_LABEL
from burnrules.diagnostics import Diagnostic, fatal
from burnrules.ir import (
    EventSli,
    Example,
    Expr,
    Group,
    Kubernetes,
    PathPlan,
    Rule,
    Sli,
    SloPlan,
)
from burnrules.plan import matchers, slo, templates, texts
from burnrules.plan.alerts import in_reading_order
from burnrules.plan.health import (
    balancing,
    examples,
    exporters,
    owner,
    presence,
    processors,
    receivers,
    sli,
    span_metrics,
    tempo,
)
from burnrules.plan.health.owner import Owner
from burnrules.plan.health.watched import Alert, Urgency, Watched
from burnrules.plan.settings import layered
from burnrules.spec import telemetry as specs
from burnrules.tree import Tree

Family = Callable[[Watched], Iterator[Alert]]
Found = tuple[Diagnostic, ...]

FAMILIES: Mapping[str, tuple[Family, ...]] = {
    "collector": (
        presence.alerts,
        receivers.alerts,
        exporters.alerts,
        processors.alerts,
        balancing.alerts,
        span_metrics.alerts,
    ),
    "tempo": (presence.alerts, tempo.alerts),
}
SLIS: Mapping[str, Callable[[Watched], EventSli]] = {
    "collector": sli.of_collector,
    "tempo": sli.of_tempo,
}
GROUPED = frozenset({"job", "instance", "receiver", "exporter", "endpoint", "tenant"})


class Part(NamedTuple):
    """One watched process, and where the Telemetry says so."""

    watched: Watched
    said: specs.Collector | specs.Tempo


def plans(tree: Tree, sources: Mapping[str, slo.Source]) -> tuple[tuple[PathPlan, ...], Found]:
    """The rules of each Telemetry that watches a Collector or a Tempo."""
    made: list[PathPlan] = []
    found: list[Diagnostic] = []
    for name in sorted(tree.telemetries):
        if name not in sources or not _watches(tree.telemetries[name].model.spec):
            continue
        its = owner.of_telemetry(tree, tree.telemetries[name], sources[name])
        if isinstance(its, Diagnostic):
            found.append(its)
        elif its is not None:
            plan, wrong = _plan(its, {one.name for one in tree.paths})
            found += wrong
            if not fatal(wrong):
                made.append(plan)
    return tuple(made), tuple(found)


def _watches(spec: specs.TelemetrySpec) -> bool:
    return any(one is not None and one.selector for one in (spec.collector, spec.tempo))


def _plan(its: Owner, paths: set[str]) -> tuple[PathPlan, Found]:
    found = [*_findings(its, paths)]
    slos: list[SloPlan] = []
    groups: list[Group] = []
    proofs: list[Example] = []
    for part in _parts(its):
        kind = part.watched.kind
        settings = its.settings(kind, part.said.objective)
        plan, wrong = slo.of_sli(settings, its.source.server, _sli(part.watched))
        found += wrong
        slos += [plan] if plan else []
        if its.policy:
            groups.append(_group(its, part.watched))
            proofs += examples.examples(part.watched, groups[-1].rules)
    base = its.defaults.kubernetes
    plan_of_all = PathPlan(
        name=its.name,
        source=its.place.document.file,
        kubernetes=Kubernetes(
            base.namespace or "", layered(base.labels), layered(base.annotations)
        ),
        slos=tuple(slos),
        groups=tuple(groups),
        examples=tuple(proofs),
    )
    return plan_of_all, tuple(found)


def _sli(one: Watched) -> Sli:
    return SLIS[one.kind](one)


def _parts(its: Owner) -> Iterator[Part]:
    spec, source = its.telemetry.spec, its.source
    for kind, said in (("collector", spec.collector), ("tempo", spec.tempo)):
        if said is None or not said.selector:
            continue
        chosen = [one for label, how in said.selector.items() for one in matchers.of(label, how)]
        release = said.version if kind == "collector" else None
        budget = burnrate.budget(owner.objective(said.objective))
        yield Part(
            Watched(
                kind=kind,
                selector=tuple(chosen),
                release=_minor(release),
                budget=budget,
                names=source.names,
                scrape=source.server.scrape_interval,
            ),
            said,
        )


def _minor(version: str | None) -> int | None:
    """The release of a contrib Collector; other distributions count on their own."""
    parts = version.split(".") if version else []
    return int(parts[1]) if parts[:1] == ["0"] else None


def _findings(its: Owner, paths: set[str]) -> Iterator[Diagnostic]:
    if its.name in paths:
        place = (its.place / "metadata" / "name").value
        message = f"path `{its.name}` has the name of this Telemetry's health rules"
        yield together.NAME_TAKEN.at(place, message, hint="rename one")
    for name, place in its.written_labels():
        if name in GROUPED:
            message = f"`{name}` is a static label, and health alerts are told apart by it"
            yield meaning.LABEL_GROUPED.at(place, message, hint="use another name")
    yield from _links(its)


def _links(its: Owner) -> Iterator[Diagnostic]:
    """Annotations for every alert that read what only the series of SLOs have."""
    for name, text in its.annotations:
        for one in gotemplate.check(text, frozenset()):
            label = text[one.start : one.end].strip('"`')
            if one.code is NO_SUCH_LABEL and label in templates.ON_SERIES:
                yield NO_SUCH_LABEL.at(
                    (its.place / "spec" / "health").key,
                    f"annotation `{name}` reads `{label}`, which series of a Collector lack",
                    hint=f"write another {name} in health.annotations",
                )


def _group(its: Owner, one: Watched) -> Group:
    found = [alert for family in FAMILIES[one.kind] for alert in family(one)]
    server = its.source.server
    rules = tuple(_rule(its, alert, one.kind) for alert in found)
    return Group(
        naming.health_group(its.name, one.kind), server.rule_interval, rules, server.query_offset
    )


def _rule(its: Owner, alert: Alert, kind: str) -> Rule:
    severity = its.severities[0 if alert.urgency is Urgency.LOUD else -1]
    values = {
        **texts.BLANK,
        "path": its.name,
        "slo": kind,
        "displayName": gotemplate.escape(its.display_name),
        "severity": severity,
        "labels": dict(its.labels),
        "annotations": dict(its.annotations),
        "indicator": alert.name,
        "summary": alert.summary,
        "description": alert.description,
    }
    said = {part: its.prose.render("health", part, values) for part in ("summary", "description")}
    labels: dict[str, str] = {
        **dict(its.labels), naming.PATH_LABEL: its.name, "severity": severity,
    }  # fmt: skip
    annotations = in_reading_order({**said, **dict(its.annotations)})
    origin = (its.place / "spec" / kind).key
    return Rule(
        "", alert.name, Expr(alert.expr, origin), layered(labels), alert.wait, None, annotations
    )
