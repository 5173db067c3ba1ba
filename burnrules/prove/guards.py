"""Proofs of the guards: the signal vanishes, or contradicts itself, for long enough."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import gcd

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import Guard, Labels, SloPlan
from burnrules.prove.act import proof
from burnrules.prove.alerts import Alert, alerts
from burnrules.prove.expand import expanded
from burnrules.prove.history import BASE, Phase
from burnrules.prove.inputs import FIVE_MINUTES, never_absent
from burnrules.prove.model import HOUR, Recordings
from burnrules.prove.proofs import Proof, Script, Told
from burnrules.prove.series import Line, Series
from burnrules.prove.stage import Given, Stage, State

MINUTE = 60_000


def every(slo: SloPlan) -> int:
    """An evaluation interval at which each `for` of the signal guards ends on time."""
    waits = [one.wait.milliseconds for one in slo.guards if one.kind.startswith("signal")]
    return max(MINUTE, gcd(FIVE_MINUTES.milliseconds, *waits) // MINUTE * MINUTE)


def signals(stage: Stage) -> Iterator[Proof]:
    """Absent and invalid, where the policy tells them."""
    for one in stage.alerts:
        if isinstance(one.of, Guard) and one.of.kind == "signalAbsent":
            yield _absent(stage, one)
        elif isinstance(one.of, Guard) and one.of.kind == "signalInvalid":
            yield from _invalid(stage, one)


def _absent(stage: Stage, guard: Alert) -> Proof:
    """Nothing ever came; then something does, and vanishes."""
    gap = every(stage.slo)
    due = -(-guard.wait // gap)
    came, went = due + 1, due + 3
    given = Given()
    if stage.actors:
        end = went * gap
        length = (went - came) * gap
        given = Given(stage.raw((Phase(length, Decimal(0), Decimal(60_000)),), end, tail=length))
    gone = -(-stage.window // gap) + 1
    count = went + gone + due + 1 if stage.actors else due + 1
    states = stage.run(given, gap, count)
    after = f"{guard.rule.alert} fires after {guard.rule.wait or '0s'}"
    name = f"{after} without data, and after the source vanished"
    kept = [one for one in _changes(states) if one.time >= gap * max(0, due - 1)]
    made = proof(stage, name, given, kept)
    return made._replace(series=made.series or UNRELATED, told=())  # of all SLOs at once: `absent`


# A test without any series would be hard to tell from a mistake.
UNRELATED = (Series("something_else", (), (Line(0, MINUTE, 2, Decimal(1)),)),)


def absent(name: str, slos: Sequence[SloPlan]) -> Iterator[Script]:
    """No SLO of a path has data: the texts of every alert that says so.

    One test a path, since all of them fire at once, and promtool wants all alerts of a name.
    """
    found: dict[str, list[tuple[SloPlan, Alert]]] = {}
    for slo in slos:
        for one in alerts(slo):
            if isinstance(one.of, Guard) and one.of.kind == "signalAbsent":
                found.setdefault(one.rule.alert or "", []).append((slo, one))
    found = {
        alert: kept
        for alert, some in found.items()
        if all(never_absent(slo) is not None for slo, _ in some)
        and (kept := [(slo, one) for slo, one in some if not never_absent(slo)])
    }
    waits = [one.wait for some in found.values() for _, one in some]
    due = -(-max(waits, default=0) // MINUTE) * MINUTE or MINUTE
    told = []
    for alert, some in found.items():
        read = [_texts(slo, one) for slo, one in some]
        known = tuple(text for text in read if text is not None)
        if len(known) == len(read):
            told.append(Told(due, alert, known))
    if told:
        said = f"{name}: no SLO has data, and each says so"
        yield Script("", Duration(due), (Proof(said, MINUTE, UNRELATED, (), tuple(told)),))


def _changes(states: Sequence[State]) -> list[State]:
    """The states on both sides of every change."""
    made: list[State] = []
    last: State | None = None
    for one in states:
        if not one.agreed:
            continue
        if last is not None and last.worlds[0].keys() != one.worlds[0].keys():
            made += [last, one]
        last = one
    if last is not None:
        made.append(last)
    return list({one.time: one for one in made}.values())


def _texts(slo: SloPlan, alert: Alert) -> tuple[Labels, Labels] | None:
    have = {naming.PATH_LABEL: slo.path, naming.NAME_LABEL: slo.name}
    filled = [
        [(name, expanded(text, have, Decimal(1))) for name, text in pairs]
        for pairs in (alert.rule.labels, alert.rule.annotations)
    ]
    if any(text is None for pairs in filled for _, text in pairs):
        return None
    own, notes = ({name: text or "" for name, text in pairs} for pairs in filled)
    labels = {name: text for name, text in {**have, **own}.items() if text}
    return tuple(sorted(labels.items())), tuple(sorted(notes.items()))


def _invalid(stage: Stage, guard: Alert) -> Iterator[Proof]:
    gap = every(stage.slo)
    due = -(-guard.wait // gap)
    key = stage.about.keys[0]
    steps = (due + 1) * gap // stage.step + 1
    alone = Line(0, stage.step, steps, (Decimal(3) / 2))
    name = naming.error(HOUR) if stage.events else naming.SLICE
    lone = Given((), (Series(name, stage.labels(key), (alone,)),))
    if _of_nothing(stage, gap):
        lone = Given() if stage.events else _beyond(stage, (due + 2) * gap)
    what = "errors are counted without events" if stage.events else "the ratio exceeds 1"
    yield from _for(stage, guard, lone, due + (not lone.recorded), what)
    if stage.events and stage.actors:
        for raw, said in _contradictions(stage, steps + 2):
            yield from _for(stage, guard, raw, due + 1, said)


def _of_nothing(stage: Stage, time: int) -> bool:
    """Whether the queries count errors where there is no series: none can be given beside those."""
    key = stage.about.keys[0]
    return any(
        read.source(HOUR, key, time)[1] is not None
        if stage.events
        else read.instant(naming.SLICE, key, time) is not None
        for read in stage.alone(Given(), time)
    )


def _beyond(stage: Stage, length: int) -> Given:
    """Raw series that are half as bad again as the worst."""
    phase = Phase(length, Decimal(3) / 2, Decimal(60_000))
    return Given(stage.raw((phase,), length, tail=length))


def _for(stage: Stage, guard: Alert, given: Given, due: int, what: str) -> Iterator[Proof]:
    gap = every(stage.slo)
    states = stage.run(given, gap, due + 1)
    index = stage.alerts.index(guard)
    if not all(any(one == index for one, _ in world) for world in states[-1].worlds):
        return  # no series of this SLI can make it so
    name = f"{guard.rule.alert} fires after {guard.rule.wait or '0s'} when {what}"
    made = proof(stage, name, given, _changes(states))
    yield made._replace(series=made.series or UNRELATED)


def _contradictions(stage: Stage, steps: int) -> Iterator[tuple[Given, str]]:
    """Each way of not adding up that one series can cause: it grows too fast, or is missing."""
    seen: set[str] = set()
    for index, special in enumerate(stage.actors):
        for factor in (0, 2):
            series = tuple(
                Series(
                    one.metric,
                    one.labels,
                    (Line(0, stage.step, steps, BASE, _slope(one.good, other, index, factor)),),
                )
                for other, one in enumerate(stage.actors)
                if one.counter and (one is not special or factor)
            )
            how = _contradicts(stage, Given(series)) if series else ""
            if how and how not in seen:
                seen.add(how)
                yield Given(series), how


def _slope(good: Decimal, other: int, index: int, factor: int) -> Decimal:
    grown = good * 1000
    return grown * factor + 1000 * (not good) * factor if other == index else grown


def _contradicts(stage: Stage, given: Given) -> str:
    """How errors and total do not fit, in words; empty when they do."""
    which = [
        i
        for i, one in enumerate(stage.alerts)
        if isinstance(one.of, Guard) and one.of.kind == "signalInvalid"
    ]
    time = stage.window // stage.step * stage.step
    if not all(stage.holds(index, given, time) is True for index in which):
        return ""
    found = {_ratio(read, stage, time) for read in stage.alone(given, time)}
    if len(found) != 1:
        return ""
    return found.pop()


def _ratio(read: Recordings, stage: Stage, time: int) -> str:
    ratio = read.ratio(HOUR, stage.about.keys[0], time)
    if ratio is None:
        return "events are counted without errors"
    return (
        "more errors than events are counted" if ratio > 1 else "fewer errors than none are counted"
    )
