"""The editor's view of a spec agrees with the compiler's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from burnrules import schema, spec

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = schema.document()
SPECS = [
    pytest.param(document, id=f"{path.name}-{index}")
    for path in sorted((ROOT / "slos").glob("*.yaml"))
    for index, document in enumerate(yaml.safe_load_all(path.read_text("utf-8")))
]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(DOCUMENT)


def path_with(**slo: Any) -> dict[str, Any]:
    sli = {"name": "a", "objective": 99.9, "sli": {"errors": {}}}
    return {
        "apiVersion": "burnrules.dev/v1",
        "kind": "CriticalPath",
        "metadata": {"name": "checkout"},
        "spec": {"entry": {"service": "a", "route": "/"}, "slos": [{**sli, **slo}]},
    }


def policy_with(**tier: Any) -> dict[str, Any]:
    return {
        "apiVersion": "burnrules.dev/v1",
        "kind": "AlertPolicy",
        "metadata": {"name": "shop"},
        "spec": {"tiers": [{"severity": "page", "long": "1h", "budget": "2%", **tier}]},
    }


def test_the_schema_is_a_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(DOCUMENT)

    assert DOCUMENT["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("document", SPECS)
def test_an_editor_finds_nothing_wrong_with_the_example(
    validator: Draft202012Validator, document: Any
) -> None:
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(path_with(objectve=1), id="unknown key"),
        pytest.param(path_with(name="Check out"), id="not a DNS label"),
        pytest.param(path_with(objective="many"), id="objective that is no number"),
        pytest.param(path_with(window="30"), id="duration without unit"),
        pytest.param(path_with(window={"duration": "1M"}), id="calendar window"),
        pytest.param(path_with(sli={}), id="no kind of SLI"),
        pytest.param(path_with(sli={"errors": {}, "raw": {"errorRatio": "x"}}), id="two kinds"),
        pytest.param(path_with(sli={"latency": {"threshold": 0.4}}), id="latency without unit"),
        pytest.param(path_with(sli={"events": {"good": "x"}}), id="one of errors, good, total"),
        pytest.param(path_with(labels={"severity": "page"}), id="reserved label"),
        pytest.param(path_with(labels={"a-b": "c"}), id="not a label name"),
        pytest.param(path_with(description=None), id="key without a value"),
        pytest.param(path_with(budgetingMethod={}), id="not compiled yet"),
        pytest.param(policy_with(budget=2), id="percentage without sign"),
        pytest.param(policy_with(burnRate=2), id="budget and burnRate"),
        pytest.param(policy_with(minFailures=-1), id="negative count"),
        pytest.param(
            path_with(
                sli={"errors": {"spans": {"service": "a", "route": "/", "spanName": "GET /"}}}
            ),
            id="route and spanName",
        ),
        pytest.param({**path_with(), "kind": "CriticalPaths"}, id="unknown kind"),
        pytest.param({**path_with(), "apiVersion": "v1"}, id="unknown version"),
        pytest.param({"kind": "CriticalPath"}, id="nothing in it"),
    ],
)
def test_an_editor_marks_the_mistakes_that_the_compiler_refuses(
    validator: Draft202012Validator, document: Any
) -> None:
    assert not validator.is_valid(document)


def nodes(of: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(of, dict):
        yield where, of
        for key, value in of.items():
            yield from nodes(value, f"{where}/{key}")
    if isinstance(of, list):
        for index, value in enumerate(of):
            yield from nodes(value, f"{where}/{index}")


def test_every_model_says_what_it_is_for() -> None:
    assert [name for name, one in DOCUMENT["$defs"].items() if not one.get("description")] == []


def test_no_field_may_be_null_because_a_key_without_value_is_an_error() -> None:
    assert [where for where, node in nodes(DOCUMENT) if node.get("type") == "null"] == []


def test_defaults_are_written_as_a_spec_writes_them() -> None:
    prometheus = DOCUMENT["$defs"]["Prometheus"]["properties"]

    assert prometheus["scrapeInterval"]["default"] == "15s"
    assert all(
        not isinstance(node["default"], dict) for _, node in nodes(DOCUMENT) if "default" in node
    )


def test_every_kind_of_document_is_in_the_schema() -> None:
    assert DOCUMENT["properties"]["kind"]["enum"] == list(spec.KINDS)


def test_the_schema_beside_the_example_is_current() -> None:
    committed = (ROOT / "slos/.burnrules.schema.json").read_text("utf-8")

    assert json.loads(committed) == DOCUMENT, "run make generate"
