"""What the proofs of SLOs cost: to work out, beside what libyaml takes, and to run."""

import sys
import tempfile
import time
from pathlib import Path

from compile import LIBYAML, SLOS_A_PATH, tree
from measure import burnrules, cpu, generate, verdict

PATHS = 4
SLOS = PATHS * SLOS_A_PATH
RUN = 0.5  # seconds of CPU an SLO, of `burnrules test` by default


def main() -> int:
    """Prints CPU time an SLO; 1 when one is beyond its limit."""
    with tempfile.TemporaryDirectory() as folder:
        slos, out = Path(folder, "slos"), Path(folder, "generated")
        slos.mkdir()
        tree(slos, PATHS, 2)
        made, wall = cpu(generate(slos, out), runs=3), _wall(generate(slos, out))
        whole = cpu([sys.executable, "-c", LIBYAML, str(out)], runs=3)
        bare = cpu([sys.executable, "-c", "import pathlib, sys, yaml"], runs=3)
        print(f"every artifact of {SLOS} SLOs, CPU: {made:.2f} s; on all cores: {wall:.2f} s")
        print(f"{'':<44} {made / (whole - bare):8.1f} x libyaml reading and writing the same bytes")
        tested = cpu(burnrules("test", str(out)), runs=1)
        held = verdict("burnrules test, an SLO", tested / SLOS, RUN)
        deep = cpu(burnrules("test", "--deep", str(out)), runs=1)
        print(f"{'burnrules test --deep, an SLO':<44} {deep / SLOS:8.3f} s")
    return 0 if held else 1


def _wall(command: list[str]) -> float:
    start = time.perf_counter()
    cpu(command, runs=1)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
