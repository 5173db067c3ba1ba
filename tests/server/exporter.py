"""A shop in traffic to scrape, and a pager that remembers who was told."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LABELS = 'service_name="{}",span_name="POST /cart",span_kind="SPAN_KIND_SERVER"'
CALLS, DURATION = "traces_span_metrics_calls_total", "traces_span_metrics_duration_milliseconds"
REQUESTS_A_SECOND = 50.0
GOOD, BAD = "good", "bad"
SLOW, LATE = "slow", "late"  # beside the environments: the durations, and the service `late`


@dataclass
class Instance:
    """One exporter; it counts from its first scrape on, so that every series starts at 0."""

    environments: tuple[str, ...]
    le: str
    """How it spells the bound of 400 ms."""
    failing: dict[str, float] = field(default_factory=dict)
    """The share of failed requests in each environment."""
    slow: float = 0.0
    """The share of requests above 400 ms."""
    late: bool = False
    """Whether the service `late` fails: until then it has no error series at all."""
    traffic: float = REQUESTS_A_SECOND
    seen: float | None = None
    counts: dict[tuple[str, str], float] = field(default_factory=dict)
    """Each kind of request by what it hit; each only grows, as a difference of two might not."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def scraped(self) -> str:
        """The metrics as of now."""
        with self.lock:
            now = time.monotonic()
            self._count(self.traffic * (now - (self.seen or now)))
            self.seen = now
            return "\n".join([*self._calls(), *self._durations(), *self._events(), ""])

    def counted(self, what: str, kind: str) -> int:
        """How many requests of a kind there were, whole ones."""
        return int(self.counts.get((what, kind), 0))

    def _count(self, requests: float) -> None:
        shares = {one: self.failing.get(one, 0) for one in self.environments}
        for what, share in {**shares, SLOW: self.slow, LATE: float(self.late)}.items():
            for kind, part in ((BAD, share), (GOOD, 1 - share)):
                self.counts[what, kind] = self.counts.get((what, kind), 0) + requests * part

    def _calls(self) -> Iterator[str]:
        yield f"# TYPE {CALLS} counter"
        for one in (*self.environments, LATE):
            where = LABELS.format(LATE if one == LATE else "shop")
            if one != LATE:
                where += f',deployment_environment_name="{one}"'
            for kind, status in ((GOOD, "UNSET"), (BAD, "ERROR")):
                count = self.counted(one, kind)
                if one != LATE or count:
                    yield f'{CALLS}{{{where},status_code="STATUS_CODE_{status}"}} {count}'

    def _durations(self) -> Iterator[str]:
        good, where = self.counted(SLOW, GOOD), LABELS.format("shop")
        count = good + self.counted(SLOW, BAD)
        yield f"# TYPE {DURATION} histogram"
        yield f'{DURATION}_bucket{{{where},le="{self.le}"}} {good}'
        yield f'{DURATION}_bucket{{{where},le="+Inf"}} {count}'
        yield f"{DURATION}_count{{{where}}} {count}"
        yield f"{DURATION}_sum{{{where}}} {count * 100}"

    def _events(self) -> Iterator[str]:
        """An SLI whose author took errors and total from different places."""
        orders = self.counted(SLOW, GOOD)
        yield f"orders_total {orders}"
        yield f"orders_failed_total {2 * orders}"


@dataclass
class Shop:
    """All instances by path, and every notification by the receiver that was told."""

    instances: Mapping[str, Instance]
    address: str = ""
    told: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def error_ratio(self, what: str) -> float:
        """The truth: bad requests over all, of every instance."""
        good, bad = (
            sum(one.counted(what, kind) for one in self.instances.values()) for kind in (GOOD, BAD)
        )
        return bad / (good + bad)

    def alerts_of(self, receiver: str) -> list[Mapping[str, str]]:
        """The labels of every alert that a receiver was told to fire."""
        return [
            one["labels"]
            for name, notice in list(self.told)
            for one in notice["alerts"]
            if name == receiver and one["status"] == "firing"
        ]


@contextmanager
def serving(shop: Shop) -> Iterator[Shop]:
    """The shop on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    shop.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as http.server calls it
            instance = shop.instances.get(self.path.strip("/"))
            self._answer(404 if instance is None else 200, instance.scraped() if instance else "")

        def do_POST(self) -> None:  # as http.server calls it
            said = self.rfile.read(int(self.headers["Content-Length"]))
            shop.told.append((self.path.strip("/"), json.loads(said)))
            self._answer(200, "")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Scrapes are no news."""

    return Handler
