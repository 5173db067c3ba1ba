"""What the site, the examples for CI and the editor say is what happens."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML, YAMLError

import burnrules
from burnrules import codes
from burnrules.cli import COMMANDS
from burnrules.emit import EMITTERS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from docsite import __main__ as site  # noqa: E402  # docs/ is no package of ours
from docsite import blocks, catalogue, running  # noqa: E402

PAGES = sorted(site.PAGES.rglob("*.md"))
CI = ROOT / "examples/ci"
BAD = sorted(path for path in (ROOT / "tests/diagnostics").glob("*/*") if path.is_dir())


def _id(path: Path) -> str:
    return path.relative_to(site.PAGES).as_posix()


def _text(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_command_of_a_page_does_what_the_page_says(page: Path) -> None:
    with running.page(page.name, site.MAKERS) as run:
        text = run.rendered(_text(page))

    assert text.startswith("# ")
    assert "Traceback" not in text
    assert str(run.folder) not in text


def test_a_page_whose_command_fails_does_not_build(tmp_path: Path) -> None:
    with (
        running.page("page.md", {}) as run,
        pytest.raises(running.PageError, match="exit 2, not 0"),
    ):
        run.rendered("```console\n$ burnrules validate nothing\n```\n")


def _specs() -> Iterator[Any]:
    for page in PAGES:
        for index, part in enumerate(blocks.parts(_text(page))):
            if isinstance(part, blocks.Block) and part.body.startswith("apiVersion: burnrules.dev"):
                yield pytest.param(part.body, id=f"{_id(page)}-{index}")


@pytest.mark.parametrize("spec", tuple(_specs()))
def test_every_spec_of_a_page_compiles_or_is_shown_as_a_mistake(tmp_path: Path, spec: str) -> None:
    (tmp_path / "spec.yaml").write_text(spec, "utf-8")

    found = burnrules.compile_tree(tmp_path, kinds=()).found

    errors = [one.code for one in found if one.severity is burnrules.Severity.ERROR]
    assert errors == (["BR102"] if "objectve" in spec else [])


def test_every_page_is_in_the_navigation_and_the_other_way_round() -> None:
    listed = re.findall(r"[\w/-]+\.md$", _text(ROOT / "mkdocs.yml"), re.MULTILINE)

    assert sorted(listed) == sorted(map(_id, PAGES))


def test_every_kind_of_file_has_a_page_that_shows_one() -> None:
    for kind in EMITTERS:
        assert f"generated/{kind}/" in _text(site.PAGES / f"artifacts/{kind}.md")


def test_every_command_has_its_help_in_the_reference() -> None:
    names = {*COMMANDS}

    shown = re.findall(
        r"^\$ burnrules ([\w-]+) --help", _text(site.PAGES / "reference/commands.md"), re.MULTILINE
    )

    assert set(shown) == names


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_prose_names_commands_and_codes_that_exist(page: Path) -> None:
    known = {*COMMANDS} | {"--version", "--install-completion"}

    said = re.findall(r"`burnrules ([\w-]+)", _text(page))

    assert set(said) <= known
    assert set(re.findall(r"\bBR\d{3}\b", _text(page))) <= codes.table().keys()


def test_every_code_is_in_the_catalogue_with_what_is_printed() -> None:
    pages = [_text(page) for page in (site.PAGES / "diagnostics").glob("*.md")]
    starts = [start for page in pages for start in re.findall(r"<!-- diagnostics (\w+) -->", page)]

    assert all(any(code.startswith(start) for start in starts) for code in codes.table())


@pytest.mark.parametrize("code", [one for one in codes.table() if one[:3] in ("BR5", "BR6")])
def test_the_text_beside_a_mistake_is_about_its_code(code: str) -> None:
    for _, _, printed in catalogue.cases(code):
        assert f"[{code}]" in printed


# Editor support: what a validator that is not ours says of the schema.

# What is wrong with these is no matter of form; the reason is what a schema would have to know.
BEYOND = {
    "BR002/21-empty-file": "there is no document to judge",
    "BR004/allow-unused": "comments",
    "BR006/29-byte-order-mark": "bytes",
    "BR011/merge-key": "readers merge before they judge",
    "BR021/allow-without-reason": "comments",
    "BR101/40-nul-in-a-route": "control characters in any text",
    "BR101/49-windows-swapped": "one value against another",
    "BR101/alert-name-with-template": "what a template is",
    "BR101/gates-of-the-wrong-controller": "one field against another",
    "BR101/gates-that-compare-wrongly": "one field against another",
    "BR107/09-description-differs": "prose",
}
NOT_SPECS = ("gateway.yaml",)  # Collector configurations beside a spec


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(burnrules.json_schema())


def refused(validator: Draft202012Validator, folder: Path) -> bool:
    """Whether an editor marks anything in the specs of a folder."""
    for path in sorted(folder.iterdir()):
        if path.name in ("expected.txt", *NOT_SPECS):
            continue
        try:
            documents = list(YAML(typ="safe", pure=True).load_all(_text(path)))
            valid = all(validator.is_valid(one) for one in documents)
        except (YAMLError, UnicodeError, RecursionError, TypeError, ValueError):
            return True  # a TypeError: a key that is no text has no place in JSON
        if not valid:
            return True
    return False


@pytest.mark.parametrize("folder", BAD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_editor_refuses_mistakes_of_form_and_leaves_meaning_to_us(
    validator: Draft202012Validator, folder: Path
) -> None:
    case = f"{folder.parent.name}/{folder.name}"
    of_form = folder.parent.name < "BR2" and case not in BEYOND

    assert refused(validator, folder) == of_form


def test_every_exception_for_editors_is_a_case() -> None:
    assert set(BEYOND) <= {f"{path.parent.name}/{path.name}" for path in BAD}


@pytest.mark.parametrize("folder", ["slos", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/golden").glob("*/slos")
)])  # fmt: skip
def test_an_editor_has_nothing_against_what_compiles(
    validator: Draft202012Validator, folder: str
) -> None:
    documents = [
        one
        for path in (ROOT / folder).rglob("*.yaml")
        for one in YAML(typ="safe", pure=True).load_all(_text(path))
        if isinstance(one, dict) and one.get("apiVersion") == "burnrules.dev/v1"
    ]

    assert documents
    assert [error.message for one in documents for error in validator.iter_errors(one)] == []


def test_every_field_says_what_it_is_for_or_is_named_for_it() -> None:
    """Hover in an editor: at least the models, and every field of the documents people write."""
    definitions = burnrules.json_schema()["$defs"]

    bare = [
        f"{model}.{name}"
        for model in ("PathSpec", "Slo", "Tier", "Spans")
        for name, field in definitions[model]["properties"].items()
        if not field.get("description") and "$ref" not in field
    ]
    assert not [
        one for one in bare if one.rpartition(".")[2] not in ("labels", "annotations", "slos")
    ]


# Places in CI.


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of SLOs as the site lays it out, with its base beside it."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("slos", ".base/slos"):
        shutil.copytree(ROOT / "tests/golden/six-lines/slos", folder / name)
    done = shell(folder, "burnrules generate")
    assert done.returncode == 0, done.stderr
    return folder


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", command], cwd=folder, env=running.environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["github.yml", "gitlab-ci.yml"])
def test_the_commands_of_the_examples_run_in_such_a_repository(repository: Path, name: str) -> None:
    step = re.compile(r"^ *(?:- )?(?:run: )?(burnrules .*)$", re.MULTILINE)
    lines = step.findall(_text(CI / name))

    assert {shlex.split(line)[1] for line in lines} == {"validate", "generate", "test", "diff"}
    for line in dict.fromkeys(lines):
        done = shell(repository, line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"


def test_the_makefile_fragment_makes_and_checks(repository: Path) -> None:
    shutil.copy(CI / "slos.mk", repository)

    done = shell(repository, "make -f slos.mk slos && make -f slos.mk -n slos-check")

    assert done.returncode == 0, done.stderr
    assert "burnrules test generated --promtool promtool" in done.stdout


@pytest.mark.parametrize(
    "hook", yaml.safe_load(_text(ROOT / ".pre-commit-hooks.yaml")), ids=lambda hook: hook["id"]
)
def test_a_hook_runs_and_is_asked_for_what_it_reads(repository: Path, hook: Any) -> None:
    done = shell(repository, shlex.join([*hook["entry"].split(), *hook["args"]]))

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(hook["files"], "slos/checkout.yaml")
    assert not re.search(hook["files"], "src/main.py")
    named = {
        one["id"]
        for one in yaml.safe_load(_text(CI / "pre-commit-config.yaml"))["repos"][0]["hooks"]
    }
    assert hook["id"] in named


def test_what_argo_and_flux_apply_are_objects_and_nothing_else(repository: Path) -> None:
    application = yaml.safe_load(_text(CI / "argocd/application.yaml"))
    source, kustomization = yaml.safe_load_all(_text(CI / "flux/kustomization.yaml"))

    path = application["spec"]["source"]["path"]
    assert kustomization["spec"]["path"] == f"./{path}"
    assert kustomization["spec"]["sourceRef"]["name"] == source["metadata"]["name"]
    for file in (repository / path).iterdir():
        for one in yaml.safe_load_all(_text(file)):
            assert one["kind"] == "PrometheusRule"


# What stands beside the code.


def test_the_package_says_what_an_index_shows() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]

    assert project["version"] == burnrules.__version__
    assert {"authors", "classifiers", "keywords", "license", "license-files", "urls"} <= set(
        project
    )
    assert {"plot", "docs", "dev"} <= set(project["optional-dependencies"])
    assert all((ROOT / name).is_file() for name in project["license-files"])
    assert "Apache License" in _text(ROOT / "LICENSE")


def test_the_changelog_keeps_its_form() -> None:
    heads = re.findall(r"^#{2,3} (.*)$", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)

    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    versions = [head for head in heads if head not in kinds]
    assert versions[0].startswith("[Unreleased]")
    assert all(re.match(r"\[(Unreleased|\d+\.\d+\.\d+)\]", one) for one in versions)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_no_page_of_the_repository_links_to_a_file_that_is_gone(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", _text(ROOT / name))

    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("target", re.findall(r"`make (\w+)`", _text(ROOT / "CONTRIBUTING.md")))
def test_make_knows_the_targets_that_contributors_are_told(target: str) -> None:
    assert re.search(rf"^{target}:", _text(ROOT / "Makefile"), re.MULTILINE)
