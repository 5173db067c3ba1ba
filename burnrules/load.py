"""A path to the spec files below it, read, and their documents sorted into specs and others."""

import json
import os
import stat
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from burnrules import source, yamltext
from burnrules.codes import Code
from burnrules.codes import file as codes
from burnrules.diagnostics import Diagnostic, Span, near
from burnrules.source import Document, Read

API_VERSION = "burnrules.dev/v1"
KINDS = ("CriticalPath", "AlertPolicy", "Telemetry", "Defaults")
STDIN = "<stdin>"
_GENERATED = yamltext.MARK.encode()
_GROUP = "burnrules.dev/"
_SUFFIXES = frozenset((".yaml", ".yml", ".json"))
_OTHER_TOOLS = (
    ("sloth.slok.dev/", "sloth"),
    ("prometheus/v", "sloth"),
    ("openslo/", "OpenSLO"),
    ("openslo.com/", "OpenSLO"),
    ("pyrra.dev/", "pyrra"),
)
_JSON = (
    ("Expecting ','", "a comma or a closing bracket is missing"),
    ("Expecting property name", "a key in double quotes is missing"),
    ("Expecting ':'", "a `:` is missing after the key"),
    ("Expecting value", "a value is missing; JSON knows text in double quotes only"),
    ("Unterminated string", "the closing quote is missing"),
    ("Invalid control character", "text in JSON goes over no line end or tab"),
    ("Invalid \\", "an escape that JSON does not know"),
    ("Extra data", "text follows after the end of the JSON value"),
)


def files(root: Path, stdin: BinaryIO | None = None) -> Iterator[Read]:
    """Every spec file at or below `root`, in order of its name; `-` is standard input.

    A missing or unreadable root raises `OSError`; what is wrong below it is a finding.
    """
    if str(root) == "-" and stdin is not None:
        yield specs(source.read(STDIN, stdin.read(source.LARGEST + 1)))
        return
    root.stat()
    if not root.is_dir():
        yield _file(str(root))
        return
    os.scandir(root).close()
    empty = True
    for read in _below(root):
        empty = False
        yield read
    if empty:
        hint = "specs are files that end in .yaml, .yml or .json"
        yield _refused(str(root), codes.NO_DOCUMENT, "folder holds no spec file", hint)


def specs(read: Read) -> Read:
    """The file with the documents that are specs, and a finding for every other document."""
    kept: list[Document] = []
    found: list[Diagnostic] = []
    passed: list[Span] = []
    for document in read.documents:
        if document.data is None:  # empty, or said to be no data
            continue
        reason = _not_a_spec(document)
        if reason is None:
            kept.append(document)
            continue
        found.append(reason)
        passed.append(document.value(()))
    kept_found = [one for one in read.found if not _holds(passed, one)]
    if not (kept or passed or read.found):
        hint = "a spec begins with `apiVersion: burnrules.dev/v1`"
        found.append(codes.NO_DOCUMENT.at(Span(read.file), "no SLO in file", hint=hint))
    return read._replace(documents=tuple(kept), found=(*kept_found, *found))


class _Entry(NamedTuple):
    """A folder, or what may be a file of specs: as one would name it, and where it really is."""

    path: str
    place: str
    folder: bool


def _below(root: Path) -> Iterator[Read]:
    top = os.path.realpath(root)
    inside = os.path.join(top, "")
    seen: set[str] = set()  # links may lead to one place twice, or in circles
    waiting = [_Entry(str(root), top, folder=True)]
    while waiting:
        one = waiting.pop()
        if one.place in seen:
            continue
        seen.add(one.place)
        if one.place != top and not one.place.startswith(inside):
            yield _outside(one.path)
        elif one.folder:
            try:
                waiting += sorted(_entries(one), reverse=True)
            except OSError as wrong:
                yield _unreadable(one.path, wrong)
        else:
            yield _file(one.path)


def _entries(folder: _Entry) -> Iterator[_Entry]:
    with os.scandir(folder.path) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                place, below = os.path.realpath(entry.path), os.path.isdir(entry.path)
            else:
                place, below = os.path.join(folder.place, entry.name), entry.is_dir()
            if below or os.path.splitext(entry.name)[1].lower() in _SUFFIXES:
                yield _Entry(entry.path, place, below)


def _outside(path: str) -> Read:
    hint = "copy the file, or give its folder on the command line"
    return _refused(path, codes.UNREADABLE, "link leads out of the folder of specs", hint)


def _file(path: str) -> Read:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            hint = "to read from a pipe, give `-`"
            return _refused(path, codes.UNREADABLE, "not a regular file", hint)
        if status.st_size > source.LARGEST:
            name = _name(path)
            return Read(name, (), (source.too_large(name, status.st_size),), "")
        with open(path, "rb", buffering=0) as stream:
            raw = stream.read()
    except OSError as wrong:
        return _unreadable(path, wrong)
    if raw.startswith(_GENERATED):  # the output folder may lie below the specs
        return Read(_name(path), (), (), "")
    return specs(_json(source.read(_name(path), raw)))


def _unreadable(path: str, wrong: OSError) -> Read:
    reason = (wrong.strerror or "unknown reason").lower()
    return _refused(path, codes.UNREADABLE, f"cannot be read: {reason}", "look at its permissions")


def _refused(path: str, code: Code, message: str, hint: str) -> Read:
    name = _name(path)
    return Read(name, (), (code.at(Span(name), message, hint=hint),), "")


def _name(path: str) -> str:
    """A path as one would type it here."""
    return path.removeprefix("./").removeprefix(os.path.join(os.getcwd(), ""))


def _json(read: Read) -> Read:
    """A broken JSON file with what JSON itself finds wrong, not what YAML does."""
    broken = [found for found in read.found if found.code == codes.NOT_YAML.id]
    if not broken or not read.file.lower().endswith(".json"):
        return read
    try:
        json.loads(read.text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as wrong:
        line, column = wrong.lineno, wrong.colno
        span = Span(read.file, line, column, line, column + 1)
        words = (text for start, text in _JSON if wrong.msg.startswith(start))
        message = next(words, "JSON breaks off here")
        hint = "look at the quotes, brackets and commas before it"
        better = codes.NOT_YAML.at(span, message, hint=hint)
        return read._replace(found=tuple(better if f is broken[0] else f for f in read.found))
    except RecursionError:
        return read
    return read


def _not_a_spec(document: Document) -> Diagnostic | None:
    """Why a document is none of our specs, or None."""
    data = document.data
    if not isinstance(data, dict):
        what = "a list" if isinstance(data, list) else "text"
        hint = "a spec is a mapping that begins with `apiVersion: burnrules.dev/v1`"
        message = f"document {document.index + 1} is {what}, not a mapping"
        return codes.UNKNOWN_KIND.at(document.value(()), message, hint=hint)
    version, kind = _text(data, "apiVersion"), _text(data, "kind")
    if tool := _tool(version or _text(data, "version")):
        place = document.value(("apiVersion",) if version else ("version",))
        hint = "translate it by hand; burnrules reads its own specs only, for now"
        return codes.OTHER_FORMAT.at(place, f"this is a spec of {tool}", hint=hint)
    if version.startswith(_GROUP) or kind in KINDS:
        return _unknown(document, version, kind)
    return _foreign(document, version, kind)


def _unknown(document: Document, version: str, kind: str) -> Diagnostic | None:
    known = f"write `apiVersion: {API_VERSION}`"
    if not version:
        return codes.API_VERSION.at(document.value(()), "`apiVersion` is missing", hint=known)
    if version != API_VERSION:
        place = document.value(("apiVersion",))
        message = f"apiVersion `{_short(version)}` is not known"
        return codes.API_VERSION.at(place, message, hint=known)
    if kind in KINDS:
        return None
    if not kind:
        hint = f"write one of {', '.join(KINDS)}"
        return codes.UNKNOWN_KIND.at(document.value(()), "`kind` is missing", hint=hint)
    hint = near(kind, KINDS) or f"known are {', '.join(KINDS)}"
    place = document.value(("kind",))
    return codes.UNKNOWN_KIND.at(place, f"kind `{_short(kind)}` is not known", hint=hint)


def _foreign(document: Document, version: str, kind: str) -> Diagnostic:
    keys: Iterable[str] = document.data
    if {"receivers", "service"} <= set(keys):
        hint = "name it in a Telemetry document, under `spanMetrics.config`"
        message = "this looks like an OpenTelemetry Collector configuration"
        return codes.COLLECTOR_CONFIG.at(document.key(("receivers",)), message, hint=hint)
    if kind:
        message = f"document {document.index + 1} (kind `{_short(kind)}`) skipped: not a spec"
        hint = "keep other manifests in a folder of their own"
        return codes.FOREIGN_KIND.at(document.value(("kind",)), message, hint=hint)
    hint = f"a spec begins with `apiVersion: {API_VERSION}`"
    message = f"apiVersion `{_short(version)}` is not known" if version else "no `apiVersion`"
    return codes.API_VERSION.at(document.value(("apiVersion",)), message, hint=hint)


def _tool(version: str) -> str | None:
    return next((tool for start, tool in _OTHER_TOOLS if version.startswith(start)), None)


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _holds(passed: list[Span], found: Diagnostic) -> bool:
    """Whether a finding is about a document that is passed over; broken YAML is about the file."""
    line = found.span.line
    before = bisect_right(passed, line, key=lambda span: span.line)
    inside = before > 0 and line <= passed[before - 1].end_line
    return inside and found.code != codes.NOT_YAML.id
