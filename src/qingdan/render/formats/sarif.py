"""SARIF 2.1.0, which code hosting sites and editors read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from qingdan import __version__
from qingdan.model.codes import CODES

if TYPE_CHECKING:
    from qingdan.model.findings import Finding, Verdict

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(verdict: Verdict) -> str:
    """One run with the rules that were broken and a result a finding."""
    codes = sorted({finding.code for finding in verdict.findings})
    rules = [
        {
            "id": code,
            "name": CODES[code].name,
            "shortDescription": {"text": CODES[code].title},
            "defaultConfiguration": {"level": _LEVELS[CODES[code].severity]},
        }
        for code in codes
    ]
    driver = {"name": "qingdan", "version": __version__, "rules": rules}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes) for finding in verdict.findings],
            }
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _result(finding: Finding, codes: list[str]) -> dict[str, object]:
    text = " ".join(part for part in (finding.message, finding.fix) if part)
    identity = "\0".join(finding.identity).encode()
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"qingdan/v1": hashlib.sha256(identity).hexdigest()},
        "properties": {
            "item": finding.item,
            "unit": finding.unit,
            "owner": finding.owner,
            "sources": list(finding.sources),
        },
    }
    if finding.path:
        region = {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)}
        location = {"artifactLocation": {"uri": quote(finding.path)}, "region": region}
        result["locations"] = [{"physicalLocation": location}]
    return result
