"""Settings of the span-metrics connector that the Collector refuses, or not yet knows."""

from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector import producer, version
from burnrules.collector.graph import RENAMED
from burnrules.collector.instances import Instance
from burnrules.collector.lint.subject import Subject
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic

_SINCE = {
    ("events",): 89,
    ("resource_metrics_cache_size",): 91,
    ("resource_metrics_key_attributes",): 92,
    ("metrics_expiration",): 97,
    ("metric_timestamp_cache_size",): 103,
    ("include_instrumentation_scope",): 123,
    ("aggregation_cardinality_limit",): 125,
    ("calls_dimensions",): 126,
    ("histogram", "dimensions"): 126,
    ("add_resource_attributes",): 139,
    ("enable_metrics_sampling_method",): 148,
    ("series_expiration",): 153,
}
_TYPES_SINCE = {"span_metrics": 151, "load_balancing": 153, "prometheus_remote_write": 154}
_LISTS_CHECKED_SINCE = 154  # duplicates in the lists for one metric alone
_NOT_NEGATIVE = ("metrics_flush_interval", "metrics_expiration", "series_expiration")


def accepted(subject: Subject) -> Iterator[Diagnostic]:
    """The connector's own validation passes."""
    for one in subject.connectors:
        yield from _repeated(one, "dimensions")
        if one.release.since(_LISTS_CHECKED_SINCE):
            yield from _repeated(one, "calls_dimensions")
            yield from _repeated(one, "histogram", "dimensions")
        yield from _histogram(one)
        yield from _numbers(one)
        if one.part.flag("events", "enabled") and not one.part.get("events", "dimensions"):
            message = "events are enabled without dimensions"
            hint = "events: {enabled: true, dimensions: [{name: exception.type}]}"
            yield codes.REFUSED_SETTING.at(one.part.key("events"), message, hint=hint)


def known_to_version(subject: Subject) -> Iterator[Diagnostic]:
    """Types and keys exist in the version that runs."""
    for one in subject.connectors:
        at = one.instance.release.version
        for steps, since in _SINCE.items():
            if at is not None and at < (0, since) and one.part.has(*steps):
                message = f"`{'.'.join(steps)}` came with 0.{since}; {version.shown(at)} refuses it"
                hint = f"upgrade the Collector to 0.{since}, or remove the line"
                yield codes.TOO_NEW.at(one.part.key(*steps), message, hint=hint)
    for instance in subject.instances:
        yield from _new_types(instance)


def _new_types(instance: Instance) -> Iterator[Diagnostic]:
    at = instance.release.version
    if at is None:
        return
    old = {new: former for former, new in RENAMED.items()}
    for section in ("connectors", "exporters"):
        for name in instance.part.keys(section):
            first = name.split("/", 1)[0]
            since = _TYPES_SINCE.get(first, 0)
            if at < (0, since):
                message = f"type `{first}` came with 0.{since}; {version.shown(at)} refuses it"
                hint = f"write `{name.replace(first, old[first], 1)}` until the upgrade"
                yield codes.TOO_NEW.at(instance.part.key(section, name), message, hint=hint)


def _repeated(one: Producer, *steps: str) -> Iterator[Diagnostic]:
    seen = list(producer.DEFAULT_DIMENSIONS)
    for item in one.part.items(*steps):
        name = item.text("name")
        if name in seen:
            already = "always there" if name in producer.DEFAULT_DIMENSIONS else "named twice"
            message = f"dimension `{name}` is {already}: the Collector refuses the duplicate"
            yield codes.REFUSED_SETTING.at(item.value("name"), message, hint="remove the item")
        elif name:
            seen.append(name)


def _histogram(one: Producer) -> Iterator[Diagnostic]:
    part = one.part.sub("histogram")
    if part.get("explicit") is not None and part.get("exponential") is not None:
        message = "histogram has both `explicit` and `exponential`"
        hint = "keep `explicit`: rules then read exact counts at each bound"
        yield codes.REFUSED_SETTING.at(part.key("exponential"), message, hint=hint)
    unit = part.text("unit")
    if unit is not None and unit not in ("ms", "s"):
        message = f"histogram unit is `{unit}`, expected `ms` or `s`"
        yield codes.REFUSED_SETTING.at(part.value("unit"), message, hint="unit: s")


def _numbers(one: Producer) -> Iterator[Diagnostic]:
    for key in _NOT_NEGATIVE:
        found = one.part.seconds(key)
        if found is not None and found < 0:
            message = f"`{key}` is negative"
            yield codes.REFUSED_SETTING.at(one.part.value(key), message, hint=f"{key}: 60s")
    limit = one.part.number("aggregation_cardinality_limit")
    if limit is not None and limit < 0:
        place = one.part.value("aggregation_cardinality_limit")
        hint = "aggregation_cardinality_limit: 10000"
        yield codes.REFUSED_SETTING.at(place, "the cardinality limit is negative", hint=hint)
    cache = one.part.number("metric_timestamp_cache_size")
    if one.delta and cache is not None and cache <= 0:
        place = one.part.value("metric_timestamp_cache_size")
        message = "delta temporality needs a timestamp cache above zero"
        hint = "metric_timestamp_cache_size: 1000"
        yield codes.REFUSED_SETTING.at(place, message, hint=hint)
