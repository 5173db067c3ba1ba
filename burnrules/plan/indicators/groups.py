"""Whether two kinds of spans can be divided group by group."""

from collections.abc import Iterator

from burnrules.codes import indicators as codes
from burnrules.diagnostics import Diagnostic
from burnrules.plan.indicators.context import Context, Selected

# Attributes of one span; those of a resource, such as k8s.* or deployment.*, all its spans share.
_OF_A_SPAN = (
    "http.", "url.", "rpc.", "grpc.", "db.", "messaging.", "server.", "client.", "error.", "faas.",
)  # fmt: skip
_NAMES = frozenset({"span.name", "span.kind", "status.code"})


def one_sided(first: Selected, second: Selected, context: Context) -> Iterator[Diagnostic]:
    """Groups by what a span says of itself, where the other side's spans are of another kind."""
    if first.spans.span_kind == second.spans.span_kind:
        return
    owner = context.owner
    attributes = {label: name for name, label in owner.names.labels.items()}
    for one in context.group_by:
        name = one if "." in one else attributes.get(one, one.replace("_", "."))
        if name in _NAMES or name.startswith(_OF_A_SPAN):
            yield codes.ONE_SIDED_GROUP.at(
                (context.group_place if context.one.group_by else context.place).key,
                f"{context.id} groups by `{one}`, which {first.spans.span_kind} spans and "
                f"{second.spans.span_kind} spans do not share",
                hint="write groupBy: [] at the indicator, or group by a resource attribute",
            )
