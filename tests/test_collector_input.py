"""Whatever a configuration holds, reading and linting it ends in findings."""

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnrules import collector, durations, source
from burnrules.collector import Needs, producer, values
from burnrules.ir import Server

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent / "collector"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "collector"
TEXTS = [path.read_text() for path in sorted(CASES.rglob("*.yaml"))]
REAL = sorted(CORPUS.glob("*.yaml"))
NEEDS = Needs(
    thresholds=((Decimal("0.3"), None),),
    rate_window=durations.of("1m"),
    longest_window=durations.of("3d"),
)
SERVER = Server(
    (3, 5),
    "scrape",
    spelling_known=False,
    scrape_interval=durations.of("15s"),
    rule_interval=durations.of("1m"),
)
ODD: list[Any] = [
    *(None, True, -1, "", "x" * 5000, "${env:X}", "${env:X:-1}", "$${1}", "1h", "9" * 100, "٣s"),
    *(".nan", "spanmetrics", [], {}, [[]], [{}], {"a": 1}, [None], ["a", 1, None]),
    *({"name": None}, [{"name": ["x"]}], {"x": {"y": {"z": None}}}, ["${env:Y}"]),
]


def examine(text: str) -> None:
    documents = source.read("x.yaml", text.encode(errors="replace"), source.Reading.FOREIGN)
    for version in (None, "0.95.0", "0.158.0"):
        read = collector.read(documents.documents, version)
        found = collector.lint(read, NEEDS)
        collector.span_names(read, None, SERVER)
        for one in producer.producers(read):
            collector.span_names(read, one.id, SERVER, ("a.b",))
        assert all(one.span.line > 0 and one.span.column > 0 for one in found)


@st.composite
def bent(draw: st.DrawFn) -> str:
    """One of the cases with some values replaced by what does not belong there."""
    documents = [copy.deepcopy(one) for one in yaml.safe_load_all(draw(st.sampled_from(TEXTS)))]
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(documents))
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return yaml.safe_dump_all(documents, sort_keys=False)


def _places(data: Any) -> Any:
    for key in data if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], dict | list):
            yield from _places(data[key])


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(bent())
def test_a_value_that_does_not_belong_is_no_traceback(text: str) -> None:
    examine(text)


@settings(max_examples=150)
@given(st.sampled_from(TEXTS), st.integers(0, 2000), st.text(max_size=6))
def test_a_broken_file_is_no_traceback(text: str, at: int, inserted: str) -> None:
    at %= len(text)

    examine(text[:at] + inserted + text[at:])
    examine(text[:at])


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_configuration_cut_anywhere_is_no_traceback(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    step = max(len(lines) // 12, 1)

    for end in range(0, len(lines), step):
        examine("".join(lines[:end]))


def test_the_corpus_is_there() -> None:
    assert len(REAL) == 6


def test_findings_do_not_depend_on_anything_but_the_text() -> None:
    for path in REAL:
        raw = path.read_bytes()
        twice = [
            collector.lint(collector.read(source.read("x", raw, source.Reading.FOREIGN).documents))
            for _ in range(2)
        ]

        assert twice[0] == twice[1]


@given(st.integers(0, 10**7), st.sampled_from(["ns", "us", "ms", "s", "m", "h"]))
def test_a_go_duration_is_read_exactly(count: int, unit: str) -> None:
    size = {"ns": "1e-9", "us": "1e-6", "ms": "1e-3", "s": "1", "m": "60", "h": "3600"}[unit]

    assert values.seconds(f"{count}{unit}") == count * Decimal(size)
    assert values.seconds(f"{count}{unit}{count}{unit}") == 2 * count * Decimal(size)
