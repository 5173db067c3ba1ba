"""What the package knows, as tables and pictures: dialects, Collector versions, commands, plots."""

import re
from collections.abc import Iterator

from burnrules import plot
from burnrules.burnrate import plain
from burnrules.collector import version
from burnrules.dialects import DIALECTS
from burnrules.ir import SpanNames
from burnrules.pipeline import compile_tree
from docsite.running import ROOT


def dialects() -> str:
    """How each producer names span metrics."""
    head = "| dialect | calls | duration | unit | labels | an error |"
    lines = [head, "|---|---|---|---|---|---|"]
    lines += [_dialect(name, one) for name, one in DIALECTS.items()]
    return "\n".join(lines)


def _dialect(name: str, one: SpanNames) -> str:
    labels = ", ".join(f"`{label}`" for label in one.labels.values() if label)
    errors = ", ".join(f"`{each.label}{each.op}{each.value}`" for each in one.error)
    unit = {"1": "s", "0.001": "ms"}[plain(one.unit)]
    wrong = errors or f"`{one.error_calls}`"
    return f"| `{name}` | `{one.calls}` | `{one.duration}` | {unit} | {labels} | {wrong} |"


def gates() -> str:
    """From which Collector release on each feature gate is there, and on."""
    lines = ["| feature gate | there since | on since |", "|---|---|---|"]
    for gate, (registered, default) in version.GATES.items():
        on = version.shown(default) if default else "only when asked for"
        lines.append(f"| `{gate}` | {version.shown(registered)} | {on} |")
    return "\n".join(lines)


def newest() -> str:
    """The newest Collector release that was looked at."""
    return f"Facts about the Collector were checked up to contrib {version.shown(version.NEWEST)}."


def picture(slo: str) -> str:
    """The plot of an SLO of the example, in the colours of the page."""
    made = compile_tree(ROOT / "slos", kinds=())
    one = next(each for path in made.plan.paths for each in path.slos if each.id == slo)
    svg = re.sub(r"<style>svg\.burnrules.*?</style>", "", plot.svg(one), count=1)
    return f'<figure markdown="0">{"".join(_lines(svg))}</figure>'


def _lines(svg: str) -> Iterator[str]:
    """One line: a blank one would end the block of HTML."""
    return (f"{line.strip()} " for line in svg.splitlines() if line.strip())
