"""Codes and the mistakes under tests/ to pages: each with the text that is printed for it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import burnrules
from burnrules import codes, collector, durations, source
from burnrules.codes import Code
from burnrules.collector import Needs, values
from burnrules.diagnostics import ordered
from burnrules.gates.lint import files as gates
from docsite.blocks import fenced
from docsite.running import ROOT

CASES = ROOT / "tests/diagnostics"
COLLECTOR = ROOT / "tests/collector"
GATES = ROOT / "tests/gates"
_HEAD = re.compile(r"# (version|thresholds|rate_window|longest_window): (.*)")
_EFFECT = {
    "error": "stops `generate`",
    "warning": "fails under `--fail-on warning`",
    "info": "never fails",
}
_ALIEN = "\ufffd"


def diagnostics(start: str) -> str:
    """Every code whose id starts so, in order."""
    found = [one for one in codes.table().values() if one.id.startswith(start)]
    return "\n".join(_section(one) for one in found)


def _section(one: Code) -> str:
    lines = [
        f"## {one.id}: {one.title} {{#{one.id.lower()}}}",
        "",
        f"*{one.severity.word}*: {_EFFECT[one.severity.word]}. {one.why}",
        "",
    ]
    for index, (title, case, printed) in enumerate(cases(one.id)):
        opened = "???+" if index == 0 else "???"
        lines += [f'{opened} example "{title}"', ""]
        lines += _indented(f"{case}\n{fenced('text', printed.rstrip())}")
    return "\n".join(lines) + "\n"


def cases(code: str) -> Iterator[tuple[str, str, str]]:
    """Each mistake that shows a code: its title, the files as Markdown, and what is printed."""
    for folder in sorted((CASES / code).glob("*")):
        printed = (folder / "expected.txt").read_text("utf-8")  # compared by test_diagnostics.py
        yield _titled(folder.name), _files(folder), printed
    for path in sorted((COLLECTOR / code).glob("*.yaml")):
        text = path.read_text("utf-8")
        yield _titled(path.stem), fenced("yaml", text.rstrip()), _collector(text)
    yield from _gate_cases(code)


def _titled(name: str) -> str:
    return re.sub(r"^\d+-", "", name).replace("-", " ")


def _files(folder: Path) -> str:
    shown = []
    for path in sorted(folder.glob("*")):
        if path.name == "expected.txt":
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        text = "".join(one if one.isprintable() or one == "\n" else _ALIEN for one in text)
        body = text.rstrip() if len(text) < 3000 else text[:1200] + "\n…"
        shown.append(fenced("yaml", body, f'title="{path.name}"'))
    return "\n".join(shown)


def _collector(text: str) -> str:
    head = dict(_HEAD.findall(text))
    read = source.read("gateway.yaml", text.encode(), source.Reading.FOREIGN)
    windows = {key: durations.parse(head.get(key, "")) for key in ("rate_window", "longest_window")}
    seconds = (values.seconds(word) for word in head.get("thresholds", "").split())
    needs = Needs(
        thresholds=tuple((at, None) for at in seconds if at is not None),
        rate_window=windows["rate_window"],
        longest_window=windows["longest_window"],
    )
    found = collector.lint(collector.read(read.documents, head.get("version")), needs)
    return burnrules.findings_text(
        ordered(list(found)), {"gateway.yaml": text}, burnrules.Format.TEXT, color=False
    )


def _gate_cases(code: str) -> Iterator[tuple[str, str, str]]:
    right = (GATES / "right/gate.yaml").read_text("utf-8")
    for row in _mistakes():
        if not any(code in found for found in row["findings"]):
            continue
        text = right.replace(row["replace"], row["with"])
        change = fenced("yaml", row["with"] or "# removed: " + row["replace"])
        yield row["mistake"].replace('"', "'"), change, _gate(text)


@cache
def _mistakes() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((GATES / "mistakes.yaml").read_text("utf-8")))


def _gate(text: str) -> str:
    read = source.read("gate.yaml", text.encode(), source.Reading.FOREIGN)
    found = ordered(list(gates.check([read])))
    return burnrules.findings_text(found, {"gate.yaml": text}, burnrules.Format.TEXT, color=False)


def _indented(text: str) -> list[str]:
    return [f"    {line}" if line else "" for line in text.splitlines()] + [""]
