"""The whole compiler, top to bottom, on one screen."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from burnrules import allow, check, configs, emit, load, plan, validate
from burnrules.artifact import Artifact
from burnrules.codes.file import AMBIGUOUS_SCALAR
from burnrules.diagnostics import Diagnostic, Severity, ordered
from burnrules.ir import Plan
from burnrules.source import Read


class Compilation(NamedTuple):
    """What a tree of specs becomes: files, findings, the plan, and the texts for excerpts."""

    artifacts: tuple[Artifact, ...]
    found: tuple[Diagnostic, ...]
    plan: Plan
    sources: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether nothing stops the files from being written."""
        return not any(one.severity is Severity.ERROR for one in self.found)


def compile_tree(
    root: Path, *, kinds: Collection[str] = emit.USUAL, stdin: BinaryIO | None = None
) -> Compilation:
    """Every spec at or below `root`; a broken one never hides what is wrong with the others.

    Proofs (`promtool-tests`) are worked out in forked processes, unless the caller has threads.
    """
    return compiled(load.files(root, stdin), kinds)


def compiled(reads: Iterable[Read], kinds: Collection[str]) -> Compilation:
    """The files of these kinds from specs that have been read, and every finding in file order."""
    reads = tuple(reads)
    tree, wrong = validate.tree(document for read in reads for document in read.documents)
    tree, named = configs.attached(tree)
    theirs = {read.file for read in named if read.documents}  # named, so no specs gone astray
    found = [one for read in reads if read.file not in theirs for one in read.found]
    found += [one for read in named for one in read.found]
    made, doubts = plan.build(tree)
    artifacts = emit.artifacts(made, kinds)
    found += [*wrong, *doubts]
    if all(one.severity < Severity.ERROR for one in found):  # else half of the rules are missing
        found += check.artifacts(artifacts)
    sources = {read.file: read.text for read in (*named, *reads)}
    return Compilation(artifacts, ordered(list(allow.apply(_once(found), sources))), made, sources)


def _once(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings without those that say again what is wrong with a value or a key."""
    wrong = {one.span for one in found if one.severity is Severity.ERROR}
    unread = {_start(one) for one in found if one.severity is Severity.ERROR and _of(one, "BR0")}
    return [
        one
        for one in found
        if not (one.code == AMBIGUOUS_SCALAR.id and one.span in wrong)
        and not (_of(one, "BR1") and _start(one) in unread)
    ]


def _of(one: Diagnostic, codes: str) -> bool:
    return one.code.startswith(codes)


def _start(one: Diagnostic) -> tuple[str, int, int]:
    return (one.span.file, one.span.line, one.span.column)
