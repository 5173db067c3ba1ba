"""What an action of a template says, as values."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from burnrules.diagnostics import Problem


class Type(Enum):
    """What is known about a value of a template; the value is how to call it."""

    ANY = "a value"
    DATA = "the alert"
    LABELS = "the alert's labels"
    MAP = "a mapping"
    SAMPLE = "a sample"
    SAMPLES = "a query result"
    TEXT = "text"
    FLOAT = "a float"
    INT = "an integer"
    BOOL = "a boolean"
    NUMBER = "a number"  # only wanted, never given: a float, an integer, or text that is a number


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `at` holds the place of every character of a text, and of its end."""

    type: Type
    value: str
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Nil:
    """The constant `nil`."""


@dataclass(frozen=True, slots=True)
class Dot:
    """The current value: `.`, or the left of `.Field`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A use of `$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A use of a function's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A pipeline in parentheses."""

    pipeline: "Pipeline"


Term: TypeAlias = Literal | Nil | Dot | Variable | Function | Group


@dataclass(frozen=True, slots=True)
class Field:
    """One `.Name` behind a term."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Operand:
    """A term and the fields read from it; `start` and `term_end` hold the term."""

    term: Term
    fields: tuple[Field, ...]
    start: int
    term_end: int

    @property
    def end(self) -> int:
        """The offset behind the last field."""
        return self.fields[-1].end if self.fields else self.term_end


@dataclass(frozen=True, slots=True)
class Command:
    """A function and its arguments, or one value."""

    operands: tuple[Operand, ...]

    @property
    def start(self) -> int:
        """Where the first operand starts."""
        return self.operands[0].start

    @property
    def end(self) -> int:
        """Where the last operand ends."""
        return self.operands[-1].end


@dataclass(frozen=True, slots=True)
class Target:
    """A variable that a pipeline declares or assigns."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, each of which gives its value to the next, and where the last value goes."""

    commands: tuple[Command, ...]
    targets: tuple[Target, ...] = ()
    assigns: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One `{{ }}`: its keyword (none for output), and as much of the rest as could be read."""

    start: int
    end: int
    word: str = ""
    then: str = ""  # the `if` of `else if`
    name: str = ""  # of the template that it defines or calls
    pipeline: Pipeline | None = None
    problem: Problem | None = None
