"""A generated test with the rules of its own SLO only, cut from the rule file it names.

promtool reads the whole rule file again for every single test, and evaluates all of it: with the
rules of eight SLOs in a file, seven eighths of its work are about others.
"""

import re
from pathlib import Path

_RULE_FILE = re.compile(r'^rule_files:\n  - "?([^"\n]+)"?$', re.MULTILINE)
_ORDER = re.compile(r"^group_eval_order:\n((?:  - .+\n)+)", re.MULTILINE)
_GROUP = re.compile(r"^  - name: (.+)\n", re.MULTILINE)


def of(test: Path, folder: Path) -> Path:
    """A copy of a test in `folder`, beside a copy of its groups; the test itself if it has others.

    The lines of each group are those of the deployed file, byte for byte.
    """
    text = test.read_text(encoding="utf-8", errors="replace")
    named, ordered = _RULE_FILE.search(text), _ORDER.search(text)
    if named is None or ordered is None:
        return test
    try:
        rules = (test.parent / named[1]).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return test
    kept = _groups(rules, {one.removeprefix("  - ") for one in ordered[1].splitlines()})
    if kept is None:
        return test
    cut, copy = folder / f"{test.stem}.rules", folder / test.name
    cut.write_text(kept, encoding="utf-8")
    copy.write_text(text.replace(named[0], f'rule_files:\n  - "{cut.name}"', 1), encoding="utf-8")
    return copy


def _groups(rules: str, wanted: set[str]) -> str | None:
    """The rule file with these groups alone; None if one is not there."""
    head, *parts = _GROUP.split(rules)
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    if not wanted <= found.keys() or len(found) != len(parts) // 2:
        return None
    return head + "".join(f"  - name: {one}\n{found[one]}" for one in found if one in wanted)
