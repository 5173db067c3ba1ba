"""User text to text that shows on a terminal what it is, and does nothing else."""

import unicodedata

# Beside controls (Cc) also what hides or turns text round (Cf), and what cannot be encoded (Cs).
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""The text with every unseen character escaped.

    >>> print(visible("a\tb\x1b[31m\u202e"))
    a\tb\x1b[31m\u202e
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(cell, text))


def cell(character: str) -> str:
    """One character as it is shown."""
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) not in _UNSEEN:
        return character
    point = ord(character)
    size = "x%02x" if point < 0x100 else "u%04x" if point < 0x10000 else "U%08x"
    return _NAMED.get(character, "\\" + size % point)


def width(shown: str) -> int:
    """How many columns of a terminal visible text takes."""
    if shown.isascii():
        return len(shown)
    return sum(_columns(character) for character in shown)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):  # they stand on the one before
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
