"""Collector and Tempo configurations: what they name metrics, and what is wrong with them."""

from burnrules.collector.instances import Collector, read
from burnrules.collector.lint import Needs, lint
from burnrules.collector.names import ingestion, span_names

__all__ = ["Collector", "Needs", "ingestion", "lint", "read", "span_names"]
