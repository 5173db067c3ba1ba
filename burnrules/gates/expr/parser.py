"""A condition to its tree, in the grammar of expr 1.15 to 1.17."""

from burnrules.gates.expr import lexer, tree
from burnrules.gates.expr.lexer import NotExpr, Token
from burnrules.gates.expr.tree import Node

_LONGEST = 10_000
_DEEPEST = 60
_BINARY = {
    "|": 1,
    "||": 10,
    "or": 10,
    "&&": 15,
    "and": 15,
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">="), 20),
    **dict.fromkeys(("in", "not", "matches", "contains", "startsWith", "endsWith"), 20),
    "..": 25,
    "+": 30,
    "-": 30,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 100,
    "^": 100,
    "??": 500,
}
_UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}
_WORDS = {"||": "or", "&&": "and", "^": "**"}
PREDICATES = frozenset(
    {"all", "none", "any", "one", "filter", "map", "count", "find", "findIndex"}
) | {"findLast", "findLastIndex", "groupBy", "sortBy", "reduce", "sum"}


def parse(text: str) -> Node | NotExpr:
    """The tree of a condition, or why it has none."""
    if len(text) > _LONGEST:
        return NotExpr(f"longer than {_LONGEST} characters", 0)
    try:
        return _Parser(lexer.tokens(text)).whole()
    except NotExpr as reason:
        return reason


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def whole(self) -> Node:
        found = self.sequence()
        if self.token.kind != "end":
            raise self.unexpected()
        return found

    def sequence(self) -> Node:
        if self.token.text == "let" and self.token.kind == "name":
            return self.let()
        return self.expression(0)

    def let(self) -> Node:
        self.advance()
        name = self.advance()
        if name.kind != "name":
            raise NotExpr("`let` needs a name", name.start)
        self.expect("=")
        value = self.expression(0)
        self.expect(";")
        self.deeper()
        body = self.sequence()
        self.depth -= 1
        return tree.Let(name.text, value, body)

    def expression(self, floor: int) -> Node:
        self.deeper()
        left = self.operand()
        before = ""
        while (strength := self.strength()) >= max(floor, 1):
            operator = self.token
            if before == "??" and operator.text not in {"??", "|"}:
                raise NotExpr(f"`??` and `{operator.text}` need parentheses", operator.start)
            left, before = self.joined(left, strength), operator.text
        if floor == 0 and self.token.text in {"?", "?:"}:
            left = self.choice(left)
        self.depth -= 1
        return left

    def strength(self) -> int:
        return _BINARY.get(self.token.text, 0) if self.token.kind in {"symbol", "name"} else 0

    def joined(self, left: Node, strength: int) -> Node:
        operator = self.advance().text
        if operator == "|":
            return self.piped(left)
        if operator == "not":
            inner = self.advance().text
            return tree.Unary("!", tree.Binary(inner, left, self.expression(strength + 1)))
        operator = _WORDS.get(operator, operator)
        right = self.expression(strength if operator == "**" else strength + 1)
        return tree.Binary(operator, left, right)

    def piped(self, left: Node) -> Node:
        called = self.operand()
        if not isinstance(called, tree.Call):
            raise self.unexpected()
        return tree.Call(called.name, (left, *called.args))

    def choice(self, test: Node) -> Node:
        if self.advance().text == "?:":
            return tree.Choice(test, test, self.sequence())
        then = self.sequence()
        self.expect(":")
        return tree.Choice(test, then, self.sequence())

    def operand(self) -> Node:
        token = self.token
        if token.kind in {"symbol", "name"} and token.text in _UNARY:
            self.advance()
            operator = "!" if token.text == "not" else token.text
            return tree.Unary(operator, self.expression(_UNARY[token.text]))
        return self.suffixed(self.primary())

    def primary(self) -> Node:
        token = self.advance()
        match token.kind, token.text:
            case "number", text:
                return tree.Literal(lexer.number(text))
            case "string", text:
                return tree.Literal(lexer.string(text))
            case "name", text:
                return self.named(text)
            case _:
                return self.bracketed(token)

    def bracketed(self, opened: Token) -> Node:
        match opened.text:
            case "(":
                found = self.sequence()
                self.expect(")", opened=opened)
                return found
            case "[":
                return tree.Array(self.listed("]", opened))
            case "{":
                return self.map(opened)
            case _:
                self.position -= 1
                return self.element()

    def element(self) -> Node:
        if self.token.text == "#":
            self.advance()
            if self.token.kind == "name" and self.token.start == self.tokens[self.position - 1].end:
                return tree.Name("#" + self.advance().text)
            return tree.Element()
        if self.token.text == ".":
            return tree.Element()  # `.key` is `#.key`
        raise self.unexpected()

    def named(self, text: str) -> Node:
        if text in _CONSTANTS:
            return tree.Literal(_CONSTANTS[text])
        if self.token.text != "(":
            return tree.Name(text)
        opened = self.advance()
        if text in PREDICATES:
            return tree.Call(text, self.with_predicate(opened))
        return tree.Call(text, self.listed(")", opened))

    def with_predicate(self, opened: Token) -> tuple[Node, ...]:
        found: list[Node] = [self.sequence()]
        while self.token.text == ",":
            self.advance()
            found.append(self.predicate() if len(found) == 1 else self.sequence())
        self.expect(")", opened=opened)
        return tuple(found)

    def predicate(self) -> Node:
        if self.token.text != "{":
            return tree.Closure(self.sequence())
        opened = self.advance()
        body = self.sequence()
        self.expect("}", opened=opened)
        return tree.Closure(body)

    def listed(self, close: str, opened: Token) -> tuple[Node, ...]:
        found: list[Node] = []
        while self.token.text != close:
            found.append(self.sequence())
            if self.token.text != ",":
                break
            self.advance()
        self.expect(close, opened=opened)
        return tuple(found)

    def map(self, opened: Token) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while self.token.text != "}":
            key = self.key()
            self.expect(":")
            pairs.append((key, self.sequence()))
            if self.token.text != ",":
                break
            self.advance()
        self.expect("}", opened=opened)
        return tree.Map(tuple(pairs))

    def key(self) -> Node:
        token = self.token
        if token.kind == "name":
            return tree.Literal(self.advance().text)
        return self.primary()

    def suffixed(self, found: Node) -> Node:
        while self.token.text in {".", "?.", "["} and self.token.kind == "symbol":
            opened = self.advance()
            found = (
                self.indexed(found, opened) if opened.text == "[" else self.member(found, opened)
            )
        return found

    def member(self, of: Node, dot: Token) -> Node:
        if dot.text == "?." and self.token.text == "[":
            return self.indexed(of, self.advance(), optional=True)
        name = self.advance()
        if name.kind != "name":
            raise NotExpr("a name must follow the dot", name.start)
        return tree.Member(of, tree.Literal(name.text), dot.text == "?.")

    def indexed(self, of: Node, opened: Token, *, optional: bool = False) -> Node:
        low = None if self.token.text == ":" else self.sequence()
        if self.token.text == ":":
            self.advance()
            high = None if self.token.text == "]" else self.sequence()
            self.expect("]", opened=opened)
            return tree.Slice(of, low, high)
        self.expect("]", opened=opened)
        return tree.Member(of, low or tree.Literal(None), optional)

    def advance(self) -> Token:
        found = self.token
        if found.kind == "end":
            raise self.unexpected()
        self.position += 1
        return found

    def expect(self, text: str, *, opened: Token | None = None) -> None:
        if self.token.text == text and self.token.kind == "symbol":
            self.position += 1
            return
        if opened is not None and self.token.kind == "end":
            raise NotExpr(f"`{opened.text}` is not closed", opened.start)
        raise self.unexpected()

    def unexpected(self) -> NotExpr:
        if self.token.kind == "end":
            return NotExpr("it ends too early", max(0, self.token.start - 1), early=True)
        return NotExpr(f"unexpected `{self.token.text}`", self.token.start)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotExpr("nested too deeply", self.token.start)
