"""PromQL tokens to a tree with positions, or the first place where they stop being PromQL."""

from collections.abc import Callable
from typing import TypeVar

from burnrules.diagnostics import Problem, shown
from burnrules.promql import functions
from burnrules.promql.lexer import Kind, Token, code
from burnrules.promql.reader import Reader, UnexpectedError, never_closed
from burnrules.promql.selector import selector
from burnrules.promql.tree import (
    Aggregate,
    Binary,
    Call,
    LabelList,
    Literal,
    Node,
    Range,
    Selector,
    Shift,
    Type,
    Wrapped,
)

_Item = TypeVar("_Item")


def read(text: str) -> Node | Problem:
    """The tree of a query, no deeper than its brackets and operators (see `parse.too_large`)."""
    reader = Reader(code(text), len(text))
    try:
        node = _expression(reader, 0)
        if reader.next is not None:
            raise _after_expression(reader.next)
    except UnexpectedError as stopped:
        return stopped.problem
    return node


def _after_expression(token: Token) -> UnexpectedError:
    message = f"an operator is expected before `{shown(token.text)}`"
    hint = ""
    if token.text == "[":
        message, hint = "a range must follow a selector", "move `[...]` behind the metric"
    elif token.text == "=":
        message, hint = "`=` stands only between a label and its value", "to compare, write `==`"
    elif token.kind is Kind.CLOSE:
        message = f"`{token.text}` closes nothing"
    return UnexpectedError(token.start, token.end, message, hint)


_PRECEDENCE = (
    frozenset({"or"}),
    frozenset({"and", "unless"}),
    frozenset({"==", "!=", "<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%", "atan2"}),
    frozenset({"^"}),
)
_LEVEL = {operator: level for level, group in enumerate(_PRECEDENCE) for operator in group}
_POWER = _LEVEL["^"]
BINARY = frozenset(_LEVEL)


def _expression(reader: Reader, lowest: int) -> Node:
    left = _operand(reader)
    while (level := _LEVEL.get(reader.text.lower(), -1)) >= lowest:
        operator = reader.take()
        modifiers = _modifiers(reader)
        right = _expression(reader, level if level == _POWER else level + 1)
        left = Binary(operator, left, right, modifiers, left.start, right.end)
    return left


def _operand(reader: Reader) -> Node:
    if reader.text in ("+", "-"):
        sign = reader.take()
        inner = _expression(reader, _POWER)
        return Wrapped(inner, sign.text, sign.start, inner.end)
    return _suffixed(reader, _primary(reader))


_MATCHING_LISTS = frozenset({"group_left", "group_right", "ignoring", "on"})
_FILLS = frozenset({"fill", "fill_left", "fill_right"})


def _modifiers(reader: Reader) -> tuple[LabelList | Token, ...]:
    found: list[LabelList | Token] = []
    while True:
        if reader.word == "bool":
            found.append(reader.take())
        elif reader.word in _MATCHING_LISTS:
            found.append(_label_list(reader))
        elif reader.word in _FILLS and reader.second == "(":
            found.append(reader.take())
            _parenthesised(reader, _operand)
        else:
            return tuple(found)


def _label_list(reader: Reader) -> LabelList:
    word = reader.take()
    if reader.text == "(":
        labels = _parenthesised(reader, _label)
        return LabelList(word.text.lower(), labels, word.start, reader.end)
    if word.text.lower().startswith("group_"):
        return LabelList(word.text.lower(), (), word.start, word.end)
    raise reader.unexpected("`(` and labels are expected", f"e.g. `{word.text} (route)`")


def _label(reader: Reader) -> Token:
    if reader.next and reader.next.kind in (Kind.NAME, Kind.STRING):
        return reader.take()
    raise reader.unexpected("a label is expected")


def _parenthesised(reader: Reader, item: Callable[[Reader], _Item]) -> tuple[_Item, ...]:
    opening = reader.take()
    found: list[_Item] = []
    while reader.text != ")":
        if found and reader.text != ",":
            raise _unclosed(reader, opening)
        if found:
            reader.take()
        if found and item is _label and reader.text == ")":
            break
        if reader.next is None:
            raise _unclosed(reader, opening)
        found.append(item(reader))
    reader.take()
    return tuple(found)


def _unclosed(reader: Reader, opening: Token) -> UnexpectedError:
    if reader.next is None or reader.next.text in "]}":
        return never_closed(opening)
    if reader.text == "=":
        return _after_expression(reader.next)
    return reader.unexpected("`,` or `)` is expected")


def _argument(reader: Reader) -> Node:
    return _expression(reader, 0)


def _primary(reader: Reader) -> Node:
    token = reader.next
    if token is None:
        raise reader.unexpected("a metric, function or number is expected")
    if token.kind in _LITERALS or token.text.lower() in ("inf", "nan"):
        return _literal(reader.take())
    if token.kind is Kind.NAME:
        return _named(reader, token)
    if token.text == "{":
        return selector(reader, "")
    if token.text == "(":
        inner = _parenthesised(reader, _argument)
        if len(inner) == 1:
            return Wrapped(inner[0], "(", token.start, reader.end)
        raise UnexpectedError(token.start, reader.end, "one expression is expected in `( )`")
    if token.kind is Kind.CLOSE:
        raise _after_expression(token)
    raise reader.unexpected("a metric, function or number is expected")


_LITERALS = {
    Kind.NUMBER: Type.SCALAR,
    Kind.DURATION: Type.SCALAR,
    Kind.STRING: Type.STRING,
}


def _literal(token: Token) -> Literal:
    return Literal(token, token.start, token.end, _LITERALS.get(token.kind, Type.SCALAR))


def _named(reader: Reader, token: Token) -> Node:
    after = reader.second
    if reader.word in functions.AGGREGATORS and after in ("(", "by", "without"):
        return _aggregate(reader)
    if after != "(":
        return selector(reader, reader.take().text)
    if reader.word in functions.WORDS:
        raise reader.unexpected("a metric, function or number is expected")
    reader.take()
    args = _parenthesised(reader, _argument)
    return Call(token, args, token.start, reader.end)


def _aggregate(reader: Reader) -> Node:
    name = reader.take()
    grouping = _grouping(reader)
    if reader.text != "(":
        raise reader.unexpected(f"`(` is expected after `{name.text}`")
    args = _parenthesised(reader, _argument)
    if not args:
        raise UnexpectedError(name.start, reader.end, f"`{name.text}` has nothing to aggregate")
    grouping = grouping or _grouping(reader)
    return Aggregate(name, grouping, args, name.start, reader.end)


def _grouping(reader: Reader) -> LabelList | None:
    return _label_list(reader) if reader.word in ("by", "without") else None


def _suffixed(reader: Reader, node: Node) -> Node:
    while True:
        if reader.text == "[":
            node = _range(reader, node)
        elif reader.word == "offset" or reader.text == "@":
            word = reader.take()
            node = Shift(node, word, _amount(reader), node.start, reader.end)
        else:
            return node


def _range(reader: Reader, of: Node) -> Range:
    opening = reader.take()
    inside = _until_bracket(reader, opening)
    colons = [at for at, token in enumerate(inside) if token.text == ":"]
    if not colons and not isinstance(of, Selector | Shift):
        raise _after_expression(opening)
    until = colons[0] if colons else len(inside)
    step = tuple(inside[until + 1 :]) if colons else None
    return Range(of, tuple(inside[:until]), step, opening.start, of.start, reader.end)


def _until_bracket(reader: Reader, opening: Token) -> list[Token]:
    inside: list[Token] = []
    while reader.text != "]":
        if reader.next is None or reader.text in ("[", "{", "}"):
            raise never_closed(opening)
        inside.append(reader.take())
    reader.take()
    return inside


def _amount(reader: Reader) -> tuple[Token, ...]:
    found: list[Token] = []
    if reader.text in ("-", "+"):
        found.append(reader.take())
    if reader.next is None or reader.next.kind in (Kind.CLOSE, Kind.OPERATOR):
        raise reader.unexpected("a duration is expected after `offset`, a time after `@`")
    found.append(reader.take())
    if reader.text == "(":
        found += [reader.take(), reader.expect(")", "here")]
    return tuple(found)
