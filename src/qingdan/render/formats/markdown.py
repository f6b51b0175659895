"""Markdown for the comment on a pull request: a sentence, and a table of what was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.model.findings import SEVERITIES, SEVERITY_WORDS
from qingdan.render.formats import concise, text
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding, Verdict

ROWS = 200
"""So many findings are read; who wants all takes another format."""
_ROOM = 50_000
"""Characters of rows: forges refuse a comment of more than 65,536."""
_LONGEST = 600
_HEAD = "| 程度 | 编码 | 位置 | 问题 | 处理 |\n| --- | --- | --- | --- | --- |\n"
_MARKS = re.compile(r"[\\`*_\[\]|~$>]")
_TAGS = str.maketrans({"&": "&amp;", "<": "&lt;"})
_NAMED = re.compile(r"(@|#|:(?=//)|www(?=\.))")
"""Where forges look for people, issues and links, in the text that is left when the markup is gone."""


def render(verdict: Verdict) -> str:
    """A summary, the table with the worst first, and how many rows were left out."""
    lines = [f"**{text.summary(verdict)}**"]
    if verdict.findings:
        lines.append("\n" + _HEAD + "".join(_rows(verdict.findings)).removesuffix("\n"))
    if verdict.hints:
        lines.append("\n" + "\n".join(f"- {_plain(hint)}" for hint in verdict.hints))
    return "\n".join(lines) + "\n"


def _rows(findings: Iterable[Finding]) -> Iterator[str]:
    ranked = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    room = _ROOM
    for number, finding in enumerate(ranked):
        row = _row(finding)
        room -= len(row)
        if number == ROWS or room < 0:
            rest = f"其余{len(ranked) - number}个问题没有列出，请运行 qingdan 查看。"
            yield f"| … | | | {rest} | |\n"
            return
        yield row


def _row(finding: Finding) -> str:
    place = concise.place(finding).removesuffix(": ")
    item = f"（{finding.item}）" if finding.item else ""
    cells = (
        SEVERITY_WORDS[finding.severity],
        finding.code,
        place,
        f"{finding.message}{item}",
        finding.fix,
    )
    return f"| {' | '.join(map(_plain, cells))} |\n"


def _plain(words: str) -> str:
    """Text that says in Markdown just what it says: nothing in it is markup, a mention or a link."""
    whole = visible(words)
    short = whole if len(whole) <= _LONGEST else whole[:_LONGEST] + "…"
    escaped = _MARKS.sub(lambda found: f"\\{found[0]}", short.translate(_TAGS))
    return _NAMED.sub(r"\1<!-- -->", escaped)
