"""A text of a spec stays one text: what comes out has the same shape, and the text exact."""

import copy
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from pydantic import BaseModel

import burnrules
from burnrules import spec
from burnrules.emit import EMITTERS

pytestmark = pytest.mark.slow

KINDS = tuple(kind for kind in EMITTERS if kind != "promtool-tests")
PLAIN = "plainword"
HOSTILE = {
    "marks": '"b\' c`d \\e \\\\f\\n a}b{c}[d]e "} or vector(1) [[ path ]] [% if 1 %] ${H} $(id)',
    "markup": "<script>alert(1)</script>&amp; : # - ? ! ü é 😀 a\u202eb\u200bc\ufeffd",
    "lines": 'a: b # c\n---\n- d: |\n  e\n\t"f\n',
}
BASE: list[dict[str, Any]] = [
    {
        "apiVersion": "burnrules.dev/v1",
        "kind": "CriticalPath",
        "metadata": {"name": "shop", "displayName": PLAIN, "labels": {"team": PLAIN},
                     "annotations": {"note": PLAIN}},
        "spec": {
            "description": PLAIN,
            "telemetry": "t",
            "alerting": {"policy": "p"},
            "entry": {"service": PLAIN, "route": PLAIN, "match": {"http.request.method": PLAIN}},
            "kubernetes": {"namespace": "shop", "annotations": {"note": PLAIN}},
            "slos": [
                {"name": "up", "displayName": PLAIN, "description": PLAIN, "objective": "99.9",
                 "sli": {"errors": {}}, "labels": {"tier": PLAIN}, "annotations": {"why": PLAIN},
                 "alerting": {"name": PLAIN}},
                {"name": "calls", "objective": "99",
                 "sli": {"errors": {"spans": {"service": PLAIN, "spanName": PLAIN,
                                              "spanKind": "client"}}}},
            ],
            "indicators": [
                {"name": "fan", "description": PLAIN, "labels": {"tier": PLAIN},
                 "annotations": {"why": PLAIN}, "fanOut": {"max": "9"}},
                {"name": "lag", "query": {"query": "lag", "unit": PLAIN, "max": "9"}},
                {"name": "again", "retries": {"event": PLAIN}},
            ],
            "gates": [
                {"name": "canary", "argo": {},
                 "version": {"attribute": "service.version", "canary": PLAIN, "stable": "old"}},
                {"name": "job", "argo": {"provider": "job", "jobImage": PLAIN},
                 "version": {"attribute": "service.version"}},
            ],
        },
    },
    {
        "apiVersion": "burnrules.dev/v1",
        "kind": "AlertPolicy",
        "metadata": {"name": "p"},
        "spec": {
            "description": PLAIN,
            "tiers": [{"severity": PLAIN, "budget": "2%", "long": "1h", "labels": {"pager": PLAIN},
                       "annotations": {"board": PLAIN}}],
            "signalAbsent": {"name": PLAIN, "labels": {"pager": PLAIN},
                             "annotations": {"board": PLAIN}},
            "labels": {"source": PLAIN},
            "annotations": {"origin": PLAIN},
            "texts": {"burn": {"summary": PLAIN, "description": PLAIN},
                      "indicator": {"summary": PLAIN}},
        },
    },
    {
        "apiVersion": "burnrules.dev/v1",
        "kind": "Telemetry",
        "metadata": {"name": "t"},
        "spec": {
            "spanMetrics": {"dialect": "otel-connector",
                            "dimensions": ["http.request.method", "http.route", "service.version"]},
            "prometheus": {"url": "http://prometheus:9090", "tenant": PLAIN,
                           "tokenSecret": {"name": "shop", "key": PLAIN}},
            "collector": {"version": "0.158.0", "selector": {"job": PLAIN}},
            "tempo": {"version": "2.8", "selector": {"job": PLAIN}, "url": "http://tempo:3200",
                      "tenant": PLAIN},
            "grafana": {"url": "https://grafana.example.com", "tempo": PLAIN},
            "health": {"labels": {"team": PLAIN}, "annotations": {"note": PLAIN}},
            "gateway": {"keep": [{"shop.vip": PLAIN}], "drop": [PLAIN], "backends": PLAIN},
        },
    },
    {
        "apiVersion": "burnrules.dev/v1",
        "kind": "Defaults",
        "metadata": {"name": "all"},
        "spec": {"labels": {"org": PLAIN}, "annotations": {"wiki": PLAIN}},
    },
]  # fmt: skip
Loc = tuple[str | int, ...]


def _places(data: Any, loc: Loc = ()) -> Iterator[Loc]:
    if data == PLAIN:
        yield loc
    below = (
        data.items() if isinstance(data, dict) else enumerate(data) if type(data) is list else ()
    )
    for step, one in below:
        yield from _places(one, (*loc, step))


PLACES = list(_places(BASE))


SEVERITY = next(index for index, loc in enumerate(PLACES) if loc[-1] == "severity")


def _word(index: int) -> str:
    return f"plain{index}word"


def _compiled(documents: list[dict[str, Any]], folder: Path) -> burnrules.Compilation:
    file = folder / "slo.yaml"
    file.write_text("---\n".join(json.dumps(one) + "\n" for one in documents).replace('"9"', "9"))
    return burnrules.compile_tree(file, kinds=KINDS)


def _filled(values: dict[int, str]) -> list[dict[str, Any]]:
    """BASE with a word of its own in every place, or the value given for it."""
    documents = copy.deepcopy(BASE)
    for index, loc in enumerate(PLACES):
        here: Any = documents
        for step in loc[:-1]:
            here = here[step]
        here[loc[-1]] = values.get(index, _word(SEVERITY if loc[-1] == "severity" else index))
    return documents


def _leaves(data: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    if isinstance(data, dict):
        for key, one in data.items():
            yield from _leaves(one, (*loc, key))
    elif isinstance(data, list):
        for index, one in enumerate(data):
            yield from _leaves(one, (*loc, index))
    else:
        yield loc, data


def _parsed(made: burnrules.Compilation) -> dict[Loc, Any]:
    found: dict[Loc, Any] = {}
    for one in made.artifacts:
        for number, document in enumerate(yaml.safe_load_all(burnrules.artifact_text(one))):
            found |= dict(_leaves(document, (one.path, number)))
    return found


def _quoted(text: str) -> str:
    """Between double quotes in PromQL, TraceQL and OTTL."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return re.sub(r'[\\"\n\t]', lambda found: escapes[found[0]], text)


SPELLINGS: list[Callable[[str], str]] = [
    str,
    _quoted,
    lambda text: _quoted(text).replace("$", "$$"),  # in the Collector's file
    lambda text: _quoted(re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", text)),  # in a regex
    lambda text: quote(text, safe=""),
    lambda text: quote(json.dumps(_quoted(text), ensure_ascii=False)[1:-1], safe=""),
    lambda text: quote(json.dumps(text, ensure_ascii=False)[1:-1], safe=""),
    lambda text: quote(json.dumps(text)[1:-1], safe=""),
    lambda text: quote(json.dumps(_quoted(text))[1:-1], safe=""),
    lambda text: text.replace("$", "$$"),
    lambda text: _quoted(text).replace("{", "\\u007b"),  # TraceQL, which Argo would fill in
    lambda text: _quoted(text).replace("{", "\\u007b").replace("$", "$$"),  # in a Job
    lambda text: re.sub(r'[\\"]', r"\\\g<0>", text),  # in a matcher of Alertmanager
    lambda text: " ".join(text.split()),
    str.rstrip,
]


def _laid_out(text: Any) -> str:
    """Without white space: a longer text breaks a query into lines elsewhere."""
    return re.sub(r"\s+", "", str(text)).replace("\\x09", "\\t")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[Loc, Any]:
    made = _compiled(_filled({}), tmp_path_factory.mktemp("plain"))
    assert made.ok, made.found
    return _parsed(made)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "index", range(len(PLACES)), ids=lambda index: ".".join(map(str, PLACES[index][1:]))
)
def test_a_text_changes_nothing_but_itself(
    index: int, value: str, plain: dict[Loc, Any], tmp_path: Path
) -> None:
    made = _compiled(_filled({index: value}), tmp_path)

    assert not [one for one in made.found if one.code.startswith("BR9")]
    if not made.ok:  # said, not written
        return
    parsed = _parsed(made)
    assert parsed.keys() == plain.keys()
    for loc, text in plain.items():
        if parsed[loc] != text and loc[-1] != "trace_url":  # tests/test_links.py decodes it
            spelt = [text.replace(_word(index), spell(value)) for spell in SPELLINGS]
            broken = loc[-1] in ("expr", "query", "value")
            assert parsed[loc] in spelt or (
                broken and _laid_out(parsed[loc]) in map(_laid_out, spelt)
            )
    _accepted(made, tmp_path)


def _accepted(made: burnrules.Compilation, folder: Path) -> None:
    for number, one in enumerate(made.artifacts):
        if one.kind == "prometheus-rules":
            file = folder / f"{number}.yaml"
            file.write_text(burnrules.artifact_text(one))
            said = subprocess.run(
                ["promtool", "check", "rules", file], capture_output=True, text=True, check=False
            )
            assert said.returncode == 0, said.stdout + said.stderr


def test_every_model_with_texts_of_its_own_is_tried() -> None:
    """By name of the field: what a text field is called in any model stands in BASE."""
    named = {str(step) for loc in PLACES for step in loc}
    fields = {
        info.alias or name
        for model in _models(tuple(spec.KINDS.values()))
        for name, info in model.model_fields.items()
        if "function text at" in repr((info.annotation, info.metadata))
    }

    assert fields - named == UNTRIED


# Names of other things (dialect, connector, featureGates, disabled), and what only a Telemetry
# with metrics of its own (custom) says.
UNTRIED = {
    "dialect", "connector", "featureGates", "disabled", "stable",
    "calls", "duration", "metric", "spanKinds",
}  # fmt: skip


def _models(roots: tuple[type[BaseModel], ...]) -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.add(one)
                waiting += [info.annotation for info in one.model_fields.values()]
        else:
            waiting += getattr(one, "__args__", ())
    return found
