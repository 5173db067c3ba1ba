"""Tokens in order, and the words for the one that does not fit."""

from burnrules.diagnostics import Problem, shown
from burnrules.promql.lexer import Kind, Token


class UnexpectedError(Exception):
    """Leaves the grammar where a text stops being PromQL; never leaves `grammar.read`."""

    def __init__(self, start: int, end: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(start, end, message, hint)


class Reader:
    """The tokens that are still to be read; `next` is the first of them, `text` what it says."""

    __slots__ = ("_at", "_length", "_tokens", "next", "text")

    def __init__(self, tokens: tuple[Token, ...], length: int) -> None:
        self._tokens, self._length = tokens, length
        self._move(0)

    def _move(self, at: int) -> None:
        self._at = at
        self.next: Token | None = self._tokens[at] if at < len(self._tokens) else None
        self.text = self.next.text if self.next else ""

    @property
    def word(self) -> str:
        return self.text.lower() if self.next and self.next.kind is Kind.NAME else ""

    @property
    def second(self) -> str:
        after = self._at + 1
        return self._tokens[after].text.lower() if after < len(self._tokens) else ""

    @property
    def end(self) -> int:
        return self._tokens[self._at - 1].end if self._at else 0

    def take(self) -> Token:
        token = self._tokens[self._at]
        self._move(self._at + 1)
        return token

    def expect(self, text: str, after: str) -> Token:
        if self.text == text:
            return self.take()
        raise self.unexpected(f"`{text}` is expected {after}")

    def unexpected(self, expected: str, hint: str = "") -> UnexpectedError:
        if self.next is None:
            last = self._tokens[-1] if self._tokens else None
            start, end = (last.start, last.end) if last else (0, self._length)
            return UnexpectedError(start, end, f"the query ends here; {expected}", hint)
        got = f"{expected}; got `{shown(self.next.text)}`"
        return UnexpectedError(self.next.start, self.next.end, got, hint)


def never_closed(opening: Token) -> UnexpectedError:
    """A bracket without its other half."""
    closing = {"(": ")", "{": "}", "[": "]"}.get(opening.text, "")
    message = f"`{opening.text}` is never closed"
    return UnexpectedError(opening.start, opening.end, message, f"add its `{closing}`")
