"""GitLab's code quality report, which a merge request shows beside the lines and compares with its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.render.formats.concise import with_cure
from qingdan.render.formats.fingerprints import fingerprints
from qingdan.render.formats.json import dumped
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from qingdan.model.findings import Finding, Verdict

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}
_NOWHERE = "qingdan.yaml"
"""Where a finding about commits is shown: GitLab wants a file for each."""


def render(verdict: Verdict) -> str:
    """An array with an object a finding; ``[]`` if there is none."""
    pairs = zip(verdict.findings, fingerprints(verdict.findings), strict=True)
    document = [_entry(finding, fingerprint) for finding, fingerprint in pairs]
    return dumped(document)


def _entry(finding: Finding, fingerprint: str) -> dict[str, object]:
    item = f"（{finding.item}）" if finding.item else ""
    return {
        "description": visible(f"{finding.code} {with_cure(finding)}{item}"),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": visible(finding.path) or _NOWHERE,
            "lines": {"begin": max(finding.line, 1)},
        },
    }
