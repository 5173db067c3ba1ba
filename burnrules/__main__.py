"""Runs `cli.main` and exits with what it returns."""

import gc
import sys

from burnrules import cli


def main() -> None:
    """The installed command."""
    gc.disable()  # a short run makes no cycles worth finding; looking costs a tenth of its time
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
