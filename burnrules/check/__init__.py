"""Claims about what was made, in report order; each module is one claim, named as it."""

from collections.abc import Callable, Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.check import (
    gates_accepted,
    names_unique,
    queries_parse,
    selectors_satisfiable,
    traceql_parses,
)
from burnrules.diagnostics import Diagnostic

Check = Callable[[Sequence[Artifact]], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    queries_parse.check,
    names_unique.check,
    selectors_satisfiable.check,
    traceql_parses.check,
    gates_accepted.check,
)


def artifacts(made: Sequence[Artifact]) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with what would be written."""
    return tuple(one for check in CHECKS for one in check(made))
