"""A kind of adjustment that does not fit what was done is refused, in the program and in the history."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import WHY, Run, commit, git, put
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.repo import resources

CODE, FILE = "JS-YJ-JC-001", "lists/powers/JS-YJ.yaml"
OTHER, LICENCE = "lists/powers/JS-CG.yaml", "JS-CG-XK-001"
A, B = "JS-YJ-JC-011", "JS-YJ-JC-012"
Items = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(resources.schema_texts())


def edit(folder: Path, schemas: Schemas, change: Callable[[Items], None], path: str = FILE) -> None:
    """Edit the items of a list file, by code; what is added is kept, what is deleted goes."""
    layout = schemas["powers"].layout
    document: Any = reading.read((folder / path).read_bytes(), layout).value
    items = items_of(folder, schemas, path)
    change(items)
    document["items"] = sorted(items.values(), key=lambda item: str(item["code"]))
    put(folder, path, emit(document, layout))


def items_of(folder: Path, schemas: Schemas, path: str = FILE) -> Items:
    """The items of a list file as they stand, by code."""
    document: Any = reading.read((folder / path).read_bytes(), schemas["powers"].layout).value
    return {item["code"]: item for item in document["items"]}


def cancel(items: Items, code: str, *successors: str) -> None:
    items[code] |= {"state": "取消", "ended": "2026-11-20"}
    items[code] |= {"successors": list(successors)} if successors else {}


def enter(items: Items, like: str, code: str, *predecessors: str) -> None:
    items[code] = copy.deepcopy(items[like]) | {
        "code": code,
        "name": f"新事项{code[-3:]}",
        "state": "在用",
    }
    for key in ("ended", "successors", "predecessors", "task_code"):
        items[code].pop(key, None)
    items[code] |= {"predecessors": list(predecessors)} if predecessors else {}


def file(qingdan: Run, folder: Path, kind: str, *more: str) -> int:
    return qingdan(folder, "adjust", "commit", "--kind", kind, *WHY, *more)


def judged(qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    capsys.readouterr()
    qingdan(folder, "validate", "--commits", "HEAD~1..", "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return [(f["code"], f["message"]) for f in found if f["code"].startswith("QD5")]


def test_a_split_cancels_one_and_enters_its_successors(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    def split(items: Items) -> None:
        enter(items, CODE, A, CODE)
        enter(items, CODE, B, CODE)
        cancel(items, CODE, A, B)

    edit(small, schemas, split)
    assert file(qingdan, small, "change") == 4
    assert "改动不符" in capsys.readouterr().err
    assert file(qingdan, small, "split") == 0
    assert judged(qingdan, small, capsys) == []


@pytest.mark.parametrize(
    ("heirs", "why"),
    [
        (((A,), (CODE,)), "没有取消并写明两个以上承继事项"),
        (((A, B), ()), "没有取消并写明两个以上承继事项"),
        (((A, CODE), (CODE,)), "没有写明前身"),
    ],
)
def test_a_split_without_two_heirs_that_say_so_is_refused(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str],
    heirs: tuple[tuple[str, ...], tuple[str, ...]], why: str,
) -> None:  # fmt: skip
    """``heirs``: whom the cancelled one names, and whom those that are entered name."""
    successors, predecessors = heirs

    def split(items: Items) -> None:
        enter(items, CODE, A, *predecessors)
        enter(items, CODE, B, *predecessors)
        cancel(items, CODE, *successors)

    edit(small, schemas, split)
    head = git(small, "rev-parse", "HEAD")
    assert file(qingdan, small, "split") == 4
    assert why in capsys.readouterr().err
    assert git(small, "rev-parse", "HEAD") == head


def test_a_new_code_is_a_change_of_both_items(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    def renumber(items: Items) -> None:
        enter(items, CODE, A, CODE)
        cancel(items, CODE, A)

    edit(small, schemas, renumber)
    assert file(qingdan, small, "change") == 0
    message = git(small, "log", "-1", "--format=%(trailers:key=Item,valueonly)").split()
    assert sorted(message) == sorted([CODE, A])
    assert judged(qingdan, small, capsys) == []


@pytest.mark.parametrize("said", [((A,), ()), ((), (CODE,)), (("JS-CG-XK-001",), (CODE,))])
def test_a_new_code_that_does_not_say_whose_it_is_is_refused(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str],
    said: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:  # fmt: skip
    """``said``: whom the cancelled one names, and whom the one that is entered names."""
    successors, predecessors = said

    def renumber(items: Items) -> None:
        enter(items, CODE, A, *predecessors)
        cancel(items, CODE, *successors)

    edit(small, schemas, renumber)
    head = git(small, "rev-parse", "HEAD")
    assert file(qingdan, small, "change") == 4
    capsys.readouterr()
    assert git(small, "rev-parse", "HEAD") == head


def test_a_new_code_is_set_like_any_other_field(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, "adjust", "set", CODE, f"code={LICENCE}", *WHY) == 4
    assert "已经用于" in capsys.readouterr().err
    assert qingdan(small, "adjust", "set", CODE, f"code={A}", *WHY) == 0
    items = items_of(small, schemas)
    assert (items[CODE]["state"], items[CODE]["successors"]) == ("取消", [A])
    assert (items[A]["state"], items[A]["predecessors"]) == ("在用", [CODE])
    assert items[A]["basis"] == items[CODE]["basis"]
    assert judged(qingdan, small, capsys) == []


def test_verbs_do_what_their_kinds_say(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    def done(verb: str, *words: str) -> dict[str, Any]:
        assert qingdan(small, "adjust", verb, CODE, *words, *WHY) == 0
        assert git(small, "log", "-1", "--format=%(trailers:key=Adjustment,valueonly)") == verb
        assert judged(qingdan, small, capsys) == []
        return items_of(small, schemas)[CODE]

    assert done("suspend")["state"] == "暂停"
    assert "ended" in items_of(small, schemas)[CODE]
    item = done("resume")
    assert item["state"] == "在用"
    assert "ended" not in item
    assert done("correct", "note=只改笔误")["note"] == "只改笔误"
    assert qingdan(small, "adjust", "devolve", CODE, "--successor", LICENCE, *WHY) == 0
    item = items_of(small, schemas)[CODE]
    assert (item["state"], item["successors"]) == ("取消", [LICENCE])


def test_an_item_is_transferred_with_its_code(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("adjust", "transfer", CODE)
    assert qingdan(small, *words, "没有这个单位", *WHY) == 2
    assert qingdan(small, *words, "JS-YJ", *WHY) == 2
    assert "不必划转" in capsys.readouterr().err
    before = items_of(small, schemas)[CODE]
    assert qingdan(small, *words, "JS-CG", "note=机构改革划入", *WHY) == 0
    assert CODE not in items_of(small, schemas)
    assert items_of(small, schemas, OTHER)[CODE] == before | {"note": "机构改革划入"}
    assert judged(qingdan, small, capsys) == []


def test_what_comes_from_above_is_received(
    small: Path, qingdan: Run, schemas: Schemas, tmp_path: Path
) -> None:
    taken = items_of(small, schemas)[CODE] | {
        "code": A,
        "name": "承接的事项",
        "power_source": "上级下放",
    }
    source = put(
        tmp_path,
        "new.yaml",
        emit({"list": "powers", "unit": "JS-YJ", "items": [taken]}, schemas["powers"].layout),
    )
    assert qingdan(small, "adjust", "receive", "--from", str(source), *WHY) == 0
    assert git(small, "log", "-1", "--format=%(trailers:key=Adjustment,valueonly)") == "receive"


def test_a_new_code_leaves_no_item_over(small: Path, qingdan: Run, schemas: Schemas) -> None:
    def renumber(items: Items) -> None:
        enter(items, CODE, A, CODE)
        enter(items, CODE, B, CODE)
        cancel(items, CODE, A)

    edit(small, schemas, renumber)
    assert file(qingdan, small, "change") == 4


def test_entering_alone_is_no_split(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(small, schemas, lambda items: enter(items, CODE, A, CODE))
    assert file(qingdan, small, "split") == 4
    assert "取消一个原事项" in capsys.readouterr().err


def test_a_merge_cancels_two_for_one(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = CODE, "JS-YJ-FW-001"

    def merge(items: Items, *, both: bool) -> None:
        enter(items, first, "JS-YJ-CF-009", first, second)
        cancel(items, first, "JS-YJ-CF-009")
        if both:
            cancel(items, second, "JS-YJ-CF-009")

    edit(small, schemas, lambda items: merge(items, both=False))
    assert file(qingdan, small, "merge") == 4
    assert "两个以上原事项" in capsys.readouterr().err
    git(small, "checkout", "-q", "--", "lists")
    edit(small, schemas, lambda items: merge(items, both=True))
    assert file(qingdan, small, "merge") == 0
    assert judged(qingdan, small, capsys) == []


def test_a_transfer_goes_to_another_unit(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: Items = {}
    edit(small, schemas, lambda items: taken.update({CODE: items.pop(CODE)}))
    edit(small, schemas, lambda items: items.update(taken), OTHER)
    assert file(qingdan, small, "change") == 4
    assert "划转" in capsys.readouterr().err
    assert file(qingdan, small, "transfer") == 0
    assert judged(qingdan, small, capsys) == []


def test_a_transfer_within_the_same_unit_is_none(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    def same(items: Items) -> None:
        enter(items, CODE, A, CODE)
        cancel(items, CODE, A)

    edit(small, schemas, same)
    assert file(qingdan, small, "transfer") == 4
    assert "仍在原单位" in capsys.readouterr().err


def test_what_is_handed_down_or_up_names_the_other_body(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("adjust", "remove", CODE, "--kind", "devolve", *WHY, "--dry-run")
    assert qingdan(small, *words) == 4
    assert "由谁承接" in capsys.readouterr().err
    assert qingdan(small, *words, "--reason", "下放各街道办事处实施") == 0
    edit(small, schemas, lambda items: enter(items, CODE, A))
    capsys.readouterr()
    assert file(qingdan, small, "receive", "--dry-run") == 4
    assert "自何处承接" in capsys.readouterr().err
    edit(small, schemas, lambda items: items[A].update(power_source="上级下放"))
    assert file(qingdan, small, "receive", "--dry-run") == 0


@pytest.mark.parametrize(
    ("assignment", "why"),
    [
        ("promised_limit=7个工作日", "不是文字表述"),
        ("flow.1.limit=2个工作日", "不是文字表述"),
        ("type=行政确认", "不是文字表述"),
        ("name=城市道路设施的维护管理", "改动较多"),
        ("responsibilities.1.duty=", "有增有减"),
    ],
)
def test_a_correction_of_what_carries_meaning_is_refused(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], assignment: str, why: str
) -> None:
    assert qingdan(small, "adjust", "set", LICENCE, assignment, *WHY, "--kind", "correct") == 4
    told = capsys.readouterr().err
    assert why in told
    assert "勘误只改明显的笔误" in told


def test_a_slip_may_be_corrected(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "name=占用、挖掘城市道路的审批"
    assert qingdan(small, "adjust", "set", LICENCE, name, *WHY, "--kind", "correct") == 0
    assert judged(qingdan, small, capsys) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("受理后应当在三日内", "受理后应当在五日内"),
        ("受理后应当在三日内", "受理后不应当在三日内"),
        ("收取2元手续费用", "收取3元手续费用"),
        ("申请人可以补正材料", "申请人应当补正材料"),
    ],
)
def test_a_small_difference_may_be_a_large_one(
    small: Path, qingdan: Run, schemas: Schemas, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:  # fmt: skip
    """A number, a negation, an obligation."""
    edit(small, schemas, lambda items: items[CODE]["responsibilities"][0].update(duty=old))
    assert file(qingdan, small, "change") == 0
    edit(small, schemas, lambda items: items[CODE]["responsibilities"][0].update(duty=new))
    capsys.readouterr()
    assert file(qingdan, small, "correct") == 4
    assert "勘误只改明显的笔误" in capsys.readouterr().err


def test_a_forged_correction_is_found_in_the_history(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Filed as a change and rewritten as a correction, which would have no deadline."""
    assert qingdan(small, "adjust", "set", LICENCE, "promised_limit=7个工作日", *WHY) == 0
    message = git(small, "log", "-1", "--format=%B")
    record = next((small / "ledger/adjustments/2026").glob(f"2026-11-20-{LICENCE}.yaml"))
    lines = [line for line in record.read_text("utf-8").split("\n") if "within:" not in line]
    text = "\n".join(lines).replace("kind: change", "kind: correct")
    record.write_text(text.replace("deadline: '2026-11-23'", "deadline: none"), "utf-8")
    git(small, "reset", "-q", "--soft", "HEAD~1")
    forged = message.replace("Adjustment: change", "Adjustment: correct")
    commit(small, forged.replace("Deadline: 2026-11-23", "Deadline: none") + "\n")
    ((code, told),) = judged(qingdan, small, capsys)
    assert code == "QD510"
    assert "“承诺办结时限”不是文字表述" in told


def test_a_code_that_was_deleted_outright_is_not_free_again(
    small: Path, schemas: Schemas, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def without(items: Items) -> None:
        del items[LICENCE]
        for item in items.values():
            item.pop("successors", None)

    head = git(small, "rev-parse", "HEAD")
    edit(small, schemas, without, OTHER)
    commit(small, "直接删除\n")
    git(small, "checkout", "-q", head, "--", OTHER)
    git(small, "reset", "-q")
    assert file(qingdan, small, "add") == 4
    said = capsys.readouterr().err
    assert f"编号“{LICENCE}”曾经用过" in said
    assert "ledger/adjustments/2026/2026-09-17-JS-CG-XK-001.yaml" in said
