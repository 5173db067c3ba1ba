"""Independent work, spread over the processor's cores where it pays."""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple, NoReturn, TypeVar

ENOUGH = 4  # tasks; starting processes costs as much as the proofs of one SLO

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """The result of each task, in order; results must be picklable, tasks need not be.

    Processes are forked, so that tasks are there without being sent. Where that is impossible or
    unsafe (no fork, other threads, one core), and where a process dies, the work is done here.
    """
    done = 0
    if len(tasks) >= ENOUGH and _cores() > 1 and _can_fork():
        for result in _forked(work, tasks):
            done += 1
            yield result
    yield from map(work, tasks[done:])


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    return hasattr(os, "fork") and threading.active_count() == 1


class _Worker(NamedTuple):
    process: int
    results: BinaryIO


def _forked(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Results up to the first that no process gives; what went wrong with it shows when done here.

    Each process takes every n-th task and has a pipe of its own. It has no queue to wait at, and
    cannot write when this process is gone, however that ended: so none outlives it for long.
    """
    count = min(_cores(), len(tasks))
    workers: list[_Worker] = []
    try:
        for first in range(count):
            workers.append(_started(work, tasks[first::count]))  # noqa: PERF401  # ended below
        for index in range(len(tasks)):
            yield pickle.load(workers[index % count].results)  # noqa: S301  # from our own process
    except (EOFError, MemoryError, OSError, pickle.UnpicklingError):
        return
    finally:
        for one in workers:
            one.results.close()
            with suppress(ProcessLookupError, ChildProcessError):  # where SIGCHLD is ignored
                os.kill(one.process, signal.SIGKILL)  # it may be in the middle of a long task
                os.waitpid(one.process, 0)


def _started(work: Callable[[Any], Any], tasks: Sequence[Any]) -> _Worker:
    read, write = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(read)
        os.close(write)
        raise
    if not process:
        _work(work, tasks, read, write)
    os.close(write)
    return _Worker(process, os.fdopen(read, "rb"))


def _work(work: Callable[[Any], Any], tasks: Sequence[Any], read: int, write: int) -> NoReturn:
    """In a new process: results until all are done, one fails, or nobody reads any more."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles it
        os.close(read)
        with os.fdopen(write, "wb") as results:
            for one in tasks:
                pickle.dump(work(one), results)
                results.flush()
    finally:
        os._exit(0)  # nothing of the parent's is flushed, freed or told twice
