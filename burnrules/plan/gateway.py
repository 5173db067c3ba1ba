"""Telemetries without a configuration to the gateway Collectors that their SLOs need."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from burnrules.burnrate import plain
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.dialects import CONNECTOR_BUCKETS
from burnrules.durations import Duration, of
from burnrules.gateway import (
    Gateway,
    KeepErrors,
    KeepMatching,
    KeepSlow,
    Policy,
    Sampling,
    Spanmetrics,
    Storage,
)
from burnrules.ir import SpanNames
from burnrules.plan import matchers, ottl, telemetry
from burnrules.plan.bounds import spelled
from burnrules.plan.place import Place
from burnrules.plan.slo import Source
from burnrules.plan.spans import GRPC_STATUS, HTTP_STATUS
from burnrules.plan.uses import Uses
from burnrules.spec.sli import Spans
from burnrules.spec.telemetry import Gateway as Wanted
from burnrules.spec.telemetry import TelemetrySpec
from burnrules.tree import Tree

NEWEST = 160  # releases after it are taken to read what it reads
SHORTEST_WAIT = of("30s")
_UTF8_SINCE = {"scrape": 132, "remoteWrite": 151, "otlp": 0}
_ALWAYS = frozenset({"service.name", "span.name", "span.kind", "status.code"})
_STOCK_LABELS = telemetry.STOCK_NAMES.known or frozenset()


class Settings(NamedTuple):
    """What makes a connector give the names of a dialect."""

    namespace: str = "traces.span.metrics"
    unit: str = "ms"


SETTINGS: Mapping[str, Settings] = {
    "otel-connector": Settings(),
    "jaeger-spm": Settings(),
    "otel-connector-s": Settings(unit="s"),
    "otel-connector-legacy": Settings(namespace=""),
    "otel-connector-customns": Settings(namespace="span.metrics"),
    "otel-connector-nosuffix": Settings(),
    "otel-connector-utf8": Settings(),
}


def gateways(tree: Tree, uses: Iterable[Uses], sources: Mapping[str, Source]) -> Iterator[Gateway]:
    """One gateway for each Telemetry that paths use and that names a connector's dialect."""
    for one in sorted(uses, key=lambda one: one.telemetry):
        source, declared = sources.get(one.telemetry), tree.telemetries.get(one.telemetry)
        if source is None or not source.named or source.names.producer not in SETTINGS:
            continue
        spec = tree.telemetry(one.telemetry)
        made = SETTINGS[source.names.producer]
        if source.names.utf8 and _release(spec) < _UTF8_SINCE[source.server.ingestion]:
            continue  # no setting of such a release gives these names
        yield Gateway(
            name=one.telemetry,
            source=declared.document.file if declared else one.source,
            release=_release(spec),
            metrics=Spanmetrics(
                namespace=made.namespace,
                unit=made.unit,
                buckets=_buckets(spec, one),
                dimensions=tuple(sorted(set(_dimensions(spec, one, source.names)))),
                events=one.events,
                flush=source.names.flush,
            ),
            sampling=_sampling(spec.gateway or Wanted.model_construct(), one),
            storage=Storage(
                ingestion=source.server.ingestion,
                strategy=telemetry.STRATEGIES.get(source.names.producer, ""),
                metrics_url=_literal(spec.prometheus.url),
                metrics_tenant=_literal(spec.prometheus.tenant),
                traces_tenant=_literal(spec.tempo.tenant if spec.tempo else None),
            ),
        )


def provided(spec: TelemetrySpec, names: SpanNames, one: Uses | None) -> SpanNames:
    """The names with the bounds and labels of the gateway that burnrules writes."""
    if one is None or names.producer not in SETTINGS:
        return names
    known = (matchers.label(names, name) for name in _dimensions(spec, one, names))
    return names._replace(
        buckets=_bounds(names.buckets or CONNECTOR_BUCKETS, one),
        known=(names.known or frozenset()) | frozenset(known),
    )


def findings(spec: TelemetrySpec, names: SpanNames, place: Place) -> Iterator[Diagnostic]:
    """A gateway that is asked for and cannot be written."""
    if spec.gateway is not None and names.producer not in SETTINGS:
        message = f"{names.producer} is no connector that a gateway of ours could run"
        hint = f"leave gateway out, or use a dialect of {', '.join(SETTINGS)}"
        yield meaning.NOT_IN_DIALECT.at((place / "spec" / "gateway").key, message, hint=hint)


def _release(spec: TelemetrySpec) -> int:
    declared = spec.collector.version if spec.collector else None
    parts = declared.split(".") if declared else []
    return int(parts[1]) if parts[:1] == ["0"] else NEWEST


def _literal(text: str | None) -> str:
    return (text or "").replace("$", "$$")


def _buckets(spec: TelemetrySpec, one: Uses) -> tuple[str, ...]:
    """The bounds that there are, and the thresholds that must be among them."""
    stock = spec.span_metrics.buckets or CONNECTOR_BUCKETS
    return tuple(spelled(seconds) for seconds in _bounds(stock, one))


def _bounds(stock: tuple[Decimal, ...], one: Uses) -> tuple[Decimal, ...]:
    wanted = {*stock, *(seconds for _, seconds in one.slow)}
    if max(wanted) not in stock:
        wanted.add(max(wanted) * 2)  # a quantile says nothing above the last bound
    return tuple(sorted(wanted))


def _dimensions(spec: TelemetrySpec, one: Uses, names: SpanNames) -> Iterator[str]:
    """Attributes that rules select and group by, as the application sets them."""
    attributes = {matchers.label(names, name): name for name in spec.span_metrics.dimensions}
    known = names.known or frozenset()
    for name in one.attributes:
        attribute = name if "." in name else attributes.get(name, name)
        if attribute not in _ALWAYS and attribute not in _STOCK_LABELS:
            yield attribute
    if any(spans.route for spans in one.spans) and matchers.label(names, "http.route") in known:
        yield "http.route"
    for field, choices in (("http_status", HTTP_STATUS), ("grpc_status", GRPC_STATUS)):
        if any(spans.error_when and getattr(spans.error_when, field) for spans in one.spans):
            there = [name for name in choices if matchers.label(names, name) in known]
            yield there[0] if there else choices[0]


def _sampling(wanted: Wanted, one: Uses) -> Sampling:
    longest = max((seconds for _, seconds in one.slow), default=Decimal(0))
    return Sampling(
        policies=tuple(_policies(wanted, one)),
        percentage=Decimal(plain(wanted.sample * 100)),
        drop=tuple(text for path in wanted.drop for text in ottl.route(path)),
        wait=max(SHORTEST_WAIT, Duration(int(longest * 2) * 1000 + 1000)),
        backends=_literal(wanted.backends),
    )


def _policies(wanted: Wanted, one: Uses) -> Iterator[Policy]:
    yield KeepErrors("errors")
    for service, conditions in _errors(one.spans).items():
        yield KeepMatching(f"errors of {_literal(service)}", tuple(conditions))
    for service, seconds in sorted(one.slow):
        name = f"{_literal(service)} above {spelled(seconds)}"
        yield KeepSlow(name, _literal(service), max(1, int(seconds * 1000)))
    for index, match in enumerate(wanted.keep, 1):
        yield KeepMatching(f"kept {index}", (ottl.all_of(match),))


def _errors(every: Iterable[Spans]) -> dict[str, dict[str, None]]:
    """Errors that are no error status, by service."""
    found: dict[str, dict[str, None]] = {}
    for spans in every:
        for condition in ottl.errors(spans.error_when) if spans.error_when else ():
            text = ottl.of_service(spans.service, condition)
            found.setdefault(spans.service, {})[text] = None
    return {service: found[service] for service in sorted(found)}
