"""What a finding is: severity, place, code, message, hint."""

from enum import IntEnum
from typing import NamedTuple


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


def ordered(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings in file order, equal ones once."""
    return tuple(sorted(dict.fromkeys(found), key=lambda d: d.sort_key))
