"""A Telemetry document to resolved names: who makes span metrics, and who evaluates the rules."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import dialects
from burnrules.codes import meaning, together
from burnrules.diagnostics import Diagnostic, near
from burnrules.durations import Duration
from burnrules.ir import Server, SpanNames
from burnrules.plan import matchers
from burnrules.plan.place import Place
from burnrules.spec.telemetry import Custom, Prometheus, SpanMetrics, TelemetrySpec

STOCK = "otel-connector"
STOCK_NAMES = dialects.DIALECTS[STOCK]
DEFAULT_STRATEGY = "UnderscoreEscapingWithSuffixes"
STRATEGIES = {
    "otel-connector-nosuffix": "UnderscoreEscapingWithoutSuffixes",
    "otel-connector-utf8": "NoTranslation",
}
UNITS = {
    "s": Decimal(1),
    "ms": Decimal("0.001"),
    "us": Decimal("0.000001"),
    "ns": Decimal("0.000000001"),
}


def span_names(spec: TelemetrySpec, place: Place) -> SpanNames | Diagnostic:
    """The names that this Telemetry's producer uses, or why they are not known."""
    made = spec.span_metrics
    if made.custom is not None:
        names = _custom(made.custom)
    else:
        wanted = made.dialect or STOCK
        if wanted not in dialects.DIALECTS:
            hint = near(wanted, dialects.DIALECTS) or f"known: {', '.join(dialects.DIALECTS)}"
            where = place / "spec" / "spanMetrics" / "dialect"
            return together.NO_SUCH.at(where.value, f"no dialect `{wanted}`", hint=hint)
        names = dialects.DIALECTS[wanted]
    return _with_extras(names, made)


def _with_extras(names: SpanNames, made: SpanMetrics) -> SpanNames:
    if made.buckets is not None:
        names = names._replace(buckets=tuple(sorted(set(made.buckets))))
    if names.known is not None and made.dimensions:
        extra = {matchers.label(names, one) for one in made.dimensions}
        names = names._replace(known=names.known | extra)
    return names


def _custom(custom: Custom) -> SpanNames:
    labels = {
        "service.name": custom.labels.service,
        "span.name": custom.labels.span_name,
        "span.kind": custom.labels.span_kind,
    }
    if custom.labels.route:
        labels["http.route"] = custom.labels.route
    kinds = {
        kind: stock._replace(value=custom.span_kinds.get(kind, stock.value))
        for kind, stock in dialects.kinds(custom.labels.span_kind).items()
    }
    error = [
        one for name, how in (custom.errors.match or {}).items() for one in matchers.of(name, how)
    ]
    return SpanNames(
        producer="custom",
        calls=custom.calls,
        duration=custom.duration,
        unit=UNITS[custom.unit],
        native=custom.native,
        labels=labels,
        kinds=kinds,
        error=tuple(error),
        buckets=tuple(sorted(set(custom.buckets))) if custom.buckets else None,
        known=None,
        flush=Duration(0),
        error_calls=custom.errors.metric or "",
    )


def server(spec: Prometheus) -> Server:
    """The Prometheus that evaluates the rules."""
    major, minor = spec.version.split(".")[:2]
    return Server(
        version=(int(major), int(minor)),
        ingestion=spec.ingestion or "scrape",
        spelling_known=spec.ingestion is not None,
        scrape_interval=spec.scrape_interval,
        rule_interval=spec.rule_interval,
        query_offset=spec.query_offset,
        retention=spec.retention,
    )


def findings(spec: TelemetrySpec, names: SpanNames, place: Place) -> Iterator[Diagnostic]:
    """What a Telemetry asks of its Prometheus that this version or dialect cannot do."""
    yield from version_findings(spec, names, place)
    where = place / "spec" / "prometheus"
    strategy = spec.prometheus.translation_strategy
    if strategy not in (None, DEFAULT_STRATEGY) and strategy != STRATEGIES.get(names.producer):
        fits = [dialect for dialect, its in STRATEGIES.items() if its == strategy]
        message = f"{names.producer} says names as {DEFAULT_STRATEGY} makes them"
        hint = f"use the dialect {fits[0]}" if fits else "use custom"
        yield meaning.NOT_IN_DIALECT.at((where / "translationStrategy").value, message, hint=hint)


def version_findings(spec: TelemetrySpec, names: SpanNames, place: Place) -> Iterator[Diagnostic]:
    """What a Telemetry asks of its Prometheus that this version cannot do."""
    one, where = server(spec.prometheus), place / "spec" / "prometheus"
    said = spec.prometheus.version
    if one.query_offset is not None and one.version < (2, 53):
        message = f"queryOffset needs Prometheus 2.53; this one is {said}"
        yield meaning.NOT_IN_DIALECT.at((where / "queryOffset").key, message, hint="leave it out")
    if names.utf8 and one.version < (3, 0):
        message = f"names with dots need Prometheus 3; this one is {said}"
        hint = "use the dialect otel-connector, or another version"
        yield meaning.NOT_IN_DIALECT.at((where / "version").value, message, hint=hint)
