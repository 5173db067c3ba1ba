"""The files that Telemetry documents name, read: Collector and Tempo configurations."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from burnrules import source
from burnrules.codes import health as codes
from burnrules.diagnostics import Diagnostic, Span, shown
from burnrules.source import Document, Read, Reading
from burnrules.tree import Tree


class _Named(NamedTuple):
    """A file by the name that a document gives it, and where."""

    document: Document
    written: str
    place: Span

    @property
    def path(self) -> Path:
        """Where it is: relative to the document."""
        return Path(self.document.file).parent / self.written


def attached(tree: Tree) -> tuple[Tree, tuple[Read, ...]]:
    """The tree with the configurations that its Telemetry documents name, and what was read."""
    configs: dict[str, tuple[Document, ...]] = {}
    reads: list[Read] = []
    for name in sorted(tree.telemetries):
        its = [_read(one) for one in _named(tree, name)]
        reads += its
        if its and all(read.documents for read in its):
            configs[name] = tuple(document for read in its for document in read.documents)
    return (tree._replace(configs=configs) if reads else tree), tuple(reads)


def files(paths: Sequence[Path], stdin: BinaryIO | None = None) -> tuple[Read, ...]:
    """Configurations by their place, wherever it is; `-` is standard input.

    What cannot be read raises `OSError`.
    """
    return tuple(_file(path, stdin) for path in paths)


def _file(path: Path, stdin: BinaryIO | None) -> Read:
    if str(path) == "-" and stdin is not None:
        return source.read("<stdin>", stdin.read(source.LARGEST + 1), Reading.FOREIGN)
    with path.open("rb") as stream:
        return source.read(path.as_posix(), stream.read(source.LARGEST + 1), Reading.FOREIGN)


def _named(tree: Tree, name: str) -> list[_Named]:
    one = tree.telemetries[name]
    files = one.model.spec.span_metrics.config or ()
    loc = ("spec", "spanMetrics", "config")
    listed = isinstance(one.document.written(loc), list)
    return [
        _Named(one.document, file, one.document.value((*loc, index) if listed else loc))
        for index, file in enumerate(files)
    ]


def _read(one: _Named) -> Read:
    """The file, if it is one below the working directory; else why not."""
    here = Path.cwd().resolve()
    try:
        found = one.path.resolve()
        if not found.is_relative_to(here):
            return _refused(one, codes.CONFIG_OUTSIDE.at(one.place, _outside(one), hint=_COPY))
        status = found.stat()
        if not stat.S_ISREG(status.st_mode):
            return _refused(one, _unreadable(one, "not a regular file"))
        with found.open("rb") as stream:
            raw = stream.read(source.LARGEST + 1)
    except (OSError, RuntimeError, ValueError) as wrong:  # a loop of links; a name with a NUL
        reason = getattr(wrong, "strerror", None) or "no such file can be"
        return _refused(one, _unreadable(one, reason.lower()))
    name = os.path.relpath(found, here).replace(os.sep, "/")
    read = source.read(name, raw, Reading.FOREIGN)
    if not any(not document.empty for document in read.documents) and not read.found:
        return _refused(one, _unreadable(one, "it is empty"))
    return read


_COPY = "keep the configuration below the directory that burnrules runs in"


def _outside(one: _Named) -> str:
    return f"`{shown(one.written)}` leads out of the directory that burnrules runs in"


def _unreadable(one: _Named, reason: str) -> Diagnostic:
    message = f"cannot read `{shown(one.written)}`: {reason}"
    hint = f"paths are relative to {one.document.file}"
    return codes.CONFIG_UNREADABLE.at(one.place, message, hint=hint)


def _refused(one: _Named, why: Diagnostic) -> Read:
    return Read(one.document.file, (), (why,), one.document.lines.text)
