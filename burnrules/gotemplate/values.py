"""Pipelines to the types of what they give, and what in them cannot be."""

from dataclasses import dataclass
from typing import Literal as Words

from burnrules.codes import Code, Finding
from burnrules.codes import templates as codes
from burnrules.diagnostics import near, shown
from burnrules.gotemplate import calls, fields, functions
from burnrules.gotemplate.tree import (
    Command,
    Dot,
    Function,
    Group,
    Literal,
    Nil,
    Operand,
    Pipeline,
    Type,
    Variable,
)

Place = Words["label", "annotation"]


class Scope:
    """The variables of one template; blocks take away again what they declared."""

    __slots__ = ("_declared", "_types")

    def __init__(self, given: dict[str, Type]) -> None:
        self._types = {name: [type_] for name, type_ in given.items()}
        self._declared: list[str] = []

    def declare(self, name: str, type_: Type) -> None:
        self._types.setdefault(name, []).append(type_)
        self._declared.append(name)

    def find(self, name: str) -> Type | None:
        known = self._types.get(name)
        return known[-1] if known else None

    def names(self) -> set[str]:
        return {name for name, types in self._types.items() if types}

    def mark(self) -> int:
        return len(self._declared)

    def release(self, mark: int) -> None:
        while len(self._declared) > mark:
            self._types[self._declared.pop()].pop()


@dataclass(frozen=True, slots=True)
class Here:
    """Where a pipeline stands: its variables, its dot, and whether it only decides a branch."""

    scope: Scope
    dot: Type
    decides: bool = False


class Values:
    """The types of pipelines; collects what is wrong with them."""

    __slots__ = ("_assigned", "_labels", "_place", "found")

    def __init__(
        self, labels: frozenset[str] | None, place: Place, assigned: frozenset[str]
    ) -> None:
        self._labels, self._place, self._assigned = labels, place, assigned
        self.found: list[Finding] = []

    def say(self, code: Code, place: tuple[int, int], message: str, hint: str = "") -> Type:
        """Keep a finding; what it is about may be anything from here on."""
        self.found.append(Finding(code, place[0], place[1], message, hint))
        return Type.ANY

    def pipeline(self, pipeline: Pipeline, here: Here) -> Type:
        """The type of the last command; variables are declared by the caller's `declare`."""
        piped: Type | None = None
        for command in pipeline.commands:
            piped = self._command(command, piped, here)
        return piped or Type.ANY

    def declare(self, pipeline: Pipeline, types: tuple[Type, ...], here: Here) -> None:
        """The targets of a pipeline as variables."""
        for target, type_ in zip(pipeline.targets, types, strict=False):
            if pipeline.assigns and here.scope.find(target.name) is None:
                self._undefined(target.name, (target.start, target.end), here)
            # Loops can run an assignment before a use that stands above it.
            here.scope.declare(target.name, Type.ANY if target.name in self._assigned else type_)

    def _command(self, command: Command, piped: Type | None, here: Here) -> Type:
        head, arguments = command.operands[0], command.operands[1:]
        given = [self._argument(one, here) for one in arguments]
        if isinstance(head.term, Function) and not head.fields:
            types = given if piped is None else [*given, piped]
            return self._call(head, arguments, types, here)
        if isinstance(head.term, Nil):
            return self._say_wrong(head, "`nil` cannot be written out", "leave the action out")
        type_ = self._argument(head, here)
        if (arguments or piped is not None) and not (type_ is Type.ANY and head.fields):
            return self._say_wrong(
                head, "only a function takes arguments", "put a function first, or a | behind it"
            )
        return type_

    def _say_wrong(self, operand: Operand, message: str, hint: str) -> Type:
        return self.say(codes.WRONG_ARGUMENTS, (operand.start, operand.end), message, hint)

    def _argument(self, operand: Operand, here: Here) -> Type:
        type_ = self._term(operand, here)
        for field in operand.fields:
            if type_ in functions.FIELDS and field.name == "Value":
                self._measured((operand.start, field.end), f"`.{field.name}`", here)
            read = fields.read(type_, field, self._labels)
            if read.code:
                self.say(read.code, (field.start, field.end), read.message, read.hint)
            type_ = read.type
        return type_

    def _term(self, operand: Operand, here: Here) -> Type:
        match operand.term:
            case Literal(type=type_):
                return type_
            case Dot():
                return here.dot
            case Nil():
                return Type.ANY
            case Variable(name=name):
                return self._variable(name, operand, here)
            case Function():
                return self._call(operand, (), [], here)
            case Group(pipeline=inner):
                type_ = self.pipeline(inner, here)
                self.declare(inner, (type_,), here)
                return type_

    def _variable(self, name: str, operand: Operand, here: Here) -> Type:
        place = (operand.start, operand.term_end)
        if name == "$value":
            self._measured(place, "`$value`", here)
        type_ = here.scope.find(name)
        return self._undefined(name, place, here) if type_ is None else type_

    def _undefined(self, name: str, place: tuple[int, int], here: Here) -> Type:
        hint = near(name, here.scope.names() - {"$"})
        if not hint and self._labels and name[1:] in self._labels:
            hint = f"did you mean `$labels.{name[1:]}`?"
        if not hint and name in functions.VARIABLES:
            hint = "a defined template sees only what is passed to it: pass . and write .Labels"
        hint = hint or f"there are {', '.join(sorted(functions.VARIABLES))}"
        return self.say(codes.UNDEFINED_VARIABLE, place, f"no variable `{shown(name)}`", hint)

    def _call(
        self, head: Operand, arguments: tuple[Operand, ...], types: list[Type], here: Here
    ) -> Type:
        name = head.term.name if isinstance(head.term, Function) else ""
        place = (head.start, head.term_end)
        signature = functions.SIGNATURES.get(name)
        if signature is None:
            return self._unknown(name, place)
        if name in ("value", "strvalue"):
            self._measured(place, f"`{name}`", here)
        if name == "query":
            hint = "record what it asks for, or bring it in through the alert's own expression"
            self.say(codes.QUERY, place, "`query` asks the server again at every evaluation", hint)
        for wrong in calls.problems(name, signature, types, arguments):
            at = place if wrong.argument is None else (wrong.argument.start, wrong.argument.end)
            self.say(codes.WRONG_ARGUMENTS, at, wrong.message, wrong.hint)
        if name == "index" and len(arguments) > 1 and types[0] is Type.LABELS:
            self._index(arguments[1])
        return calls.gives(name, signature, types)

    def _index(self, operand: Operand) -> None:
        if isinstance(operand.term, Literal) and operand.term.type is Type.TEXT:
            message, hint = fields.absent(operand.term.value, self._labels)
            if message:
                self.say(codes.NO_SUCH_LABEL, (operand.start, operand.end), message, hint)

    def _unknown(self, name: str, place: tuple[int, int]) -> Type:
        version = functions.newer(name)
        if version:
            hint = "rules must load in 2.42 and later; format with another function"
            message = f"function `{name}` needs Prometheus {version} or later"
        else:
            hint = functions.instead(name, self._labels)
            message = f"no function `{shown(name)}`"
        return self.say(codes.UNKNOWN_FUNCTION, place, message, hint)

    def _measured(self, place: tuple[int, int], what: str, here: Here) -> None:
        if self._place == "annotation":
            return
        if here.decides:
            hint = "a tier for each severity keeps them apart"
            self.say(codes.VALUE_DECIDES, place, f"{what} decides a label", hint)
            return
        hint = "write it in an annotation"
        self.say(codes.VALUE_IN_LABEL, place, f"{what} changes the label at every evaluation", hint)
