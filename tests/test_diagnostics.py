"""Every mistake under tests/diagnostics, and what its writer reads about it."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import burnrules
from burnrules import codes, emit, load, pipeline, source

KINDS = tuple(kind for kind in emit.EMITTERS if kind not in emit.PROOFS)
CASES = Path(__file__).parent / "diagnostics"
FOLDERS = sorted(path for path in CASES.glob("*/*") if path.is_dir())

SPECS = [path.read_bytes() for path in sorted(CASES.glob("*/*/*.yaml"))]
SLIPS = [
    *(b"", b"{}", b"[]", b"null", b"-1", b"1e999", b"{{", b"}}", b"[[ x ]]", b'"', b"'", b"*a"),
    *(
        b"&a ",
        b"\xff",
        b"0",
        b"true",
        b"~",
        b"[$window]",
        b"%",
        b"1h",
        b"100y",
        b": ",
        b"\n",
        b"  ",
    ),
    *(
        b"- ",
        b"#",
        b"objective: 1\n",
        b"sli: {raw: {errorRatio: x}}\n",
        b"groupBy: [le]\n",
        b"9" * 40,
    ),
]

# Codes that no folder of specs can provoke, and the test that provokes them instead.
ELSEWHERE = {
    "BR015": ("files without permission are no files of a repository", "test_load.py"),
    "BR48": ("about the folder that is written to", "test_write.py"),
    "BR5": ("about Collector configurations; `collector` finds them", "test_collector*.py"),
    "BR6": ("about gates in files; `lint-gates` finds them", "test_gates*.py"),
    "BR9": ("our own bugs", "test_check.py"),
}


def _name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.fixture(params=FOLDERS, ids=_name)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of specs; findings name files as seen from there."""
    folder: Path = request.param
    monkeypatch.chdir(folder)
    return folder


def test_a_mistake_is_told_in_these_words(case: Path, golden: Callable[[Path, str], None]) -> None:
    made = burnrules.compile_tree(Path(), kinds=KINDS)

    told = burnrules.findings_text(made.found, made.sources, burnrules.Format.TEXT, color=False)

    assert case.parent.name in {one.code for one in made.found}, told
    golden(case / "expected.txt", told)


def test_a_finding_stands_in_the_file_and_keeps_the_form(case: Path) -> None:
    made = burnrules.compile_tree(Path(), kinds=KINDS)

    for one in made.found:
        lines = re.split(r"\r\n|\n|\r", made.sources[one.span.file])
        assert 1 <= one.span.line <= one.span.end_line <= len(lines)
        assert 1 <= one.span.column <= len(lines[one.span.line - 1]) + 1
        assert (one.span.line, one.span.column) <= (one.span.end_line, one.span.end_column)
        assert not re.search(r"\.$|\bplease\b|\binvalid\b", one.message), one.message
        assert not re.match(r"[A-Z][a-z]+ ", one.message), one.message
        assert len(one.message) <= 140, one.message
        assert one.hint or one.severity is burnrules.Severity.INFO, one.message


@pytest.mark.parametrize("code", sorted(codes.table()))
def test_every_code_has_a_mistake_that_shows_it(code: str) -> None:
    reason = next((why for start, why in ELSEWHERE.items() if code.startswith(start)), None)
    if reason is None:
        assert any((CASES / code).glob("*/expected.txt")), f"no case under {CASES / code}"
        return
    assert not (CASES / code).exists(), f"{code} has a case and an exception: {reason[0]}"
    assert _mentioned(code, reason[1]), f"no {reason[1]} provokes {code}"


@settings(max_examples=120)
@given(
    st.sampled_from(SPECS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(SLIPS)), max_size=4),
)
def test_no_slip_ends_in_a_traceback(spec: bytes, edits: list[tuple[float, int, bytes]]) -> None:
    for where, cut, slip in edits:
        at = int(where * len(spec))
        spec = spec[:at] + slip + spec[at + cut :]

    made = pipeline.compiled([load.specs(source.read("spec.yaml", spec))], KINDS)

    assert not [one for one in made.found if one.code.startswith("BR9")]
    assert burnrules.findings_text(made.found, made.sources, burnrules.Format.TEXT, color=True) or (
        made.ok
    )


def _mentioned(code: str, tests: str) -> bool:
    """Whether a test names a code or its constant, or has a folder of its name beside it."""
    here = Path(__file__).parent
    if any(here.glob(f"*/{code}*")):
        return True
    modules = (importlib.import_module(one.name) for one in _code_modules())
    name = next(
        name
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, codes.Code) and one.id == code
    )
    word = re.compile(rf"\b(?:{code}|{name})\b")
    texts = [*here.glob(tests), *here.glob("*/*.yaml"), *here.glob("*/*/*.yaml")]
    return any(word.search(path.read_text("utf-8", "replace")) for path in texts)


def _code_modules() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(codes.__path__, f"{codes.__name__}.")


def test_every_folder_is_named_for_a_code() -> None:
    assert {path.name for path in CASES.iterdir()} <= set(codes.table())
