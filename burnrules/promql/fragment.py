"""Checks of a query that a user wrote, each with its place, cause and fix."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import Severity
from burnrules.promql import (
    bind,
    functions,
    inversion,
    labels,
    lexer,
    parse,
    syntax,
    traps,
    tree,
    versions,
    windows,
)
from burnrules.promql.finding import at
from burnrules.promql.lexer import Kind
from burnrules.promql.tree import Aggregate, Binary, Call, Matcher, Node, Selector, Type
from burnrules.promql.uses import Role, Use
from burnrules.promql.windows import Rate

__all__ = ["Fragment", "Rate", "Role", "Use", "check", "pair"]


class Fragment(NamedTuple):
    """A query that may become part of a rule."""

    text: str
    """As written, without comments; strings in double quotes."""
    bare: bool
    """Whether it is a selector without function, range or operator."""
    rate: Rate
    groups: frozenset[str] | None
    """The labels of the aggregation at its root; None where they are not known exactly."""
    metrics: tuple[str, ...]
    """Every metric it reads, in the order of the text."""
    matchers: tuple[Matcher, ...]
    """The matchers of a bare selector, without its name."""
    over: frozenset[str]
    """The functions that read its ranges: `rate`, `sum_over_time`."""

    @property
    def template(self) -> bind.Template:
        """The query, to be filled with windows."""
        return bind.template(self.text)


def check(
    text: str, use: Use, *, role: Role = Role.VALUE, groups: Sequence[str] = ()
) -> tuple[Fragment | None, tuple[Finding, ...]]:
    """A query as a fragment, unless it has an error, and all that is to be said of it."""
    node = syntax.read(text)
    if isinstance(node, Finding):
        return None, (node,)
    found = [*_meant(node, use), *_counted(node, use, role), *_grouped(node, groups)]
    found += [*versions.newer(node), *windows.pinned(node), *syntax.asides(text)]
    ordered = tuple(sorted(dict.fromkeys(found), key=lambda f: (f.start, f.end, f.code.id)))
    if any(finding.code.severity is Severity.ERROR for finding in ordered):
        return None, ordered
    return _fragment(text, node), ordered


def pair(errors: Fragment, total: Fragment) -> tuple[Finding, ...]:
    """What keeps two queries of one ratio from fitting; offsets are those of `errors.text`."""
    return tuple(_unfit(errors, total))


def _unfit(errors: Fragment, total: Fragment) -> Iterator[Finding]:
    whole = (0, len(errors.text))
    if _spaceless(errors.text) == _spaceless(total.text):
        said = "errors and total are the same query: the error ratio is always 100 %"
        yield Finding(codes.SAME_QUERY, *whole, said, "match the errors in one of them")
    if None not in (errors.groups, total.groups) and errors.groups != total.groups:
        said = f"groups by {_listed(errors.groups)}, total by {_listed(total.groups)}"
        hint = "group both by the same labels"
        yield Finding(codes.GROUPED_DIFFERENTLY, *whole, said, hint)
    counted = {errors.rate, total.rate} - {Rate.NONE}
    if len(counted) == 2:
        said = f"counts {errors.rate.value}, total {total.rate.value}"
        yield Finding(codes.RATES_MIXED, *whole, said, "use `rate` in both, or `increase` in both")


def _listed(groups: frozenset[str] | None) -> str:
    return "`" + ", ".join(sorted(groups)) + "`" if groups else "nothing"


def _spaceless(text: str) -> str:
    return " ".join(token.text for token in lexer.code(text))


def _fragment(text: str, node: Node) -> Fragment:
    written = _clean(text)
    by = tree.aggregates(node)
    matchers = node.matchers if isinstance(node, Selector) else ()
    named = [found.metric for found, _ in tree.selectors(node) if found.metric]
    return Fragment(
        text=written,
        bare=isinstance(node, Selector),
        rate=next(iter(windows.rates(node)), Rate.NONE),
        groups=None if by is None else frozenset(by.labels),
        metrics=tuple(dict.fromkeys(named)),
        matchers=tuple(m for m in matchers if m.label != "__name__"),
        over=windows.readers(node),
    )


def _clean(text: str) -> str:
    """The query without comments, its strings as promql_parser reads them."""
    for token in reversed(lexer.tokens(text)):
        if token.kind is Kind.COMMENT:
            text = text[: token.start].rstrip(" \t") + text[token.end :]
    return parse.plain(text).strip()


def _meant(node: Node, use: Use) -> Iterator[Finding]:
    """The type and ranges that a use wants."""
    if use is Use.SELECTOR:
        yield from _selector(node)
        return
    if wrong := next(_typed(node), None):
        yield wrong
        return
    match use:
        case Use.INSTANT:
            yield from windows.fixed(node)
        case Use.EVENTS if isinstance(node, Selector):
            pass
        case _:
            yield from windows.varying(node)
            yield from windows.shifted(node)


def _typed(node: Node) -> Iterator[Finding]:
    kind = tree.root_type(node)
    if kind is Type.MATRIX:
        said = "a range vector cannot be recorded; a function is missing around it"
        yield at(node, codes.NOT_A_VECTOR, said, "write e.g. `rate(metric[$window])`")
    elif kind is not Type.VECTOR:
        said = f"this is {kind.value}; an instant vector is expected"
        yield at(node, codes.NOT_A_VECTOR, said, "write a query that reads a metric")


def _selector(node: Node) -> Iterator[Finding]:
    if isinstance(node, Selector):
        return
    kinds = {tree.Range: "a range", tree.Shift: "`offset` or `@`", tree.Literal: "a literal"}
    said = kinds.get(type(node), "an expression")
    if isinstance(node, Call | Aggregate):
        said = f"`{node.name.text}(...)`"
    hint = 'write metric{label="x"} alone: ranges and functions are added'
    yield at(node, codes.NOT_A_SELECTOR, f"a selector is expected; got {said}", hint)


def _counted(node: Node, use: Use, role: Role) -> Iterator[Finding]:
    """Whether a query counts what its role says."""
    yield from traps.spellings(node)
    if use in (Use.EVENTS, Use.RAW):
        yield from traps.traps(node)
        yield from traps.never_positive(node)
    if role is Role.ERRORS:
        yield from inversion.good_as_errors(node)
    elif role is Role.GOOD:
        yield from inversion.errors_as_good(node)
    if use is Use.EVENTS and not isinstance(node, Selector):
        yield from _events(node)


def _events(node: Node) -> Iterator[Finding]:
    counted = windows.rates(node)
    if {Rate.PER_SECOND, Rate.PER_WINDOW} <= counted.keys():
        late = max(counted[Rate.PER_SECOND], counted[Rate.PER_WINDOW], key=lambda c: c.start)
        said = "the query counts per second and per window at once"
        hint = "use `rate` throughout, or `increase` throughout"
        yield at(late, codes.RATES_MIXED, said, hint)
    call = counted.get(Rate.NONE)
    if call and len(counted) == 1 and call.name.text in functions.FUNCTIONS:
        said = f"`{call.name.text}` counts no events"
        yield at(call, codes.NOT_COUNTED, said, "use `rate`, `increase` or `count_over_time`")
    root = tree.bare(node)
    if isinstance(root, Aggregate) and root.op in _NO_TOTALS:
        said = f"`{root.op}` of counts is no count"
        yield at(root.name, codes.NOT_COUNTED, said, "write `sum`")
    if isinstance(root, Binary) and root.op.text == "/" and _is_ratio(root):
        hint = "give its two sides as `errors` and `total`, or use an SLI of kind `raw`"
        yield at(root, codes.RATIO_AS_EVENTS, "this is a ratio, not a number of events", hint)


_NO_TOTALS = frozenset({"avg", "max", "min", "quantile", "stddev", "stdvar"})


def _is_ratio(root: Binary) -> bool:
    return all(tree.root_type(side) is Type.VECTOR for side in (root.left, root.right))


def _grouped(node: Node, groups: Sequence[str]) -> Iterator[Finding]:
    """Labels that a budget is kept by, and that the query drops."""
    carried = labels.carried(node)
    for label in groups:
        if not carried.has(label):
            dropper = _dropper(node, label)
            said = f"the query drops `{label}`, and the SLO is grouped by it"
            yield at(dropper, codes.LABEL_DROPPED, said, _regrouped(dropper, label))


def _dropper(node: Node, label: str) -> Node | tree.LabelList:
    """The outermost aggregation that loses a label; the whole query where it is another's doing."""
    for found, _ in tree.walk(node):
        if isinstance(found, Aggregate) and not labels.carried(found).has(label):
            inner = labels.carried(found.args[-1])
            if inner.has(label) and found.op not in functions.SELECTING:
                return found.grouping or found
    return node


def _regrouped(dropper: Node | tree.LabelList, label: str) -> str:
    match dropper:
        case tree.LabelList(word="by"):
            return f"write `by ({', '.join((*dropper.labels, label))})`"
        case tree.LabelList():
            return f"leave `{label}` out of `without (...)`"
        case Aggregate():
            return f"write `{dropper.name.text} by ({label}) (...)`"
        case _:
            return "keep the label, or leave it out of `groupBy`"
