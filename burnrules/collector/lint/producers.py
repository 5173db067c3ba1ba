"""The old processor, Tempo in front or behind, and spans that are counted twice."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.codes import collector as codes
from burnrules.collector import producer, tempo, values, version
from burnrules.collector.graph import Pipeline, hosts, kind, names_host
from burnrules.collector.instances import Instance
from burnrules.collector.lint.sampling import decision_wait
from burnrules.collector.lint.subject import Subject, processors
from burnrules.diagnostics import Diagnostic

_BATCH = Decimal("0.2")
_OTLP = ("otlp", "otlp_grpc", "otlp_http")


def no_processor(subject: Subject) -> Iterator[Diagnostic]:
    """Span metrics come from the connector, not from the removed processor."""
    for one in subject.producers:
        if one.kind != producer.PROCESSOR:
            continue
        hint = (
            "connectors: {spanmetrics: {}}, among the exporters of the traces pipeline and the "
            "receivers of a metrics pipeline; `latency` and `operation` get new names"
        )
        at = one.instance.release.version
        if at is not None and at >= (0, 96):
            message = f"processor `{one.id}` is gone since 0.96: {version.shown(at)} does not start"
            yield codes.GONE.at(one.part.key(), message, hint=hint)
        else:
            message = f"processor `{one.id}` was removed in 0.96: an upgrade will not start"
            yield codes.LEGACY_PROCESSOR.at(one.part.key(), message, hint=hint)


def counted_once(subject: Subject) -> Iterator[Diagnostic]:
    """No span passes two pipelines that feed one connector."""
    for one in subject.connectors:
        feeding = subject.graph.into(one.instance, one.id)
        for lower in feeding:
            upper = [line for line in subject.graph.upstream(lower)[1:] if line in feeding]
            if upper:
                message = f"`{one.id}` counts spans in `{upper[0].id}` and again in `{lower.id}`"
                hint = f"take `{one.id}` out of the exporters of `{lower.id}`"
                yield codes.COUNTED_TWICE.at(lower.place("exporters", one.id), message, hint=hint)


def tempo_in_time(subject: Subject) -> Iterator[Diagnostic]:
    """Spans reach Tempo's metrics-generator before its slack is over."""
    for one in subject.collector.tempos:
        if tempo.generates(one.part) is False:
            continue
        slack = tempo.slack(one.part)
        for line in subject.graph.pipelines:
            if not _sends_to(line, one):
                continue
            waits = _waits(subject, line)
            if waits is not None and waits >= slack:
                late, taken = values.duration(waits), values.duration(slack)
                message = f"spans reach Tempo after {late}, it takes {taken}"
                sooner = values.duration((slack / 3).quantize(Decimal("0.1")))
                more = f"metrics_ingestion_time_range_slack: {values.duration(waits * 2)}"
                hint = f"decision_wait: {sooner}, or in Tempo {more}"
                yield codes.TEMPO_SLACK.at(line.part.key("processors"), message, hint=hint)


def tempo_sees_all(subject: Subject) -> Iterator[Diagnostic]:
    """Tempo makes its metrics from all spans, not from sampled ones."""
    for one in subject.collector.tempos:
        for line in subject.graph.pipelines if tempo.generates(one.part) is not False else ():
            if not _sends_to(line, one):
                continue
            before = subject.graph.upstream(line)
            for at, name, _ in processors(before, "tail_sampling", "probabilistic_sampler"):
                message = f"`{name}` samples before Tempo makes metrics: rates and shares are wrong"
                hint = "make span metrics in the Collector, before the sampler"
                yield codes.SAMPLED_FIRST.at(at.place("processors", name), message, hint=hint)


def _sends_to(line: Pipeline, one: Instance) -> bool:
    """Whether a pipeline exports to the Tempo: by its host, or by a host called tempo."""
    return line.signal == "traces" and any(
        "tempo" in host or names_host(one, host)
        for name in line.exporters
        if kind(name) in _OTLP
        for host in hosts(line.component("exporters", name))
    )


def _waits(subject: Subject, line: Pipeline) -> Decimal | None:
    """How long spans are held on the way, if a tail sampler holds them at all."""
    before = subject.graph.upstream(line)
    waits = [decision_wait(part) for _, _, part in processors(before, "tail_sampling")]
    batches = [part.seconds("timeout") for _, _, part in processors(before, "batch")]
    if not waits:
        return None
    return sum((_BATCH if wait is None else wait for wait in batches), sum(waits, Decimal(0)))
