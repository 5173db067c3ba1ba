"""Tempo's metrics-generator: the names its configuration gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from burnrules.collector import values
from burnrules.collector.config import Part
from burnrules.collector.producer import Producer
from burnrules.collector.translation import Translation
from burnrules.dialects import DIALECTS, NO_LABEL
from burnrules.durations import Duration
from burnrules.ir import Assumption, SpanNames

SLACK = Decimal(30)
_INTRINSIC = {
    "service": "service.name",
    "span_name": "span.name",
    "span_kind": "span.kind",
    "status_code": "status.code",
}
_OVERRIDES = ("overrides", "defaults", "metrics_generator")


@dataclass(frozen=True, slots=True, eq=False)
class _Settings:
    """Span-metrics settings: the overrides' defaults win over the generator's."""

    part: Part

    def get(self, key: str) -> Any:
        for steps in (
            (*_OVERRIDES, "processor", "span_metrics", key),
            ("overrides", f"metrics_generator_processor_span_metrics_{key}"),
            ("metrics_generator", "processor", "span_metrics", key),
        ):
            found = self.part.get(*steps)
            if found is not None:
                return found
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.get(key)
        listed = found if isinstance(found, list) else []
        return tuple(item for item in listed if isinstance(item, str))


def names(one: Producer, extra: tuple[str, ...]) -> SpanNames:
    """The span-metric names of a Tempo configuration."""
    settings = _Settings(one.part)
    base = DIALECTS["tempo"]
    left_out = _left_out(settings)
    labels = {**base.labels, **_dimensions(settings, extra)}
    for label in left_out:
        labels[_INTRINSIC[label]] = NO_LABEL
    known = (base.known or frozenset()) - left_out | {label for label in labels.values() if label}
    native = _generated(one.part) == "native"
    bounds, why = _bounds(settings)
    return base._replace(
        labels=MappingProxyType(labels),
        known=known | _target_labels(settings),
        kinds=MappingProxyType({}) if "span_kind" in left_out else base.kinds,
        error=() if "status_code" in left_out else base.error,
        buckets=None if native else bounds,
        native=native,
        flush=_interval(one.part),
        notes=(
            Assumption("calls", base.calls, "Tempo's metrics-generator"),
            Assumption("buckets", "native" if native else f"{len(bounds or ())} bounds", why),
        ),
    )


def slack(part: Part) -> Decimal:
    """How old a span may be when it arrives, in seconds."""
    found = (
        part.seconds(*_OVERRIDES, "ingestion_time_range_slack"),
        part.seconds("metrics_generator", "metrics_ingestion_time_range_slack"),
    )
    return next((seconds for seconds in found if seconds), SLACK)


def generates(part: Part) -> bool | None:
    """Whether span metrics are switched on for everyone; None when only tenants decide."""
    for steps in ((*_OVERRIDES, "processors"), ("overrides", "metrics_generator_processors")):
        if part.has(*steps):
            return any(name.startswith("span-metrics") for name in part.texts(*steps))
    return None


def _left_out(settings: _Settings) -> frozenset[str]:
    found = settings.get("intrinsic_dimensions")
    switches: Mapping[str, Any] = found if isinstance(found, dict) else {}
    return frozenset(key for key in _INTRINSIC if values.switch(switches.get(key)) is False)


def _dimensions(settings: _Settings, extra: tuple[str, ...]) -> dict[str, str]:
    """Attributes to labels; a name that an intrinsic label has is set off by `__`."""
    labels: dict[str, str] = {}
    for attribute in (*settings.texts("dimensions"), *extra):
        label = Translation().label(attribute)
        labels[attribute] = f"__{label}" if label in _INTRINSIC else label
    mappings = settings.get("dimension_mappings")
    for mapping in mappings if isinstance(mappings, list) else []:
        name = mapping.get("name") if isinstance(mapping, dict) else None
        sources = mapping.get("source_labels") if isinstance(mapping, dict) else None
        if isinstance(name, str):
            one = sources[0] if isinstance(sources, list) and len(sources) == 1 else name
            labels[str(one)] = Translation().label(name)
    return labels


def _target_labels(settings: _Settings) -> set[str]:
    if not values.switch(settings.get("enable_target_info")):
        return set()
    instance = values.switch(settings.get("enable_instance_label"))
    return {"job"} if instance is False else {"job", "instance"}


def _generated(part: Part) -> str:
    return part.text(*_OVERRIDES, "generate_native_histograms") or "classic"


def _bounds(settings: _Settings) -> tuple[tuple[Decimal, ...] | None, str]:
    written = settings.get("histogram_buckets")
    if not isinstance(written, list) or not written:
        return DIALECTS["tempo"].buckets, "2 ms and its doublings, Tempo's default"
    bounds = [values.number(item) for item in written]
    known = tuple(bound for bound in bounds if bound is not None)
    return (known if len(known) == len(bounds) else None), "`histogram_buckets`"


def _interval(part: Part) -> Duration:
    found = part.seconds(*_OVERRIDES, "collection_interval") or part.seconds(
        "metrics_generator", "registry", "collection_interval"
    )
    return Duration(int(found * 1000)) if found and found > 0 else DIALECTS["tempo"].flush
