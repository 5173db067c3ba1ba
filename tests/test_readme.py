"""What the README shows is what happens."""

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import burnrules
from burnrules.emit import EMITTERS, PROOFS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"README has no block {name}"
    return found[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_the_spec_that_the_readme_shows_becomes_the_output_beside_it(folder: Path) -> None:
    (folder / "checkout.yaml").write_text(block("spec"), "utf-8")

    made = burnrules.compile_tree(Path("checkout.yaml"), kinds=["prometheus-rules"])

    assert made.found == ()
    text = burnrules.artifact_text(made.artifacts[0])
    for part in block("output").split("# …\n"):
        assert part in text
    rules = len(re.findall("- (?:record|alert):", text))
    assert f"makes {rules} rules of it" in README


def test_every_kind_of_file_has_its_row() -> None:
    table = README.partition("## What is made")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| ([a-z]+-?[a-z]*) \|", table, re.MULTILINE)) - {"kind"} == set(
        EMITTERS
    )


def test_every_command_that_the_readme_shows_runs_in_order(folder: Path) -> None:
    for command in block("run").splitlines():
        done = run("sh", "-c", command)

        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    "command", [*block("make").splitlines(), "make lint test slow verify server docs"]
)
def test_make_knows_every_target_that_the_readme_names(command: str) -> None:
    done = run(*command.split(), "--dry-run", cwd=ROOT)

    assert done.returncode == 0, done.stderr
    assert command in README


def test_make_generate_and_verify_work_in_a_checkout_that_is_installed(folder: Path) -> None:
    (folder / "slos").mkdir()
    (folder / "slos/checkout.yaml").write_text(block("spec"), "utf-8")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    make = ["make", "--old-file=.venv/installed"]

    stale = run(*make, "verify")
    made = run(*make, "generate")
    fresh = run(*make, "verify")

    assert stale.returncode != 0
    assert "missing: generated/prometheus-rules/checkout.yaml" in stale.stderr
    assert (made.returncode, fresh.returncode) == (0, 0), made.stderr + fresh.stderr


def test_the_committed_output_is_what_the_committed_specs_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)

    kinds = {*EMITTERS} - PROOFS  # slow to make; `make verify` compares them
    made = burnrules.compile_tree(Path("slos"), kinds=kinds)

    assert made.found == ()
    files = {one.path: burnrules.artifact_text(one) for one in made.artifacts}
    there = {
        path.relative_to("generated").as_posix(): path.read_text("utf-8")
        for path in Path("generated").rglob("*")
        if path.is_file() and path.parts[1] in kinds
    }
    assert there == files, "run make generate"


def test_the_library_does_what_the_readme_says(folder: Path) -> None:
    (folder / "slos").mkdir()
    (folder / "slos/checkout.yaml").write_text(block("spec"), "utf-8")
    printed = io.StringIO()

    with redirect_stdout(printed):
        exec(compile(block("python"), "README.md", "exec"), {})  # noqa: S102

    assert "prometheus-rules/checkout.yaml" in printed.getvalue()


def test_importing_the_library_loads_none_of_its_dependencies() -> None:
    code = (
        "import sys, burnrules; dir(burnrules); "
        "print(sorted({'pydantic', 'yaml', 'jinja2', 'typer', 'promql_parser'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_every_word_of_the_path_diagram_is_a_module() -> None:
    stages = re.findall(r"^\| (\w+) \| ", README.split("| stage | does |")[1], re.MULTILINE)[:6]

    assert stages == ["load", "validate", "plan", "emit", "check", "write"]
    assert all(
        (ROOT / "burnrules" / one).is_dir() or (ROOT / f"burnrules/{one}.py").is_file()
        for one in stages
    )


def test_every_benchmark_of_the_table_is_there_and_loads() -> None:
    folder = ROOT / "benchmarks"
    named = sorted(
        {*re.findall(r"benchmarks/(\w+)\.py", (folder / "README.md").read_text("utf-8"))}
    )

    assert named == sorted(one.stem for one in folder.glob("*.py") if one.stem != "measure")
    command = [sys.executable, "-c", f"import {', '.join(named)}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
