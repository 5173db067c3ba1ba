"""Findings to standard output in the format asked for, and to an exit status."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Literal, NamedTuple, TextIO

import typer

from burnrules.diagnostics import Diagnostic, Severity, near
from burnrules.render import Format, render

CLEAN, FOUND, USAGE, OURS, PIPE_CLOSED = 0, 1, 2, 3, 141
_UNREADABLE = "BR015"
_MOST = 10  # names that are listed
Channel = Literal["stdout", "stderr"]


class Report(NamedTuple):
    """How one run reports: the format, the least severity that fails, and the colour."""

    form: Format
    fail_on: str = "error"
    color: bool | None = None

    def show(
        self,
        found: Sequence[Diagnostic],
        sources: Mapping[str, str],
        *,
        channel: Channel = "stdout",
    ) -> int:
        """Writes the findings, to standard output unless told otherwise; the exit status."""
        if found or self.form is Format.SARIF:
            color = self._colored(getattr(sys, channel))
            write(render(found, sources, self.form, color=color), channel)
        return self.status(found)

    def fails(self, found: Sequence[Diagnostic]) -> bool:
        """Whether any finding is severe enough to fail the run."""
        return any(self._failing(found))

    def status(self, found: Sequence[Diagnostic]) -> int:
        """0 when nothing fails; 3 for our own bug, 2 for a file not readable, 1 for the rest."""
        failing = {one.code for one in self._failing(found)}
        if any(code.startswith("BR9") for code in failing):
            tell("this is a bug of burnrules; please report it with the spec and the version")
            return OURS
        if _UNREADABLE in failing:
            return USAGE
        return FOUND if failing else CLEAN

    def _failing(self, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        least = Severity[self.fail_on.upper()]
        return (one for one in found if one.severity >= least)

    def _colored(self, stream: TextIO | None) -> bool:
        if stream is None or self.form is not Format.TEXT or self.color is not None:
            return bool(self.color)
        unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not unwanted and stream.isatty()


def write(text: str, channel: Channel = "stdout") -> None:
    """Writes text as it is; ends the run quietly when nobody reads any more."""
    to: TextIO | None = getattr(sys, channel)
    if to is None:  # started with the stream closed
        return
    try:
        to.write(text)
        to.flush()
    except OSError as wrong:
        # Python flushes once more at exit: there must be somewhere for it to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), to.fileno())
        if isinstance(wrong, BrokenPipeError):
            raise typer.Exit(PIPE_CLOSED) from None
        raise


def harmless(text: str) -> str:
    """Text of ours with words of users in it, so that a terminal shows them and does no more."""
    from burnrules.render.visible import visible

    return "".join(f"{visible(line)}\n" for line in text.splitlines())


def stdin() -> BinaryIO | None:
    """Standard input, unless the program was started without."""
    return sys.stdin.buffer if sys.stdin else None


def tell(*lines: str) -> None:
    """Remarks beside the result: standard error, all at once."""
    write("".join(f"{line}\n" for line in lines), "stderr")


def unknown(kind: str, wanted: str, known: Iterable[str]) -> str:
    """What is said of a name that is none of the known ones.

    >>> unknown("kind", "prometheus-rule", ["alertmanager", "prometheus-rules"])
    "no kind 'prometheus-rule'; did you mean `prometheus-rules`?"
    """
    names = sorted(known)
    listed = [*names[:_MOST], "…"] if len(names) > _MOST else names
    hint = near(wanted, names) or f"there are {', '.join(listed) or 'none'}"
    return f"no {kind} {wanted!r}; {hint}"


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`.

    >>> count(1, "file"), count(2, "SLO")
    ('1 file', '2 SLOs')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
