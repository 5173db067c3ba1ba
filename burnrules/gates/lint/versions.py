"""Which names tell one release from another."""

import re

_NAMES = re.compile(
    r"(?i)version|hash|canary|stable|baseline|revision|\brev\b|\bsha\b|tag|release|subset|stage|track"
    r"|role|colou?r|deployment|replica_?set|\bpod\b|pod_name|destination_|ingress|backend|variant"
)


def named(text: str) -> bool:
    """Whether a label, an attribute or an argument is likely to tell releases apart.

    >>> named("canary-hash"), named("service-name")
    (True, False)
    """
    return _NAMES.search(text) is not None
