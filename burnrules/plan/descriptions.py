"""Whether a description still names the objective that is compiled."""

import re
from collections.abc import Iterator
from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.codes import shape as codes
from burnrules.diagnostics import Diagnostic
from burnrules.plan.place import Place
from burnrules.spec.path import Slo

_SHARE = re.compile(r"(?<![\d.])(\d{2}(?:\.\d{1,8})?)\s?(?:%|percent\b)")
_LEAST = 50  # a smaller share in a text tells of errors, not of an objective


def findings(slo: Slo, place: Place) -> Iterator[Diagnostic]:
    """Percentages in the text of an SLO where none is its objective."""
    said = [one for one in _SHARE.finditer(slo.description or "") if Decimal(one[1]) >= _LEAST]
    if any(Decimal(one[1]) == slo.objective for one in said):
        return
    for one in said:
        yield codes.DESCRIPTION_DIFFERS.at(
            (place / "description").within(one.start(), one.end()),
            f"the description says {one[1]} %, the objective is {plain(slo.objective)} %",
            hint="correct whichever is out of date",
        )
