"""Prometheus templates: what is wrong with one, what reads a label, and text that is none."""

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the reader of templates takes 25 ms to load, and most texts have none
    from burnrules.codes import Finding

__all__ = ["check", "dynamic", "escape", "reference"]


def dynamic(text: str) -> bool:
    """Whether Prometheus would find an action in a text."""
    return "{{" in text


def check(
    text: str,
    labels: frozenset[str] | None,
    *,
    place: Literal["label", "annotation"] = "annotation",
) -> "tuple[Finding, ...]":
    """Everything wrong with one label or annotation value, in order.

    `labels` are those of the alert's expression, which is all that `$labels` holds; None: unknown.

    >>> [one.message for one in check("{{ $value | humanise }}", None)]
    ['no function `humanise`']
    """
    if not dynamic(text):
        return ()
    from burnrules.gotemplate import checks  # noqa: PLC0415  # see above

    return checks.check(text, labels, place=place)


def reference(label: str) -> str:
    """A label of the alert, as an action reads it.

    >>> reference("job"), reference("k8s.pod")
    ('$labels.job', 'index $labels "k8s.pod"')
    """
    if label.isidentifier():
        return f"$labels.{label}"
    return f"index $labels {json.dumps(label, ensure_ascii=False)}"


def escape(text: str) -> str:
    """Plain text so that Prometheus renders exactly this text.

    >>> escape("a {{ b }}")
    'a {{ "{{" }} b }}'
    """
    return text.replace("{{", '{{ "{{" }}')
