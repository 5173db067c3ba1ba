"""CPU time of commands, as the best of several runs: the least disturbed one."""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PLAIN = "prometheus-rules"
RULES = (PLAIN, "prometheus-operator")
"""The kinds that the limits are about; proofs take longer than everything else, by design."""


def cpu(command: Sequence[str], runs: int = 7) -> float:
    """Seconds of user and system time of a command that must succeed."""
    return min(_once(command) for _ in range(runs))


def python(code: str, runs: int = 7) -> float:
    """The same for a line of Python under this interpreter."""
    return cpu([sys.executable, "-c", code], runs)


def burnrules(*arguments: str) -> list[str]:
    """The command as installed, in the environment of this interpreter."""
    return [str(Path(sys.executable).with_name("burnrules")), *arguments]


def generate(slos: Path, out: Path, *kinds: str) -> list[str]:
    """`burnrules generate` of these kinds, all when none is given."""
    only = [word for kind in kinds for word in ("--only", kind)]
    return burnrules("generate", str(slos), "--out", str(out), *only)


def verdict(name: str, seconds: float, limit: float) -> bool:
    """Prints one line of the table; whether the limit holds."""
    held = seconds < limit
    print(f"{name:<44} {seconds:8.4f} s   limit {limit:8.4f} s   {'ok' if held else 'TOO SLOW'}")
    return held


def _once(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "NO_COLOR": "1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
