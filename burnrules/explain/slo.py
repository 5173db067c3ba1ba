"""The plan of an SLO to its tiers, guards and rules, with every number."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import detection, naming
from burnrules.burnrate import plain, short
from burnrules.durations import Duration
from burnrules.explain.page import assumed, read, table, titled, wrapped
from burnrules.ir import EventSli, Rule, SloPlan, Tier

_HEADS = ("severity", "long", "short", "factor", "threshold", "spent", "total outage", "fires")
_COLUMNS = 3  # of severities: what fits
_RATIOS = tuple(map(Decimal, ("1", "0.5", "0.2", "0.1", "0.05", "0.02", "0.01", "0.005", "0.002")))
_NARROW = 12  # a severity is anybody's word


def lines(one: SloPlan) -> Iterator[str]:
    """Everything about an SLO: objective, tiers, guards, assumptions, and how its rules read."""
    yield from _objective(one)
    yield from titled(f"Burn alerts ({one.alert_name}, policy {one.policy})", _tiers(one))
    yield from titled("Time until an alert, and budget spent by then", _detections(one))
    yield from titled("Other alerts", _guards(one))
    yield from assumed(one.assumptions)
    yield from titled(f"Rules, evaluated every {one.interval}", _readings(one))


def _objective(one: SloPlan) -> Iterator[str]:
    events = _events(one)
    yield f"{one.id}: {plain(one.objective)}% over {one.window}"
    yield ""
    if one.description:
        yield from wrapped(one.description)
        yield ""
    whole = Duration(int(one.window.milliseconds * one.budget) // 60_000 * 60_000)
    yield from wrapped(
        f"Error budget: {_percent(one.budget)} of the {events} of any {one.window}, as much as "
        f"{whole} of total outage spends. Kind of SLI: {one.sli.kind}."
    )
    if one.groups:
        yield from wrapped(f"One budget for every value of {', '.join(one.groups)}.")
    if not isinstance(one.sli, EventSli):
        yield from wrapped("Weighted by time: each evaluation counts alike, whatever the traffic.")
    yield f"Written at {one.origin.file}:{one.origin.line}."


def _tiers(one: SloPlan) -> Iterator[str]:
    if not one.tiers:
        yield "none"
        return
    yield from table([_HEADS, *(_row(one, tier) for tier in one.tiers)])
    yield ""
    yield from wrapped(
        "threshold: error ratio above which it fires. spent: share of the budget gone after the "
        "long window at that rate. total outage: time until it fires when everything fails."
    )
    for index, tier in enumerate(one.tiers, 1):
        yield from wrapped("; ".join(_conditions(one, tier)), f"  row {index}: ")


def _row(one: SloPlan, tier: Tier) -> tuple[str, ...]:
    after = detection.after(one, tier, Decimal(1))
    return (
        _cut(tier.severity),
        str(tier.long),
        str(tier.short),
        short(tier.factor, 5),
        _percent(tier.threshold),
        _percent(tier.spent),
        str(after) if after else "-",
        "yes" if tier.reachable else "NEVER",
    )


def _conditions(one: SloPlan, tier: Tier) -> Iterator[str]:
    if not tier.reachable:
        yield f"never fires: a threshold of {_percent(tier.threshold)} cannot be exceeded"
    if tier.raised:
        yield "factor raised to 1: a slower burn does not spend the budget"
    if tier.min_failures:
        yield f"at least {tier.min_failures} failed {_events(one)} in {tier.long}"
    if tier.wait is not None:
        yield f"for {tier.wait}"
    if tier.keep is not None:
        yield f"keeps firing for {tier.keep}"


def _detections(one: SloPlan) -> Iterator[str]:
    """Error rates from a total outage down to what no tier sees, and when each severity fires."""
    severities = list(dict.fromkeys(tier.severity for tier in one.tiers))[:_COLUMNS]
    if not severities:
        return
    rows: list[tuple[str, ...]] = [("errors", *(_cut(severity) for severity in severities))]
    least = min(tier.threshold for tier in one.tiers)
    for ratio in (*(a for a in _RATIOS if a > least), min(least, Decimal(1))):
        found = (detection.first(one, severity, ratio) for severity in severities)
        rows.append((_percent(ratio), *(_noticed(one, ratio, after) for after in found)))
    yield from table(rows)


def _noticed(one: SloPlan, ratio: Decimal, after: Duration | None) -> str:
    if after is None:
        return "-"
    return f"{after}, {short(detection.spent(one, ratio, after) * 100, 2)}%"


def _guards(one: SloPlan) -> Iterator[str]:
    for guard in one.guards:
        reading = _GUARDS[guard.kind].format(
            events=_events(one),
            share=_percent(guard.share),
            exhausts=guard.exhausts_in,
            over=guard.over,
        )
        yield from wrapped(f"{reading}, for {guard.wait}", f"  {guard.name} ({guard.severity}): ")


_GUARDS = {
    "signalAbsent": "the {events} were counted and are not any more, or none came in a day",
    "signalInvalid": "more failed {events} than {events}, or one of both is missing",
    "budgetSpent": "{share} of the error budget is spent",
    "budgetForecast": "at the rate of the last {over} the budget is gone within {exhausts}",
}


def _readings(one: SloPlan) -> Iterator[str]:
    for group in one.rules:
        for rule in group.rules:
            yield from read(rule, _reading(one, rule))


def _reading(one: SloPlan, rule: Rule) -> str:
    """One rule in a sentence."""
    events = _events(one)
    if rule.record in _FIXED:
        return _FIXED[rule.record].format(window=one.window)
    for prefix, reading in _PREFIXES.items():
        if rule.record.startswith(prefix):
            return reading.format(events=events, window=rule.record.removeprefix(prefix))
    labels = dict(rule.labels)
    if "burn_rate" in labels:
        return (
            f"{labels['severity']}: the budget burnt at least {labels['burn_rate']} times too fast "
            f"over {labels['long_window']}, and still does over {labels['short_window']}"
        )
    return f"{labels['severity']}: one of the other alerts above"


_PREFIXES = {
    "slo:sli_total:rate": "{events} per second over {window}; a NaN of one series is left out",
    "slo:sli_error:rate": "failed {events} per second over {window}",
    "slo:sli_error:ratio_rate": "share of {events} that failed in {window}; none without traffic",
}
_FIXED = {
    naming.SLICE: "the share of errors at each evaluation, 0 to 1",
    naming.CURRENT_BURN: "how many times too fast the budget burns now (1 spends it exactly)",
    naming.PERIOD_BURN: "how many times too fast it burnt over {window}",
    naming.OBJECTIVE: "the objective as a ratio",
    naming.BUDGET: "the error budget as a ratio",
    naming.REMAINING: "what is left of the budget of {window}, 1 to 0, below 0 when overspent; "
    "scaled by how much of {window} the SLO has existed",
    naming.EXHAUSTION: "seconds until nothing is left of it at the burn of the last hour; none "
    "while nothing burns",
    naming.INFO: "always 1: its labels say who owns the SLO, for joins",
}


def _events(one: SloPlan) -> str:
    return one.sli.counts if isinstance(one.sli, EventSli) else "evaluations"


def _percent(ratio: Decimal) -> str:
    return f"{short(ratio * 100, 5)}%"


def _cut(text: str) -> str:
    return text if len(text) <= _NARROW else f"{text[: _NARROW - 1]}…"
