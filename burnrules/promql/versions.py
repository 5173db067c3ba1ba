"""What in a query not every Prometheus from 2.42 to the newest 3 reads."""

from collections.abc import Iterable, Iterator

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import shown
from burnrules.promql import functions, tree
from burnrules.promql.finding import at
from burnrules.promql.functions import Newcomer
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.tree import Aggregate, Binary, Call, Literal, Node, Selector


def newer(node: Node) -> Iterator[Finding]:
    """Functions, aggregators and syntax that some Prometheus refuses."""
    for found, _ in tree.walk(node):
        match found:
            case Call():
                yield from _function(found.name)
            case Aggregate():
                yield from _newcomer(found.name, functions.NEW_AGGREGATORS)
                yield from _quoted(found.grouping.written if found.grouping else ())
            case Binary():
                yield from _modifiers(found)
            case Literal():
                yield from _literal(found.token)
            case Selector():
                yield from _quoted(m.quoted for m in found.matchers if m.quoted)
            case _:
                pass


def _modifiers(found: Binary) -> Iterator[Finding]:
    for modifier in found.modifiers:
        if isinstance(modifier, Token):
            yield from _newcomer(modifier, functions.NEW_WORDS)
        else:
            yield from _quoted(modifier.written)


def _function(name: Token) -> Iterator[Finding]:
    if renamed := functions.GONE.get(name.text):
        said = f"Prometheus 3 has no `{name.text}`: it is `{renamed}` there"
        yield at(name, codes.TOO_NEW, said, "use `avg_over_time` or `predict_linear`")
    yield from _newcomer(name, functions.NEW_FUNCTIONS)


def _newcomer(name: Token, table: dict[str, Newcomer]) -> Iterator[Finding]:
    if newcomer := table.get(name.text.lower()):
        said = f"`{name.text}` {newcomer.reason}"
        hint = newcomer.instead or f"rules are made for Prometheus {functions.OLDEST} and later"
        yield at(name, codes.TOO_NEW, said, hint)


def _literal(token: Token) -> Iterator[Finding]:
    if token.kind is Kind.DURATION:
        said = f"`{shown(token.text)}` as a number needs Prometheus 2.54"
        yield at(token, codes.TOO_NEW, said, "write it in seconds")


def _quoted(names: Iterable[Token]) -> Iterator[Finding]:
    for name in names:
        if name.kind is Kind.STRING:
            said = f"the quoted name {shown(name.text)} needs Prometheus 3"
            hint = "write the name with `_` for each character that is not a letter or digit"
            yield at(name, codes.TOO_NEW, said, hint)
