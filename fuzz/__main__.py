"""`python fuzz TARGET FOLDER [libfuzzer options]`: hostile bytes to one target, without end.

FOLDER keeps the inputs that reached new code, and the one that broke the target.
"""

import json
import re
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["burnrules"]):
    from targets import TARGETS

    from burnrules import schema

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "collector"
SEEDS = {
    "spec": ("tests/golden/*/slos/*.yaml", "tests/diagnostics/**/*.yaml", "slos/*.yaml"),
    "collector": ("tests/**/*gateway*.yaml", "generated/otel-collector/*.yaml"),
    "analysis-template": ("generated/argo-analysis/*.yaml", "tests/golden/*/expected/*-*s/*.yaml"),
}
QUERIES = re.compile(r"(?:expr|query|errors|total|good|metric|histogram): (.+)")
TEMPLATES = re.compile(r"(?:summary|description|\w+_url): (.+)")
_LARGEST_SEED = 8_000  # a longer one says nothing new, slowly


def main() -> None:
    """Fuzzes until it is told to stop or something breaks."""
    target, folder, *options = sys.argv[1:]
    here = Path(folder)
    seeds = here / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    (here / "found").mkdir(exist_ok=True)
    for number, raw in enumerate(sorted(set(_seeds(target)))):
        (seeds / f"{number:04}").write_bytes(raw)
    words = here / "words"
    words.write_text("".join(f'"{word}"\n' for word in sorted(_words())))
    atheris.Setup(
        [
            sys.argv[0],
            f"-dict={words}",
            f"-artifact_prefix={here}/broken-",
            "-timeout=10",
            "-rss_limit_mb=1500",
            "-print_final_stats=1",
            *options,
            str(here / "found"),
            str(seeds),
        ],
        TARGETS[target],
    )
    atheris.Fuzz()


def _seeds(target: str) -> list[bytes]:
    files = [path for glob in SEEDS.get(target, ()) for path in sorted(ROOT.glob(glob))]
    files += sorted((ROOT / "tests" / "hostile" / target).glob("*"))
    if target == "collector":
        files += sorted(CORPUS.glob("*.yaml"))
    found = [path.read_bytes() for path in files]
    lines = {"promql": QUERIES, "go-template": TEMPLATES}.get(target)
    if lines is not None:
        for path in sorted(ROOT.glob("tests/diagnostics/**/*.yaml")):
            found += [one.encode() for one in lines.findall(path.read_text(errors="replace"))]
    return [raw for raw in found if len(raw) <= _LARGEST_SEED]


def _words() -> set[str]:
    """Every key and closed choice of the spec's schema, and the marks of the languages in it."""
    marks = {"{{", "}}", "[[", "]]", "${", "$window", "---", "*a", "&a", ": ", "- ", "|-", "rate("}
    return {*re.findall(r'"(\w{2,40})"', json.dumps(schema.document())), *marks}


if __name__ == "__main__":
    main()
