"""What a check looks at: the configurations, their graph, and what SLOs need of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from burnrules.collector import exporter, producer
from burnrules.collector.config import Part
from burnrules.collector.exporter import Exporter
from burnrules.collector.graph import Graph, Pipeline, kind
from burnrules.collector.instances import Collector, Instance
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic, Span
from burnrules.durations import Duration


@dataclass(frozen=True, slots=True)
class Needs:
    """What the SLOs that read these metrics need; nothing for a configuration by itself.

    `thresholds` are in seconds. Labels are judged where specs select them (BR272).
    """

    thresholds: tuple[tuple[Decimal, Span | None], ...] = ()
    rate_window: Duration | None = None
    longest_window: Duration | None = None
    connector: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Everything a check may look at."""

    collector: Collector
    graph: Graph
    producers: tuple[Producer, ...]
    needs: Needs

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The Collectors."""
        return self.collector.collectors

    @property
    def connectors(self) -> Iterator[Producer]:
        """The span-metrics connectors."""
        return (one for one in self.producers if one.kind == producer.CONNECTOR)

    @property
    def needed(self) -> Iterator[Producer]:
        """The producers that the SLOs read: the one that is named, or all in use."""
        for one in self.producers:
            if self.needs.connector in (None, one.id) and self.in_use(one):
                yield one

    def in_use(self, one: Producer) -> bool:
        """Whether a pipeline hands spans to a producer."""
        return one.kind != producer.CONNECTOR or bool(self.graph.into(one.instance, one.id))

    def exporters(self, one: Producer) -> tuple[Exporter, ...]:
        """The known exporters that a producer's metrics reach."""
        return exporter.exporters(one, self.graph)

    def before(self, one: Producer) -> Iterator[tuple[Pipeline, str, Part]]:
        """Every processor that spans pass before a connector, with its pipeline."""
        seen: set[int] = set()
        for last in self.graph.into(one.instance, one.id):
            for pipeline in self.graph.upstream(last):
                if id(pipeline) not in seen:
                    seen.add(id(pipeline))
                    yield from processors([pipeline])


Check = Callable[[Subject], Iterator[Diagnostic]]


def processors(pipelines: Iterable[Pipeline], *kinds: str) -> Iterator[tuple[Pipeline, str, Part]]:
    """The processors of pipelines, or those of some types, with their configuration."""
    for pipeline in pipelines:
        for name in pipeline.processors:
            if not kinds or kind(name) in kinds:
                yield pipeline, name, pipeline.component("processors", name)
