"""Samplers and filters: what is thrown away before it is counted."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from burnrules.codes import collector as codes
from burnrules.collector import values
from burnrules.collector.config import Part
from burnrules.collector.graph import Pipeline, kind
from burnrules.collector.lint.subject import Subject, processors
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic

_OUTCOME = re.compile(r"status[._]?code|STATUS_CODE|end_time|start_time|duration|latency")
_SIMPLE = re.compile(r"[A-Za-z][\w./-]*")
COUNT_FIRST = "count first, then sample: merge "
_WEIGHTED_SINCE = 148  # the connector multiplies by W3C's sampling threshold
_WEIGHTED_MODES = ("proportional", "equalizing")
_SPAN_CONDITIONS = (("traces", "span"), ("spans",), ("trace_conditions",))


def counted_before_sampling(subject: Subject) -> Iterator[Diagnostic]:
    """No sampler stands before the span metrics."""
    for one in subject.connectors:
        for pipeline, name, part in subject.before(one):
            if _samples(name, part, one):
                place = pipeline.place("processors", name)
                message = (
                    f"`{name}` samples before `{one.id}` counts: rates and error shares are wrong"
                )
                yield codes.SAMPLED_FIRST.at(place, message, hint=_patch(pipeline, name, one))


def filters_spare_outcomes(subject: Subject) -> Iterator[Diagnostic]:
    """A filter before the span metrics does not pick by status or duration."""
    for one in subject.connectors:
        for pipeline, name, part in subject.before(one):
            conditions = _conditions(part) if kind(name) == "filter" else ""
            if not conditions:
                continue
            place = pipeline.place("processors", name)
            if _OUTCOME.search(conditions):
                message = f"`{name}` drops spans by outcome before `{one.id}` counts them"
                hint = f"filter after `{one.id}`, in a pipeline behind a `forward` connector"
                yield codes.BIASED_FILTER.at(place, message, hint=hint)
            else:
                message = f"spans that `{name}` drops are not in the metrics of `{one.id}`"
                hint = "fine for health checks, and for a connector meant for the rest"
                yield codes.FILTERED_FIRST.at(place, message, hint=hint)


def whole_traces_decided(subject: Subject) -> Iterator[Diagnostic]:
    """A tail sampler of several replicas gets all spans of a trace."""
    for pipeline, name, _ in processors(subject.graph.pipelines, "tail_sampling"):
        runs = pipeline.instance.workload
        if not runs.many or _routed_by_trace(subject, pipeline):
            continue
        message = f"`{name}` runs in several replicas ({runs.why}) that share out each trace"
        hint = "put a tier before it with load_balancing: {routing_key: traceID}"
        yield codes.TRACES_SPLIT.at(pipeline.place("processors", name), message, hint=hint)


def decisions_wait(subject: Subject) -> Iterator[Diagnostic]:
    """A tail sampler waits longer than the slowness that it looks for."""
    for pipeline, name, part in processors(subject.graph.pipelines, "tail_sampling"):
        wait = decision_wait(part)
        limits = [limit / 1000 for limit in _latency_limits(part.get("policies"))]
        limits += [seconds for seconds, _ in subject.needs.thresholds]
        if limits and wait <= max(limits):
            place = part.value("decision_wait")
            after = values.duration(wait)
            message = f"`{name}` in `{pipeline.id}` decides after {after}, slow traces take longer"
            hint = f"decision_wait: {values.duration(max(limits) * 2)}"
            yield codes.DECIDED_EARLY.at(place, message, hint=hint)


def decision_wait(part: Part) -> Decimal:
    """How long a tail sampler holds a trace, in seconds."""
    found = part.seconds("decision_wait")
    return Decimal(30) if found is None else found


def _samples(name: str, part: Part, one: Producer) -> bool:
    if kind(name) == "tail_sampling":
        return True
    if kind(name) != "probabilistic_sampler":
        return False
    share = part.number("sampling_percentage")
    weighted = one.release.since(_WEIGHTED_SINCE) and part.text("mode") in _WEIGHTED_MODES
    return not weighted and not (share is not None and share >= 100)


def _patch(pipeline: Pipeline, sampler: str, one: Producer) -> str:
    """The pipelines as they should be, where sampler and connector share one."""
    if one.id not in pipeline.exporters:
        return (
            f"let `{one.id}` take its spans from before `{sampler}`, through a `forward` connector"
        )
    position = pipeline.processors.index(sampler)
    before, after = pipeline.processors[:position], pipeline.processors[position:]
    others = [name for name in pipeline.exporters if name != one.id]
    if not others:
        return f"take `{sampler}` out of `{pipeline.id}`: only metrics are made there"
    first = _line(pipeline.receivers, before, (one.id, "forward/sampled"))
    second = _line(("forward/sampled",), after, others)
    pipelines = f"{{{pipeline.id}: {first}, traces/sampled: {second}}}"
    forward = "connectors: {forward/sampled: {}}"
    return f"{COUNT_FIRST}{{{forward}, service: {{pipelines: {pipelines}}}}}"


def _line(receivers: Iterable[str], processed: Iterable[str], exporters: Iterable[str]) -> str:
    parts = (("receivers", receivers), ("processors", processed), ("exporters", exporters))
    return "{" + ", ".join(f"{role}: [{_ids(names)}]" for role, names in parts) + "}"


def _ids(names: Iterable[str]) -> str:
    """Component ids in a YAML list."""
    return ", ".join(name if _SIMPLE.fullmatch(name) else json.dumps(name) for name in names)


def _conditions(part: Part) -> str:
    """Everything that decides which spans a filter drops, as one text."""
    return " ".join(str(part.get(*steps)) for steps in _SPAN_CONDITIONS if part.get(*steps))


def _routed_by_trace(subject: Subject, pipeline: Pipeline) -> bool:
    """Whether a tier before sends by trace id; without a tier in sight we cannot know it does."""
    return any(
        kind(name) == "load_balancing"
        and (one.component("exporters", name).text("routing_key") or "traceID") == "traceID"
        for one in subject.graph.upstream(pipeline)[1:]
        for name in one.exporters
    )


def _latency_limits(policies: Any) -> Iterator[Decimal]:
    """The thresholds of all latency policies, nested ones too, in milliseconds."""
    if isinstance(policies, dict):
        if policies.get("type") == "latency" and isinstance(policies.get("latency"), dict):
            limit = values.number(policies["latency"].get("threshold_ms"))
            if limit is not None:
                yield limit
        policies = list(policies.values())
    if isinstance(policies, list):
        for policy in policies:
            yield from _latency_limits(policy)
