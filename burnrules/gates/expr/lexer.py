"""A condition to tokens with their places."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
          |(?:[0-9][0-9_]*)(?:\.(?!\.)[0-9_]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)
      | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
      | (?P<symbol>\?\?|\?\.|\?:|\|\||&&|==|!=|<=|>=|\*\*|\.\.|[-+*/%^<>!?:;,.()\[\]{}|=\#])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_HIGHEST = 0x10FFFF
_MOST = 400  # a chain of operators is a deep tree
_DIGITS = 400  # more than any float64 has


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is number, string, name, symbol or end."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


class NotExpr(Exception):  # noqa: N818 - it is what the text is, not an error of ours
    """Why a text is no expression, and at which offset."""

    def __init__(self, reason: str, at: int, *, early: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.early = early  # the text ends before the expression does


def tokens(text: str) -> list[Token]:
    """The tokens of a condition, an `end` last."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if len(found) > _MOST:
            raise NotExpr(f"longer than {_MOST} words and signs", at)
        token = _TOKEN.match(text, at)
        if token is None:
            reason = "a string is not closed" if text[at] in "\"'`" else f"unexpected `{text[at]}`"
            raise NotExpr(reason, at)
        if token.lastgroup != "space":
            found.append(Token(str(token.lastgroup), token.group(), at))
        at = token.end()
    return [*found, Token("end", "", len(text))]


def string(text: str) -> str:
    """What a string literal stands for."""
    inner = text[1:-1]
    return inner if text.startswith("`") else _ESCAPE.sub(_unescaped, inner)


def number(text: str) -> float | int:
    """What a number literal stands for."""
    digits = text.replace("_", "")[:_DIGITS]
    if digits[:2].lower() in {"0x", "0b", "0o"}:
        return int(digits, 0) if len(digits) > 2 else 0
    return float(digits) if set(digits) & set(".eE") else int(digits)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(min(int(code, 16), _HIGHEST))
    return _ESCAPES.get(found[4], found[4])
