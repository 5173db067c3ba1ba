"""Blocks from OpenMetrics, and recordings as the server itself evaluates the rules."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import running

MOST_POINTS = 10_000  # the API refuses more than 11,000 a series
NO_SCRAPES = "global: {}\n"


def blocks(folder: Path, lines: Iterable[str]) -> None:
    """OpenMetrics text to blocks in the `data` of a folder."""
    text = folder / "backfill.om"
    with text.open("w", encoding="utf-8") as out:
        out.writelines(lines)
    subprocess.run(
        [
            running.program("promtool"), "tsdb", "create-blocks-from",
            "--max-block-duration=64h", "openmetrics", text, folder / "data",
        ],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    text.unlink()


def recorded(
    server: running.Prometheus, rules: Iterable[Mapping[str, Any]], span: tuple[int, int, int]
) -> Iterator[str]:
    """What these recording rules would have written between two times, one evaluation a step.

    `promtool tsdb create-blocks-from rules` asks the same two hours at a time, for minutes.
    """
    for rule in rules:
        yield f"# TYPE {rule['record']} gauge\n"
        for head, points in _series(server, rule, span).items():
            yield "".join(f"{head} {value} {at}\n" for at, value in sorted(points.items()))
    yield "# EOF\n"


def _series(
    server: running.Prometheus, rule: Mapping[str, Any], span: tuple[int, int, int]
) -> Mapping[str, dict[float, str]]:
    """The points of each series; both sides of an `or` become one, as the rule's labels make it."""
    found: dict[str, dict[float, str]] = {}
    for series in _evaluated(server, rule["expr"], span):
        labels = {**series["metric"], **rule["labels"]}
        inside = ",".join(f'{name}="{labels[name]}"' for name in sorted(labels) if name[0] != "_")
        points = found.setdefault(f"{rule['record']}{{{inside}}}", {})
        assert not points.keys() & {at for at, _ in series["values"]}, "two samples at one time"
        points.update(series["values"])
    return found


def _evaluated(
    server: running.Prometheus, expr: str, span: tuple[int, int, int]
) -> Iterator[Mapping[str, Any]]:
    first, last, step = span
    for begin in range(first, last + 1, MOST_POINTS * step):
        end = min(begin + (MOST_POINTS - 1) * step, last)
        yield from server.asked("query_range", query=expr, start=begin, end=end, step=step)[
            "result"
        ]
