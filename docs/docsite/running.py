"""A page to what its commands print: files are written, commands run, in an empty folder."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from docsite.blocks import Block, Directive, Part, Prose, commands, fenced, parts

ROOT = Path(__file__).resolve().parents[2]
Maker = Callable[..., str]


class PageError(Exception):
    """A command of a page that does not do what the page says."""


@dataclass(slots=True)
class Run:
    """One page while it runs: its folder, and what the next block must do."""

    page: str
    folder: Path
    makers: Mapping[str, Maker]
    wanted: int = 0  # exit status of the next console block
    lines: int = 0  # of output shown; 0: all
    recorded: bool = False  # the next console block is for a server: shown as it is written
    commands: list[str] = field(default_factory=list)

    def rendered(self, text: str) -> str:
        """The page as mkdocs reads it."""
        return "\n".join(self._part(one) for one in parts(text)) + "\n"

    def _part(self, part: Part) -> str:
        if isinstance(part, Prose):
            return part.text
        if isinstance(part, Directive):
            return self._directive(part)
        if part.title:
            self._write(part)
        if part.language == "console":
            return self._console(part)
        return fenced(part.language, part.body, part.attributes)

    def _directive(self, one: Directive) -> str:
        match one.name, one.arguments:
            case "exit", (status,):
                self.wanted = int(status)
            case "lines", (number,):
                self.lines = int(number)
            case "server", _:
                self.recorded = True
            case "copy", (name,):
                shutil.copytree(ROOT / name, self.folder / name)
            case "show", (name, *rest):
                return self._shown(name, *rest)
            case "include", (name,):
                path = ROOT / name
                body = path.read_text("utf-8").rstrip()
                return fenced(_LANGUAGES.get(path.suffix, ""), body, f'title="{path.name}"')
            case name, arguments if name in self.makers:
                return self.makers[name](*arguments)
            case unknown:
                raise PageError(f"{self.page}: no directive {unknown}")
        return ""

    def _write(self, block: Block) -> None:
        path = self.folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{block.body}\n", "utf-8")

    def _console(self, block: Block) -> str:
        recorded, self.recorded = self.recorded, False
        wanted, self.wanted = self.wanted, 0
        limit, self.lines = self.lines, 0
        if recorded:
            return fenced("console", block.body)
        shown = []
        for command, _ in commands(block.body):
            self.commands.append(command)
            status, output = self._run(command)
            if status != wanted:
                raise PageError(f"{self.page}: {command}: exit {status}, not {wanted}\n{output}")
            shown += [f"$ {command}", *_cut(output, limit)]
        return fenced("console", "\n".join(shown))

    def _run(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.rstrip("\n")

    def _shown(self, name: str, start: str = "", count: str = "0") -> str:
        """Lines of a file of the folder, from the first one that holds `start`."""
        lines = (self.folder / name).read_text("utf-8").splitlines()
        first = next((at for at, line in enumerate(lines) if start in line), None)
        if first is None:
            raise PageError(f"{self.page}: no line of {name} holds {start!r}")
        kept = lines[first : first + int(count)] if int(count) else lines[first:]
        indent = min((len(line) - len(line.lstrip()) for line in kept if line.strip()), default=0)
        body = "\n".join(line[indent:] for line in kept)
        return fenced(_LANGUAGES.get(Path(name).suffix, ""), body, f'title="{name}"')


_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".mk": "make"}


def environment() -> dict[str, str]:
    """That of a person with burnrules installed and a terminal of 80 columns."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "80", "TERM": "dumb"}


@contextmanager
def page(name: str, makers: Mapping[str, Maker]) -> Iterator[Run]:
    """A run of a page, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="burnrules-docs-") as folder:
        yield Run(name, Path(folder), makers)


def _cut(output: str, limit: int) -> list[str]:
    lines = output.splitlines()
    return [*lines[:limit], "…"] if limit and len(lines) > limit else lines
