"""Conditions do what they seem to: tried on the results that the provider can give.

Conditions are executed, not matched by pattern, so that every spelling of a mistake is found.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from burnrules.codes import Code
from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates.expr import tree
from burnrules.gates.expr.evaluate import Outcome, outcome
from burnrules.gates.expr.lexer import NotExpr
from burnrules.gates.expr.parser import parse
from burnrules.gates.finding import Finding
from burnrules.gates.lint import probes
from burnrules.gates.lint.probes import Judged, Kind, Probe
from burnrules.gates.template import FAILURE, SUCCESS, Metric

_JUDGES_ITSELF = frozenset({"kayenta", "plugin"})
_COMMENT = "if a `#` follows, YAML took it for a comment: quote the condition"
_GUARD = "guard it: `len(result) == 1 && result[0] <= bound`"


@dataclass(frozen=True, slots=True)
class Tried:
    """The conditions of one metric, parsed, and how each probe was judged."""

    metric: Metric
    judged: tuple[Judged, ...]
    errors: frozenset[str]  # conditions that have failed on some probe without data
    parsed: Mapping[str, tree.Node]

    @property
    def guessed(self) -> bool:
        """Whether a bound is an argument that only the Rollout knows."""
        written = (str(self.metric.data.get(field, "")) for field in (SUCCESS, FAILURE))
        return any(self.metric.filled(one).guessed for one in written)

    def of(self, kind: Kind) -> Iterator[Judged]:
        """How the probes of one kind were judged."""
        return (one for one in self.judged if one.probe.kind is kind)


def check(metric: Metric) -> Iterator[Finding]:
    """Everything that is wrong with the conditions of one metric."""
    if metric.provider in {"", "job"}:
        return
    parsed: dict[str, tree.Node] = {}
    for field in (SUCCESS, FAILURE):
        written = metric.data.get(field)
        if not isinstance(written, str) or not written.strip():
            continue
        filled = metric.filled(written)
        found = parse(filled.text)
        if isinstance(found, NotExpr):
            at = filled.original(found.at, found.at + 1)
            message = f"`{field}` is not an expression: {shown(found.reason, 60)}"
            hint = _COMMENT if found.early else ""
            yield Finding(codes.CONDITION_SYNTAX, metric.at(field), message, hint, characters=at)
            return
        parsed[field] = found
        if "{{" not in written:
            yield from _portable(metric, field, found)
    if not parsed:
        if metric.provider not in _JUDGES_ITSELF:
            yield _none(metric)
        return
    yield from _tried(metric, parsed)


def _none(metric: Metric) -> Finding:
    return Finding(
        codes.NO_CONDITION,
        metric.loc,
        f"metric `{shown(metric.name)}` has no condition: every measurement is successful",
        hint="set both `successCondition` and `failureCondition`",
    )


def _tried(metric: Metric, parsed: dict[str, tree.Node]) -> Iterator[Finding]:
    tried = probes.of(metric, tuple(parsed.values()))
    if not tried:
        return
    judged = tuple(_judge(probe, parsed) for probe in tried)
    values = [one for one in judged if one.probe.kind is Kind.VALUE]
    wrong = [field for field in parsed if all(one.says(field) is Outcome.ERROR for one in values)]
    for field in wrong:
        yield _type(metric, field, several=values[0].probe.several)
    if wrong:
        return
    empty = frozenset(
        field
        for field in parsed
        for one in judged
        if one.probe.kind is Kind.EMPTY and one.says(field) is Outcome.ERROR
    )
    for rule in _RULES:
        yield from rule(Tried(metric, judged, empty, parsed))


def _judge(probe: Probe, parsed: Mapping[str, tree.Node]) -> Judged:
    return Judged(probe, {field: outcome(node, probe.result) for field, node in parsed.items()})


def _type(metric: Metric, field: str, *, several: bool) -> Finding:
    message = f"`{field}` fails on every result: it "
    if several and metric.provider == "prometheus":
        message += "takes an array of samples for a number"
        hint = "a vector gives an array: `len(result) == 1 && result[0] < bound`"
    elif metric.provider == "prometheus":
        message += "takes a number for an array of samples"
        hint = "the query is a scalar: `result < bound`"
    else:
        message += "does not fit what Tempo answers"
        hint = "leave `jsonPath` out and read `result.series ?? []`"
    return Finding(codes.CONDITION_TYPE, metric.at(field), message, hint=hint)


def _no_data_error(tried: Tried) -> Iterator[Finding]:
    for field in sorted(tried.errors):
        yield Finding(
            codes.NO_DATA_ERROR,
            tried.metric.at(field),
            f"`{field}` fails on an empty result; five in a row abort the rollout",
            hint=_GUARD if tried.metric.provider == "prometheus" else "read `result.series ?? []`",
        )


def _passes(kind: Kind, code: Code, what: str) -> Callable[[Tried], Iterator[Finding]]:
    def passes(tried: Tried) -> Iterator[Finding]:
        if any(one.passes for one in tried.of(kind)):
            field = SUCCESS if tried.metric.data.get(SUCCESS) else FAILURE
            alone = ": `failureCondition` stands alone" if field == FAILURE else ""
            yield Finding(
                code,
                tried.metric.at(field),
                f"{what} passes{alone}",
                hint="set both conditions, so that what neither judges is inconclusive",
            )

    return passes


def _no_data_fails(tried: Tried) -> Iterator[Finding]:
    if tried.metric.data.get(FAILURE) or tried.errors:
        return
    lacking = [one for kind in (Kind.EMPTY, Kind.NAN) for one in tried.of(kind) if one.fails]
    if lacking:
        yield Finding(
            codes.NO_DATA_FAILS,
            tried.metric.at(SUCCESS),
            f"{lacking[0].probe.name} fails the measurement: `successCondition` stands alone",
            hint="add the opposite as `failureCondition`; then no data is inconclusive",
        )


def _overlap(tried: Tried) -> Iterator[Finding]:
    both = [one for one in tried.judged if one.both]
    if both and not tried.guessed:
        yield Finding(
            codes.OVERLAP,
            tried.metric.at(FAILURE),
            f"both conditions hold for {both[0].probe.name}",
            hint="make one the opposite of the other",
        )


def _gap(tried: Tried) -> Iterator[Finding]:
    between = [one for one in tried.of(Kind.VALUE) if one.neither and one.probe.number is not None]
    if not between or tried.guessed or any(one.both for one in tried.judged):
        return
    numbers = sorted({float(one.probe.number or 0) for one in between})
    if len(numbers) == 1:
        yield Finding(
            codes.GAP,
            tried.metric.at(FAILURE),
            f"neither condition holds at exactly {numbers[0]:g}",
            hint="let one of them include the bound",
        )
    elif any(one.passes for one in tried.of(Kind.VALUE)):
        yield Finding(
            codes.BAND,
            tried.metric.at(FAILURE),
            f"neither condition holds at {numbers[len(numbers) // 2]:g}: inconclusive",
            hint="right if a person shall decide there",
        )


def _series_ignored(tried: Tried) -> Iterator[Finding]:
    values = list(tried.of(Kind.VALUE))
    good = next((one.probe for one in values if one.passes), None)
    bad = next((one.probe for one in values if one.fails), None)
    if good is None or bad is None or not probes.grouped(tried.metric):
        return
    mixed = Probe(Kind.VALUE, "a good and a bad series", [good.number, bad.number])
    if _judge(mixed, tried.parsed).passes:
        yield Finding(
            codes.SERIES_IGNORED,
            tried.metric.at(SUCCESS if tried.metric.data.get(SUCCESS) else FAILURE),
            "the query gives a series a group, and only the first is judged",
            hint="aggregate without `by`, or judge all: `len(result) > 0 && all(result, # <= x)`",
        )


def _portable(metric: Metric, field: str, node: tree.Node) -> Iterator[Finding]:
    for call in tree.calls(node):
        newer = call.name == "sum" and len(call.args) == 2
        if newer or (call.name in {"min", "max"} and len(call.args) == 1):
            yield Finding(
                codes.NOT_PORTABLE,
                metric.at(field),
                f"`{call.name}` with {'a predicate' if newer else 'an array'} needs Argo 1.10",
                hint="`sum(map(xs, …))`, `any(xs, # > bound)` and `all` work everywhere",
            )


_RULES: tuple[Callable[[Tried], Iterator[Finding]], ...] = (
    _no_data_error,
    _passes(Kind.EMPTY, codes.NO_DATA_PASSES, "an empty result"),
    _passes(Kind.NAN, codes.NAN_PASSES, "NaN"),
    _passes(Kind.PARTIAL, codes.PARTIAL_PASSES, "an answer that Tempo calls PARTIAL"),
    _passes(Kind.SINGLE, codes.FEW_SAMPLES_PASS, "one request without an error"),
    _no_data_fails,
    _overlap,
    _gap,
    _series_ignored,
)
