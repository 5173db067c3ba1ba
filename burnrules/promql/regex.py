"""Regexes as Prometheus reads them: RE2, and the whole value must match."""

import re
from functools import lru_cache
from typing import Any

_NOT_GO = re.compile(r"(?:[^\\]|^)(?:\\\\)*(\\C|\(\?<\w)")


def error(pattern: str) -> str | None:
    """Why Prometheus refuses a regex; None if it takes it."""
    compiled = _compiled(pattern)
    return compiled if isinstance(compiled, str) else None


def accepts(pattern: str, text: str) -> bool:
    """Whether the whole text matches; False for a regex that Prometheus refuses."""
    compiled = _compiled(pattern)
    return not isinstance(compiled, str) and compiled.fullmatch(text) is not None


_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def escape(text: str) -> str:
    r"""A regex for exactly this text; it still has to be quoted for PromQL.

    >>> print(escape("/v1.0/users+"))
    /v1\.0/users\+
    """
    return _SPECIAL.sub(r"\\\g<0>", text)


@lru_cache(maxsize=1024)  # a tree of specs asks for the same few patterns again and again
def _compiled(pattern: str) -> Any:
    import re2  # noqa: PLC0415 - loading it takes longer than most specs without a regex need

    if found := _NOT_GO.search(pattern):
        return f"`{found[1]}` is not RE2 as Prometheus 2.42 reads it"
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    options.never_capture = True  # thousands of groups would take seconds, and none is read
    try:
        return re2.compile(pattern, options)
    except re2.error as refused:
        return _reason(refused.args[0])
    except UnicodeEncodeError:
        return "it is not UTF-8"


def _reason(refusal: bytes | str) -> str:
    text = refusal.decode(errors="replace") if isinstance(refusal, bytes) else str(refusal)
    return text.split(": ", 1)[0].replace("invalid ", "unknown ", 1)
