"""States of a stage to what promtool must see: every alert that fires, and the texts of one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.ir import Labels, Matcher
from burnrules.promql import build
from burnrules.prove.alerts import Alert
from burnrules.prove.evaluate import Key
from burnrules.prove.expand import expanded
from burnrules.prove.proofs import Sample, Shown, Told
from burnrules.prove.stage import Stage, State


def selector(stage: Stage, name: str, more: Iterable[Matcher] = ()) -> str:
    """One series of the SLO."""
    own = (
        Matcher(naming.PATH_LABEL, "=", stage.slo.path),
        Matcher(naming.NAME_LABEL, "=", stage.slo.name),
    )
    return build.selector(name, (*more, *own)).replace("\n", "")


def firing(stage: Stage, state: State) -> Iterator[Shown]:
    """All alerts of the SLO that fire at an evaluation; alert by alert where servers may differ."""
    found = labels(stage, state, range(len(stage.alerts)))
    if found is not None:
        yield _fire(stage, state, found, ())
        return
    for index, alert in enumerate(stage.alerts):
        own = labels(stage, state, (index,))
        if own is not None:
            yield _fire(stage, state, own, (*_only(stage, alert),))


_TELLING = ("severity", "long_window", "short_window", "burn_rate", "budget_spent", "exhausts_in")


def _only(stage: Stage, alert: Alert) -> Iterator[Matcher]:
    """What tells an alert from others of its name: also that it lacks a label."""
    yield Matcher("alertname", "=", alert.rule.alert)
    have = dict(alert.rule.labels)
    named = [dict(one.rule.labels) for one in stage.alerts if one.rule.alert == alert.rule.alert]
    for name in (*have, *(name for name in _TELLING if name not in have)):
        if name in _TELLING and any(name in labels for labels in named):
            yield Matcher(name, "=", have.get(name, ""))


def _fire(
    stage: Stage,
    state: State,
    found: Mapping[tuple[int, Key], dict[str, str]],
    which: tuple[Matcher, ...],
) -> Shown:
    expr = selector(stage, "ALERTS", (*which, Matcher("alertstate", "=", "firing")))
    samples = []
    for (index, _), own in sorted(found.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
        name = stage.alerts[index].rule.alert
        told = {**own, "__name__": "ALERTS", "alertname": name, "alertstate": "firing"}
        samples.append(Sample(tuple(sorted(told.items()))))
    return Shown(state.time, expr, tuple(samples))


def labels(
    stage: Stage, state: State, which: Collection[int]
) -> Mapping[tuple[int, Key], dict[str, str]] | None:
    """The labels of these alerts that fire; None where they cannot be predicted."""
    worlds = [{one: v for one, v in world.items() if one[0] in which} for world in state.worlds]
    if any(world.keys() != worlds[0].keys() for world in worlds):
        return None
    made: dict[tuple[int, Key], dict[str, str]] = {}
    for one in worlds[0]:
        values = {world[one] for world in worlds}
        found = [_labels(stage, stage.alerts[one[0]], one[1], value) for value in values]
        if found[0] is None or any(other != found[0] for other in found):
            return None
        made[one] = found[0]
    return made


def on_series(stage: Stage, key: Key) -> dict[str, str]:
    """The labels that `$labels` holds."""
    return dict(stage.labels(key))


def _labels(stage: Stage, alert: Alert, key: Key, value: Decimal) -> dict[str, str] | None:
    have = on_series(stage, key)
    made = dict(have)
    for name, template in alert.rule.labels:
        text = expanded(template, have, value)
        if text is None:
            return None
        made[name] = text
    return {name: text for name, text in made.items() if text}


class Text(NamedTuple):
    """The annotations of one firing alert."""

    labels: Labels
    annotations: Labels


def texts(stage: Stage, state: State, name: str) -> tuple[Text, ...] | None:
    """Labels and annotations of the firing alerts of a name; None where not predictable."""
    which = [index for index, one in enumerate(stage.alerts) if one.rule.alert == name]
    named = labels(stage, state, which)
    if named is None:
        return None
    made = []
    for one, own in named.items():
        alert = stage.alerts[one[0]]
        values = {world[one] for world in state.worlds}
        found = [_annotations(stage, alert, one[1], value) for value in values]
        if found[0] is None or any(other != found[0] for other in found):
            return None
        made.append(Text(tuple(sorted(own.items())), found[0]))
    return tuple(made)


def _annotations(stage: Stage, alert: Alert, key: Key, value: Decimal) -> Labels | None:
    have = on_series(stage, key)
    made = [(name, expanded(text, have, value)) for name, text in alert.rule.annotations]
    known = tuple((name, text) for name, text in made if text is not None)
    return known if len(known) == len(made) else None


def told(stage: Stage, state: State, name: str) -> Told | None:
    """The texts of the alerts of a name; None where they cannot be predicted."""
    found = texts(stage, state, name)
    if not found:
        return None
    return Told(state.time, name, tuple((one.labels, one.annotations) for one in found))


def agreed(found: Sequence[Decimal | None]) -> Decimal | None:
    """The value that all servers come to, within a tenth of a percent."""
    first = found[0]
    if first is None or any(one is None or abs(one - first) > abs(first) / 1000 for one in found):
        return None
    return first


def near(stage: Stage, time: int, name: str, values: Mapping[Key, Decimal]) -> Shown:
    """A recording of the SLO that is within one percent of what is expected, for each group."""
    lowest = min(map(abs, values.values()), default=Decimal(0))
    return within(stage, time, name, values, max(lowest / 100, (Decimal(1) / 10**9)))


def within(
    stage: Stage, time: int, name: str, values: Mapping[Key, Decimal], tolerance: Decimal
) -> Shown:
    """A recording of the SLO that is as near to what is expected as said."""
    own = selector(stage, name)
    expected = next(iter(values.values()), Decimal(0))
    expr = f"abs({own} - {number(expected)}) <= bool {number(tolerance)}"
    return Shown(time, expr, tuple(Sample(stage.labels(key)) for key in values))


def number(value: Decimal) -> str:
    """A number in PromQL, to nine digits."""
    text = plain(Decimal(f"{value:.9g}"))
    return f"({text})" if text.startswith("-") else text
