"""Collector versions and feature gates: what holds from which release on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

Version = tuple[int, int]

NEWEST: Version = (0, 160)  # the facts in this package were checked up to here
_FORM = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.\d+)?(?:[-+].*)?")

LEGACY_NAMES = "connector.spanmetrics.legacyMetricNames"
INSTANCE_ID = "connector.spanmetrics.includeCollectorInstanceID"
SECONDS = "connector.spanmetrics.useSecondAsDefaultMetricsUnit"
OTEL_PREFIX = "spanmetrics.statusCodeConvention.useOtelPrefix"
SUFFIXES_FIXED = "exporter.prometheusexporter.DisableAddMetricSuffixes"

# Registered in, and on without being asked for since.
GATES: dict[str, tuple[Version, Version | None]] = {
    LEGACY_NAMES: ((0, 109), None),
    INSTANCE_ID: ((0, 136), (0, 152)),
    SECONDS: ((0, 137), None),
    OTEL_PREFIX: ((0, 141), None),
    SUFFIXES_FIXED: ((0, 132), (0, 154)),
}


def parse(text: str) -> Version | None:
    """A contrib version, or None: other distributions count on their own.

    >>> parse("v0.109.0"), parse("0.158"), parse("2.20.0"), parse("latest")
    ((0, 109), (0, 158), None, None)
    """
    found = _FORM.fullmatch(text.strip())
    if not found or found[1] != "0":
        return None
    return int(found[1]), int(found[2])


def shown(version: Version) -> str:
    """A version as it is written.

    >>> shown((0, 109))
    '0.109'
    """
    return f"{version[0]}.{version[1]}"


@dataclass(frozen=True, slots=True)
class Release:
    """The version that runs, None if unknown, with the gates that were switched."""

    version: Version | None
    gates: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    source: str = ""  # where the version was found, if it was not declared

    @property
    def effective(self) -> Version:
        """The version to reckon with: the newest when none is known."""
        return self.version or NEWEST

    def since(self, minor: int) -> bool:
        """Whether what came with 0.`minor` is there."""
        return self.effective >= (0, minor)

    def on(self, gate: str) -> bool:
        """Whether a feature gate is on."""
        registered, default = GATES[gate]
        if self.effective < registered:
            return False
        by_default = default is not None and self.effective >= default
        return gate in self.gates or (by_default and gate not in self.off)


def release(version: str | None, gates: Iterable[str], source: str = "") -> Release:
    """A release from what the user declared; `-gate` switches one off.

    >>> release("0.158.0", ["a,-b"]).off
    frozenset({'b'})
    """
    names = [name.strip() for gate in gates for name in gate.split(",")]
    return Release(
        parse(version) if version else None,
        frozenset(name.removeprefix("+") for name in names if not name.startswith("-")),
        frozenset(name[1:] for name in names if name.startswith("-")),
        source,
    )
