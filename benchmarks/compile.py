"""How long a large tree takes: 1,000 SLOs in few files and in many, 10,000, and nothing to do.

With `--quick` only 1,000 SLOs in few files. Prints a profile of compiling by function.
"""

import cProfile
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import promql_parser
from measure import PLAIN, RULES, cpu, generate, verdict

from burnrules.pipeline import compile_tree

SLOS_A_PATH = 5
LIMIT = 2.0  # seconds of CPU for 1,000 SLOs, validated, compiled, parsed and written
EACH = 0.001  # seconds an SLO beyond the start, of plain rule files
UNCHANGED = 0.3  # seconds for 100 SLOs of which nothing is out of date
MEMORY = 1024 * 1024  # KiB, of the largest tree
LIBYAML = """
import pathlib, sys, yaml
for path in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
    documents = list(yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader))
    yaml.dump_all(documents, Dumper=yaml.CSafeDumper)
"""
SHOWN = 25
RUNS = 3


class Case(NamedTuple):
    """A tree, and the folder that it is compiled into."""

    slos: Path
    out: Path

    @classmethod
    def of(cls, folder: Path, paths: int, a_file: int, slos_a_path: int = SLOS_A_PATH) -> "Case":
        """A new tree.

        All stay until the end: files made right after others were deleted take ext4 a multiple of
        the time, for it looks for places that were not in use a moment ago.
        """
        made = Path(tempfile.mkdtemp(dir=folder))
        (made / "slos").mkdir()
        tree(made / "slos", paths, a_file, slos_a_path)
        return cls(made / "slos", made / "generated")


def main() -> int:
    quick = "--quick" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        large = Case.of(Path(folder), 200, 10)
        held = [
            whole("1,000 SLOs, 10 paths a file", large, LIMIT),
            parsing(large),
            each(Case.of(Path(folder), 200, 10), Case.of(Path(folder), 1, 1, 1)),
        ]
        if not quick:
            held += [
                whole("1,000 SLOs, 1,000 files", Case.of(Path(folder), 1000, 1, 1), LIMIT),
                whole("10,000 SLOs, 10 paths a file", Case.of(Path(folder), 2000, 10), 10 * LIMIT),
                small(),
                unchanged(Case.of(Path(folder), 20, 10)),
                everything(Case.of(Path(folder), 2, 2)),
            ]
        profile(large.slos)
    return 0 if all(held) else 1


def whole(name: str, case: Case, limit: float) -> bool:
    """Both kinds of rules of one tree, generated into an empty folder."""
    return verdict(name, made(case, *RULES), limit)


def made(case: Case, *kinds: str) -> float:
    """Seconds to generate these kinds, the best of several runs into new folders."""
    outs = (case.out.with_name(f"generated-{number}") for number in range(RUNS))
    return min(cpu(generate(case.slos, out, *kinds), runs=1) for out in outs)


def parsing(case: Case) -> bool:
    """The reference: promql_parser alone, on the same expressions. Nothing to hold."""
    artifacts = compile_tree(case.slos, kinds=(PLAIN,)).artifacts
    texts = [one.text for artifact in artifacts for one in artifact.queries]
    before = time.process_time()
    for text in texts:
        promql_parser.parse(text)
    print(f"{'promql_parser on the same expressions':<44} {time.process_time() - before:8.4f} s")
    return True


def each(case: Case, least: Case) -> bool:
    """An SLO of a tree, without what the least tree takes."""
    start = cpu(generate(least.slos, least.out, PLAIN))
    beyond = made(case, PLAIN) - start
    return verdict("1,000 SLOs, plain rules, each after the start", beyond / 1000, EACH)


def small() -> bool:
    """The memory of the largest run so far."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{'memory of 10,000 SLOs':<44} {most / 1024:8.0f} MiB limit {MEMORY / 1024:5.0f} MiB")
    return most < MEMORY


def unchanged(case: Case) -> bool:
    """`--check` of 100 SLOs whose rules are up to date."""
    command = generate(case.slos, case.out, *RULES)
    cpu(command, runs=1)
    return verdict("100 SLOs, --check, unchanged", cpu([*command, "--check"]), UNCHANGED)


def everything(case: Case) -> bool:
    """Every artifact of 10 SLOs against libyaml, which reads and writes the same bytes."""
    took = made(case)
    limit = 3 * cpu([sys.executable, "-c", LIBYAML, str(case.out.with_name("generated-0"))])
    return verdict("10 SLOs, every artifact, 3 x libyaml", took, limit)


def tree(folder: Path, paths: int, a_file: int, slos_a_path: int = SLOS_A_PATH) -> None:
    """Specs that differ in everything that a cache could live on."""
    for first in range(0, paths, a_file):
        texts = (spec(number, slos_a_path) for number in range(first, first + a_file))
        Path(folder, f"paths-{first:05}.yaml").write_text("---\n".join(texts), encoding="utf-8")


def spec(number: int, slos: int) -> str:
    """One critical path."""
    return "\n".join(
        [
            "apiVersion: burnrules.dev/v1",
            "kind: CriticalPath",
            f"metadata: {{name: path-{number}, labels: {{team: team-{number % 17}}}}}",
            "spec:",
            f"  entry: {{service: service-{number}, route: /path/{number}}}",
            "  slos:",
            *lines(number, slos),
            "",
        ]
    )


def lines(number: int, slos: int) -> Iterator[str]:
    labels = f'{{path="{number}"}}'
    events = f"{{events: {{errors: 'errors_total{labels}', total: 'requests_total{labels}'}}}}"
    kinds = (
        "{errors: {}}",
        "{latency: {threshold: 400ms}}",
        events,
        "{latency: {threshold: 1s, excludeErrors: true}}",
        f"{{errors: {{spans: {{service: other-{number}, spanName: GET /{number}}}}}}}",
    )
    for index in range(slos):
        kind = kinds[(number + index) % len(kinds)]
        yield f"    - {{name: slo-{index}, objective: 99.{number % 9 + 1}, sli: {kind}}}"


def profile(folder: Path) -> None:
    """Where the time goes, by function; slowed by measuring."""
    profiler = cProfile.Profile()
    profiler.runcall(compile_tree, folder, kinds=RULES)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    sys.exit(main())
