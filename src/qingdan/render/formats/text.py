"""For people at a terminal: each finding with its articles, who must act, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.findings import SEVERITY_WORDS
from qingdan.render.formats import concise
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding, Verdict


def render(verdict: Verdict) -> str:
    """The findings in blocks, then the summary, then the hints."""
    blocks = ["\n".join(map(visible, block(finding))) for finding in verdict.findings]
    return "\n".join([*blocks, summary(verdict), *verdict.hints]) + "\n"


def block(finding: Finding) -> Iterator[str]:
    """The lines of one finding; what they hold is not yet made visible."""
    yield f"{concise.place(finding)}{SEVERITY_WORDS[finding.severity]} {finding.code} {finding.message}"
    facts = [
        ("事项", finding.item),
        ("依据", "；".join(finding.sources)),
        ("责任", finding.owner),
        ("处理", finding.fix),
        ("期限", finding.deadline),
    ]
    for label, value in facts:
        if value:
            yield f"    {label}：{value}"


def summary(verdict: Verdict) -> str:
    """One sentence: what was looked at and what was found."""
    looked = f"共检查{verdict.files}个文件、{verdict.items}个事项"
    counts = [(word, verdict.count(severity)) for severity, word in SEVERITY_WORDS.items()]
    said = "、".join(f"{word}{count}个" for word, count in counts if count)
    return f"{looked}，{'发现' + said if said else '没有发现问题'}。"
