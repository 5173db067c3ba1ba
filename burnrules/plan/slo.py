"""One SLO: its SLI, tiers, guards and rules put together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from burnrules import burnrate, gotemplate, naming
from burnrules.burnrate import plain
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Assumption, EventSli, Group, Labels, Rule, Server, Sli, SloPlan, SpanNames
from burnrules.plan import alerts, guards, matchers, recordings, sli, templates, texts, tiers
from burnrules.plan.alerts import Alerting
from burnrules.plan.recordings import Identity
from burnrules.plan.settings import Settings, label_findings
from burnrules.spec.model import RESERVED

LARGEST_GROUP = 20  # Mimir's default limit


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of a path come from."""

    names: SpanNames
    server: Server
    named: bool  # the dialect was chosen by name, so that its labels are not sure


def build(settings: Settings, source: Source) -> tuple[SloPlan | None, tuple[Diagnostic, ...]]:
    """The plan of an SLO, and everything wrong or doubtful about it; no plan if anything is wrong."""
    groups = tuple(sorted({matchers.label(source.names, one) for one in settings.group_by}))
    place = settings.place / "sli" / settings.slo.sli.kind
    context = sli.Context(settings, source.names, source.server, groups, place, source.named)
    made = sli.compiled(context)
    found = [*made.found, *label_findings(settings, groups), *_groups(settings, groups, source)]
    if made.sli is None:
        return None, tuple(found)
    its_tiers, its_guards = tiers.tiers(settings), guards.guards(settings)
    found += tiers.findings(settings, its_tiers, made.sli)
    windows = recordings.windows(its_tiers, [one.over for one in its_guards if one.over])
    found += _windows(settings, made.sli, windows, source.server)
    if any(one.severity.word == "error" for one in found):
        return None, tuple(found)  # a rule that overflows a duration is not worth composing
    plan = _plan(settings, source, groups, made, windows)
    return plan, (*found, *templates.of_slo(settings, groups, (*its_tiers, *its_guards)))


def _plan(
    settings: Settings,
    source: Source,
    groups: tuple[str, ...],
    made: sli.Compiled,
    windows: tuple[Duration, ...],
) -> SloPlan:
    assert made.sli is not None  # noqa: S101  # build() asked
    slo, meta, server = settings.slo, settings.path.metadata, source.server
    identity = Identity(meta.name, slo.name, groups, server.rule_interval, settings.place.value)
    alerting = _alerting(settings, identity, made.sli)
    its_tiers, its_guards = tiers.tiers(settings), guards.guards(settings)
    first = [
        *recordings.rates(identity, made.sli, windows),
        *recordings.ratios(identity, made.sli, windows),
    ]
    first += [alerts.burn(alerting, one) for one in its_tiers]
    first += [alerts.guard(alerting, one) for one in its_guards if one.kind.startswith("signal")]
    second = [
        *recordings.budget(
            identity,
            made.sli,
            settings.window,
            alerting.budget,
            recorded=settings.window in windows,
        )
    ]
    second.append(recordings.info(identity, _info(settings)))
    second += [alerts.guard(alerting, one) for one in its_guards if one.kind.startswith("budget")]
    return SloPlan(
        path=meta.name,
        name=slo.name,
        display_name=str(alerting.values["displayName"]),
        description=slo.description or settings.path.spec.description or "",
        objective=slo.objective,
        budget=alerting.budget,
        window=settings.window,
        groups=groups,
        sli=made.sli,
        policy=settings.policy_name,
        alert_name=alerting.alert_name,
        tiers=its_tiers,
        guards=its_guards,
        labels=_info(settings),
        interval=server.rule_interval,
        sample_interval=made.sli.pad
        if isinstance(made.sli, EventSli) and made.sli.pad.milliseconds
        else server.scrape_interval,
        rules=(
            *_chunks(naming.group(meta.name, slo.name), first, server),
            *_chunks(naming.budget_group(meta.name, slo.name), second, server),
        ),
        origin=settings.place.value,
        assumptions=(*settings.assumptions, *made.assumptions, *_spelling(made.sli, server)),
    )


def _alerting(settings: Settings, identity: Identity, one: Sli) -> Alerting:
    slo, meta = settings.slo, settings.path.metadata
    budget = burnrate.budget(slo.objective)
    display = f"{meta.display_name or meta.name}/{slo.display_name or slo.name}"
    values: Mapping[str, Any] = {
        "path": meta.name,
        "slo": slo.name,
        "displayName": gotemplate.escape(display),
        "description": gotemplate.escape(slo.description or settings.path.spec.description or ""),
        "objective": f"{plain(slo.objective)}%",
        "budget": alerts.percentage(budget),
        "window": str(settings.window),
        "groups": alerts.group_text(identity.groups),
        "counts": one.counts if isinstance(one, EventSli) else "evaluations",
        "wrong": one.wrong,
        "indicator": "",
        "limit": "",
        **dict.fromkeys(
            (
                "long",
                "short",
                "factor",
                "threshold",
                "share",
                "exhaustsIn",
                "over",
                "spent",
                "exhaustion",
            ),
            "",
        ),
    }
    prose = texts.of(settings.policy.texts) if settings.policy else texts.Prose()
    name = slo.alerting.name or naming.burn_alert(meta.name, slo.name)
    return Alerting(identity, one, settings.window, budget, name, prose, values)


def _info(settings: Settings) -> Labels:
    """Labels of slo_info: whoever the SLO belongs to, and its objective; templates are for alerts only."""
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
        yield Assumption(
            "le",
            "any spelling",
            "prometheus.ingestion is not declared; during a change of it one hour may count twice",
        )


def _groups(settings: Settings, groups: tuple[str, ...], source: Source) -> Iterator[Diagnostic]:
    own = settings.slo.group_by is not None
    place = (settings.place if own else settings.root / "spec") / "groupBy"
    for index, attribute in enumerate(settings.group_by):
        label = matchers.label(source.names, attribute)
        if label in RESERVED:
            yield meaning.LABEL_RESERVED.at(
                (place / index).value, f"cannot group by `{label}`: burnrules sets it itself"
            )
    yield from sli.group_findings(settings, groups, source.names, place, named=source.named)


def _windows(
    settings: Settings, one: Sli, windows: tuple[Duration, ...], server: Server
) -> Iterator[Diagnostic]:
    shortest = windows[0]
    sample = one.pad if isinstance(one, EventSli) else Duration(0)
    if shortest.milliseconds < 4 * sample.milliseconds:
        yield meaning.SHORT_WINDOW.at(
            settings.place.value,
            f"{settings.id}: the window {shortest} is below 4 x {sample}, the larger of scrape and flush interval",
            hint=f"scrape and flush at least every {Duration(shortest.milliseconds // 4)}, or use longer windows",
        )
    if server.retention is not None and server.retention < settings.window:
        yield meaning.RETENTION.at(
            settings.place.value,
            f"{settings.id}: Prometheus keeps {server.retention}, the SLO's window is {settings.window}",
            hint=f"keep {settings.window} or more, or shorten the window",
        )
