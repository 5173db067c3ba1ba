"""Dimensions: those that explode, those left out, those that come too late."""

import re
from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector import producer
from burnrules.collector.graph import Pipeline, kind
from burnrules.collector.lint.subject import Subject, processors
from burnrules.collector.producer import Producer
from burnrules.collector.translation import Translation
from burnrules.diagnostics import Diagnostic

_LISTS = (("dimensions",), ("calls_dimensions",), ("histogram", "dimensions"))
_UNBOUNDED = frozenset(
    {
        "user.id", "enduser.id", "session.id", "trace_id", "span_id", "trace.id", "span.id",
        "url.full", "http.url", "http.target", "url.path", "url.query", "db.statement",
        "db.query.text", "client.address", "client.port", "net.peer.port", "net.peer.ip",
        "network.peer.port", "k8s.pod.name", "k8s.pod.uid", "process.pid", "container.id",
        "exception.message", "exception.stacktrace", "messaging.message.id",
    }
)  # fmt: skip
_NAME_SET = re.compile(r"\b(?:set|replace_\w+)\(\s*(?:span\.)?name\b")
_SETTERS = ("transform", "attributes", "resource", "k8s_attributes", "resource_detection")


def bounded(subject: Subject) -> Iterator[Diagnostic]:
    """No dimension takes a new value for every request, user or pod."""
    for one in subject.connectors:
        for steps in _LISTS:
            for item in one.part.items(*steps):
                name, pattern = item.text("name"), item.text("glob")
                if name in _UNBOUNDED:
                    message = f"dimension `{name}` has no bound: each value adds a set of series"
                    hint = f"remove `- name: {name}`; exemplars lead to single requests"
                    yield codes.UNBOUNDED.at(item.value("name"), message, hint=hint)
                elif pattern in ("*", "**"):
                    message = f"glob `{pattern}` makes every attribute a dimension"
                    hint = "name the attributes that SLOs use: dimensions: [{name: http.route}]"
                    yield codes.UNBOUNDED.at(item.value("glob"), message, hint=hint)


def defaults_kept(subject: Subject) -> Iterator[Diagnostic]:
    """Status and kind stay, and what is excluded is spelt so that it has an effect."""
    for one in subject.connectors:
        for position, name in enumerate(one.part.texts("exclude_dimensions")):
            place = one.part.value("exclude_dimensions", position)
            dotted = name.replace("_", ".")
            if name == "span.kind" and _one_kind(subject, one):
                continue
            if name in ("status.code", "span.kind"):
                lost = "no error SLI" if name == "status.code" else "client and server count as one"
                message = f"`{one.id}` excludes `{name}`: {lost}"
                hint = f"remove `- {name}` from exclude_dimensions"
                yield codes.LABEL_EXCLUDED.at(place, message, hint=hint)
            elif name != dotted and dotted in (*producer.DEFAULT_DIMENSIONS, producer.IDENTITY):
                message = f"excluding `{name}` has no effect: dimensions have dots"
                yield codes.EXCLUDED_IN_VAIN.at(place, message, hint=f"- {dotted}")


def labels_distinct(subject: Subject) -> Iterator[Diagnostic]:
    """No two dimensions become one label."""
    for one in subject.connectors:
        spelt = Translation()
        taken = {
            spelt.label(name): name
            for name in producer.DEFAULT_DIMENSIONS
            if not one.excluded(name)
        }
        for item in one.part.items("dimensions"):
            name = item.text("name") or ""
            label = spelt.label(name)
            other = taken.setdefault(label, name)
            if other != name:
                message = f"dimension `{name}` shares the label `{label}` with `{other}`"
                hint = "rename the attribute: where a span has it, the values become one, `a;b`"
                yield codes.LABEL_SHARED.at(item.value("name"), message, hint=hint)


def set_in_time(subject: Subject) -> Iterator[Diagnostic]:
    """Attributes and span names are set before the connector, not behind it."""
    for one in subject.connectors:
        early = "".join(str(part.data) for _, _, part in subject.before(one))
        dimensions = (*one.dimensions, *one.calls_dimensions, *one.duration_dimensions)
        for pipeline, name, part in processors(_behind(subject, one), *_SETTERS):
            text = str(part.data)
            late = next((at for at in dimensions if _sets(text, at) and not _sets(early, at)), None)
            named = kind(name) == "transform" and _NAME_SET.search(text)
            if late is None and (not named or _NAME_SET.search(early)):
                continue
            what = f"dimension `{late}`" if late else "the span name"
            message = f"`{name}` sets {what} only after `{one.id}` has counted"
            hint = f"move `{name}` into the pipeline that exports to `{one.id}`"
            yield codes.ENRICHED_LATE.at(pipeline.place("processors", name), message, hint=hint)


def _one_kind(subject: Subject, one: Producer) -> bool:
    """Whether a filter by kind stands before a connector, so that the label says nothing."""
    filters = (str(part.data) for _, name, part in subject.before(one) if kind(name) == "filter")
    return any("SPAN_KIND_" in text for text in filters)


def _behind(subject: Subject, one: Producer) -> list[Pipeline]:
    """Traces pipelines that only take what the connector's own pipelines hand on."""
    first = subject.graph.into(one.instance, one.id)
    before = {id(above) for line in first for above in subject.graph.upstream(line)}
    behind = {id(line): line for start in first for line in subject.graph.downstream(start)}
    return [
        line
        for line in behind.values()
        if id(line) not in before
        and not any(kind(name) == "span_metrics" for name in line.exporters)
    ]


def _sets(text: str, attribute: str) -> bool:
    """Whether a processor's settings name an attribute, quoted as Python shows settings."""
    return f"'{attribute}'" in text or f'"{attribute}"' in text
