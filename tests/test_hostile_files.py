"""Files of other tools, from strangers: by `collector`, `lint-gates`, and of a Telemetry."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from test_hostile import ANALYSIS, BOMB, ROOT, answered, telemetry

pytestmark = pytest.mark.slow

GATEWAY = (ROOT / "tests" / "injection" / "gateway.yaml").read_text()
TEMPLATE = ANALYSIS[0].read_text().split("\n---\n")[0]
DEEP = "[" * 90 + "]" * 90
HOSTILE: dict[str, Callable[[], str]] = {
    "nothing": str,
    "bytes": lambda: "\0\1\2",
    "alias bomb": lambda: BOMB,
    "alias bomb in a configuration": lambda: GATEWAY + BOMB,
    "brackets in brackets": lambda: "a: " + "[" * 9_000 + "]" * 9_000,
    "ninety brackets everywhere": lambda: GATEWAY.replace("{}", DEEP),
    "keys below keys": lambda: "".join(" " * i + "a:\n" for i in range(4_000)),
    "10 MB of one text": lambda: GATEWAY + "x: " + "x" * 9_900_000,
    "10 MB of one key": lambda: "? " + "x" * 9_900_000 + "\n: 1\n",
    "1,000,000 keys": lambda: "".join(f"k{i}: 1\n" for i in range(800_000)),
    "1,000,000 equal keys": lambda: "k: 1\n" * 1_000_000,
    "100,000 receivers": lambda: _many("receivers", "otlp"),
    "100,000 connectors": lambda: _many("connectors", "span_metrics"),
    "5,000 connectors in pipelines": lambda: _pipelines(5_000),
    "pipelines in a circle": lambda: _circle(2_000),
    "100,000 buckets": lambda: GATEWAY.replace("100ms", ",".join(f"{i}us" for i in range(100_000))),
    "100,000 dimensions": lambda: GATEWAY.replace(
        "histogram:", "dimensions: [" + "{name: a.b}, " * 100_000 + "]\n    histogram:"
    ),
    "100,000 documents": lambda: "---\n{}\n" * 100_000,
    "9,000 configurations": lambda: f"---\n{GATEWAY}" * 9_000,
    "a list of configurations in texts": lambda: json.dumps(
        {"data": {f"{i}.yaml": GATEWAY for i in range(900)}}
    ),
    "texts in texts": lambda: _wrapped(12),
    "60 templates": lambda: f"---\n{TEMPLATE}\n" * 60,
    "10,000 metrics": lambda: _metrics(10_000, "vector(1)"),
    "10,000 terms": lambda: _metrics(1, "+".join(["a"] * 10_000)),
    "parentheses": lambda: _metrics(1, "(" * 100_000 + "a" + ")" * 100_000),
    "10 MB of a query": lambda: _metrics(1, "a" * 9_000_000),
    "arguments in arguments": lambda: _metrics(1, "{{args." * 100_000),
    "conditions": lambda: _condition("(" * 50_000 + "result" + ")" * 50_000),
    "powers": lambda: _condition("9 ** 9 ** 9 ** 9 ** 9 > result[0]"),
    "long condition": lambda: _condition(" && ".join(["result[0] > 0"] * 50_000)),
    "ranges": lambda: _condition("len(1..100000000) > 1 && all(1..1000000000, {# > 0})"),
    "repeated texts": lambda: _condition('len(repeat("a", 1000000000)) > 1'),
    "regexes": lambda: _condition('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" matches "(a+)+$"'),
    "endless numbers": lambda: _condition("result[0] > " + "9" * 100_000),
    "endless counts": lambda: TEMPLATE.replace("count: 5", "count: " + "9" * 5_000),
}  # fmt: skip


def _many(section: str, kind: str) -> str:
    items = "".join(f"  {kind}/{i}: {{}}\n" for i in range(100_000))
    return f"{section}:\n{items}service: {{}}\n"


def _pipelines(count: int) -> str:
    names = [f"span_metrics/{i}" for i in range(count)]
    return json.dumps(
        {
            "receivers": {"otlp": {}},
            "connectors": {one: {} for one in names},
            "exporters": {"prometheus": {}},
            "service": {
                "pipelines": {
                    "traces": {"receivers": ["otlp"], "exporters": names},
                    **{
                        f"metrics/{i}": {"receivers": [one], "exporters": ["prometheus"]}
                        for i, one in enumerate(names)
                    },
                }
            },
        }
    )


def _circle(count: int) -> str:
    names = [f"forward/{i}" for i in range(count)]
    pipes = {
        f"traces/{i}": {
            "receivers": [one, *names[:20]],
            "exporters": [names[(i + 1) % count], *names[:20], "span_metrics"],
        }
        for i, one in enumerate(names)
    }
    return json.dumps(
        {
            "receivers": {"otlp": {}},
            "connectors": {"span_metrics": {}, **{one: {} for one in names}},
            "exporters": {"prometheus": {}},
            "service": {
                "pipelines": {
                    **pipes,
                    "metrics": {"receivers": ["span_metrics"], "exporters": ["prometheus"]},
                }
            },
        }
    )


def _wrapped(levels: int) -> str:
    text = GATEWAY
    for _ in range(levels):
        text = json.dumps({"kind": "ConfigMap", "data": {"a.yaml": text}})
    return text


def _metrics(count: int, query: str) -> str:
    one = {"name": "m", "provider": {"prometheus": {"address": "http://p", "query": query}}}
    return _template([{**one, "name": f"m{i}"} for i in range(count)])


def _condition(text: str) -> str:
    one = {
        "name": "m",
        "interval": "1m",
        "count": 5,
        "successCondition": text,
        "failureCondition": text,
    }
    return _template(
        [{**one, "provider": {"prometheus": {"address": "http://p", "query": "vector(1)"}}}]
    )


def _template(metrics: list[dict[str, object]]) -> str:
    head = {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate"}
    return json.dumps({**head, "metadata": {"name": "a"}, "spec": {"metrics": metrics}})


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_of_another_tool_is_answered_in_time(
    made: Callable[[], str], tmp_path: Path
) -> None:
    (tmp_path / "gateway.yaml").write_text(made()[:9_999_999])
    (tmp_path / "slo.yaml").write_text(telemetry("{spanMetrics: {config: gateway.yaml}}"))

    for command in (
        ("collector", "gateway.yaml"),
        ("lint-gates", "gateway.yaml"),
        ("validate", "slo.yaml"),
    ):
        ran = answered(*command, "--format", "line", cwd=tmp_path)

        assert len(ran.stdout) < 500_000
