"""Text in, text out: puts a window or matchers into a query and leaves the rest as written."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from burnrules.diagnostics import Problem
from burnrules.promql import grammar, lexer, parse, strings
from burnrules.promql.lexer import Kind
from burnrules.promql.tree import Selector, selectors

_DOTTED = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(?:[.][a-zA-Z0-9_/-]+)+")
Matching = tuple[str, str, str]
"""A label, `=` `!=` `=~` or `!~`, and a value that is not escaped yet."""


class Template(NamedTuple):
    """A query around its windows: the pieces between one `$window` and the next."""

    pieces: tuple[str, ...]

    def at(self, window: str) -> str:
        """The query for one window, `5m`."""
        return window.join(self.pieces)


def template(text: str) -> Template:
    """A query cut at every `$window` that is a token: not in strings, not in comments.

    >>> template('rate(x{a="$window"}[$window])').at("1h")
    'rate(x{a="$window"}[1h])'
    """
    if "$window" not in text:
        return Template((text,))
    pieces: list[str] = []
    start = 0
    for token in lexer.tokens(text):
        if token.kind is Kind.WINDOW:
            pieces.append(text[start : token.start])
            start = token.end
    return Template((*pieces, text[start:]))


def with_matchers(text: str, matchers: Sequence[Matching]) -> str | None:
    """The query with these matchers in every selector; None if that cannot be done safely.

    >>> with_matchers('sum by (a) (rate(x[5m])) / y{b="c"}', [("v", "=", "2")])
    'sum by (a) (rate(x{v="2"}[5m])) / y{v="2",b="c"}'
    """
    before = _tree(text)
    if before is None or not matchers:
        return text if before else None
    added = ",".join(f"{_label(name)}{op}{strings.quoted(value)}" for name, op, value in matchers)
    made = text
    for found in reversed(before):
        made = _with(made, found, added)
    after = _tree(made)
    return made if after is not None and _only_added(before, after, matchers) else None


def _label(name: str) -> str:
    """A label name, quoted when only UTF-8 Prometheus knows it."""
    return strings.quoted(name) if _DOTTED.fullmatch(name) else name


def _tree(text: str) -> tuple[Selector, ...] | None:
    node = grammar.read(text)
    if isinstance(node, Problem) or parse.error(template(text).at("5m")) is not None:
        return None
    return tuple(sorted((found for found, _ in selectors(node)), key=lambda s: s.start))


def _with(text: str, found: Selector, added: str) -> str:
    if found.brace is None:
        return f"{text[: found.end]}{{{added}}}{text[found.end :]}"
    comma = "," if found.matchers else ""
    return f"{text[: found.brace]}{added}{comma}{text[found.brace :]}"


def _only_added(
    before: tuple[Selector, ...], after: tuple[Selector, ...], matchers: Sequence[Matching]
) -> bool:
    wanted = [(found.name, [*matchers, *_matching(found)]) for found in before]
    return wanted == [(found.name, _matching(found)) for found in after]


def _matching(found: Selector) -> list[Matching]:
    return [(m.label, m.operator, m.value) for m in found.matchers]
