"""Calls whose arguments Go would refuse when the alert fires."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from burnrules.gotemplate.functions import Signature
from burnrules.gotemplate.tree import Literal, Operand, Type


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a call, and in which argument (none: in the call)."""

    message: str
    hint: str = ""
    argument: Operand | None = None


_NUMBERS = frozenset((Type.FLOAT, Type.INT, Type.TEXT))
_BASIC = frozenset((Type.FLOAT, Type.INT, Type.TEXT, Type.BOOL))
_SIZED = frozenset((Type.TEXT, Type.LABELS, Type.MAP, Type.SAMPLES))
_COMPARISONS = frozenset(("eq", "ne", "lt", "le", "gt", "ge"))
_HINTS = {
    (Type.TEXT, Type.FLOAT): 'make text of it: (printf "%.2f" $value)',
    (Type.TEXT, Type.INT): "put it in quotes",
    (Type.SAMPLE, Type.SAMPLES): "take one sample: ... | first | ...",
    (Type.SAMPLES, Type.TEXT): 'ask with query "..." first',
}


def problems(
    name: str, signature: Signature, types: list[Type], arguments: tuple[Operand, ...]
) -> Iterator[Wrong]:
    """Everything that is certainly wrong with a call."""
    if not signature.fits(len(types)):
        noun = "argument" if signature.wants == "1" else "arguments"
        yield Wrong(f"`{name}` takes {signature.wants} {noun}; got {len(types)}", _usage(name))
        return
    for index, given in enumerate(types):
        argument = arguments[index] if index < len(arguments) else None
        wanted = signature.wanted(index)
        if not _fits(given, wanted):
            message = f"`{name}` needs {wanted.value} here; got {given.value}"
            yield Wrong(message, _HINTS.get((wanted, given), _usage(name)), argument)
    if name in _COMPARISONS:
        yield from _comparison(name, types, arguments)
    elif name == "printf":
        yield from _printf(types, arguments)
    elif name in ("len", "index"):
        yield from _sized(name, types, arguments)


def gives(name: str, signature: Signature, types: list[Type]) -> Type:
    """The type of what a call gives."""
    if name in ("and", "or"):
        return types[0] if len(set(types)) == 1 else Type.ANY
    if name == "index" and len(types) > 1 and types[0] in (Type.LABELS, Type.MAP):
        return Type.TEXT
    if name == "index" and len(types) > 1 and types[0] is Type.SAMPLES:
        return Type.SAMPLE
    return signature.gives


def _usage(name: str) -> str:
    return _USAGE.get(name, "arguments stand behind the function; a value before | is the last")


_USAGE = {
    "query": 'write {{ query "up" }}',
    "label": 'write {{ label "name" (query "..." | first) }}',
    "reReplaceAll": 'write {{ reReplaceAll "regex" "by" $labels.name }}',
    "match": "write {{ match `regex` $labels.name }}",
    "humanize": "write {{ $value | humanize }}",
    "humanizePercentage": "write {{ $value | humanizePercentage }}",
    "humanizeDuration": "write {{ $value | humanizeDuration }}",
}


def _fits(given: Type, wanted: Type) -> bool:
    if Type.ANY in (given, wanted) or given is wanted:
        return True
    return wanted is Type.NUMBER and given in _NUMBERS


def _comparison(name: str, types: list[Type], arguments: tuple[Operand, ...]) -> Iterator[Wrong]:
    for index, second in enumerate(types[1:], 1):
        argument = arguments[index] if index < len(arguments) else None
        if {types[0], second} <= _BASIC and types[0] is not second:
            message = f"`{name}` cannot compare {types[0].value} with {second.value}"
            hint = (
                "give the number a point, as in 1.0"
                if {types[0], second} == {Type.FLOAT, Type.INT}
                else ""
            )
            yield Wrong(message, hint or "compare values of one type", argument)


def _sized(name: str, types: list[Type], arguments: tuple[Operand, ...]) -> Iterator[Wrong]:
    first = arguments[0] if arguments else None
    if types[0] is not Type.ANY and types[0] not in _SIZED:
        yield Wrong(
            f"`{name}` needs text, a mapping or a list; got {types[0].value}",
            "give it $labels or the result of a query",
            first,
        )
    keyed = name == "index" and len(types) > 1 and types[0] in (Type.LABELS, Type.MAP)
    if keyed and types[1] not in (Type.TEXT, Type.ANY):
        yield Wrong(
            "labels are read by name",
            'write {{ index $labels "name" }}',
            arguments[1] if len(arguments) > 1 else None,
        )


_VERB = re.compile(r"%[-+# 0]*(?:[0-9]+)?(?:\.[0-9]*)?([a-zA-Z%*\[])")
_ACCEPTS = {
    Type.FLOAT: frozenset("vTeEfFgGbxX"),
    Type.INT: frozenset("vTbcdoOqxXU"),
    Type.TEXT: frozenset("vTsqxX"),
    Type.BOOL: frozenset("vTt"),
}
_VERBS = {Type.FLOAT: "%.2f", Type.INT: "%d", Type.TEXT: "%s", Type.BOOL: "%t"}


def _printf(types: list[Type], arguments: tuple[Operand, ...]) -> Iterator[Wrong]:
    form = arguments[0].term if arguments else None
    if not isinstance(form, Literal) or form.type is not Type.TEXT:
        return
    verbs = [found[1] for found in _VERB.finditer(form.value) if found[1] != "%"]
    if "*" in verbs or "[" in verbs:
        return
    if len(verbs) != len(types) - 1:
        yield Wrong(
            f"`printf` has verbs for {len(verbs)} values; got {len(types) - 1}",
            "one verb for each value; %% for a percent sign",
            arguments[0],
        )
        return
    for verb, given in zip(verbs, types[1:], strict=True):
        if given in _ACCEPTS and verb not in _ACCEPTS[given]:
            yield Wrong(
                f"`%{verb}` cannot print {given.value}", f"write {_VERBS[given]}", arguments[0]
            )
