"""The ranges of a query: where the window stands, and what a query counts by."""

from collections.abc import Iterator
from enum import Enum

from burnrules import durations
from burnrules.codes import Code, Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import shown
from burnrules.promql import functions, tree
from burnrules.promql.finding import at
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.tree import Call, Node, Range, Shift, Wrapped


class Rate(Enum):
    """What a number of events is counted by."""

    PER_SECOND = "per second"
    PER_WINDOW = "per window"
    NONE = "neither"


def durations_written(node: Node) -> Iterator[Finding]:
    """Ranges, steps and offsets that not every Prometheus reads as a duration."""
    for found, _ in tree.walk(node):
        if isinstance(found, Range):
            yield from _duration(found.window, found, missing="`[ ]` holds no duration")
            if found.step:
                yield from _duration(found.step, found, missing="")
        elif isinstance(found, Shift) and found.word.text != "@":
            amount = tuple(token for token in found.amount if token.text not in "+-")
            yield from _duration(amount, found, missing="`offset` needs a duration")


def _duration(tokens: tuple[Token, ...], around: Node, *, missing: str) -> Iterator[Finding]:
    if not tokens:
        yield at(around, codes.NOT_PROMQL, missing, "e.g. `[$window]`")
        return
    first, last = tokens[0], tokens[-1]
    text = " ".join(token.text for token in tokens)
    if len(tokens) == 1 and first.kind is Kind.WINDOW:
        return
    if len(tokens) == 1 and first.kind is Kind.DURATION:
        yield from _written(first)
        return
    code, said, hint = _not_a_duration(tokens, shown(text))
    yield Finding(code, first.start, last.end, said, hint)


def _written(token: Token) -> Iterator[Finding]:
    length = durations.parse(token.text)
    if length is None:
        said = f"`{shown(token.text)}` is not a duration"
        yield at(token, codes.NOT_PROMQL, said, "units fall, each once: 1h30m; 100y at most")
    elif length.milliseconds == 0:
        yield at(token, codes.NOT_PROMQL, "a duration of 0 holds no sample", "e.g. `[$window]`")


def _not_a_duration(tokens: tuple[Token, ...], text: str) -> tuple[Code, str, str]:
    if len(tokens) == 1 and tokens[0].kind is Kind.NUMBER:
        said = f"`{text}` has no unit; that needs Prometheus 2.54"
        return codes.TOO_NEW, said, f"write `{text}s`"
    if any(token.kind is Kind.OPERATOR or token.text == "(" for token in tokens):
        said = f"`{text}` is a duration expression; that needs Prometheus 3.4"
        return codes.TOO_NEW, said, "write the duration itself"
    said = f"`{text}` is not a duration"
    return codes.NOT_PROMQL, said, "write digits and a unit without a space: 30s, 5m, 1h30m"


def says_window(found: Range) -> bool:
    """Whether a range is `[$window]`, with or without a step."""
    return found.window[:1] != () and found.window[0].kind is Kind.WINDOW


def varying(node: Node) -> Iterator[Finding]:
    """What keeps a query from varying by the window, as `events` and `raw` must."""
    ranges = [(found, around) for found, around in tree.walk(node) if isinstance(found, Range)]
    for found, around in ranges:
        # `avg_over_time(rate(x[5m])[$window:1m])`: the outer range decides.
        if not says_window(found) and not any(isinstance(outer, Range) for outer in around):
            yield _fixed(found)
    yield from _steps(ranges)
    if not ranges:
        said = "the query says nothing of its window"
        yield at(node, codes.NO_WINDOW, said, "write the range as `metric[$window]`")


def _fixed(found: Range) -> Finding:
    text = "".join(token.text for token in found.window)
    said = f"fixed range `[{shown(text)}]`: every window would read the same data"
    step = "".join(token.text for token in found.step or ())
    hint = "write `[$window]`" if found.step is None else f"write `[$window:{shown(step)}]`"
    return Finding(codes.FIXED_RANGE, found.bracket, found.end, said, hint)


def _steps(ranges: list[tuple[Range, tuple[Node, ...]]]) -> Iterator[Finding]:
    for found, _ in ranges:
        for token in found.step or ():
            if token.kind is Kind.WINDOW:
                said = "`$window` is the range of a subquery, never its step"
                yield at(token, codes.WINDOW_MISPLACED, said, "write `[$window:1m]`")


def fixed(node: Node) -> Iterator[Finding]:
    """`$window` in a query that is evaluated as it stands."""
    for found, _ in tree.walk(node):
        for token in (*found.window, *(found.step or ())) if isinstance(found, Range) else ():
            if token.kind is Kind.WINDOW:
                said = "this query is evaluated as it stands and knows no `$window`"
                yield at(token, codes.WINDOW_MISPLACED, said, "write a duration, e.g. `[5m]`")


def shifted(node: Node) -> Iterator[Finding]:
    """`offset` and `@` in a query that an SLO lives on."""
    for found, _ in tree.walk(node):
        if isinstance(found, Shift):
            start, end = found.word.start, found.end
            if found.word.text != "@":
                said, hint = "`offset` reads the past: alerts come late by it", "leave it out"
                yield Finding(codes.SHIFTED, start, end, said, hint)
            elif _relative(found):
                said, hint = "`@` changes nothing in a rule", "leave it out"
                yield Finding(codes.SHIFTED, start, end, said, hint)


def pinned(node: Node) -> Iterator[Finding]:
    """`@` with a time: no query of a rule may hold one."""
    for found, _ in tree.walk(node):
        if isinstance(found, Shift) and found.word.text == "@" and not _relative(found):
            said = "`@` with a fixed time reads the same data for ever"
            yield Finding(codes.FIXED_TIME, found.word.start, found.end, said, "leave it out")


def _relative(found: Shift) -> bool:
    return found.amount[0].text.lower() in ("start", "end")


def rates(node: Node) -> dict[Rate, Call]:
    """What the ranges of a query are counted by, each with the first function that says so."""
    counted: dict[Rate, Call] = {}
    for call, of in _read(node):
        counted.setdefault(_rate(call, of), call)
    return counted


def readers(node: Node) -> frozenset[str]:
    """The functions that read the ranges of a query."""
    return frozenset(call.name.text for call, _ in _read(node))


def _read(node: Node) -> Iterator[tuple[Call, Range]]:
    for found, around in tree.walk(node):
        outer = next((o for o in reversed(around) if not isinstance(o, Shift | Wrapped)), None)
        if isinstance(found, Range) and isinstance(outer, Call):
            yield outer, found


def _rate(call: Call, of: Range) -> Rate:
    name = call.name.text
    if name in functions.PER_SECOND:
        return Rate.PER_SECOND
    if name in functions.PER_WINDOW:
        return Rate.PER_WINDOW
    # The average of a rate that was recorded, or is taken by a subquery, is a rate.
    inner = [found for found, _ in tree.selectors(of)]
    recorded = all(":" in found.metric for found in inner)
    nested = any(isinstance(found, Call) for found, _ in tree.walk(of))
    return Rate.PER_SECOND if name == "avg_over_time" and (recorded or nested) else Rate.NONE
