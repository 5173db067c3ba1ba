"""Markdown to its parts: prose, fenced blocks, and directives in comments."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^( *)```(\w+)?(.*)$")
_DIRECTIVE = re.compile(r"^<!-- (\w+)(?: (.*?))? -->$")


@dataclass(frozen=True, slots=True)
class Prose:
    """Lines that stay as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; with a title it is a file of that name."""

    language: str
    title: str
    body: str
    attributes: str = ""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a comment asks for: `<!-- show FILE 12 -->`."""

    name: str
    arguments: tuple[str, ...]


Part = Prose | Block | Directive


def parts(text: str) -> Iterator[Part]:
    """The parts of a page, in order."""
    lines = iter(text.splitlines())
    for line in lines:
        if fence := _FENCE.match(line):
            body = []
            for inner in lines:
                if inner.strip() == "```":
                    break
                body.append(inner)
            attributes = fence[3].strip()
            title = re.search(r'title="([^"]+)"', attributes)
            name = title[1] if title else ""
            yield Block(fence[2] or "", name, "\n".join(body), attributes)
        elif directive := _DIRECTIVE.match(line):
            yield Directive(directive[1], tuple(shlex.split(directive[2] or "")))
        else:
            yield Prose(line)


def fenced(language: str, body: str, attributes: str = "") -> str:
    """A block that no text inside can end."""
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    head = f"{fence}{language} {attributes}".rstrip()
    return f"{head}\n{body}\n{fence}\n"


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, with the output that is written below it."""
    current, output = "", list[str]()
    for line in body.splitlines():
        if line.startswith("$ "):
            if current:
                yield current, "\n".join(output)
            current, output = line[2:], []
        elif current.endswith("\\"):
            current += f"\n{line}"
        else:
            output.append(line)
    if current:
        yield current, "\n".join(output)
