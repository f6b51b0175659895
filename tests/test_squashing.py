"""A squash joins several adjustments of one item: their records must lead, one after another, to what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace

ITEM = "JS-CG-XK-001"
RECORD = f"ledger/adjustments/2026/2026-11-20-{ITEM}.yaml"
WHY = (
    *("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "规范"),
    *("--today", "2026-11-20", "--yes"),
)


class Judge:
    """The codes of 5xx in the last commit."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys = qingdan, capsys

    def __call__(self, folder: Path) -> set[str]:
        self.capsys.readouterr()
        self.qingdan(folder, "validate", "--commits", "HEAD~1..HEAD", "--format", "json")
        found = json.loads(self.capsys.readouterr().out)["findings"]
        return {f["code"] for f in found if f["code"].startswith("QD5")}


@pytest.fixture
def judge(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Judge:
    return Judge(qingdan, capsys)


def squash(folder: Path, message: str = "合并调整\n") -> None:
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--squash", "aside")
    commit(folder, message)


@pytest.fixture
def named(small: Path, qingdan: Run) -> Path:
    """On a branch, an item was given one name after the other."""
    git(small, "switch", "-q", "-c", "aside")
    for name in ("挖掘城市道路审批", "挖路审批"):
        assert qingdan(small, "adjust", "set", ITEM, f"name={name}", *WHY) == 0
    return small


def test_one_after_the_other_is_accepted(named: Path, judge: Judge) -> None:
    last = git(named, "log", "-1", "--format=%B")
    squash(named)
    assert judge(named) == {"QD514"}
    git(named, "commit", "-q", "--amend", "-m", last)
    assert judge(named) == {"QD514"}, "the last one's trailers name one record of the two"


def test_what_was_taken_back_on_the_way_is_accepted(
    named: Path, qingdan: Run, judge: Judge
) -> None:
    words = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "撤销", "--yes")
    for record in (f"2026-11-20-{ITEM}-2", f"2026-11-20-{ITEM}"):
        assert qingdan(named, "adjust", "revert", record, *words, "--today", "2026-11-20") == 0
    squash(named)
    assert judge(named) == {"QD514"}
    assert git(named, "diff", "--name-only", "HEAD~1", "HEAD", "--", "lists") == ""


def test_another_value_than_the_last_is_not(named: Path, judge: Judge) -> None:
    replace(named, "lists/powers/JS-CG.yaml", "name: 挖路审批", "name: 随意挖路")
    commit(named, "夹带\n")
    squash(named)
    assert judge(named) == {"QD506", "QD514"}


def test_records_that_name_an_item_and_tell_nothing_prove_nothing(
    named: Path, judge: Judge
) -> None:
    git(named, "checkout", "-q", "main", "--", "lists")
    for name in (RECORD, RECORD.replace(".yaml", "-2.yaml")):
        text = (named / name).read_text("utf-8")
        head, _, tail = text.partition("changes:")
        put(named, name, head + tail[tail.index("steps:") :])
    commit(named, "空记录\n")
    squash(named)
    assert judge(named) == {"QD505", "QD514"}


def test_a_controlled_field_that_the_record_does_not_tell_of_is_found(
    small: Path, qingdan: Run, judge: Judge
) -> None:
    assert qingdan(small, "adjust", "set", ITEM, "name=挖路审批", *WHY) == 0
    assert judge(small) == set()
    replace(small, "lists/powers/JS-CG.yaml", "type: 行政许可", "type: 行政确认")
    git(small, "commit", "-q", "-a", "--amend", "--no-edit")
    assert judge(small) == {"QD506"}


def test_an_item_entered_and_then_changed(small: Path, qingdan: Run, judge: Judge) -> None:
    git(small, "switch", "-q", "-c", "aside")
    items = (small / "lists/powers/JS-CG.yaml").read_text("utf-8").partition("items:\n")[2]
    mine = next(part for part in items.split("- code: ") if part.startswith(ITEM))
    new = mine.replace(ITEM, "JS-CG-XK-009").replace("name: 占用", "name: 另行占用", 1)
    new = new.replace("  charged: 是\n  fees:\n  - JS-CG-SF-001\n", "")
    shown = f"list: powers\nunit: JS-CG\nitems:\n- code: {new}"
    place = put(small.parent, "new.yaml", shown)
    assert qingdan(small, "adjust", "add", "--from", str(place), *WHY) == 0
    assert qingdan(small, "adjust", "set", "JS-CG-XK-009", "name=挖路审批", *WHY) == 0
    squash(small)
    assert judge(small) == {"QD514"}


def test_what_one_record_accounts_for_hides_no_misfit_beside_it(
    small: Path, qingdan: Run, judge: Judge
) -> None:
    """Of two items in a forged record of change, another record accounts for the first; the second was suspended."""
    other = "JS-CG-CF-001"
    git(small, "switch", "-q", "-c", "aside")
    assert qingdan(small, "adjust", "remove", other, *WHY) == 0
    assert qingdan(small, "adjust", "set", ITEM, "name=挖路审批", *WHY) == 0
    text = (small / "lists/powers/JS-CG.yaml").read_text("utf-8")
    head, mine, tail = text.partition(f"- code: {ITEM}\n")
    put(small, "lists/powers/JS-CG.yaml", head + mine + tail.replace("在用", "暂停", 1))
    text = (small / RECORD).read_text("utf-8")
    put(small, RECORD, text.replace("items:\n", f"items:\n- {other}\n"))
    commit(small, "夹带\n")
    squash(small)
    assert "QD510" in judge(small)
