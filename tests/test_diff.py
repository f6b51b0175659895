"""``diff``: two versions in words and counts that add up, on the screen, in a pull request, as a page."""

from __future__ import annotations

import copy
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import WHY, Run, commit, git, put, replace
from qingdan.core.history.differing import Ends, Scope, difference
from qingdan.core.history.fields import Spot, differences
from qingdan.core.history.inline import pieces
from qingdan.core.schema import Schemas
from qingdan.core.text import strict
from qingdan.model.differing import Piece, Side
from qingdan.model.workspace import Book, Entry, Item, Listed
from qingdan.render.differing import as_html, as_markdown, as_text, cropped
from qingdan.repo import resources

CODE, FILE = "JS-CG-XK-001", "lists/powers/JS-CG.yaml"
OTHER, TARGET = "JS-YJ-JC-001", "lists/powers/JS-YJ.yaml"
Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(resources.schema_texts())


def told(qingdan: Run, folder: Path, capsys: Capsys, *words: str) -> str:
    capsys.readouterr()
    assert qingdan(folder, "diff", *words) == 0
    return capsys.readouterr().out


def found(qingdan: Run, folder: Path, capsys: Capsys, *words: str) -> Any:
    return json.loads(told(qingdan, folder, capsys, *words, "--format", "json"))


def kinds(data: Any) -> dict[str, str]:
    return {item["code"]: item["kind"] for item in data["items"]}


def counts(stand: Any) -> dict[str, int]:
    return {row["name"]: row["count"] for row in stand["kinds"]}


# what became of the items


def test_a_year_of_the_sample_in_counts_that_agree_with_the_ledger(
    district: Path, qingdan: Run, capsys: Capsys
) -> None:
    """The kinds are those of the records; added minus vanished makes the difference of the totals."""
    begin = git(district, "rev-list", "--max-parents=0", "HEAD")
    data = found(qingdan, district, capsys, f"{begin}..HEAD")
    filed: dict[str, set[str]] = {}
    for path in (district / "ledger/adjustments/2026").iterdir():
        record: Any = strict.read(path.read_text("utf-8"))[0]
        for code in record.get("items", ()):
            filed.setdefault(code, set()).add(record["kind"])
    whole = {"suspend", "resume"}
    expected = {code: kinds_ for code, kinds_ in filed.items() if kinds_ != whole}
    assert kinds(data).keys() == expected.keys(), "what was suspended and resumed is as before"
    labels = {"add": "新增", "remove": "取消", "change": "变更", "correct": "勘误"}
    assert {code: kinds(data)[code] for code in expected} == {
        code: labels[next(kind for kind in labels if kind in kinds_)]
        for code, kinds_ in expected.items()
    }
    assert counts(data["total"]) == dict(Counter(kinds(data).values()))
    for stand in (data["total"], *data["lists"], *data["units"]):
        assert stand["before"] + stand["entered"] - stand["left"] == stand["after"]
    assert sum(stand["before"] for stand in data["lists"]) == data["total"]["before"]
    assert sum(stand["after"] for stand in data["lists"]) == data["total"]["after"]
    assert (data["total"]["used_before"], data["total"]["used_after"]) == (99, 100)


def test_states_of_the_sample_between_two_days(
    district: Path, qingdan: Run, capsys: Capsys
) -> None:
    spring = found(qingdan, district, capsys, "2026-02-26..2026-02-27")
    assert kinds(spring) == {"JS-SFJ-JL-001": "暂停"}
    summer = found(qingdan, district, capsys, "2026-07-15..2026-07-17")
    assert kinds(summer) == {"JS-SFJ-JL-001": "恢复"}
    first = found(qingdan, district, capsys, "2026-04-20..2026-04-30", "--unit", "区住建局")
    assert kinds(first) == {"JS-ZJ-CF-002": "取消"}
    assert first["others"] == []


def test_edits_in_the_work_tree_are_judged_by_what_they_do(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    replace(small, TARGET, "note: 一般检查单位", "note: 检查单位")
    replace(small, FILE, "promised_limit: 6个工作日", "promised_limit: 7个工作日")
    data = found(qingdan, small, capsys)
    assert kinds(data) == {CODE: "变更", OTHER: "直接修改"}
    assert data["after"] == {"name": "当前文件", "commit": "", "day": ""}
    text = told(qingdan, small, capsys, "HEAD")
    assert "变更  占用、挖掘城市道路审批（JS-CG-XK-001，区城市管理局）" in text
    assert "承诺办结时限：6个工作日 → 7个工作日" in text


def test_without_records_the_trailers_say_what_it_was(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    replace(small, FILE, "占用、挖掘城市道路审批", "占用、挖掘城市道路的审批")
    commit(small, f"勘误\n\nAdjustment: correct\nItem: {CODE}\nReason: 笔误\n")
    assert kinds(found(qingdan, small, capsys, "HEAD~1..HEAD")) == {CODE: "勘误"}


def test_split_transfer_and_what_was_simply_deleted(
    small: Path, qingdan: Run, schemas: Schemas, capsys: Capsys
) -> None:
    from test_kinds import cancel, edit, enter, file

    def split(items: dict[str, dict[str, Any]]) -> None:
        enter(items, OTHER, "JS-YJ-JC-011", OTHER)
        enter(items, OTHER, "JS-YJ-JC-012", OTHER)
        cancel(items, OTHER, "JS-YJ-JC-011", "JS-YJ-JC-012")

    edit(small, schemas, split, TARGET)
    assert file(qingdan, small, "split") == 0
    taken: dict[str, Any] = {}
    edit(small, schemas, lambda items: taken.update(a=items.pop("JS-YJ-FW-001")), TARGET)
    edit(small, schemas, lambda items: items.update(a=taken["a"]), FILE)
    edit(small, schemas, lambda items: taken.update(gone=items.pop("JS-CG-XK-002")), FILE)
    commit(small, "改名和删除")
    data = found(qingdan, small, capsys, "HEAD~2..HEAD")
    assert kinds(data) == {
        OTHER: "拆分", "JS-YJ-JC-011": "拆分", "JS-YJ-JC-012": "拆分",
        "JS-YJ-FW-001": "划转", "JS-CG-XK-002": "移出",
    }  # fmt: skip
    assert (data["total"]["entered"], data["total"]["left"]) == (2, 1)
    units = {stand["name"]: stand for stand in data["units"]}
    moved = units["区城市管理局"]
    assert (moved["entered"], moved["left"]) == (1, 1)
    assert "实施主体：区应急管理局 → 区城市管理局" in told(qingdan, small, capsys, "HEAD~2..")


def test_nothing_differs(small: Path, qingdan: Run, capsys: Capsys) -> None:
    assert "没有差别" in told(qingdan, small, capsys)
    for form in ("markdown", "html"):
        assert "没有差别" in told(qingdan, small, capsys, "HEAD..HEAD", "--format", form)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["nosuch..HEAD"], 2, "没有“nosuch”这个版本"),
        (["HEAD..--output=x"], 2, "没有“--output=x”这个版本"),
        (["2020-01-01..HEAD"], 2, "最早的提交在"),
        (["2026-13-01"], 2, "不是真实存在的日期"),
        (["HEAD", "--list", "power"], 2, "可选：powers（行政权责清单）"),
        (["HEAD", "--unit", "城管局"], 2, "单位名册中没有“城管局”"),
        (["HEAD", "--format", "pdf"], 2, "可用：text、markdown、json、html"),
    ],
)
def test_what_cannot_be_compared(
    small: Path, qingdan: Run, capsys: Capsys, words: list[str], code: int, why: str
) -> None:
    assert qingdan(small, "diff", *words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert why in said.err


def test_three_dots_leave_out_what_happened_on_the_other_side(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    git(small, "switch", "-qc", "one")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 0
    git(small, "switch", "-q", "main")
    replace(small, TARGET, "note: 一般检查单位", "note: 检查单位")
    commit(small, "改备注")
    assert kinds(found(qingdan, small, capsys, "main..one")) == {CODE: "变更", OTHER: "直接修改"}
    assert kinds(found(qingdan, small, capsys, "main...one")) == {CODE: "变更"}


def test_files_that_cannot_be_read_are_named_not_counted_as_deleted(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    replace(small, FILE, "state: 取消", "state: 不明")
    put(small, TARGET, "{")
    data = found(qingdan, small, capsys)
    assert data["items"] != []
    assert not {"JS-CG-XK-002"} & kinds(data).keys()
    assert any("行政权责清单有文件不能读取" in line for line in data["unread"])
    assert any("JS-CG-XK-002" in line for line in data["unread"])
    assert "没有比较" in told(qingdan, small, capsys)


def test_registers_settings_and_the_ledger_are_told_shortly(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    replace(small, "registers/units.yaml", "short: 区财政局", "short: 财政局")
    replace(small, "qingdan.yaml", "within: 5个工作日", "within: 3个工作日")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 4
    commit(small, "改设置\n\nReason: 统一\n")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY, "--late-reason", "迟") == 0  # fmt: skip
    text = told(qingdan, small, capsys, "HEAD~2..HEAD")
    assert "单位名册（registers/units.yaml）\n    单位“JS-CZJ”简称：区财政局 → 财政局" in text
    assert "办理时限：5个工作日 → 3个工作日" in text or "5个工作日 → 3个工作日" in text
    assert f"新增1份：\n      ＋ 2026-11-20-{CODE}" in text
    assert "名册、设置和台账有3处改动" in text


# fields


def rows(schemas: Schemas, before: Any, after: Any) -> list[Any]:
    return list(differences(before, after, Spot(schemas["powers"], ("items", 0))))


def test_steps_and_materials_are_lines_that_went_and_came(schemas: Schemas) -> None:
    """A step put in front does not make all others differ; one that changed is told in detail."""
    old = {"flow": [{"step": "受理", "limit": "1日"}, {"step": "审查", "limit": "5日"}]}
    new = {
        "flow": [
            {"step": "收件"},
            {"step": "受理", "limit": "1日"},
            {"step": "审查", "limit": "4日"},
        ]
    }
    detail, lines = rows(schemas, old, new)
    assert (detail.label, detail.before, detail.after) == ("运行流程“审查”办理时限", "5日", "4日")
    assert (lines.label, lines.gone, lines.new) == ("运行流程", (), ("收件",))
    (texts,) = rows(schemas, {"conditions": ["甲", "乙"]}, {"conditions": ["乙", "丙"]})
    assert (texts.label, texts.gone, texts.new) == ("受理条件", ("甲",), ("丙",))
    (gone,) = rows(schemas, {"conditions": ["甲"]}, {})
    assert gone.gone == ("甲",)


def test_a_long_text_is_told_where_it_differs() -> None:
    before = "申请人应当在收到通知之日起五日内补正全部材料，逾期不补正的，视为撤回申请。"
    after = "申请人应当在收到通知之日起十五个工作日内补正全部材料，逾期不补正的，视为放弃申请。"
    told_ = pieces(before, after)
    assert [piece for piece in told_ if piece.kind != "same"] == [
        Piece("cut", "五"),
        Piece("put", "十五个工作"),
        Piece("cut", "撤回"),
        Piece("put", "放弃"),
    ]
    assert pieces("短", "长") == ()
    assert pieces("甲" * 50, "乙" * 50) == ()
    assert pieces("甲" * 3000, "甲" * 3001) == (), "too long to compare"
    short = cropped(told_)
    assert len("".join(piece.text for piece in short)) < len(before) + len(after)


@settings(max_examples=200, deadline=None)
@given(st.text("甲乙丙丁，。", max_size=60), st.text("甲乙丙丁，。", max_size=60))
def test_the_pieces_make_both_texts_again(before: str, after: str) -> None:
    found_ = pieces(before, after)
    if found_:
        assert "".join(p.text for p in found_ if p.kind != "put") == before
        assert "".join(p.text for p in found_ if p.kind != "cut") == after


# counts, whatever happened


def book(items: list[Item]) -> Book:
    entries = Listed(
        Entry(i.list, i.unit, i.path, 0, i.code, i.name, i.type, i.state) for i in items
    )
    return Book(None, {}, entries, {}, (), items={i.code: i for i in items})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_counts_always_add_up(seed: int) -> None:
    chance = random.Random(seed)
    every = [
        Item(chance.choice(["powers", "fees"]), chance.choice("UVW"), "", 0,
             {"code": f"C-{n}", "name": f"事项{n}", "state": chance.choice(["在用", "暂停", "取消"])})
        for n in range(12)
    ]  # fmt: skip
    old = [item for item in every if chance.random() < 0.7]
    new = []
    for item in every:
        if chance.random() < 0.7:
            data = copy.deepcopy(item.data) | {"state": chance.choice(["在用", "暂停", "取消"])}
            new.append(Item(item.list, chance.choice([item.unit, "W"]), "", 0, data))
    ends = Ends(book(old), book(new), Schemas(resources.schema_texts()), {})
    got = difference(ends, (Side("A"), Side("B")), Scope())
    stands = [got.total, *got.lists, *got.units]
    assert all(s.before + s.entered - s.left == s.after for s in stands)
    assert (got.total.before, got.total.after) == (len(old), len(new))
    assert sum(s.after for s in got.lists) == len(new)
    assert {k.name: k.count for k in got.total.kinds} == dict(Counter(i.kind for i in got.items))


# for a pull request, and as a page


def hostile(schemas: Schemas, many: int = 1) -> Any:
    name = "</summary><script>alert(1)</script> **x** [y](javascript:1) | @all \u202e"
    item = Item("powers", "U", "", 0, {"code": "C-1", "name": name, "state": "在用", "note": "旧"})
    other = Item("powers", "U", "", 0, {**item.data, "note": "</details>\n# 标题", "hours": "<b>"})
    olds = [Item("powers", "U", "", 0, {**item.data, "code": f"C-{n}"}) for n in range(many)]
    news = [Item("powers", "U", "", 0, {**other.data, "code": f"C-{n}"}) for n in range(many)]
    ends = Ends(book(olds), book(news), schemas, {})
    return difference(ends, (Side("A", "a" * 40), Side("B", "b" * 40)), Scope())


def test_what_stands_in_a_list_never_becomes_markup(schemas: Schemas) -> None:
    got = hostile(schemas)
    page = as_html(got)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert re.findall(r"(?:src|href)=", page) == []
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(as_markdown(got))
    assert "<script" not in rendered
    assert "<a " not in rendered
    assert "<strong>x</strong>" not in rendered
    assert "<h1>" not in rendered
    assert "\u202e" not in as_text(got) + as_markdown(got)


def test_a_comment_is_never_too_long_for_a_forge(schemas: Schemas) -> None:
    text = as_markdown(hostile(schemas, 3000))
    assert len(text.encode()) < 61_000
    left = int(re.findall(r"\*\*另有(\d+)项没有列出\*\*", text)[0])
    assert 0 < left < 3000
    assert left + sum(f"（C-{n}，" in text for n in range(3000)) == 3000
    assert "qingdan diff A..B" in text


def test_long_details_are_folded_and_balanced(district: Path, qingdan: Run, capsys: Capsys) -> None:
    begin = git(district, "rev-list", "--max-parents=0", "HEAD")
    text = told(qingdan, district, capsys, f"{begin}..HEAD", "--format", "markdown")
    assert text.count("<details>") == text.count("</details>") > 0
    assert text.count("<ins>") == text.count("</ins>") > 0
    assert "| 合计 | 106 | 3 | 0 | 109 | 99项 → 100项 |" in text


def test_the_page_stands_by_itself_in_the_file_asked_for(
    district: Path, qingdan: Run, tmp_path: Path, capsys: Capsys
) -> None:
    out = tmp_path / "改动.html"
    said = told(qingdan, district, capsys, "HEAD~5..", "--format", "html", "--out", str(out))
    assert "个事项有变动" in said
    page = out.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<details") == page.count("</details>") > 0
    assert "<ins>" in page
    assert qingdan(district, "diff", "--out", str(tmp_path)) == 2
    assert "不能写入" in capsys.readouterr().err
