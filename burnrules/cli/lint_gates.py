"""`burnrules lint-gates`: files with gates to findings; writes nothing."""

from pathlib import Path
from typing import Annotated

import typer

from burnrules.cli.options import Color, FailOn, Form
from burnrules.cli.report import CLEAN, Report, count, stdin, tell
from burnrules.render import Format

EXAMPLES = (
    "Examples: burnrules lint-gates analysis.yaml rollout.yaml\n\n"
    "kubectl get analysistemplate checkout -o yaml | burnrules lint-gates -"
)

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Templates, Canaries and Rollouts, which see each other; - for standard input.",
    ),
]


def command(
    files: Files,
    *,
    form: Form = Format.TEXT,
    fail_on: FailOn = "error",
    color: Color = None,
) -> None:
    """Say what is wrong with the AnalysisTemplates and MetricTemplates of these files."""
    from burnrules import allow, configs
    from burnrules.diagnostics import ordered
    from burnrules.gates.lint import files as gates

    reads = configs.files(files, stdin())
    sources = {read.file: read.text for read in reads}
    found = ordered(list(allow.apply(list(gates.check(reads)), sources)))
    status = Report(form, fail_on, color).show(found, sources)
    if status == CLEAN:
        tell(f"{count(len(reads), 'file')} read, {count(len(found), 'finding')}")
    raise typer.Exit(status)
