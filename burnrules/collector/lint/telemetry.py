"""The Collector's own metrics and memory, and what rewrites span metrics behind the connector."""

import re
from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector import producer, values
from burnrules.collector.config import Part
from burnrules.collector.graph import kind
from burnrules.collector.instances import Instance
from burnrules.collector.lint.subject import Subject, processors
from burnrules.diagnostics import Diagnostic

_METRICS = ("service", "telemetry", "metrics")
_READER = ("pull", "exporter", "prometheus")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_DELETES = re.compile(
    r"delete_key\([^)]*[\"'](?:service\.name|span\.name|span\.kind|status\.code)[\"']"
)
_RENAMES = re.compile(r"\bset\(\s*(?:metric\.)?name\s*,")
_OURS = re.compile(r"\b(?:calls|duration)\b")


def watched(subject: Subject) -> Iterator[Diagnostic]:
    """The Collector's own metrics can be scraped."""
    for instance in subject.instances:
        part = instance.part.sub(*_METRICS)
        if part.has("address") and instance.release.since(123):
            message = "`service.telemetry.metrics.address` is ignored since 0.123"
            hint = "readers: [{pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}}]"
            yield codes.BLIND_COLLECTOR.at(part.key("address"), message, hint=hint)
        if part.text("level") == "none":
            message = "the Collector makes no metrics of its own: losses stay unseen"
            yield codes.BLIND_COLLECTOR.at(part.value("level"), message, hint="level: normal")
        for reader in part.items("readers"):
            yield from _reader(instance, reader.sub(*_READER))


def limiter_first(subject: Subject) -> Iterator[Diagnostic]:
    """A memory limiter stands before what holds data."""
    for line in subject.graph.pipelines:
        found = [name for name in line.processors if kind(name) == "memory_limiter"]
        if found and line.processors[0] != found[0]:
            message = f"`{found[0]}` is not the first processor of `{line.id}`"
            listed = ", ".join([found[0], *(name for name in line.processors if name != found[0])])
            hint = f"processors: [{listed}]"
            yield codes.LIMITER_LATE.at(line.place("processors", found[0]), message, hint=hint)


def labels_survive(subject: Subject) -> Iterator[Diagnostic]:
    """Nothing behind the connector deletes its labels or renames its metrics."""
    for one in subject.connectors:
        lines = subject.graph.out_of(one.instance, one.id)
        for line, name, part in processors(lines, "attributes", "transform", "metricstransform"):
            what = _rewrites(name, part)
            if what:
                message = f"`{name}` {what} behind `{one.id}`: rules look for what is gone"
                hint = "leave span metrics out of it: a metrics pipeline of their own"
                yield codes.LABELS_REMOVED.at(line.place("processors", name), message, hint=hint)


def _reader(instance: Instance, part: Part) -> Iterator[Diagnostic]:
    if not isinstance(part.data, dict):
        return
    wrapped = bool(instance.workload.name) or instance.part.layers[0].holder is not None
    local = (part.text("host") or "localhost") in _LOCAL
    if wrapped and local and not values.has_variable(part.get("host")):
        message = "metrics of the Collector are served on localhost: no scraper reaches the pod"
        yield codes.BLIND_COLLECTOR.at(part.key("host"), message, hint="host: 0.0.0.0")
    if not part.has("without_type_suffix") and instance.release.version is None:
        message = "names of the Collector's own metrics change with 0.119 and again with 0.152"
        hint = "without_type_suffix: true, without_units: true"
        yield codes.NAMES_DEPEND.at(part.key(), message, hint=hint)


def _rewrites(name: str, part: Part) -> str:
    if kind(name) == "attributes":
        for action in part.items("actions"):
            key = action.text("key")
            if action.text("action") == "delete" and key in producer.DEFAULT_DIMENSIONS:
                return f"deletes `{key}`"
        return ""
    statements = str(part.data)
    if kind(name) == "transform" and _DELETES.search(statements):
        return "deletes a label"
    if not _OURS.search(statements):
        return ""
    renames = _RENAMES.search(statements) or "new_name" in statements
    return "renames metrics" if renames else ""
