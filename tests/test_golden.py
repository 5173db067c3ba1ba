"""Whole sets of specs and everything that they become, accepted by promtool and the CRD schema."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from cluster import refusals

import burnrules
from burnrules import emit, write, yamltext
from burnrules.spec.sli import Sli

ROOT = Path(__file__).parent.parent
CASES = sorted(path for path in (ROOT / "tests" / "golden").iterdir() if path.is_dir())
UTF8_SAID = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"}
KINDS = tuple(kind for kind in emit.EMITTERS if kind not in emit.PROOFS)


@pytest.fixture(params=CASES, ids=lambda path: path.name)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder: Path = request.param
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def texts(case: Path) -> dict[str, str]:
    made = burnrules.compile_tree(Path("slos"), kinds=KINDS)
    assert made.ok, made.found
    return {one.path: yamltext.text(one) for one in made.artifacts}


def test_specs_become_exactly_these_files(
    case: Path,
    texts: dict[str, str],
    golden: Callable[[Path, str], None],
    request: pytest.FixtureRequest,
) -> None:
    expected = case / "expected"
    if request.config.getoption("--update-golden"):
        for path in texts:
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
        for old in _files(expected) - texts.keys():
            (expected / old).unlink()

    for path, text in texts.items():
        golden(expected / path, text)

    assert _files(expected) == texts.keys()


def test_promtool_accepts_every_rule_file(case: Path) -> None:
    files = sorted((case / "expected" / "prometheus-rules").glob("*.yaml"))

    said = subprocess.run(
        ["promtool", "check", "rules", "--lint-fatal", *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert files
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("SUCCESS") == len(files)


def test_the_operator_takes_every_resource(case: Path) -> None:
    files = sorted((case / "expected" / "prometheus-operator").glob("*.yaml"))

    assert files
    for file in files:
        assert file.stat().st_size < 524_288
        [resource] = yaml.safe_load_all(file.read_text())
        assert resource["apiVersion"] == "monitoring.coreos.com/v1"
        assert refusals(resource) == []


def test_plain_rules_and_resources_hold_the_same_groups(case: Path) -> None:
    for file in (case / "expected" / "prometheus-rules").glob("*.yaml"):
        resource = yaml.safe_load(
            (case / "expected" / "prometheus-operator" / file.name).read_text()
        )
        assert resource["spec"]["groups"] == yaml.safe_load(file.read_text())["groups"]


def test_no_group_is_larger_than_mimir_takes(case: Path) -> None:
    for rules in _rule_files(case):
        for group in rules["groups"]:
            assert 1 <= len(group["rules"]) <= 20, group["name"]


def test_writing_twice_changes_nothing(case: Path, tmp_path: Path) -> None:
    made = burnrules.compile_tree(Path("slos"), kinds=KINDS)

    first = write.changes(tmp_path, made.artifacts, KINDS)
    write.apply(tmp_path, first)

    assert first
    assert not write.changes(tmp_path, made.artifacts, KINDS)


def test_a_deleted_spec_takes_its_output_with_it(case: Path, tmp_path: Path) -> None:
    made = burnrules.compile_tree(Path("slos"), kinds=KINDS)
    write.apply(tmp_path, write.changes(tmp_path, made.artifacts, KINDS))

    write.apply(tmp_path, write.changes(tmp_path, (), KINDS))

    assert not _files(tmp_path)


def test_every_hash_seed_gives_the_same_bytes(case: Path, texts: dict[str, str]) -> None:
    program = (
        "import hashlib, pathlib, burnrules; from burnrules import yamltext;"
        f"made = burnrules.compile_tree(pathlib.Path('slos'), kinds={KINDS!r});"
        "print(''.join(f'{one.path}\\n{yamltext.text(one)}' for one in made.artifacts), end='')"
    )
    for seed, locale in (("1", "C"), ("4711", "tr_TR.UTF-8")):
        said = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, **UTF8_SAID},
        )  # fmt: skip
        assert said.stdout.decode() == "".join(f"{path}\n{text}" for path, text in texts.items())


def test_every_artifact_kind_is_in_some_case() -> None:
    seen = {path.name for case in CASES for path in (case / "expected").iterdir()}

    assert set(KINDS) <= seen


def test_every_kind_of_sli_is_in_some_case() -> None:
    case = ROOT / "tests" / "golden" / "every-sli-kind" / "slos"
    slos = [
        slo
        for file in case.glob("*.yaml")
        for document in yaml.safe_load_all(file.read_text())
        for slo in document["spec"].get("slos", ())
    ]

    written = {key for slo in slos for key in slo["sli"]}
    assert written == {field.alias for field in Sli.model_fields.values()}


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _rule_files(case: Path) -> Iterator[dict]:
    for file in (case / "expected" / "prometheus-rules").glob("*.yaml"):
        yield yaml.safe_load(file.read_text())
