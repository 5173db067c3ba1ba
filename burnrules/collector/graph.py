"""Pipelines and what feeds them: connectors inside a Collector, hosts between Collectors."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from burnrules.collector import values
from burnrules.collector.config import Part
from burnrules.collector.instances import Instance
from burnrules.diagnostics import Span

# Renamed types, old to new; both name one component.
RENAMED = {
    "spanmetrics": "span_metrics",
    "loadbalancing": "load_balancing",
    "prometheusremotewrite": "prometheus_remote_write",
    "otlphttp": "otlp_http",
    "k8sattributes": "k8s_attributes",
    "resourcedetection": "resource_detection",
}
_OTLP = ("otlp", "otlp_grpc", "otlp_http", "load_balancing")
_HOST = re.compile(r"(?:[a-z]+:///?)?([A-Za-z0-9][A-Za-z0-9_.-]*)")
_HOST_KEYS = ("endpoint", "traces_endpoint", "metrics_endpoint", "hostname", "hostnames", "service")


def kind(identifier: str) -> str:
    """The type of a component id, by its newest name.

    >>> kind("spanmetrics/db"), kind("otlp")
    ('span_metrics', 'otlp')
    """
    found = identifier.split("/", 1)[0]
    return RENAMED.get(found, found)


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """One pipeline of one Collector."""

    instance: Instance
    id: str
    part: Part
    receivers: tuple[str, ...]
    processors: tuple[str, ...]
    exporters: tuple[str, ...]

    @property
    def signal(self) -> str:
        """`traces`, `metrics`, `logs` or `profiles`."""
        return self.id.split("/", 1)[0]

    def place(self, role: str, identifier: str) -> Span:
        """Where a component is named in the pipeline."""
        listed = self.part.get(role)
        if isinstance(listed, list) and identifier in listed:
            return self.part.value(role, listed.index(identifier))
        return self.part.key(role)

    def component(self, role: str, identifier: str) -> Part:
        """The configuration of a component that the pipeline names."""
        return self.instance.part.sub(role, identifier)


@dataclass(frozen=True, slots=True)
class Graph:
    """All pipelines, and for each the ones before and after it."""

    pipelines: tuple[Pipeline, ...]
    before: dict[int, list[Pipeline]] = field(default_factory=dict)
    after: dict[int, list[Pipeline]] = field(default_factory=dict)

    def upstream(self, pipeline: Pipeline) -> tuple[Pipeline, ...]:
        """A pipeline and all that its data passes before, nearest first."""
        return _walk(pipeline, lambda one: self.before.get(id(one), ()))

    def downstream(self, pipeline: Pipeline) -> tuple[Pipeline, ...]:
        """A pipeline and all that its data passes after, nearest first."""
        return _walk(pipeline, lambda one: self.after.get(id(one), ()))

    def into(self, instance: Instance, connector: str) -> list[Pipeline]:
        """The traces pipelines that hand their data to a connector."""
        return [
            one
            for one in self.pipelines
            if one.instance is instance and one.signal == "traces" and connector in one.exporters
        ]

    def out_of(self, instance: Instance, connector: str) -> list[Pipeline]:
        """The metrics pipelines that take what a connector makes, and those behind them."""
        first = [
            one
            for one in self.pipelines
            if one.instance is instance and one.signal == "metrics" and connector in one.receivers
        ]
        return list({id(one): one for start in first for one in self.downstream(start)}.values())


def build(instances: Sequence[Instance]) -> Graph:
    """The graph over all Collectors."""
    graph = Graph(tuple(one for instance in instances for one in _pipelines(instance)))
    for upper in graph.pipelines:
        for lower in graph.pipelines:
            if upper is lower or upper.signal != lower.signal:
                continue
            if _joined(upper, lower) or _sends(upper, lower, two=len(instances) == 2):
                graph.after.setdefault(id(upper), []).append(lower)
                graph.before.setdefault(id(lower), []).append(upper)
    return graph


def hosts(component: Part) -> tuple[str, ...]:
    """The host names that an exporter sends to, lower case, without ports."""
    return tuple(dict.fromkeys(_hosts(component.data, "")))


def names_host(instance: Instance, host: str) -> bool:
    """Whether a host name means an instance."""
    first = host.split(".", 1)[0]
    return first in instance.hosts or (len(instance.name) > 3 and instance.name in first)


def _pipelines(instance: Instance) -> Iterator[Pipeline]:
    for identifier in instance.part.keys("service", "pipelines"):
        part = instance.part.sub("service", "pipelines", identifier)
        roles = (_names(part, role) for role in ("receivers", "processors", "exporters"))
        yield Pipeline(instance, identifier, part, *roles)


def _names(part: Part, role: str) -> tuple[str, ...]:
    found = part.get(role)
    listed = found if isinstance(found, list) else []
    return tuple(name for name in listed if isinstance(name, str))


def _joined(upper: Pipeline, lower: Pipeline) -> bool:
    """Whether a connector of one Collector leads from one pipeline to the other."""
    if upper.instance is not lower.instance:
        return False
    connectors = upper.instance.part.keys("connectors")
    return any(name in connectors and name in lower.receivers for name in upper.exporters)


def _sends(upper: Pipeline, lower: Pipeline, *, two: bool) -> bool:
    """Whether one Collector sends to another; of two, a load balancer means the other."""
    if upper.instance is lower.instance or not any(kind(one) == "otlp" for one in lower.receivers):
        return False
    exporters = [name for name in upper.exporters if kind(name) in _OTLP]
    if two and any(kind(name) == "load_balancing" for name in exporters):
        return True
    found = (host for name in exporters for host in hosts(upper.component("exporters", name)))
    return any(names_host(lower.instance, host) for host in found)


def _hosts(data: Any, key: str) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _hosts(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _hosts(value, key)
    elif key in _HOST_KEYS and isinstance(data, str):
        found = _HOST.match(values.resolved(data) or "")
        if found:
            yield found[1].lower()


def _walk(start: Pipeline, step: Callable[[Pipeline], Iterable[Pipeline]]) -> tuple[Pipeline, ...]:
    seen = {id(start): start}
    waiting = [start]
    while waiting:
        for one in step(waiting.pop(0)):
            if id(one) not in seen:
                seen[id(one)] = one
                waiting.append(one)
    return tuple(seen.values())
