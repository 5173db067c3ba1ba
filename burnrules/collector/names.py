"""The names under which span metrics stand in Prometheus, derived from a configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from burnrules import dialects
from burnrules.codes import collector as codes
from burnrules.collector import exporter, graph, producer, tempo, translation, values, version
from burnrules.collector.exporter import Exporter
from burnrules.collector.instances import Collector
from burnrules.collector.producer import Producer
from burnrules.collector.translation import Translation
from burnrules.collector.version import Release, Version
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Matcher, Server, SpanNames

# Releases that changed a name, a label or a default; newest first.
_CHANGES: tuple[Version, ...] = tuple(
    (0, minor) for minor in (160, 154, 152, 151, 141, 137, 136, 132, 126, 109, 98, 96, 85, 80)
)
Found = tuple[SpanNames | None, tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """A producer, the exporter behind it, and what the Telemetry adds."""

    producer: Producer
    exporter: Exporter | None
    strategy: str
    extra: tuple[str, ...]


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
    known = exporter.exporters(one, graph.build(collector.collectors))
    behind = exporter.chosen(known, server.ingestion, declared=server.spelling_known)
    path = _Path(one, behind, strategy, tuple(dimensions))
    wrong = tuple(_unresolved(path))
    if wrong:
        return None, wrong
    names = _names(path, one.release)
    return replace(names, notes=(*names.notes, _fit(path, names))), ()


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


def fits(collector: Collector, one: Producer, strategy: str = translation.DEFAULT) -> str:
    """The versions that give a producer the names it has now: `0.109 and later`."""
    known = exporter.exporters(one, graph.build(collector.collectors))
    path = _Path(one, exporter.chosen(known, exporter.SCRAPE, declared=False), strategy, ())
    return _fitting(path, _names(path, one.release))


def _used(one: Producer, pipelines: graph.Graph) -> bool:
    if one.kind == producer.PROCESSOR:
        return any(
            one.id in line.processors
            for line in pipelines.pipelines
            if line.instance is one.instance
        )
    return bool(pipelines.into(one.instance, one.id))


def _unresolved(path: _Path) -> list[Diagnostic]:
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


def _names(path: _Path, release: Release) -> SpanNames:
    if path.producer.kind == producer.PROCESSOR:
        return _processor_names(path, release)
    one = path.producer
    spelt, spelt_why = exporter.spelling(path.exporter, release, path.strategy)
    prefix, prefix_why = producer.namespace(one, release)
    word, word_why = producer.unit(one, release)
    bounds, bounds_why = producer.buckets(one)
    flush, flush_why = producer.flush(one, release)
    before = f"{prefix}." if prefix else ""
    calls = spelt.counter(f"{before}calls")
    duration = "" if one.no_histogram else spelt.histogram(f"{before}duration", word)
    error, error_why = _error(one, release, spelt)
    both, calls_only, duration_only = _known(path, release, spelt)
    return SpanNames(
        producer=one.id,
        calls=calls,
        duration=duration,
        unit=producer.unit_seconds(word),
        native=one.native or _to_nhcb(path.exporter, release),
        labels=_labels(path, spelt),
        kinds=MappingProxyType({}) if one.excluded("span.kind") else _kinds(spelt),
        error=error,
        buckets=bounds,
        known=None if both is None else both | calls_only,
        flush=flush,
        utf8=spelt.utf8,
        duration_known=None if both is None else both | duration_only,
        notes=(
            Assumption("namespace", prefix or "none", prefix_why),
            Assumption("calls", calls, spelt_why),
            Assumption("duration", duration or "none", spelt_why),
            Assumption("unit", word, word_why),
            Assumption("buckets", _bounds_shown(bounds), bounds_why),
            Assumption("flush interval", str(flush), flush_why),
            Assumption("errors", _shown(error), error_why),
            *_variables(path),
        ),
    )


def _processor_names(path: _Path, release: Release) -> SpanNames:
    one = path.producer
    spelt, why = exporter.spelling(path.exporter, release, path.strategy)
    bounds, bounds_why = producer.buckets(one)
    base = dialects.DIALECTS["otel-processor"]
    dimensions = {name: spelt.label(name) for name in (*one.dimensions, *path.extra)}
    duration = spelt.histogram("latency", "ms") if path.exporter else base.duration
    return replace(
        base,
        producer=one.id,
        calls=spelt.counter("calls_total") if path.exporter else base.calls,
        duration=duration,
        labels=MappingProxyType({**base.labels, **dimensions}),
        buckets=bounds,
        known=(base.known or frozenset()) | frozenset(dimensions.values()),
        notes=(
            *base.notes,
            Assumption("duration", duration, why),
            Assumption("buckets", _bounds_shown(bounds), bounds_why),
        ),
    )


def _labels(path: _Path, spelt: Translation) -> MappingProxyType[str, str]:
    one = path.producer
    labels = {
        name: dialects.NO_LABEL if one.excluded(name) else spelt.label(name)
        for name in ("service.name", "span.name", "span.kind")
    }
    own = (*one.dimensions, *one.calls_dimensions, *one.duration_dimensions, *path.extra)
    return MappingProxyType(labels | {name: spelt.label(name) for name in own})


def _known(
    path: _Path, release: Release, spelt: Translation
) -> tuple[frozenset[str] | None, frozenset[str], frozenset[str]]:
    """Labels on both metrics, None when attributes unknown to us become labels; and on one."""
    one, behind = path.producer, path.exporter
    own = release.on(version.OTEL_PREFIX)
    default = [name for name in producer.DEFAULT_DIMENSIONS if not one.excluded(name)]
    names = [name for name in default if not (own and name == "status.code")]
    identity = [producer.IDENTITY] if one.has_identity(release) else []
    both = frozenset(
        spelt.label(name) for name in (*names, *identity, *one.dimensions, *path.extra)
    )
    everything = one.globs or (
        behind and behind.part.flag("resource_to_telemetry_conversion", "enabled")
    )
    calls = frozenset(spelt.label(name) for name in one.calls_dimensions)
    duration = frozenset(spelt.label(name) for name in one.duration_dimensions)
    return (None if everything else both | {"job"}), calls, duration


def _error(one: Producer, release: Release, spelt: Translation) -> tuple[tuple[Matcher, ...], str]:
    if release.on(version.OTEL_PREFIX):
        found = Matcher(spelt.label("otel.status_code"), "=", "ERROR")
        why = f"gate {version.OTEL_PREFIX}"
    else:
        found, why = Matcher(spelt.label("status.code"), "=", "STATUS_CODE_ERROR"), "the default"
    if one.excluded("status.code"):
        return (), "`exclude_dimensions` drops the status"
    return (found,), why


def _kinds(spelt: Translation) -> MappingProxyType[str, Matcher]:
    return MappingProxyType(dict(dialects.kinds(spelt.label("span.kind"))))


def _to_nhcb(behind: Exporter | None, release: Release) -> bool:
    if behind is None or not release.since(158):
        return False
    part = behind.part
    converted = part.flag("convert_explicit_histograms_to_nhcb")
    return bool(converted) and not part.flag("keep_classic_histograms")


def _variables(path: _Path) -> list[Assumption]:
    """Settings that the environment may change."""
    part, found = path.producer.part, []
    for steps in (("namespace",), ("histogram", "unit"), ("metrics_flush_interval",)):
        written = part.get(*steps)
        if values.has_variable(written):
            value = values.resolved(written) or "its default"
            reason = f"`{written}` unless the environment says otherwise"
            found.append(Assumption(".".join(steps), value, reason))
    return found


def _fit(path: _Path, names: SpanNames) -> Assumption:
    release = path.producer.release
    fitting = _fitting(path, names)
    if not path.producer.version_known or release.version is None:
        return Assumption("Collector versions", fitting, "no version is declared")
    where = f"from {release.source}" if release.source else "declared"
    return Assumption(
        "Collector version", version.shown(release.version), f"{where}; fits {fitting}"
    )


def _fitting(path: _Path, names: SpanNames) -> str:
    """The releases around the present one that give the same names."""
    release = path.producer.release
    alike = [at for at in _CHANGES if _alike(_names(path, replace(release, version=at)), names)]
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


def _shown(error: tuple[Matcher, ...]) -> str:
    return ", ".join(f'{one.label}{one.op}"{one.value}"' for one in error) or "none"


def _bounds_shown(bounds: tuple[object, ...] | None) -> str:
    return f"{len(bounds)} bounds" if bounds is not None else "none"
