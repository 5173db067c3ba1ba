"""Artifacts and the output folder as it is, to the changes between them."""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import normalize

from burnrules.artifact import Artifact
from burnrules.codes import output
from burnrules.diagnostics import Diagnostic, Span, ordered
from burnrules.yamltext import MARK, text

JOURNAL = ".burnrules-interrupted"
"""Present from the first replaced file of a run to its last; names the folders it replaces in."""

_OURS = MARK.encode()
# Not `*.yaml`: that glob of a Prometheus configuration reads dot files too.
_TEMPORARY = re.compile(r"\.burnrules-(?:\d+|note)\.new")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|(?:\A|/)\.{0,2}(?:/|\Z)")

_Tree = dict[str, "os.DirEntry[str]"]


class Foreign(Enum):
    """What becomes of a file in the way that is not ours."""

    KEEP = "keep"
    REPLACE = "replace"


class Change(NamedTuple):
    """One file that is not as it should be; None is a file that is not there."""

    path: str
    old: bytes | None
    new: bytes | None


class Changes(NamedTuple):
    """What a run would do; true when there is something to do."""

    kinds: frozenset[str] = frozenset()
    files: tuple[Change, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    interrupted: frozenset[str] = frozenset()
    """Folders in which an earlier run was stopped half way."""
    leftovers: tuple[str, ...] = ()
    """Temporary files of a run that was killed; harmless."""
    same: Mapping[str, int] = MappingProxyType({})
    """The files that are as they should be, with a hash of their content."""

    def __bool__(self) -> bool:
        return bool(self.files or self.interrupted)


def changes(
    root: Path,
    artifacts: Sequence[Artifact],
    kinds: Collection[str],
    *,
    foreign: Foreign = Foreign.KEEP,
) -> Changes:
    """What it takes to make `root` hold these artifacts, and in the folders `kinds` no others."""
    refused = [*_root_refused(root), *_paths_refused(artifacts)]
    if refused:
        return Changes(found=ordered(refused))
    wanted = {artifact.path: artifact for artifact in artifacts}
    tree = _tree(root, frozenset(kinds) | {path.partition("/")[0] for path in wanted})
    found = [*_in_the_way(root, wanted, tree)]
    files: list[Change] = []
    same: dict[str, int] = {}
    if not found:
        files, same = _compared(wanted, tree)
        files += _orphans(wanted, tree, frozenset(kinds))
    if foreign is Foreign.KEEP:
        found += [_not_ours(root, change) for change in files if _is_foreign(change)]
    stopped = interrupted(root)
    if stopped:
        found.append(_interrupted_run(root))
    return Changes(
        kinds=frozenset(kinds),
        files=tuple(sorted(files, key=lambda change: change.path)),
        found=ordered(found),
        interrupted=stopped,
        leftovers=tuple(sorted(p for p, entry in tree.items() if _is_temporary(entry))),
        same=same,
    )


def overtaken(root: Path, changes: Changes) -> str | None:
    """A file outside the changes that another run has written or removed since they were found."""
    for path, seen in changes.same.items():
        if hash(content(f"{root}/{path}")) != seen:
            return path
    known = changes.same.keys() | {change.path for change in changes.files}
    tree = _tree(root, changes.kinds)
    return next((path for path in tree if path not in known and _is_ours(tree[path])), None)


def interrupted(root: Path) -> frozenset[str]:
    """The folders in which a run was stopped half way: their files may not belong together."""
    journal = content(root / JOURNAL)
    return frozenset(journal.decode(errors="replace").split("\n")[:-1]) if journal else frozenset()


def diff(changes: Changes) -> str:
    """The changes as `diff -u` shows them."""
    return "".join(line for change in changes.files for line in _file_diff(change))


def _file_diff(change: Change) -> Iterator[str]:
    import difflib  # noqa: PLC0415  # 1 ms, for what few runs show

    before = "/dev/null" if change.old is None else f"a/{change.path}"
    after = "/dev/null" if change.new is None else f"b/{change.path}"
    for line in difflib.unified_diff(_lines(change.old), _lines(change.new), before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(written: bytes | None) -> list[str]:
    decoded = (written or b"").decode(errors="backslashreplace")
    return [line for line in re.split(r"(?<=\n)", decoded) if line]


def _root_refused(root: Path) -> Iterator[Diagnostic]:
    # A checkout can bring a link of this name along; it may lead to a neighbour, not elsewhere.
    inside = os.path.realpath(root.parent)
    if root.is_symlink() and not Path(os.path.realpath(root)).is_relative_to(inside):
        hint = "give --out the folder itself"
        yield output.SYMLINK.at(
            Span(str(root)), "the output folder is a link to elsewhere", hint=hint
        )


def _paths_refused(artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    taken: dict[str, Artifact] = {}
    for artifact in artifacts:
        path, span = artifact.path, Span(artifact.source)
        if _UNSAFE.search(path):
            message = f"{path!a} is no path inside the output folder"
            yield output.UNSAFE_PATH.at(span, message, hint="rename the spec or its service")
        other = taken.setdefault(_folded(path), artifact)
        if other is not artifact:
            message = f"`{path}` is also made from `{other.source}`"
            yield output.SAME_PATH.at(span, message, hint="give one of the two another name")


def _tree(root: Path, tops: frozenset[str]) -> _Tree:
    found: _Tree = {}
    pending = [("", str(root))] if root.exists() else []
    while pending:
        above, folder = pending.pop()
        with os.scandir(folder) as listing:
            for entry in listing:
                if not above and entry.name not in tops and not _is_temporary(entry):
                    continue
                found[above + entry.name] = entry
                if entry.is_dir(follow_symlinks=False):
                    pending.append((f"{above}{entry.name}/", entry.path))
    return found


def _in_the_way(root: Path, wanted: dict[str, Artifact], tree: _Tree) -> Iterator[Diagnostic]:
    folders = {
        "/".join(parts[:n])
        for p in wanted
        for parts in [p.split("/")]
        for n in range(1, len(parts))
    }
    for path in sorted((folders | wanted.keys()) & tree.keys()):
        entry, span = tree[path], Span(str(root / path))
        if entry.is_symlink():
            hint = "remove the link, or choose another --out"
            yield output.SYMLINK.at(span, "is a symbolic link; none is followed", hint=hint)
        elif path in wanted and not entry.is_file(follow_symlinks=False):
            yield output.FOREIGN_FILE.at(span, "is in the way of a file", hint="move it away")
        elif path in folders and not entry.is_dir(follow_symlinks=False):
            yield output.FOREIGN_FILE.at(span, "is in the way of a folder", hint="move it away")
    spelled = {_folded(path): path for path in wanted}
    for path in tree:
        if path not in wanted and _folded(path) in spelled:
            message = f"differs from `{spelled[_folded(path)]}` in case only"
            yield output.SAME_PATH.at(Span(str(root / path)), message, hint="remove it first")


def _compared(wanted: dict[str, Artifact], tree: _Tree) -> tuple[list[Change], dict[str, int]]:
    """The files that are not as they should be, and those that are."""
    due: list[Change] = []
    same: dict[str, int] = {}
    for path, artifact in wanted.items():
        old = content(tree[path].path) if path in tree else None
        new = text(artifact).encode()
        if old != new:
            due.append(Change(path, old, new))
        else:
            same[path] = hash(new)
    return due, same


def _orphans(wanted: dict[str, Artifact], tree: _Tree, kinds: frozenset[str]) -> Iterator[Change]:
    for path, entry in tree.items():
        if path not in wanted and path.partition("/")[0] in kinds and _is_ours(entry):
            yield Change(path, content(entry.path), None)


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a file that a run has generated, and no temporary one."""
    if _is_temporary(entry) or not entry.is_file(follow_symlinks=False):
        return False
    with Path(entry.path).open("rb", buffering=0) as file:
        return file.read(len(_OURS)) == _OURS


def _is_temporary(entry: "os.DirEntry[str]") -> bool:
    return _TEMPORARY.fullmatch(entry.name) is not None


def _is_foreign(change: Change) -> bool:
    return change.old is not None and not change.old.startswith(_OURS)


def _not_ours(root: Path, change: Change) -> Diagnostic:
    span, hint = Span(str(root / change.path)), "use --force, or move it away"
    return output.FOREIGN_FILE.at(span, "exists and was not generated by burnrules", hint=hint)


def _interrupted_run(root: Path) -> Diagnostic:
    message, hint = "an earlier run was stopped half way", "run `burnrules generate` without --only"
    return output.INTERRUPTED.at(Span(str(root)), message, hint=hint)


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else normalize("NFC", normalize("NFD", path).casefold())


def content(path: str | Path) -> bytes | None:
    """The bytes of a file; a link is not followed, a pipe not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(handle, "rb", buffering=0) as file:
        return file.read()
