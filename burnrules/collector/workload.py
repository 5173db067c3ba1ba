"""How often and from which image a configuration runs, read from the objects beside it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from burnrules.collector import values
from burnrules.collector.config import below
from burnrules.collector.unwrap import Thing
from burnrules.diagnostics import Span

_IMAGE = re.compile(r"(?:opentelemetry-collector|otelcol|otel-collector)[\w.-]*:v?(0\.\d+\.\d+)")
_GATES = re.compile(r"--?feature-gates[= ](\S+)")
_SCALED = ("Deployment", "StatefulSet", "DaemonSet")
_MANY_MODES = ("daemonset", "sidecar")


@dataclass(frozen=True, slots=True)
class Workload:
    """What runs a configuration; `many` is whether several copies run at a time."""

    name: str
    many: bool
    why: str  # `replicas: 3`, `DaemonSet`
    place: Span | None
    image: str = ""
    gates: tuple[str, ...] = ()


NONE = Workload("", many=False, why="", place=None)


def of_config_map(name: str, found: Sequence[Thing]) -> Workload:
    """The workload that mounts a ConfigMap."""
    for thing in found:
        if thing.kind in _SCALED and name in _mounted(thing.data):
            return _scaled(thing, found)
    return NONE


def alone(found: Sequence[Thing]) -> Workload:
    """The only workload in a stream, for a configuration that stands beside it."""
    running = [thing for thing in found if thing.kind in _SCALED]
    return _scaled(running[0], found) if len(running) == 1 else NONE


def of_resource(thing: Thing) -> Workload:
    """What the operator starts for an OpenTelemetryCollector resource."""
    spec = thing.data["spec"]
    mode = str(spec.get("mode") or "deployment")
    many, steps = _copies(spec, ("replicas",), ("autoscaler", "maxReplicas"), ("maxReplicas",))
    why = f"{steps[-1]}: {below(spec, *steps)}" if many else ""
    if mode in _MANY_MODES:
        many, steps, why = True, ("mode",), f"mode: {mode}"
    place = thing.document.value((*thing.root, "spec", *steps)) if many else None
    gates = below(spec, "args", "feature-gates")
    listed = (gates,) if isinstance(gates, str) else ()
    return Workload(thing.name, many, why, place, _version(spec.get("image")), listed)


def of_values(thing: Thing) -> Workload:
    """What the Helm chart of the Collector starts for its values."""
    data = thing.data
    many, steps = _copies(data, ("replicaCount",), ("autoscaling", "maxReplicas"))
    why = f"{steps[-1]}: {below(data, *steps)}" if many else ""
    if data.get("mode") in _MANY_MODES:
        many, steps, why = True, ("mode",), f"mode: {data['mode']}"
    place = thing.document.value((*thing.root, *steps)) if many else None
    tag = below(data, "image", "tag")
    return Workload("", many, why, place, tag if isinstance(tag, str) else "")


def _scaled(thing: Thing, found: Iterable[Thing]) -> Workload:
    spec = thing.data.get("spec")
    many, steps = _copies(spec, ("replicas",))
    why = f"replicas: {below(spec, *steps)}" if many else ""
    place = thing.document.value((*thing.root, "spec", *steps)) if many else None
    if thing.kind == "DaemonSet":
        many, why, place = True, "DaemonSet", thing.document.value((*thing.root, "kind"))
    for scaler in found if not many else ():
        limit = below(scaler.data, "spec", "maxReplicas")
        target = below(scaler.data, "spec", "scaleTargetRef", "name")
        if scaler.kind == "HorizontalPodAutoscaler" and target == thing.name and _above_one(limit):
            many, why = True, f"maxReplicas: {limit}"
            place = scaler.document.value((*scaler.root, "spec", "maxReplicas"))
    texts = tuple(_texts(spec))
    image = next((version for text in texts if (version := _version(text))), "")
    gates = tuple(gate for text in texts for gate in _GATES.findall(text))
    return Workload(thing.name, many, why, place, image, gates)


def _copies(spec: Any, *places: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
    steps = next((steps for steps in places if _above_one(below(spec, *steps))), ())
    return bool(steps), steps


def _above_one(value: Any) -> bool:
    count = values.number(value)
    return count is not None and count > 1


def _version(text: Any) -> str:
    found = _IMAGE.search(text) if isinstance(text, str) else None
    return found[1] if found else ""


def _mounted(data: dict[str, Any]) -> set[str]:
    volumes = below(data, "spec", "template", "spec", "volumes")
    listed = volumes if isinstance(volumes, list) else []
    return {str(below(volume, "configMap", "name")) for volume in listed}


def _texts(spec: Any) -> Iterator[str]:
    """The images, commands and arguments of all containers."""
    containers = below(spec, "template", "spec", "containers")
    for container in containers if isinstance(containers, list) else []:
        for key in ("image", "command", "args"):
            found = below(container, key)
            yield from (
                text
                for text in (found if isinstance(found, list) else [found])
                if isinstance(text, str)
            )
