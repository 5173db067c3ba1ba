"""`burnrules explain`: an SLO or a code to an explanation."""

import re
from pathlib import Path
from typing import Annotated

import typer

import burnrules
from burnrules.cli.options import SLOS, Color, FailOn, Form, Specs
from burnrules.cli.report import USAGE, Report, harmless, stdin, tell, unknown, write
from burnrules.render import Format

EXAMPLES = "Examples: burnrules explain checkout/availability; burnrules explain BR201"
_CODE = re.compile(r"BR\d+", re.IGNORECASE)

What = Annotated[
    str,
    typer.Argument(
        metavar="PATH/SLO|CODE",
        help="An SLO, indicator or gate, a whole path, or a code: BR201; a name with --telemetry.",
    ),
]
OfTelemetry = Annotated[
    bool,
    typer.Option("--telemetry", help="Explain the names that a Telemetry gives, or all of them."),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        metavar="SVG", help="Draw when each tier of one SLO fires instead; needs burnrules[plot]."
    ),
]
_NO_MATPLOTLIB = "burnrules: --plot needs matplotlib: pip install 'burnrules[plot]'"


def command(
    what: What = "",
    slos: Specs = SLOS,
    *,
    telemetry: OfTelemetry = False,
    plot: Plot = None,
    form: Form = Format.TEXT,
    fail_on: FailOn = "error",
    color: Color = None,
) -> None:
    """Explain an SLO (tiers, assumptions, rules), a kind of finding, or a Telemetry's names."""
    if telemetry:
        raise typer.Exit(_telemetry(what, slos, Report(form, fail_on, color)))
    if not what:
        raise typer.BadParameter("name an SLO, a path or a code", param_hint="PATH/SLO|CODE")
    if _CODE.fullmatch(what):
        write(_code(what.upper()))
        return
    report = Report(form, fail_on, color)
    if plot is not None:
        raise typer.Exit(_plotted(what.casefold(), slos, plot, report))
    raise typer.Exit(_slo(what.casefold(), slos, report))


def _code(wanted: str) -> str:
    from burnrules import codes, explain

    table = codes.table()
    if wanted not in table:
        raise typer.BadParameter(unknown("code", wanted, table))
    return explain.text(table[wanted])


def _slo(wanted: str, slos: Specs, report: Report) -> int:
    from burnrules import explain
    from burnrules.gateplan import GatePlan
    from burnrules.ir import IndicatorPlan, SloPlan
    from burnrules.pipeline import compile_tree

    made = compile_tree(slos, kinds=(), stdin=stdin())
    every: list[SloPlan | IndicatorPlan | GatePlan] = []
    for path in (*made.plan.paths, *made.plan.health):
        every += (*path.slos, *path.indicators, *path.gates)
    matching = [one for one in every if wanted in (one.id.casefold(), one.path.casefold())]
    if not matching:
        return _absent(made, report, unknown("SLO", wanted, [one.id for one in every]))
    for one in matching:
        write(harmless(explain.text(one)))
    about = [one for one in made.found if one.span.file == matching[0].origin.file]
    return report.show(about, made.sources, channel="stderr")


def _plotted(wanted: str, slos: Specs, to: Path, report: Report) -> int:
    from burnrules.pipeline import compile_tree

    try:
        from burnrules import plot
    except ImportError:
        tell(_NO_MATPLOTLIB)
        return USAGE
    made = compile_tree(slos, kinds=(), stdin=stdin())
    paths = (*made.plan.paths, *made.plan.health)
    every = {one.id.casefold(): one for path in paths for one in path.slos}
    if wanted not in every:
        return _absent(made, report, unknown("SLO", wanted, [one.id for one in every.values()]))
    to.write_text(plot.svg(every[wanted]), "utf-8", newline="\n")
    tell(f"wrote {to}")
    return report.show(made.found, made.sources, channel="stderr")


def _telemetry(wanted: str, slos: Specs, report: Report) -> int:
    from burnrules import explain
    from burnrules.pipeline import compile_tree

    made = compile_tree(slos, kinds=(), stdin=stdin())
    every = made.plan.telemetries
    matching = [one for one in every if wanted.casefold() in ("", one.name)]
    if not matching:
        return _absent(made, report, unknown("Telemetry", wanted, [one.name for one in every]))
    write("\n".join(harmless(explain.text(one)) for one in matching))
    files = {one.source for one in matching}
    about = [one for one in made.found if one.span.file in files]
    return report.show(about, made.sources, channel="stderr")


def _absent(made: "burnrules.Compilation", report: Report, said: str) -> int:
    """It is not there, or stands in a spec that has mistakes: these are told then."""
    if made.ok:
        raise typer.BadParameter(said)
    return report.show(made.found, made.sources)
