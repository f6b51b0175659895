"""``log``: the life of an item, from the ledger and from git, wherever it stood."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import WHY, Run, commit, git, put, replace
from qingdan.core.history.kinship import kin
from qingdan.core.history.versions import excerpt, item_in
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.model.items import Item
from qingdan.repo import resources
from qingdan.repo.git import Repository

CODE, FILE = "JS-CG-XK-001", "lists/powers/JS-CG.yaml"
OTHER, TARGET = "JS-YJ-JC-001", "lists/powers/JS-YJ.yaml"
LATER = (*WHY, "--applied", "2026-11-19", "--evidence", "收文1号")
Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(resources.schema_texts())


def life(qingdan: Run, folder: Path, capsys: Capsys, code: str = CODE, *more: str) -> Any:
    capsys.readouterr()
    assert qingdan(folder, "log", code, "--format", "json", *more) == 0
    return json.loads(capsys.readouterr().out)


def told(qingdan: Run, folder: Path, capsys: Capsys, *words: str) -> str:
    capsys.readouterr()
    assert qingdan(folder, "log", *words) == 0
    return capsys.readouterr().out


def what(found: Any) -> list[str]:
    return [event["what"] for event in found["events"]]


def test_every_adjustment_with_all_that_its_record_says(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    late = [word if word != "2026-11-16" else "2026-11-02" for word in WHY]
    why = (*late, "--late-reason", "材料退回补正", "--basis", "会议纪要")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *why) == 0
    first, second, third = life(qingdan, small, capsys)["events"]
    assert (first["what"], first["unfiled"], first["papers"]) == ("列入", True, None)
    assert second["lines"] == [
        {"label": "承诺办结时限", "before": "8个工作日", "after": "6个工作日"}
    ]
    assert third["commit"] == git(small, "rev-parse", "HEAD")
    assert third["author"] == "测试经办人"
    papers = third["papers"]
    assert papers["record"] == f"2026-11-20-{CODE}"
    assert (papers["kind"], papers["trigger"]) == ("变更", "内部职能调整、流程优化")
    assert (papers["deadline"], papers["within"], papers["used"]) == (
        "2026-11-09",
        "5个工作日",
        "14个工作日",
    )
    assert (papers["late"], papers["late_reason"]) == (True, "材料退回补正")
    text = told(qingdan, small, capsys, CODE)
    assert "承诺办结时限：6个工作日 → 7个工作日" in text
    assert "逾期：材料退回补正" in text
    assert "依据：会议纪要" in text
    assert text.index("8个工作日 → 6个工作日") < text.index("6个工作日 → 7个工作日")


def test_the_steps_of_a_record_tell_who_reviewed_it(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    record = next((small / "ledger/adjustments/2026").iterdir())
    step = "- stage: 审核\n  by: JS-SFJ\n  started: '2026-09-18'\n  due: '2026-09-23'\n"
    record.write_text(record.read_text("utf-8") + step, "utf-8")
    commit(small, "受理")
    assert "审核：区司法局（办理中，2026-09-23截止）" in told(qingdan, small, capsys, CODE)
    done = "  done: '2026-09-21'\n  result: 退回\n  reason: 请补充依据\n"
    record.write_text(record.read_text("utf-8") + done, "utf-8")
    commit(small, "退回")
    assert "审核：区司法局（2026-09-21 退回）：请补充依据" in told(qingdan, small, capsys, CODE)
    assert what(life(qingdan, small, capsys)) == ["列入", "变更"]


def test_what_was_edited_without_papers_is_told_too(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    replace(small, TARGET, "note: 一般检查单位", "note: 检查单位")
    commit(small, "改备注")
    replace(small, TARGET, "  - step: 整改复查", "  - step: 复查")
    commit(small, "偷改流程")
    events = life(qingdan, small, capsys, OTHER)["events"]
    assert [(e["what"], e["unfiled"]) for e in events[1:]] == [("修改", False), ("修改", True)]
    text = told(qingdan, small, capsys, OTHER)
    assert "修改  直接修改，不需办理调整" in text
    assert "修改  没有调整记录" in text


def test_an_item_is_followed_into_the_files_it_came_from(
    small: Path, qingdan: Run, schemas: Schemas, capsys: Capsys
) -> None:
    """Twice to another unit, and its old file is gone in the end."""
    replace(small, TARGET, "note: 一般检查单位", "note: 检查单位")
    commit(small, "改备注")
    layout = schemas["powers"].layout
    old: Any = reading.read((small / TARGET).read_bytes(), layout).value
    new: Any = reading.read((small / FILE).read_bytes(), layout).value
    item = next(entry for entry in old["items"] if entry["code"] == OTHER)
    old["items"].remove(item)
    new["items"] = sorted([*new["items"], item], key=lambda entry: str(entry["code"]))
    put(small, TARGET, emit(old, layout))
    put(small, FILE, emit(new, layout))
    assert qingdan(small, "adjust", "commit", "--kind", "transfer", *WHY) == 0
    text = (small / FILE).read_text("utf-8").replace("unit: JS-CG\n", "unit: JS-CZJ\n", 1)
    git(small, "mv", FILE, "lists/powers/JS-CZJ.yaml")
    put(small, "lists/powers/JS-CZJ.yaml", text)
    commit(small, "机构更名")
    found = life(qingdan, small, capsys, OTHER)
    assert what(found) == ["列入", "修改", "划转", "修改"]
    assert found["events"][2]["lines"] == [
        {"label": "实施主体", "before": "区应急管理局", "after": "区城市管理局"}
    ]
    assert found["unit"] == "JS-CZJ"


def test_the_publication_that_made_it_public(district: Path, qingdan: Run, capsys: Capsys) -> None:
    events = life(qingdan, district, capsys, "JS-ZJ-CF-002")["events"]
    assert [e["public"]["day"] for e in events] == ["2026-01-12", "2026-05-08"]
    assert "政府（机关）网站" in events[1]["public"]["channels"]
    assert life(qingdan, district, capsys, "JS-JB-JF-001")["events"][-1]["public"] is None
    assert "公布：尚未公布" in told(qingdan, district, capsys, "JS-JB-JF-001")


def test_lists_entered_whole_are_told_as_such(district: Path, qingdan: Run, capsys: Capsys) -> None:
    first = life(qingdan, district, capsys, "JS-ZJ-CF-002")["events"][0]
    assert (first["what"], first["papers"]["deadline"]) == ("建库", "")
    assert "不起算期限" in told(qingdan, district, capsys, "JS-ZJ-CF-002")


def test_predecessors_and_successors_stand_in_one_chain(
    district: Path, qingdan: Run, capsys: Capsys
) -> None:
    """Named at one end only, too."""
    text = told(qingdan, district, capsys, "JS-MZ-XK-003")
    assert "沿革：本事项（JS-MZ-XK-003） → 养老机构备案（JS-MZ-QT-001，在用）" in text
    kinship = life(qingdan, district, capsys, "JS-CG-CF-003")["kin"]
    assert [(k["generation"], k["code"]) for k in kinship] == [
        (-1, "JS-ZJ-CF-002"),
        (0, "JS-CG-CF-003"),
    ]


def test_kinship_ends_where_it_closes_and_goes_over_what_is_gone() -> None:
    def item(code: str, **more: Any) -> Item:
        return Item("powers", "U", "", 0, {"code": code, "name": code, "state": "在用", **more})

    items = {
        "A": item("A", successors=["B", "C"]),
        "B": item("B", successors=["D"]),
        "C": item("C"),
        "D": item("D", predecessors=["C", "gone"], successors=["A"]),
    }
    found = {k.code: k.generation for k in kin("B", items)}
    assert found == {"A": -1, "D": -2, "B": 0, "C": -3, "gone": -3}
    assert kin("X", {"X": item("X")}) == ()


def test_newest_first_and_only_the_last(small: Path, qingdan: Run, capsys: Capsys) -> None:
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 0
    days = [e["day"] for e in life(qingdan, small, capsys)["events"]]
    assert days == sorted(days)
    newest = life(qingdan, small, capsys, CODE, "--reverse")
    assert [e["day"] for e in newest["events"]] == days[::-1]
    last = life(qingdan, small, capsys, CODE, "-n", "1")
    assert ([e["day"] for e in last["events"]], last["left_out"]) == (["2026-11-20"], 2)
    assert "较早的2次没有列出" in told(qingdan, small, capsys, CODE, "-n", "1")


def test_an_unknown_code_is_answered_with_a_guess(
    small: Path, qingdan: Run, tmp_path: Path, capsys: Capsys
) -> None:
    assert qingdan(small, "log", "JS-CG-XK-0001") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{CODE}（占用、挖掘城市道路审批）" in said.err
    assert CODE in told(qingdan, small, capsys, " js-cg-xk-001 ")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{small}", "shallow")
    assert qingdan(tmp_path / "shallow", "log", CODE) == 3


def test_a_merge_is_told_only_for_what_it_does_itself(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    git(small, "switch", "-qc", "one")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 0
    git(small, "switch", "-qc", "two", "main")
    assert qingdan(small, "adjust", "set", CODE, "name=占用、挖掘城市道路的审批", *LATER) == 0
    record = small / "ledger/adjustments/2026"
    names = sorted(path.name for path in record.iterdir())
    git(small, "switch", "-q", "main")
    git(small, "merge", "-q", "one")
    git(small, "merge", "-q", "--no-ff", "-m", "Merge two", "two")
    assert len(names) == 2
    assert what(life(qingdan, small, capsys)) == ["列入", "变更", "变更", "变更"]
    git(small, "reset", "-q", "--hard", "HEAD~1")
    git(small, "merge", "-q", "--no-ff", "--no-commit", "two")
    replace(small, FILE, "name: 占用、挖掘城市道路的审批", "name: 城市道路审批")
    commit(small, "Merge two")
    last = life(qingdan, small, capsys)["events"][-1]
    assert (last["what"], last["unfiled"], last["subject"]) == ("修改", True, "Merge two")


def test_a_squash_and_a_record_without_a_change_are_told(
    small: Path, qingdan: Run, capsys: Capsys
) -> None:
    git(small, "switch", "-qc", "one")
    assert qingdan(small, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 0
    git(small, "switch", "-q", "main")
    git(small, "merge", "-q", "--squash", "one")
    commit(small, "合并 (#12)")
    assert what(life(qingdan, small, capsys)) == ["列入", "变更", "变更"]
    replace(small, FILE, "promised_limit: 7个工作日", "promised_limit: 6个工作日")
    git(small, "add", "-A")
    git(small, "commit", "-q", "--amend", "-m", "记录与改动不符")
    last = life(qingdan, small, capsys)["events"][-1]
    assert last["lines"] == [{"label": "承诺办结时限", "before": "6个工作日", "after": "7个工作日"}]


def test_git_is_asked_a_few_times_however_long_the_history(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    for hours in range(12):
        put(
            small,
            FILE,
            (small / FILE).read_text("utf-8").replace("每周巡查", f"{hours}每周巡查", 1),
        )
        commit(small, f"改动{hours}")
    asked: list[Any] = []
    real = subprocess.run

    def counted(words: Any, **options: Any) -> Any:
        asked.append(words)
        return real(words, **options)

    monkeypatch.setattr(subprocess, "run", counted)
    assert len(life(qingdan, small, capsys)["events"]) >= 13
    assert len(asked) < 15


def test_an_excerpt_has_the_item_and_nothing_else(schemas: Schemas) -> None:
    layout = schemas["powers"].layout
    raw = (resources.manual() / "base" / FILE).read_bytes()
    document: Any = reading.read(raw, layout).value
    for entry in document["items"]:
        cut = excerpt(raw, entry["code"])
        assert len(cut) < len(raw)
        found = item_in(cut, entry["code"], FILE, layout)
        assert found is not None
        assert (found.data, found.unit, found.list) == (entry, "JS-CG", "powers")
    assert excerpt(raw, "JS-CG-XK-0") == raw, "told apart only by reading"
    assert item_in(excerpt(raw, "JS-CG-XK-0"), "JS-CG-XK-0", FILE, layout) is None
    assert excerpt(raw, "JS-XX") == b""
    odd = copy.deepcopy(document) | {"items": [{"code": "0410105", "name": "x"}]}
    text = emit(odd, layout).encode()
    assert item_in(excerpt(text, "0410105"), "0410105", FILE, layout) is not None


@pytest.mark.parametrize(
    "raw",
    [b"items: [JS-CG-XK-001]", b"JS-CG-XK-001: &a *a", b"\xff JS-CG-XK-001", b"- JS-CG-XK-001"],
)
def test_an_old_version_that_is_no_list_is_no_version(schemas: Schemas, raw: bytes) -> None:
    assert item_in(excerpt(raw, CODE), CODE, FILE, schemas["powers"].layout) is None


def test_combined_differences_name_every_parent_s_blob(small: Path) -> None:
    git(small, "switch", "-qc", "one")
    replace(small, FILE, "post: 审批岗", "post: 审核岗")
    commit(small, "one")
    git(small, "switch", "-q", "main")
    replace(small, FILE, "post: 窗口受理岗", "post: 受理岗")
    commit(small, "two")
    git(small, "merge", "-q", "--no-ff", "-m", "both", "one")
    repository = Repository(small)
    merge = repository.touching(repository.resolve("HEAD"), "lists")[-1]
    (change,) = merge.changes
    blobs = [git(small, "rev-parse", f"{rev}:{FILE}") for rev in ("HEAD^1", "HEAD^2", "HEAD")]
    assert [change.before, *change.others, change.after] == blobs
