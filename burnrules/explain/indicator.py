"""The plan of an indicator to what it records, and when it alerts."""

from collections.abc import Iterator

from burnrules.explain.page import assumed, read, titled, wrapped
from burnrules.ir import WINDOW, IndicatorPlan

_UNITS = {"s": "in seconds", "ratio": "from 0 to 1"}


def lines(one: IndicatorPlan) -> Iterator[str]:
    """Everything about an indicator: its value, alerts, assumptions, and how its rules read."""
    yield f"{one.id}: {one.subject}"
    yield ""
    if one.description:
        yield from wrapped(one.description)
        yield ""
    read_over = f"over {one.window}" if WINDOW in one.value.text else "evaluated as it stands"
    yield from wrapped(
        f"A leading signal of kind {one.kind}{_unit(one)}, {read_over}. It spends no budget."
    )
    if one.groups:
        yield from wrapped(f"One value for every value of {', '.join(one.groups)}.")
    yield f"Written at {one.origin.file}:{one.origin.line}."
    yield from titled(f"Alerts (policy {one.policy})", _alerts(one))
    yield from assumed(one.assumptions)
    yield from titled(f"Rules, evaluated every {one.rules.interval}", _readings(one))


def _unit(one: IndicatorPlan) -> str:
    return f", {_UNITS.get(one.unit, f'in {one.unit}')}" if one.unit else ""


def _alerts(one: IndicatorPlan) -> Iterator[str]:
    _, *alerts = one.rules.rules
    for rule, limit in zip(alerts, one.limits, strict=False):
        yield from wrapped(f"{limit.beyond}, for {one.wait}", f"  {rule.alert} ({one.severity}): ")
    if not alerts:
        yield "none"


def _readings(one: IndicatorPlan) -> Iterator[str]:
    recorded, *alerts = one.rules.rules
    yield from read(recorded, one.subject)
    for rule, limit in zip(alerts, one.limits, strict=False):
        yield from read(rule, f"{one.severity}: {one.subject} is {limit.beyond}")
