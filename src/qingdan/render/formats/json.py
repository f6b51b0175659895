"""For programs: sorted, the same bytes for the same input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qingdan import __version__
from qingdan.model.codes import CODES
from qingdan.model.findings import SEVERITIES

if TYPE_CHECKING:
    from qingdan.model.findings import Finding, Verdict


def render(verdict: Verdict) -> str:
    """``{"tool": …, "findings": […], "summary": {"error": n, "warning": n, "info": n}}``."""
    document = {
        "tool": {"name": "qingdan", "version": __version__},
        "findings": [as_dict(finding) for finding in verdict.findings],
        "summary": {severity: verdict.count(severity) for severity in SEVERITIES},
    }
    return dumped(document)


def dumped(document: object) -> str:
    """JSON that any file can take: what is no character, as in a file's name of other bytes, stands as an escape."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode(errors="backslashreplace").decode() + "\n"


def as_dict(finding: Finding) -> dict[str, object]:
    """A finding with the contract's names."""
    return {
        "code": finding.code,
        "name": CODES[finding.code].name,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "item": finding.item,
        "unit": finding.unit,
        "owner": finding.owner,
        "message": finding.message,
        "sources": list(finding.sources),
        "accountability": list(finding.accountability),
        "rules": list(finding.rules),
        "fix": finding.fix,
        "deadline": finding.deadline,
    }
