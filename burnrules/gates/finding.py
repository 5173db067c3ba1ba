"""What is wrong with a gate, placed by its path in the document."""

from typing import NamedTuple

from burnrules.codes import Code

Loc = tuple[str | int, ...]


class Finding(NamedTuple):
    """One finding before it has a file: at a value, at its key, or at characters of its text."""

    code: Code
    loc: Loc
    message: str
    hint: str = ""
    at_key: bool = False
    characters: tuple[int, int] | None = None


def shown(text: object, most: int = 40) -> str:
    r"""What a user wrote, as a message shows it: on one line, and not longer than a glance.

    >>> shown("a\nb"), shown("x" * 50, 5)
    ('a b', 'xxxx…')
    """
    line = " ".join(str(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
