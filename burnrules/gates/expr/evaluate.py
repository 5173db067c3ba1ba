"""A condition and a result to what Argo makes of them.

Values are float64 in Argo, so they are floats here: NaN and the infinities are what it is about.
"""

import math
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any, assert_never

from burnrules.gates.expr import tree
from burnrules.gates.expr.builtins import (
    FUNCTIONS,
    Absent,
    Refused,
    Unfamiliar,
    boolean,
    floating,
    number,
    sequence,
)
from burnrules.gates.expr.tree import Node


class Outcome(Enum):
    """What evaluating a condition gives."""

    TRUE = "true"
    FALSE = "false"
    ERROR = "error"
    UNKNOWN = "unknown"


def outcome(condition: Node, result: Any) -> Outcome:
    """What a condition says of a result; `UNKNOWN` where it uses what is not modelled."""
    try:
        found = _value(condition, {"result": result})
    except (Refused, OverflowError, ZeroDivisionError):
        return Outcome.ERROR
    except (Unfamiliar, TypeError, ValueError):
        return Outcome.UNKNOWN  # values that no provider gives: a list as a key, a root of -1
    if not isinstance(found, bool):
        return Outcome.ERROR
    return Outcome.TRUE if found else Outcome.FALSE


_Scope = Mapping[str, Any]


def _value(node: Node, scope: _Scope) -> Any:  # noqa: C901, PLR0911, PLR0912 - one case a node
    match node:
        case tree.Literal(value):
            return value
        case tree.Name(name):
            return _named(name, scope)
        case tree.Element():
            return _named("#", scope)
        case tree.Member():
            return _member(node, scope)
        case tree.Slice():
            return _slice(node, scope)
        case tree.Call():
            return _call(node, scope)
        case tree.Closure(body):
            return _value(body, scope)
        case tree.Unary():
            return _unary(node, scope)
        case tree.Binary():
            return _binary(node, scope)
        case tree.Choice(test, then, otherwise):
            holds = boolean(_value(test, scope))
            _compiled(otherwise if holds else then, scope)
            return _value(then if holds else otherwise, scope)
        case tree.Let(name, value, body):
            return _value(body, {**scope, name: _value(value, scope)})
        case tree.Array(items):
            return [_value(item, scope) for item in items]
        case tree.Map(pairs):
            return {_value(key, scope): _value(value, scope) for key, value in pairs}
        case _:
            assert_never(node)


def _named(name: str, scope: _Scope) -> Any:
    if name not in scope:
        raise Refused(name)
    return scope[name]


def _member(node: tree.Member, scope: _Scope) -> Any:
    of, key = _value(node.of, scope), _value(node.key, scope)
    if of is None and node.optional:
        return None
    if isinstance(of, dict):
        return of.get(key)
    found = sequence(of)
    index = number(key)
    if isinstance(index, float):
        raise Refused(key)
    if not -len(found) <= index < len(found):
        raise Absent(key)
    return found[index]


def _slice(node: tree.Slice, scope: _Scope) -> Any:
    of = _value(node.of, scope)
    low, high = (
        None if n is None else int(number(_value(n, scope))) for n in (node.low, node.high)
    )
    return of[low:high] if isinstance(of, str) else list(sequence(of)[low:high])


def _unary(node: tree.Unary, scope: _Scope) -> Any:
    operand = _value(node.operand, scope)
    if node.operator == "!":
        return not boolean(operand)
    return -number(operand) if node.operator == "-" else number(operand)


def _binary(node: tree.Binary, scope: _Scope) -> Any:
    left = _value(node.left, scope)
    match node.operator:
        case "and" if not boolean(left):
            _compiled(node.right, scope, boolean)
            return False
        case "or" if boolean(left):
            _compiled(node.right, scope, boolean)
            return True
        case "and" | "or":
            return boolean(_value(node.right, scope))
        case "??":
            _compiled(node.right, scope)
            return _value(node.right, scope) if left is None else left
        case _:
            return _strict(node.operator, left, _value(node.right, scope))


def _compiled(node: Node, scope: _Scope, kind: Callable[[Any], Any] = repr) -> None:
    """Refuses what expr refuses before it runs: types that do not fit, in a branch not taken."""
    if isinstance(scope["result"], dict):
        return  # what a map holds has no type before it is read
    with suppress(Absent, OverflowError):
        kind(_value(node, scope))


def _strict(sign: str, left: Any, right: Any) -> Any:
    match sign:
        case "==":
            return _equal(left, right)
        case "!=":
            return not _equal(left, right)
        case "in":
            return any(left == one for one in _container(right))
        case "+" if isinstance(left, str):
            return left + _text(right)
        case _:
            return _compared(sign, left, right)


def _compared(sign: str, left: Any, right: Any) -> Any:
    if sign in _TEXTS:
        return _TEXTS[sign](_text(left), _text(right))
    if sign in _ORDERS and isinstance(left, str):
        return _ORDERS[sign](left, _text(right))
    if sign == "/":
        return _divided(number(left), number(right))
    if sign == "%" and isinstance(left, float) | isinstance(right, float):
        raise Refused(left)
    if sign not in _NUMBERS:
        raise Unfamiliar(sign)
    return _NUMBERS[sign](number(left), number(right))


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    return math.nan if math.isnan(left) or not left else math.copysign(math.inf, left)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, list | dict) is not isinstance(right, list | dict):
        raise Refused(left)  # expr refuses to compare an array with a number
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _container(value: Any) -> Any:
    return value if isinstance(value, dict) else sequence(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(value)
    return value


_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    **_ORDERS,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": operator.mod,
    "**": math.pow,
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda left, right: right in left,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
}


def _call(node: tree.Call, scope: _Scope) -> Any:
    if node.name in _RAW:
        return _RAW[node.name](node, scope)
    if node.name in _CLOSURES and len(node.args) == 2:
        return _over(node, scope)
    if node.name not in FUNCTIONS:
        raise Unfamiliar(node.name)
    try:
        return FUNCTIONS[node.name](*(_value(arg, scope) for arg in node.args))
    except TypeError:
        raise Refused(node.name) from None


def _over(node: tree.Call, scope: _Scope) -> Any:
    found = sequence(_value(node.args[0], scope))
    mapped = [_value(node.args[1], {**scope, "#": element}) for element in found]
    return _CLOSURES[node.name](list(found), mapped)


def _float_check(check: Callable[[float], bool]) -> Callable[[tree.Call, _Scope], bool]:
    def checked(node: tree.Call, scope: _Scope) -> bool:
        if len(node.args) != 1:
            raise Refused(node.name)
        value = _value(node.args[0], scope)
        if any(isinstance(node.args[0], kind) for kind in (tree.Literal, tree.Unary)):
            return check(number(value))  # expr makes a written integer a float64 where one is due
        return check(floating(value))

    return checked


def _is_nil(_: tree.Call, scope: _Scope) -> bool:
    return scope["result"] is None  # Argo's isNil and default test the result, not their argument


def _default(node: tree.Call, scope: _Scope) -> Any:
    if scope["result"] is not None:
        return scope["result"]
    return _value(node.args[-1], scope) if node.args else None


_RAW: dict[str, Callable[[tree.Call, _Scope], Any]] = {
    "isNil": _is_nil,
    "default": _default,
    "isNaN": _float_check(math.isnan),
    "isInf": _float_check(math.isinf),
}
_CLOSURES: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "all": lambda _, held: all(map(boolean, held)),
    "any": lambda _, held: any(map(boolean, held)),
    "none": lambda _, held: not any(map(boolean, held)),
    "one": lambda _, held: sum(map(boolean, held)) == 1,
    "count": lambda _, held: sum(map(boolean, held)),
    "filter": lambda found, held: [x for x, kept in zip(found, held, strict=True) if boolean(kept)],
    "find": lambda found, held: next(
        (x for x, kept in zip(found, held, strict=True) if boolean(kept)), None
    ),
    "map": lambda _, held: held,
    "sum": lambda _, held: sum(map(number, held)),
}
