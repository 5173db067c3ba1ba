"""Spans of a spec to the series that count them, in the names of one producer."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from burnrules.codes import meaning
from burnrules.codes.queries import NOT_RE2
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Matcher, SpanNames
from burnrules.plan import matchers
from burnrules.plan.place import Place
from burnrules.promql import regex
from burnrules.same import Same
from burnrules.spec.scalars import GRPC, Match
from burnrules.spec.sli import ErrorWhen, Spans

HTTP_STATUS = ("http.response.status_code", "http.status_code")
GRPC_STATUS = ("rpc.response.status_code", "rpc.grpc.status_code")
_RENAMED = {
    "http.method": "http.request.method",
    "http.status_code": "http.response.status_code",
    "deployment.environment": "deployment.environment.name",
    "db.system": "db.system.name",
}
_OTHER_NAME = _RENAMED | {new: old for old, new in _RENAMED.items()}
_ERROR_STATUS = ErrorWhen.model_construct(span_status="error")


class Selection(NamedTuple):
    """Which series count the spans, and which of them errors.

    `errors` are disjoint alternatives, each a set of matchers beside `matchers`; a span is an error
    when one of them holds. Empty: errors are a counter of their own.
    """

    matchers: tuple[Matcher, ...]
    errors: tuple[tuple[Matcher, ...], ...]
    good: tuple[tuple[Matcher, ...], ...]  # the same for spans that are no errors
    assumptions: tuple[Assumption, ...]


def selection(
    spans: Spans, names: SpanNames, place: Place, *, named: bool
) -> tuple[Selection | None, tuple[Diagnostic, ...]]:
    """The series of these spans; `named`: the dialect was chosen by name, not read from a file."""
    return _selection(Same(spans), Same(names), place, named=named)


@lru_cache(maxsize=16)  # most SLOs of a path, and the path itself, are about its entry
def _selection(
    of: Same[Spans], in_names: Same[SpanNames], place: Place, *, named: bool
) -> tuple[Selection | None, tuple[Diagnostic, ...]]:
    spans, names = of.value, in_names.value
    found = [*_lacks(spans, names, place)]
    if found:
        return None, tuple(found)
    assumptions: list[Assumption] = []
    chosen = [
        Matcher(names.labels["service.name"], "=", spans.service),
        *_name(spans, names, assumptions),
        *_kind(spans, names, assumptions),
    ]
    for attribute, how in spans.match.items():
        chosen += matchers.of(matchers.label(names, attribute), how)
    when = spans.error_when or _ERROR_STATUS
    if spans.error_when is None:
        assumptions.append(
            Assumption("an error", "a span with error status", "errorWhen is not written")
        )
    alternatives = tuple(_alternatives(when, names))
    found += _regexes(spans, place)
    found += _exported(
        [*chosen, *(one for some in alternatives for one in some)], names, place, named=named
    )
    errors, good = _disjoint(alternatives)
    return Selection(tuple(chosen), errors, good, tuple(assumptions)), tuple(found)


def _lacks(spans: Spans, names: SpanNames, place: Place) -> Iterator[Diagnostic]:
    named = names.labels.get("span.name", "")
    route = names.labels.get("http.route")
    if spans.route is not None and not named and not route:
        yield meaning.NOT_IN_DIALECT.at(
            (place / "route").key,
            f"{names.producer} exports no route and no span name",
            hint="leave route out, and match on a label it has",
        )
    if spans.span_name is not None and not named:
        yield meaning.NOT_IN_DIALECT.at(
            (place / "spanName").key,
            f"{names.producer} exports no span name",
            hint="leave spanName out",
        )
    if names.kinds and spans.span_kind not in names.kinds:
        yield meaning.NOT_IN_DIALECT.at(
            (place / "spanKind").value,
            f"{names.producer} has no {spans.span_kind} spans",
            hint=f"it has {', '.join(names.kinds)}",
        )


def _name(spans: Spans, names: SpanNames, assumptions: list[Assumption]) -> Iterator[Matcher]:
    span_label = names.labels.get("span.name", "")
    if spans.span_name is not None:
        yield Matcher(span_label, "=", spans.span_name)
    if spans.route is None:
        return
    route_label = matchers.label(names, "http.route")
    if route_label and (names.known is None or route_label in names.known) and _has_route(names):
        yield Matcher(route_label, "=", spans.route)
        return
    pattern = f"([A-Z]+ )?{regex.escape(spans.route)}"
    assumptions.append(
        Assumption(
            "route",
            f"found by span name, {pattern}",
            f"{names.producer} has no label {route_label or 'for it'}",
        )
    )
    yield Matcher(span_label, "=~", pattern)


def _has_route(names: SpanNames) -> bool:
    """A producer with unknown labels has a route label only if it says so."""
    return names.known is not None or bool(names.labels.get("http.route"))


def _kind(spans: Spans, names: SpanNames, assumptions: list[Assumption]) -> Iterator[Matcher]:
    if spans.span_kind in names.kinds:
        yield names.kinds[spans.span_kind]
    elif not names.kinds:
        assumptions.append(
            Assumption("span kind", "not selected", f"{names.producer} has no label for it")
        )


def _alternatives(when: ErrorWhen, names: SpanNames) -> Iterator[tuple[Matcher, ...]]:
    """Each way of being an error, as matchers that all hold; one label decides in one matcher."""
    if when.span_status and names.error:
        yield names.error
    if when.http_status:
        name = _first_known(HTTP_STATUS, names)
        classes = [one.replace("xx", "..") for one in dict.fromkeys(when.http_status)]
        pattern = "|".join(classes)
        simple = len(classes) == 1 and "." not in pattern
        yield (Matcher(name, "=" if simple else "=~", pattern),)
    if when.grpc_status:
        name = _first_known(GRPC_STATUS, names)
        codes = dict.fromkeys(when.grpc_status)
        values = tuple(one for code in codes for one in (code, str(GRPC.index(code))))
        yield (matchers.any_of(name, values),)
    if when.match:
        yield tuple(
            one
            for attribute, how in when.match.items()
            for one in matchers.of(matchers.label(names, attribute), how)
        )


def _first_known(attributes: tuple[str, ...], names: SpanNames) -> str:
    labels = [matchers.label(names, one) for one in attributes]
    return next(
        (one for one in labels if names.known is not None and one in names.known), labels[0]
    )


Alternatives = tuple[tuple[Matcher, ...], ...]


def _disjoint(alternatives: Alternatives) -> tuple[Alternatives, Alternatives]:
    """The same union with no series twice, and its complement, both as disjoint alternatives.

    Each alternative is taken without those before it; not (a and b) = not a, or a and not b.
    """
    union: list[tuple[Matcher, ...]] = []
    without: list[tuple[Matcher, ...]] = [()]
    for some in alternatives:
        union += [(*some, *rest) for rest in without]
        without = [
            (*rest, *some[:index], matchers.negated(some[index]))
            for rest in without
            for index in range(len(some))
        ]
    return tuple(union), tuple(without)


def _regexes(spans: Spans, place: Place) -> Iterator[Diagnostic]:
    where = [(place / "match", spans.match)]
    if spans.error_when and spans.error_when.match:
        where.append((place / "errorWhen" / "match", spans.error_when.match))
    for base, some in where:
        for attribute, how in some.items():
            yield from regex_findings(how, base / attribute)


def regex_findings(how: Match, place: Place) -> Iterator[Diagnostic]:
    """What RE2 refuses in a matcher."""
    if how.how in ("regex", "notRegex") and (why := regex.error(how.values[0])):
        yield NOT_RE2.at(
            (place / how.how).value, f"regex `{how.values[0]}` is refused by RE2: {why}"
        )


def _exported(
    chosen: list[Matcher], names: SpanNames, place: Place, *, named: bool
) -> Iterator[Diagnostic]:
    if names.known is None:
        return
    sure = names.known | {one.label for one in names.error}
    for missing in sorted({one.label for one in chosen} - sure):
        yield not_exported(missing, names, _asked(missing, names, place), named=named)


def _asked(label: str, names: SpanNames, place: Place) -> Place:
    """Where a label is asked for: in `match` or `errorWhen`, or by the spans as a whole."""
    for part in (place / "match", place / "errorWhen" / "match"):
        for attribute in part.keys:
            if matchers.label(names, attribute) == label:
                return part / attribute
    return place


def not_exported(label: str, names: SpanNames, place: Place, *, named: bool) -> Diagnostic:
    """A label that nothing says is there: unsure with a named dialect, else wrong."""
    code = meaning.LABEL_NOT_SURE if named else meaning.LABEL_NOT_EXPORTED
    hint = "add the attribute to the connector's dimensions" + (
        ", and to dimensions of the Telemetry" if named else ""
    )
    if other := next((one for one in names.labels if _renamed(one, names) == label), ""):
        hint = f"write {other}, its other name, or {hint}"
    return code.at(
        place.key,
        f"label `{label}` is not exported by {names.producer} as it is declared",
        hint=hint,
    )


def _renamed(attribute: str, names: SpanNames) -> str:
    """The label of an attribute's other name, before or after the conventions renamed it."""
    other = _OTHER_NAME.get(attribute)
    return "" if other is None else matchers.label(names, other)
