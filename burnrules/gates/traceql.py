"""A selection of spans to the TraceQL and the URL that count them, by status.

What is made here is all that `error` accepts: one spanset of conditions joined by `&&`, counted.
Ratios of counts need an unreleased Tempo and quantiles are read from power-of-two buckets, so
neither is made (facts/release-gates.md, 0.9 and 5.2).
"""

import re
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote

from burnrules.diagnostics import shown
from burnrules.durations import Duration
from burnrules.gates import go_durations
from burnrules.gates.literals import string

PATH = "/api/metrics/query"  # of the instant query, in Tempo's address


class Argument(NamedTuple):
    """A value that Argo puts in when it measures: `{{args.name}}`."""

    name: str

    @property
    def placeholder(self) -> str:
        """The argument as Argo finds it in a text."""
        return f"{{{{args.{self.name}}}}}"


class Scope(Enum):
    """Where an attribute stands; without a scope TraceQL refuses the name."""

    RESOURCE = "resource"
    SPAN = "span"


class Attribute(NamedTuple):
    """One condition on an attribute; `operator` is `=`, `!=`, `=~` or `!~`, the value unescaped.

    `!= None` holds where the attribute exists.
    """

    scope: Scope
    name: str
    operator: str
    value: str | Argument | None


class Kind(Enum):
    """Which spans count as requests; without one, internal spans swamp the ratio."""

    SERVER = "server"
    CONSUMER = "consumer"
    CLIENT = "client"
    PRODUCER = "producer"
    INTERNAL = "internal"


class Selection(NamedTuple):
    """Spans of one kind with these attributes, perhaps only failed ones or slow ones."""

    attributes: tuple[Attribute, ...]
    kind: Kind = Kind.SERVER
    failed: bool = False
    longer_than: Duration | None = None
    name: str = ""


def by_status(selection: Selection) -> str:
    """The query that counts the spans of a window by status.

    >>> by_status(Selection((Attribute(Scope.RESOURCE, "service.name", "=", "checkout"),)))
    '{ resource.service.name = "checkout" && kind = server } | count_over_time() by (status)'
    """
    return f"{count(selection)} by (status)"


def count(selection: Selection) -> str:
    """The query that counts the spans of a window."""
    conditions = [_condition(attribute) for attribute in selection.attributes]
    if selection.name:
        conditions.append(f"name = {string(selection.name)}")
    conditions.append(f"kind = {selection.kind.value}")
    if selection.failed:
        conditions.append("status = error")
    if selection.longer_than is not None:
        conditions.append(f"duration > {go_durations.text(selection.longer_than)}")
    return f"{{ {' && '.join(conditions)} }} | count_over_time()"


def url(base: str, query: str, window: Duration) -> str:
    """The address of Tempo's instant query, encoded, with Argo's arguments left as they are.

    Argo encodes nothing: a space is HTTP 400. Values of arguments must be safe in a URL.
    """
    since = go_durations.text(window)
    return f"{base.rstrip('/')}{PATH}?since={since}&q={encoded(query)}"


def encoded(query: str) -> str:
    """A query as it stands in a URL.

    >>> encoded('{ span.x = "{{args.v}}" }')
    '%7B%20span.x%20%3D%20%22{{args.v}}%22%20%7D'
    """
    pieces = _PLACEHOLDER.split(query)
    return "".join(
        piece if _PLACEHOLDER.fullmatch(piece) else quote(piece, safe="()") for piece in pieces
    )


def error(query: str) -> str | None:
    """Why a query is none of those made here, or None if it is one."""
    found = _WHOLE.fullmatch(query)
    if found is None:
        return "not `{ conditions } | count_over_time()`, perhaps `by (status)`"
    rest, first = found[1], True
    while rest:
        if not first:
            if not rest.startswith(" && "):
                return f"expected `&&` before `{shown(rest, 30)}`"
            rest = rest[4:]
        condition = _CONDITION.match(rest)
        if condition is None:
            return f"no condition that is made here: `{shown(rest, 30)}`"
        rest, first = rest[condition.end() :], False
    return None


_PLACEHOLDER = re.compile(r"(\{\{args\.[A-Za-z0-9_-]+\}\})")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_STRING = r'"(?:[^"\\\x00-\x1f\x7f]|\\["\\nrt]|\\u[0-9a-f]{4})*"'
_WHOLE = re.compile(r"\{ (.+) \} \| count_over_time\(\)(?: by \(status\))?", re.DOTALL)
_CONDITION = re.compile(
    rf"(?:(?:resource|span)\.(?:{_PLAIN.pattern}|{_STRING}) (?:(?:=~|!~|=|!=) {_STRING}|!= nil)"
    rf"|name = {_STRING}"
    r"|kind = (?:server|client|producer|consumer|internal)"
    r"|status = error"
    r"|duration > (?:[0-9]+(?:ms|s|m|h))+)(?= |$)"
)


def _condition(attribute: Attribute) -> str:
    name = attribute.name if _PLAIN.fullmatch(attribute.name) else string(attribute.name)
    match attribute.value:
        case Argument() as argument:
            value = f'"{argument.placeholder}"'
        case str() as text:
            value = string(text)
        case None:
            value = "nil"
    return f"{attribute.scope.value}.{name} {attribute.operator} {value}"
