"""How long the command takes to start, against what its libraries take to load."""

import subprocess
import sys
import tempfile
from pathlib import Path

from measure import RULES, burnrules, cpu, generate, python, verdict

SIX_LINES = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout, labels: {team: payments}}
spec:
  entry: {service: checkout, route: /checkout}
  slos: [{name: availability, objective: 99.9, sli: {errors: {}}}]
"""
SHOWN = 15
PROOFS = 0.5  # seconds for one SLO, whatever the machine


def main() -> int:
    typer = python("import typer")
    libraries = python("import typer, pydantic, yaml, jinja2, promql_parser")
    print(f"import typer {typer:.3f} s, all libraries {libraries:.3f} s of CPU\n")
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder, "six.yaml")
        spec.write_text(SIX_LINES, encoding="utf-8")
        out = Path(folder, "generated")
        rules = generate(spec, out, *RULES)
        held = [
            verdict("burnrules --version", cpu(burnrules("--version")), 1.3 * typer),
            verdict("six-line spec, rules", cpu(rules), 1.5 * libraries),
            verdict("six-line spec, with its proofs", cpu(generate(spec, out)), PROOFS),
        ]
        profile(rules[1:])
    return 0 if all(held) else 1


def profile(arguments: list[str]) -> None:
    """The modules that cost most to import, their own time only."""
    code = [sys.executable, "-X", "importtime", "-m", "burnrules", *arguments]
    done = subprocess.run(code, check=True, capture_output=True, text=True)
    rows = [line.split("|") for line in done.stderr.splitlines() if line.count("|") == 2]
    timed = [(int(own.split(":")[1]), name.strip()) for own, _, name in rows[1:]]
    print(f"\nimports: {sum(own for own, _ in timed) / 1000:.0f} ms in all (slowed by measuring)")
    for own, name in sorted(timed, reverse=True)[:SHOWN]:
        print(f"{own / 1000:8.1f} ms  {name}")


if __name__ == "__main__":
    sys.exit(main())
