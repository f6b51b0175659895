"""The ledger: only ever appended to; findings that stay the same ones over the runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, commit, git, put, replace
from qingdan.core.ledger import findings as kept
from qingdan.core.ledger.appending import rewritten
from qingdan.core.places import finding_path
from qingdan.core.schema import Schemas
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import judge, open_workspace
from qingdan.model.errors import RefusedError
from qingdan.model.findings import Finding
from qingdan.model.values import Doc
from qingdan.model.workspace import Book
from qingdan.repo import resources

DAY = date(2026, 9, 17)
HOW = kept.Discovery("机器检查", DAY, "JS-SFJ")
POWERS = "lists/powers/JS-CG.yaml"
SCHEMA = Schemas(resources.schema_texts())["finding"]
RECORD: Doc = {
    "id": "2026-JS-CG-0a1b2c3d",
    "key": "QD216|JS-CG-XK-001||materials",
    "source": "机器检查",
    "unit": "JS-CG",
    "fact": "申请材料没有依据",
    "found": "2026-09-17",
    "severity": "warning",
    "owner": "区政府法制办",
    "steps": [{"move": "登记", "by": "JS-SFJ", "done": "2026-09-17"}],
}


def step(move: str) -> Doc:
    return {"move": move, "by": "JS-SFJ", "done": "2026-09-18"}


def judged(folder: Path) -> tuple[Book, tuple[Finding, ...]]:
    opened = open_workspace(folder)
    return judge(opened, opened.snapshot(), keep_items=True)


def test_steps_may_be_appended_and_nothing_else() -> None:
    assert rewritten(RECORD, kept.moved(RECORD, step("通知整改")), SCHEMA) == ()
    assert rewritten(RECORD, RECORD | {"gravity": "一般"}, SCHEMA) == ()
    assert rewritten(RECORD, RECORD | {"fact": "没有问题"}, SCHEMA) == ("问题",)
    assert rewritten(RECORD | {"gravity": "一般"}, RECORD, SCHEMA) == ("情节",)
    assert rewritten(RECORD, RECORD | {"steps": []}, SCHEMA) == ("办理经过",)
    assert rewritten(RECORD, RECORD | {"item": "JS-CG-XK-001"}, SCHEMA) == ("事项",)
    assert rewritten(RECORD, None, SCHEMA) == (SCHEMA.title,)


def test_a_step_that_stands_may_not_even_gain_a_word() -> None:
    steps = cast("list[Doc]", RECORD["steps"])
    assert rewritten(RECORD, RECORD | {"steps": [steps[0] | {"reason": "补记"}]}, SCHEMA) != ()


def test_a_merge_may_put_the_steps_of_two_sides_one_after_the_other() -> None:
    served, closed = step("通知整改"), step("销号")
    mine, theirs = kept.moved(RECORD, served), kept.moved(RECORD, closed)
    both = RECORD | {"steps": [*cast("list[Doc]", RECORD["steps"]), served, closed]}
    assert rewritten(mine, both, SCHEMA) == ()
    assert rewritten(theirs, both, SCHEMA) == ("办理经过第2项办理",)
    assert rewritten(theirs, both, SCHEMA, merged=True) == ()
    assert rewritten(theirs, mine, SCHEMA, merged=True) != ()
    assert rewritten(theirs, both | {"fact": "没有问题"}, SCHEMA, merged=True) == ("问题",)


@given(st.lists(st.sampled_from(sorted(kept.STATES)), max_size=6))
def test_only_lawful_moves_are_taken(moves: list[str]) -> None:
    record = RECORD
    for move in moves:
        state = kept.state_of(record)
        if move in kept.MOVES[state]:
            after = kept.moved(record, step(move))
            assert rewritten(record, after, SCHEMA) == ()
            assert SCHEMA.accepts(after)
            record = after
        else:
            with pytest.raises(RefusedError, match=state):
                kept.moved(record, step(move))


def test_a_finding_keeps_its_identity_when_lines_move_and_words_change(small: Path) -> None:
    replace(small, POWERS, "promised_limit: 6个工作日", "promised_limit: 90个工作日")
    book, found = judged(small)
    first = {kept.key_of(finding, book) for finding in found if finding.code == "QD207"}
    replace(small, POWERS, "promised_limit: 90个工作日", "promised_limit: 80个工作日")
    text = (small / POWERS).read_text("utf-8")
    before, mark, after = text.partition("- code: JS-CG-XK-001\n")
    put(small, POWERS, before + mark + after)
    book, found = judged(small)
    assert first == {kept.key_of(finding, book) for finding in found if finding.code == "QD207"}
    assert len(first) == 1


def test_two_facts_about_one_item_are_two_findings(small: Path) -> None:
    text = (small / POWERS).read_text("utf-8")
    materials = "  materials:\n  - name: 申请表\n  - name: 平面图\n"
    item = text.index("- code: JS-CG-XK-001")
    spot = text.index("  responsibilities:\n", item)
    put(small, POWERS, text[:spot] + materials + text[spot:])
    book, found = judged(small)
    keys = [kept.key_of(finding, book) for finding in found if finding.code == "QD216"]
    assert keys == [
        "QD216|JS-CG-XK-001||materials.申请表",
        "QD216|JS-CG-XK-001||materials.平面图",
    ]


def enter_all(folder: Path, found: tuple[Finding, ...]) -> str:
    def decide(book: Book) -> Entering:
        known = kept.by_key(book)
        docs = [kept.entered(finding, book, HOW) for finding in found]
        fresh = [doc for doc in docs if str(doc["key"]) not in known]
        return Entering({finding_path(str(doc["id"])): doc for doc in fresh}, "登记问题\n")

    return enter(open_workspace(folder), decide, None, keep_items=True)


def test_entering_twice_changes_nothing(small: Path) -> None:
    replace(small, POWERS, "promised_limit: 6个工作日", "promised_limit: 90个工作日")
    commit(small, "直接改\n")
    _, found = judged(small)
    assert found
    assert enter_all(small, found)
    head = git(small, "rev-parse", "HEAD")
    assert enter_all(small, found) == ""
    assert git(small, "rev-parse", "HEAD") == head
    book, after = judged(small)
    assert [finding.code for finding in after] == [finding.code for finding in found]
    assert [kept.state_of(record) for record in kept.kept(book)] == [kept.OPEN] * len(found)


def test_a_rewritten_ledger_is_found_in_its_commit(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(small, POWERS, "promised_limit: 6个工作日", "promised_limit: 90个工作日")
    commit(small, "直接改\n")
    _, found = judged(small)
    enter_all(small, found)
    path = next((small / kept.FOLDER).rglob("*.yaml")).relative_to(small).as_posix()
    replace(small, path, "found: '2026-09-17'", "found: '2026-09-18'")
    commit(small, "改日期\n")
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD", "--format", "concise") == 1
    assert "QD530" in capsys.readouterr().out


def test_a_finding_under_another_name_is_misplaced(small: Path) -> None:
    replace(small, POWERS, "promised_limit: 6个工作日", "promised_limit: 90个工作日")
    commit(small, "直接改\n")
    _, found = judged(small)
    enter_all(small, found)
    full = next((small / kept.FOLDER).rglob("*.yaml"))
    full.rename(full.with_name("2026-JS-CG-00000000.yaml"))
    _, after = judged(small)
    assert "QD601" in {finding.code for finding in after}
