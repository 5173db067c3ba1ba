"""The way into Prometheus: temporality, exemplars, names."""

from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector import exporter, names, producer
from burnrules.collector.exporter import Exporter
from burnrules.collector.lint.subject import Subject, processors
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic

_CUMULATIVE = "aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE"
_LONG_AGO = ("0.80 and later", "0.85 and later")


def cumulative(subject: Subject) -> Iterator[Diagnostic]:
    """Prometheus gets cumulative counters."""
    for one in subject.connectors:
        if not one.delta or _accumulated(subject, one):
            continue
        for behind in subject.exporters(one):
            if behind.into_prometheus:
                message = f"`{one.id}` makes deltas, and `{behind.id}` leads into Prometheus"
                place = one.part.value("aggregation_temporality")
                yield codes.DELTA.at(place, message, hint=_CUMULATIVE)
                break


def exemplars_arrive(subject: Subject) -> Iterator[Diagnostic]:
    """Exemplars are on, and the exporter can carry them."""
    for one in subject.connectors:
        if not subject.in_use(one):
            continue
        if not one.exemplars:
            message = f"`{one.id}` records no exemplars: no way from an alert to a trace"
            yield codes.NO_EXEMPLARS.at(one.part.key(), message, hint="exemplars: {enabled: true}")
            continue
        for behind in subject.exporters(one):
            scraped = behind.ingestion == exporter.SCRAPE
            if scraped and not behind.part.flag("enable_open_metrics"):
                message = f"exemplars of `{one.id}` are lost in `{behind.id}`: it serves plain text"
                yield codes.EXEMPLARS_LOST.at(
                    behind.part.key(), message, hint="enable_open_metrics: true"
                )


def suffixes_certain(subject: Subject) -> Iterator[Diagnostic]:
    """Names do not change with the next upgrade of the exporter."""
    for behind in _all_exporters(subject):
        setting = behind.part.flag("add_metric_suffixes")
        if setting is not False or behind.part.has("translation_strategy"):
            continue
        place = behind.part.key("add_metric_suffixes")
        hint = "translation_strategy: UnderscoreEscapingWithoutSuffixes  # from 0.132 on"
        if exporter.ignores_suffix_setting(behind, behind.release):
            message = "`add_metric_suffixes: false` is ignored since 0.154: names have suffixes"
            yield codes.SUFFIXES_IGNORED.at(place, message, hint=hint)
        elif behind.ingestion == exporter.SCRAPE:
            message = "`add_metric_suffixes: false` ends with 0.154: names will gain suffixes"
            yield codes.NAMES_DEPEND.at(place, message, hint=hint)


def names_fixed(subject: Subject) -> Iterator[Diagnostic]:
    """The version is known where names depend on it."""
    for one in subject.connectors:
        if one.version_known or not subject.in_use(one):
            continue
        fitting = names.fits(subject.graph, one)
        if fitting not in _LONG_AGO:
            message = f"names of `{one.id}` are taken as in Collector {fitting}"
            hint = "declare the version that runs"
            if not one.part.has("namespace"):
                hint += ", or set `namespace: traces.span.metrics`"
            yield codes.NAMES_DEPEND.at(one.part.key(), message, hint=hint)


def one_namespace(subject: Subject) -> Iterator[Diagnostic]:
    """Only one of connector and exporter puts a namespace before names."""
    for one in subject.connectors:
        if not one.part.text("namespace"):
            continue
        for behind in subject.exporters(one):
            prefix = behind.part.text("namespace")
            if prefix and behind.ingestion != exporter.OTLP:
                spelt, _ = exporter.spelling(behind, behind.release, "")
                name = spelt.counter(f"{one.part.text('namespace')}.calls")
                message = f"`{behind.id}` adds `{prefix}` to the namespace of `{one.id}`: {name}"
                hint = f'remove `namespace: {prefix}`, or set the connector\'s to ""'
                yield codes.DOUBLE_PREFIX.at(behind.part.value("namespace"), message, hint=hint)


def resources_apart(subject: Subject) -> Iterator[Diagnostic]:
    """Resource attributes stay in target_info."""
    key = "resource_to_telemetry_conversion"
    for behind in _all_exporters(subject):
        if behind.part.flag(key, "enabled"):
            message = f"`{behind.id}` makes every resource attribute a label of every series"
            hint = "name what SLOs need in the connector's `dimensions` instead"
            if behind.release.version and behind.release.version >= (0, 160):
                hint = "resource_constant_labels: {included: [...]}  # from 0.160 on"
            yield codes.RESOURCE_LABELS.at(behind.part.key(key), message, hint=hint)


def kept_between_flushes(subject: Subject) -> Iterator[Diagnostic]:
    """The exporter does not forget a series before the next flush renews it."""
    for one in subject.connectors:
        flush, _ = producer.flush(one, one.release)
        for behind in subject.exporters(one):
            kept = behind.part.seconds("metric_expiration")
            if kept is not None and behind.ingestion == exporter.SCRAPE and kept <= flush.seconds:
                message = f"`{behind.id}` forgets series before `{one.id}` renews them ({flush})"
                place = behind.part.value("metric_expiration")
                yield codes.EXPIRES_EARLY.at(place, message, hint="metric_expiration: 5m")


def native_carried(subject: Subject) -> Iterator[Diagnostic]:
    """Exponential histograms take a way that carries them."""
    for one in subject.connectors:
        for behind in subject.exporters(one) if one.native else ():
            if behind.ingestion == exporter.SCRAPE:
                message = f"`{behind.id}` hands on exponential histograms only over protobuf"
                hint = "let Prometheus scrape native histograms, or use explicit buckets"
                place = one.part.key("histogram", "exponential")
                yield codes.NATIVE_TO_SCRAPE.at(place, message, hint=hint)


def stored(subject: Subject) -> Iterator[Diagnostic]:
    """Span metrics reach an exporter that burnrules knows to lead into Prometheus."""
    for one in subject.connectors:
        lines = subject.graph.out_of(one.instance, one.id)
        sinks = list(dict.fromkeys(name for line in lines for name in line.exporters))
        if lines and not any(behind.into_prometheus for behind in subject.exporters(one)):
            shown = ", ".join(f"`{name}`" for name in sinks) or "nothing"
            message = f"metrics of `{one.id}` go to {shown}: not known to be Prometheus"
            hint = "names are then those of Prometheus's own OTLP receiver"
            yield codes.NO_METRICS_OUT.at(lines[0].part.key("exporters"), message, hint=hint)


def _accumulated(subject: Subject, one: Producer) -> bool:
    lines = subject.graph.out_of(one.instance, one.id)
    return any(processors(lines, "deltatocumulative", "delta_to_cumulative"))


def _all_exporters(subject: Subject) -> Iterator[Exporter]:
    """Every known exporter that span metrics reach, once."""
    seen: set[tuple[int, str]] = set()
    for one in subject.producers:
        for behind in subject.exporters(one):
            key = (id(behind.pipeline.instance), behind.id)
            if key not in seen:
                seen.add(key)
                yield behind
