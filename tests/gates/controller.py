"""Argo's counting of measurements, as facts/release-gates.md 1.3 records it: a model for tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    count: int = 0  # 0: without end
    failure: int = 0
    inconclusive: int = 0
    errors: int = 4
    successes: int = 0


def outcome(limits: Limits, measurements: str, *, terminated: bool = False) -> str:
    """How a metric ends after measurements written as S, F, I and E; `Running` if it has not."""
    failed = inconclusive = counted = errors = row = 0
    for measurement in measurements:
        failed += measurement == "F"
        inconclusive += measurement == "I"
        counted += measurement != "E"
        errors = errors + 1 if measurement == "E" else 0
        row = row + 1 if measurement == "S" else 0
        if errors > limits.errors:
            return "Error"
        if inconclusive > limits.inconclusive:
            return "Inconclusive"
        if 0 <= limits.failure < failed:
            return "Failed"
        if limits.successes and row >= limits.successes:
            return "Successful"
        if limits.count and counted == limits.count:
            return _at_the_count(limits)
    return "Successful" if terminated else "Running"


def _at_the_count(limits: Limits) -> str:
    if not limits.successes:
        return "Successful"
    return "Failed" if limits.failure == -1 else "Inconclusive"
