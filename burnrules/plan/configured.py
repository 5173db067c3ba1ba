"""Configurations that a Telemetry names to its span metrics, and what is wrong in them."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import collector
from burnrules.codes import collector as codes
from burnrules.collector import Collector, Needs
from burnrules.diagnostics import Diagnostic, Span
from burnrules.durations import Duration
from burnrules.ir import Server
from burnrules.plan import telemetry
from burnrules.plan.place import Place
from burnrules.plan.recordings import FIVE_MINUTES, HOUR, from_source
from burnrules.plan.settings import Settings, of_path
from burnrules.plan.sli import over_spans
from burnrules.plan.slo import Source
from burnrules.spec.telemetry import Telemetry, TelemetrySpec
from burnrules.tree import Spec, Tree


def source(tree: Tree, one: Spec[Telemetry]) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The names and the server of a Telemetry with a configuration, or why there are none."""
    spec = one.model.spec
    made, read = spec.span_metrics, _read(tree, one)
    server = _server(spec, read)
    strategy = spec.prometheus.translation_strategy or telemetry.DEFAULT_STRATEGY
    names, found = collector.span_names(read, made.connector, server, made.dimensions, strategy)
    if names is None:
        at = Place(one.document) / "spec" / "spanMetrics"
        where = (at / "connector" if made.connector else at / "config").value
        return None, tuple(
            wrong._replace(span=where) if _unclear(wrong) else wrong for wrong in found
        )
    wrong = tuple(telemetry.version_findings(spec, names, Place(one.document)))
    return Source(names, server, named=False), (*found, *wrong)


def findings(tree: Tree) -> tuple[Diagnostic, ...]:
    """What the lint says about each configuration, for the SLOs that stand on it; each once."""
    every = [one for path in tree.paths for one in of_path(tree, path) if isinstance(one, Settings)]
    found: list[Diagnostic] = []
    for name in sorted(tree.configs):
        its = [one for one in every if one.telemetry_name == name and over_spans(one.slo.sli)]
        one = tree.telemetries[name]
        found += collector.lint(_read(tree, one), _needs(one.model.spec, its))
    return tuple(dict.fromkeys(found))


def _read(tree: Tree, one: Spec[Telemetry]) -> Collector:
    declared = one.model.spec.collector
    version = declared.version if declared else None
    gates = declared.feature_gates if declared else ()
    return collector.read(tree.configs[one.name], version, gates)


def _server(spec: TelemetrySpec, read: Collector) -> Server:
    """The Prometheus, with the way into it that the configuration shows where none is declared."""
    server = telemetry.server(spec.prometheus)
    shown = collector.ingestion(read, spec.span_metrics.connector)
    if server.spelling_known or shown is None:
        return server
    return server._replace(ingestion=shown, spelling_known=True)


def _unclear(wrong: Diagnostic) -> bool:
    """Whether the Telemetry, not the configuration, can choose what is meant."""
    return wrong.code == codes.CONNECTOR_UNCLEAR.id


def _needs(spec: TelemetrySpec, every: list[Settings]) -> Needs:
    """What SLOs need of span metrics."""
    return Needs(
        thresholds=tuple(_thresholds(every)),
        rate_window=min((_shortest(one) for one in every), default=None),
        longest_window=HOUR if every else None,
        connector=spec.span_metrics.connector,
    )


def _thresholds(every: list[Settings]) -> Iterator[tuple[Decimal, Span]]:
    for one in every:
        if one.slo.sli.latency is not None:
            place = one.place / "sli" / "latency" / "threshold"
            yield one.slo.sli.latency.threshold, place.value


def _shortest(one: Settings) -> Duration:
    """The shortest window that is read from the series themselves."""
    tiers = one.policy.tiers if one.policy else ()
    windows = (window for tier in tiers for window in (tier.short_window, tier.long))
    return min(FIVE_MINUTES, *(window for window in windows if from_source(window)), HOUR)
