"""Each indicator of a path to what is recorded and alerted; one module a kind.

As with SLIs, a module is loaded when the first indicator of its kind is compiled.
"""

from collections.abc import Iterator
from typing import assert_never

from burnrules import gotemplate, naming
from burnrules.codes import indicators as codes
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic, fatal
from burnrules.ir import Group, IndicatorPlan
from burnrules.plan import alerts, links, matchers, spans, templates, texts
from burnrules.plan.guards import WITHOUT_TIERS
from burnrules.plan.indicators import limits
from burnrules.plan.indicators.context import OF_DURATIONS, Context, Measured
from burnrules.plan.indicators.limits import Watch
from burnrules.plan.owner import Owner
from burnrules.plan.recordings import SAMPLES
from burnrules.plan.settings import layered
from burnrules.spec.indicators import (
    CacheHits,
    CircuitBreaker,
    ColdStarts,
    ConnectionWait,
    FanOut,
    LatencyIndicator,
    QueryIndicator,
    QueueWait,
    Retries,
)
from burnrules.spec.model import RESERVED

# ruff: noqa: PLC0415  # see above

Found = tuple[Diagnostic, ...]


def plans(owner: Owner) -> tuple[tuple[IndicatorPlan, ...], Found]:
    """The plans of a path's indicators, and everything wrong or doubtful about them."""
    made: list[IndicatorPlan] = []
    found: list[Diagnostic] = []
    for context in _contexts(owner):
        measured = _compiled(context)
        wrong = [*measured.found, *_findings(context, measured)]
        found += wrong
        if not fatal(wrong):
            made.append(_plan(context, measured))
    return tuple(made), tuple(found)


def _contexts(owner: Owner) -> Iterator[Context]:
    """Each indicator of a path, in the names of the metric that it reads."""
    timed = owner._replace(names=owner.names.durations)
    for index, one in enumerate(owner.path.spec.indicators):
        at = owner.root / "spec" / "indicators" / index
        its = timed if isinstance(one.measured, OF_DURATIONS) else owner
        yield Context(its, one, at, at / one.kind)


def _compiled(context: Context) -> Measured:
    """The value of an indicator as a query."""
    match context.one.measured:
        case LatencyIndicator() as one:
            return _latency(one, context)
        case FanOut() as one:
            from burnrules.plan.indicators import fan_out

            return fan_out.compiled(one, context)
        case Retries() | CircuitBreaker() | ColdStarts() | CacheHits() as one:
            from burnrules.plan.indicators import shares

            return shares.compiled(one, context)
        case QueueWait() | ConnectionWait() as one:
            from burnrules.plan.indicators import waits

            return waits.compiled(one, context)
        case QueryIndicator() as one:
            from burnrules.plan.indicators import query

            return query.compiled(one, context)
        case unknown:
            assert_never(unknown)


def _latency(one: LatencyIndicator, context: Context) -> Measured:
    if one.histogram is None:
        from burnrules.plan.indicators import latency

        return latency.compiled(one, context)
    from burnrules.plan.indicators import observations

    return observations.compiled(one, one.histogram, context)


def _plan(context: Context, measured: Measured) -> IndicatorPlan:
    one, owner = context.one, context.owner
    assert measured.value is not None  # noqa: S101  # build() asked
    watch = _watch(context, measured)
    rules = [limits.record(watch, measured.value)]
    if owner.policy is not None:
        rules += [limits.alert(watch, limit) for limit in watch.limits]
    path = owner.path.metadata.name
    group = Group(
        naming.group(path, one.name),
        owner.server.rule_interval,
        tuple(rules),
        owner.server.query_offset,
    )
    return IndicatorPlan(
        path=path,
        name=one.name,
        kind=one.kind,
        description=one.description or "",
        subject=measured.subject,
        value=measured.value,
        window=one.rate_window,
        unit=measured.unit,
        groups=context.groups,
        limits=watch.limits,
        policy=owner.policy_name,
        severity=watch.severity,
        wait=one.for_,
        labels=watch.labels,
        rules=group,
        origin=context.at.value,
        assumptions=(*measured.assumptions, *limits.assumptions(measured.limits)),
        sides=measured.sides,
        quantile=one.latency.quantile if one.latency else None,
    )


def _display_name(context: Context) -> str:
    meta = context.owner.path.metadata
    return f"{meta.display_name or meta.name}/{context.one.name}"


def _watch(context: Context, measured: Measured) -> Watch:
    owner, one = context.owner, context.one
    meta, policy, defaults = owner.path.metadata, owner.policy, owner.defaults
    severity = one.severity or (
        policy.tiers[-1].severity if policy and policy.tiers else WITHOUT_TIERS
    )
    labels = layered(defaults.labels, policy.labels if policy else {}, meta.labels, one.labels)
    annotations = layered(
        defaults.annotations,
        policy.annotations if policy else {},
        meta.annotations,
        one.annotations,
    )
    values = {
        **texts.BLANK,
        "path": meta.name,
        "indicator": one.name,
        "displayName": gotemplate.escape(_display_name(context)),
        "description": gotemplate.escape(one.description or ""),
        "severity": severity,
        "window": str(one.rate_window) if measured.sample else "",
        "groups": alerts.group_text(context.groups),
        "counts": gotemplate.escape(measured.subject),
        "value": limits.value_text(measured.unit),
        "labels": dict(labels),
        "annotations": dict(annotations),
    }
    found = links.grouped(context.group_by, owner.names)
    to_traces = (
        links.annotations(measured.search, found, owner.telemetry) if measured.search else ()
    )
    prose = texts.of(policy.texts) if policy else texts.Prose()
    said = tuple(
        limit._replace(beyond=limits.beyond(limit, measured.unit)) for limit in measured.limits
    )
    return Watch(
        context, measured.unit, said, severity, labels, annotations, to_traces, prose, values
    )


def _findings(context: Context, measured: Measured) -> Iterator[Diagnostic]:
    yield from _window(context, measured)
    yield from _past(context, measured)
    yield from _severity(context)
    yield from _labels(context)
    yield from _groups(context, measured)
    yield from templates.of_indicator(context.one, context.at, context.groups)


def _window(context: Context, measured: Measured) -> Iterator[Diagnostic]:
    window, sample = context.one.rate_window, measured.sample
    if sample is not None and window < sample * SAMPLES:
        yield meaning.SHORT_WINDOW.at(
            (context.at / "rateWindow").value,
            f"{context.id}: rateWindow {window} is below {SAMPLES} x {sample}, "
            "the larger of scrape and flush interval",
            hint=f"write rateWindow: {sample * SAMPLES}",
        )


def _past(context: Context, measured: Measured) -> Iterator[Diagnostic]:
    keeps = context.owner.server.retention
    for one in measured.limits:
        if one.over is not None and keeps is not None and one.over > keeps:
            yield codes.PAST_FORGOTTEN.at(
                (context.place / "growth" / "over").value,
                f"{context.id} compares with {one.over} ago, and Prometheus keeps {keeps}",
                hint=f"compare with {keeps} or less",
            )


def _severity(context: Context) -> Iterator[Diagnostic]:
    policy, asked = context.owner.policy, context.one.severity
    if policy is None or asked is None:
        return
    known = dict.fromkeys(one.severity for one in policy.tiers) or {WITHOUT_TIERS: None}
    if asked not in known:
        yield codes.SEVERITY_UNHEARD.at(
            (context.at / "severity").value,
            f"policy `{context.owner.policy_name}` has no severity `{asked}`",
            hint=f"it has {', '.join(known)}",
        )


def _labels(context: Context) -> Iterator[Diagnostic]:
    """The label that tells indicators apart cannot be a label of the user's own."""
    place = context.at / "labels" / naming.INDICATOR_LABEL
    if naming.INDICATOR_LABEL not in context.one.labels:
        place = context.owner.root / "metadata" / "labels" / naming.INDICATOR_LABEL
    owner = context.owner
    if naming.INDICATOR_LABEL in {
        **owner.defaults.labels,
        **owner.path.metadata.labels,
        **context.one.labels,
    }:
        yield meaning.LABEL_RESERVED.at(
            place.key,
            f"label `{naming.INDICATOR_LABEL}` names the indicator on its alerts",
            hint="use another name",
        )


def _groups(context: Context, measured: Measured) -> Iterator[Diagnostic]:
    owner = context.owner
    on_spans = measured.search is not None
    for label, index in matchers.labelled(owner.names, context.group_by).items():
        place = context.group_place / index
        if label in RESERVED or label == naming.INDICATOR_LABEL:
            yield meaning.LABEL_RESERVED.at(
                place.value,
                f"cannot group by `{label}`: burnrules sets it itself",
                hint="leave it out, or group by another",
            )
        elif on_spans and owner.names.known is not None and label not in owner.names.known:
            yield spans.not_exported(label, owner.names, place, named=owner.named)
        if label in {**owner.defaults.labels, **owner.path.metadata.labels, **context.one.labels}:
            yield meaning.LABEL_GROUPED.at(
                place.value,
                f"`{label}` is a static label and {context.id} groups by it",
                hint="drop one of both",
            )
