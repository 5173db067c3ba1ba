"""Bounds and minimum samples to the pair of expr conditions that an Argo metric judges by.

Portable over antonmedv/expr 1.15 (Argo 1.6 to 1.9) and expr-lang 1.17 (Argo 1.10): `sum` with one
argument only, no `min` or `max`; what judges PromQL also runs on 1.12 (Argo 1.5).
"""

from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from burnrules.burnrate import plain


class Side(Enum):
    """Which side of the bound is good; the bound itself always is."""

    AT_MOST = "<="
    AT_LEAST = ">="

    @property
    def opposite(self) -> str:
        """The comparison that holds on the bad side."""
        return {"<=": ">", ">=": "<"}[self.value]


class NoData(Enum):
    """What a look without a number is; no gate passes on nothing."""

    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"


class Conditions(NamedTuple):
    """`successCondition` and `failureCondition`: never both true, and neither without data."""

    success: str
    failure: str


def prometheus(bound: Decimal, *, side: Side = Side.AT_MOST, no_data: NoData) -> Conditions:
    """How a PromQL vector of one sample is judged; none, several and NaN are no data.

    >>> prometheus(Decimal("0.01"), no_data=NoData.INCONCLUSIVE).failure
    'len(result) == 1 && result[0] > 0.01'
    """
    return _pair("", "len(result) == 1", _Comparison("result[0]", side, plain(bound)), no_data)


def tempo_errors(bound: Decimal, min_samples: int, *, no_data: NoData) -> Conditions:
    """How the spans counted by status are judged: the failed ones may be `bound` of all.

    Tempo leaves out a value of 0 and a series without spans, and calls a truncated answer PARTIAL.
    """
    enough = f"result.status == nil && tot >= {max(min_samples, 1)}"
    compared = _Comparison("bad", Side.AT_MOST, f"{plain(bound)} * tot")
    return _pair(_BY_STATUS, enough, compared, no_data)


_BY_STATUS = (
    "let s = result.series ?? []; "
    "let tot = sum(map(s, {#.value ?? 0})); "
    "let bad = sum(map(filter(s, "
    '{any(.labels, {.key == "status" && .value.stringValue == "error"})}), {#.value ?? 0})); '
)


class _Comparison(NamedTuple):
    left: str
    side: Side
    right: str

    @property
    def holds(self) -> str:
        return f"{self.left} {self.side.value} {self.right}"

    @property
    def fails(self) -> str:
        return f"{self.left} {self.side.opposite} {self.right}"


def _pair(lets: str, enough: str, compared: _Comparison, no_data: NoData) -> Conditions:
    success = f"{enough} && {compared.holds}"
    match no_data:
        case NoData.INCONCLUSIVE:
            return Conditions(lets + success, f"{lets}{enough} && {compared.fails}")
        case NoData.FAIL:
            # the negation, since NaN is on neither side of a bound
            return Conditions(lets + success, f"{lets}!({success})")
