"""What strangers may send: an answer within seconds, and never one that says what they wanted."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROOT = HERE.parent
COLLECTORS = ROOT.parent / "shared" / "corpus" / "collector"
KEPT = sorted((HERE / "hostile").glob("*/*"))
LIMIT_SECONDS = 20  # a few on a machine that has nothing else to do
LIMIT_BYTES = 2 << 30
HEAD = "apiVersion: burnrules.dev/v1\nkind: CriticalPath\nmetadata: {name: a}\nspec:\n"
SLO = "    - {name: x, objective: 99, sli: {errors: {}}}\n"
PATH = HEAD + "  entry: {service: s}\n  slos:\n" + SLO
ANALYSIS = sorted((ROOT / "tests" / "golden" / "gates" / "expected" / "argo-analysis").glob("*"))
SEEDS = {
    "spec": [PATH.encode(), *(one.read_bytes() for one in sorted((ROOT / "slos").glob("*.yaml")))],
    "collector": [one.read_bytes() for one in sorted(COLLECTORS.glob("*.yaml"))],
    "analysis-template": [one.read_bytes() for one in ANALYSIS],
    "promql": [b'sum by (job) (rate(http_requests_total{code=~"5..",job!=""}[$window] offset 5m))'],
    "go-template": [b'{{ with query "up" }}{{ . | first | value | humanize }}{{ end }}'],
}
MARKS = [b"{{", b"}}", b"[[", b"]]", b"${", b"\\", b'"', b"'", b"\n", b"\0", b"\xff", b"- ", b": ",
         b"*a", b"&a ", b"<<: ", b"!!x ", b"---\n", b"9" * 40, b"1e999", b"-1", b"[", b"{", b"null",
         "\u202e\u200b".encode(), b"x" * 11_000]  # fmt: skip


def test_every_target_has_something_to_damage() -> None:
    assert SEEDS.keys() == TARGETS.keys()
    assert all(SEEDS.values())


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A good input with a few of its parts cut out, doubled or replaced by something hostile."""
    raw = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(start + 40, len(raw))))
        new = draw(st.sampled_from(MARKS) | st.binary(max_size=8) | st.just(raw[start:end] * 2))
        raw = raw[:start] + new + raw[end:]
    return raw


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=60)
@given(data=st.data())
def test_no_bytes_break_a_reader(target: str, data: st.DataObject) -> None:
    raw = data.draw(damaged(SEEDS[target]) | st.binary(max_size=200))

    TARGETS[target](raw)


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_what_once_broke_a_reader_does_not_again(kept: Path, tmp_path: Path) -> None:
    TARGETS[kept.parent.name](kept.read_bytes())

    answered("generate" if kept.parent.name == "spec" else "validate", str(kept), cwd=tmp_path)


def test_cases_are_kept() -> None:
    assert KEPT


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))


def answered(
    *arguments: str, cwd: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    """A run that ended in time, within its memory, and knew what to say."""
    started = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "burnrules", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        preexec_fn=_limited,
        timeout=3 * LIMIT_SECONDS,
    )
    said = ran.stderr.decode()
    assert ran.returncode in (0, 1, 2), said[-2000:]
    assert "Traceback" not in said
    assert time.monotonic() - started < LIMIT_SECONDS
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), said)


def queried(query: str) -> str:
    return (
        HEAD
        + "  slos:\n    - {name: x, objective: 99, "
        + f"sli: {{events: {{errors: {json.dumps(query)}, total: t}}}}}}\n"
    )


def texts(summary: str) -> str:
    tiers = "tiers: [{severity: page, budget: 2%, long: 1h}]"
    spec = f"{{{tiers}, texts: {{burn: {{summary: {json.dumps(summary)}}}}}}}"
    return PATH + document("AlertPolicy", "default", spec)


def document(kind: str, name: str, spec: str) -> str:
    head = f"---\napiVersion: burnrules.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\n"
    return f"{head}spec: {spec}\n"


def matched(regex: str) -> str:
    return PATH.replace("service: s", f"service: s, match: {{a: {{regex: {json.dumps(regex)}}}}}")


def annotated(text: str) -> str:
    return PATH.replace("name: a", f"name: a, annotations: {{d: {json.dumps(text)}}}")


def telemetry(spec: str) -> str:
    named = PATH.replace("spec:\n", "spec:\n  telemetry: t\n")
    return named + document("Telemetry", "t", spec)


BOMB = "a: &a [1,2,3,4,5,6,7,8,9]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + below] * 9)}]\n"
    for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# What is sent, and the code that answers it first.
HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "alias bomb": (lambda: BOMB, "BR007"),
    "10 MB of one value": (lambda: PATH.replace("name: x", "name: " + "x" * 9_900_000), "BR101"),
    "10 MB of one text": (lambda: annotated("x" * 9_900_000), "BR101"),
    "10 MB of one key": (
        lambda: PATH.replace("name: a", "name: a, labels: {? " + "k" * 9_900_000 + " : 1}"), "BR101"
    ),
    "100,000 keys": (lambda: PATH + "".join(f"  k{i}: 1\n" for i in range(100_000)), "BR007"),
    "20,000 SLOs": (lambda: PATH + SLO * 20_000, "BR007"),
    "50,000 comments": (lambda: PATH + "# burnrules: allow BR402\n" * 50_000, "BR021"),
    "10 MB of line ends": (lambda: "\r" * 9_900_000, "BR002"),
    "10 MB of NUL": (lambda: "\0" * 9_900_000, "BR005"),
    "400,000 keys that are octal numbers": (
        lambda: PATH + "".join(f"  0{i}: 0{i}\n" for i in range(400_000)), "BR007"
    ),
    "a million unknown keys": (
        lambda: document("Defaults", "a", "{" + ", ".join(f"k{i}: a" for i in range(95)) + "}")
        * 9_999, "BR007",
    ),
    "300,000 unknown keys in lists": (
        lambda: (HEAD + "  slos:\n" + "    - {name: s, objectiv: 99}\n" * 990 + "---\n") * 330,
        "BR007",
    ),
    "21,000 SLOs in 22 documents": (
        lambda: "---\n".join(PATH + SLO * 990 for _ in range(22)), "BR007"
    ),
    "100,000 documents": (lambda: "---\n{}\n" * 100_000, "BR007"),
    "100,000 specs": (
        lambda: "---\n{apiVersion: burnrules.dev/v1, kind: Defaults}\n" * 100_000, "BR007"
    ),
    "brackets in brackets": (lambda: PATH.replace("{}", "[" * 9_000 + "]" * 9_000), "BR007"),
    "keys below keys": (
        lambda: HEAD + "".join(" " * i + "a:\n" for i in range(2, 4_000)), "BR007"
    ),
    "10,000 terms": (lambda: queried("+".join(["a"] * 10_000)), "BR101"),
    "5,000 terms": (lambda: queried("+".join(["a"] * 5_000)), "BR221"),
    "parentheses in a query": (lambda: queried("(" * 4_900 + "a" + ")" * 4_900), "BR221"),
    "signs in a query": (lambda: queried("-" * 9_000 + "a"), "BR221"),
    "subqueries": (lambda: queried("a" + "[5m:1m]" * 1_200), "BR221"),
    "regex of stars": (lambda: matched("(x+x+)+" * 100 + "y"), ""),
    "regex of repetitions": (lambda: matched("((a{1000}){1000}){1000}"), "BR"),
    "regex of parentheses": (lambda: matched("(" * 4_000 + ")" * 4_000), ""),
    "power in a text": (lambda: texts("[[ 9**9**9**9 ]]"), "BR219"),
    "product in a text": (lambda: texts('[[ "a" * 10**10 ]]'), "BR219"),
    "width in a text": (lambda: texts('[[ "%999999999d" % 1 ]]'), "BR219"),
    "loop in a text": (lambda: texts("[% for i in range(10**9) %]a[% endfor %]"), "BR219"),
    "actions in actions": (lambda: annotated("{{ if true }}" * 700), "BR260"),
    "buckets": (
        lambda: telemetry(
            "{spanMetrics: {dialect: otel-connector, buckets: ["
            + ",".join(f"{n}ms" for n in range(1, 200_000))
            + "]}}"
        ), "BR007",
    ),
    "scrapes every millisecond": (
        lambda: telemetry("{prometheus: {scrapeInterval: 1ms}}"), "BR101"
    ),
    "a factor without end": (
        lambda: PATH.replace("99", "99." + "9" * 25), "BR101"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_spec_is_answered_in_time(
    made: Callable[[], str], code: str, tmp_path: Path
) -> None:
    (tmp_path / "slo.yaml").write_text(made()[:10_000_000])

    ran = answered("generate", "slo.yaml", "--format", "line", cwd=tmp_path)

    assert code in ran.stdout
    assert len(ran.stdout) < 200_000
    assert (tmp_path / "generated").exists() == (ran.returncode == 0)


@pytest.mark.parametrize(
    "text",
    ["[[ path.upper ]]", "[[ labels.items ]]", "[[ ''.__class__.__mro__ ]]", "[[ path['x'] ]]"],
)
def test_a_text_never_shows_what_python_is_made_of(text: str, tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(texts(f"burns {text}"))

    answered("generate", "slo.yaml", "--only", "prometheus-rules", cwd=tmp_path)

    made = (tmp_path / "generated" / "prometheus-rules" / "a.yaml").read_text()
    rules = [rule for group in yaml.safe_load(made)["groups"] for rule in group["rules"]]
    burns = [rule for rule in rules if rule.get("alert", "").endswith("BudgetBurn")]
    assert [rule["annotations"]["summary"] for rule in burns] == ["burns "]
