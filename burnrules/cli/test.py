"""`burnrules test`: generated files to promtool's verdict."""

import shutil
from pathlib import Path
from typing import Annotated, Literal

import typer

from burnrules.cli.options import GENERATED
from burnrules.cli.report import CLEAN, FOUND, USAGE, tell, write

EXAMPLES = "Example: burnrules test generated -k checkout --format junit > report.xml"
_MISSING = """\
burnrules: no promtool; it comes with Prometheus:
  Debian, Ubuntu: apt-get install prometheus
  macOS: brew install prometheus
  others: https://prometheus.io/download/
or give its path: burnrules test --promtool PATH"""

Generated = Annotated[Path, typer.Argument(metavar="GENERATED", help="What generate wrote.")]
Selected = Annotated[str, typer.Option("-k", metavar="TEXT", help="Only files named like this.")]
Promtool = Annotated[str, typer.Option(metavar="PATH", help="promtool, if it is not on PATH.")]
Deep = Annotated[bool, typer.Option("--deep", help="The long tests too.")]
Form = Annotated[
    Literal["text", "json", "junit"], typer.Option("--format", help="How verdicts are written.")
]


def command(
    generated: Generated = GENERATED,
    *,
    selected: Selected = "",
    promtool: Promtool = "promtool",
    deep: Deep = False,
    form: Form = "text",
) -> None:
    """Have promtool check the generated rules and run the generated tests."""
    from burnrules import promtool as tool
    from burnrules.cli import verdicts
    from burnrules.write import interrupted

    found = shutil.which(promtool)
    if found is None:
        tell(_MISSING)
        raise typer.Exit(USAGE)
    if interrupted(generated):  # each file may pass, and they need not belong together
        tell(
            f"burnrules: {generated}: an earlier run was stopped half way; run `burnrules generate`"
        )
        raise typer.Exit(FOUND)
    due = tool.work(generated, selected, deep=deep)
    if not due.size:
        like = f" named like {selected!r}" if selected else ""
        tell(f"burnrules: no rule file{like} below {generated}; run `burnrules generate` first")
        raise typer.Exit(USAGE)
    made = verdicts.collected(tool.judge(found, due), due.size)
    write(verdicts.FORMS[form](made))
    raise typer.Exit(CLEAN if all(one.passed for one in made) else FOUND)
