"""How every explanation is laid out: 80 columns, sections, tables, rules with their readings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap

from burnrules.ir import Assumption, Rule

WIDTH = 80


def wrapped(text: str, first: str = "") -> list[str]:
    """Prose behind `first`, the lines after it indented."""
    if not text:
        return []
    deeper = " " * min(len(first), 4)
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=deeper, break_on_hyphens=False)


def titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A section; nothing where it would be empty."""
    held = list(lines)
    if held:
        yield ""
        yield title
        yield from held


def table(
    rows: Sequence[Sequence[str]],
    *,
    indent: int = 2,
    justify: Callable[[str, int], str] = str.ljust,
) -> Iterator[str]:
    """Cells in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (justify(cell, width) for cell, width in zip(row, widths, strict=True))
        yield f"{' ' * indent}{'  '.join(cells)}".rstrip()


def assumed(assumptions: Iterable[Assumption]) -> Iterator[str]:
    """The section of what the spec does not say."""
    lines = (
        line for one in assumptions
        for line in wrapped(f"{one.value} ({one.reason})", f"  {one.subject}: ")
    )  # fmt: skip
    yield from titled("Assumed, because the spec does not say", lines)


def read(rule: Rule, reading: str) -> Iterator[str]:
    """A rule's name, what it says in a sentence, and its expression as it is."""
    yield ""
    yield f"  {rule.record or rule.alert}"
    yield from wrapped(reading, "    ")
    yield from (f"      {line}" for line in rule.expr.text.splitlines())
