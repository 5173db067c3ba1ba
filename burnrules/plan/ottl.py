"""Matchers of a spec to OTTL conditions on a span, in which attributes may have any type."""

import json
from collections.abc import Mapping

from burnrules.plan.spans import HTTP_STATUS
from burnrules.spec.scalars import GRPC, Match
from burnrules.spec.sli import ErrorWhen

HEALTH_ATTRIBUTES = ("http.route", "url.path", "http.target")
_FIELDS = {"span.name": "name", "service.name": 'resource.attributes["service.name"]'}


def text(value: str) -> str:
    r"""A string literal; the Collector reads a lone `$` as the start of a variable.

    >>> print(text('a"b$c'))
    "a\"b$$c"
    """
    return json.dumps(value, ensure_ascii=False).replace("$", "$$")


def all_of(match: Mapping[str, Match]) -> str:
    """Attributes that all hold on one span, or on its resource."""
    return " and ".join(_holds(attribute, how) for attribute, how in match.items())


def of_service(service: str, condition: str) -> str:
    """A condition on spans of one service."""
    return f"{_FIELDS['service.name']} == {text(service)} and {_bracketed(condition)}"


def errors(when: ErrorWhen) -> tuple[str, ...]:
    """Each way of being an error beside the span's status."""
    found: list[str] = []
    for status in when.http_status or ():
        found += [_status(f"attributes[{text(name)}]", status) for name in HTTP_STATUS]
    for word in when.grpc_status or ():
        found.append(f'attributes["rpc.grpc.status_code"] == {GRPC.index(word)}')
        found.append(f'attributes["rpc.response.status_code"] == {text(word)}')
    if when.match:
        found.append(all_of(when.match))
    return tuple(found)


def route(path: str) -> tuple[str, ...]:
    """Spans of a route, under each name that conventions have had for it."""
    return tuple(f"attributes[{text(name)}] == {text(path)}" for name in HEALTH_ATTRIBUTES)


def _status(field: str, status: str) -> str:
    """A status such as 422, or a class such as 5xx."""
    if "x" not in status:
        return f"{field} == {status}"
    return f"{field} >= {status[0]}00 and {field} <= {status[0]}99"


def _holds(attribute: str, how: Match) -> str:
    fields = (
        (_FIELDS[attribute],)
        if attribute in _FIELDS
        else (f"attributes[{text(attribute)}]", f"resource.attributes[{text(attribute)}]")
    )
    match how.how:
        case "exists":
            found = [f"{field} != nil" for field in fields]
        case "regex" | "notRegex":
            pattern = text(f"^(?:{how.values[0]})$")
            found = [f"IsMatch({field}, {pattern})" for field in fields]
        case _:
            found = [f"String({one}) == {text(value)}" for one in fields for value in how.values]
    told = " or ".join(found)
    if how.how in ("not", "notRegex") or (how.how == "exists" and not how.exists):
        return f"not ({told})"
    return _bracketed(told)


def _bracketed(condition: str) -> str:
    return f"({condition})" if " or " in condition or " and " in condition else condition
