"""``due``: every running clock, whose it is, how it stands on a day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.calendar import Calendar
from qingdan.core.checks.world import World
from qingdan.core.clocks.nearing import findings
from qingdan.model.clocks import KINDS, NEAR, Clock, Count
from qingdan.render.clocks import LABELS

RECORD = "ledger/adjustments/2026/2026-09-17-JS-CG-XK-001.yaml"
LAW = "安全生产检查办法（样例）"
DELEGATION = """\
delegations:
- id: WT-2026-01
  from: ZZ-YJ
  to: JS-YJ
  items: [JS-YJ-JC-001]
  basis: 安全生产检查办法（样例）第六条
  document: 安全生产检查委托书（样例）
  start: '2025-01-01'
  end: '{end}'
"""


@pytest.fixture
def clocks(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Any:
    """What ``due`` gives to programs."""

    def ask(folder: Path, today: str, *words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert qingdan(folder, "due", "--format", "json", "--today", today, *words) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["today"] == today
        return list(told["clocks"])

    return ask


def step(folder: Path, text: str) -> None:
    path = folder / RECORD
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def amend(folder: Path, day: str) -> None:
    replace(
        folder,
        "registers/laws.yaml",
        "  effective: '2020-05-01'\n",
        f"  effective: '2020-05-01'\n  amended: ['{day}']\n",
    )


def test_a_review_waits_for_the_list_s_supervisor(small: Path, clocks: Any) -> None:
    (found,) = clocks(small, "2026-09-18")
    assert (found["kind"], found["duty"], found["record"]) == ("review", "审核", Path(RECORD).stem)
    assert found["owner"] == "区政府法制办（区司法局）"
    assert found["units"] == ["JS-SFJ"]
    assert (found["state"], found["last"], found["words"]) == (
        "running",
        "2026-09-21",
        "还有2个工作日",
    )
    days = [day["day"] for day in found["deadline"]["chain"]]
    assert days == ["2026-09-18", "2026-09-19", "2026-09-20", "2026-09-21"]


@pytest.mark.parametrize(
    ("today", "state", "words"),
    [
        ("2026-09-21", "today", "今天截止"),
        ("2026-09-22", "overdue", "已逾期1个工作日"),
        ("2026-09-28", "overdue", "已逾期4个工作日"),
        ("2027-09-28", "overdue", "已逾期372日"),
    ],
)
def test_how_a_clock_stands(small: Path, clocks: Any, today: str, state: str, words: str) -> None:
    (found,) = clocks(small, today)
    assert (found["state"], found["words"]) == (state, words)


def test_returned_it_is_the_applicant_s_turn_and_then_over(small: Path, clocks: Any) -> None:
    step(
        small,
        "- stage: 审核\n  by: JS-SFJ\n  started: '2026-09-17'\n  done: '2026-09-18'\n"
        "  result: 退回\n  reason: 依据不全\n",
    )
    (found,) = clocks(small, "2026-09-20")
    assert (found["kind"], found["owner"], found["units"]) == ("adjust", "区城市管理局", ["JS-CG"])
    assert clocks(small, "2026-09-20", "--kind", "review") == []


def test_passed_and_published_nothing_is_owed(small: Path, clocks: Any) -> None:
    step(
        small,
        "- stage: 审核\n  by: JS-SFJ\n  started: '2026-09-17'\n  done: '2026-09-18'\n"
        "  result: 通过\n",
    )
    assert clocks(small, "2026-09-20") == []


def test_publication_ends_the_wait_only_of_the_lists_it_names(small: Path, clocks: Any) -> None:
    head = git(small, "rev-parse", "HEAD")
    for lists, left in (("fees", 1), ("powers", 0)):
        put(
            small,
            f"ledger/publications/2026-09-18-{lists}.yaml",
            f"id: 2026-09-18-{lists}\ncommit: {head}\npublished: '2026-09-18'\nlists:\n- {lists}\n"
            "channels:\n- channel: 郑州市政务服务网\n  place: 'https://zwfw.example/jinshui'\n",
        )
        assert len(clocks(small, "2026-09-20")) == left


def test_a_changed_law_starts_the_time_to_apply(small: Path, clocks: Any) -> None:
    amend(small, "2026-09-18")
    found = clocks(small, "2026-09-21", "--kind", "law")
    (law,) = found
    assert law["duty"] == "申请调整"
    assert (
        law["about"]
        == f"依据《{LAW}》2026-09-18修改，涉及“对生产经营单位安全生产情况的监督检查”（JS-YJ-JC-001）"
    )
    assert (law["owner"], law["units"]) == ("区应急管理局", ["JS-YJ"])
    assert (law["last"], law["deadline"]["within"]) == ("2026-09-24", "5个工作日")
    assert law["source"].startswith("本单位自定")


def test_an_approved_exception_owes_nothing(small: Path, clocks: Any) -> None:
    amend(small, "2026-09-18")
    replace(
        small,
        "lists/powers/JS-YJ.yaml",
        "  name: 对生产经营单位安全生产情况的监督检查\n  type: 行政检查\n  state: 在用\n",
        "  name: 对生产经营单位安全生产情况的监督检查\n  type: 行政检查\n  state: 在用\n  exceptions:\n"
        "  - finding: QD418\n    reason: 核对后不需要调整\n    approver: 区政府法制办\n"
        "    until: '2026-12-31'\n",
    )
    assert clocks(small, "2026-09-21", "--kind", "law") == []


def test_after_the_adjustment_nothing_is_owed_for_the_law(
    small: Path, qingdan: Run, clocks: Any
) -> None:
    amend(small, "2026-09-18")
    commit(small, "登记修改\n\nReason: 依据修改\n")
    assert len(clocks(small, "2026-09-21", "--kind", "law")) == 1
    words = ("--trigger", "basis-changed", "--occurred", "2026-09-18", "--reason", "依据修改")
    put_in = (
        "adjust",
        "set",
        "JS-YJ-JC-001",
        "name=对生产经营单位安全生产情况的监督检查工作",
        *words,
    )
    assert qingdan(small, *put_in, "--today", "2026-09-21") == 0
    assert clocks(small, "2026-09-21", "--kind", "law") == []


def test_where_the_calendar_ends_the_last_day_is_not_guessed(small: Path, clocks: Any) -> None:
    amend(small, "2026-12-30")
    (law,) = clocks(small, "2026-12-31", "--kind", "law")
    assert (law["state"], law["last"], law["deadline"]) == ("pending", None, None)
    assert law["words"] == "2027年的放假安排没有登记，截止日期待定"
    (late,) = clocks(small, "2027-06-30", "--kind", "law")
    assert late["state"] == "overdue"


def test_delegations_and_certificates_are_told_thirty_days_before(small: Path, clocks: Any) -> None:
    replace(
        small,
        "lists/powers/JS-YJ.yaml",
        "  type: 行政检查\n  state: 在用\n",
        "  type: 行政检查\n  state: 在用\n  power_source: 上级委托\n",
    )
    put(small, "registers/delegations.yaml", DELEGATION.format(end="2026-10-20"))
    replace(small, "registers/officers.yaml", "2029-05-31", "2026-10-19")
    assert clocks(small, "2026-09-18", "--kind", "expiry") == []
    (certificate,) = clocks(small, "2026-09-19", "--kind", "expiry")
    assert (certificate["duty"], certificate["words"]) == ("换领执法证件", "还有30日")
    first, second = clocks(small, "2026-10-21", "--kind", "expiry")
    assert (first["units"], first["words"]) == (["JS-CG"], "已到期2日")
    assert (second["duty"], second["items"], second["words"]) == (
        "续办委托",
        ["JS-YJ-JC-001"],
        "已到期1日",
    )
    renewed = DELEGATION.format(end="2026-10-20") + DELEGATION.format(end="2029-10-20").replace(
        "delegations:\n", ""
    ).replace("WT-2026-01", "WT-2026-02")
    put(small, "registers/delegations.yaml", renewed)
    assert len(clocks(small, "2026-10-21", "--kind", "expiry")) == 1


def test_a_delegation_given_to_others_is_told_to_whoever_gave_it(small: Path, clocks: Any) -> None:
    out = DELEGATION.format(end="2026-10-20").replace("ZZ-YJ", "JS-YJ", 1)
    out = out.replace("to: JS-YJ", "to: JS-CG")
    put(small, "registers/delegations.yaml", out)
    assert clocks(small, "2026-09-19", "--kind", "expiry") == []
    (soon,) = clocks(small, "2026-09-20", "--kind", "expiry", "--unit", "JS-YJ")
    assert (soon["duty"], soon["items"], soon["words"]) == (
        "续办或收回委托",
        ["JS-YJ-JC-001"],
        "还有30日",
    )
    (over,) = clocks(small, "2026-10-21", "--kind", "expiry")
    assert (over["units"], over["words"]) == (["JS-YJ", "JS-CG"], "已到期1日")
    put(small, "registers/delegations.yaml", f"{out}  ceased: '2026-10-20'\n")
    assert clocks(small, "2026-10-21", "--kind", "expiry") == []


def test_a_unit_sees_what_it_owes_and_what_is_about_its_items(small: Path, clocks: Any) -> None:
    amend(small, "2026-09-18")
    assert [c["kind"] for c in clocks(small, "2026-09-19", "--unit", "JS-YJ")] == ["law"]
    assert [c["kind"] for c in clocks(small, "2026-09-19", "--unit", "JS-CG")] == ["review"]
    assert [c["kind"] for c in clocks(small, "2026-09-19", "--unit", "JS-SFJ")] == ["review"]


def test_mine_by_unit_or_by_role(
    small: Path, qingdan: Run, clocks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    amend(small, "2026-09-18")
    assert qingdan(small, "due", "--mine", "--today", "2026-09-19") == 3
    assert "没有登记工作人员" in capsys.readouterr().err
    row = "- name: {}\n  unit: {}\n  roles: [{}]\n  email: {}\n"
    people = (
        ("审核人", "JS-SFJ", "区政府法制办", "TEST@qingdan.example"),
        ("甲", "JS-YJ", "", "a@qingdan.example"),
    )
    put(small, "registers/staff.yaml", "staff:\n" + "".join(row.format(*who) for who in people))
    assert [c["kind"] for c in clocks(small, "2026-09-19", "--mine")] == ["review"]
    put(small, "registers/staff.yaml", "staff:\n" + row.format(*people[1]))
    assert qingdan(small, "due", "--mine", "--today", "2026-09-19") == 3
    assert "test@qingdan.example" in capsys.readouterr().err


def test_what_only_a_role_may_do_is_nobody_else_s(small: Path, clocks: Any) -> None:
    """A colleague in the unit that reviews may not review; all of the unit that applies may apply."""
    row = "staff:\n- name: 甲\n  unit: {}\n  roles: [{}]\n  email: test@qingdan.example\n"
    for unit, role, kinds in (
        ("JS-SFJ", "", []),
        ("JS-SFJ", "区财政局", []),
        ("JS-CZJ", "区政府法制办", ["review"]),
        ("JS-CG", "", []),
    ):
        put(small, "registers/staff.yaml", row.format(unit, role))
        assert [c["kind"] for c in clocks(small, "2026-09-19", "--mine")] == kinds
    step(
        small,
        "- stage: 审核\n  by: JS-SFJ\n  started: '2026-09-17'\n  done: '2026-09-18'\n"
        "  result: 退回\n  reason: 依据不全\n",
    )
    assert [c["kind"] for c in clocks(small, "2026-09-20", "--mine")] == ["adjust"]
    put(small, "registers/staff.yaml", row.format("JS-SFJ", "区政府法制办"))
    assert clocks(small, "2026-09-20", "--mine") == []


def test_text_puts_the_overdue_first_and_shows_days_and_articles(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    amend(small, "2026-09-18")
    capsys.readouterr()
    assert qingdan(small, "due", "--today", "2026-09-22", "--chain") == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "共2件需要办理，其中逾期1件。\n\n逾期（1件）\n  2026-09-21  已逾期1个工作日"
    )
    assert said.index("逾期（1件）") < said.index("在期限内（1件）")
    assert "2026-09-19  不计  星期六，休息日" in said
    assert "本单位自定（《行政权责事项运行监督管理办法》第十一条只规定按照程序审核确认）" in said


def nearing(
    qingdan: Run, folder: Path, today: str, capsys: pytest.CaptureFixture[str], *words: str
) -> list[dict[str, Any]]:
    """What ``due`` gives to GitLab: path, line, severity and words of each clock that ends soon."""
    capsys.readouterr()
    assert qingdan(folder, "due", "--format", "gitlab", "--today", today, *words) == 0
    return list(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("today", "near", "severity"),
    [
        ("2026-09-17", 2, None),
        ("2026-09-17", 3, "minor"),
        ("2026-09-18", 1, None),
        ("2026-09-18", 2, "minor"),
        ("2026-09-20", 1, "minor"),
        ("2026-09-21", 0, "minor"),
        ("2026-09-22", 0, "major"),
    ],
)
def test_working_days_before_its_end_a_clock_is_shown_beside_its_record(
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    today: str,
    near: int,
    severity: str | None,
) -> None:
    found = nearing(qingdan, small, today, capsys, "--near", str(near))
    assert [one["severity"] for one in found] == ([severity] if severity else [])
    for one in found:
        line = (
            (small / RECORD).read_text("utf-8").splitlines()[one["location"]["lines"]["begin"] - 1]
        )
        assert (one["location"]["path"], line) == (RECORD, "- stage: 申请")
        assert "区政府法制办（区司法局）应当办理“审核”" in one["description"]
        assert "最迟2026-09-21（本单位自定" in one["description"]


def test_each_kind_is_shown_where_it_stands(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        small,
        "lists/powers/JS-YJ.yaml",
        "  type: 行政检查\n  state: 在用\n",
        "  type: 行政检查\n  state: 在用\n  power_source: 上级委托\n",
    )
    put(small, "registers/delegations.yaml", DELEGATION.format(end="2026-09-24"))
    replace(small, "registers/officers.yaml", "2029-05-31", "2026-09-26")
    amend(small, "2026-09-18")
    found = nearing(qingdan, small, "2026-09-23", capsys)
    texts = {
        one["location"]["path"]: (small / one["location"]["path"])
        .read_text("utf-8")
        .splitlines()[one["location"]["lines"]["begin"] - 1]
        .strip(" -")
        for one in found
    }
    assert texts == {
        RECORD: "stage: 申请",
        "lists/powers/JS-YJ.yaml": f"law: {LAW}",
        "registers/delegations.yaml": "end: '2026-09-24'",
        "registers/officers.yaml": "until: '2026-09-26'",
    }
    kinds = nearing(qingdan, small, "2026-09-23", capsys, "--kind", "expiry")
    assert [one["location"]["path"].split("/")[0] for one in kinds] == ["registers"] * 2


def test_several_formats_and_an_exit_code_for_those_who_want_one(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "due.json"
    words = ("due", "--format", "text", "--format", f"gitlab={file}")
    for today, warning, error in (("2026-09-18", 1, 0), ("2026-09-22", 1, 1)):
        assert qingdan(small, *words, "--today", today) == 0
        assert "共1件需要办理" in capsys.readouterr().out
        assert len(json.loads(file.read_text("utf-8"))) == 1
        assert qingdan(small, *words, "--today", today, "--fail-on", "warning") == warning
        assert qingdan(small, *words, "--today", today, "--fail-on", "error") == error


def test_where_no_calendar_reaches_calendar_days_are_counted(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(small, "registers/officers.yaml", "2029-05-31", "2027-01-03")
    words = ("--kind", "expiry")
    assert nearing(qingdan, small, "2026-12-31", capsys, *words) == []
    assert len(nearing(qingdan, small, "2027-01-01", capsys, *words)) == 1


def test_nothing_to_do_is_said(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert qingdan(small, "due", "--kind", "publish", "--today", "2026-09-18") == 0
    assert capsys.readouterr().out == "没有需要办理的事项。\n"


@pytest.mark.parametrize(
    "words", [("--kind", "x"), ("--unit", "JS-XX"), ("--format", "xml"), ("--today", "2026-2-30")]
)
def test_wrong_words_are_refused(small: Path, qingdan: Run, words: tuple[str, ...]) -> None:
    assert qingdan(small, "due", *words) == 2


def _events(file: Path) -> dict[str, Any]:
    from icalendar import Calendar

    found = Calendar.from_ical(file.read_bytes())
    return {str(event["uid"]): event for event in found.walk("VEVENT")}


def test_the_calendar_has_an_all_day_event_a_clock_with_a_lasting_name(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    amend(small, "2026-12-30")
    file = tmp_path / "待办.ics"
    assert qingdan(small, "due", "--ics", str(file), "--today", "2026-12-31") == 0
    assert "已将1件写入日历" in capsys.readouterr().err
    (uid,) = _events(file)
    event = _events(file)[uid]
    assert str(event.decoded("dtstart")) == "2026-09-21"
    assert str(event.decoded("dtend")) == "2026-09-22"
    assert "审核（区政府法制办（区司法局））" in str(event["summary"])
    assert "2026-09-19  不计" in str(event["description"])
    assert "自2026-09-17起3个工作日" in str(event["description"])
    assert "逾期" not in str(event["description"])
    assert qingdan(small, "due", "--ics", str(file), "--today", "2026-09-18") == 0
    assert list(_events(file)) == [uid]
    raw = file.read_bytes()
    assert qingdan(small, "due", "--ics", str(file), "--today", "2026-09-18") == 0
    assert file.read_bytes() == raw
    assert [
        path.name for path in file.parent.iterdir() if path.name.startswith(f".{file.name}")
    ] == []


def test_a_calendar_that_cannot_be_written_is_said(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, "due", "--ics", str(tmp_path)) == 2
    assert f"不能写入{tmp_path}：是文件夹，不是文件。" in capsys.readouterr().err


def test_a_workspace_that_is_not_in_order_still_tells_its_clocks(small: Path, clocks: Any) -> None:
    put(small, RECORD, "id: [\n")
    put(small, "registers/laws.yaml", "laws: 3\n")
    assert clocks(small, "2026-09-18") == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_clock_is_named_and_says_what_to_do(kind: str) -> None:
    late = Clock(kind, "k", "办理", "某事", "某局", Count("overdue", "已逾期"), record="R-1")
    world = World(date(2026, 11, 20), Calendar({}))
    (told,) = findings([late], {"": ""}, world, NEAR)
    assert told.fix.startswith("请")
    assert "{" not in told.fix
    assert LABELS[kind]
