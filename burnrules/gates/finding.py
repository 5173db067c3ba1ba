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
