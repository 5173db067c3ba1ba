"""The shape of the spec: fields, types, limits; nothing derived.

`KINDS` maps the `kind:` of a document to its model; a front end builds the same models.
"""

from burnrules.spec.defaults import Defaults
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import AlertPolicy
from burnrules.spec.telemetry import Telemetry

API_VERSION = "burnrules.dev/v1"
KINDS: dict[str, type[CriticalPath] | type[AlertPolicy] | type[Telemetry] | type[Defaults]] = {
    "CriticalPath": CriticalPath,
    "AlertPolicy": AlertPolicy,
    "Telemetry": Telemetry,
    "Defaults": Defaults,
}
