"""A month of span metrics of five services, each an accident of its own, and what is true of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

STEP = 60
OFFSET = (
    17  # scrapes never fall on an evaluation to the millisecond; closed ranges would count twice
)
HOUR, DAY = 60, 1440  # in steps
STEPS = 31 * DAY
SECONDS = STEPS * STEP
NEVER = range(0)
METRIC = "traces_span_metrics_calls_total"


@dataclass(frozen=True)
class Service:
    """What happens to one service: requests in each minute, and how many of a million fail."""

    name: str
    requests: Callable[[int], int]
    per_million: Callable[[int], int]
    failing_from: int = 0  # before this step the error series does not exist
    pods_live: int = STEPS  # after so many steps a pod is replaced

    @cached_property
    def counts(self) -> tuple[list[int], list[int]]:
        """Requests and failures of each minute."""
        total = [self.requests(step) for step in range(STEPS)]
        owed = accumulate(
            many * self.per_million(step) if step >= self.failing_from else 0
            for step, many in enumerate(total)
        )
        whole = [one // 1_000_000 for one in owed]
        return total, [now - before for now, before in zip(whole, [0, *whole], strict=False)]

    def error_ratio(self, since: int, until: int = STEPS) -> float:
        """The truth: failures over requests in the steps from `since` to `until`."""
        total, failed = self.counts
        return sum(failed[since:until]) / sum(total[since:until])


def by_day(day: int, night: int) -> Callable[[int], int]:
    """Traffic from 8 to 20 o'clock, and else."""
    return lambda step: day if 8 * HOUR <= step % DAY < 20 * HOUR else night


def outage(first: int, length: int, share: int, *, usual: int = 200) -> Callable[[int], int]:
    """Failures in a million: `share` during the outage, `usual` before and after it."""
    return lambda step: share if first <= step < first + length else usual


SERVICES = (
    Service("night-outage", by_day(1000, 10), outage(20 * DAY + 2 * HOUR, 3 * HOUR, 800_000)),
    Service("peak-outage", by_day(1000, 10), outage(20 * DAY + 12 * HOUR, 3 * HOUR, 800_000)),
    Service(
        "idle-nights",
        lambda step: 0 if step % DAY < 5 * HOUR else 100,
        outage(10 * DAY + 10 * HOUR, HOUR, 500_000, usual=300),
    ),
    Service(
        "late-errors",
        by_day(300, 60),
        outage(25 * DAY + 9 * HOUR, 6 * HOUR, 20_000, usual=2000),
        failing_from=16 * DAY + 7 * HOUR,
    ),
    Service(
        "pod-churn",
        by_day(300, 100),
        outage(28 * DAY + 14 * HOUR, 2 * HOUR, 100_000, usual=300),
        pods_live=DAY,
    ),
)


def open_metrics(
    start: int, services: tuple[Service, ...] = SERVICES, *, pods: int = 1, down: range = NEVER
) -> Iterator[str]:
    """The month as promtool backfills it; every pod has the load of the service.

    While the server is `down` it scrapes nothing, and its targets count on.
    """
    yield f"# TYPE {METRIC.removesuffix('_total')} counter\n"
    for service in services:
        total, failed = service.counts
        passed = [many - bad for many, bad in zip(total, failed, strict=True)]
        for born in range(0, STEPS, service.pods_live):
            steps = range(born, min(born + service.pods_live, STEPS))
            for pod in range(pods):
                name = f"{service.name}-{born // service.pods_live}-{pod}"
                late = range(max(steps.start, service.failing_from), steps.stop)
                for status, counts, live in (("UNSET", passed, steps), ("ERROR", failed, late)):
                    head = _head(service.name, name, status)
                    sums = accumulate(counts[live.start : live.stop])
                    yield "".join(
                        f"{head} {value} {start + (step + 1) * STEP + OFFSET}\n"
                        for step, value in zip(live, sums, strict=True)
                        if step not in down
                    )
    yield "# EOF\n"


def _head(service: str, pod: str, status: str) -> str:
    return (
        f'{METRIC}{{service_name="{service}",service_instance_id="{pod}",span_name="GET /",'
        f'span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_{status}"}}'
    )
