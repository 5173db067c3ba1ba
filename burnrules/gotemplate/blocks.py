"""Actions to findings: what opens and ends, which variables are known, what the dot is."""

from collections.abc import Iterable
from dataclasses import dataclass

from burnrules.codes import templates as codes
from burnrules.diagnostics import shown
from burnrules.gotemplate import functions
from burnrules.gotemplate.tree import Action, Pipeline, Type
from burnrules.gotemplate.values import Here, Scope, Values

_ELEMENT = {
    Type.SAMPLES: Type.SAMPLE,
    Type.LABELS: Type.TEXT,
    Type.MAP: Type.TEXT,
    Type.ANY: Type.ANY,
}


@dataclass(slots=True)
class _Frame:
    """An open block; `outer` is the frame around it."""

    action: Action
    scope: Scope
    dot: Type
    loops: int
    mark: int
    has_else: bool = False


class Walk:
    """One pass over the actions of a text."""

    __slots__ = ("_broken", "_frames", "_known", "_values")

    def __init__(self, values: Values, known: Iterable[str]) -> None:
        self._values = values
        self._known = frozenset(known)
        whole = Action(0, 0)
        scope = Scope({**functions.VARIABLES, "$": Type.DATA})
        self._frames = [_Frame(whole, scope, Type.DATA, 0, 0)]
        self._broken = False

    def action(self, action: Action) -> None:
        """Take one action into account."""
        if action.problem:
            self._broken = True
            self._syntax(
                action.problem.start,
                action.problem.end,
                action.problem.message,
                action.problem.hint,
            )
        match action.word:
            case "if" | "with" | "range":
                self._open(action)
            case "define" | "block":
                self._define(action)
            case "else":
                self._else(action)
            case "end":
                self._end(action)
            case "break" | "continue":
                self._leave(action)
            case "template":
                self._template(action)
            case _:
                self._output(action)

    def finish(self) -> None:
        """Say which block was never closed."""
        if len(self._frames) > 1 and not self._broken:
            open_ = self._frames[-1].action
            hint = "close it with {{ end }}"
            self._syntax(open_.start, open_.end, f"`{open_.word}` is not closed", hint)

    def _syntax(self, start: int, end: int, message: str, hint: str) -> None:
        self._values.say(codes.SYNTAX, (start, end), message, hint)

    def _pipeline(self, pipeline: Pipeline | None, word: str = "") -> Type:
        if pipeline is None:
            return Type.ANY
        frame = self._frames[-1]
        here = Here(frame.scope, frame.dot, word in ("if", "else"))
        type_ = self._values.pipeline(pipeline, here)
        types: tuple[Type, ...] = (type_,)
        if word == "range":
            type_ = self._element(type_, pipeline)
            types = (type_,) if len(pipeline.targets) == 1 else (Type.ANY, type_)
        self._values.declare(pipeline, types, here)
        return type_

    def _output(self, action: Action) -> None:
        type_ = self._pipeline(action.pipeline)
        if type_ in (Type.SAMPLES, Type.SAMPLE) and action.pipeline and not action.pipeline.targets:
            message = f"{type_.value} prints as an address in memory"
            self._values.say(
                codes.WRONG_ARGUMENTS, (action.start, action.end), message, "write | first | value"
            )

    def _element(self, of: Type, pipeline: Pipeline) -> Type:
        if of in _ELEMENT:
            return _ELEMENT[of]
        place = (pipeline.commands[0].start, pipeline.commands[-1].end)
        hint = 'range goes through labels or the result of query "..."'
        return self._values.say(
            codes.WRONG_ARGUMENTS, place, f"`range` cannot go through {of.value}", hint
        )

    def _open(self, action: Action) -> None:
        outer = self._frames[-1]
        mark = outer.scope.mark()
        type_ = self._pipeline(action.pipeline, action.word)
        dot = outer.dot if action.word == "if" else type_
        loops = outer.loops + (action.word == "range")
        self._frames.append(_Frame(action, outer.scope, dot, loops, mark))

    def _define(self, action: Action) -> None:
        if action.word == "define" and len(self._frames) > 1:
            hint = "move it in front of the text"
            self._syntax(action.start, action.end, "`define` cannot stand in a block", hint)
        dot = self._pipeline(action.pipeline)
        scope = Scope({"$": dot})
        self._frames.append(_Frame(action, scope, dot, 0, 0))

    def _else(self, action: Action) -> None:
        frame = self._frames[-1]
        word = frame.action.word
        if len(self._frames) == 1 or word in ("define", "block"):
            self._stray(action, "`else` belongs to no block", "open one with {{ if ... }}")
            return
        if frame.has_else:
            self._stray(action, f"`{word}` has an `else` already", "one `else`, as the last branch")
            return
        if action.then and word != "if":
            hint = "nest it: {{ else }}{{ if ... }}{{ end }}"
            self._stray(action, f"`{word}` has no `else if`", hint)
        frame.has_else = not action.then
        frame.dot, frame.loops = self._frames[-2].dot, self._frames[-2].loops
        self._pipeline(action.pipeline, "else")

    def _stray(self, action: Action, message: str, hint: str) -> None:
        if not self._broken:
            self._syntax(action.start, action.end, message, hint)

    def _end(self, action: Action) -> None:
        if len(self._frames) == 1:
            self._stray(action, "`end` closes nothing", "remove it, or open a block")
            return
        frame = self._frames.pop()
        frame.scope.release(frame.mark)

    def _leave(self, action: Action) -> None:
        if not self._frames[-1].loops:
            message = f"`{action.word}` stands outside of range"
            self._stray(action, message, "it leaves a {{ range }} only")

    def _template(self, action: Action) -> None:
        self._pipeline(action.pipeline)
        if not action.problem and action.name not in self._known:
            message = f"no template `{shown(action.name)}` is defined in this text"
            hint = "define it in the same text, or write the text itself"
            self._values.say(codes.NO_SUCH_FIELD, (action.start, action.end), message, hint)
