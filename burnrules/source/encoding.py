"""The bytes of a file to its text, with what is wrong about them."""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from burnrules.codes import Code
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


class Remark(NamedTuple):
    """Something about the bytes, and the offset in the text where it stands."""

    code: Code
    offset: int
    message: str
    hint: str


class Text(NamedTuple):
    """A file's text; `readable` has U+FFFD for what no YAML reader takes, at equal offsets."""

    shown: str
    readable: str
    remarks: tuple[Remark, ...]


def decode(raw: bytes) -> Text:
    """The text of a file, whatever its bytes; `readable` is empty for a binary file."""
    text, remarks = _decoded(raw)
    nul = text.find("\0")
    if nul >= 0:
        binary = Remark(codes.NOT_TEXT, nul, "file contains a NUL character", "remove it")
        return Text(text, "", (*remarks, binary))
    return Text(text, _CONTROL.sub("\ufffd", text), (*remarks, *_controls(text)))


def _decoded(raw: bytes) -> tuple[str, list[Remark]]:
    remarks: list[Remark] = []
    encoding = "utf-8"
    for mark, name, what in _MARKS:
        if raw.startswith(mark):
            raw, encoding = raw[len(mark) :], name
            hint = f"{_SAVE} without a byte order mark"
            remarks.append(Remark(codes.ODD_ENCODING, 0, f"file begins with {what}", hint))
            if name != "utf-8":
                remarks[-1] = Remark(codes.ODD_ENCODING, 0, f"file is {what}", _SAVE)
            break
    try:
        return raw.decode(encoding), remarks
    except UnicodeDecodeError as wrong:
        valid, byte = len(raw[: wrong.start].decode(encoding)), raw[wrong.start]
        message = f"file is not {encoding.upper()} (byte 0x{byte:02x} at offset {wrong.start})"
        remarks.append(Remark(codes.NOT_TEXT, valid, message, _SAVE))
        return raw.decode(encoding, "replace"), remarks


def _controls(text: str) -> Iterator[Remark]:
    for count, found in enumerate(_CONTROL.finditer(text)):
        if count == _MOST_SHOWN:
            return
        point = f"{ord(found[0]):04X}"
        message = f"character U+{point} may not stand in YAML"
        hint = f'remove it, or write "\\u{point.lower()}" in double quotes'
        yield Remark(codes.NOT_TEXT, found.start(), message, hint)
