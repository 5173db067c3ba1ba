"""The Collectors and Tempos that a set of documents describes."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from burnrules.codes import collector as codes
from burnrules.codes.file import TOO_LARGE
from burnrules.collector import config, unwrap, version, workload
from burnrules.collector.config import Part
from burnrules.collector.unwrap import COLLECTOR, TEMPO, Thing, Written
from burnrules.collector.version import Release
from burnrules.collector.workload import Workload
from burnrules.diagnostics import Diagnostic, Span
from burnrules.source import Document

_MOST = 200  # each may send to each


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One configuration, merged, with what is known about where it runs."""

    kind: str
    name: str
    part: Part
    release: Release
    workload: Workload
    partial: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names under which others reach it."""
        names = {self.name, self.workload.name} - {""}
        suffixes = ("", "-collector", "-collector-headless", "-headless")
        return tuple(sorted(name + suffix for name in names for suffix in suffixes))


@dataclass(frozen=True, slots=True, eq=False)
class Collector:
    """Everything that the given documents say about the trace pipeline."""

    instances: tuple[Instance, ...]
    found: tuple[Diagnostic, ...]
    place: Span  # of the first document

    @property
    def collectors(self) -> tuple[Instance, ...]:
        """The Collectors among the instances."""
        return tuple(one for one in self.instances if one.kind == COLLECTOR)

    @property
    def tempos(self) -> tuple[Instance, ...]:
        """The Tempos among the instances."""
        return tuple(one for one in self.instances if one.kind == TEMPO)


def read(
    documents: Sequence[Document], declared: str | None = None, gates: Sequence[str] = ()
) -> Collector:
    """The configurations in `documents`, unwrapped, merged and joined with their workloads."""
    things = tuple(unwrap.things(documents))
    written, wrong = unwrap.configurations(things)
    place = documents[0].value(()) if documents else Span("")
    start = Span(place.file, place.line, place.column, place.line, place.column + 1)
    if not written and not wrong:
        hint = "expected `receivers`, `exporters` and `service`, or Tempo's `metrics_generator`"
        wrong.append(codes.NOT_A_COLLECTOR.at(start, "no Collector configuration here", hint=hint))
    if declared and version.parse(declared) is None:
        hint = "give the version of opentelemetry-collector-contrib, such as 0.158.0"
        message = f"`{declared}` is not a version of the Collector; names follow the newest"
        wrong.append(codes.VERSION_UNKNOWN.at(start, message, hint=hint))
    groups = tuple(_grouped(written))
    if len(groups) > _MOST:
        message = f"{len(groups):,} Collectors in one run; the limit is {_MOST}"
        wrong.append(TOO_LARGE.at(start, message, hint="give those that send to each other"))
        groups = groups[:_MOST]
    instances = tuple(_instance(group, things, declared, gates) for group in groups)
    return Collector(instances, tuple(wrong), start)


def _grouped(written: Sequence[Written]) -> Iterator[list[Written]]:
    """What merges into one configuration: fragments, and overlays of what came before."""
    group: list[Written] = []
    for one in written:
        if group and not _joins(group, one):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _joins(group: list[Written], one: Written) -> bool:
    """Two that could each start alone are two Collectors; a part joins what stands before it."""
    first = group[0]
    if one.kind != first.kind or one.owner is not first.owner or one.kind == TEMPO:
        return False
    return not (one.complete and any(before.complete for before in group))


def _instance(
    group: list[Written], things: tuple[Thing, ...], declared: str | None, gates: Sequence[str]
) -> Instance:
    first, owner = group[0], group[0].owner
    runs = _workload(owner, things)
    known = declared or runs.image
    source = f"the image of {runs.name or 'the chart'}" if not declared and runs.image else ""
    release = version.release(known, (*gates, *runs.gates), source)
    file = posixpath.basename(first.layer.document.file)
    name = (owner.name if owner else "") or file.rsplit(".", 1)[0]
    part = config.merged(tuple(one.layer for one in group))
    partial = first.partial or not part.has("service")
    return Instance(first.kind, name, part, release, runs, partial)


def _workload(owner: Thing | None, things: tuple[Thing, ...]) -> Workload:
    if owner is None:
        return workload.alone(things)
    if owner.kind == "ConfigMap":
        return workload.of_config_map(owner.name, things)
    return workload.of_resource(owner) if owner.kind else workload.of_values(owner)
