"""Prometheus durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import durations
from burnrules.durations import Duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5 m",
        "-5m",
        "1.5h",
        "30m1h",
        "PT5M",
        "1M",
        "400y",
        "5min",
        "1h ",
        "٣d",
        "9" * 60 + "d",
    ],
)
def test_what_prometheus_refuses_is_no_duration(text: str) -> None:
    assert durations.parse(text) is None


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("30d", 2_592_000_000),
        ("1h30m", 5_400_000),
        ("4w", 2_419_200_000),
        ("1500ms", 1500),
        ("1y", 31_536_000_000),
        ("0s", 0),
    ],
)
def test_durations_are_exact_to_the_millisecond(text: str, milliseconds: int) -> None:
    assert durations.parse(text) == Duration(milliseconds)


@given(st.integers(0, 10**12))
def test_a_duration_reads_back_as_it_was_written(milliseconds: int) -> None:
    assert durations.parse(str(Duration(milliseconds))) == Duration(milliseconds)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = durations.parse(text)

    assert found is None or found.milliseconds >= 0


def test_what_is_known_to_be_a_duration_must_be_one() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        durations.of("nonsense")


def test_days_stay_days() -> None:
    assert str(durations.of("28d")) == "28d"
    assert durations.of("30d").per(durations.of("1h")) == 720
    assert durations.of("1h") - durations.of("5m") == durations.of("55m")
    assert durations.of("5m") + durations.of("1m") == durations.of("1m") * 6
