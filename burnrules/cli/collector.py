"""`burnrules collector`: Collector and Tempo configurations to findings; writes nothing."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from burnrules.cli.options import Color, FailOn, Form
from burnrules.cli.report import CLEAN, Report, count, stdin, tell
from burnrules.render import Format

EXAMPLES = (
    "Examples: burnrules collector gateway.yaml --collector-version 0.158.0\n\n"
    "kubectl get configmap otel-collector -o yaml | burnrules collector -"
)

Configs = Annotated[
    list[Path],
    typer.Argument(
        metavar="CONFIG...",
        help="Files of one Collector, merged in this order, or of several; - for standard input.",
    ),
]
Version = Annotated[
    str | None, typer.Option(metavar="VERSION", help="The version that runs, such as 0.158.0.")
]
Gates = Annotated[
    list[str] | None, typer.Option("--feature-gates", metavar="GATE", help="As the Collector's.")
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option("--threshold", metavar="LATENCY", help="Of a latency SLO: 400ms. Repeatable."),
]


def command(
    configs: Configs,
    *,
    collector_version: Version = None,
    feature_gates: Gates = None,
    threshold: Thresholds = None,
    form: Form = Format.TEXT,
    fail_on: FailOn = "error",
    color: Color = None,
) -> None:
    """Say what is wrong with Collector configurations for SLOs on their span metrics."""
    from burnrules import allow, collector
    from burnrules import configs as reading
    from burnrules.diagnostics import ordered

    reads = reading.files(configs, stdin())
    documents = [document for read in reads for document in read.documents]
    made = collector.read(documents, collector_version, feature_gates or ())
    needs = collector.Needs(thresholds=tuple((at, None) for at in _seconds(threshold or [])))
    found = [one for read in reads for one in read.found]
    if documents:
        found += collector.lint(made, needs)
    sources = {read.file: read.text for read in reads}
    every = ordered(list(allow.apply(found, sources)))
    status = Report(form, fail_on, color).show(every, sources)
    if status == CLEAN:
        tell(f"{count(len(made.instances), 'configuration')} read, {count(len(every), 'finding')}")
    raise typer.Exit(status)


def _seconds(written: list[str]) -> list[Decimal]:
    from burnrules.collector.values import seconds

    found = [(text, seconds(text)) for text in written]
    wrong = next((text for text, at in found if at is None or at <= 0), None)
    if wrong is not None:
        raise typer.BadParameter(f"{wrong!r} is no latency; write e.g. 400ms")
    return [at for _, at in found if at is not None]
