"""Changes to files: every one or none, and never a broken one."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from burnrules.diagnostics import Severity
from burnrules.write.compare import JOURNAL, Change, Changes, content, interrupted

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
            due = _still_due(root, changes.files)
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


def _still_due(root: Path, files: Sequence[Change]) -> list[Change]:
    due = []
    for change in files:
        now = content(root / change.path)
        if now not in (change.old, change.new):
            reason = "it changed while burnrules ran"
            raise OSError(errno.EBUSY, reason, str(root / change.path))
        if now != change.new:
            due.append(change)
    return due


@contextmanager
def _staged(root: Path, files: Sequence[Change]) -> Iterator[dict[str, Path]]:
    """Every new content on the disk beside its file, so that a full disk is met before a change."""
    made: list[Path] = []
    checked: set[Path] = set()
    staged: dict[str, Path] = {}
    try:
        for number, change in enumerate(files):
            folder = (root / change.path).parent
            if folder not in checked:
                checked.add(folder)
                made += _make(root, folder)
            if change.new is not None:
                staged[change.path] = folder / f".burnrules-{number}.new"
                _store(staged[change.path], change.new, like=root / change.path)
        for temporary in staged.values():  # in a second pass: by then most is on its way
            _sync(temporary)
        yield staged
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):  # it has become a home
                folder.rmdir()


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


def _store(path: Path, new: bytes, *, like: Path) -> None:
    mode = like.stat().st_mode & 0o777 if like.exists() else None
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o666), "wb", buffering=0) as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        rest = memoryview(new)
        while rest:
            rest = rest[file.write(rest) :]


def _replace(root: Path, files: Sequence[Change], staged: dict[str, Path]) -> None:
    for path, temporary in staged.items():
        temporary.replace(root / path)
    folders = {folder for change in files for folder in _folders(root, change.path)}
    for change in files:
        if change.new is None:
            (root / change.path).unlink()
    for folder in sorted(folders - {root}, reverse=True):
        with suppress(OSError):  # it is not empty
            folder.rmdir()
    for folder in sorted(folders):
        if folder.is_dir():
            _sync(folder)


def _folders(root: Path, path: str) -> list[Path]:
    return [folder for folder in (root / path).parents if folder.is_relative_to(root)]


def _note(root: Path, folders: frozenset[str]) -> None:
    """Makes the journal say that these folders are in between, or drops it."""
    journal = root / JOURNAL
    if not folders:
        journal.unlink(missing_ok=True)
    else:
        temporary = root / ".burnrules-note.new"
        _store(
            temporary, "".join(f"{folder}\n" for folder in sorted(folders)).encode(), like=journal
        )
        _sync(temporary)
        temporary.replace(journal)
    _sync(root)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
