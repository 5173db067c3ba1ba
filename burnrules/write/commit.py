"""Changes to files: every one or none, and never a broken one."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from burnrules.diagnostics import Severity
from burnrules.write.compare import JOURNAL, Change, Changes, content, interrupted, overtaken

_ATTEMPTS, _PAUSE = 40, 0.05


def apply(root: Path, changes: Changes) -> None:
    """Makes the changes; stopped half way, it leaves whole files, and a journal that says so."""
    if any(finding.severity is Severity.ERROR for finding in changes.found):
        raise ValueError(changes.found)
    if not changes and not changes.leftovers:
        return
    with ExitStack() as held:
        with _explained(root, "nothing was changed"):
            held.enter_context(_locked(root))
            for leftover in changes.leftovers:
                (root / leftover).unlink(missing_ok=True)
            due = _still_due(root, changes)
            staged = held.enter_context(_staged(root, due))
            before = interrupted(root)
            _note(root, before.union(change.path.partition("/")[0] for change in due))
        with _explained(root, "some files are new, some old; run `burnrules generate` again"):
            _replace(root, due, staged)
            _note(root, before - changes.kinds)


@contextmanager
def _explained(root: Path, outcome: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"cannot write {error.filename or root}: {error.strerror}; {outcome}"
        raise OSError(error.errno, reason) from error


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    for _ in range(_ATTEMPTS):
        with suppress(BlockingIOError):
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(_PAUSE)
    raise OSError(errno.EAGAIN, "another run is writing there")


def _still_due(root: Path, changes: Changes) -> list[Change]:
    """The changes that nobody has made since they were found; no other file may have changed."""
    due = []
    wrong = overtaken(root, changes)
    for change in changes.files:
        now = content(f"{root}/{change.path}")
        if now not in (change.old, change.new):
            wrong = change.path
        elif now != change.new:
            due.append(change)
    if wrong is not None:
        raise OSError(errno.EBUSY, "it changed while burnrules ran", str(root / wrong))
    return due


@contextmanager
def _staged(root: Path, files: Sequence[Change]) -> Iterator[dict[str, str]]:
    """Every new content on the disk beside its file, so that a full disk is met before a change.

    From the path of each file to that of its new content; what is in place is taken out of it.
    """
    made: list[Path] = []
    checked: set[str] = set()
    staged: dict[str, str] = {}
    try:
        for number, change in enumerate(files):
            folder = change.path.rpartition("/")[0]
            if folder not in checked:
                checked.add(folder)
                made += _make(root, root / folder)
            if change.new is not None:
                path = f"{root}/{change.path}"
                staged[path] = f"{root}/{folder}/.burnrules-{number}.new"
                _store(staged[path], change.new, like=None if change.old is None else path)
        for temporary in staged.values():  # in a second pass: by then most is on its way
            _sync(temporary)
        yield staged
    finally:
        for temporary in staged.values():
            with suppress(FileNotFoundError):
                os.unlink(temporary)
        for created in reversed(made):
            with suppress(OSError):  # it has become a home
                created.rmdir()


def _make(root: Path, folder: Path) -> list[Path]:
    """The folders that had to be made for `folder`, outermost first."""
    missing = [f for f in (folder, *folder.parents) if f.is_relative_to(root) and not f.is_dir()]
    for absent in reversed(missing):
        absent.mkdir()
    if folder.resolve() != root.resolve() / folder.relative_to(root):
        raise OSError(errno.ELOOP, "a symbolic link is in the way", str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        sealed = os.statvfs(folder).f_flag & os.ST_RDONLY
        wrong = errno.EROFS if sealed else errno.EACCES
        raise OSError(wrong, os.strerror(wrong), str(folder))
    return missing[::-1]


def _store(path: str, new: bytes, *, like: str | None) -> None:
    """Writes a new file; with the permissions of the one that it is to replace, if there is one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    handle = os.open(path, flags, 0o666)
    try:
        if like is not None:
            os.fchmod(handle, os.stat(like).st_mode & 0o777)
        rest = memoryview(new)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def _replace(root: Path, files: Sequence[Change], staged: dict[str, str]) -> None:
    for path in tuple(staged):
        os.replace(staged[path], path)
        del staged[path]
    for change in files:
        if change.new is None:
            (root / change.path).unlink()
    inside = {folder for change in files for folder in _folders(change.path)}
    for folder in sorted(inside, reverse=True):
        with suppress(OSError):  # it is not empty
            (root / folder).rmdir()
    for folder in sorted({"", *inside}):
        if (root / folder).is_dir():
            _sync(f"{root}/{folder}")


def _folders(path: str) -> Iterator[str]:
    """The folders on the way to a file below the output folder."""
    while path := path.rpartition("/")[0]:
        yield path


def _note(root: Path, folders: frozenset[str]) -> None:
    """Makes the journal say that these folders are in between, or drops it."""
    journal = root / JOURNAL
    if not folders:
        journal.unlink(missing_ok=True)
    else:
        temporary = f"{root}/.burnrules-note.new"
        named = "".join(f"{folder}\n" for folder in sorted(folders))
        _store(temporary, named.encode(), like=str(journal) if journal.exists() else None)
        _sync(temporary)
        os.replace(temporary, journal)
    _sync(str(root))


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
