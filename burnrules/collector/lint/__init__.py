"""What is wrong with a Collector configuration, for itself or for SLOs on its metrics."""

from burnrules.collector import graph, producer
from burnrules.collector.instances import Collector
from burnrules.collector.lint import (
    cardinality,
    dimensions,
    producers,
    prometheus,
    replicas,
    sampling,
    settings,
    telemetry,
    thresholds,
    wiring,
)
from burnrules.collector.lint.subject import Check, Needs, Subject
from burnrules.diagnostics import Diagnostic, ordered

__all__ = ["CHECKS", "Needs", "lint"]

CHECKS: tuple[Check, ...] = (
    wiring.references_resolve,
    wiring.extensions_resolve,
    wiring.pipelines_have_ends,
    wiring.processors_once,
    wiring.connectors_join,
    wiring.connectors_used,
    wiring.no_cycles,
    settings.accepted,
    settings.known_to_version,
    sampling.counted_before_sampling,
    sampling.filters_spare_outcomes,
    sampling.whole_traces_decided,
    sampling.decisions_wait,
    thresholds.are_bounds,
    thresholds.histograms_exist,
    thresholds.flushed_in_time,
    dimensions.bounded,
    dimensions.defaults_kept,
    dimensions.labels_distinct,
    dimensions.set_in_time,
    cardinality.limited,
    cardinality.guards_work,
    cardinality.expire,
    cardinality.resources_stable,
    replicas.told_apart,
    prometheus.cumulative,
    prometheus.exemplars_arrive,
    prometheus.suffixes_certain,
    prometheus.names_fixed,
    prometheus.one_namespace,
    prometheus.resources_apart,
    prometheus.kept_between_flushes,
    prometheus.native_carried,
    prometheus.stored,
    producers.no_processor,
    producers.counted_once,
    producers.tempo_in_time,
    producers.tempo_sees_all,
    telemetry.watched,
    telemetry.limiter_first,
    telemetry.labels_survive,
)
_NOTHING = Needs()


def lint(collector: Collector, needs: Needs = _NOTHING) -> tuple[Diagnostic, ...]:
    """Every finding about a configuration, in file order."""
    pipelines = graph.build(collector.collectors)
    subject = Subject(collector, pipelines, producer.producers(collector), needs)
    found = [one for check in CHECKS for one in check(subject)]
    return ordered([*collector.found, *found])
