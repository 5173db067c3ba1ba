"""What a cluster refuses: the CRDs in the strict form of facts/release-gates.md, 2."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILES = {
    "PrometheusRule": "prometheusrule.json",
    "AnalysisTemplate": "argo-analysistemplate-v1.9.1.json",
    "ClusterAnalysisTemplate": "argo-clusteranalysistemplate-v1.9.1.json",
    "MetricTemplate": "flagger-v1.44.0-metrictemplate-v1beta1.json",
    "Canary": "flagger-v1.44.0-canary-v1beta1.json",
}
_SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"


def refusals(document: dict[str, Any]) -> list[str]:
    """Why the cluster would not take a document; unknown fields too."""
    found = _validator(document["kind"]).iter_errors(document)
    return [f"{one.json_path}: {one.message}" for one in found]


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = _strict(json.loads((_SCHEMAS / FILES[kind]).read_text()))
    schema["properties"]["apiVersion"] = schema["properties"]["kind"] = {"type": "string"}
    schema["properties"]["metadata"] = {"type": "object"}
    return Draft202012Validator(schema)


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _strict(value) for key, value in node.items() if _readable(key, value)}
    if made.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if made.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    open_ = "additionalProperties" in made or made.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(made.get("properties"), dict) and not open_:
        made["additionalProperties"] = False
    return made


def _readable(key: str, value: Any) -> bool:
    """Whether Python reads it: one pattern of the operator's is Go's alone."""
    if key != "pattern" or not isinstance(value, str):
        return True
    try:
        re.compile(value)
    except re.error:
        return False
    return True
