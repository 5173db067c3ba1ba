"""Label and annotation templates as Prometheus expands them, as far as they can be predicted."""

import re
from collections.abc import Mapping
from decimal import Context, Decimal

_ACTION = re.compile(r"\{\{(-?)\s*(.*?)\s*(-?)\}\}", re.DOTALL)
_LABEL = re.compile(r'\$labels\.(\w+)|index\s+\$labels\s+"([^"\\]*)"')
_STRING = re.compile(r'"([^"\\]*)"|`([^`]*)`')


def expanded(template: str, labels: Mapping[str, str], value: Decimal) -> str | None:
    """The text for an alert; None where it depends on what is not known here."""
    if "{{" not in template:
        return template
    made, rest = "", 0
    trim = False
    for found in _ACTION.finditer(template):
        before = template[rest : found.start()]
        before = before.lstrip() if trim else before
        text = _action(found[2], labels, value)
        if text is None or "{{" in before:
            return None
        made += (before.rstrip() if found[1] else before) + text
        rest, trim = found.end(), bool(found[3])
    after = template[rest:]
    return None if "{{" in after else made + (after.lstrip() if trim else after)


def _action(action: str, labels: Mapping[str, str], value: Decimal) -> str | None:
    if found := _LABEL.fullmatch(action):
        return labels.get(found[1] or found[2] or "", "")
    if found := _STRING.fullmatch(action):
        return found[1] if found[1] is not None else found[2]
    if re.fullmatch(r"\$value\s*\|\s*humanizePercentage|humanizePercentage\s+\$value", action):
        return percentage(value)
    return None


def percentage(value: Decimal) -> str | None:
    """`%.4g%%` of a hundred times the value; None too near to where rounding turns.

    >>> percentage((Decimal(1) / 3)), percentage(Decimal(1)), percentage((Decimal(1) / 100000))
    ('33.33%', '100%', '0.001%')
    """
    below, above = (
        _four_digits(value * 100 * (1 + sign * (Decimal(1) / 10**10))) for sign in (-1, 1)
    )
    return f"{below}%" if below == above else None


def _four_digits(value: Decimal) -> str:
    context = Context(prec=4)
    rounded = context.plus(value)
    if not rounded:
        return "0"
    exponent = rounded.adjusted()
    if -4 <= exponent < 4:
        text = f"{rounded:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits = f"{rounded.scaleb(-exponent):f}".rstrip("0").rstrip(".")
    return f"{digits}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
