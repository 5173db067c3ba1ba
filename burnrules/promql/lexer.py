"""PromQL text to tokens with offsets; total: whatever is typed becomes tokens, in linear time."""

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Kind(Enum):
    """What a token is; the values are the names of the groups in the patterns below."""

    COMMENT = "COMMENT"
    STRING = "STRING"
    UNCLOSED = "UNCLOSED"  # a string without its closing quote
    WINDOW = "WINDOW"  # `$window`
    VARIABLE = "VARIABLE"  # a placeholder of another tool: `$x`, `${x}`, `{{ x }}`
    DURATION = "DURATION"
    NUMBER = "NUMBER"
    NAME = "NAME"  # a metric, label, function or keyword
    OPERATOR = "OPERATOR"
    OPEN = "OPEN"
    CLOSE = "CLOSE"
    COMMA = "COMMA"
    OTHER = "OTHER"  # a character that PromQL does not know


class Token(NamedTuple):
    """A piece of a query and where it stands."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


_BEFORE = r"""[ \t\r\n]*+(?:
    (?P<COMMENT>\#[^\n]*+)
  | (?P<STRING>"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|`[^`]*+`)
  | (?P<UNCLOSED>["'][^\n]*+|`[^`]*+)
  | (?P<WINDOW>\$window(?!\w))
  | (?P<VARIABLE>\$\{[^{}\n]*+\}|\$\w++|\{\{[^{}\n]*+\}\})
  | (?P<DURATION>(?:[0-9]++(?:ms|[smhdwy]))++(?![\w.]))
  | (?P<NUMBER>0[xX][0-9a-fA-F_]++
             |(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9]++)?)
"""
_AFTER = r"""
  | (?P<OPERATOR>=~|!~|==|!=|<=|>=|\|=|\|~|[-+*/%^=<>@:|])
  | (?P<OPEN>[({\[])
  | (?P<CLOSE>[)}\]])
  | (?P<COMMA>,)
  | (?P<OTHER>[^ \t\r\n])
)"""
_OUTSIDE = re.compile(_BEFORE + r"| (?P<NAME>[a-zA-Z_:][a-zA-Z0-9_:]*+)" + _AFTER, re.VERBOSE)
# In brackets a colon separates range and step: `[1h:5m]`, `[$window:step]`.
_IN_RANGE = re.compile(_BEFORE + r"| (?P<NAME>[a-zA-Z_][a-zA-Z0-9_]*+)" + _AFTER, re.VERBOSE)
_KINDS = {kind.value: kind for kind in Kind}


@lru_cache(maxsize=16)  # one check asks eight times for the same text: this halves its time
def tokens(text: str) -> tuple[Token, ...]:
    """Every token of a query, comments included, white space left out."""
    made: list[Token] = []
    pattern, at = _OUTSIDE, 0
    while found := pattern.match(text, at):
        group = found.lastgroup or "OTHER"
        token = Token(_KINDS[group], found[group], found.start(group))
        made.append(token)
        at = token.end
        if token.text == "[":
            pattern = _IN_RANGE
        elif token.kind is Kind.CLOSE:
            pattern = _OUTSIDE
    return tuple(made)


@lru_cache(maxsize=16)
def code(text: str) -> tuple[Token, ...]:
    """The tokens of a query without its comments."""
    return tuple(token for token in tokens(text) if token.kind is not Kind.COMMENT)
