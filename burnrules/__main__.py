"""Runs `cli.main` and exits with what it returns."""

import gc
import sys
from types import ModuleType

gc.disable()  # a short run makes no cycles worth finding; looking costs a tenth of its time

from burnrules import cli  # noqa: E402  # imports make most of the objects that would be looked at


def main() -> None:
    """The installed command."""
    _without_plugins()
    status = cli.main()
    gc.freeze()  # else the interpreter looks through everything once more before it ends
    sys.exit(status)


def _without_plugins() -> None:
    """Keep pydantic from asking every installed package for plugins.

    That takes a twelfth of a short run, and would let a stranger's package change what specs mean.
    A library's caller decides for itself.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules[loader.__name__] = loader


if __name__ == "__main__":
    main()
