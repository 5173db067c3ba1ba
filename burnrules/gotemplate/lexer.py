"""Template text to its actions, each a list of tokens; total, and linear in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from burnrules.diagnostics import Problem, shown


class Kind(Enum):
    """What a token is; the values are the names of the groups in the pattern below."""

    RIGHT = "RIGHT"  # `}}`
    STRING = "STRING"
    RAW = "RAW"
    CHARACTER = "CHARACTER"
    UNCLOSED = "UNCLOSED"  # a quote that nothing closes
    NUMBER = "NUMBER"
    FIELD = "FIELD"
    DOT = "DOT"
    VARIABLE = "VARIABLE"
    WORD = "WORD"  # a function, a keyword, true, false or nil
    SET = "SET"  # `:=` or `=`
    PIPE = "PIPE"
    OPEN = "OPEN"
    CLOSE = "CLOSE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an action, where it stands, and whether white space stands before it."""

    kind: Kind
    text: str
    start: int
    spaced: bool

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Raw:
    """The tokens of one action up to its `}}`, or up to what is no token."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    problem: Problem | None = None


LITERALLY = 'for the braces themselves write {{ "{{" }}'
_LEFT = re.compile(r"\{\{(?:-(?=[ \t\r\n]))?")
_COMMENT = re.compile(r"\{\{(?:-[ \t\r\n])?/\*")
_COMMENT_END = re.compile(r"\*/(?:[ \t\r\n]-)?\}\}")
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]*+)(?:
    (?P<RIGHT>(?:(?<=[ \t\r\n])-)?\}\})
  | (?P<STRING>"(?:[^"\\\n]++|\\[^\n])*+")
  | (?P<RAW>`[^`]*+`)
  | (?P<CHARACTER>'(?:[^'\\\n]++|\\[^\n])*+')
  | (?P<UNCLOSED>["'][^\n]*+|`[^`]*+)
  | (?P<NUMBER>[+-]?\.?[0-9](?:[eEpP][+-](?=[0-9_])|[\w.])*+|[+-])
  | (?P<FIELD>\.\w++)
  | (?P<DOT>\.)
  | (?P<VARIABLE>\$\w*+)
  | (?P<WORD>\w++)
  | (?P<SET>:?=)
  | (?P<PIPE>\|)
  | (?P<OPEN>\()
  | (?P<CLOSE>\))
  | (?P<OTHER>.)
)""",
    re.VERBOSE | re.DOTALL,
)
_NAMES = (Kind.FIELD, Kind.DOT, Kind.VARIABLE, Kind.WORD)
_AFTER_NAME = re.compile(r"[ \t\r\n.,|:)(]|\}\}|\Z")


def actions(text: str) -> Iterator[Raw]:
    """Every action of a text in order, comments left out."""
    at = 0
    while (start := text.find("{{", at)) >= 0:
        comment = _COMMENT.match(text, start)
        made = _comment(text, comment) if comment else _action(text, start)
        if made.tokens or made.problem:
            yield made
        at = made.end


def _comment(text: str, opened: re.Match[str]) -> Raw:
    start, close = opened.start(), text.find("*/", opened.end())
    if close < 0:
        unclosed = Problem(start, opened.end(), "the comment is not closed", "close it with */}}")
        return Raw(start, len(text), (), unclosed)
    closed = _COMMENT_END.match(text, close)
    if closed is None:
        wrong = Problem(
            start, close + 2, "a comment ends with `*/}}` or `*/ -}}`", "nothing may stand between"
        )
        return _broken(text, close, (), wrong)
    return Raw(start, closed.end(), ())


def _action(text: str, start: int) -> Raw:
    made: list[Token] = []
    left = _LEFT.match(text, start)
    at = left.end() if left else start
    while found := _TOKEN.match(text, at):
        group = found.lastgroup or "OTHER"
        token = Token(Kind(group), found[group], found.start(group), bool(found["space"]))
        problem = _problem(text, token)
        if problem:
            return _broken(text, token.start, tuple(made), problem, start)
        made.append(token)
        at = token.end
        if token.kind is Kind.RIGHT:
            return Raw(start, at, tuple(made))
    unclosed = Problem(
        start, min(start + 2, len(text)), "`{{` is not closed", f"close it with }}}}; {LITERALLY}"
    )
    return Raw(start, len(text), tuple(made), unclosed)


def _problem(text: str, token: Token) -> Problem | None:
    if token.kind is Kind.UNCLOSED:
        what = f"the quote {token.text[0]} in `{{{{` is not closed"
        return Problem(token.start, token.start + 1, what, f"close it with {token.text[0]}")
    if token.kind in _NAMES:
        return _name_problem(text, token)
    if token.kind is Kind.OTHER:
        return _stray(token)
    return None


def _name_problem(text: str, token: Token) -> Problem | None:
    odd = next(
        (
            at
            for at, c in enumerate(token.text)
            if c not in "$._" and not (c.isalpha() or c.isdecimal())
        ),
        None,
    )
    at = token.end if odd is None else token.start + odd
    if odd is None and _AFTER_NAME.match(text, at):
        return None
    hint = _AFTER.get(
        text[at], "names are letters, digits and _; put a space between a name and the next"
    )
    return Problem(at, at + 1, f"`{shown(text[at])}` cannot follow `{shown(token.text)}`", hint)


_AFTER = {
    "}": "an action ends with }}",
    "-": 'a label with - is read by {{ index $labels "a-b" }}; a trim marker needs a space: -}}',
    "[": 'a label is read by {{ $labels.name }} or {{ index $labels "name" }}',
    "=": 'compare with eq: {{ if eq $labels.name "value" }}',
    "/": "templates have no arithmetic; compute in the query",
    "*": "templates have no arithmetic; compute in the query",
    "+": "templates have no arithmetic; compute in the query",
}


def _stray(token: Token) -> Problem | None:
    if token.text == ",":
        return None
    hint = _STRAY.get(token.text, LITERALLY)
    return Problem(
        token.start, token.end, f"`{shown(token.text)}` has no meaning in `{{{{ }}}}`", hint
    )


_STRAY = {
    "}": "an action ends with }}",
    "{": f"actions do not nest; {LITERALLY}",
    "%": "templates have no arithmetic; compute in the query",
    "*": "templates have no arithmetic; compute in the query",
    "/": "templates have no arithmetic; compute in the query; a comment is {{/* ... */}}",
    ">": "compare with gt: {{ if gt $value 0.5 }}",
    "<": "compare with lt: {{ if lt $value 0.5 }}",
    "!": "negate with not: {{ if not $labels.name }}",
    "&": "join conditions with and: {{ if and $labels.a $labels.b }}",
    ":": "declare a variable with :=",
}


def _broken(
    text: str, after: int, made: tuple[Token, ...], problem: Problem, start: int = -1
) -> Raw:
    """An action that stops being one; reading goes on behind the next `}}`."""
    close = text.find("}}", after)
    end = len(text) if close < 0 else close + 2
    return Raw(problem.start if start < 0 else start, end, made, problem)
