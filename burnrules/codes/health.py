"""BR29x: what a Telemetry names."""

from burnrules.codes import error

CONFIG_UNREADABLE = error(
    "BR290", "configuration not readable", "Names and labels of span metrics are read from it."
)
CONFIG_OUTSIDE = error(
    "BR291",
    "configuration outside of the working directory",
    "What a run reads must not depend on where the repository lies.",
)
