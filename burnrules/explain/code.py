"""A code to what it means."""

from collections.abc import Iterator

from burnrules.codes import Code
from burnrules.explain.page import wrapped


def lines(one: Code) -> Iterator[str]:
    """Its title, what it does to a run, and why it matters."""
    says = {"error": "stops `generate`", "warning": "fails under `--fail-on warning` only"}
    effect = says.get(one.severity.word, "never fails a run")
    yield f"{one.id}  {one.title}"
    yield f"{one.severity.word}: {effect}"
    yield ""
    yield from wrapped(one.why)
