"""Label values that matchers accept, each one proved by RE2."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from burnrules.promql import regex

_FILLS = "0a1b9zA-/_. x"
_DIGITS = "0123456789"
_ROUNDS = 2 * len(_FILLS)
_COMMON = ("", "a", "b", "0", "1", "200", "500", "true", "false", "GET", "/", "value", "other")
_LONGEST = 1_000
_DEEPEST = 50


def satisfy(matchers: Sequence[tuple[str, str]]) -> str | None:
    """A value of one label that fulfils all its matchers; "" means that the label is absent.

    >>> satisfy([("=~", "5.."), ("!=", "500")]), satisfy([("!~", "health.*")])
    ('511', '')
    """
    return next((text for text in _candidates(matchers) if _fulfils(text, matchers)), None)


def _candidates(matchers: Sequence[tuple[str, str]]) -> Iterator[str]:
    exact = [value for operator, value in matchers if operator == "="]
    if exact:
        yield from exact
        return
    guesses: list[list[str]] = []
    for operator, value in matchers:
        if operator == "=~":
            if first := _plainest(value):
                yield first  # which hardly ever fails; the others take thirty times as long
            guesses.append(sorted(_guesses(value), key=lambda text: text == ""))
            yield from guesses[-1]
    yield from _COMMON
    yield from (first + second for one in guesses for first in one for second in _flat(guesses))
    yield from (f"{value}-other" for _, value in matchers)


def _flat(guesses: list[list[str]]) -> list[str]:
    return [text for one in guesses for text in one[:_ROUNDS]]


def _fulfils(text: str, matchers: Sequence[tuple[str, str]]) -> bool:
    return all(fulfils(text, operator, value) for operator, value in matchers)


def fulfils(text: str, operator: str, value: str) -> bool:
    """Whether a label value passes one matcher."""
    match operator:
        case "=":
            return text == value
        case "!=":
            return text != value
        case "=~":
            return regex.accepts(value, text)
        case _:
            return regex.error(value) is None and not regex.accepts(value, text)


def _plainest(pattern: str) -> str:
    """The first of the guesses; empty where it is, or there is none."""
    return _Writer(pattern, 0).write() if _readable(pattern) else ""


def _readable(pattern: str) -> bool:
    short = len(pattern) <= _LONGEST and pattern.count("(") <= _DEEPEST
    return short and not regex.error(pattern)


@lru_cache(maxsize=1024)  # a tree of specs asks for the same few patterns again and again
def _guesses(pattern: str) -> tuple[str, ...]:
    """Values that the pattern may accept, the plainest first; what cannot be read gives none."""
    if not _readable(pattern):
        return ()
    made = (_Writer(pattern, choice).write() for choice in range(_ROUNDS))
    return tuple(dict.fromkeys(made))


_REPEAT = re.compile(r"(?:([*+?])|\{(\d+)(?:,\d*)?\})\??")
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]+(?=\))))?")
_CLASS = re.compile(r"\[(\^?)(\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*)\]")
_ESCAPES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t"}
_EMPTY = "bBAzQE"


class _Writer:
    """Reads a regex once and writes one value for it; `choice` picks among the possible."""

    __slots__ = ("at", "choice", "pattern")

    def __init__(self, pattern: str, choice: int) -> None:
        self.pattern, self.choice, self.at = pattern, choice, 0

    def write(self) -> str:
        return self._alternatives()

    def _alternatives(self) -> str:
        branches = [self._branch()]
        while self.at < len(self.pattern) and self.pattern[self.at] == "|":
            self.at += 1
            branches.append(self._branch())
        return branches[self.choice % len(branches)]

    def _branch(self) -> str:
        made = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom = self._atom(made)
            made += atom * self._times()
        return made

    def _times(self) -> int:
        found = _REPEAT.match(self.pattern, self.at)
        if not found:
            return 1
        self.at = found.end()
        more = int(self.choice >= len(_FILLS))
        if found[2]:
            return min(int(found[2]), _LONGEST) + (more if "," in found[0] else 0)
        return 1 if found[1] == "+" else more

    def _atom(self, before: str) -> str:
        character = self.pattern[self.at]
        if character == "(":
            return self._group()
        if character == "[" and (found := _CLASS.match(self.pattern, self.at)):
            self.at = found.end()
            return self._member(found[0])
        if character == "\\":
            return self._escape()
        self.at += 1
        if character == ".":
            return self._any(before)
        return "" if character in "^$" else character

    def _group(self) -> str:
        found = _GROUP.match(self.pattern, self.at)
        self.at = found.end() if found else self.at + 1
        inner = self._alternatives()
        self.at += 1
        return inner

    def _escape(self) -> str:
        escaped = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if escaped in ("d", "w") and self.choice:
            return self._member("\\" + escaped)
        return "" if escaped in _EMPTY else _ESCAPES.get(escaped, escaped)

    def _any(self, before: str) -> str:
        # After a digit a digit reads best: `5..` is 500.
        fills = _DIGITS + _FILLS if before[-1:].isdigit() else "a" + _FILLS
        return fills[self.choice % len(fills)]

    def _member(self, members: str) -> str:
        both = _fitting(members)
        return both[self.choice % len(both)]


@lru_cache(maxsize=256)  # most regexes know a few classes, and each is asked for at every choice
def _fitting(members: str) -> tuple[str, ...]:
    """Characters of a class, the plainest first."""
    fitting = [c for c in _FILLS + members if regex.accepts(members, c)]
    first = [c for c in members if c.isalnum() and regex.accepts(members, c)]
    return (*first, *fitting) or (members[-2:-1],)
