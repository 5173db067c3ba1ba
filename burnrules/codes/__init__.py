"""Every message the compiler can give, one module a stage; codes are never renumbered.

BR0xx the file, BR1xx its shape, BR2xx its meaning, BR3xx specs together, BR4xx what would be
generated, BR5xx Collector configurations, BR6xx gates in files, BR7xx gates of specs, BR9xx our
own bugs.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from burnrules.diagnostics import Diagnostic, Severity, Span


class Code(NamedTuple):
    """A kind of finding: its stable id, severity, a title of a few words, and why it matters."""

    id: str
    severity: Severity
    title: str
    why: str

    def at(self, span: Span, message: str, *, hint: str = "") -> Diagnostic:
        """The finding at a place, in words for the reader of the terminal."""
        return Diagnostic(self.id, self.severity, span, message, hint)


class Finding(NamedTuple):
    """Something wrong with a text, from `start` to before `end` in it."""

    code: Code
    start: int
    end: int
    message: str
    hint: str = ""


def error(code: str, title: str, why: str) -> Code:
    """A code that stops `generate`."""
    return Code(code, Severity.ERROR, title, why)


def warning(code: str, title: str, why: str) -> Code:
    """A code that fails only under `--fail-on warning`."""
    return Code(code, Severity.WARNING, title, why)


def info(code: str, title: str, why: str) -> Code:
    """A code that never fails."""
    return Code(code, Severity.INFO, title, why)


@cache
def table() -> Mapping[str, Code]:
    """Every code by its id, in order; built when first asked for, so that a clean run is fast."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    codes = [code for module in modules for code in vars(module).values() if isinstance(code, Code)]
    return MappingProxyType({code.id: code for code in sorted(codes, key=lambda code: code.id)})
