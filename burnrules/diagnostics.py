"""What a finding is: severity, place, code, message, hint."""

from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

_MANY = 100  # of a kind in a file: nobody reads more

_LONGEST = 80  # of a word that somebody meant


class Severity(IntEnum):
    """How much a finding matters; only errors stop `generate`."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as a reader writes it: `error`."""
        return self.name.lower()


class Span(NamedTuple):
    """A place in a file; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Diagnostic(NamedTuple):
    """One finding, complete: it can be printed without looking anything up."""

    code: str
    severity: Severity
    span: Span
    message: str
    hint: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File order, then place, then code: the order in which findings are reported."""
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


def near(word: str, known: Iterable[str]) -> str:
    """A hint with the known word that was probably meant, or nothing.

    >>> near("Rate", ["rate", "irate"]), near("x", ["rate"])
    ('did you mean `rate`?', '')
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only a mistake needs it

    words = sorted(known)
    same = [one for one in words if one.lower() == word.lower()]
    found = same or get_close_matches(word[:_LONGEST], words, 1)
    return f"did you mean `{found[0]}`?" if found else ""


class Problem(NamedTuple):
    """Where a text stops being what it should be, why, and what to do."""

    start: int
    end: int
    message: str
    hint: str = ""


def fatal(found: Iterable[Diagnostic]) -> bool:
    """Whether an error is among findings, so that nothing can be made."""
    return any(one.severity is Severity.ERROR for one in found)


def first(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Of every kind in a file the first hundred; the last of them says how many follow."""
    counts = Counter((one.span.file, one.code) for one in found)
    shown: list[Diagnostic] = []
    left = dict.fromkeys(counts, _MANY)
    for one in found:
        kind = (one.span.file, one.code)
        left[kind] -= 1
        if left[kind] > 0 or counts[kind] == _MANY:
            shown.append(one)
        elif left[kind] == 0:
            more = f"{one.message} (and {counts[kind] - _MANY:,} more {one.code} in this file)"
            shown.append(one._replace(message=more))
    return tuple(shown)


def ordered(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings in file order, equal ones once."""
    return tuple(sorted(dict.fromkeys(found), key=lambda d: d.sort_key))


def shown(text: object, most: int = 40) -> str:
    r"""What a user wrote, as a message shows it: on one line, short, nothing unseen in it.

    >>> shown("a\nb"), shown("x" * 50, 5)
    ('a b', 'xxxx…')
    """
    written = str(text)
    line = " ".join(written.split()) or written
    short = line if len(line) <= most else line[: most - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
