"""What libyaml says about broken YAML, in our words."""

import re

import yaml

from burnrules.codes import file as codes
from burnrules.diagnostics import Diagnostic, shown
from burnrules.source.lines import Lines

_TEMPLATE = re.compile(r"^\s*(?:- +)*(?:[\w./-]+ *: +)?\{(?:\{|%)")
_TAB = ("a tab stands where YAML allows only spaces", "indent with spaces")
_BRACKET = "close the bracket, put a comma between items, or quote text with brackets"
# By libyaml's context, then its problem; the first that fits.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("tab character", *_TAB),
    ("mapping values are not allowed", "a `:` stands where no key can be",
     "quote the text before it, or mend the indentation"),
    ("block sequence entries are not allowed", "a `-` stands where no list item can be",
     "put the list on its own lines, or quote the text"),
    ("mapping keys are not allowed", "a `?` stands where no key can be", "quote the text"),
    ("could not find expected ':'", "a line without `key:` among keys",
     "add the `:`, or mend the indentation"),
    ("unexpected end of stream", "the closing quote is missing", "close the quote"),
    ("unexpected document indicator", "the closing quote is missing before `---`",
     "close the quote"),
    ("unknown escape character", "double-quoted text has an escape that YAML does not know",
     "write `\\\\` for a backslash, or use single quotes"),
    ("hexdecimal number", "an escape in double quotes needs more digits",
     "write `\\\\` for a backslash, or use single quotes"),
    ("invalid Unicode character", "an escape in double quotes names no character",
     "write the character itself"),
    ("',' or ']'", "a list in `[ ]` is not continued or closed here", _BRACKET),
    ("',' or '}'", "a mapping in `{ }` is not continued or closed here", _BRACKET),
    ("'-' indicator", "a list ends here, and what follows is not an item of it",
     "mend the indentation, or add `- `"),
    ("expected key", "no key stands here", "mend the indentation, or quote the text before it"),
    ("undefined tag handle", "tag has an unknown prefix", "remove the tag, or quote the text"),
    ("while parsing a flow node", "a value is missing between brackets", _BRACKET),
    ("while parsing a block node", "a value is missing here", "write the value, or quote it"),
    ("scanning a tag", "a `!` begins a tag", "quote the text"),
    ("scanning an alias", "a `*` begins an alias, and no name follows", "quote the text"),
    ("scanning an anchor", "an `&` begins an anchor, and no name follows", "quote the text"),
    ("block scalar", "the text after `|` or `>` is not a block scalar",
     "put it on the next line, indented with spaces"),
    ("scanning a %", "a line begins with `%`", "remove it; specs need no directives"),
    ("directive", "a line begins with `%`", "remove it; specs need no directives"),
    ("incompatible YAML", "the `%YAML` version is unknown", "remove the line"),
    ("<document start>", "nothing may follow the end of the document here",
     "mend the indentation, or begin a document with `---`"),
    ("maximum depth", "document nests deeper than 100 levels", "write it flatter"),
)  # fmt: skip


def finding(wrong: yaml.YAMLError, lines: Lines, part: range) -> Diagnostic:
    """The finding for an error of libyaml in a part of a file."""
    problem = getattr(wrong, "problem", None) or ""
    context = getattr(wrong, "context", None) or ""
    place = _offset(getattr(wrong, "problem_mark", None), part)
    origin = _offset(getattr(wrong, "context_mark", None), part) if context else place
    for offset in (place, origin):
        start, end = lines.line(offset)
        if brace := _TEMPLATE.match(lines.text, start, end):
            return template(lines, brace.end() - 2, end)
    if "cannot start any token" in problem:
        return _no_token(lines, place)
    message, hint = _translated(problem, context)
    began = "quote is missing" in message or "line without" in message
    at = origin if began else _written(lines.text, place, part)
    return codes.NOT_YAML.at(lines.exactly(at, at + 1), message, hint=hint)


def template(lines: Lines, start: int, end: int) -> Diagnostic:
    """The finding for unquoted `{{`."""
    hint = "render the template first (`helm template`), or quote the whole value"
    opening = lines.text[start : start + 2]
    message = f"value starts with `{opening}`: it is a template, not YAML"
    return codes.TEMPLATE.at(lines.span(start, end), message, hint=hint)


def _no_token(lines: Lines, place: int) -> Diagnostic:
    character = lines.text[place : place + 1]
    message, hint = f"text cannot begin with `{shown(character)}`", "quote the text"
    if character == "\t":
        message, hint = _TAB
    return codes.NOT_YAML.at(lines.exactly(place, place + 1), message, hint=hint)


def _translated(problem: str, context: str) -> tuple[str, str]:
    for part, message, hint in _WORDS:
        if part in problem:
            return message, hint
    for part, message, hint in _WORDS:
        if part in context:
            return message, hint
    return "the YAML breaks off here", "look at the quotes, brackets and indentation before it"


def _offset(mark: yaml.Mark | None, part: range) -> int:
    return part.start + mark.index if mark is not None else part.start


def _written(text: str, place: int, part: range) -> int:
    """The place, or what was written last where the part ends too early."""
    if place < part.stop:
        return place
    return max(part.start, len(text[part.start : part.stop].rstrip()) + part.start - 1)
