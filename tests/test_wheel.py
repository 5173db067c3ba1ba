"""What is installed: the package and nothing else, and what development installs, pinned."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements-dev.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Built from what git knows, so that nobody's leftovers count."""
    tree, made = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "x"], cwd=tree, input=packed.stdout, check=True)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", made, tree], capture_output=True, check=True)
    [wheel] = made.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_the_wheel_holds_the_package_and_nothing_else(names: list[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD", "burnrules"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    inside = [name for name in names if not re.match(r"burnrules-[0-9.]+\.dist-info/", name)]

    assert sorted(inside) == sorted(listed.stdout.splitlines())


def test_whatever_development_installs_is_pinned_with_hashes() -> None:
    pinned = re.findall(
        r"^([a-z0-9.-]+)==\S+(?: ;[^\n]*?)? \\\n    --hash=sha256:", LOCK, re.MULTILINE
    )
    lines = [line for line in LOCK.splitlines() if re.match(r"[a-z]", line)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    named = {re.match(r"[\w.-]+", one)[0].lower().replace(".", "-") for one in wanted}

    assert len(pinned) == len(lines)
    assert named <= set(pinned)


def test_the_lock_is_complete_since_pip_is_told_to_resolve_nothing() -> None:
    """With hashes, older pips refuse an extra of a locked package once a newer version is out."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert "--no-deps --require-hashes" in (ROOT / "Makefile").read_text("utf-8")
