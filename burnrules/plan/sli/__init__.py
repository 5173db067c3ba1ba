"""Each kind of SLI to the queries that count its events and errors; one module a kind.

A module is loaded when the first SLO of its kind is compiled: those that read people's own queries
bring the PromQL reader with them.
"""

from collections.abc import Iterator
from typing import assert_never

from burnrules.diagnostics import Diagnostic
from burnrules.ir import SpanNames
from burnrules.plan import matchers, spans
from burnrules.plan.place import Place
from burnrules.plan.settings import Settings
from burnrules.plan.sli.context import Compiled, Context
from burnrules.spec.model import RESERVED
from burnrules.spec.sli import (
    BoolGaugeSli,
    ErrorsSli,
    EventsSli,
    LatencySli,
    RawSli,
    Sli,
    Spans,
    ThresholdSli,
)

# ruff: noqa: PLC0415  # see above

__all__ = ["Compiled", "Context", "compiled", "group_findings", "known", "over_spans", "spans_of"]


def compiled(context: Context) -> Compiled:
    """The SLI of an SLO as queries."""
    match context.settings.slo.sli.measured:
        case ErrorsSli() as one:
            from burnrules.plan.sli import errors

            return errors.compiled(one, context)
        case LatencySli() as one:
            return _latency(one, context)
        case EventsSli() as one:
            from burnrules.plan.sli import events

            return events.compiled(one, context)
        case RawSli() as one:
            from burnrules.plan.sli import raw

            return raw.compiled(one, context)
        case ThresholdSli() as one:
            from burnrules.plan.sli import threshold

            return threshold.compiled(one, context)
        case BoolGaugeSli() as one:
            from burnrules.plan.sli import bool_gauge

            return bool_gauge.compiled(one, context)
        case unknown:
            assert_never(unknown)


def _latency(one: LatencySli, context: Context) -> Compiled:
    if one.histogram is None:
        from burnrules.plan.sli import latency

        return latency.compiled(one, context)
    from burnrules.plan.sli import observations

    return observations.compiled(one, one.histogram, context)


def over_spans(kind: Sli) -> bool:
    """Whether an SLI reads span metrics, which change with every flush only."""
    return kind.errors is not None or (kind.latency is not None and kind.latency.histogram is None)


def spans_of(kind: Sli, entry: Spans | None) -> Spans | None:
    """The spans that an SLI counts, its own or the path's; None where it counts none."""
    if kind.errors is not None:
        return kind.errors.spans or entry
    if kind.latency is not None and kind.latency.histogram is None:
        return kind.latency.spans or entry
    return None


def known(kind: Sli, names: SpanNames) -> frozenset[str] | None:
    """The labels of the span metric that an SLI reads, as far as they are known."""
    return names.known if kind.latency is None else names.durations.known


def group_findings(
    settings: Settings, groups: tuple[str, ...], names: SpanNames, place: Place, *, named: bool
) -> Iterator[Diagnostic]:
    """Groups that span metrics do not carry; a query of the user's is checked by itself."""
    kind = settings.slo.sli
    labels = known(kind, names)
    if not over_spans(kind) or labels is None:
        return
    missing = set(groups) - labels - RESERVED  # what is reserved is refused anyway
    for label, index in matchers.labelled(names, settings.group_by).items():
        if label in missing:
            yield spans.not_exported(label, names, place / index, named=named)
