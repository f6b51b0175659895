"""What every form of the matrix says: headings, sums, the conclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.matrices import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.matrices import Matrix

LEADING = ("编号", "事项", "单位", "公开状态")
"""The headings before the systems."""

STRAY = ("系统", "来源行", "编号", "事项", "单位", "情况")


def strays(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """The rows that are on no list, in the order of :data:`STRAY`."""
    titles = {system.id: system.title for system in matrix.systems}
    for stray in matrix.strays:
        said = "；".join(dict.fromkeys(_situation(finding) for finding in stray.findings))
        row = str(stray.row) if stray.row else ""
        yield titles[stray.system], row, stray.code, stray.name, stray.unit, said


def _situation(finding: Finding) -> str:
    return "不在公开的清单上" if finding.code == "QD302" else finding.message.rstrip("。")


def sums(matrix: Matrix) -> list[tuple[str, ...]]:
    """A table of the sums: headings, then a line a system; only columns that hold something."""
    counts = [matrix.counts(place) for place in range(len(matrix.systems))]
    used = [standing for standing in WORDS if any(count.get(standing) for count in counts)]
    head = ("系统", "快照日期", "记录", *(WORDS[standing] for standing in used), "清单以外")
    return [head, *(
        (
            system.title,
            system.taken or "无",
            str(system.rows),
            *(str(counts[place].get(standing, 0)) for standing in used),
            str(matrix.beyond(place)),
        )
        for place, system in enumerate(matrix.systems)
    )]  # fmt: skip


def conclusion(matrix: Matrix) -> str:
    """What came out, in a sentence."""
    wrong = sum(not line.agrees for line in matrix.lines)
    looked = f"比对{len(matrix.lines)}个事项、{len(matrix.systems)}个系统"
    untaken = [system.title for system in matrix.systems if not system.taken]
    said = [f"{wrong}个事项不一致"] if wrong else []
    said += (
        [f"系统中有{len(matrix.strays)}条记录不在公开的清单上或者有缺陷"] if matrix.strays else []
    )
    said += [f"{'、'.join(untaken)}没有快照，未作比对"] if untaken else []
    pending = sum(cell.standing == "pending" for line in matrix.lines for cell in line.cells)
    said = said or ["全部一致"]
    said += [f"另有{pending}处待同步"] if pending else []
    return f"{looked}：{'，'.join(said)}。"


def detail(finding: Finding) -> str:
    """A finding for people in one paragraph: what, by which article, who, what to do."""
    facts = [f"{SEVERITY_WORDS[finding.severity]} {finding.code}：{finding.message}"]
    facts += [f"依据：{'；'.join(finding.sources)}。"] if finding.sources else []
    facts += [f"责任：{finding.owner}。"] if finding.owner else []
    return "".join([*facts, f"处理：{finding.fix}"] if finding.fix else facts)
