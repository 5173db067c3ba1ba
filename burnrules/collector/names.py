"""The names under which span metrics stand in Prometheus, derived from a configuration."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from burnrules.codes import collector as codes
from burnrules.collector import (
    derive,
    exporter,
    graph,
    producer,
    tempo,
    translation,
    values,
    version,
)
from burnrules.collector.derive import Path
from burnrules.collector.exporter import Exporter
from burnrules.collector.instances import Collector
from burnrules.collector.producer import Producer
from burnrules.collector.version import Version
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Server, SpanNames

# Releases that changed a name, a label or a default; newest first.
_CHANGES: tuple[Version, ...] = tuple(
    (0, minor) for minor in (160, 154, 152, 151, 141, 137, 136, 132, 126, 109, 98, 96, 85, 80)
)
Found = tuple[SpanNames | None, tuple[Diagnostic, ...]]


def span_names(
    collector: Collector,
    connector: str | None,
    server: Server,
    dimensions: Sequence[str] = (),
    strategy: str = translation.DEFAULT,
) -> Found:
    """The names that one producer's metrics have, with a reason for each; or why there are none."""
    one, found = selected(collector, connector)
    if one is None:
        return None, found
    if one.kind == producer.TEMPO:
        return tempo.names(one, tuple(dimensions)), ()
    pipelines = graph.build(collector.collectors)
    behind = _behind(pipelines, one, server.ingestion, declared=server.spelling_known)
    path = Path(one, behind, strategy, tuple(dimensions))
    wrong = tuple(_unresolved(path))
    if wrong:
        return None, wrong
    names = derive.names(path, one.release)
    differs = tuple(_differs(behind, server))
    return names._replace(notes=(*names.notes, _fit(path, names))), differs


def ingestion(collector: Collector, connector: str | None) -> str | None:
    """The way into Prometheus as the configuration shows it, None where it shows none."""
    one, _ = selected(collector, connector)
    if one is None:
        return None
    pipelines = graph.build(collector.collectors)
    behind = _behind(pipelines, one, exporter.SCRAPE, declared=False)
    return behind.ingestion if behind else None


def selected(
    collector: Collector, connector: str | None
) -> tuple[Producer | None, tuple[Diagnostic, ...]]:
    """The producer that is meant; without a name the only one that pipelines use."""
    everything = producer.producers(collector)
    wanted = [one for one in everything if connector in (None, one.id)]
    if len(wanted) > 1:
        pipelines = graph.build(collector.collectors)
        used = [one for one in wanted if one.kind == producer.TEMPO or _used(one, pipelines)]
        wanted = used or wanted
    if len({one.id for one in wanted}) == 1:
        return wanted[0], ()
    listed = ", ".join(dict.fromkeys(one.id for one in everything))
    if not everything:
        message, hint = "no span_metrics connector in the configuration", "add one, or a dialect"
    elif wanted:
        message, hint = f"{len(wanted)} span-metrics connectors, none chosen", f"choose: {listed}"
    else:
        message, hint = f"no span-metrics connector `{connector}`", f"there are: {listed}"
    return None, (codes.CONNECTOR_UNCLEAR.at(collector.place, message, hint=hint),)


def fits(pipelines: graph.Graph, one: Producer) -> str:
    """The versions that give a producer the names it has now: `0.109 and later`."""
    behind = _behind(pipelines, one, exporter.SCRAPE, declared=False)
    path = Path(one, behind, translation.DEFAULT, ())
    return _fitting(path, derive.names(path, one.release))


def _behind(
    pipelines: graph.Graph, one: Producer, ingestion: str, *, declared: bool
) -> Exporter | None:
    known = exporter.exporters(one, pipelines)
    return exporter.chosen(known, ingestion, declared=declared)


def _differs(behind: Exporter | None, server: Server) -> Iterator[Diagnostic]:
    """The declared way into Prometheus is the one that the configuration takes."""
    if behind is None or not behind.into_prometheus or not server.spelling_known:
        return
    if behind.ingestion != server.ingestion:
        message = f"`{behind.id}` feeds Prometheus, and `ingestion` says {server.ingestion}"
        hint = f"prometheus: {{ingestion: {behind.ingestion}}}"
        yield codes.INGESTION_DIFFERS.at(behind.part.key(), message, hint=hint)


def _used(one: Producer, pipelines: graph.Graph) -> bool:
    if one.kind == producer.PROCESSOR:
        return any(
            one.id in line.processors
            for line in pipelines.pipelines
            if line.instance is one.instance
        )
    return bool(pipelines.into(one.instance, one.id))


def _unresolved(path: Path) -> list[Diagnostic]:
    """Settings that names stand on and that only the environment knows."""
    places = [
        (path.producer.part, ("namespace",)),
        (path.producer.part, ("histogram", "unit")),
    ]
    if path.exporter is not None:
        places += [(path.exporter.part, (key,)) for key in ("namespace", "translation_strategy")]
    return [
        codes.UNRESOLVED.at(
            part.value(*steps),
            f"`{'.'.join(steps)}` is known only where the Collector runs",
            hint="give the variable a default: ${env:NAME:-value}",
        )
        for part, steps in places
        if values.unresolved(part.get(*steps))
    ]


def _fit(path: Path, names: SpanNames) -> Assumption:
    release = path.producer.release
    fitting = _fitting(path, names)
    if not path.producer.version_known or release.version is None:
        return Assumption("Collector versions", fitting, "no version is declared")
    where = f"from {release.source}" if release.source else "declared"
    return Assumption(
        "Collector version", version.shown(release.version), f"{where}; fits {fitting}"
    )


def _fitting(path: Path, names: SpanNames) -> str:
    """The releases around the present one that give the same names."""
    release = path.producer.release
    alike = [
        at for at in _CHANGES if _alike(derive.names(path, replace(release, version=at)), names)
    ]
    if path.producer.kind == producer.PROCESSOR:
        alike = [at for at in alike if at < (0, 96)]
    here = next((at for at in _CHANGES if at <= release.effective), _CHANGES[-1])
    first, last = _run(alike, here)
    later = next((at for at in reversed(_CHANGES) if at > last), None)
    if path.producer.kind == producer.PROCESSOR:
        later = (0, 96)
    return f"{version.shown(first)} " + (
        f"to {version.shown((0, later[1] - 1))}" if later else "and later"
    )


def _run(alike: list[Version], here: Version) -> tuple[Version, Version]:
    """The oldest and newest of the unbroken run of releases around `here`."""
    first = last = here
    position = _CHANGES.index(here)
    for at in _CHANGES[position:]:
        if at not in alike:
            break
        first = at
    for at in reversed(_CHANGES[: position + 1]):
        if at not in alike:
            break
        last = at
    return first, last


def _alike(one: SpanNames, other: SpanNames) -> bool:
    """Whether the same rules fit both."""
    return (one.calls, one.duration, one.error, dict(one.labels), one.native) == (
        other.calls,
        other.duration,
        other.error,
        dict(other.labels),
        other.native,
    )
