"""Finding spec files, and telling specs from everything else that lies about."""

import io
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnrules import load, source, yamltext
from burnrules.diagnostics import Severity

COLLECTOR = Path(__file__).parents[2] / "shared" / "corpus" / "collector"
SPEC = "apiVersion: burnrules.dev/v1\nkind: CriticalPath\nmetadata: {name: a}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str = SPEC) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(root: str = "slos") -> list[str]:
    return [read.file for read in load.files(Path(root))]


def findings(root: str = "slos") -> list[tuple[str, str, str]]:
    reads = load.files(Path(root))
    return [(one.span.file, one.code, one.message) for read in reads for one in read.found]


def judged(text: str) -> list[tuple[str, int, str]]:
    found = load.specs(source.read("a.yaml", text.encode())).found
    return [(one.code, one.span.line, one.message) for one in found]


def test_spec_files_of_every_ending_are_found_in_order_of_their_names() -> None:
    for name in (
        "b/z.yml",
        "b/a.yaml",
        "a.json",
        "b.YAML",
        "c/d/e.yaml",
        "README.md",
        "x.yaml.bak",
    ):
        write(f"slos/{name}")

    assert names() == [
        f"slos/{n}" for n in ("a.json", "b/a.yaml", "b/z.yml", "b.YAML", "c/d/e.yaml")
    ]


def test_a_file_named_on_the_command_line_is_read_whatever_its_ending() -> None:
    write("slo.txt")

    (read,) = load.files(Path("slo.txt"))

    assert (read.file, len(read.documents), read.found) == ("slo.txt", 1, ())


def test_files_are_called_as_one_would_type_them_here(tmp_path: Path) -> None:
    write("slos/a.yaml")

    assert names(str(tmp_path / "slos")) == ["slos/a.yaml"]
    assert names("./slos/../slos") == ["slos/../slos/a.yaml"]
    assert names(".") == ["slos/a.yaml"]


def test_standard_input_is_a_file_too() -> None:
    (read,) = load.files(Path("-"), io.BytesIO(SPEC.encode()))

    assert (read.file, len(read.documents)) == ("<stdin>", 1)


def test_a_missing_folder_is_not_a_finding_but_an_error_of_the_command_line() -> None:
    with pytest.raises(FileNotFoundError):
        list(load.files(Path("nowhere")))


def test_a_folder_without_specs_is_said() -> None:
    Path("slos").mkdir()

    assert findings() == [("slos", "BR002", "folder holds no spec file")]


def test_hidden_folders_and_files_are_passed_over() -> None:
    write("slos/.git/a.yaml")
    write("slos/.hidden.yaml")
    write("slos/a.yaml")

    assert names() == ["slos/a.yaml"]


def test_links_in_a_circle_end() -> None:
    write("slos/a/a.yaml")
    Path("slos/a/up").symlink_to("../..", target_is_directory=True)
    Path("slos/a/self").symlink_to(".", target_is_directory=True)
    Path("slos/loop.yaml").symlink_to("loop.yaml")

    found = findings()

    assert "slos/a/a.yaml" in names()
    assert [file for file, *_ in found] == ["slos/a/up", "slos/loop.yaml"]
    assert {code for _, code, _ in found} == {"BR015"}


def test_a_file_that_links_lead_to_is_read_once() -> None:
    write("slos/..data/a.yaml")  # as Kubernetes mounts a ConfigMap
    Path("slos/a.yaml").symlink_to("..data/a.yaml")
    Path("slos/b.yaml").symlink_to("a.yaml")

    assert names() == ["slos/a.yaml"]


def test_links_out_of_the_folder_are_not_followed() -> None:
    write("secret/a.yaml", "password: x")
    write("slos/a.yaml")
    Path("slos/b.yaml").symlink_to("../secret/a.yaml")
    Path("slos/c").symlink_to("../secret", target_is_directory=True)

    message = "link leads out of the folder of specs"
    assert findings() == [("slos/b.yaml", "BR015", message), ("slos/c", "BR015", message)]


def test_pipes_sockets_and_devices_are_refused_instead_of_read_for_ever() -> None:
    write("slos/a.yaml")
    os.mkfifo("slos/b.yaml")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("slos/c.yaml")
        found = findings()

    assert found == [(f"slos/{n}.yaml", "BR015", "not a regular file") for n in "bc"]
    assert findings("/dev/zero") == [("/dev/zero", "BR015", "not a regular file")]


@pytest.fixture
def _unprivileged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with what may not be read, and nobody's rights, for root may read everything."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.chdir(folder)
        write("slos/a.yaml").chmod(0)
        write("slos/b/c.yaml")
        Path("slos/b").chmod(0)
        write("slos/d.yaml")
        if user == 0:
            os.seteuid(65534)
        yield
        os.seteuid(user)
        Path("slos/b").chmod(0o700)


@pytest.mark.usefixtures("_unprivileged")
def test_what_may_not_be_read_is_said_and_hides_nothing_else() -> None:
    message = "cannot be read: permission denied"

    assert findings() == [("slos/a.yaml", "BR015", message), ("slos/b", "BR015", message)]
    assert names() == ["slos/a.yaml", "slos/b", "slos/d.yaml"]


def test_a_file_that_fails_while_it_is_read_is_a_finding() -> None:
    mem = "/proc/self/mem"  # nothing is mapped at its beginning

    assert findings(mem) == [(mem, "BR015", "cannot be read: input/output error")]


def test_a_file_of_200_megabytes_is_refused_unread() -> None:
    with write("slos/a.yaml").open("wb") as stream:
        stream.truncate(200_000_000)

    assert findings() == [("slos/a.yaml", "BR007", "file is 200.0 MB; the limit is 10 MB")]


def test_file_names_in_any_encoding_are_no_obstacle() -> None:
    Path("slos").mkdir()
    Path(os.fsdecode(b"slos/\xff.yaml")).write_text(SPEC)

    (read,) = load.files(Path("slos"))

    assert (len(read.documents), read.found) == (1, ())


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "---\n---\n", "null\n", "--- ~\n"])
def test_a_file_without_a_document_holds_no_slo(text: str) -> None:
    assert judged(text) == [("BR002", 1, "no SLO in file")]


V1 = "apiVersion: burnrules.dev/v1\n"
DOCUMENTS = {
    "every kind is kept": ("---\n".join(f"{V1}kind: {k}\n" for k in load.KINDS), []),
    "an end without a document": (f"{V1}kind: Defaults\n---\n", []),
    "a list": (
        "- a\n", [("BR020", 1, "document 1 is a list, not a mapping")]),
    "text": (
        f"{V1}kind: Defaults\n---\nhello\n", [("BR020", 4, "document 2 is text, not a mapping")]),
    "unknown version": (
        "kind: CriticalPath\napiVersion: burnrules.dev/v9\n",
        [("BR019", 2, "apiVersion `burnrules.dev/v9` is not known")]),
    "version of another group": (
        "apiVersion: v1\nkind: CriticalPath\n", [("BR019", 1, "apiVersion `v1` is not known")]),
    "no version": ("kind: CriticalPath\n", [("BR019", 1, "`apiVersion` is missing")]),
    "neither": ("image: {tag: x}\n", [("BR019", 1, "no `apiVersion`")]),
    "misspelt kind": (
        f"{V1}kind: CriticalPaths\n", [("BR020", 2, "kind `CriticalPaths` is not known")]),
    "no kind": (f"{V1}spec: {{}}\n", [("BR020", 1, "`kind` is missing")]),
    "kind is no text": (f"{V1}kind: [a]\n", [("BR020", 1, "`kind` is missing")]),
    "foreign kinds": (
        "apiVersion: v1\nkind: ConfigMap\ndata:\n---\nspec: {x: NO}\nkind: PrometheusRule\n",
        [("BR016", 2, "document 1 (kind `ConfigMap`) skipped: not a spec"),
         ("BR016", 6, "document 2 (kind `PrometheusRule`) skipped: not a spec")]),
    "sloth": ("version: prometheus/v1\nservice: a\n", [("BR017", 1, "this is a spec of sloth")]),
    "sloth's CRD": (
        "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\n",
        [("BR017", 1, "this is a spec of sloth")]),
    "OpenSLO": (
        "apiVersion: openslo/v1\nkind: SLO\n", [("BR017", 1, "this is a spec of OpenSLO")]),
    "pyrra": (
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\n",
        [("BR017", 1, "this is a spec of pyrra")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_that_is_no_spec_is_never_passed_over_silently(
    text: str, expected: list[tuple[str, int, str]]
) -> None:
    assert judged(text) == expected


def test_only_the_specs_of_a_mixed_file_go_on() -> None:
    text = f"{SPEC}---\nkind: Service\napiVersion: v1\nspec:\n---\n{SPEC}x: NO\n"

    read = load.specs(source.read("a.yaml", text.encode()))

    assert [document.index for document in read.documents] == [0, 2]
    assert [(one.code, one.span.line) for one in read.found] == [("BR013", 12), ("BR016", 5)]


def test_a_misspelt_kind_gets_a_suggestion() -> None:
    (one,) = load.specs(source.read("a", f"{V1}kind: AlertPolcy\n".encode())).found

    assert one.hint == "did you mean `AlertPolicy`?"


def test_collector_configurations_are_recognised() -> None:
    paths = [path for path in COLLECTOR.glob("*.yaml") if "\nreceivers:" in path.read_text()]
    assert paths

    for path in paths:
        found = load.specs(source.read(path.name, path.read_bytes())).found
        assert [one.code for one in found if one.severity is Severity.ERROR] == ["BR018"], path.name


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ('{"a": 1\n "b": 2}', "a comma or a closing bracket is missing", 2, 2),
        ('{"a": "x', "the closing quote is missing", 1, 7),
        ('{"a": }}', "a value is missing; JSON knows text in double quotes only", 1, 7),
        ("[" * 90 + "}", "a value is missing; JSON knows text in double quotes only", 1, 91),
    ],
    ids=["comma", "quote", "value", "deep"],
)
def test_broken_json_is_explained_as_json(text: str, message: str, line: int, column: int) -> None:
    write("slos/a.json", text)

    (read,) = load.files(Path("slos"))

    one = read.found[0]
    assert (one.code, one.span.line, one.span.column) == ("BR001", line, column)
    assert one.message == message


def test_json_that_only_yaml_cannot_read_keeps_the_finding_of_yaml() -> None:
    write("slos/a.json", '{"a": "\\ud83d\\ude00"}')
    write("slos/b.json", '["\\ud83d\\ude00", ' + "[" * 100_000)

    found = findings()

    assert [(file, code) for file, code, _ in found] == [
        ("slos/a.json", "BR001"), ("slos/b.json", "BR001")]  # fmt: skip
    assert {message for *_, message in found} == {"an escape in double quotes names no character"}


def test_json_specs_are_specs() -> None:
    write("slos/a.json", '{"apiVersion": "burnrules.dev/v1", "kind": "Defaults", "n": 1.50}')

    (read,) = load.files(Path("slos"))

    assert read.found == ()
    assert read.documents[0].data["n"] == "1.50"


def test_generated_files_below_the_specs_are_no_specs(tmp_path: Path) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "rules.yaml").write_text(yamltext.header("a.yaml") + "groups: []\n")
    (tmp_path / "spec.yaml").write_text("groups: []\n")

    found = [one.span.file for read in load.files(tmp_path) for one in read.found]

    assert len(found) == 1
    assert found[0].endswith("spec.yaml")


EMPTY = "list:\n" + "-\n" * 600
ENDLESS = {
    "within a document": (EMPTY + EMPTY.replace("list", "more"), 1_002),
    "between documents": (f"{SPEC}{EMPTY}---\n{SPEC}{EMPTY}---\n{SPEC}", 1_210),
}


@pytest.mark.parametrize(("text", "line"), ENDLESS.values(), ids=ENDLESS)
def test_a_file_with_a_thousand_mistakes_is_not_read_to_its_end(text: str, line: int) -> None:
    last = load.specs(source.read("a.yaml", text.encode())).found[-1]

    assert (last.code, last.span.line) == ("BR007", line)
    assert last.message == "file has 1,000 mistakes or more; what follows is not read"


def test_a_long_document_that_is_no_spec_is_only_passed_over() -> None:
    assert [code for code, *_ in judged(f"apiVersion: v1\nkind: ConfigMap\n{EMPTY}")] == ["BR016"]


def test_a_mapping_of_too_many_keys_is_not_called_text() -> None:
    text = V1 + "".join(f"k{i}: a\n" for i in range(200))

    assert judged(text) == [("BR007", 1, "mapping has 201 entries; the limit is 100")]
