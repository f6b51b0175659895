"""One line a finding: ``path:line:column: CODE sentence``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from qingdan.model.findings import Finding, Verdict


def render(verdict: Verdict) -> str:
    """A line a finding; nothing if there is none."""
    return "".join(f"{line(finding)}\n" for finding in verdict.findings)


def line(finding: Finding) -> str:
    """``lists/powers/JS-YJ.yaml:12:3: QD207 …（JS-YJ-XK-001）``."""
    item = f"（{finding.item}）" if finding.item else ""
    return visible(f"{place(finding)}{finding.code} {finding.message}{item}")


def with_cure(finding: Finding) -> str:
    """What is wrong and what to do about it, in one breath."""
    return " ".join(part for part in (finding.message, finding.fix) if part)


def place(finding: Finding) -> str:
    """``path:line:column: ``, as far as it is known."""
    if not finding.path:
        return ""
    return (
        f"{finding.path}:{finding.line}:{finding.column}: " if finding.line else f"{finding.path}: "
    )
