"""A text of a spec stays one text: whatever it holds, other readers find exactly it, or we say no.

`injection/every-field.yaml` writes every field of every model. Each test gives all of them a text
with the same hostile end, puts back what is refused, and reads what came out.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

import promql_parser as promql
import pytest
import re2
import yaml
from markdown_it import MarkdownIt
from pydantic import BaseModel

import burnrules
from burnrules import cli, spec
from burnrules.diagnostics import Diagnostic, Severity
from burnrules.emit import EMITTERS
from burnrules.spec.model import annotation
from burnrules.spec.scalars import Reads

HERE = Path(__file__).parent / "injection"
EVERY_FIELD = (HERE / "every-field.yaml").read_text()
KINDS = tuple(kind for kind in EMITTERS if not kind.startswith("promtool"))
WORD = re.compile(r"plain([a-z]*)word")
NAMED = re.compile(r"plain([a-z0-9]+)word")
HOSTILE = {
    "quotes": " \"b' c`d ''e\" ''' \"\"\"",
    "backslashes": r" \ \\ \n \" \' \e \u007b \x41 \\",
    "braces": ' a}b{c}[d](e)|f* "} / 0)) or vector(1) #',
    "line ends": "\na: b # c\n---\n- d: |\n  e\n",
    "templates": " {{ nothing }} [[ nothing ]] [% if 1 %] {% raw %} {# x #}",
    "half a template": " {{",
    "a literal": ' {{ "x" }}',
    "a value": " {{ $value }} {{ $labels.x | reReplaceAll }}",
    "an argument": " {{args.x}} {{ target }}",
    "dollars": " ${HOME} $(id) $$ $$$ $1 ${env:HOME} $window [$window]",
    "YAML": " : # - ? & * ! | > % @ , !!python/object:os.system {a: b} ",
    "markup": " <script>alert(1)</script>&amp;<!-- ]]> </textarea>",
    "marks nobody sees": " a\u202eb\u200bc\u2066d\u200fe\ufefff\u2028g\xa0h\xadi",
    "other letters": " é e\u0301 ß İ 中 😀 \U000e0041",
    "a tab": "\tb",
    "percent": " %s %(x)s %41 %2 {0} {x!r}",
}
ALWAYS = {"quotes", "templates"}  # two seconds each


class Place(NamedTuple):
    """A key or a value of the spec, and the field of a model that it belongs to."""

    field: tuple[str, str]
    node: yaml.Node
    blamed: yaml.Node
    pattern: bool = False

    @property
    def template(self) -> bool:
        """Whether Prometheus is meant to fill it in."""
        model, name = self.field
        labels = name in ("labels", "annotations") and model != "Kubernetes"
        return labels or model == "TextPair"

    @property
    def text(self) -> str:
        text: str = self.node.value
        return text


def _places(kind: Any, node: yaml.Node, field: tuple[str, str] = ("", "")) -> Iterator[Place]:
    """The places below a node whose value a type of the models describes."""
    kind = _without_none(kind)
    match node:
        case yaml.ScalarNode() if _is_scalar(kind):
            yield Place(field, node, node)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _places(_inner(kind, -1), item, field)
        case yaml.MappingNode() if _is_model(kind):
            fields = {info.alias or name: info for name, info in kind.model_fields.items()}
            for key, below in node.value:
                info = fields[key.value]
                yield from _places(_whole(info), below, (kind.__name__, key.value))
        case yaml.MappingNode():
            choice = _is_scalar(kind)  # a matcher: {not: a}
            for key, below in node.value:
                yield from () if choice else _places(_inner(kind, 0), key, field)
                for one in _places(_inner(kind, -1), below, field):
                    regex = key.value in ("regex", "notRegex")
                    yield one._replace(blamed=node, pattern=regex) if choice else one


def _whole(info: Any) -> Any:
    kind = annotation(info)
    return Annotated[kind, *info.metadata] if info.metadata else kind


def _without_none(kind: Any) -> Any:
    some = [one for one in get_args(kind) if one is not NoneType]
    return some[0] if NoneType in get_args(kind) else kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_scalar(kind: Any) -> bool:
    marks = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return any(isinstance(one, Reads) for one in marks)


def _inner(kind: Any, index: int) -> Any:
    """What a tuple or a mapping holds."""
    if _is_scalar(kind):
        return kind
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return [one for one in get_args(kind) if one is not Ellipsis][index]


def _fields(kind: Any, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """Every field of every model that something is written in, not a model alone."""
    if not _is_model(kind):
        for one in get_args(kind):
            yield from _fields(one, seen)
    elif kind not in seen:
        seen.add(kind)
        for name, info in kind.model_fields.items():
            if _holds_scalars(_whole(info)) and info.annotation is not NoneType:
                yield kind.__name__, info.alias or name
            yield from _fields(annotation(info), seen)


def _holds_scalars(kind: Any) -> bool:
    return _is_scalar(kind) or any(_holds_scalars(one) for one in get_args(kind))


def _every_place(text: str) -> list[Place]:
    found: list[Place] = []
    for document in yaml.compose_all(text, Loader=yaml.BaseLoader):
        (kind,) = [value.value for key, value in document.value if key.value == "kind"]
        found += _places(spec.KINDS[kind], document)
    return found


PLACES = _every_place(EVERY_FIELD)


def test_every_field_of_every_model_is_tried() -> None:
    seen: set[Any] = set()
    fields = {one for kind in spec.KINDS.values() for one in _fields(kind, seen)}

    assert fields - {place.field for place in PLACES} == set()
    assert len(fields) > 100


def _written(texts: Mapping[int, str]) -> str:
    """The spec with these texts at their places."""
    written = EVERY_FIELD
    for index, text in sorted(texts.items(), reverse=True):
        place = PLACES[index]
        quoted = json.dumps(text, ensure_ascii=False)
        for character in "\u2028\ufeff":
            quoted = quoted.replace(character, f"\\u{ord(character):04x}")
        written = (
            written[: place.node.start_mark.index] + quoted + written[place.node.end_mark.index :]
        )
    return written


def _named(index: int) -> str:
    """The harmless text of a place; where any text may stand, with a word of its own."""
    return WORD.sub(lambda word: f"plain{word[1] or index}word", PLACES[index].text)


def _ended(index: int, end: str) -> str:
    text = _named(index)
    return NAMED.sub(lambda word: word[0] + end, text) if NAMED.search(text) else text + end


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _compiled(texts: Mapping[int, str]) -> burnrules.Compilation:
    Path("gateway.yaml").write_text((HERE / "gateway.yaml").read_text())
    words = {i: _named(i) for i, place in enumerate(PLACES) if WORD.search(place.text)}
    Path("slo.yaml").write_text(_written(words | dict(texts)))
    return burnrules.compile_tree(Path("slo.yaml"), kinds=KINDS)


def _taken(end: str) -> tuple[burnrules.Compilation, frozenset[int]]:
    """What comes of the spec with this end wherever it is not refused, and where that is."""
    hostile = frozenset(range(len(PLACES)))
    while True:
        made = _compiled({i: _ended(i, end) for i in hostile})
        wrong = [one for one in made.found if one.severity is Severity.ERROR]
        if not wrong:
            return made, hostile
        places = dict(enumerate(_every_place(Path("slo.yaml").read_text())))
        refused = {_blamed(one, places) for one in wrong}
        assert refused <= hostile, "a finding stands on what it is about"
        hostile -= refused


def _blamed(one: Diagnostic, places: Mapping[int, Place]) -> int:
    """The place that a finding lies on; a finding on the shape also names the field."""
    at = (one.span.line, one.span.column)
    for index, place in places.items():
        marks = (place.blamed.start_mark, place.blamed.end_mark)
        start, end = ((mark.line + 1, mark.column + 1) for mark in marks)
        if start <= at < end:
            assert place.field[1] in one.message or not one.code.startswith("BR1"), one
            return index
    raise AssertionError(one)


class _Pattern(str):
    """A regex: what is no operator in it is escaped."""

    __slots__ = ()


class _Template(str):
    """A text that Prometheus fills in: NUL stands before what is not plain text in it."""

    __slots__ = ()


def _parsed(made: burnrules.Compilation) -> dict[tuple[Any, ...], Any]:
    """Every key, text and number of every file, as the one who reads the file finds it."""
    return {
        at: leaf
        for one in made.artifacts
        for number, document in enumerate(yaml.safe_load_all(burnrules.artifact_text(one)))
        for at, leaf in _leaves(document, (one.path, number))
    }


def _leaves(data: Any, at: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    match data:
        case dict():
            for key, below in data.items():
                yield from _leaves(below, (*at, key))
        case list() | tuple():
            for index, below in enumerate(data):
                yield from _leaves(below, (*at, index))
        case str() if not isinstance(read := _read(data, at), str):
            yield from _leaves(read, (*at, "read"))
        case str():
            yield at, read
        case _:
            yield at, data


def _read(data: str, at: tuple[Any, ...]) -> Any:
    """What a text says in the language that it is in, by the place where it stands."""
    keys = [step for step in at if isinstance(step, str)]
    query = keys[-1] in ("expr", "query")
    if keys[-1] == "read":
        return data
    if query and "panes" not in keys:
        return _queried(promql.parse(_marked(data)))
    if query or keys[-1].endswith("matchers"):
        return _quoted(data)
    if data.startswith(("http://", "https://")) or keys[-1] == "url":
        return _asked(data)
    return _filled_in(data, keys)


def _filled_in(data: str, keys: list[str]) -> Any:
    """A text after the program that takes it has filled in what it fills in."""
    if "rules" in keys and keys[-2] in ("labels", "annotations"):
        return _template(data)
    if keys[0].startswith("otel-collector"):
        once = data.replace("$$", "$")
        return _quoted(once) if keys[-1] in ("span", "spanevent") else once
    if keys[-1] == "value" and "env" in keys:
        return _quoted(data.replace("$$", "$"))  # as Kubernetes does
    if keys[-1] in ("burnrules.dev/rollout", "burnrules.dev/canary"):
        return yaml.safe_load(data)
    return data


def _marked(query: str) -> str:
    """A query without regexes, since the parser knows fewer than RE2: their values begin with ~."""
    return re.sub(r'([=!])~\s*"', lambda one: ("!=" if one[1] == "!" else "=") + '"~', query)


def _queried(node: Any) -> Any:
    """A query as the parser sees it."""
    match node:
        case promql.VectorSelector():
            name = [("__name__", "MatchOp.Equal", node.name)] if node.name else []
            matchers = node.matchers.matchers
            return sorted([*name, *((m.name, str(m.op), _value(m.value)) for m in matchers)])
        case promql.MatrixSelector():
            return node.range, _queried(node.vector_selector)
        case promql.StringLiteral() | promql.NumberLiteral():
            return node.val
    parts = [getattr(node, name, None) for name in ("param", "expr", "lhs", "rhs")]
    parts += getattr(node, "args", ())
    below = [_queried(one) for one in parts if one is not None]
    return type(node).__name__, str(getattr(node, "op", "")), below


def _value(text: str) -> str:
    return _pattern(text[1:]) if text.startswith("~") else text


def _pattern(regex: str) -> str:
    re2.compile(regex)
    return _Pattern(regex)


def _quoted(text: str) -> list[str]:
    """TraceQL, OTTL, matchers: texts between double quotes, and what stands around them."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text, flags=re.DOTALL)
    for index in range(1, len(parts), 2):
        value = json.loads(parts[index], strict=False)
        parts[index] = _pattern(value) if parts[index - 1].rstrip().endswith("~") else value
    return parts


def _asked(text: str) -> Any:
    """A URL; each of its parameters is read by a program of its own."""
    url = urlsplit(text)
    asked = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=True))
    languages = {"panes": json.loads, "tags": json.loads, "q": _quoted}
    return [*url[:3], url.fragment, {k: languages.get(k, str)(v) for k, v in asked.items()}]


def _template(text: str) -> _Template:
    """A template of Prometheus as it fills it in, as far as that is said by the text alone."""
    action = r'\{\{ *(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|[^}]*) *\}\}'
    return _Template(re.sub(action, lambda one: one[1] or one[2] or f"\0{one[0]}", text))


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Any, ...], Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("harmless"))
        made = _compiled({})
    assert made.ok, made.found
    return _parsed(made)


def _expected(text: Any, ends: Mapping[str, Place], end: str) -> Any:
    """What stands where a text stood, now that some words have the end."""

    def ended(word: re.Match[str]) -> str:
        place = ends.get(word[1])
        return word[0] + _end(end, place, type(text)) if place else word[0]

    return type(text)(NAMED.sub(ended, text)) if isinstance(text, str) else text


def _end(end: str, place: Place, language: type) -> str:
    if language is _Pattern and not place.pattern:
        return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", end)
    if language is _Template and place.template:
        return _template(end)
    return end.rstrip() if place.field == ("QueryIndicator", "unit") else end


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(end, id=name, marks=() if name in ALWAYS else pytest.mark.slow)
        for name, end in HOSTILE.items()
    ],
)
def test_whatever_a_text_holds_other_readers_find_exactly_it(
    end: str, harmless: dict[tuple[Any, ...], Any]
) -> None:
    made, hostile = _taken(end)

    assert not [PLACES[i] for i in hostile if not WORD.search(PLACES[i].text)]
    ends = {word: PLACES[i] for i in hostile for word in NAMED.findall(_named(i))}
    expected = {
        tuple(_expected(step, ends, end) for step in at): _expected(leaf, ends, end)
        for at, leaf in harmless.items()
    }
    found = _parsed(made)
    recorded = {at[:-1] for at in harmless if at[-1] == "record"} if "{{" in end else ()
    gone = {at for at in expected if at[:-2] not in recorded or at[-2] != "labels"} - found.keys()
    assert (gone, found.keys() - expected.keys()) == (set(), set())
    assert {at: leaf for at, leaf in found.items() if leaf != expected[at]} == {}
    _accepted(made)


def _accepted(made: burnrules.Compilation) -> None:
    """By promtool, except names of metrics that only Prometheus 3 takes."""
    files = {"prometheus-rules/shop.yaml", "prometheus-rules/telemetry-stock.yaml"}
    Path("prometheus-rules").mkdir()
    for one in made.artifacts:
        if one.path in files:
            Path(one.path).write_text(burnrules.artifact_text(one))
    checked = ["promtool", "check", "rules", *files]
    said = subprocess.run(checked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


SHOWN = (
    "generate slo.yaml --diff",
    "validate slo.yaml --format text",
    "explain shop slo.yaml",
    "explain --telemetry stock slo.yaml",
    "diff old.yaml slo.yaml",
)


def test_no_mark_that_nobody_sees_reaches_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _compiled({})
    Path("slo.yaml").rename("old.yaml")
    _taken(HOSTILE["marks nobody sees"])

    for command in SHOWN:
        cli.main(command.split())

        told = "".join(capsys.readouterr())
        assert r"\u202e" in told, command
        assert not set(told) & set("\u202e\u200b\u2066\u200f\ufeff\u2028"), command


class _Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markup_of_a_spec_is_text_in_a_review(capsys: pytest.CaptureFixture[str]) -> None:
    _compiled({})
    Path("slo.yaml").rename("old.yaml")
    _taken(HOSTILE["markup"])

    cli.main(["diff", "old.yaml", "slo.yaml", "--format", "markdown"])

    page = _Page(MarkdownIt("commonmark").render(capsys.readouterr().out))
    assert page.tags == {"h3", "ul", "li", "strong"}
    assert HOSTILE["markup"] in page.text
