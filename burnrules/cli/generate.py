"""`burnrules generate`: specs to files, all or none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

import burnrules
from burnrules.cli.options import GENERATED, SLOS, Color, FailOn, Form, Specs
from burnrules.cli.report import CLEAN, FOUND, Channel, Report, count, stdin, tell, unknown, write
from burnrules.render import Format

EXAMPLES = (
    "Example: burnrules generate slos --out generated\n\n"
    "In CI, to find files that are out of date: burnrules generate --check"
)
_STDIN = "-"

Out = Annotated[Path, typer.Option(help="The folder that is written; one folder a kind.")]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="KIND", help="Only this kind of file; may be given several times."),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 on any drift.")]
Diff = Annotated[bool, typer.Option("--diff", help="As --check, and show the drift.")]
Force = Annotated[
    bool, typer.Option("--force", help="Replace files in the way that are not generated.")
]


class _Run(NamedTuple):
    slos: Path
    out: Path
    kinds: tuple[str, ...]
    force: bool

    @property
    def owned(self) -> tuple[str, ...]:
        """The kinds whose folders hold what these specs give and no more; none for one file."""
        return self.kinds if str(self.slos) != _STDIN and self.slos.is_dir() else ()


def command(
    slos: Specs = SLOS,
    *,
    out: Out = GENERATED,
    only: Only = None,
    check: Check = False,
    diff: Diff = False,
    force: Force = False,
    form: Form = Format.TEXT,
    fail_on: FailOn = "error",
    color: Color = None,
) -> None:
    """Compile the specs into rule files; with any error, nothing is written.

    Findings go to standard output, except beside --diff, which has it to itself.
    """
    run = _Run(slos, out, _kinds(only or (), out), force)
    report = Report(form, fail_on, color)
    raise typer.Exit(_drift(run, report, diff=diff) if check or diff else _written(run, report))


def _kinds(only: Sequence[str], out: Path) -> tuple[str, ...]:
    """What is asked for; by default all, simulations only to keep up to date what is there."""
    from burnrules.emit import EMITTERS, ON_REQUEST, USUAL

    wrong = next((one for one in only if one not in EMITTERS), None)
    if wrong is not None:
        raise typer.BadParameter(unknown("kind", wrong, EMITTERS), param_hint="--only")
    wanted = only or (EMITTERS if (out / ON_REQUEST).is_dir() else USUAL)
    return tuple(kind for kind in EMITTERS if kind in wanted)


def _written(run: _Run, report: Report) -> int:
    from burnrules.write import apply

    made, due = _due(run, report)
    status = report.show((*made.found, *due.found), made.sources)
    if status != CLEAN:
        return status
    apply(run.out, due)
    told = [
        f"{'removed' if one.new is None else 'wrote'} {run.out / one.path}" for one in due.files
    ]
    same = len(made.artifacts) - sum(change.new is not None for change in due.files)
    tell(*told, f"{count(len(made.artifacts), 'file')} generated, {same} unchanged")
    return CLEAN


def _drift(run: _Run, report: Report, *, diff: bool) -> int:
    from burnrules import write as writing

    made, due = _due(run, report)
    channel: Channel = "stderr" if diff else "stdout"
    status = report.show((*made.found, *due.found), made.sources, channel=channel)
    if status != CLEAN:
        return status
    if diff:
        write(writing.diff(due))
    if not due:
        return CLEAN
    told = [f"{_state(one.old, one.new)}: {run.out / one.path}" for one in due.files]
    tell(*told, f"{count(len(due.files), 'file')} out of date; run `burnrules generate`")
    return FOUND


def _state(old: bytes | None, new: bytes | None) -> str:
    if old is None:
        return "missing"
    return "left over" if new is None else "stale"


def _due(run: _Run, report: Report) -> "tuple[burnrules.Compilation, burnrules.Changes]":
    """What the specs give, and what it would change; nothing when a finding stops the run."""
    from burnrules.pipeline import compile_tree
    from burnrules.write import Changes, Foreign, changes

    made = compile_tree(run.slos, kinds=run.kinds, stdin=stdin())
    if report.fails(made.found):
        return made, Changes()
    foreign = Foreign.REPLACE if run.force else Foreign.KEEP
    return made, changes(run.out, made.artifacts, run.owned, foreign=foreign)
