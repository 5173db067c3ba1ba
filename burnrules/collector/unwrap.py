"""Documents to the configurations in them, whatever they are wrapped in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from burnrules import source
from burnrules.collector.config import Layer, Loc, below, holder
from burnrules.diagnostics import Diagnostic
from burnrules.source import Document, Reading

_SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions", "service")
COLLECTOR, TEMPO = "collector", "tempo"


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """One object of a stream: a document, or an item of a Kubernetes list."""

    document: Document
    root: Loc
    data: dict[str, Any]

    @property
    def kind(self) -> str:
        """The Kubernetes kind, or nothing."""
        found = self.data.get("kind")
        return found if isinstance(found, str) and "apiVersion" in self.data else ""

    @property
    def name(self) -> str:
        """`metadata.name`, or nothing."""
        found = below(self.data, "metadata", "name")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """One configuration as found, before any merging; `owner` is what it came wrapped in."""

    kind: str
    layer: Layer
    owner: Thing | None = None
    partial: bool = False  # completed elsewhere, by a chart's own defaults

    @property
    def complete(self) -> bool:
        """Whether a Collector could start with this alone, as far as its pipelines go."""
        data = self.layer.data
        return self.kind == TEMPO or (_references_resolve(data) and "service" in data)


def things(documents: Iterable[Document]) -> Iterator[Thing]:
    """Every object in a stream of documents, the items of lists one by one."""
    for document in documents:
        data = document.data
        if not isinstance(data, dict):
            continue
        items = data.get("items")
        if data.get("kind") == "List" and isinstance(items, list):
            for index, item in enumerate(items):
                if isinstance(item, dict):
                    yield Thing(document, ("items", index), item)
        else:
            yield Thing(document, (), data)


def configurations(found: Sequence[Thing]) -> tuple[list[Written], list[Diagnostic]]:
    """Every configuration in `found`, and what is wrong in text that holds one."""
    written: list[Written] = []
    wrong: list[Diagnostic] = []
    for thing in found:
        written += _unwrapped(thing, wrong)
    return written, wrong


def _unwrapped(thing: Thing, wrong: list[Diagnostic]) -> Iterator[Written]:
    if thing.kind == "ConfigMap":
        data = thing.data.get("data")
        for key in data if isinstance(data, dict) else ():
            yield from _embedded(thing, ("data", key), wrong)
    elif thing.kind == "OpenTelemetryCollector":
        config = below(thing.data, "spec", "config")
        if isinstance(config, str):
            yield from _embedded(thing, ("spec", "config"), wrong)
        elif isinstance(config, dict):
            layer = Layer(config, thing.document, (*thing.root, "spec", "config"))
            yield Written(COLLECTOR, layer, thing)
    elif not thing.kind:
        yield from _plain(thing)


def _plain(thing: Thing) -> Iterator[Written]:
    kind = _kind(thing.data)
    if kind:
        yield Written(kind, Layer(thing.data, thing.document, thing.root))
        return
    for key in ("config", "tempo", "alternateConfig"):
        inner = thing.data.get(key)
        kind = _kind(inner)
        if kind:
            layer = Layer(inner, thing.document, (*thing.root, key))
            yield Written(kind, layer, thing, partial=True)
            return


def _embedded(thing: Thing, steps: Loc, wrong: list[Diagnostic]) -> Iterator[Written]:
    text = below(thing.data, *steps)
    if not isinstance(text, str):
        return
    outer = holder(thing.document, (*thing.root, *steps), text)
    read = source.read(thing.document.file, text.encode(errors="replace"), Reading.FOREIGN)
    layers = [Layer(inner.data, inner, (), outer) for inner in read.documents]
    written = [Written(kind, layer, thing) for layer in layers if (kind := _kind(layer.data))]
    if written or thing.kind == "OpenTelemetryCollector":
        wrong += [found._replace(span=outer.place(found.span)) for found in read.found]
    yield from written


def _kind(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    if isinstance(data.get("metrics_generator"), dict) or (
        "overrides" in data and ("distributor" in data or "ingester" in data)
    ):
        return TEMPO
    sections = [name for name in _SECTIONS if isinstance(data.get(name), dict)]
    return COLLECTOR if sections and "apiVersion" not in data else ""


def _references_resolve(data: dict[str, Any]) -> bool:
    pipelines = below(data, "service", "pipelines")
    if not isinstance(pipelines, dict):
        return False
    return all(
        name in _defined(data, role)
        for pipeline in pipelines.values()
        if isinstance(pipeline, dict)
        for role in ("receivers", "processors", "exporters")
        for name in _listed(pipeline.get(role))
    )


def _defined(data: dict[str, Any], role: str) -> set[str]:
    sections = (data.get(role), data.get("connectors") if role != "processors" else None)
    return {name for section in sections if isinstance(section, dict) for name in section}


def _listed(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
