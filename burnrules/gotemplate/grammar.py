"""The tokens of actions to what the actions say; a broken action does not hide the next."""

from collections.abc import Iterator

from burnrules.diagnostics import Problem, shown
from burnrules.gotemplate import lexer, literals
from burnrules.gotemplate.lexer import Kind, Raw, Token
from burnrules.gotemplate.tree import (
    Action,
    Command,
    Dot,
    Field,
    Function,
    Group,
    Literal,
    Nil,
    Operand,
    Pipeline,
    Target,
    Term,
    Type,
    Variable,
)

DEEPEST = 50
_WORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with")
)
_CONSTANTS = (Kind.NUMBER, Kind.CHARACTER, Kind.STRING, Kind.RAW)
_CHAINABLE = (Dot, Variable, Group, Function)


def actions(text: str) -> Iterator[Action]:
    """Every action of a text in order; the part of it that could not be read is its problem."""
    for raw in lexer.actions(text):
        yield _action(raw)


class _StopError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Reader:
    """The tokens of one action that are still to be read; a closing one is always left."""

    __slots__ = ("_at", "_tokens", "depth", "taken_end")

    def __init__(self, raw: Raw) -> None:
        closed = raw.tokens and raw.tokens[-1].kind is Kind.RIGHT
        right = Token(Kind.RIGHT, "", raw.end, spaced=False)
        self._tokens = raw.tokens if closed else (*raw.tokens, right)
        self._at, self.depth, self.taken_end = 0, 0, raw.start

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    def after_next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        token = self.next
        self.taken_end = token.end
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def stop(self, message: str, hint: str = "") -> _StopError:
        return _StopError(Problem(self.next.start, self.next.end, message, hint))

    def unexpected(self, where: str, hint: str = "") -> _StopError:
        return self.stop(f"`{shown(self.next.text)}` is not expected {where}", hint)


def _action(raw: Raw) -> Action:
    reader = _Reader(raw)
    first = reader.next
    word = first.text if first.kind is Kind.WORD and first.text in _WORDS else ""
    try:
        made = _said(reader, raw, word)
    except _StopError as stopped:
        then = "if" if [token.text for token in raw.tokens[:2]] == ["else", "if"] else ""
        return Action(raw.start, raw.end, word, then, problem=raw.problem or stopped.problem)
    if raw.problem:
        return Action(raw.start, raw.end, made.word, made.then, made.name, problem=raw.problem)
    return made


def _said(reader: _Reader, raw: Raw, word: str) -> Action:
    start, end = raw.start, raw.end
    if word:
        reader.take()
    match word:
        case "end" | "break" | "continue":
            _closed(reader, word)
            return Action(start, end, word)
        case "else":
            return _else(reader, raw)
        case "define":
            name = _name(reader, word)
            _closed(reader, word)
            return Action(start, end, word, name=name)
        case "template" if reader.after_next().kind is Kind.RIGHT:
            return Action(start, end, word, name=_name(reader, word))
        case "template" | "block":
            name = _name(reader, word)
            return Action(start, end, word, name=name, pipeline=_pipeline(reader, word, Kind.RIGHT))
    return Action(start, end, word, pipeline=_pipeline(reader, word, Kind.RIGHT))


def _closed(reader: _Reader, word: str) -> None:
    if reader.next.kind is not Kind.RIGHT:
        raise reader.unexpected(f"after `{word}`", f"write {{{{ {word} }}}}")


def _else(reader: _Reader, raw: Raw) -> Action:
    if reader.next.text == "if" and reader.next.kind is Kind.WORD:
        reader.take()
        pipeline = _pipeline(reader, "else if", Kind.RIGHT)
        return Action(raw.start, raw.end, "else", "if", pipeline=pipeline)
    if reader.next.text == "with":
        hint = "nest it: {{ else }}{{ with ... }}{{ end }}"
        raise reader.stop("`else with` needs Prometheus 3.0 or later", hint)
    _closed(reader, "else")
    return Action(raw.start, raw.end, "else")


def _name(reader: _Reader, word: str) -> str:
    if reader.next.kind in (Kind.STRING, Kind.RAW):
        return _constant(reader).value
    raise reader.stop(f"`{word}` needs a name in quotes", f'write {{{{ {word} "name" }}}}')


def _pipeline(reader: _Reader, where: str, end: Kind) -> Pipeline:
    targets, assigns = _targets(reader, where)
    commands: list[Command] = []
    while reader.next.kind is not end:
        if reader.next.kind is Kind.RIGHT:
            raise reader.stop("`(` is not closed", "close it with )")
        if commands and _inert(reader):
            what = f"`{shown(reader.next.text)}` cannot take a value from `|`"
            raise reader.stop(what, "only a function can stand behind |")
        commands.append(_command(reader))
    if not commands:
        what = f"`{where}` has nothing to work on" if where else "`{{ }}` is empty"
        hint = lexer.LITERALLY if not where else f"write a value or a condition behind {where}"
        raise reader.stop(what, hint)
    return Pipeline(tuple(commands), targets, assigns)


def _inert(reader: _Reader) -> bool:
    token = reader.next
    constant = token.kind is Kind.WORD and token.text in ("true", "false", "nil")
    return constant or token.kind in _CONSTANTS or token.kind is Kind.DOT


def _targets(reader: _Reader, where: str) -> tuple[tuple[Target, ...], bool]:
    made: list[Target] = []
    while reader.next.kind is Kind.VARIABLE:
        follows = reader.after_next()
        if follows.kind is not Kind.SET and follows.text != ",":
            break
        variable = reader.take()
        made.append(Target(variable.text, variable.start, variable.end))
        if follows.kind is Kind.SET:
            return tuple(made), reader.take().text == "="
        if where != "range" or len(made) > 1:
            raise reader.stop("one variable is declared at a time", "only range declares two")
        reader.take()
    if made and reader.next.kind is not Kind.RIGHT:
        raise reader.stop("`range` can only declare variables", "write range $key, $value := ...")
    return tuple(made), False


def _command(reader: _Reader) -> Command:
    operands: list[Operand] = []
    while True:
        operand = _operand(reader)
        if operand is None:
            break
        operands.append(operand)
        if not reader.next.spaced:
            break
    if reader.next.kind is Kind.PIPE and operands:
        reader.take()
    elif reader.next.kind not in (Kind.RIGHT, Kind.CLOSE) or not operands:
        raise reader.unexpected("here", _hint(reader.next))
    return Command(tuple(operands))


def _hint(token: Token) -> str:
    if token.kind is Kind.SET:
        return "compare with eq; declare a variable with {{ $name := ... }}"
    if token.kind is Kind.CLOSE:
        return "there is no ( that it closes"
    if token.kind is Kind.WORD:
        return f"`{token.text}` is a keyword and stands first in an action"
    if token.kind is Kind.PIPE:
        return "a value stands before |"
    return 'put a space between values; values are $labels.name, $value, "text" and 1.0'


def _operand(reader: _Reader) -> Operand | None:
    start, kind = reader.next.start, reader.next.kind
    term = _term(reader)
    if term is None:
        return None
    term_end = reader.taken_end if kind is not Kind.FIELD else start
    fields: list[Field] = []
    while reader.next.kind is Kind.FIELD and (
        not reader.next.spaced or (kind is Kind.FIELD and not fields)
    ):
        if not isinstance(term, _CHAINABLE) or kind is Kind.DOT:
            raise reader.unexpected(
                "after a constant or a lone dot", "only . and $names have fields"
            )
        token = reader.take()
        fields.append(Field(token.text[1:], token.start + 1, token.end))
    return Operand(term, tuple(fields), start, term_end)


def _term(reader: _Reader) -> Term | None:
    token = reader.next
    if token.kind is Kind.FIELD:
        return Dot()
    if token.kind is Kind.OPEN:
        return _group(reader)
    if token.kind in _CONSTANTS:
        return _constant(reader)
    if token.kind not in (Kind.DOT, Kind.VARIABLE, Kind.WORD) or token.text in _WORDS:
        return None
    reader.take()
    if token.kind is Kind.DOT:
        return Dot()
    return Variable(token.text) if token.kind is Kind.VARIABLE else _word(token.text)


def _word(text: str) -> Term:
    if text == "nil":
        return Nil()
    return Literal(Type.BOOL, text) if text in ("true", "false") else Function(text)


def _group(reader: _Reader) -> Group:
    if reader.depth >= DEEPEST:
        raise reader.stop(
            f"parentheses nest deeper than {DEEPEST}", "use variables: {{ $x := ... }}"
        )
    reader.take()
    reader.depth += 1
    pipeline = _pipeline(reader, "( )", Kind.CLOSE)
    reader.depth -= 1
    reader.take()
    return Group(pipeline)


def _constant(reader: _Reader) -> Literal:
    made = literals.constant(reader.next)
    if made is None:
        text = reader.next.text
        what = "number" if reader.next.kind is Kind.NUMBER else "string"
        hint = "write \\\\ for a backslash, or use `...`"
        if what == "number":
            hint = "write it without leading zeros, or as text in quotes"
        if text in ("-", "+"):
            hint = (
                "templates have no arithmetic; a trim marker stands next to the braces: {{- and -}}"
            )
        raise reader.stop(f"`{shown(text)}` is not a {what} that Go can read", hint)
    reader.take()
    return made
