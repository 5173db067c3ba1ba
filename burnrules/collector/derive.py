"""One producer and the exporter behind it to the names that their settings give."""

from dataclasses import dataclass
from types import MappingProxyType

from burnrules import dialects
from burnrules.collector import exporter, producer, values, version
from burnrules.collector.exporter import Exporter
from burnrules.collector.producer import Producer
from burnrules.collector.translation import Translation
from burnrules.collector.version import Release
from burnrules.ir import Assumption, Matcher, SpanNames


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A producer, the exporter behind it, and what the Telemetry adds."""

    producer: Producer
    exporter: Exporter | None
    strategy: str
    extra: tuple[str, ...]


def names(path: Path, release: Release) -> SpanNames:
    """The names in one release, with the reason for each."""
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
        events=spelt.counter(f"{before}events") if one.counts_events else "",
        events_known=None if both is None else both | {spelt.label(e) for e in one.of_events},
        notes=(
            Assumption("namespace", prefix or "none", prefix_why),
            Assumption("calls", calls, spelt_why),
            Assumption("duration", duration or "none", spelt_why),
            Assumption("unit", word, word_why),
            Assumption("buckets", _bounds_shown(bounds), bounds_why),
            Assumption("flush interval", str(flush), flush_why),
            Assumption("errors", _shown(error), error_why),
            _exemplars(one),
            *_variables(path),
        ),
    )


def _processor_names(path: Path, release: Release) -> SpanNames:
    one = path.producer
    spelt, why = exporter.spelling(path.exporter, release, path.strategy)
    bounds, bounds_why = producer.buckets(one)
    base = dialects.DIALECTS["otel-processor"]
    dimensions = {name: spelt.label(name) for name in (*one.dimensions, *path.extra)}
    duration = spelt.histogram("latency", "ms") if path.exporter else base.duration
    return base._replace(
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


def _labels(path: Path, spelt: Translation) -> MappingProxyType[str, str]:
    one = path.producer
    labels = {
        name: dialects.NO_LABEL if one.excluded(name) else spelt.label(name)
        for name in ("service.name", "span.name", "span.kind")
    }
    own = (*one.dimensions, *one.calls_dimensions, *one.duration_dimensions, *path.extra)
    return MappingProxyType(labels | {name: spelt.label(name) for name in own})


def _known(
    path: Path, release: Release, spelt: Translation
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


def _variables(path: Path) -> list[Assumption]:
    """Settings that the environment may change."""
    part, found = path.producer.part, []
    for steps in (("namespace",), ("histogram", "unit"), ("metrics_flush_interval",)):
        written = part.get(*steps)
        if values.has_variable(written):
            value = values.resolved(written) or "its default"
            reason = f"`{written}` unless the environment says otherwise"
            found.append(Assumption(".".join(steps), value, reason))
    return found


def _exemplars(one: Producer) -> Assumption:
    on = one.exemplars
    return Assumption("exemplars", "recorded" if on else "none", "`exemplars.enabled`")


def _shown(error: tuple[Matcher, ...]) -> str:
    return ", ".join(f'{one.label}{one.op}"{one.value}"' for one in error) or "none"


def _bounds_shown(bounds: tuple[object, ...] | None) -> str:
    return f"{len(bounds)} bounds" if bounds is not None else "none"
