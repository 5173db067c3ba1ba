"""What tests share: expected files, rewritten by `pytest --update-golden` and read in review."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)  # a busy machine is no finding
settings.load_profile("suite")

# A job in the background ignores these, as under nohup, and so would all that tests start and stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected files")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Rewriting runs only what has expected files."""
    if config.getoption("--update-golden"):
        items[:] = [one for one in items if "golden" in getattr(one, "fixturenames", ())]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with its expected file."""

    def compare(expected: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            expected.write_text(text, "utf-8", newline="\n")
        assert expected.is_file(), f"{expected} is missing: pytest --update-golden writes it"
        assert text == expected.read_text("utf-8")

    return compare
