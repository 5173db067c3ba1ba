"""Work that is spread over processes gives what it gives in one, and survives what befalls them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from burnrules import workers

TASKS = range(20)


def square(number: int) -> tuple[int, int]:
    """What is asked, and where it was worked out."""
    return number * number, os.getpid()


def fragile(number: int) -> int:
    """Ends its process in the middle, but not this one."""
    if number == 9 and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def refused(number: int) -> int:
    if number == 9:
        raise LookupError(number)
    return number


PARENT = os.getpid()


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 2)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a command: pytest's workers have threads, so what they fork is up to them."""
    monkeypatch.setattr(workers, "_can_fork", lambda: True)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.usefixtures("alone")
def test_results_come_in_order_from_other_processes() -> None:
    made = list(workers.spread(square, TASKS))

    assert [one for one, _ in made] == [one * one for one in TASKS]
    assert os.getpid() not in {where for _, where in made}


def test_few_tasks_stay_in_this_process() -> None:
    assert {where for _, where in workers.spread(square, range(3))} == {os.getpid()}


def test_beside_other_threads_nothing_is_forked() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert {where for _, where in workers.spread(square, TASKS)} == {os.getpid()}
    finally:
        done.set()
        other.join()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.usefixtures("alone")
def test_when_a_process_is_killed_the_rest_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PARENT", os.getpid())

    assert list(workers.spread(fragile, TASKS)) == [one * one for one in TASKS]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.usefixtures("alone")
def test_an_error_in_a_process_is_raised_here() -> None:
    with pytest.raises(LookupError, match="9"):
        list(workers.spread(refused, TASKS))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.usefixtures("alone")
def test_a_caller_who_stops_reading_leaves_no_process() -> None:
    results = workers.spread(square, TASKS)
    _, process = next(results)
    results.close()  # type: ignore[attr-defined]

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.usefixtures("alone")
def test_where_no_process_starts_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)

    assert {where for _, where in workers.spread(square, TASKS)} == {os.getpid()}


ENDLESS = """
import os, sys, time
from burnrules import workers
workers._cores = lambda: 2
def told(number):
    time.sleep(0.05)
    return os.getpid()
for where in workers.spread(told, range(1000)):
    print(where, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_processes_end_with_the_one_that_started_them(how: signal.Signals) -> None:
    run = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    others = {int(run.stdout.readline()) for _ in range(4)}
    run.send_signal(how)
    run.wait()

    assert len(others) == 2
    assert run.pid not in others
    deadline = time.monotonic() + 30
    while any(map(_runs, others)) and time.monotonic() < deadline:
        time.sleep(0.05)
    run.stdout.close()
    assert not any(map(_runs, others))


def _runs(process: int) -> bool:
    """Whether it is there, and no zombie that nobody has asked about."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_an_interrupt_ends_a_run_with_its_processes_and_says_one_line(tmp_path: Path) -> None:
    slos = tmp_path / "slos"
    slos.mkdir()
    (slos / "a.yaml").write_text(
        "apiVersion: burnrules.dev/v1\nkind: CriticalPath\nmetadata: {name: a}\n"
        "spec:\n  entry: {service: a, route: /a}\n  slos:\n"
        + "".join(
            f"    - {{name: s{n}, objective: 99.9, sli: {{errors: {{}}}}}}\n" for n in range(300)
        )
    )
    command = [sys.executable, "-m", "burnrules", "generate", "slos", "--only", "promtool-tests"]
    run = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(3)
    os.killpg(run.pid, signal.SIGINT)
    out, _ = run.communicate(timeout=60)

    assert "Traceback" not in out
    assert run.returncode not in (0, None), out
    assert not (tmp_path / "generated").exists()
