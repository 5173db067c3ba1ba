"""How many series there can be, and how long they stay."""

from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector.config import Part
from burnrules.collector.graph import kind
from burnrules.collector.lint.subject import Subject
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic

_LIMIT = "aggregation_cardinality_limit"
_LIMIT_SINCE = 125
_STRIPPERS = ("transform", "resource")
_KEEPS, _DELETES = "keep_keys(resource.attributes", "delete_key(resource.attributes"
_VOLATILE = (
    "k8s.pod.uid", "k8s.pod.name", "k8s.pod.ip", "k8s.pod.start_time", "container.id",
    "process.pid", "k8s.container.restart_count",
)  # fmt: skip


def limited(subject: Subject) -> Iterator[Diagnostic]:
    """A connector stops at some number of series."""
    for one in subject.connectors:
        if not subject.in_use(one):
            continue
        limit = one.part.number(_LIMIT)
        if limit is None and one.part.has(_LIMIT) and one.part.get(_LIMIT) is not None:
            continue  # a variable decides
        if not limit:
            place = one.part.value(_LIMIT) if one.part.has(_LIMIT) else one.part.key()
            message = f"`{one.id}` has no cardinality limit: one bad span name fills Prometheus"
            hint = f"{_LIMIT}: 10000"
            if not one.release.since(_LIMIT_SINCE):
                hint += "  # from 0.125 on"
            yield codes.NO_LIMIT.at(place, message, hint=hint)


def guards_work(subject: Subject) -> Iterator[Diagnostic]:
    """What looks like a guard is one."""
    key = "dimensions_cache_size"
    for one in subject.connectors:
        if one.part.has(key) and one.release.since(_LIMIT_SINCE):
            message = f"`{key}` has no effect since 0.125"
            yield codes.NO_EFFECT.at(one.part.key(key), message, hint=f"{_LIMIT}: 10000")


def expire(subject: Subject) -> Iterator[Diagnostic]:
    """Series of what is gone end, but not while an alert window still needs them."""
    longest = subject.needs.longest_window
    for one in subject.connectors:
        keys = [key for key in ("metrics_expiration", "series_expiration") if _positive(one, key)]
        if not keys and subject.in_use(one):
            message = f"series of `{one.id}` never expire, also those of services long gone"
            hint = "series_expiration: 24h"
            if not one.release.since(153):
                hint = "metrics_expiration: 24h"
            yield codes.NEVER_EXPIRES.at(one.part.key(), message, hint=hint)
        for key in keys if longest else ():
            seconds = one.part.seconds(key)
            if longest and seconds is not None and seconds < longest.seconds:
                message = f"`{key}` of `{one.id}` is shorter than an alert window of {longest}"
                yield codes.EXPIRES_EARLY.at(one.part.value(key), message, hint=f"{key}: {longest}")


def resources_stable(subject: Subject) -> Iterator[Diagnostic]:
    """Counters do not begin anew with each pod or process."""
    key = "resource_metrics_key_attributes"
    for one in subject.connectors:
        if one.part.texts(key) or not one.release.since(92):
            continue
        found = next(_volatile(subject, one), None)
        if found is not None:
            name, attribute = found
            message = f"`{name}` adds `{attribute}`: each new one starts all counters of `{one.id}`"
            hint = f"{key}: [service.name, service.namespace, service.version]"
            yield codes.VOLATILE_RESOURCE.at(one.part.key(), message, hint=hint)


def _positive(one: Producer, key: str) -> bool:
    seconds = one.part.seconds(key)
    unknown = one.part.get(key) is not None and seconds is None
    return unknown or (seconds is not None and seconds > 0)


def _volatile(subject: Subject, one: Producer) -> Iterator[tuple[str, str]]:
    before = tuple(subject.before(one))
    stripped = [str(part.data) for _, name, part in before if kind(name) in _STRIPPERS]
    for _, name, part in before:
        if kind(name) == "k8s_attributes":
            for attribute in _extracted(part):
                if attribute in _VOLATILE and not _removed(attribute, stripped):
                    yield name, attribute


def _removed(attribute: str, settings: list[str]) -> bool:
    """Whether some processor takes an attribute off the resource again."""
    quoted = f'"{attribute}"'
    return any(
        (_KEEPS in text and quoted not in text)
        or (_DELETES in text and quoted in text)
        or ("delete" in text and f"'{attribute}'" in text)
        for text in settings
    )


def _extracted(part: Part) -> tuple[str, ...]:
    """The attributes that a k8s_attributes processor adds; by default the pod's among them."""
    written = part.texts("extract", "metadata")
    return written or ("k8s.pod.uid", "k8s.pod.name", "k8s.pod.start_time")
