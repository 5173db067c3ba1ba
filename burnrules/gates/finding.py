"""What is wrong with a gate, placed by its path in the document."""

from dataclasses import dataclass

from burnrules.codes import Code

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding before it has a file: at a value, at its key, or at characters of its text."""

    code: Code
    loc: Loc
    message: str
    hint: str = ""
    at_key: bool = False
    characters: tuple[int, int] | None = None
