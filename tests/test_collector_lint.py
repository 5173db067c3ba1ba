"""Collector lint: every code by a small configuration that marks its findings in comments."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from burnrules import collector, durations, source
from burnrules.codes import Code
from burnrules.codes import collector as codes
from burnrules.collector import Needs, values
from burnrules.collector.lint.sampling import COUNT_FIRST
from burnrules.diagnostics import Diagnostic, Severity

CASES = Path(__file__).parent / "collector"
ALL = sorted(CASES.rglob("*.yaml"))
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "collector"
HEAD = re.compile(r"# (version|thresholds|rate_window|longest_window): (.*)")
MARK = re.compile(r"BR5\d\d")
NOT_FROM_LINT = {"BR503", "BR504", "BR554"}  # given by `span_names`, see test_collector_names.py


def read(text: str, version: str | None = None, name: str = "gateway.yaml") -> collector.Collector:
    documents = source.read(name, text.encode(), source.Reading.FOREIGN).documents
    return collector.read(documents, version)


def needs(head: dict[str, str]) -> Needs:
    windows = {key: durations.parse(head.get(key, "")) for key in ("rate_window", "longest_window")}
    seconds = (values.seconds(word) for word in head.get("thresholds", "").split())
    return Needs(
        thresholds=tuple((at, None) for at in seconds if at is not None),
        rate_window=windows["rate_window"],
        longest_window=windows["longest_window"],
    )


def lint(text: str) -> tuple[Diagnostic, ...]:
    head = dict(HEAD.findall(text))
    return collector.lint(read(text, head.get("version")), needs(head))


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_case_has_exactly_the_findings_that_it_marks(path: Path) -> None:
    text = path.read_text()
    marked = {
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        for code in MARK.findall(line.partition("# ")[2])
    }

    found = lint(text)

    assert {(one.span.line, one.code) for one in found} == marked
    assert path.parent.name == "clean" or path.parent.name in {code for _, code in marked}


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_finding_is_short_and_says_what_to_do(path: Path) -> None:
    for one in lint(path.read_text()):
        assert one.hint
        assert len(one.message) <= 100
        assert not one.message.endswith(".")
        assert "\n" not in one.hint


def test_every_code_has_a_case() -> None:
    known = {one.id for one in vars(codes).values() if isinstance(one, Code)}

    assert known - NOT_FROM_LINT == {path.parent.name for path in ALL} - {"clean"}


def test_the_patch_of_a_sampler_before_the_connector_repairs_it() -> None:
    text = (CASES / "BR520" / "tail-sampler-in-the-same-pipeline.yaml").read_text()
    (finding,) = lint(text)

    overlay = finding.hint.removeprefix(COUNT_FIRST)

    assert lint(text + "---\n" + overlay) == ()


PATCHED = {
    "connectors/span_metrics": [
        "BR523/between-bounds", "BR523/default-bounds", "BR523/no-histogram", "BR528/none",
        "BR528/zero", "BR532/remote-write", "BR533/off", "BR538/one-minute-rates", "BR542/never",
        "BR543/five-minutes", "BR544/pods",
    ],
    "exporters/prometheus": [
        "BR534/plain-text", "BR535/ignored", "BR543/forgotten-between-flushes",
    ],
    "processors/tail_sampling": ["BR546/slow-policy"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("section", "case"), [(section, case) for section, cases in PATCHED.items() for case in cases]
)
def test_a_mechanical_hint_is_the_yaml_that_repairs_it(section: str, case: str) -> None:
    text = (CASES / f"{case}.yaml").read_text()
    above, name = section.split("/")

    hints = [one.hint for one in lint(text) if one.code == case[:5]]
    overlay = yaml.safe_dump({above: {name: yaml.safe_load(hints[0])}})

    assert case[:5] not in {one.code for one in lint(text + "---\n" + overlay)}


def test_a_threshold_is_reported_where_the_slo_says_it() -> None:
    place = source.read("slo.yaml", b"threshold: 400ms").documents[0].value(("threshold",))
    path = CASES / "clean" / "gateway.yaml"
    wanted = Needs(thresholds=((Decimal("0.4"), place),))

    (found,) = collector.lint(read(path.read_text(), "0.158.0"), wanted)

    assert (found.span, found.severity) == (place, Severity.ERROR)
    assert "nearest: 250ms and 500ms" in found.message


# Each checked by hand against the file; the README of the corpus says where it is from.
EXPECTED = {
    "opentelemetry-demo-1.0.0-processor.yaml": ["27 BR541"],
    "opentelemetry-demo-1.11.1.yaml": ["120 BR502", "120 BR528", "120 BR533", "120 BR542"],
    "opentelemetry-demo-2.0.2.yaml": ["116 BR502", "116 BR528", "116 BR533", "116 BR542"],
    "jaeger-2-spm.yaml": ["22 BR502", "46 BR502", "46 BR528", "46 BR533", "46 BR542"],
    "jaeger-2-tail-sampling.yaml": [],
    "coralogix-tail-sampling-configmaps.yaml": [
        "60 BR533", "60 BR544", "67 BR553", "77 BR530", "97 BR533", "101 BR530", "122 BR533",
        "122 BR544", "132 BR530", "152 BR533", "159 BR530", "924 BR551", "924 BR551",
        "947 BR551", "956 BR551", "999 BR521", "1007 BR521",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_real_configurations_have_the_findings_that_were_checked_by_hand(name: str) -> None:
    found = collector.lint(read((CORPUS / name).read_text(), None, name))

    assert [f"{one.span.line} {one.code}" for one in found] == EXPECTED[name]


def test_every_real_configuration_is_expected() -> None:
    assert {path.name for path in CORPUS.glob("*.yaml")} == set(EXPECTED)
