"""Runs `cli.main` and exits with what it returns."""

import sys

from burnrules.cli import main

if __name__ == "__main__":
    sys.exit(main())
