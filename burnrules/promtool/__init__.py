"""Generated files to promtool's verdict on each: rules that load, and tests that hold."""

import errno
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from burnrules.promtool import excerpt

RULES, TESTS = "prometheus-rules", "promtool-tests"
_LONG = (f"{TESTS}/long", "promtool-simulations")
_BATCH = 50  # files a process: a start of promtool costs more than reading a file
_LONGEST = 600  # seconds; a test that takes longer will not end
_CHECKING = re.compile(r"^Checking (.+)$", re.MULTILINE)
_FOUND = re.compile(r"SUCCESS: (\d+) rules? found")
_TEST = re.compile(r"^ *name: (.*),$", re.MULTILINE)
_PROOF = re.compile(r"^[ -]*eval_time:", re.MULTILINE)
_NOISE = re.compile(r"^\s*(?:FAILED:|Unit Testing:.*)\s*$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not hold: the name of a test, or nothing for a whole file; expected against got."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What promtool says about one file."""

    file: Path
    subject: str
    """As a reader names it: `checkout/availability`, or the rule file."""
    unit: str
    """What is counted: `rule` or `proof`."""
    count: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Work:
    """The files to judge."""

    rules: tuple[Path, ...]
    tests: tuple[Path, ...]
    whole: bool
    """Whether tests run with all rules of their file, or only with those of their SLO."""

    @property
    def size(self) -> int:
        """How many files."""
        return len(self.rules) + len(self.tests)


def work(root: Path, selected: str = "", *, deep: bool = False) -> Work:
    """Every rule file and test file below a folder whose name holds `selected`.

    What is no file, so that promtool might wait for it, raises `OSError`.
    """
    folders = (TESTS, *(_LONG if deep else ()))
    tests = [file for folder in folders for file in root.glob(f"{folder}/*.yaml")]

    def chosen(files: Sequence[Path]) -> tuple[Path, ...]:
        wanted = selected.casefold().replace("/", ".")
        return tuple(sorted(_file(one) for one in files if wanted in one.name.casefold()))

    return Work(chosen(list(root.glob(f"{RULES}/*.yaml"))), chosen(tests), whole=deep)


def _file(path: Path) -> Path:
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path


def judge(promtool: str, due: Work) -> Iterator[Verdict]:
    """The verdict on each file, as they come; raises `OSError` when promtool does not start."""
    # Made here, not where it is used: an interrupt can part the pool from a thread that it starts.
    with TemporaryDirectory(prefix="burnrules-", ignore_cleanup_errors=True) as spare:
        yield from _judged(promtool, due, Path(spare))


def _judged(promtool: str, due: Work, spare: Path) -> Iterator[Verdict]:
    batches = [due.rules[n : n + _BATCH] for n in range(0, len(due.rules), _BATCH)]
    tested = partial(_whole, promtool) if due.whole else partial(_excerpts, promtool, spare)
    jobs: list[Callable[[], list[Verdict]]] = [
        *(partial(_checked, promtool, batch) for batch in batches),
        *(partial(tested, list(some)) for _, some in groupby(due.tests, key=_subject)),
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(job) for job in jobs]
        try:
            for done in as_completed(running):
                yield from done.result()
        finally:
            pool.shutdown(cancel_futures=True)  # and waits for what runs, whose files are here


def _checked(promtool: str, files: Sequence[Path]) -> list[Verdict]:
    status, output = _run(
        promtool, ["check", "rules", "--lint=all", "--lint-fatal", *map(str, files)]
    )
    parts = _CHECKING.split(output)
    said = dict(zip(parts[1::2], parts[2::2], strict=True))
    verdicts = [_rules_verdict(file, said.get(str(file), output)) for file in files]
    if status and all(one.passed for one in verdicts):
        reason = Failure("", _clean(output) or f"promtool ended with status {status}")
        return [Verdict(one.file, one.subject, "rule", one.count, (reason,)) for one in verdicts]
    return verdicts


def _rules_verdict(file: Path, output: str) -> Verdict:
    found = _FOUND.search(output)
    good = found is not None and "FAILED" not in output
    failures = () if good else (Failure("", _clean(output)),)
    count = int(found[1]) if found else 0
    return Verdict(file, f"{file.parent.name}/{file.name}", "rule", count, failures)


def _subject(file: Path) -> str:
    """Whom a test file is about: an SLO may have several files."""
    return "/".join(file.stem.split(".")[:2])


def _excerpts(promtool: str, spare: Path, files: Sequence[Path]) -> list[Verdict]:
    """The tests of one SLO with its own rules; should one fail, what is deployed decides."""
    copies = [excerpt.of(file, spare) for file in files]
    status, _ = _run(promtool, ["test", "rules", *map(str, copies)])
    if status:
        return _whole(promtool, files)
    return [Verdict(file, _subject(file), "proof", _proofs(file), ()) for file in files]


def _whole(promtool: str, files: Sequence[Path]) -> list[Verdict]:
    """The tests of one SLO, with all rules of their file, as they are deployed."""
    return [_verdict(promtool, file) for file in files]


def _verdict(promtool: str, file: Path) -> Verdict:
    """What promtool says of one test file, and says again if it says no.

    Its database compacts days of samples while they are read; once in hundreds of runs, and never
    twice in a row, a test was seen to fail that holds.
    """
    for _ in range(2):
        status, output = _run(promtool, ["test", "rules", str(file)])
        if not status:
            break
    failures = tuple(_failures(output)) if status else ()
    return Verdict(file, _subject(file), "proof", _proofs(file), failures)


def _proofs(file: Path) -> int:
    return len(_PROOF.findall(file.read_text(encoding="utf-8", errors="replace")))


def _failures(output: str) -> Iterator[Failure]:
    """Test by test, as promtool 2.42 to 3.x tell it."""
    first, *named = _TEST.split(_NOISE.sub("", output))
    if first.strip() or not named:
        yield Failure("", _clean(first) or "promtool failed and said nothing")
    for name, text in zip(named[::2], named[1::2], strict=True):
        yield Failure(name, _clean(text))


def _clean(output: str) -> str:
    text = dedent(_NOISE.sub("", output)).strip("\n").rstrip()
    return re.sub(r"^( *)exp:", r"\1expected:", text, flags=re.MULTILINE)


def _run(promtool: str, arguments: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(  # noqa: S603  # a list, no shell; the program is the user's choice
            [promtool, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # one stream keeps each complaint below its file
            timeout=_LONGEST,
            check=False,
            env={**os.environ, "GOMAXPROCS": "1"},  # there is a process for every core already
        )
    except subprocess.TimeoutExpired:
        return 1, f"promtool did not end within {_LONGEST // 60} minutes"
    return done.returncode, done.stdout.decode(errors="replace")
