"""Findings in a query, at a token or node, so that a caret can stand under the very characters."""

from typing import Protocol

from burnrules.codes import Code, Finding


class Placed(Protocol):
    """Anything with a place in a text: a token, a node."""

    @property
    def start(self) -> int:
        """The offset of its first character."""

    @property
    def end(self) -> int:
        """The offset behind its last character."""


def at(place: Placed, code: Code, message: str, hint: str = "") -> Finding:
    """A finding at a token or node."""
    return Finding(code, place.start, place.end, message, hint)
