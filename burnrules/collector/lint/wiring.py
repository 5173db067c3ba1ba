"""Pipelines as the Collector itself would refuse them."""

from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector.graph import Pipeline, kind
from burnrules.collector.instances import Instance
from burnrules.collector.lint.subject import Subject
from burnrules.diagnostics import Diagnostic

_ENDS = ("receivers", "exporters")


def references_resolve(subject: Subject) -> Iterator[Diagnostic]:
    """Every component in a pipeline is configured."""
    for pipeline in subject.graph.pipelines:
        if not pipeline.instance.partial:
            for role in ("receivers", "processors", "exporters"):
                yield from _undefined(pipeline, role)


def pipelines_have_ends(subject: Subject) -> Iterator[Diagnostic]:
    """Every pipeline has a receiver and an exporter."""
    for pipeline in subject.graph.pipelines:
        for role in _ENDS:
            written = pipeline.part.get(role)
            if not getattr(pipeline, role) and not isinstance(written, str):
                message = f"pipeline `{pipeline.id}` has no {role[:-1]}"
                hint = f"add `{role}: [...]`; each pipeline needs at least one"
                yield codes.EMPTY_PIPELINE.at(pipeline.part.key(), message, hint=hint)


def processors_once(subject: Subject) -> Iterator[Diagnostic]:
    """No pipeline names a processor twice, no id means two components."""
    for pipeline in subject.graph.pipelines:
        for position, name in enumerate(pipeline.processors):
            if name in pipeline.processors[:position]:
                place = pipeline.part.value("processors", position)
                message = f"pipeline `{pipeline.id}` names processor `{name}` twice"
                hint = "remove one, or give the second a name of its own: type/name"
                yield codes.USED_TWICE.at(place, message, hint=hint)
    for instance in subject.instances:
        yield from _ambiguous(instance)


def connectors_join(subject: Subject) -> Iterator[Diagnostic]:
    """A connector in use is an exporter of one pipeline and a receiver of another."""
    for instance in subject.instances:
        own = [one for one in subject.graph.pipelines if one.instance is instance]
        for name in instance.part.keys("connectors"):
            into = [one for one in own if name in one.exporters]
            out = [one for one in own if name in one.receivers]
            if kind(name) == "span_metrics":
                into = [one for one in into if one.signal == "traces"]
                out = [one for one in out if one.signal == "metrics"]
            if bool(into) != bool(out):
                yield _half(name, (into or out)[0], into=bool(into))


def connectors_used(subject: Subject) -> Iterator[Diagnostic]:
    """A connector that is configured stands in a pipeline."""
    for instance in subject.instances:
        if instance.partial:
            continue
        own = [one for one in subject.graph.pipelines if one.instance is instance]
        for name in instance.part.keys("connectors"):
            if not any(name in (*one.receivers, *one.exporters) for one in own):
                place = instance.part.key("connectors", name)
                message = f"connector `{name}` stands in no pipeline and does nothing"
                hint = f"add `{name}` to the exporters of a pipeline and the receivers of another"
                yield codes.CONNECTOR_UNUSED.at(place, message, hint=hint)


def no_cycles(subject: Subject) -> Iterator[Diagnostic]:
    """No pipeline feeds itself."""
    for pipeline in subject.graph.pipelines:
        nexts = subject.graph.after.get(id(pipeline), [])
        for one in nexts:
            if one.instance is pipeline.instance and pipeline in subject.graph.downstream(one):
                message = f"pipelines `{pipeline.id}` and `{one.id}` feed each other"
                hint = "take one of the connectors between them out"
                yield codes.CYCLE.at(pipeline.part.key(), message, hint=hint)
                return
        own = set(pipeline.exporters) & set(pipeline.receivers)
        for name in sorted(own & set(pipeline.instance.part.keys("connectors"))):
            place = pipeline.place("exporters", name)
            message = f"pipeline `{pipeline.id}` feeds itself through `{name}`"
            yield codes.CYCLE.at(place, message, hint="receive the connector in another pipeline")


def extensions_resolve(subject: Subject) -> Iterator[Diagnostic]:
    """Every extension of the service is configured."""
    for instance in subject.instances:
        part = instance.part
        if instance.partial or isinstance(part.get("extensions"), str):
            continue
        for position, name in enumerate(part.texts("service", "extensions")):
            if name not in part.keys("extensions"):
                place = part.value("service", "extensions", position)
                message = f"extension `{name}` is not configured"
                hint = f"add `extensions: {{{name}: {{}}}}`, or take it out"
                yield codes.UNDEFINED.at(place, message, hint=hint)


def _undefined(pipeline: Pipeline, role: str) -> Iterator[Diagnostic]:
    part = pipeline.instance.part
    sections = (role,) if role == "processors" else (role, "connectors")
    if any(isinstance(part.get(section), str) for section in sections):
        return  # filled in where it runs: `receivers: ${file:receivers.yaml}`
    known = [name for section in sections for name in part.keys(section)]
    for name in getattr(pipeline, role):
        if name not in known and "$" not in name:
            message = (
                f"pipeline `{pipeline.id}` names {role[:-1]} `{name}`, which is not configured"
            )
            listed = ", ".join(sorted(known)) or "none"
            hint = f"configure it under `{role}:`, or use one of: {listed}"
            yield codes.UNDEFINED.at(pipeline.place(role, name), message, hint=hint)


def _ambiguous(instance: Instance) -> Iterator[Diagnostic]:
    for name in instance.part.keys("connectors"):
        for role in _ENDS:
            if name in instance.part.keys(role):
                place = instance.part.key("connectors", name)
                message = f"`{name}` is both a connector and under `{role}`"
                hint = f"give one a name of its own: {name}/2"
                yield codes.USED_TWICE.at(place, message, hint=hint)


def _half(name: str, pipeline: Pipeline, *, into: bool) -> Diagnostic:
    role, other = ("exporters", "receivers") if into else ("receivers", "exporters")
    signal = pipeline.signal
    if kind(name) == "span_metrics":
        signal = "metrics" if into else "traces"
    message = f"connector `{name}` is among the {role} of `{pipeline.id}` and no {other}"
    hint = f"add `{name}` to the {other} of a {signal} pipeline"
    return codes.HALF_CONNECTED.at(pipeline.place(role, name), message, hint=hint)
