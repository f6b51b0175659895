"""A small workspace in which inspections can be held: who organises them, two packs, sheets filled in as people do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from conftest import Run, commit, put, replace
from qingdan.core.text import strict

DAY = "2026-10-12"
SETTINGS = """\
inspections:
  organiser: 区政府法制办
  members: [区财政局]
  source: district-operation 第十六条
  kinds:
  - {kind: 联合督查, source: district-operation 第十六条}
  - {kind: 自查, organiser: 各单位, source: district-operation 第十五条}
  - {kind: 卷宗评查, packs: [], source: district-operation 第十九条}
  methods:
  - {text: 听取汇报, source: 本单位自定}
  procedure:
  - {text: 书面通知, source: 本单位自定}
  measures:
  - {text: 调取行政执法案卷, source: jinshui-powers 第十八条第（二）项}
  materials:
  - {text: 学习记录, source: 本单位自定}
  stages:
  - {stage: 报告, by: 区政府法制办, reports_to: 区政务服务中心, source: 本单位自定}
  - {stage: 公布, by: 区政务服务中心, audience: [公开, 系统内], source: 本单位自定}

periods:
- {name: 自查, period: quarter, owner: 各单位, due: 10个工作日,
   held_by: 自查, from: '2026-07-01', source: district-operation 第十五条, due_source: 本单位自定}
- {name: 研判会商, period: quarter, owner: 区政务服务中心, due: 10个工作日,
   held_by: 研判会商, from: '2026-07-01', source: district-operation 第十七条, due_source: 本单位自定}

"""
PACK = """\
regulation: {id: own-rules, title: 本局检查规则}
rules:
- id: 1-1
  article: 第一条
  question: 是否组织学习清单
  owner: 区政府法制办
  for: powers
  answer: manual
  severity: warning
  materials: [学习计划]
- id: 1-2
  article: 第二条
  question: 是否存在无证人员执法
  owner: 区政府法制办
  for: powers
  answer: manual
  expected: 否
  severity: error
  accountability: [第九条]
- id: 2-1
  article: 第三条
  question: 承诺时限是否不超过法定时限
  owner: 区政府法制办
  for: powers
  answer: {check: limits-fit}
  ask: 是
  severity: error
- id: 3-1
  article: 第四条
  question: 收费项目是否公示
  owner: 区财政局
  for: fees
  answer: manual
  severity: warning
"""
SCORING = "  - {title: 逾期申请调整, match: [late], points: 2, cap: 20}\n"
MORE_SCORING = (
    SCORING
    + "  - {title: 无证执法, match: [own-rules/1-2], points: 10, cap: 20}\n"
    + "  - {title: 时限超过法定, match: [QD207], points: 4, cap: 20}\n"
    + "  - {title: 其他错误, match: [error], points: 2, cap: 20}\n"
    + "  - {title: 其他问题, match: [warning], points: 1, cap: 20}\n"
)
REGISTER = """\
id: '2026-01-07-register'
kind: register
lists:
- powers
trigger: internal
occurred: '2026-01-07'
deadline: none
applied: '2026-01-07'
reason: 首次建库
steps:
- stage: 申请
  by: JS-SFJ
  started: '2026-01-07'
"""
OVER = ("promised_limit: 6个工作日", "promised_limit: 90个工作日")
"""What makes a finding of JS-CG: a promise longer than the law allows."""


def ready(folder: Path, *, flawed: bool = True) -> Path:
    """The manual's workspace with inspections, a pack of four rules and, if ``flawed``, one finding at JS-CG."""
    replace(folder, "qingdan.yaml", "scoring:\n", SETTINGS + "scoring:\n")
    replace(folder, "qingdan.yaml", SCORING, MORE_SCORING)
    more = "- id: own-rules\n  title: 本局检查规则\n- id: jinshui-powers\n"
    replace(folder, "qingdan.yaml", "- id: jinshui-powers\n", more)
    put(folder, "rules/own-rules.yaml", PACK)
    if flawed:
        replace(folder, "lists/powers/JS-CG.yaml", *OVER)
    commit(folder, "设置监督检查\n\nReason: 开展监督检查\n")
    return folder


def planned(folder: Path, qingdan: Run, *more: str, kind: str = "joint") -> str:
    """The id of an inspection of JS-CG by the own rules, or of what else is said."""
    words = more or ("--unit", "JS-CG", "--pack", "own-rules", "--period", "2026Q3")
    assert qingdan(folder, "inspect", "plan", "--kind", kind, *words, "--today", DAY) == 0
    return max(
        (folder / "ledger" / "inspections").iterdir(), key=lambda path: path.stat().st_mtime_ns
    ).name


def sheets(folder: Path, qingdan: Run, name: str, out: str = "out") -> Path:
    """The folder of the sheets of an inspection."""
    target = folder.parent / out
    assert qingdan(folder, "inspect", "sheet", name, "--out", str(target), "--today", DAY) == 0
    return target


def heading_row(sheet: Any) -> int:
    """The row of the headings: below the lines that say what the page is."""
    return next(int(row[0].row) for row in sheet.iter_rows(max_row=9) if all(c.value for c in row))


def sheet_file(folder: Path, unit: str = "JS-CG", ending: str = "xlsx") -> Path:
    """The sheet of a unit among those that were written."""
    return next(folder.glob(f"{unit}-*.{ending}"))


def fill(
    file: Path,
    answers: dict[str, tuple[str, str, str]],
    page: str = "检查内容",
    key: str = "检查规则",
    save: Path | None = None,
) -> Path:
    """Write answers, evidence and notes into a workbook as a person would, by the row's first cell."""
    book = load_workbook(file)
    sheet: Any = book[page]
    top = heading_row(sheet)
    heads = [cell.value for cell in sheet[top]]
    said = next(head for head in ("回答", "结论", "情况", "人次") if head in heads)
    wanted = dict(answers)
    for row in sheet.iter_rows(min_row=top + 1):
        cells = dict(zip(heads, row, strict=True))
        if cells[key].value in wanted:
            answer, evidence, note = wanted.pop(cells[key].value)
            for head, text in ((said, answer), ("证据", evidence), ("说明", note)):
                if text:
                    assert not cells[head].protection.locked, head
                    cells[head].value = text
    assert not wanted, f"no row for {wanted}"
    target = save or file
    book.save(target)
    return target


GOOD = {
    "own-rules/1-1": ("是", "学习计划.docx｜2026-03-02｜年度计划", ""),
    "own-rules/1-2": ("否", "", ""),
    "own-rules/2-1": ("否", "", "与公开的清单核对一致"),
}
"""Answers of people at JS-CG that agree with the machine."""


def record_of(folder: Path, name: str, unit: str = "") -> Any:
    """The record of an inspection, or a unit's sheet."""
    base = folder / "ledger" / "inspections" / name
    path = base / "sheets" / f"{unit}.yaml" if unit else base / "inspection.yaml"
    return strict.read(path.read_text("utf-8"))[0]
