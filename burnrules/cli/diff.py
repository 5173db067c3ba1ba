"""`burnrules diff`: two trees of specs to what the step between them does to alerting."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from burnrules.cli.options import Color
from burnrules.cli.report import CLEAN, Report, harmless, write
from burnrules.render import Format

EXAMPLES = (
    "Example: git worktree add .base main && burnrules diff .base/slos slos\n\n"
    "For a review comment: burnrules diff .base/slos slos --format markdown"
)

Old = Annotated[Path, typer.Argument(metavar="OLD", help="A folder of specs, or one, as it was.")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="The same as it is to be.")]
Form = Annotated[
    Literal["text", "markdown"], typer.Option("--format", help="How changes are written.")
]


def command(old: Old, new: New, *, form: Form = "text", color: Color = None) -> None:
    """Say in words what a change of specs does to alerting; exit 0 whatever it does.

    Errors in either tree go to standard error, and exit 1.
    """
    from burnrules import difference
    from burnrules.pipeline import compile_tree

    trees = [compile_tree(root, kinds=()) for root in (old, new)]
    report = Report(Format.TEXT, "error", color)
    for made in trees:
        if not made.ok:
            raise typer.Exit(report.show(made.found, made.sources, channel="stderr"))
    before, now = (made.plan for made in trees)
    shown = {"text": difference.text, "markdown": difference.markdown}[form]
    write(harmless(shown(difference.changes(before, now))))
    raise typer.Exit(CLEAN)
