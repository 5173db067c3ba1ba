"""The end of the tutorial, which the site shows as it was printed, on a real Prometheus."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from running import eventually, free_port

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from docsite import __main__ as site  # noqa: E402  # docs/ is no package of ours
from docsite import blocks  # noqa: E402
from docsite import running as docs  # noqa: E402

PAGE = (site.PAGES / "tutorial.md").read_text("utf-8")
WITHIN = 200  # seconds; the page promises two minutes


def recorded() -> Iterator[tuple[str, str]]:
    """Each command that the page does not run when it is built, with what it is to print."""
    for before, block in pairwise(blocks.parts(PAGE)):
        if before == blocks.Directive("server", ()) and isinstance(block, blocks.Block):
            yield from blocks.commands(block.body)


@pytest.mark.server
def test_the_tutorial_ends_with_a_firing_alert() -> None:
    ports = {port: str(free_port()) for port in ("8889", "9090")}
    commands = list(recorded())
    assert any("alertname=" in shown for _, shown in commands)

    with docs.page("tutorial.md", site.MAKERS) as run:
        run.rendered(PAGE)
        for name in ("shop.py", "prometheus.yml"):
            path = run.folder / name
            path.write_text(elsewhere(path.read_text("utf-8"), ports), "utf-8")
        background = [elsewhere(one, ports) for one, _ in commands if one.endswith(" &")]
        with started(run.folder, background):
            for command, shown in commands:
                if not command.endswith(" &"):
                    until(run.folder, elsewhere(command, ports), shown)


def elsewhere(text: str, ports: Mapping[str, str]) -> str:
    for known, free in ports.items():
        text = text.replace(known, free)
    return text


@contextmanager
def started(folder: Path, commands: list[str]) -> Iterator[None]:
    processes = [
        subprocess.Popen(
            ["bash", "-c", f"exec {command.removesuffix(' &')}"], cwd=folder,
            env=docs.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]  # fmt: skip
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def until(folder: Path, command: str, shown: str) -> None:
    """Asks again and again until a command prints what the page shows; times are left out."""

    last = [""]

    def printed() -> bool:
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=docs.environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        last[0] = re.sub(r"@\[[\d.]+\]", "@[…]", done.stdout.strip())
        return last[0] == shown

    try:
        eventually(printed, command, WITHIN)
    except AssertionError as late:
        raise AssertionError(
            f"{late}; the last answer:\n{last[0]}\nthe page shows:\n{shown}"
        ) from late
