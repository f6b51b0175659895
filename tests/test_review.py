"""The way of approval: stages, who may take them, until when; submitting; what the history proves afterwards."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.approval.states import Ground, way
from qingdan.core.calendar import Calendar
from qingdan.desk.approval.reviewing import case_of
from qingdan.desk.opening import open_workspace
from qingdan.desk.publications.publishing import record_publication

ITEM = "HJ-YJ-JF-001"
ID = f"2026-11-16-{ITEM}"
PATH = f"ledger/adjustments/2026/{ID}.yaml"
CLERK, LEGAL, HEAD = "clerk@huiji.example", "legal@huiji.example", "head@huiji.example"

Act = Callable[..., int]


@pytest.fixture
def act(qingdan: Run, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Run a command as somebody on a day."""

    def run(folder: Path, who: str, day: str, *words: str) -> int:
        be(monkeypatch, who, day)
        return qingdan(folder, *words, "--today", day)

    return run


def be(patch: pytest.MonkeyPatch, who: str, day: str) -> None:
    """Commit as somebody on a day."""
    for role in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{role}_EMAIL", who)
        patch.setenv(f"GIT_{role}_NAME", who.partition("@")[0])
        patch.setenv(f"GIT_{role}_DATE", f"{day}T10:00:00+08:00")


def apply(act: Act, folder: Path, item: str = ITEM, name: str = "name=灾后住房重建补助") -> None:
    """An application for a new name, on a branch of its own."""
    git(folder, "switch", "-q", "-c", f"adjust/{item}")
    words = ("--trigger", "internal", "--occurred", "2026-11-13", "--reason", "规范名称", "--yes")
    assert act(folder, CLERK, "2026-11-16", "adjust", "set", item, name, *words) == 0


def walk(act: Act, folder: Path) -> None:
    """The stages up to publication: a return, a late resubmission, then all pass."""
    apply(act, folder)
    assert act(folder, LEGAL, "2026-11-17", "review", "return", ID, "--reason", "未附依据") == 0
    late = ("--cause-found", "2026-11-18", "--late-reason", "等待上级答复")
    assert act(folder, CLERK, "2026-11-23", "adjust", "submit", ID, *late) == 0
    assert act(folder, LEGAL, "2026-11-24", "review", "pass", ID) == 0
    assert act(folder, HEAD, "2026-11-25", "review", "pass", ID, "--reason", "同意") == 0
    assert act(folder, LEGAL, "2026-11-26", "review", "pass", ID) == 0


def steps(folder: Path, record_id: str = ID) -> list[dict[str, str]]:
    case = case_of(open_workspace(folder), record_id)
    found: Any = case.record["steps"]
    return list(found)


def judged(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], revs: str
) -> tuple[int, set[str]]:
    capsys.readouterr()
    code = qingdan(folder, "validate", "--commits", revs, "--format", "json")
    return code, {f["code"] for f in json.loads(capsys.readouterr().out)["findings"]}


def test_the_whole_way_with_a_return_and_a_late_resubmission(
    act: Act, bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    walk(act, bureau)
    told = [(s["stage"], s["started"], s.get("due"), s["result"]) for s in steps(bureau)]
    assert told == [
        ("申请", "2026-11-13", "2026-11-18", "已提出"),
        ("审核", "2026-11-16", "2026-11-18", "退回"),
        ("重新上报", "2026-11-18", "2026-11-20", "已上报"),
        ("审核", "2026-11-23", "2026-11-25", "通过"),
        ("研究", "2026-11-24", None, "通过"),
        ("上报", "2026-11-25", None, "已上报"),
    ]
    assert steps(bureau)[2]["late_reason"] == "等待上级答复"
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (0, set())
    waiting = case_of(open_workspace(bureau), ID).way.turn
    assert waiting is not None
    assert waiting.publishes
    assert act(bureau, LEGAL, "2026-11-27", "review", "pass", ID) == 4
    assert "等待公布" in capsys.readouterr().err


def test_publication_ends_the_way_also_after_a_squash(
    act: Act, bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(act, bureau)
    git(bureau, "switch", "-q", "main")
    git(bureau, "merge", "-q", "--squash", f"adjust/{ITEM}")
    be(monkeypatch, HEAD, "2026-11-27")
    commit(bureau, "合并调整\n")
    opened = open_workspace(bureau)
    assert case_of(opened, ID).way.turn is not None
    channel: Any = {"channel": "局内部网站", "place": "https://yj.huiji.example"}
    record_publication(opened, date(2026, 11, 27), ["powers"], [channel], {})
    assert case_of(open_workspace(bureau), ID).way.turn is None


@pytest.mark.parametrize("how", ["squash", "rebase", "forward", "merge"])
def test_every_kind_of_merge_leaves_a_history_that_holds(
    how: str,
    act: Act,
    bureau: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = git(bureau, "rev-parse", "HEAD")
    walk(act, bureau)
    git(bureau, "switch", "-q", "main")
    if how != "forward":
        be(monkeypatch, LEGAL, "2026-11-26")
        put(bureau, "README.md", "别人的改动\n")
        commit(bureau, "更新说明\n")
    branch = f"adjust/{ITEM}"
    if how == "rebase":
        git(bureau, "rebase", "-q", "main", branch)
        git(bureau, "switch", "-q", "main")
        git(bureau, "merge", "-q", "--ff-only", branch)
    elif how == "squash":
        git(bureau, "merge", "-q", "--squash", branch)
        commit(bureau, "合并调整\n")
    else:
        git(bureau, "merge", "-q", "--ff-only" if how == "forward" else "--no-ff", branch)
    warned = {"QD514"} if how == "squash" else set()
    assert judged(qingdan, bureau, capsys, f"{base}..HEAD") == (0, warned)


def require(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another person must review, from the next commit on."""
    be(monkeypatch, HEAD, "2026-11-13")
    text = "  require: {second_person: 是, source: 本单位自定}\n  stages:\n"
    replace(folder, "qingdan.yaml", "  stages:\n", text)
    commit(folder, "要求第二人审核\n\nReason: 防止自己审自己\n")


def forge(folder: Path, name: str = "审核") -> None:
    """A step written into the record by hand."""
    text = (folder / PATH).read_text("utf-8")
    step = f"- stage: {name}\n  by: HJ-YJ-FZ\n  started: '2026-11-16'\n  done: '2026-11-16'\n  result: 通过\n"
    put(folder, PATH, text + step)


def test_a_forged_review_is_refused(
    act: Act,
    bureau: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require(bureau, monkeypatch)
    apply(act, bureau)
    forge(bureau)
    commit(bureau, f"审核 通过（{ID}）\n\nReview: pass\nStage: 审核\nRecord: {ID}\n")
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (1, {"QD522"})
    git(bureau, "reset", "-q", "--soft", "main")
    commit(bureau, "合并\n")
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (1, {"QD514", "QD522"})


def test_a_stage_left_out_is_refused(
    act: Act, bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(act, bureau)
    forge(bureau, "上报")
    commit(bureau, "上报\n")
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (1, {"QD519"})


def test_what_review_refuses(act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(act, bureau)
    head = git(bureau, "rev-parse", "HEAD")
    for who, day, words, code, said in (
        (CLERK, "2026-11-17", ("pass", ID), 4, "不能自己办理"),
        (LEGAL, "2026-11-17", ("pass", ITEM), 2, f"“2026-07-22-{ITEM}”、“{ID}”？"),
        (LEGAL, "2026-11-17", ("pass", ID[:-1]), 2, f"是不是“{ID}”"),
        (LEGAL, "2026-11-17", ("return", ID, "--reason", " "), 2, "理由"),
        (
            LEGAL,
            "2026-11-17",
            ("pass", ID, "--day", "2026-11-13"),
            4,
            "早于这一环节开始的2026-11-16",
        ),
        (LEGAL, "2026-11-17", ("pass", ID, "--day", "2026-11-19"), 2, "晚于今天"),
        (LEGAL, "2026-11-17", ("pass", ID, "--as", "局主要领导"), 2, "局法制科"),
        (LEGAL, "2026-11-30", ("pass", ID), 4, "--late-reason"),
    ):
        assert act(bureau, who, day, "review", *words) == code, words
        assert said in capsys.readouterr().err
    assert git(bureau, "rev-parse", "HEAD") == head
    assert git(bureau, "status", "--porcelain") == ""
    assert act(bureau, LEGAL, "2026-11-30", "review", "pass", ID, "--late-reason", "会期") == 0
    assert "Late-Reason: 会期" in git(bureau, "log", "-1", "--format=%(trailers)")


def test_show_tells_a_reviewer_everything(
    act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(act, bureau)
    capsys.readouterr()
    assert act(bureau, LEGAL, "2026-11-17", "review", "show", ID) == 0
    told = capsys.readouterr().out
    for words in (
        "灾后住房重建补助",
        "申请人：clerk（clerk@huiji.example）",
        "《自然灾害救助条例》第二十条",
        "与main相比没有",
        "等待局法制科（法制科）办理“审核”，自2026-11-16起2个工作日，2026-11-18截止，还有1天",
        f"调整前：因灾倒塌、损坏居民住房恢复重建补助（{ITEM}）",
        f"调整后：灾后住房重建补助（{ITEM}）",
    ):
        assert words in told


def test_responsibilities_wait_for_two(
    act: Act, district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    item = "JS-YJ-QT-001"
    record = f"2026-11-16-{item}"
    apply(act, district, item, "responsibilities.1.duty=依法受理备案材料，出具备案凭证")
    assert act(district, LEGAL, "2026-11-17", "review", "pass", record) == 2
    assert "区政府法制办、区编办" in capsys.readouterr().err
    role = ("--as", "区编办")
    assert act(district, LEGAL, "2026-11-17", "review", "pass", record, *role) == 0
    turn = case_of(open_workspace(district), record).way.turn
    assert turn is not None
    assert [party.role for party in turn.parties] == ["区政府法制办"]
    assert act(district, HEAD, "2026-11-18", "review", "pass", record) == 0
    turn = case_of(open_workspace(district), record).way.turn
    assert turn is not None
    assert turn.stage.name == "确认"
    assert judged(qingdan, district, capsys, "main..HEAD") == (0, set())


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        (("set", "JS-YJ-QT-001", "name=应急预案备案"), ["区政府法制办"]),
        (
            ("set", "JS-YJ-XK-001", "online=网上预约|网上申报"),
            ["区政府法制办", "区电子政务中心"],
        ),
        (("set", "JS-SC-SP-001", "quota=不限"), ["区政务服务中心"]),
        (("set", "JS-CG-SF-001", "standard=按核定标准计收"), ["区财政局"]),
        (("remove", "JS-MZ-QT-001"), ["区政府法制办", "区编办", "区电子政务中心"]),
    ],
)
def test_who_must_review_is_decided_by_what_was_changed(
    words: tuple[str, ...], roles: list[str], act: Act, district: Path
) -> None:
    why = ("--trigger", "internal", "--occurred", "2026-11-13", "--reason", "规范", "--yes")
    assert act(district, CLERK, "2026-11-16", "adjust", *words, *why) == 0
    turn = case_of(open_workspace(district), f"2026-11-16-{words[1]}").way.turn
    assert turn is not None
    assert [party.role for party in turn.parties] == roles


def test_only_staff_with_the_role_may_review(
    act: Act,
    bureau: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    be(monkeypatch, HEAD, "2026-11-13")
    put(
        bureau,
        "registers/staff.yaml",
        "staff:\n"
        f"- name: 甲\n  unit: HJ-YJ-FZ\n  roles:\n  - 局法制科\n  email: {LEGAL.upper()}\n"
        f"- name: 乙\n  unit: HJ-YJ\n  roles:\n  - 局主要领导\n  email: {HEAD}\n",
    )
    commit(bureau, "登记工作人员\n\nReason: 建立名册\n")
    assert qingdan(bureau, "doctor", "--fix") == 0
    apply(act, bureau)
    assert act(bureau, "x@huiji.example", "2026-11-17", "review", "pass", ID) == 4
    assert "不在工作人员名册" in capsys.readouterr().err
    assert act(bureau, HEAD, "2026-11-17", "review", "pass", ID) == 4
    assert "乙的角色是：局主要领导" in capsys.readouterr().err
    assert act(bureau, LEGAL, "2026-11-17", "review", "pass", ID) == 0
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (0, set())
    git(bureau, "commit", "-q", "--amend", "--no-edit", "--author", f"乙 <{HEAD}>")
    assert judged(qingdan, bureau, capsys, "main..HEAD") == (1, {"QD523"})


def test_submit_without_a_remote_prints_what_to_paste(
    act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(bureau, CLERK, "2026-11-16", "adjust", "submit") == 4
    assert "主分支" in capsys.readouterr().err
    apply(act, bureau)
    capsys.readouterr()
    assert act(bureau, CLERK, "2026-11-16", "adjust", "submit") == 0
    told = capsys.readouterr().out
    assert "没有远程仓库" in told
    assert f"调整申请：灾后住房重建补助（{ID}）" in told
    assert "- [x] 申请：HJ-YJ-FX 2026-11-16 已提出" in told
    assert "- [ ] 审核：局法制科，2个工作日，2026-11-18截止" in told


def served(folder: Path, *, options: bool, hook: str = "") -> Path:
    """A bare repository as the folder's origin; its hook answers pushes."""
    bare = folder.parent / "origin.git"
    git(folder.parent, "clone", "-q", "--bare", str(folder), str(bare))
    git(bare, "config", "receive.advertisePushOptions", "true" if options else "false")
    if hook:
        script = put(bare, "hooks/post-receive", hook)
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    git(folder, "remote", "add", "origin", str(bare))
    return bare


def test_submit_opens_a_merge_request_where_the_remote_can(
    act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = '#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION > told\necho "https://forge.example/-/merge_requests/7"\n'
    bare = served(bureau, options=True, hook=hook)
    apply(act, bureau)
    capsys.readouterr()
    assert act(bureau, CLERK, "2026-11-16", "adjust", "submit") == 0
    assert "merge_requests/7" in capsys.readouterr().out
    told = (bare / "told").read_text("utf-8")
    assert "merge_request.create" in told
    assert "merge_request.target=main" in told
    assert f"merge_request.title=调整申请：灾后住房重建补助（{ID}）" in told
    assert f"merge_request.description=## 灾后住房重建补助（{ID}）\\n\\n- 变更" in told
    assert git(bare, "rev-parse", f"adjust/{ITEM}") == git(bureau, "rev-parse", "HEAD")


def test_submit_falls_back_where_the_remote_knows_no_options(
    act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = served(bureau, options=False)
    apply(act, bureau)
    capsys.readouterr()
    assert act(bureau, CLERK, "2026-11-16", "adjust", "submit") == 0
    told = capsys.readouterr().out
    assert "请建立合并到“main”的合并请求" in told
    assert git(bare, "rev-parse", f"adjust/{ITEM}") == git(bureau, "rev-parse", "HEAD")
    shutil.rmtree(bare)
    assert act(bureau, CLERK, "2026-11-16", "adjust", "submit") == 4
    assert "没有丢失" in capsys.readouterr().err


def test_resubmission_wants_the_day_of_the_cause(
    act: Act, bureau: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(act, bureau)
    cause = ("--cause-found", "2026-11-17")
    assert act(bureau, CLERK, "2026-11-17", "adjust", "submit", *cause) == 2
    assert act(bureau, LEGAL, "2026-11-17", "review", "return", ID, "--reason", "缺件") == 0
    assert act(bureau, LEGAL, "2026-11-17", "review", "pass", ID) == 4
    assert act(bureau, CLERK, "2026-11-18", "adjust", "submit") == 2
    early = ("--cause-found", "2026-11-16")
    assert act(bureau, CLERK, "2026-11-18", "adjust", "submit", *early) == 2
    assert act(bureau, CLERK, "2026-11-23", "adjust", "submit", *cause) == 4
    assert "--late-reason" in capsys.readouterr().err
    assert act(bureau, CLERK, "2026-11-18", "adjust", "submit", *cause) == 0
    assert steps(bureau)[-1]["due"] == "2026-11-19"


def test_a_year_without_a_calendar_is_left_open(bureau: Path) -> None:
    opened = open_workspace(bureau)
    book = opened.book()
    assert book.settings is not None
    record: Any = {
        "kind": "change",
        "items": [ITEM],
        "steps": [
            {"stage": "申请", "by": "HJ-YJ-FX", "started": "2039-01-03", "done": "2039-01-04"}
        ],
    }
    turn = way(record, Ground(book.settings, Calendar(), {ITEM: "powers"})).turn
    assert turn is not None
    assert (turn.pending, turn.due) == (True, None)
