"""Spans of a spec to the TraceQL that selects them, for one version."""

from collections.abc import Iterator

from burnrules.codes import releases as codes
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.gates.traceql import Argument, Attribute, Kind, Scope, Selection
from burnrules.ir import SloPlan
from burnrules.plan import matchers, sli
from burnrules.plan.gates.context import Context, Versions
from burnrules.plan.place import Place
from burnrules.spec.path import Slo
from burnrules.spec.sli import LatencySli, Spans

_RESOURCE = (
    *("service.", "deployment.", "k8s.", "container.", "host.", "cloud.", "process.", "os."),
    *("telemetry.", "device.", "browser.", "webengine.", "aws.", "gcp.", "azure."),
)  # the registries of OpenTelemetry's resource conventions
_TYPED = ("true", "false")


def selection(context: Context, versions: Versions, slo: SloPlan) -> Selection | Diagnostic:
    """The entry spans of an SLO for the canary, or why traces cannot tell them."""
    written = _written(context, slo)
    spans = sli.spans_of(written.sli, context.owner.path.spec.entry)
    place = context.slo_place(slo.name)
    if spans is None:
        return _refused(place, f"SLO `{slo.name}` is not counted on spans")
    wrong = _untold(spans, written)
    if wrong:
        return _refused(place, f"SLO `{slo.name}`: {wrong}")
    version = context.one.version
    fixed = version.canary if version is not None else None
    return Selection(
        (
            Attribute(Scope.RESOURCE, "service.name", "=", spans.service),
            Attribute(
                scope(versions.attribute),
                versions.attribute,
                "=",
                fixed or Argument("canary-version"),
            ),
            *_attributes(spans),
        ),
        kind=Kind(spans.span_kind),
        name=spans.span_name or "",
    )


def threshold(context: Context, slo: SloPlan) -> Duration | None:
    """How long a span may last; None for SLIs of errors."""
    latency = _written(context, slo).sli.latency
    return None if latency is None else Duration(int(latency.threshold * 1000))


def without_errors(context: Context, slo: SloPlan) -> bool:
    """Whether failed spans leave both sides."""
    latency = _written(context, slo).sli.latency
    return latency is not None and latency.exclude_errors


def scope(attribute: str) -> Scope:
    """Where OpenTelemetry's conventions put an attribute."""
    return Scope.RESOURCE if attribute.startswith(_RESOURCE) else Scope.SPAN


def _written(context: Context, slo: SloPlan) -> Slo:
    return next(one for one in context.owner.path.spec.slos if one.name == slo.name)


def _untold(spans: Spans, written: Slo) -> str:
    """What TraceQL would need to know and does not."""
    latency = written.sli.latency
    if _counts_errors(latency) and spans.error_when is not None:
        when = spans.error_when
        if when.http_status or when.grpc_status or when.match:
            return "traces are counted by span status, not by errorWhen"
    if latency is not None and (latency.threshold * 1000) % 1:
        return "its threshold is no whole number of milliseconds"
    for attribute, how in spans.match.items():
        if how.how == "exists" and not how.exists:
            return f"TraceQL does not find spans without `{attribute}`"
        if any(value in _TYPED or value.replace(".", "", 1).isdigit() for value in how.values):
            return f"nothing says whether `{attribute}` is text in traces"
    return ""


def _counts_errors(latency: LatencySli | None) -> bool:
    return latency is None or latency.exclude_errors


def _attributes(spans: Spans) -> Iterator[Attribute]:
    if spans.route is not None:
        yield Attribute(Scope.SPAN, "http.route", "=", spans.route)
    for name, how in spans.match.items():
        for one in matchers.of(name, how):
            value = None if how.how == "exists" else one.value
            yield Attribute(scope(name), name, one.op, value)


def _refused(place: Place, message: str) -> Diagnostic:
    hint = "use provider: prometheus, or name other SLOs"
    return codes.NOT_IN_TRACES.at(place.value, message, hint=hint)
