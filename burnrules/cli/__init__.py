"""Arguments to one pipeline call, and its result to an exit status."""

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated

import typer

from burnrules import __version__
from burnrules.cli.report import CLEAN, OURS, USAGE, tell

_INTERRUPTED = 130
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

COMMANDS = (
    "generate",
    "validate",
    "test",
    "explain",
    "diff",
    "collector",
    "lint-gates",
    "schema",
    "init",
)
"""In the order of the help."""


def application(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program with these commands."""
    made = typer.Typer(
        name="burnrules",
        no_args_is_help=True,
        rich_markup_mode=None,  # plain help: the same on every terminal, and rich need not load
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(epilog="Start with: burnrules init && burnrules generate")(_options)
    for name in commands:
        module = import_module(f"burnrules.cli.{name.replace('-', '_')}")
        made.command(name, epilog=module.EXAMPLES)(module.command)
    return made


def _wanted(arguments: Sequence[str]) -> Iterable[str]:
    """The command that is called, alone if it is plain: reading all their options takes 5 ms."""
    return arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS


def _version(asked: bool) -> None:  # noqa: FBT001  # typer calls it with the flag
    if asked:
        typer.echo(f"burnrules {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Compile SLO specs for critical paths into burn-rate rules.

    Exit status: 0 clean, 1 findings or drift, 2 wrong usage or a file not readable, 3 our bug.
    """


def main(arguments: list[str] | None = None) -> int:
    """The whole program; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # any spec shows on any terminal
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with _tidily():
            application(_wanted(given))(given, prog_name="burnrules")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else CLEAN
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as wrong:
        tell(f"burnrules: {_reason(wrong)}")
        return USAGE
    except BaseException as wrong:  # noqa: BLE001  # the one boundary; pyo3's panics are no `Exception`
        # Python hides an interrupt that comes while a class is made behind an error of its own.
        return _INTERRUPTED if isinstance(wrong.__cause__, KeyboardInterrupt) else _bug()
    return CLEAN


@contextmanager
def _tidily() -> Iterator[None]:
    """Signals that end a run are exceptions while there is something to tidy up, and no longer.

    Those that somebody ignores stay ignored, and a program that calls `main` keeps its own.
    """
    ours = signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    caught = [one for one in _STOPS if ours and signal.getsignal(one) is signal.SIG_DFL]
    try:
        for one in caught:
            signal.signal(one, signal.default_int_handler)
        yield
    finally:
        for one in caught:
            signal.signal(one, signal.SIG_DFL)


def _reason(wrong: OSError) -> str:
    reason = wrong.strerror or str(wrong)
    return f"{wrong.filename}: {reason}" if wrong.filename else reason


def _bug() -> int:
    import traceback

    traceback.print_exc()
    tell(
        f"burnrules {__version__} on Python {sys.version.split()[0]} met a bug of its own; "
        "please report it with the text above and the spec"
    )
    return OURS
