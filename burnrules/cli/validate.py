"""`burnrules validate`: specs to findings; writes nothing."""

import typer

from burnrules.cli.options import SLOS, Color, FailOn, Form, Specs
from burnrules.cli.report import CLEAN, Report, count, stdin, tell
from burnrules.render import Format

EXAMPLES = "Example: burnrules validate slos --format github --fail-on warning"


def command(
    slos: Specs = SLOS,
    *,
    form: Form = Format.TEXT,
    fail_on: FailOn = "error",
    color: Color = None,
) -> None:
    """Read the specs and say everything that is wrong with them; writes nothing."""
    from burnrules.emit import EMITTERS, PROOFS
    from burnrules.pipeline import compile_tree

    made = compile_tree(slos, kinds={*EMITTERS} - PROOFS, stdin=stdin())
    status = Report(form, fail_on, color).show(made.found, made.sources)
    if status == CLEAN:
        paths = made.plan.paths
        slos_found = sum(len(path.slos) for path in paths)
        tell(f"valid: {count(slos_found, 'SLO')} on {count(len(paths), 'critical path')}")
    raise typer.Exit(status)
