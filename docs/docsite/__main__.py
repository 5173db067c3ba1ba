"""Writes the sources of the site below build/docs: every command of every page runs."""

import shutil
import sys
from pathlib import Path

from docsite import catalogue, reference, running, tables

PAGES = running.ROOT / "docs/pages"
TARGET = running.ROOT / "build/docs"
MAKERS: dict[str, running.Maker] = {
    "spec": reference.spec,
    "diagnostics": catalogue.diagnostics,
    "dialects": tables.dialects,
    "gates": tables.gates,
    "newest": tables.newest,
    "picture": tables.picture,
    "changelog": lambda: (running.ROOT / "CHANGELOG.md").read_text("utf-8"),
}


def main() -> int:
    """Every page; 1 when a command does not do what its page says."""
    shutil.rmtree(TARGET, ignore_errors=True)
    pages = sorted(PAGES.rglob("*.md"))
    wrong = [said for said in map(_written, pages) if said]
    for asset in (PAGES / "assets").glob("*"):
        (TARGET / "assets").mkdir(parents=True, exist_ok=True)
        shutil.copy(asset, TARGET / "assets")
    print("".join(f"{said}\n" for said in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


def _written(page: Path) -> str:
    name = page.relative_to(PAGES)
    try:
        with running.page(str(name), MAKERS) as run:
            text = run.rendered(page.read_text("utf-8"))
    except running.PageError as wrong:
        return str(wrong)
    (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_text(text, "utf-8")
    return ""


if __name__ == "__main__":
    sys.exit(main())
