"""OTLP names to Prometheus names, as Prometheus and its exporters spell them."""

import re
from dataclasses import dataclass

DEFAULT = "UnderscoreEscapingWithSuffixes"
PLAIN = "UnderscoreEscapingWithoutSuffixes"
UTF8 = "NoUTF8EscapingWithSuffixes"
NONE = "NoTranslation"
STRATEGIES = (DEFAULT, PLAIN, UTF8, NONE)

_UNITS = {"ms": "milliseconds", "s": "seconds"}
_OTHER = re.compile(r"[^A-Za-z0-9]+")
_NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Translation:
    """One of the four strategies, with the exporter's namespace."""

    strategy: str = DEFAULT
    namespace: str = ""

    @property
    def utf8(self) -> bool:
        """Whether dots stay."""
        return self.strategy in (UTF8, NONE)

    @property
    def suffixes(self) -> bool:
        """Whether units and `_total` are added."""
        return self.strategy in (DEFAULT, UTF8)

    def counter(self, name: str) -> str:
        """The name of a monotonic sum without unit.

        >>> Translation().counter("traces.span.metrics.calls")
        'traces_span_metrics_calls_total'
        """
        if self.utf8:
            suffix = "_total" if self.suffixes and not name.endswith("_total") else ""
            return self._prefixed(name + suffix)
        tokens = [part for part in _tokens(name) if not (self.suffixes and part == "total")]
        return self._joined([*tokens, "total"] if self.suffixes else tokens)

    def histogram(self, name: str, unit: str) -> str:
        """The base name of a histogram.

        >>> Translation(NONE).histogram("duration", "ms"), Translation(UTF8).histogram("d", "s")
        ('duration', 'd_seconds')
        """
        word = _UNITS.get(unit, "")
        if self.utf8:
            spelt = word and self.suffixes and word not in _tokens(name)
            return self._prefixed(f"{name}_{word}" if spelt else name)
        tokens = _tokens(name)
        missing = word and self.suffixes and word not in tokens
        return self._joined([*tokens, word] if missing else tokens)

    def label(self, attribute: str) -> str:
        """The label of an attribute.

        >>> Translation().label("http.route"), Translation().label("1st"), Translation().label("_a")
        ('http_route', 'key_1st', 'key_a')
        """
        if self.utf8:
            return attribute
        name = _NOT_IN_LABEL.sub("_", attribute)
        if name[:1].isdigit():
            return f"key_{name}"
        return f"key{name}" if name.startswith("_") and not name.startswith("__") else name

    def _prefixed(self, name: str) -> str:
        return f"{self.namespace}_{name}" if self.namespace else name

    def _joined(self, tokens: list[str]) -> str:
        name = "_".join([*_tokens(self.namespace), *tokens])
        return f"_{name}" if name[:1].isdigit() else name


def _tokens(name: str) -> list[str]:
    return [token for token in _OTHER.split(name) if token]
