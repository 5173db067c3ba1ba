"""Runs `cli.main` and exits with what it returns."""

import gc
import sys

gc.disable()  # a short run makes no cycles worth finding; looking costs a tenth of its time

from burnrules import cli  # noqa: E402  # imports make most of the objects that would be looked at


def main() -> None:
    """The installed command."""
    status = cli.main()
    gc.freeze()  # else the interpreter looks through everything once more before it ends
    sys.exit(status)


if __name__ == "__main__":
    main()
