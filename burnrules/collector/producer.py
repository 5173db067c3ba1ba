"""What makes span metrics: connectors, the old processor, Tempo; and what their settings mean."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from burnrules.collector import unwrap, values, version
from burnrules.collector.config import Part
from burnrules.collector.graph import kind
from burnrules.collector.instances import Collector, Instance
from burnrules.collector.version import Release
from burnrules.diagnostics import Span
from burnrules.dialects import CONNECTOR_BUCKETS, MILLISECOND, SECOND
from burnrules.durations import Duration

CONNECTOR, PROCESSOR, TEMPO = "connector", "processor", "metrics_generator"
DEFAULT_NAMESPACE = "traces.span.metrics"
IDENTITY = "collector.instance.id"
DEFAULT_DIMENSIONS = ("service.name", "span.name", "span.kind", "status.code")
DELTA = "AGGREGATION_TEMPORALITY_DELTA"
LAST_WITH_PROCESSOR = (0, 95)
_EVENTS_SINCE = 89
_KEYS_SINCE = 126  # `calls_dimensions` and `histogram.dimensions`


@dataclass(frozen=True, slots=True, eq=False)
class Producer:
    """One source of span metrics in a configuration."""

    instance: Instance
    kind: str
    id: str
    part: Part

    @property
    def release(self) -> Release:
        """The version it runs in; the last with the old processor where none is known."""
        found = self.instance.release
        last = found.version or LAST_WITH_PROCESSOR
        return replace(found, version=last) if self.kind == PROCESSOR else found

    @property
    def version_known(self) -> bool:
        """Whether the version was declared or found."""
        return self.instance.release.version is not None

    @property
    def place(self) -> Span:
        """Where it is configured."""
        return self.part.key(*((TEMPO,) if self.kind == TEMPO else ()))

    def excluded(self, attribute: str) -> bool:
        """Whether a default dimension is left out."""
        return attribute in self.part.texts("exclude_dimensions")

    def names(self, *steps: str) -> tuple[str, ...]:
        """The attribute names of a list of dimensions."""
        found = (item.text("name") for item in self.part.items(*steps))
        return tuple(name for name in found if name)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Attributes on both metrics."""
        return self.names("dimensions")

    @property
    def calls_dimensions(self) -> tuple[str, ...]:
        """Attributes on the counter alone."""
        return self.names("calls_dimensions") if self.release.since(_KEYS_SINCE) else ()

    @property
    def duration_dimensions(self) -> tuple[str, ...]:
        """Attributes on the histogram alone."""
        return self.names("histogram", "dimensions") if self.release.since(_KEYS_SINCE) else ()

    @property
    def counts_events(self) -> bool:
        """Whether span events have a counter of their own."""
        return bool(self.part.flag("events", "enabled")) and self.release.since(_EVENTS_SINCE)

    @property
    def of_events(self) -> tuple[str, ...]:
        """Attributes on that counter, beside those on all metrics."""
        return self.names("events", "dimensions")

    @property
    def globs(self) -> tuple[str, ...]:
        """Patterns of attributes that become dimensions."""
        found = (item.text("glob") for item in self.part.items("dimensions"))
        return tuple(pattern for pattern in found if pattern)

    def has_identity(self, release: Release) -> bool:
        """Whether `collector.instance.id` tells writers apart."""
        return release.on(version.INSTANCE_ID) and not self.excluded(IDENTITY)

    @property
    def exemplars(self) -> bool:
        """Whether exemplars are recorded."""
        return bool(self.part.flag("exemplars", "enabled"))

    @property
    def delta(self) -> bool:
        """Whether the sums are deltas."""
        return self.part.text("aggregation_temporality") == DELTA

    @property
    def native(self) -> bool:
        """Whether the histogram is exponential."""
        return self.part.has("histogram", "exponential")

    @property
    def no_histogram(self) -> bool:
        """Whether there is no duration metric at all."""
        return bool(self.part.flag("histogram", "disable"))


def producers(collector: Collector) -> tuple[Producer, ...]:
    """Every source of span metrics, in the order of the files."""
    return tuple(one for instance in collector.instances for one in _producers(instance))


def _producers(instance: Instance) -> Iterator[Producer]:
    if instance.kind == unwrap.TEMPO:
        yield Producer(instance, TEMPO, TEMPO, instance.part)
        return
    sections = (("connectors", CONNECTOR), ("processors", PROCESSOR))
    for section, what in sections:
        for name in instance.part.keys(section):
            if kind(name) == "span_metrics":
                yield Producer(instance, what, name, instance.part.sub(section, name))


def namespace(one: Producer, release: Release) -> tuple[str, str]:
    """The namespace before `calls`, and where it is from."""
    default = DEFAULT_NAMESPACE if release.since(109) else ""
    if one.part.has("namespace") and one.part.get("namespace") is not None:
        found, why = one.part.text("namespace") or "", "`namespace` of the connector"
    else:
        found, why = default, "default since 0.109" if default else "no default before 0.109"
    if found == DEFAULT_NAMESPACE and release.on(version.LEGACY_NAMES):
        return "", f"gate {version.LEGACY_NAMES}"
    return found, why


def unit(one: Producer, release: Release) -> tuple[str, str]:
    """`ms` or `s`, and where it is from."""
    found = one.part.text("histogram", "unit")
    if found in ("ms", "s"):
        return found, "`histogram.unit`"
    if release.on(version.SECONDS):
        return "s", f"gate {version.SECONDS}"
    return "ms", "the default"


def unit_seconds(word: str) -> Decimal:
    """How many seconds a unit has."""
    return SECOND if word == "s" else MILLISECOND


def buckets(one: Producer) -> tuple[tuple[Decimal, ...] | None, str]:
    """Bucket bounds in seconds, None for exponential or unknown ones; and where they are from."""
    steps = (
        ("latency_histogram_buckets",)
        if one.kind == PROCESSOR
        else ("histogram", "explicit", "buckets")
    )
    if one.native and one.kind == CONNECTOR:
        return None, "`histogram.exponential` has no bounds"
    written = one.part.get(*steps)
    if not isinstance(written, list) or not written:
        return CONNECTOR_BUCKETS, "the sixteen default bounds"
    bounds = [values.seconds(item) for item in written]
    known = tuple(bound for bound in bounds if bound is not None)
    if len(known) < len(bounds):
        return None, "some bounds are known only at run time"
    return known, f"`{'.'.join(steps)}`"


def flush(one: Producer, release: Release) -> tuple[Duration, str]:
    """How often metrics leave, and where that is from."""
    found = one.part.seconds("metrics_flush_interval")
    if found is not None and found > 0:
        return Duration(int(found * 1000)), "`metrics_flush_interval`"
    if release.since(98):
        return Duration(60_000), "the default since 0.98"
    return Duration(15_000), "the default before 0.98"
