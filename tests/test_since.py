"""``--since`` in a district that starts with hundreds of old faults: only what is new is told, whatever moved."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import Run, git, put, replace
from conftest import commit as commit_all
from qingdan.core.novelty import newly
from qingdan.desk import opening
from qingdan.model.findings import Finding
from qingdan.model.workspace import Book, Snapshot
from qingdan.repo import resources

UNITS, ITEMS = 24, 12


def item(unit: str, number: int, **more: str) -> str:
    """A power with four faults: promise over law, sum over promise, a material and measures that are missing."""
    lines = {
        "name": f"{unit}第{number}项许可",
        "statutory": "10个工作日",
        "promised": "15个工作日",
        "extra": "",
    } | more
    return (
        f"- code: {unit}-XK-{number:03}\n  name: {lines['name']}\n  type: 其他行政权力\n  state: 在用\n"
        "  basis:\n  - law: 城市道路管理条例\n    article: 第三十三条\n    check: 未核对\n"
        f"  materials:\n  - name: 申请书\n  statutory_limit: {lines['statutory']}\n"
        f"  promised_limit: {lines['promised']}\n"
        "  flow:\n  - step: 办理\n    limit: 16个工作日\n    post: 经办岗\n    office: 科员\n"
        "  responsibilities:\n  - stage: 办理\n    duty: 依法办理登记手续。\n"
        f"  accountability:\n  - 不依法办理的。\n{lines['extra']}"
    )


def listing(unit: str, *items: str) -> str:
    """A list file."""
    return f"list: powers\nunit: {unit}\nitems:\n" + "".join(items)


def register(units: list[str]) -> str:
    """The lines of a register for these units."""
    return "".join(f"- code: {unit}\n  name: {unit}局\n  kind: 区直\n" for unit in units)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district whose files are full of faults, under git; copied before it is changed."""
    folder = tmp_path_factory.mktemp("since") / "district"
    shutil.copytree(resources.manual() / "base", folder)
    (folder / "ledger/publications/2026-01-08-first.yaml").unlink()
    units = [f"U{number:02}" for number in range(UNITS)]
    known = (folder / "registers/units.yaml").read_text("utf-8")
    put(folder, "registers/units.yaml", known + register(units[:-2]))  # two are in no register
    for unit in units:
        put(
            folder,
            f"lists/powers/{unit}.yaml",
            listing(unit, *(item(unit, n) for n in range(ITEMS))),
        )
    broken = item("U03", 0).replace("15个工作日", "十五天") + item("U03", 1).replace(
        "  state: 在用\n", ""
    )
    nameless = item("U03", 2).replace("- code: U03-XK-002\n  name", "- name")
    put(folder, "lists/powers/U03.yaml", listing("U03", broken, nameless, item("U03", 3)))
    put(
        folder, "lists/powers/U04.yaml", listing("U04", item("U04", 0)) + "  note: [未完\n"
    )  # unreadable
    twice = item("U05", 0).replace("  flow:", "  name: 又一个名称\n  flow:")  # a key twice
    put(folder, "lists/powers/U05.yaml", listing("U05", twice))
    loose = listing("U06", item("U06", 0)).replace("name: U06", "name:  U06")  # not canonical
    put(folder, "lists/powers/U06.yaml", loose)
    same = item("U07", 0, name="另一个名称").replace(
        "U07-XK-000", "U08-XK-000"
    )  # a code used twice
    put(folder, "lists/powers/U07.yaml", listing("U07", same))
    put(folder, "lists/powers/旧表.txt", "放错的文件\n")
    wrong = item("U20", 0).replace("limit: 16个工作日", "limit: 十六天")  # said of 运行流程第1项
    put(folder, "lists/powers/U20.yaml", listing("U20", wrong))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "测试")
    git(folder, "config", "user.email", "test@qingdan.example")
    commit_all(folder, "建库\n")
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "district"))


@pytest.fixture
def since(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Since:
    return Since(qingdan, capsys)


class Since:
    """Exit code of ``validate --since``, and the findings as (code, item or path)."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys = qingdan, capsys

    def __call__(
        self, folder: Path, *words: str, rev: str = "main"
    ) -> tuple[int, list[tuple[str, str]]]:
        self.capsys.readouterr()
        options = ("validate", "--since", rev, "--format", "json", "--fail-on", "info", *words)
        code = self.qingdan(folder, *options)
        found = json.loads(self.capsys.readouterr().out)["findings"]
        return code, [(each["code"], each["item"] or each["path"]) for each in found]


def shuffle(folder: Path) -> None:
    """Everything that is no fault: files renamed with and without git, items moved, lists and lines shifted."""
    git(folder, "switch", "-qc", "work")
    for old, new in (
        ("U09", "W09"),
        ("U23", "W23"),
        ("U03", "W03"),
        ("U04", "W04"),
        ("U05", "W05"),
    ):
        git(folder, "mv", f"lists/powers/{old}.yaml", f"lists/powers/{new}.yaml")
        _rename(folder, old, new)
    for old, new in (("U10", "A10"), ("U22", "A22"), ("U06", "A06"), ("U07", "Z07")):
        (folder / f"lists/powers/{old}.yaml").rename(folder / f"lists/powers/{new}.yaml")
        _rename(folder, old, new)
    (folder / "lists/powers/旧表.txt").rename(folder / "lists/powers/旧表2.txt")
    _move(folder, "U11", "U12", "U11-XK-004")
    replace(folder, "lists/powers/U20.yaml", "  flow:\n", "  flow:\n  - step: 受理\n")  # now 第2项
    for unit in ("U13", "W03", "W04", "W05"):  # lines and places move
        replace(folder, f"lists/powers/{unit}.yaml", "items:\n", "items:\n" + sound(unit))
    text = (folder / "registers/units.yaml").read_text("utf-8")
    head, *rest = text.split("\n- ")
    put(
        folder,
        "registers/units.yaml",
        "\n- ".join([head, *(row.rstrip("\n") for row in reversed(rest))]) + "\n",
    )


def _rename(folder: Path, old: str, new: str) -> None:
    replace(folder, f"lists/powers/{new}.yaml", f"unit: {old}\n", f"unit: {new}\n")
    text = (folder / "registers/units.yaml").read_text("utf-8")
    put(folder, "registers/units.yaml", text.replace(f"code: {old}\n", f"code: {new}\n"))


def _move(folder: Path, one: str, other: str, code: str) -> None:
    """An item to another unit's file."""
    path = folder / f"lists/powers/{one}.yaml"
    head, *items = path.read_text("utf-8").split("- code: ")
    (moved,) = (each for each in items if each.startswith(code))
    items.remove(moved)
    path.write_text("- code: ".join([head, *items]), "utf-8")
    there = folder / f"lists/powers/{other}.yaml"
    there.write_text(
        there.read_text("utf-8").replace("items:\n", f"items:\n- code: {moved}", 1), "utf-8"
    )


def sound(unit: str) -> str:
    """A power without a fault, which stands before all others."""
    whole = item(
        unit, 0, promised="5个工作日", extra="  post_supervision:\n  - 每年抽查一次，结果公开。\n"
    )
    whole = whole.replace("16个工作日", "5个工作日").replace("  materials:\n  - name: 申请书\n", "")
    return whole.replace(f"{unit}-XK-000", f"{unit}-QT-000")


def test_the_district_starts_with_hundreds_of_faults(
    place: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(place, "validate", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert len(found) > 800
    codes = {each["code"] for each in found}
    assert {
        "QD101",
        "QD104",
        "QD105",
        "QD106",
        "QD109",
        "QD111",
        "QD201",
        "QD202",
        "QD206",
        "QD207",
        "QD216",
        "QD219",
    } <= codes


def test_nothing_new_after_everything_moved(place: Path, since: Since) -> None:
    shuffle(place)
    assert since(place) == (0, [])


def test_exactly_the_one_new_fault_is_told(place: Path, since: Since) -> None:
    shuffle(place)
    replace(place, "lists/powers/A10.yaml", "  - 不依法办理的。\n", "  - 见附件\n")
    assert since(place) == (1, [("QD218", "U10-XK-000")])


def test_a_revision_against_a_revision(place: Path, since: Since) -> None:
    shuffle(place)
    replace(place, "lists/powers/W09.yaml", "  - 不依法办理的。\n", "  - 见附件\n")
    commit_all(place, "整理\n")
    assert since(place, "--at", "work") == (1, [("QD218", "U09-XK-000")])
    assert since(place, "--at", "main") == (0, [])
    assert since(place) == (1, [("QD218", "U09-XK-000")])
    assert since(place, rev="work") == (0, [])


def test_ten_cured_and_one_made_is_one(place: Path, since: Since) -> None:
    path, old = "lists/powers/U14.yaml", "  - name: 申请书\n"
    text = (place / path).read_text("utf-8")
    put(place, path, text.replace(old, f"{old}    basis: 《城市道路管理条例》第三十三条\n", 10))
    replace(place, "lists/powers/U15.yaml", old, f"{old}  - name: 无犯罪记录证明\n")
    assert since(place) == (1, [("QD216", "U15-XK-000")])


def test_of_two_alike_one_more_is_new(place: Path, since: Since) -> None:
    old = "  - name: 申请书\n"
    replace(place, "lists/powers/U16.yaml", old, old + old)
    assert since(place) == (1, [("QD216", "U16-XK-000")])
    git(place, "commit", "-qam", "又一份\n")
    replace(place, "lists/powers/U16.yaml", old + old, old)
    assert since(place) == (0, [])


def test_a_fault_of_another_item_is_no_substitute(place: Path, since: Since) -> None:
    """One item cured and another broken alike is one new fault, not none."""
    replace(place, "lists/powers/U17.yaml", "  materials:\n  - name: 申请书\n", "")
    put(place, "lists/powers/U18.yaml", listing("U18", *(item("U18", n) for n in range(ITEMS + 1))))
    _, found = since(place)
    assert {each for _, each in found} == {f"U18-XK-{ITEMS:03}"}


def test_a_worse_limit_is_a_new_fault(place: Path, since: Since) -> None:
    old, new = "  promised_limit: 15个工作日\n", "  promised_limit: 16个工作日\n"
    replace(place, "lists/powers/U19.yaml", old, new)
    assert since(place) == (1, [("QD207", "U19-XK-000")])


def test_each_tree_is_judged_once(
    place: Path, since: Since, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Snapshot] = []

    def counted(
        opened: opening.Opened, snapshot: Snapshot, *, keep_items: bool = False
    ) -> tuple[Book, tuple[Finding, ...]]:
        calls.append(snapshot)
        return judge(opened, snapshot, keep_items=keep_items)

    judge = opening.judge
    monkeypatch.setattr(opening, "judge", counted)
    assert since(place) == (0, [])
    assert len(calls) == 2


def test_the_index_is_not_touched(place: Path, since: Since) -> None:
    shuffle(place)
    before, index = git(place, "status", "--porcelain"), (place / ".git/index").read_bytes()
    since(place)
    assert (place / ".git/index").read_bytes() == index
    assert git(place, "status", "--porcelain") == before


def test_what_was_known_is_counted_for_people(
    place: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(place, "validate", "--since", "main") == 0
    said = capsys.readouterr().out
    assert re.search(r"只报main之后新增的问题；此前已有的\d{3,}个没有列出。", said)


def test_a_workspace_below_the_repository(place: Path, tmp_path: Path, since: Since) -> None:
    """Paths of renamed files are those of the workspace, also where it is a folder of a larger repository."""
    top = tmp_path / "top"
    top.mkdir()
    shutil.copytree(place, top / "qd", ignore=shutil.ignore_patterns(".git"))
    git(top, "init", "-q", "-b", "main")
    commit_all(top, "建库\n")
    git(top, "mv", "qd/lists/powers/U04.yaml", "qd/lists/powers/W04.yaml")
    replace(top / "qd", "lists/powers/W04.yaml", "unit: U04\n", "unit: W04\n")
    assert since(top / "qd") == (0, [])


def fault(path: str, message: str, place: int = 0, item: str = "") -> Finding:
    return Finding("QD106", "error", message, path, ("items", place), item=item)


def test_the_nearest_old_fault_is_taken_first() -> None:
    """Of three alike but for their places, the new one is the one told, not whichever comes last."""
    path = "lists/powers/A.yaml"
    old = [fault(path, f"“第{n + 1}项”不能为空。", n) for n in range(3)]
    new = [fault(path, f"“第{n + 1}项”不能为空。", n) for n in range(4)]
    assert newly(new, old) == (new[3],)
    assert newly(reversed(new), old) == (new[3],)
    assert newly(old[1:], old) == ()


def test_quoted_paths_follow_their_files() -> None:
    old = fault("lists/powers/A.yaml", "与lists/powers/B.yaml中的“乙”重复。", item="X-1")
    new = fault("lists/powers/A.yaml", "与lists/powers/C.yaml中的“乙”重复。", item="X-1")
    other = fault("lists/powers/A.yaml", "与lists/powers/C.yaml中的“丙”重复。", item="X-1")
    assert newly([new], [old], {"lists/powers/B.yaml": "lists/powers/C.yaml"}) == ()
    assert newly([new], [old]) == ()
    assert newly([other], [old]) == (other,)


def test_what_git_cannot_compare_is_no_obstacle(place: Path, since: Since) -> None:
    """A pipe among the lists is told by ``validate`` itself; the comparison goes on."""
    os.mkfifo(place / "lists/powers/U99.yaml")
    assert since(place) == (1, [("QD108", "lists/powers/U99.yaml")])
