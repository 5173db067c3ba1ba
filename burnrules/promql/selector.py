"""Tokens of a vector selector, from its braces on, to a node of the tree."""

from burnrules.diagnostics import shown
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.reader import Reader, UnexpectedError, never_closed
from burnrules.promql.strings import unquoted
from burnrules.promql.tree import Matcher, Selector


def selector(reader: Reader, name: str) -> Selector:
    """The selector of a metric whose name is read already, or of none."""
    start = reader.end - len(name) if name else 0
    if reader.text != "{":
        return Selector(name, (), start, reader.end)
    opening = reader.take()
    found: list[Matcher] = []
    while reader.text != "}":
        if found and reader.text != ",":
            raise _between_matchers(reader, opening)
        if found:
            reader.take()
        if reader.text != "}" or not found:
            found.append(_matcher(reader, opening))
    reader.take()
    begin = start if name else opening.start
    return Selector(name, tuple(found), begin, reader.end, opening.end)


def _between_matchers(reader: Reader, opening: Token) -> UnexpectedError:
    if reader.next is None or reader.text in (")", "]"):
        return never_closed(opening)
    if reader.word == "or":
        return reader.unexpected("`,` or `}` is expected", "`or` in braces is MetricsQL")
    return reader.unexpected("`,` or `}` is expected", 'matchers look like {a="b",c="d"}')


_MATCHING = ("=", "!=", "=~", "!~")


def _matcher(reader: Reader, opening: Token) -> Matcher:
    label = reader.next
    if label is None:
        raise never_closed(opening)
    if label.kind not in (Kind.NAME, Kind.STRING):
        raise reader.unexpected("a label is expected", 'matchers look like {a="b",c="d"}')
    reader.take()
    if ":" in label.text and label.kind is Kind.NAME:
        said = f"a label has no `:`; got `{shown(label.text)}`"
        raise UnexpectedError(label.start, label.end, said, "colons stand in metric names only")
    quoted = label if label.kind is Kind.STRING else None
    if quoted and reader.text in (",", "}"):
        return Matcher("__name__", "=", unquoted(label.text), label.start, label.end, quoted)
    if reader.text not in _MATCHING:
        raise reader.unexpected(f"`=`, `!=`, `=~` or `!~` is expected after `{shown(label.text)}`")
    operator = reader.take()
    literal = reader.next
    if literal is None or literal.kind is not Kind.STRING:
        raise reader.unexpected("a quoted value is expected", f'e.g. {shown(label.text)}="value"')
    reader.take()
    name = unquoted(label.text) if quoted else label.text
    value = unquoted(literal.text)
    return Matcher(name, operator.text, value, label.start, literal.end, quoted)
