"""promtool's verdicts to text, JSON lines or JUnit XML."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import typer

from burnrules.cli.report import count
from burnrules.promtool import Verdict

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def collected(verdicts: Iterable[Verdict], size: int) -> list[Verdict]:
    """All verdicts in a reader's order, with a progress bar while they come if anybody watches."""
    if sys.stderr.isatty():
        with typer.progressbar(verdicts, size, "promtool", file=sys.stderr) as bar:
            verdicts = list(bar)
    return sorted(verdicts, key=lambda one: (one.unit != "rule", one.subject, one.file))


def text(verdicts: Sequence[Verdict]) -> str:
    """A line an SLO or rule file, then what failed, and a summary."""
    failed = sum(not one.passed for one in verdicts)
    said = "".join(_passed(verdicts)) + "".join(map(_failed, verdicts))
    outcome = f"{count(failed, 'file')} failed" if failed else "all hold"
    return f"{said}{', '.join(_totals(verdicts))}: {outcome}\n"


def lines(verdicts: Sequence[Verdict]) -> str:
    """One JSON object a file."""
    return "".join(
        json.dumps(
            {
                "file": str(one.file),
                "subject": one.subject,
                "passed": one.passed,
                f"{one.unit}s": one.count,
                "failures": [{"name": why.name, "text": why.text} for why in one.failures],
            }
        )
        + "\n"
        for one in verdicts
    )


def junit(verdicts: Sequence[Verdict]) -> str:
    """One test case a file, as CI systems show them."""
    failed = sum(not one.passed for one in verdicts)
    cases = "".join(map(_case, verdicts))
    head = f'<testsuite name="burnrules" tests="{len(verdicts)}" failures="{failed}" errors="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}</testsuite>\n'


def _passed(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line for every subject whose files all pass."""
    wrong = {one.subject for one in verdicts if not one.passed}
    counts: dict[tuple[str, str], int] = {}
    for one in verdicts:
        if one.subject not in wrong:
            key = one.subject, one.unit
            counts[key] = counts.get(key, 0) + one.count
    return (f"{subject}: {count(whole, unit)}\n" for (subject, unit), whole in counts.items())


def _failed(one: Verdict) -> str:
    if one.passed:
        return ""
    parts = [f"{one.subject}: FAILED ({one.file})\n"]
    for why in one.failures:
        parts += [f"  {why.name}\n"] if why.name else []
        parts += [f"    {line}\n" for line in why.text.splitlines()]
    return "".join(parts)


def _totals(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for unit in ("rule", "proof"):
        counts = [one.count for one in verdicts if one.unit == unit]
        if counts:
            yield f"{count(sum(counts), unit)} in {count(len(counts), 'file')}"


def _case(one: Verdict) -> str:
    head = f"  <testcase classname={_attribute(one.unit)} name={_attribute(one.subject)}"
    if one.passed:
        return f"{head}/>\n"
    whole = "\n".join(f"{why.name}\n{why.text}".strip() for why in one.failures)
    first = whole.partition("\n")[0]
    body = escape(_NOT_XML.sub("?", whole))
    return f"{head}>\n    <failure message={_attribute(first)}>{body}</failure>\n  </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", text))


FORMS = {"text": text, "json": lines, "junit": junit}
