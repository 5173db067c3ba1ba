"""The way of span metrics into Prometheus: which exporter, and how it spells names."""

from collections.abc import Iterator
from dataclasses import dataclass

from burnrules.collector import translation, version
from burnrules.collector.config import Part
from burnrules.collector.graph import Graph, Pipeline, hosts, kind
from burnrules.collector.producer import PROCESSOR, Producer
from burnrules.collector.translation import Translation
from burnrules.collector.version import Release

SCRAPE, REMOTE_WRITE, OTLP = "scrape", "remoteWrite", "otlp"
_INGESTION = {
    "prometheus": SCRAPE,
    "prometheus_remote_write": REMOTE_WRITE,
    "otlp_http": OTLP,
    "otlp": OTLP,
    "otlp_grpc": OTLP,
}
_STORES = ("prometheus", "mimir", "cortex", "thanos", "victoria", "grafana")


@dataclass(frozen=True, slots=True, eq=False)
class Exporter:
    """One exporter that span metrics reach, in the pipeline that names it."""

    id: str
    ingestion: str
    part: Part
    pipeline: Pipeline

    @property
    def release(self) -> Release:
        """The version it runs in."""
        return self.pipeline.instance.release

    @property
    def into_prometheus(self) -> bool:
        """Whether a Prometheus is known to be behind it; OTLP may lead anywhere."""
        if self.ingestion != OTLP:
            return True
        endpoints = (self.part.text(key) or "" for key in ("endpoint", "metrics_endpoint"))
        return any("/otlp" in text for text in endpoints) or any(
            store in host for host in hosts(self.part) for store in _STORES
        )


def exporters(one: Producer, graph: Graph) -> tuple[Exporter, ...]:
    """Every exporter of a kind we know that a producer's metrics reach."""
    if one.kind == PROCESSOR:
        return tuple(_named(one, graph))
    pipelines = graph.out_of(one.instance, one.id)
    found = (
        Exporter(name, _INGESTION[kind(name)], pipeline.component("exporters", name), pipeline)
        for pipeline in pipelines
        for name in pipeline.exporters
        if kind(name) in _INGESTION
    )
    return tuple(found)


def _named(one: Producer, graph: Graph) -> Iterator[Exporter]:
    """The exporter that the old processor names."""
    name = one.part.text("metrics_exporter") or ""
    part = one.instance.part.sub("exporters", name)
    for pipeline in graph.pipelines:
        if pipeline.instance is one.instance and name in pipeline.exporters:
            if kind(name) in _INGESTION:
                yield Exporter(name, _INGESTION[kind(name)], part, pipeline)
            return


def chosen(found: tuple[Exporter, ...], ingestion: str, *, declared: bool) -> Exporter | None:
    """The exporter that feeds the Prometheus of the rules: as declared, or the likeliest."""
    fitting = [one for one in found if one.ingestion == ingestion]
    if fitting and declared:
        return next((one for one in fitting if one.into_prometheus), fitting[0])
    sure = [one for one in found if one.into_prometheus]
    return next(iter(sure), None) or next(iter(fitting or found), None)


def spelling(one: Exporter | None, release: Release, strategy: str) -> tuple[Translation, str]:
    """How names are spelt after an exporter, and why."""
    if one is None:
        return Translation(strategy), f"{strategy}; no exporter known to lead into Prometheus"
    if one.ingestion == OTLP:
        return Translation(strategy), f"{strategy} of Prometheus's OTLP receiver"
    namespace = one.part.text("namespace") or ""
    own = one.part.text("translation_strategy")
    takes_own = release.since(132) if one.ingestion == SCRAPE else release.since(151)
    if own in translation.STRATEGIES and takes_own:
        return Translation(own, namespace), f"`translation_strategy` of {one.id}"
    suffixes, why = _suffixes(one, release)
    found = translation.DEFAULT if suffixes else translation.PLAIN
    return Translation(found, namespace), why


def ignores_suffix_setting(one: Exporter, release: Release) -> bool:
    """Whether `add_metric_suffixes` of an exporter is no longer read."""
    return one.ingestion == SCRAPE and release.on(version.SUFFIXES_FIXED)


def _suffixes(one: Exporter, release: Release) -> tuple[bool, str]:
    setting = one.part.flag("add_metric_suffixes")
    if ignores_suffix_setting(one, release):
        ignored = "" if setting is None else "; since 0.154 `add_metric_suffixes` is ignored"
        return True, f"default of {one.id}{ignored}"
    if setting is not None:
        return setting, f"`add_metric_suffixes` of {one.id}"
    if one.ingestion == SCRAPE and not release.since(85):
        return False, f"default of {one.id} before 0.85"
    return True, f"default of {one.id}"
