"""Independent work, spread over the processor's cores where it pays."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

ENOUGH = 4  # tasks; starting processes costs as much as the proofs of one SLO

Task = TypeVar("Task")
Result = TypeVar("Result")
_given: tuple[Callable[[Any], Any], Sequence[Any]]


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


def _forked(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # most runs need none
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    pool = ProcessPoolExecutor(
        min(_cores(), len(tasks)), get_context("fork"), _begin, (work, tasks)
    )
    try:
        yield from pool.map(_result, range(len(tasks)))
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(work: Callable[[Any], Any], tasks: Sequence[Any]) -> None:
    """In a new process: what was inherited, and an interrupt that is the parent's to handle."""
    global _given  # noqa: PLW0603  # set once a process, before its first task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given = work, tasks


def _result(index: int) -> Any:
    work, tasks = _given
    return work(tasks[index])
