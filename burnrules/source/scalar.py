"""The text of a plain scalar to the value that YAML 1.2's core schema gives it."""

import re
from decimal import Decimal

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Three digits of exponent hold every number that means something and keep `int()` from hanging.
_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_LONGEST_NUMBER = 60
_STARTS_OF_NUMBERS = frozenset("0123456789+-.")
_ORDINARY = re.compile(r"-?(?!0[box])(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:%|[a-z]*)")
_OTHER_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false"),
    "=": "a default value",
}
_OTHER_NUMBERS = (
    (re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?"), "a base-60 number"),
    (re.compile(r"[-+]?0o?[0-9_]+"), "an octal number"),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), "a hexadecimal number"),
    (re.compile(r"[-+]?0b[01_]+"), "a binary number"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?"), "a date"),
)
_DIGITS = frozenset("0123456789+-")


class Number(str):
    """A plain YAML number, its digits kept as written.

    >>> Number("99.90"), Number("99.90").decimal
    ('99.90', Decimal('99.90'))
    """

    __slots__ = ()

    @property
    def decimal(self) -> Decimal:
        """The exact value; infinite or NaN for `.inf` and `.nan`."""
        sign = "-" if self.startswith("-") else ""
        match self.lower().lstrip("+-"):
            case ".inf":
                return Decimal(f"{sign}Infinity")
            case ".nan":
                return Decimal("NaN")
            case _:
                return Decimal(self)


def plain(text: str) -> str | bool | None:
    """The value of an unquoted scalar: a `Number`, text, a boolean or None.

    >>> plain("true"), plain("NO"), plain("1e3").decimal, type(plain("0x1F")).__name__
    (True, 'NO', Decimal('1E+3'), 'str')
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _STARTS_OF_NUMBERS and len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return Number(text)
    return text


def otherwise(text: str) -> str | None:
    """What another YAML reader takes an unquoted scalar for, where that is not what we do.

    >>> otherwise("NO"), otherwise("30:00"), otherwise("12")
    ('false', 'a base-60 number', None)
    """
    if text[:1] not in _DIGITS:
        return _OTHER_WORDS.get(text)
    if _ORDINARY.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        return None
    return next((what for form, what in _OTHER_NUMBERS if form.fullmatch(text)), None)
