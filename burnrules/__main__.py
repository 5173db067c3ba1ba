"""Runs `cli.main` and exits with what it returns."""

import gc
import os
import signal
import sys
from types import ModuleType
from typing import NoReturn

gc.disable()  # a short run makes no cycles worth finding; looking costs a tenth of its time
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody ignores it
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends imports in silence; see `cli.main`

from burnrules import cli  # noqa: E402  # imports make most of the objects that would be looked at


def main() -> None:
    """The installed command."""
    _without_plugins()
    _leave(cli.main())


def _without_plugins() -> None:
    """Keep pydantic from asking every installed package for plugins.

    That takes a twelfth of a short run, and would let a stranger's package change what specs mean.
    A library's caller decides for itself.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules[loader.__name__] = loader


def _leave(status: int) -> NoReturn:
    """End the process as it stands: to free what a run holds takes a tenth of its time."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # started with the stream closed
                stream.flush()
    except OSError:
        sys.exit(status)  # the interpreter says what is wrong with the stream
    os._exit(status)


if __name__ == "__main__":
    main()
