"""What rules cost on a real Prometheus: samples read per evaluation, and how true they are.

Three designs read the same month: these rules, raw series directly, and the average of recorded
five-minute ratios (sloth's form of the period). Then every rule by its cost, and other forms of the
period, with and without a server that was down for forty minutes.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "server"))

import backfill
import month
import running
from compiled import compiled, document, expression, rules

from burnrules.pipeline import Compilation

FEW, MANY = 3, 12  # pods: six and twenty-four raw series
DOWN = range(20 * month.DAY + 13 * month.HOUR + 40, 20 * month.DAY + 14 * month.HOUR + 20)
OUTAGE = next(one for one in month.SERVICES if one.name == "peak-outage")
LEAST = 5.0  # times fewer samples than the average of ratios
SPEC = """
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: default}
spec:
  prometheus: {version: "2.42", ingestion: scrape, scrapeInterval: 60s}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: cost}
spec:
  slos:
    - {name: few, objective: 99.9, sli: {errors: {spans: {service: few}}}}
    - {name: many, objective: 99.9, sli: {errors: {spans: {service: many}}}}
    - {name: down, objective: 99.9, sli: {errors: {spans: {service: down}}}}
"""
BASE = ("slo:sli_total:rate5m", "slo:sli_total:rate1h")
READ = ("slo:sli_error:rate5m", "slo:sli_error:rate1h")
RATIOS = ("slo:sli_error:ratio_rate5m",)
FROM_RAW = ("5m", "1h")  # the recordings that read raw series: their cost counts here
SHOWN = 14
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")


def main() -> int:
    with tempfile.TemporaryDirectory() as name, a_month(Path(name)) as (server, made, end):
        costs = [by_design(server, made, end, slo) for slo in ("few", "many")]
        by_rule(server, made, end)
        period_forms(server, end)
    return 0 if all(costs) and costs[0] == costs[1] else 1


@contextmanager
def a_month(folder: Path) -> Iterator[tuple[running.Prometheus, Compilation, int]]:
    """A server with the raw month of three services and what the rules recorded of them."""
    made = compiled(folder, SPEC)
    start = (
        int(time.time()) // 3600 * 3600 - month.SECONDS
    )  # whole hours: steps of an hour are aligned
    for slo, pods, down in (
        ("few", FEW, month.NEVER),
        ("many", MANY, month.NEVER),
        ("down", 1, DOWN),
    ):
        service = replace(OUTAGE, name=slo)
        backfill.blocks(folder, month.open_metrics(start, (service,), pods=pods, down=down))
    for records in (BASE, READ, RATIOS):
        with running.prometheus(folder, backfill.NO_SCRAPES) as server:
            lines = recorded(server, list(rules(made, *records)), start)
        backfill.blocks(folder, lines)
    with running.prometheus(folder, backfill.NO_SCRAPES) as server:
        yield server, made, start + month.SECONDS


def recorded(
    server: running.Prometheus, some: Sequence[Mapping[str, object]], start: int
) -> list[str]:
    """What the rules record of the month; of `down` nothing while the server is down."""
    span = (start, start + month.SECONDS, month.STEP)
    off = range(start + DOWN.start * month.STEP, start + DOWN.stop * month.STEP)
    return [
        "\n".join(kept(lines.splitlines(), off)) + "\n"
        for lines in backfill.recorded(server, some, span)
    ]


def kept(lines: Iterable[str], off: range) -> Iterator[str]:
    for line in lines:
        if 'slo_name="down"' not in line or int(float(line.rsplit(" ", 1)[1])) not in off:
            yield line


def by_design(server: running.Prometheus, made: Compilation, end: int, slo: str) -> float:
    """One table: windows down, designs across; how many times cheaper the period is."""
    print(f"\n{slo}: {len(server.query(raw(slo), end))} raw series. Samples read per evaluation:")
    heads = ("these rules", "raw series", "average", "raw/these", "avg/these")
    print(f"{'window':>8}" + "".join(f"{head:>13}" for head in heads))
    sums = [0, 0, 0]
    for window in WINDOWS:
        costs = [
            sum(server.samples_read(one, end) for one in some)
            for some in designs(made, slo, window)
        ]
        row(window, costs)
        sums = [total + cost for total, cost in zip(sums, costs, strict=True)]
    row("all", sums)
    print(f"the period: {costs[2] / costs[0]:.2f} times fewer than the average; wanted {LEAST:g}")
    return costs[0] if costs[2] / costs[0] >= LEAST * 0.99 else 0


def row(name: str, costs: Sequence[int]) -> None:
    these, direct, average = costs
    print(
        f"{name:>8}{these:>13,}{direct:>13,}{average:>13,}"
        f"{direct / these:>13.1f}{average / these:>13.1f}"
    )


def designs(made: Compilation, slo: str, window: str) -> tuple[list[str], list[str], list[str]]:
    """What each design evaluates for the error ratio over a window."""
    these = [expression(made, slo, f"slo:sli_error:ratio_rate{window}")]
    if window in FROM_RAW:
        these += [
            expression(made, slo, f"slo:sli_{one}:rate{window}") for one in ("total", "error")
        ]
    direct = f"sum(rate({raw(slo, ERROR)}[{window}])) / sum(rate({raw(slo)}[{window}]))"
    ratio = f'slo:sli_error:ratio_rate5m{{slo_name="{slo}"}}[{window}]'
    average = f"sum_over_time({ratio}) / count_over_time({ratio})"
    return these, [direct], [average if window == "30d" else direct]


def by_rule(server: running.Prometheus, made: Compilation, end: int) -> None:
    """The dearest rules of one SLO, and the sum of all."""
    costs = []
    for group in document(made, "prometheus-rules")["groups"]:
        for rule in group["rules"]:
            if rule["labels"]["slo_name"] == "few":
                name = (
                    rule.get("record") or f"{rule['alert']} {rule['labels'].get('long_window', '')}"
                )
                costs.append((server.samples_read(rule["expr"], end), name))
    print(f"\nAll {len(costs)} rules of one SLO read {sum(cost for cost, _ in costs):,} samples:")
    for cost, name in sorted(costs, reverse=True)[:SHOWN]:
        print(f"{cost:>8,}  {name}")


ERROR = ',status_code="STATUS_CODE_ERROR"'


def raw(slo: str, more: str = "") -> str:
    return f'{month.METRIC}{{service_name="{slo}"{more}}}'


def period_forms(server: running.Prometheus, end: int) -> None:
    """The period in other forms, each against the truth."""
    print(
        "\nForms of the period. Deviation from the truth in percent: a month later, the same after"
    )
    print("a server was down for 40 minutes amid the outage, and half an hour into an outage:")
    print(f"{'form':<36}{'samples':>9}{'later':>9}{'down':>9}{'early':>9}")
    for name, form in FORMS.items():
        cost = server.samples_read(form("few", "30d"), end)
        later, down = (worst(server, form(slo, "30d"), end) for slo in ("few", "down"))
        early = fresh(server, form("few", "20d"), end)
        print(f"{name:<36}{cost:>9,}{later:>9.2f}{down:>9.2f}{early:>9.2f}")


def summed(rate: str, step: str) -> Callable[[str, str], str]:
    """Errors over total, each summed over a recorded rate at a step."""

    def form(slo: str, window: str) -> str:
        error, total = (
            f'sum_over_time(slo:sli_{one}:{rate}{{slo_name="{slo}"}}[{window}{step}])'
            for one in ("error", "total")
        )
        return f"{error} / ({total} > 0)"

    return form


def topped_up(slo: str, window: str) -> str:
    """Quarter-hourly sums of hourly rates, and what the last hour still lacks of its weight."""

    def side(one: str) -> str:
        f = f'{{slo_name="{slo}"}}'
        lacking = (
            f"sum_over_time(slo:sli_{one}:rate5m{f}[{some}:5m])" for some in ("15m", "30m", "45m")
        )
        whole = f"sum_over_time(slo:sli_{one}:rate1h{f}[{window}:15m])"
        return f"({whole} + ({' + '.join(lacking)}) / 12)"

    return f"{side('error')} / ({side('total')} > 0)"


FORMS = {
    "these rules: rate5m[30d:5m]": summed("rate5m", ":5m"),
    "rate5m[30d], every sample": summed("rate5m", ""),
    "rate1h[30d:15m]": summed("rate1h", ":15m"),
    "rate1h[30d:15m], last hour topped up": topped_up,
    "rate1h[30d:1h]": summed("rate1h", ":1h"),
}


def worst(server: running.Prometheus, expr: str, end: int) -> float:
    """The largest deviation from the truth over the last hour, where nothing happens any more."""
    found = []
    for minutes in range(0, 60, 7):
        truth = OUTAGE.error_ratio(month.DAY - minutes, month.STEPS - minutes)
        found.append(100 * (server.value(expr, end - minutes * month.STEP) / truth - 1))
    return max(found, key=abs)


def fresh(server: running.Prometheus, expr: str, end: int) -> float:
    """The deviation half an hour into the outage, worst of a quarter of an hour."""
    found = []
    for minutes in range(30, 45, 4):
        now = 20 * month.DAY + 12 * month.HOUR + minutes
        at = end - (month.STEPS - now) * month.STEP
        truth = OUTAGE.error_ratio(now - 20 * month.DAY, now)
        found.append(100 * (server.value(expr, at) / truth - 1))
    return max(found, key=abs)


if __name__ == "__main__":
    sys.exit(main())
