"""Real servers on loopback: started with files in a folder, always stopped."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
STARTS, READY_WITHIN, STOPPED_WITHIN = 3, 60.0, 20.0


def program(name: str) -> str:
    """Where a program is; missing, the test is skipped by a person and fails in CI."""
    found = shutil.which(name)
    if found is not None:
        return found
    message = f"{name} is missing: apt-get install prometheus prometheus-alertmanager"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetched(url: str, body: Any = None) -> Any:
    """The JSON that a server answers, a POST when there is something to say."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # loopback only
        text = answer.read()
    return json.loads(text) if text else None


def eventually(ask: Callable[[], T], what: str, within: float) -> T:
    """The first answer that is not empty; polls, because servers report in their own time."""
    deadline = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s")
        time.sleep(0.2)


@contextmanager
def server(command: Callable[[int], Sequence[str]], health: str, log: Path) -> Iterator[str]:
    """The address of a server while it runs; a port that was taken meanwhile is tried again."""
    for attempt in range(STARTS):
        port = free_port()
        with log.open("ab") as out:
            process = subprocess.Popen(command(port), stdout=out, stderr=out)
        url = f"http://127.0.0.1:{port}"
        try:
            if _ready(process, f"{url}{health}") or attempt == STARTS - 1:
                assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
                yield url
                return
        finally:
            process.terminate()
            try:
                process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(process: "subprocess.Popen[bytes]", url: str) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # loopback only
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.05)
    return False


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an answer, at one time."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus, by its HTTP API."""

    url: str

    def asked(self, path: str, **parameters: object) -> Any:
        """The data of an answer; a query that failed is an HTTP error with the reason."""
        given = urllib.parse.urlencode(parameters)
        return fetched(f"{self.url}/api/v1/{path}?{given}")["data"]

    def query(self, expr: str, at: float | None = None) -> list[Sample]:
        """What an expression gives now, or at a time."""
        when = {} if at is None else {"time": at}
        found = self.asked("query", query=expr, **when)["result"]
        return [Sample(one["metric"], float(one["value"][1])) for one in found]

    def value(self, expr: str, at: float | None = None) -> float:
        """The value of an expression that gives exactly one series."""
        found = self.query(expr, at)
        assert len(found) == 1, f"{expr} at {at}: {found}"
        return found[0].value

    def samples_read(self, expr: str, at: float) -> int:
        """How many samples one evaluation reads."""
        stats = self.asked("query", query=expr, time=at, stats="all")["stats"]
        return int(stats["samples"]["totalQueryableSamples"])

    def rules(self) -> dict[str, tuple[str, str]]:
        """The health of every rule with its last error, by group, place and name."""
        return {
            f"{group['name']}[{index}] {rule['name']}": (rule["health"], rule.get("lastError", ""))
            for group in self.asked("rules")["groups"]
            for index, rule in enumerate(group["rules"])
        }

    def alerts(self) -> list[Mapping[str, Any]]:
        """Every alert that is pending or firing."""
        found: list[Mapping[str, Any]] = self.asked("alerts")["alerts"]
        return found


@contextmanager
def prometheus(folder: Path, config: str) -> Iterator[Prometheus]:
    """A Prometheus with a configuration; its blocks are those in `data` of the folder."""
    file = folder / "prometheus.yml"
    file.write_text(config, "utf-8")
    command = [
        program("prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=30y",
        "--log.level=warn",
    ]
    with server(
        lambda port: [*command, f"--web.listen-address=127.0.0.1:{port}"],
        "/-/ready",
        folder / "prometheus.log",
    ) as url:
        yield Prometheus(url)


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A running Alertmanager, by its HTTP API."""

    url: str

    @property
    def target(self) -> str:
        """Where Prometheus sends alerts."""
        return self.url.removeprefix("http://")

    def post(self, *alerts: Mapping[str, str]) -> None:
        """Alerts with these labels, firing."""
        fetched(f"{self.url}/api/v2/alerts", [{"labels": one} for one in alerts])

    def resolve(self, *alerts: Mapping[str, str]) -> None:
        """The end of alerts with these labels."""
        ended = [{"labels": one, "endsAt": "2001-01-01T00:00:00Z"} for one in alerts]
        starts = {"startsAt": "2000-01-01T00:00:00Z"}
        fetched(f"{self.url}/api/v2/alerts", [{**one, **starts} for one in ended])
        gone = [dict(one) for one in alerts]
        eventually(
            lambda: not [one for one in self.alerts() if one["labels"] in gone], "the end", 20
        )

    def alerts(self) -> list[Mapping[str, Any]]:
        """Every alert that fires; `status` says whether and by which it is inhibited."""
        found: list[Mapping[str, Any]] = fetched(f"{self.url}/api/v2/alerts")
        return found


@contextmanager
def alertmanager(folder: Path, config: str) -> Iterator[Alertmanager]:
    """An Alertmanager with a configuration, alone."""
    file = folder / "alertmanager.yml"
    file.write_text(config, "utf-8")
    command = [
        program("prometheus-alertmanager"),
        f"--config.file={file}",
        f"--storage.path={folder / 'alertmanager'}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ]
    with server(
        lambda port: [*command, f"--web.listen-address=127.0.0.1:{port}"],
        "/-/ready",
        folder / "alertmanager.log",
    ) as url:
        yield Alertmanager(url)
