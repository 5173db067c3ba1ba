"""What reading one field of a value gives, or why there is none."""

from dataclasses import dataclass

from burnrules.codes import Code
from burnrules.codes import templates as codes
from burnrules.diagnostics import near, shown
from burnrules.gotemplate import functions
from burnrules.gotemplate.tree import Field, Type


@dataclass(frozen=True, slots=True)
class Read:
    """The type of a field, and what is wrong with reading it."""

    type: Type
    code: Code | None = None
    message: str = ""
    hint: str = ""


_HELM = frozenset(("Values", "Chart", "Release", "Capabilities", "Template", "Files"))
_ALERTMANAGER = frozenset(
    (
        "Alerts",
        "Annotations",
        "CommonAnnotations",
        "CommonLabels",
        "EndsAt",
        "Fingerprint",
        "GeneratorURL",
        "GroupLabels",
        "Receiver",
        "StartsAt",
        "Status",
    )
)
# Names that no expression may give its series (`groupBy` refuses them): only a rule adds them.
_ADDED = frozenset(("alertname", "severity", "long_window", "short_window", "burn_rate"))


def read(of: Type, field: Field, labels: frozenset[str] | None) -> Read:
    """What `.field` of a value gives."""
    match of:
        case Type.ANY:
            return Read(Type.ANY)
        case Type.MAP:
            return Read(Type.TEXT)
        case Type.LABELS:
            message, hint = absent(field.name, labels)
            return Read(Type.TEXT, codes.NO_SUCH_LABEL if message else None, message, hint)
        case Type.DATA | Type.SAMPLE:
            return _of_struct(of, field.name, labels)
        case Type.TEXT:
            hint = "a label has no parts: dots of an attribute are _ in its label"
        case Type.SAMPLES:
            hint = "take one sample with first, or go through them with range"
        case _:
            hint = "fields belong to . and $labels"
    return Read(
        Type.ANY, codes.NO_SUCH_FIELD, f"{of.value} has no field `{shown(field.name)}`", hint
    )


def absent(name: str, labels: frozenset[str] | None) -> tuple[str, str]:
    """What to say of a label, and to do about it; nothing when the alert has it."""
    if labels is not None and name in labels:
        return "", ""
    message = f"the alert's expression has no label `{shown(name)}`"
    if name in _ADDED:
        return message, "$labels holds labels of the expression, not those that the rule adds"
    if labels is None:
        return "", ""
    if name == "__name__":
        return message, "the name of the metric is lost in every calculation"
    have = ", ".join(sorted(labels)[:6]) or "none"
    return message, near(name, labels) or f"it has {have}"


def _of_struct(of: Type, name: str, labels: frozenset[str] | None) -> Read:
    known = functions.FIELDS[of]
    if name in known:
        return Read(known[name])
    written = {f".{one}": type_ for one, type_ in known.items()}
    hint = near(f".{name}", written) or f"there are {', '.join(written)}"
    if of is Type.SAMPLE:
        return Read(Type.ANY, codes.NO_SUCH_FIELD, f"a sample has no field `.{shown(name)}`", hint)
    message = f"the alert has no field `.{shown(name)}`"
    if name in _HELM:
        message, hint = (
            f"`.{name}` is Helm's; Prometheus does not know it",
            "render with Helm first",
        )
    elif name in _ALERTMANAGER:
        message = f"`.{name}` is Alertmanager's; rules do not know it"
        hint = "it works in notification templates; here there are $labels and $value"
    elif labels and name in labels:
        hint = f"did you mean `$labels.{name}`?"
    return Read(Type.ANY, codes.NO_SUCH_FIELD, message, hint)
