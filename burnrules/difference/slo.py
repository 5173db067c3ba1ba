"""One SLO before and after to what its alerts do otherwise, the loudest fact first."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from burnrules import detection
from burnrules.burnrate import plain
from burnrules.difference.words import changed, labels, listed, percent, rules, spoken, verb
from burnrules.durations import Duration
from burnrules.ir import EventSli, Guard, Labels, SliceSli, SloPlan, Tier

PROBES = tuple(map(Decimal, ("1", "0.1", "0.02", "0.01", "0.002")))


def added(one: SloPlan) -> str:
    """An SLO that was not there before."""
    tiers = ", ".join(
        f"{verb(tier.severity)} above {percent(tier.threshold)} over {tier.long}"
        for tier in one.tiers
    )
    return f"new: {plain(one.objective)} % over {one.window}; {tiers or 'recorded only'}"


def phrases(old: SloPlan, new: SloPlan) -> Iterator[str]:
    """Facts of an SLO, the loudest first; the last resort is that its rules changed."""
    every = labels(old.labels, new.labels)
    owner = [one for one in every if not one.startswith("label objective ")]  # said once
    made = [
        *changed("objective", f"{plain(old.objective)} %", f"{plain(new.objective)} %"),
        *changed("window", str(old.window), str(new.window)),
        *_sli(old, new),
        *changed("groups", listed(old.groups), listed(new.groups)),
        *changed("alert", old.alert_name, new.alert_name),
        *owner,
        *(one for one in _alerts(old, new) if not one.endswith(tuple(f" {a}" for a in owner))),
    ]
    yield from made
    if not made and rules(old.rules) != rules(new.rules):
        yield "texts or rules change, not when they alert"


def _alerts(old: SloPlan, new: SloPlan) -> Iterator[str]:
    yield from _tiers(old, new)
    yield from _detections(old, new)
    yield from _guards(old, new)


def _sli(old: SloPlan, new: SloPlan) -> Iterator[str]:
    one, other = old.sli, new.sli
    yield from changed("SLI", one.kind, other.kind)
    if one.kind != other.kind:
        return
    if isinstance(one, EventSli) and isinstance(other, EventSli):
        if one.total.text != other.total.text:
            yield "other events are counted"
        if (one.part.text, one.part_is_good) != (other.part.text, other.part_is_good):
            yield "other events are errors"
    elif isinstance(one, SliceSli) and isinstance(other, SliceSli) and one.slice != other.slice:
        yield "another query is judged"


def _tiers(old: SloPlan, new: SloPlan) -> Iterator[str]:
    before, now = _keyed(old.tiers), _keyed(new.tiers)
    for key in dict.fromkeys((*before, *now)):
        severity, over = key[0], f" over {key[1]}"
        if key not in now:
            yield f"no {severity}{over} any more"
        elif key not in before:
            yield f"new {severity}{over}, above {percent(now[key].threshold)}"
        else:
            several = sum(one.severity == severity for one in new.tiers) > 1
            yield from _tier(f"{severity}{over}" if several else severity, before[key], now[key])


def _keyed(tiers: Iterable[Tier]) -> dict[tuple[str, Duration, int], Tier]:
    """Tiers by severity and long window; those that share both count up."""
    made: dict[tuple[str, Duration, int], Tier] = {}
    for one in tiers:
        same = sum(key[:2] == (one.severity, one.long) for key in made)
        made[one.severity, one.long, same] = one
    return made


def _tier(named: str, old: Tier, new: Tier) -> Iterator[str]:
    yield from changed(f"{named} threshold", percent(old.threshold), percent(new.threshold))
    yield from changed(f"{named} short window", str(old.short), str(new.short))
    yield from changed(f"{named} minFailures", str(old.min_failures), str(new.min_failures))
    yield from changed(f"{named} for", str(old.wait or "0s"), str(new.wait or "0s"))
    yield from changed(f"{named} keepFiringFor", str(old.keep or "0s"), str(new.keep or "0s"))
    yield from _labelled(named, old.labels, new.labels)


def _detections(old: SloPlan, new: SloPlan) -> Iterator[str]:
    """How much sooner or later each severity fires, at the error ratios that tell."""
    for severity in dict.fromkeys(one.severity for one in (*old.tiers, *new.tiers)):
        shifts = (
            _shift(
                detection.first(old, severity, ratio), detection.first(new, severity, ratio), ratio
            )
            for ratio in PROBES
        )
        if told := [one for one in shifts if one]:
            yield f"{verb(severity)} {', '.join(told)}"


def _shift(old: Duration | None, new: Duration | None, ratio: Decimal) -> str:
    at = f"at {percent(ratio)} errors" if ratio < 1 else "in a total outage"
    if old == new:
        return ""
    if new is None:
        return f"no more {at}"
    if old is None:
        return f"{at} now, after {spoken(new)}"
    if new > old:
        return f"{spoken(new - old)} later {at}"
    return f"{spoken(old - new)} sooner {at}"


def _guards(old: SloPlan, new: SloPlan) -> Iterator[str]:
    before, now = ({_guarded(one): one for one in plan.guards} for plan in (old, new))
    yield from (f"no {name} any more" for name in before if name not in now)
    for name, one in now.items():
        if name not in before:
            yield f"new {name} ({one.severity})"
            continue
        yield from changed(f"{name} severity", before[name].severity, one.severity)
        yield from changed(f"{name} for", str(before[name].wait), str(one.wait))
        yield from _labelled(name, before[name].labels, one.labels)


def _guarded(one: Guard) -> str:
    if one.kind == "budgetSpent":
        return f"{one.name} at {percent(one.share)}"
    if one.kind == "budgetForecast":
        return f"{one.name} within {one.exhausts_in} by the last {one.over}"
    return one.name


def _labelled(named: str, old: Labels, new: Labels) -> Iterator[str]:
    yield from (f"{named} {said}" for said in labels(old, new))
