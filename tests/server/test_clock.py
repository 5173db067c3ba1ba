"""Errors that keep time with the clock cost what they break, whichever minute they fall into."""

import time
from collections.abc import Iterator
from pathlib import Path

import backfill
import pytest
import running
from backfill import NO_SCRAPES
from compiled import compiled, expression, rules

pytestmark = pytest.mark.server

SPEC = """
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {{name: default}}
spec:
  spanMetrics: {{dialect: otel-connector, dimensions: [minute]}}
  prometheus: {{version: "2.42", ingestion: scrape, scrapeInterval: {scrape}s}}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: jobs}}
spec:
  slos:
    - name: clock
      objective: 99
      groupBy: [minute]
      sli: {{errors: {{spans: {{service: jobs}}}}}}
"""
METRIC = "traces_span_metrics_calls_total"
SECONDS, FLUSH, OFFSET, ROUND = 86_400, 60, 7, 5
REQUESTS = 60  # a minute; of every ROUND minutes the requests of one fail
TOLERANCE = 0.01


def metrics(start: int, scrape: int) -> Iterator[str]:
    """A connector that flushes every minute, one group for each minute in which errors may fall."""
    yield f"# TYPE {METRIC.removesuffix('_total')} counter\n"
    scrapes = range(OFFSET, SECONDS, scrape)
    flushed = [max(0, (at - 2 * OFFSET) // FLUSH * FLUSH + 2 * OFFSET) for at in scrapes]
    for minute in range(ROUND):
        failed = [failures(at, minute) for at in flushed]
        passed = [at * REQUESTS // 60 - bad for at, bad in zip(flushed, failed, strict=True)]
        for status, counts in (("UNSET", passed), ("ERROR", failed)):
            head = (
                f'{METRIC}{{service_name="jobs",span_name="run",span_kind="SPAN_KIND_SERVER",'
                f'minute="{minute}",status_code="STATUS_CODE_{status}"}}'
            )
            yield "".join(
                f"{head} {count} {start + at}\n" for at, count in zip(scrapes, counts, strict=True)
            )
    yield "# EOF\n"


def failures(second: int, minute: int) -> int:
    """How many requests have failed by a second when all of one minute in five do."""
    rounds, within = divmod(second, ROUND * 60)
    return REQUESTS * (rounds * 60 + min(60, max(0, within - 60 * minute))) // 60


@pytest.mark.parametrize(
    "scrape",
    [
        pytest.param(60, id="scraped as often as it flushes"),
        pytest.param(15, id="scraped four times a flush"),
    ],
)
def test_errors_count_alike_whichever_minute_of_five_they_fall_into(
    tmp_path: Path, scrape: int
) -> None:
    made = compiled(tmp_path, SPEC.format(scrape=scrape))
    start = int(time.time()) // 3600 * 3600 - SECONDS
    backfill.blocks(tmp_path, metrics(start, scrape))
    for record in ("slo:sli_total:rate5m", "slo:sli_error:rate5m"):
        with running.prometheus(tmp_path, NO_SCRAPES) as server:
            span = (start, start + SECONDS, 60)
            lines = list(backfill.recorded(server, rules(made, record), span))
        backfill.blocks(tmp_path, lines)
    with running.prometheus(tmp_path, NO_SCRAPES) as server:
        period = expression(made, "clock", "slo:sli_error:ratio_rate30d")
        found = {
            one.labels["minute"]: one.value for one in server.query(period, start + SECONDS - 60)
        }

    assert found == {
        str(minute): pytest.approx(1 / ROUND, rel=TOLERANCE) for minute in range(ROUND)
    }
