"""SARIF 2.1.0, which code hosting sites and editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from qingdan import __version__
from qingdan.model.codes import CODES
from qingdan.render.formats.concise import with_cure
from qingdan.render.formats.fingerprints import fingerprints
from qingdan.render.formats.json import dumped

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
                "results": [
                    _result(finding, codes, fingerprint)
                    for finding, fingerprint in zip(
                        verdict.findings, fingerprints(verdict.findings), strict=True
                    )
                ],
            }
        ],
    }
    return dumped(document)


def _result(finding: Finding, codes: list[str], fingerprint: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": with_cure(finding)},
        "partialFingerprints": {"qingdan/v1": fingerprint},
        "properties": {
            "item": finding.item,
            "unit": finding.unit,
            "owner": finding.owner,
            "sources": list(finding.sources),
        },
    }
    if finding.path:
        region = {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)}
        location = {
            "artifactLocation": {"uri": quote(finding.path.encode(errors="surrogateescape"))},
            "region": region,
        }
        result["locations"] = [{"physicalLocation": location}]
    return result
