"""The bytes of a file to its text, with what is wrong about them."""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from burnrules.codes import Finding
from burnrules.codes import file as codes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Line separators are among them: libyaml breaks lines there and editors do not.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_MOST_SHOWN = 20
_SAVE = "save the file as UTF-8"


class Text(NamedTuple):
    """A file's text; `readable` has U+FFFD for what no YAML reader takes, at equal offsets."""

    shown: str
    readable: str
    found: tuple[Finding, ...]


def decode(raw: bytes) -> Text:
    """The text of a file, whatever its bytes; `readable` is empty for a binary file."""
    text, found = _decoded(raw)
    nul = text.find("\0")
    if nul >= 0:
        binary = Finding(codes.NOT_TEXT, nul, nul + 1, "file contains a NUL character", "remove it")
        return Text(text, "", (*found, binary))
    return Text(text, _CONTROL.sub("\ufffd", text), (*found, *_controls(text)))


def _decoded(raw: bytes) -> tuple[str, list[Finding]]:
    found: list[Finding] = []
    encoding = "utf-8"
    for mark, name, what in _MARKS:
        if raw.startswith(mark):
            raw, encoding = raw[len(mark) :], name
            hint = f"{_SAVE} without a byte order mark"
            found.append(Finding(codes.ODD_ENCODING, 0, 1, f"file begins with {what}", hint))
            if name != "utf-8":
                found[-1] = Finding(codes.ODD_ENCODING, 0, 1, f"file is {what}", _SAVE)
            break
    try:
        return raw.decode(encoding), found
    except UnicodeDecodeError as wrong:
        valid, byte = len(raw[: wrong.start].decode(encoding)), raw[wrong.start]
        message = f"file is not {encoding.upper()} (byte 0x{byte:02x} at offset {wrong.start})"
        found.append(Finding(codes.NOT_TEXT, valid, valid + 1, message, _SAVE))
        return raw.decode(encoding, "replace"), found


def _controls(text: str) -> Iterator[Finding]:
    for count, found in enumerate(_CONTROL.finditer(text)):
        if count == _MOST_SHOWN:
            return
        point = f"{ord(found[0]):04X}"
        message = f"character U+{point} may not stand in YAML"
        hint = f'remove it, or write "\\u{point.lower()}" in double quotes'
        yield Finding(codes.NOT_TEXT, found.start(), found.end(), message, hint)
