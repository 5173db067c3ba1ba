"""Links from an alert to its traces: TraceQL in Grafana or Tempo, and Jaeger's search.

A link is a Prometheus template: what the spec says is encoded here, and the alert's group labels
are filled in, quoted and encoded by Prometheus when it fires. A label without a value is left out,
so that an alert that has no groups searches all of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from burnrules import gotemplate
from burnrules.gates import literals
from burnrules.ir import Labels, SpanNames
from burnrules.plan import matchers, sli
from burnrules.plan.bounds import spelled
from burnrules.plan.settings import Settings
from burnrules.promql import regex
from burnrules.spec.scalars import GRPC, Match
from burnrules.spec.sli import ErrorWhen, Spans
from burnrules.spec.telemetry import TelemetrySpec

TRACES, JAEGER = "trace_url", "jaeger_url"
LOOKBACK = "6h"  # every short window of the built-in tiers, in which an alert still burns
ALONE, IN_JSON = 1, 2  # how often a text is quoted: as a string, or as one in a JSON string
_MARK = "\x7f"  # no spec holds it, and JSON leaves it alone
_INTRINSIC = {"service.name": "resource.service.name", "span.name": "name"}
_STATUS = "span.http.response.status_code"
_NUMERIC = frozenset({"http.response.status_code", "http.status_code", "rpc.grpc.status_code"})


class Search(NamedTuple):
    """Which spans to look for: some of these, only wrong ones."""

    spans: Spans
    failed: bool = False  # as errorWhen of the spans says
    succeeded: bool = False
    slower: Decimal | None = None  # seconds
    match: Mapping[str, Match] = MappingProxyType({})
    without: Mapping[str, Match] = MappingProxyType({})  # spans that do not match all
    event: str = ""


class Group(NamedTuple):
    """A group of an alert: the attribute on the spans, and the label on the alert."""

    attribute: str
    label: str


def of_slo(settings: Settings, names: SpanNames) -> Labels:
    """The links of an SLO on spans; queries of the user's do not say which traces they count."""
    kind = settings.slo.sli
    chosen = sli.spans_of(kind, settings.path.spec.entry)
    if chosen is None:
        return ()
    search = Search(chosen, failed=True)
    if kind.latency is not None:
        only_good = kind.latency.exclude_errors
        search = Search(chosen, slower=kind.latency.threshold, succeeded=only_good)
    return annotations(search, grouped(settings.group_by, names), settings.telemetry)


def grouped(group_by: Sequence[str], names: SpanNames) -> tuple[Group, ...]:
    """The groups whose attribute is known; a label without a dot may be Prometheus's own."""
    attributes = {label: attribute for attribute, label in names.labels.items() if label}
    made = [(one, matchers.label(names, one)) for one in group_by]
    return tuple(
        Group(one if "." in one else attributes[label], label)
        for one, label in sorted(made)
        if "." in one or label in attributes
    )


def annotations(search: Search, groups: tuple[Group, ...], telemetry: TelemetrySpec) -> Labels:
    """The annotations that link to traces, as far as the Telemetry knows where."""
    return tuple(_annotations(search, groups, telemetry))


def _annotations(
    search: Search, groups: tuple[Group, ...], telemetry: TelemetrySpec
) -> Iterator[tuple[str, str]]:
    grafana, tempo, jaeger = telemetry.grafana, telemetry.tempo, telemetry.jaeger
    if jaeger is not None:
        yield JAEGER, _jaeger(jaeger.url, search, groups)
    if grafana is not None and grafana.tempo is not None:
        yield TRACES, _explore(grafana.url, grafana.tempo, search, groups)
    elif tempo is not None and tempo.url is not None and tempo.tenant is None:
        # a tenant is a header, which no link can carry
        yield TRACES, _tempo(tempo.url, search, groups)


def _explore(base: str, source: str, search: Search, groups: tuple[Group, ...]) -> str:
    query = {
        "refId": "A",
        "datasource": {"type": "tempo", "uid": source},
        "queryType": "traceql",
        "query": _traceql(search),
    }
    pane = {
        "datasource": source,
        "queries": [query],
        "range": {"from": f"now-{LOOKBACK}", "to": "now"},
    }
    filters = "".join(_filter(one, quotes=IN_JSON) for one in groups)
    return f"{_base(base)}/explore?schemaVersion=1&panes={_filled({'traces': pane}, filters)}"


def _tempo(base: str, search: Search, groups: tuple[Group, ...]) -> str:
    """Tempo's own search, which answers in JSON."""
    filters = "".join(_filter(one, quotes=ALONE) for one in groups)
    return f"{_base(base)}/api/search?q={_encoded(_traceql(search)).replace(quote(_MARK), filters)}"


def _jaeger(base: str, search: Search, groups: tuple[Group, ...]) -> str:
    spans = search.spans
    tags = {"span.kind": spans.span_kind, **dict(_tags(search))}
    parts = [f"service={_encoded(spans.service)}"]
    if spans.span_name is not None:
        parts.append(f"operation={_encoded(spans.span_name)}")
    filters = "".join(
        _when(one, _encoded(f",{json.dumps(one.attribute)}:"), _quoted(ALONE))
        for one in groups
        if one.attribute not in _INTRINSIC
    )
    text = json.dumps(tags, ensure_ascii=False, separators=(",", ":"))
    tagged = _encoded(f"{text[:-1]}{_MARK}}}").replace(quote(_MARK), filters)
    parts.append(f"tags={tagged}")
    if search.slower is not None:
        parts.append(f"minDuration={spelled(search.slower)}")
    return f"{_base(base)}/search?{'&'.join([*parts, f'lookback={LOOKBACK}', 'limit=20'])}"


def _tags(search: Search) -> Iterator[tuple[str, str]]:
    """What Jaeger can search by: exact values; the rest is left out, and the search is wider."""
    spans = search.spans
    if spans.route is not None:
        yield "http.route", spans.route
    when = spans.error_when
    if search.failed and (when is None or when.span_status):
        yield "error", "true"
    for attribute, how in {**spans.match, **search.match}.items():
        if how.how == "equals" and len(how.values) == 1 and "." in attribute:
            yield attribute, how.values[0]


def _base(url: str) -> str:
    return gotemplate.escape(url)


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _filled(document: object, filters: str) -> str:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _encoded(text).replace(quote(_MARK), filters)


def _filter(group: Group, *, quotes: int) -> str:
    """A condition of TraceQL on the alert's own label; `quotes` counts the strings it stands in."""
    before = f" && {_name(group.attribute)} = "
    if quotes == IN_JSON:
        before = json.dumps(before, ensure_ascii=False)[1:-1]
    value = "{{ . | urlquery }}" if group.attribute in _NUMERIC else _quoted(quotes)
    return _when(group, _encoded(before), value)


def _when(group: Group, before: str, value: str) -> str:
    return f"{{{{ with {gotemplate.reference(group.label)} }}}}{before}{value}{{{{ end }}}}"


def _quoted(times: int) -> str:
    """The label as a string literal, in a JSON string where it is quoted twice."""
    if times == ALONE:
        return '{{ . | printf "%q" | urlquery }}'
    bare = 'reReplaceAll "^\\"|\\"$" ""'  # the JSON string's own quotes are there already
    return f'{{{{ . | printf "%q" | printf "%q" | {bare} | urlquery }}}}'


def _traceql(search: Search) -> str:
    """The query, with a mark where the conditions of the groups go."""
    spans = search.spans
    conditions = [f"resource.service.name = {literals.string(spans.service)}"]
    conditions += [f"kind = {spans.span_kind}", *_named(spans)]
    for attribute, how in {**spans.match, **search.match}.items():
        conditions += _matching(attribute, how)
    if search.failed:
        conditions.append(_any([*_errors(spans.error_when)]))
    if search.succeeded:
        conditions.append("status != error")
    if search.slower is not None:
        conditions.append(f"duration > {spelled(search.slower)}")
    if search.without:
        each = [one for name, how in search.without.items() for one in _matching(name, _not(how))]
        conditions.append(_any(each))
    if search.event:
        conditions.append(f"event:name = {literals.string(search.event)}")
    return f"{{ {' && '.join(one for one in conditions if one)}{_MARK} }}"


def _named(spans: Spans) -> Iterator[str]:
    if spans.span_name is not None:
        yield f"name = {literals.string(spans.span_name)}"
    if spans.route is not None:  # by either, as instrumentations differ
        pattern = literals.string(f"([A-Z]+ )?{regex.escape(spans.route)}")
        yield f"(span.http.route = {literals.string(spans.route)} || name =~ {pattern})"


def _errors(when: ErrorWhen | None) -> Iterator[str]:
    """Each way of being an error."""
    if when is None or when.span_status:
        yield "status = error"
    if when is None:
        return
    for status in when.http_status or ():
        if status.endswith("xx"):
            first = int(status[0]) * 100
            yield f"({_STATUS} >= {first} && {_STATUS} < {first + 100})"
        else:
            yield f"{_STATUS} = {status}"
    for code in when.grpc_status or ():
        yield f"span.rpc.grpc.status_code = {GRPC.index(code)}"
        yield f"span.rpc.response.status_code = {literals.string(code)}"
    if when.match:
        parts = [one for name, how in when.match.items() for one in _matching(name, how)]
        yield f"({' && '.join(parts)})" if parts else ""


def _matching(attribute: str, how: Match) -> Iterator[str]:
    """The conditions of one matcher; a label without a dot may be no attribute at all."""
    if "." not in attribute:
        return
    name = _name(attribute)
    match how.how:
        case "exists":
            yield f"{name} {'!=' if how.exists else '='} nil"
        case "regex":
            yield f"{name} =~ {literals.string(how.values[0])}"
        case "notRegex":
            yield f"{name} !~ {literals.string(how.values[0])}"
        case "not":
            yield from (f"{name} != {[*_typed(one)][-1]}" for one in how.values)
        case _:
            yield _any([f"{name} = {literal}" for one in how.values for literal in _typed(one)])


def _not(how: Match) -> Match:
    """The matcher of what this one leaves; Tempo fetches wrongly what stands under its own `!`."""
    opposite = {"equals": "not", "not": "equals", "regex": "notRegex", "notRegex": "regex"}
    return how._replace(how=opposite.get(how.how, how.how), exists=not how.exists)


def _typed(value: str) -> Iterator[str]:
    """A value as every type that its text may be of: a metric's label does not say which."""
    yield literals.string(value)
    if value in ("true", "false") or (value.isdecimal() and value.isascii() and len(value) < 19):
        yield value


def _any(conditions: list[str]) -> str:
    written = [one for one in conditions if one]
    return written[0] if len(written) == 1 else f"({' || '.join(written)})" if written else ""


def _name(attribute: str) -> str:
    """An attribute of span or resource, whichever has it."""
    if attribute in _INTRINSIC:
        return _INTRINSIC[attribute]
    plain = attribute.replace(".", "").replace("_", "").isalnum()
    return f".{attribute}" if plain else f".{literals.string(attribute)}"
