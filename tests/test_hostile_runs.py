"""Machines, neighbours and signals that do not mean well: real processes, and what they leave."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from test_hostile import HEAD, PATH, SLO

from burnrules.write import interrupted

COMMAND = [sys.executable, "-m", "burnrules"]
RULES = ("--only", "prometheus-rules", "--only", "alertmanager")
ROOT = os.geteuid() == 0
# Root reads and writes everything, unless it gives up the right to.
ORDINARY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if ROOT else []
OLD, NEW = 1, 2


def specs(folder: Path, generation: int) -> Path:
    """Specs whose every file differs from that of the other generation."""
    for number in range(30):
        text = PATH.replace("name: a", f"name: p{number}").replace("99,", f"{97 + generation},")
        (folder / f"{number}.yaml").write_text(text)
    return folder


@pytest.fixture
def slos(tmp_path: Path) -> Path:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    (tmp_path / "slos").mkdir()
    return tmp_path / "slos"


def ran(
    *arguments: str,
    cwd: Path,
    before: list[str] | None = None,
    setup: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    made = subprocess.run(
        [*(before or []), *COMMAND, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=setup,
    )
    assert made.returncode in (0, 1, 2), made.stderr
    assert "Traceback" not in made.stderr
    return made


def state(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def traps(slos: Path) -> Iterator[Path]:
    (slos / "good.yaml").write_text(PATH)
    (slos / "loop.yaml").symlink_to("loop.yaml")
    (slos / "there").symlink_to("back")
    (slos / "back").symlink_to("there")
    (slos / "up").symlink_to("..")
    (slos / "secret.yaml").symlink_to("/etc/passwd")
    os.mkfifo(slos / "pipe.yaml")
    (slos / "mine.yaml").write_text(PATH)
    (slos / "mine.yaml").chmod(0)
    (slos / "closed").mkdir()
    (slos / "closed").chmod(0)
    yield slos
    (slos / "closed").chmod(0o700)


@pytest.mark.parametrize("command", ["generate", "validate", "explain a"])
def test_a_tree_full_of_traps_is_read_to_its_end_and_told(traps: Path, command: str) -> None:
    made = ran(*command.split(), "slos", "--format", "line", cwd=traps.parent, before=ORDINARY)

    assert made.returncode == (0 if "explain" in command else 2)
    told = {
        line.split(":")[0] for line in (made.stdout + made.stderr).splitlines() if "BR015" in line
    }
    closed = {"slos/mine.yaml", "slos/closed"}
    traps_told = {f"slos/{name}" for name in ("loop.yaml", "up", "secret.yaml", "pipe.yaml")}
    assert told == (closed | traps_told if "explain" not in command else set())
    assert not (traps.parent / "generated").exists()


@pytest.fixture
def generated(slos: Path) -> Path:
    """A tree of the old generation, before which stand specs of the new one."""
    specs(slos, OLD)
    made = ran("generate", *RULES, cwd=slos.parent)
    assert made.returncode == 0, made.stdout
    specs(slos, NEW)
    return slos.parent / "generated"


def full(out: Path) -> list[str]:
    out.rename(out.with_name("before"))
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800k", "none", out], check=True)
    shutil.copytree(out.with_name("before"), out, dirs_exist_ok=True)
    return []


def read_only(out: Path) -> list[str]:
    full(out)
    subprocess.run(["mount", "-o", "remount,ro", out], check=True)
    return []


def closed(out: Path) -> list[str]:
    for folder in out.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o555)
    return ORDINARY


def small_files(_: Path) -> list[str]:
    return ["prlimit", "--fsize=4096"]


MOUNTS = ROOT and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
mounted = pytest.mark.skipif(not MOUNTS, reason="may not mount")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(full, "no space left on device", marks=mounted),
        pytest.param(read_only, "read-only file system", marks=mounted),
        (closed, "permission denied"),
        (small_files, "file too large"),
    ],
)
def test_an_output_that_cannot_be_written_stays_as_it_was(
    generated: Path, spoil: Callable[[Path], list[str]], reason: str
) -> None:
    before = state(generated)
    with ExitStack() as stack:
        if spoil in (full, read_only):
            stack.callback(subprocess.run, ["umount", generated], check=False)
        made = ran("generate", *RULES, cwd=generated.parent, before=spoil(generated))
        after = state(generated)

    assert made.returncode == 2
    assert reason in made.stderr.lower()
    assert "nothing was changed" in made.stderr
    assert after == before


def test_runs_at_once_leave_the_tree_of_one_of_them(generated: Path) -> None:
    here = generated.parent
    shutil.copytree(here / "slos", here / "others")
    specs(here / "others", OLD)
    trees = []
    for folder in ("slos", "others"):
        ran("generate", folder, *RULES, "--out", f"of-{folder}", cwd=here)
        trees.append(_bodies(here / f"of-{folder}"))

    runs = [
        subprocess.Popen(
            [*COMMAND, "generate", folder, *RULES], cwd=here, stderr=subprocess.PIPE, text=True
        )
        for folder in ("slos", "others", "slos", "others")
    ]
    told = [run.communicate(timeout=60)[1] for run in runs]

    assert {run.returncode for run in runs} <= {0, 2}
    assert 0 in {run.returncode for run in runs}
    assert not [text for text in told if "Traceback" in text]
    assert _bodies(generated) in trees
    assert not interrupted(generated)


def _bodies(root: Path) -> dict[str, bytes]:
    """The files without their headers, which name the specs."""
    return {path: raw.partition(b"\n")[2] for path, raw in state(root).items()}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
@pytest.mark.parametrize(
    "tries", [3, pytest.param(25, marks=pytest.mark.slow)], ids=["a few", "many"]
)
def test_a_run_stopped_while_it_writes_leaves_one_tree_or_says_so(
    generated: Path, number: signal.Signals, tries: int
) -> None:
    here = generated.parent
    old = state(generated)
    ran("generate", *RULES, "--out", "new", cwd=here)
    new = state(here / "new")
    dice = random.Random(7)  # noqa: S311  # where a run is stopped
    for _ in range(tries):
        shutil.rmtree(generated)
        _write(generated, old)
        sign = dice.choice(["prometheus-rules/.burnrules-0.new", ".burnrules-interrupted"])
        _stopped(here, number, sign, dice.uniform(0, 0.002))

        left = {path: raw for path, raw in state(generated).items() if path.endswith(".yaml")}
        assert left.items() <= {*old.items(), *new.items()}
        if left not in (old, new):
            assert interrupted(generated)
            for command in (("generate", "--check", *RULES), ("test",)):
                refused = ran(*command, cwd=here)
                assert refused.returncode == 1
                assert "stopped half way" in refused.stdout + refused.stderr
        assert ran("generate", *RULES, cwd=here).returncode == 0
        assert state(generated) == new


def test_rules_of_a_run_that_was_stopped_half_way_pass_no_test(generated: Path) -> None:
    assert ran("test", cwd=generated.parent).returncode == 0
    (generated / ".burnrules-interrupted").write_text("prometheus-rules\n")

    made = ran("test", cwd=generated.parent)

    assert made.returncode == 1
    assert made.stderr == (
        "burnrules: generated: an earlier run was stopped half way; run `burnrules generate`\n"
    )


def test_a_pipe_among_the_rules_is_told_instead_of_waited_for(generated: Path) -> None:
    os.mkfifo(generated / "prometheus-rules" / "pipe.yaml")

    made = ran("test", cwd=generated.parent)

    assert made.returncode == 2
    assert made.stderr.startswith("burnrules: generated/prometheus-rules/pipe.yaml: not a regular")


def _write(root: Path, files: dict[str, bytes]) -> None:
    for path, raw in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)


def _stopped(here: Path, number: signal.Signals, sign: str, later: float) -> None:
    """A run that gets a signal some moments after it began to write, or to replace."""
    run = subprocess.Popen(
        [*COMMAND, "generate", *RULES], cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    while run.poll() is None and not (here / "generated" / sign).exists():
        time.sleep(0.0001)
    time.sleep(later)
    run.send_signal(number)
    _, told = run.communicate(timeout=60)
    assert b"Traceback" not in told


@pytest.mark.slow
def test_a_thousand_slos_on_one_path_compile_in_time(slos: Path) -> None:
    text = "".join(SLO.replace("name: x", f"name: s{i}") for i in range(1_000))
    (slos / "a.yaml").write_text(HEAD + "  entry: {service: s}\n  slos:\n" + text)

    started = time.monotonic()
    made = ran("generate", *RULES, cwd=slos.parent, setup=_two_gigabytes)

    assert made.returncode == 0, made.stdout
    assert time.monotonic() - started < 20


def _two_gigabytes() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
