"""One SLO: its SLI, tiers, guards and rules put together."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from burnrules import gotemplate, naming
from burnrules.burnrate import plain
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic, fatal
from burnrules.durations import Duration
from burnrules.ir import (
    Assumption,
    EventSli,
    Group,
    Guard,
    Labels,
    Rule,
    Server,
    Sli,
    SloPlan,
    SpanNames,
)
from burnrules.plan import (
    alerts,
    descriptions,
    guards,
    identity,
    links,
    matchers,
    recordings,
    sli,
    templates,
    terms,
    texts,
    tiers,
)
from burnrules.plan.alerts import Alert, Alerting
from burnrules.plan.recordings import SAMPLES
from burnrules.plan.settings import Settings, label_findings
from burnrules.plan.terms import Terms
from burnrules.spec.model import RESERVED

SIGNAL = ("signalAbsent", "signalInvalid")  # guards of the SLI; the others are of the budget
LARGEST_GROUP = 20  # Mimir's default limit


class Source(NamedTuple):
    """Where the numbers of a path come from."""

    names: SpanNames
    server: Server
    named: bool  # the dialect was chosen by name, so that its labels are not sure


class Parts(NamedTuple):
    """What the rules of an SLO are made from."""

    settings: Settings
    server: Server
    sli: Sli
    groups: tuple[str, ...]
    terms: Terms
    links: Labels
    flush: Duration = Duration(0)  # of the span metrics that its Telemetry names

    @property
    def guards(self) -> tuple[Alert[Guard], ...]:
        """The guards that fit its SLI."""
        return tuple([one for one in self.terms.guards if guards.fits(one.rule, self.sli)])


def build(settings: Settings, source: Source) -> tuple[SloPlan | None, tuple[Diagnostic, ...]]:
    """The plan of an SLO, and all that is wrong or doubtful about it; no plan if it is wrong."""
    groups = tuple(sorted(matchers.labelled(source.names, settings.group_by)))
    place = settings.place / "sli" / settings.slo.sli.kind
    made = sli.compiled(
        sli.Context(settings, source.names, source.server, groups, place, source.named)
    )
    found = [*made.found, *label_findings(settings, groups), *_groups(settings, groups, source)]
    if made.sli is None:
        return None, tuple(found)
    its_links = links.of_slo(settings, source.names)
    its_terms = terms.of(settings)
    parts = Parts(
        settings, source.server, made.sli, groups, its_terms, its_links, source.names.flush
    )
    found += _doubts(parts)
    found += templates.of_slo(settings, groups)
    found += descriptions.findings(settings.slo, settings.place)
    if fatal(found):
        return None, tuple(found)
    return _plan(parts, (*settings.assumptions, *made.assumptions)), tuple(found)


def of_sli(
    settings: Settings, server: Server, one: Sli
) -> tuple[SloPlan | None, tuple[Diagnostic, ...]]:
    """The plan of an SLO on an SLI of our own, which has no groups and no traces to link to."""
    parts = Parts(settings, server, one, (), terms.of(settings), ())
    found = tuple(_doubts(parts))
    if fatal(found):
        return None, found
    return _plan(parts, settings.assumptions), found


def _doubts(parts: Parts) -> Iterator[Diagnostic]:
    for one in parts.terms.doubts:
        yield one.at(parts.settings)
    if parts.settings.policy is not None:
        yield from tiers.budget_of_one(parts.settings, parts.terms.budget, parts.sli)
    yield from _windows(parts)


def _plan(parts: Parts, assumptions: tuple[Assumption, ...]) -> SloPlan:
    settings, slo, one, made = parts.settings, parts.settings.slo, parts.sli, parts.terms
    alerting, labels, its_guards = _alerting(parts), _info(settings), parts.guards
    return SloPlan(
        path=settings.path.metadata.name,
        name=slo.name,
        description=slo.description or settings.path.spec.description or "",
        objective=slo.objective,
        budget=made.budget,
        window=settings.window,
        groups=parts.groups,
        sli=one,
        policy=settings.policy_name,
        alert_name=alerting.alert_name,
        tiers=tuple([alert.rule for alert in made.tiers]),
        guards=tuple([alert.rule for alert in its_guards]),
        labels=labels,
        interval=parts.server.rule_interval,
        rules=tuple(_rule_groups(parts, alerting, its_guards, labels)),
        origin=alerting.identity.origin,
        assumptions=(*assumptions, *_spelling(one, parts.server)),
    )


def _rule_groups(
    parts: Parts, alerting: Alerting, its_guards: Sequence[Alert[Guard]], labels: Labels
) -> Iterator[Group]:
    """Rates, ratios and burn alerts in one group; budget and ownership in another."""
    identity, windows, window = alerting.identity, parts.terms.windows, parts.settings.window
    burning = [
        *recordings.rates(identity, parts.sli, windows),
        *recordings.ratios(identity, parts.sli, windows),
        *[alerts.burn(alerting, one) for one in parts.terms.tiers],
        *[alerts.guard(alerting, one) for one in its_guards if one.rule.kind in SIGNAL],
    ]
    yield from _chunks(naming.group(identity.path, identity.name), burning, parts.server)
    unrecorded = () if window in windows else (window,)
    spending = [
        *recordings.ratios(identity, parts.sli, unrecorded),
        *recordings.budget(identity, window, alerting.budget),
        recordings.info(identity, labels),
        *[alerts.guard(alerting, one) for one in its_guards if one.rule.kind not in SIGNAL],
    ]
    yield from _chunks(naming.budget_group(identity.path, identity.name), spending, parts.server)


def _display_name(settings: Settings) -> str:
    meta, slo = settings.path.metadata, settings.slo
    return f"{meta.display_name or meta.name}/{slo.display_name or slo.name}"


def _alerting(parts: Parts) -> Alerting:
    settings, slo, one = parts.settings, parts.settings.slo, parts.sli
    path, name = settings.path, slo.name
    description = gotemplate.escape(slo.description or path.spec.description or "")
    values = {
        "path": path.metadata.name,
        "slo": name,
        "displayName": gotemplate.escape(_display_name(settings)),
        "description": description,
        "note": texts.note(description),
        "groups": alerts.group_text(parts.groups),
        "counts": one.counts if isinstance(one, EventSli) else "evaluations",
        "wrong": one.wrong,
    }
    server, origin = parts.server, settings.place.value
    return Alerting(
        identity.of(path.metadata.name, name, parts.groups, server.rule_interval, origin),
        one,
        settings.window,
        parts.terms.budget,
        slo.alerting.name or naming.burn_alert(path.metadata.name, name),
        values,
        dict(parts.links),
    )


def _info(settings: Settings) -> Labels:
    """Labels of slo_info: owners and objective; templates are for alerts only."""
    own = {name: text for name, text in settings.own_labels.items() if not gotemplate.dynamic(text)}
    said = {**own, "objective": plain(settings.slo.objective), "window": str(settings.window)}
    return tuple(sorted(said.items()))


def _chunks(name: str, rules: list[Rule], server: Server) -> Iterator[Group]:
    """Groups of at most twenty rules, in order."""
    for index in range(0, len(rules), LARGEST_GROUP):
        suffix = f"-{index // LARGEST_GROUP + 1}" if index else ""
        part = tuple(rules[index : index + LARGEST_GROUP])
        yield Group(f"{name}{suffix}", server.rule_interval, part, server.query_offset)


def _spelling(one: Sli, server: Server) -> Iterator[Assumption]:
    if (
        isinstance(one, EventSli)
        and one.kind == "latency"
        and not server.spelling_known
        and "le=" in one.part.template
    ):
        yield Assumption("le", "any spelling", "prometheus.ingestion is not declared")


def _groups(settings: Settings, groups: tuple[str, ...], source: Source) -> Iterator[Diagnostic]:
    own = settings.slo.group_by is not None
    place = (settings.place if own else settings.root / "spec") / "groupBy"
    for label, index in matchers.labelled(source.names, settings.group_by).items():
        if label in RESERVED:
            yield meaning.LABEL_RESERVED.at(
                (place / index).value,
                f"cannot group by `{label}`: burnrules sets it itself",
                hint="leave it out, or group by another",
            )
    yield from sli.group_findings(settings, groups, source.names, place, named=source.named)


def _windows(parts: Parts) -> Iterator[Diagnostic]:
    settings, one, server = parts.settings, parts.sli, parts.server
    shortest = parts.terms.windows[0]
    sample = one.pad if isinstance(one, EventSli) else Duration(0)
    if sli.over_spans(settings.slo.sli) and not settings.telemetry.span_metrics.config:
        sample = max(sample, parts.flush)  # of a configuration, its own lint says so
    if shortest < sample * SAMPLES:
        every = Duration(shortest.milliseconds // SAMPLES)
        yield meaning.SHORT_WINDOW.at(
            settings.place.value,
            f"{settings.id}: the window {shortest} is below {SAMPLES} x {sample},"
            " the larger of scrape and flush interval",
            hint=f"scrape and flush at least every {every}, or use longer windows",
        )
    if server.retention is not None and server.retention < settings.window:
        yield meaning.RETENTION.at(
            settings.place.value,
            f"{settings.id}: Prometheus keeps {server.retention},"
            f" the SLO's window is {settings.window}",
            hint=f"keep {settings.window} or more, or shorten the window",
        )
