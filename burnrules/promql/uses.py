"""What a query is for and what it counts: asked of every SLI, before any query is read."""

from enum import Enum


class Use(Enum):
    """What a query is for, which decides about its ranges."""

    EVENTS = "events"  # `[$window]`, or a bare selector that is rated for the user
    RAW = "raw"  # `[$window]`
    INSTANT = "instant"  # evaluated as it stands
    SELECTOR = "selector"  # a bare selector and nothing else


class Role(Enum):
    """What a query counts."""

    ERRORS = "errors"
    GOOD = "good"
    TOTAL = "total"
    RATIO = "ratio"
    VALUE = "value"
