"""The arguments and options that commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from burnrules.render import Format

Specs = Annotated[
    Path,
    typer.Argument(
        metavar="SLOS", help="A folder of specs, one spec file, or - for standard input."
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How findings are written.")]
FailOn = Annotated[
    Literal["error", "warning"],
    typer.Option("--fail-on", help="The least severity that exits 1."),
]
Color = Annotated[
    bool | None,
    typer.Option(
        "--color/--no-color",
        help="Colour the findings; default: on a terminal, unless NO_COLOR is set.",
        show_default=False,
    ),
]
SLOS, GENERATED = Path("slos"), Path("generated")
