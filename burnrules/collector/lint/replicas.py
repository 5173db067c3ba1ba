"""Several copies of a connector that write the same series."""

from collections.abc import Iterator

from burnrules.codes import collector as codes
from burnrules.collector import exporter, producer, values
from burnrules.collector.exporter import Exporter
from burnrules.collector.graph import kind
from burnrules.collector.lint.subject import Subject
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic, Span


def told_apart(subject: Subject) -> Iterator[Diagnostic]:
    """Replicas write series of their own, or each service reaches only one of them."""
    for one in subject.connectors:
        runs = one.instance.workload
        if not runs.many or not subject.in_use(one) or one.has_identity(one.release):
            continue
        if _pulled(subject.exporters(one)) or _routed_by_service(subject, one):
            continue
        message = f"copies of `{one.id}` ({runs.why}) may write the same series: no identity"
        yield codes.REPLICAS_COLLIDE.at(_place(one), message, hint=_hint(one))


def _pulled(found: tuple[Exporter, ...]) -> bool:
    """Whether each copy gets an `instance` label from being scraped, or from its exporter."""
    return bool(found) and all(one.ingestion == exporter.SCRAPE or _own_label(one) for one in found)


def _own_label(one: Exporter) -> bool:
    """Whether external labels differ by copy."""
    labels = one.part.get("external_labels")
    written = labels.values() if isinstance(labels, dict) else ()
    return any(isinstance(value, str) and values.has_variable(value) for value in written)


def _routed_by_service(subject: Subject, one: Producer) -> bool:
    return any(
        kind(name) == "load_balancing"
        and line.component("exporters", name).text("routing_key") == "service"
        for last in subject.graph.into(one.instance, one.id)
        for line in subject.graph.upstream(last)
        if line.instance is not one.instance
        for name in line.exporters
    )


def _place(one: Producer) -> Span:
    excluded = one.part.texts("exclude_dimensions")
    if producer.IDENTITY in excluded:
        return one.part.value("exclude_dimensions", excluded.index(producer.IDENTITY))
    return one.part.key()


def _hint(one: Producer) -> str:
    if one.excluded(producer.IDENTITY):
        return f"remove `- {producer.IDENTITY}`, unless each service reaches one copy only"
    return "upgrade to 0.152, or load_balancing: {routing_key: service} in a tier before"
