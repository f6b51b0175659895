"""Recording a publication: what becomes public, what may not, and what is public afterwards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.text.canonical import emit
from qingdan.desk.opening import open_workspace
from qingdan.desk.public import published_records

RECORD = "2026-09-17-JS-CG-XK-001"
ITEM = "JS-CG-XK-001"
ALL = ["郑州市政务服务网", "政府（机关）网站", "政务服务办事大厅张贴"]
CONFIRMED = ("--confirmed", "2026-09-18", "--confirmed-document", "会议纪要〔2026〕9号")

Act = Callable[..., int]
Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def act(qingdan: Run, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Run a command as somebody on a day; ``who`` is the part of an e-mail before the sign."""

    def run(folder: Path, who: str, day: str, *words: str) -> int:
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_EMAIL", f"{who}@jinshui.example")
            monkeypatch.setenv(f"GIT_{role}_DATE", f"{day}T10:00:00+08:00")
        return qingdan(folder, *words, "--today", day)

    return run


@pytest.fixture
def reviewed(small: Path, act: Act) -> Path:
    """The manual's workspace with its one adjustment through all its stages on 2026-09-18."""
    assert act(small, "legal", "2026-09-18", "review", "pass", RECORD) == 0
    return small


def record(act: Act, folder: Path, day: str, *words: str) -> int:
    return act(folder, "legal", day, "publish", "--record", *words)


def newest(folder: Path) -> dict[str, Any]:
    """The record that the last commit brought."""
    path = git(folder, "show", "--name-only", "--format=", "HEAD")
    book = open_workspace(folder).book()
    found: Any = book.documents[path]
    assert path == f"ledger/publications/{found['id']}.yaml"
    return dict(found)


def waiting(qingdan: Run, folder: Path, capsys: Capsys, day: str, *words: str) -> list[str]:
    capsys.readouterr()
    assert qingdan(folder, "due", "--format", "json", "--today", day, *words) == 0
    return [clock["record"] for clock in json.loads(capsys.readouterr().out)["clocks"]]


def check_codes(qingdan: Run, folder: Path, capsys: Capsys, day: str) -> list[str]:
    capsys.readouterr()
    qingdan(folder, "check", "--format", "json", "--today", day)
    return [f["code"] for f in json.loads(capsys.readouterr().out)["findings"]]


def edit(folder: Path) -> None:
    """Change a field of a power that anybody may edit, and commit it."""
    replace(folder, "lists/powers/JS-CG.yaml", "期满", "期满再")
    commit(folder, "改正文字\n")


# what is recorded


def test_one_commit_holds_the_record_and_says_what_became_public(
    reviewed: Path, act: Act, qingdan: Run, capsys: Capsys
) -> None:
    head = git(reviewed, "rev-parse", "HEAD")
    assert record(act, reviewed, "2026-09-21", *CONFIRMED, "--note", "先行公布") == 0
    told = capsys.readouterr().out
    assert git(reviewed, "rev-parse", "HEAD~1") == head
    made = newest(reviewed)
    assert made == made | {
        "commit": head,
        "published": "2026-09-21",
        "confirmed": {"date": "2026-09-18", "document": "会议纪要〔2026〕9号"},
        "lists": ["powers", "approvals", "fees"],
        "channels": [{"channel": name} for name in ALL],
        "note": "先行公布",
    }
    for words in (
        "变更1项",
        "承诺办结时限：",
        "随这次公布的调整：1件",
        f"{RECORD}  变更",
        "行政审批事项清单：1项，在用1项，没有变动。",
    ):
        assert words in told
    message = git(reviewed, "log", "-1", "--format=%B")
    assert message.startswith("公布 行政权责清单、")
    assert f"- {RECORD} 变更 " in message
    assert (
        git(reviewed, "log", "-1", "--format=%(trailers:key=Publication,valueonly)") == made["id"]
    )
    assert qingdan(reviewed, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_it_ends_the_wait_and_moves_what_systems_are_compared_with(
    reviewed: Path, act: Act, qingdan: Run, capsys: Capsys
) -> None:
    stage = "  - {stage: 公布, by: 牵头单位, from: received, result: 已公布, source: 本单位自定}\n"
    replace(reviewed, "qingdan.yaml", "\nrectification:", f"{stage}\nrectification:")
    commit(reviewed, "设公布环节\n\nReason: 公布也要登记\n")
    assert waiting(qingdan, reviewed, capsys, "2026-11-21", "--kind", "publish") == [RECORD]
    assert "QD305" in check_codes(qingdan, reviewed, capsys, "2026-11-21")
    assert record(act, reviewed, "2026-11-21", *CONFIRMED) == 0
    assert waiting(qingdan, reviewed, capsys, "2026-11-21", "--kind", "publish") == []
    assert "QD304" in check_codes(qingdan, reviewed, capsys, "2026-11-21")


def test_places_are_taken_from_the_last_publication(reviewed: Path, act: Act) -> None:
    where = f"{ALL[0]}=https://zwfw.example/jinshui"
    assert record(act, reviewed, "2026-09-21", "--channel", where, "--list", "powers") == 0
    assert record(act, reviewed, "2026-09-22", "--again", "--channel", ALL[1]) == 2
    assert record(act, reviewed, "2026-09-22", "--list", "powers", "--again") == 0
    assert newest(reviewed)["channels"] == [{"channel": name} for name in ALL[1:]]
    edit(reviewed)
    assert record(act, reviewed, "2026-11-21", "--list", "powers") == 0
    assert newest(reviewed)["channels"][0] == {
        "channel": ALL[0],
        "place": "https://zwfw.example/jinshui",
    }


def test_channels_of_the_stage_that_publishes_are_required_too(
    bureau: Path, act: Act, qingdan: Run, capsys: Capsys
) -> None:
    replace(bureau, "lists/powers/HJ-YJ-FX.yaml", "copies: 1", "copies: 2")
    git(bureau, "checkout", "-q", "HEAD~1")
    git(bureau, "switch", "-q", "-C", "main")
    commit(bureau, "改正份数\n")
    assert record(act, bureau, "2026-11-20", "--channel", "政府网站") == 0
    assert "还有郑州市政务服务网、政务服务办事大厅张贴、局内部网站、办公场所没有公布" in (
        capsys.readouterr().out
    )
    qingdan(bureau, "check", "--today", "2026-11-20", "--format", "concise")
    missing = "缺少渠道：郑州市政务服务网、政务服务办事大厅张贴、局内部网站、办公场所。"
    assert missing in capsys.readouterr().out
    assert record(act, bureau, "2026-11-23", "--again") == 0
    assert "QD308" not in check_codes(qingdan, bureau, capsys, "2026-11-23")


# a channel that came later


def test_a_channel_that_came_two_days_later(
    reviewed: Path, act: Act, qingdan: Run, capsys: Capsys
) -> None:
    first = ("--channel", ALL[0], "--channel", ALL[1])
    assert record(act, reviewed, "2026-09-21", *CONFIRMED, *first) == 0
    version = newest(reviewed)["commit"]
    assert "QD308" in check_codes(qingdan, reviewed, capsys, "2026-09-23")
    assert record(act, reviewed, "2026-09-23", "--channel", ALL[2]) == 4
    assert "--again" in capsys.readouterr().err
    assert record(act, reviewed, "2026-09-23", "--again", "--channel", ALL[2]) == 0
    made = newest(reviewed)
    assert (made["commit"], made["channels"]) == (version, [{"channel": ALL[2]}])
    after = check_codes(qingdan, reviewed, capsys, "2026-09-23")
    assert not {"QD308", "QD313"} & set(after)
    assert record(act, reviewed, "2026-09-23", "--again") == 4
    assert record(act, reviewed, "2026-09-23", "--again", "--channel", ALL[0]) == 4
    assert f"{ALL[0]}已经登记过" in capsys.readouterr().err
    assert record(act, reviewed, "2026-09-23", "--again", "--commit", "HEAD") == 2


def test_two_clerks_on_one_day_do_not_meet_in_one_file(reviewed: Path, act: Act) -> None:
    other = Path(shutil.copytree(reviewed, reviewed.parent / "other"))
    assert record(act, reviewed, "2026-09-21", "--channel", ALL[0]) == 0
    assert record(act, other, "2026-09-21", "--channel", ALL[1]) == 0
    git(reviewed, "pull", "-q", "--no-rebase", "--no-edit", str(other), "main")
    book = open_workspace(reviewed).book()
    made = [d for p, d in book.documents.items() if "publications/2026-09-21" in p]
    assert {d["commit"] for d in made} == {git(reviewed, "rev-parse", "HEAD^1~1")}
    assert len(made) == 2


def test_of_two_versions_of_a_day_the_later_one_counts(reviewed: Path, act: Act) -> None:
    """Whatever their ids begin with: the number of commits decides."""
    versions = []
    for _ in range(4):
        assert record(act, reviewed, "2026-11-21", "--list", "powers") == 0
        versions.append(newest(reviewed)["id"])
        edit(reviewed)
    assert versions == sorted(versions)


# what is refused


def refused(act: Act, folder: Path, capsys: Capsys, day: str, *words: str) -> tuple[int, str]:
    head = git(folder, "rev-parse", "HEAD")
    capsys.readouterr()
    code = record(act, folder, day, *words)
    assert git(folder, "rev-parse", "HEAD") == head
    assert git(folder, "status", "--porcelain") == ""
    return code, capsys.readouterr().err


def test_adjustments_that_are_not_through_are_named(small: Path, act: Act, capsys: Capsys) -> None:
    code, said = refused(act, small, capsys, "2026-09-21")
    assert code == 4
    assert f"{RECORD}（" in said
    assert "等待“审核”" in said
    assert refused(act, small, capsys, "2026-09-21", "--list", "fees")[0] == 4
    code, said = refused(act, small, capsys, "2026-09-21", "--list", "fees")
    assert "没有新的内容" in said


def test_passed_after_the_day_it_is_not_public_on_that_day(
    small: Path, act: Act, capsys: Capsys
) -> None:
    assert act(small, "legal", "2026-09-21", "review", "pass", RECORD) == 0
    git(small, "tag", "version", "HEAD~1")
    words = ("--day", "2026-09-18", "--commit", "version")
    code, said = refused(act, small, capsys, "2026-09-21", *words)
    assert code == 4
    assert "2026-09-21才审完，晚于公布日期2026-09-18" in said
    assert record(act, small, "2026-09-21", "--commit", "version") == 0
    assert newest(small)["commit"] == git(small, "rev-parse", "version")


def test_an_adjustment_undone_holds_up_nothing(small: Path, act: Act, qingdan: Run) -> None:
    why = ("--trigger", "internal", "--occurred", "2026-09-17", "--reason", "暂不压减", "--yes")
    assert act(small, "clerk", "2026-09-18", "adjust", "revert", RECORD, *why) == 0
    replace(small, "lists/fees/JS-CG.yaml", "  basis:", "  note: 收费公示见窗口\n  basis:")
    assert qingdan(small, "fmt") == 0
    commit(small, "补充备注\n")
    assert record(act, small, "2026-11-20") == 0
    opened = open_workspace(small)
    assert RECORD in published_records(opened, opened.book())


def test_days_that_cannot_be(reviewed: Path, act: Act, capsys: Capsys) -> None:
    for words, said in (
        (("--day", "2026-09-22"), "晚于今天2026-09-21"),
        (("--day", "2026-09-17"), "早于这个版本提交的2026-09-18"),
        (("--confirmed", "2026-09-19", "--filed", "2026-09-18"), "审定日期2026-09-19晚于备案"),
        (("--filed", "2026-09-21", "--day", "2026-09-19"), "备案日期2026-09-21晚于公布"),
        (("--filed-document", "回执"), "没有写日期（--filed）"),
        (("--day", "2026-9-21"), "--day的日期"),
    ):
        code, told = refused(act, reviewed, capsys, "2026-09-21", *words)
        assert (code, said in told) == (2, True), told


def test_names_that_are_not_known(reviewed: Path, act: Act, capsys: Capsys) -> None:
    for words, code, said in (
        (("--channel", "公示栏"), 2, f"没有“公示栏”这个渠道，可用：{'、'.join(ALL)}"),
        (("--channel", ALL[0], "--channel", f"{ALL[0]}=一楼"), 2, "写了两次"),
        (("--list", "funds"), 2, "可用：powers（行政权责清单）"),
        (("--commit", "no-such"), 3, "没有“no-such”这个版本"),
        (("out",), 2, "还不能生成公开网站"),
    ):
        found, told = refused(act, reviewed, capsys, "2026-09-21", *words)
        assert (found, said in told) == (code, True), told


def test_lists_without_a_single_item_are_not_published(
    tmp_path: Path, act: Act, capsys: Capsys
) -> None:
    empty = tmp_path / "empty"
    assert act(empty.parent, "legal", "2026-09-18", "init", str(empty), "--profile", "bureau") == 0
    head = git(empty, "rev-parse", "HEAD")
    code, said = refused(act, empty, capsys, "2026-09-18")
    assert code == 4
    assert "清单里还没有事项，没有可以公布的内容" in said
    assert git(empty, "rev-parse", "HEAD") == head


def test_without_record_nothing_is_done(small: Path, qingdan: Run, capsys: Capsys) -> None:
    assert qingdan(small, "publish") == 2
    assert "现在只能登记公布" in capsys.readouterr().err


def test_only_the_main_branch_is_public(reviewed: Path, act: Act, capsys: Capsys) -> None:
    git(reviewed, "switch", "-q", "-c", "draft")
    edit(reviewed)
    code, said = refused(act, reviewed, capsys, "2026-11-21", "--commit", "draft")
    assert (code, "不在主分支 main 上" in said) == (4, True)
    git(reviewed, "switch", "-q", "--orphan", "elsewhere")
    git(reviewed, "checkout", "-q", "main", "--", ".")
    commit(reviewed, "另起\n")
    code, said = refused(act, reviewed, capsys, "2026-11-21")
    assert (code, "请先切换到主分支并更新" in said) == (4, True)
    git(reviewed, "switch", "-q", "draft")
    assert record(act, reviewed, "2026-11-21") == 0
    assert "现在在分支“draft”上" in capsys.readouterr().out


def test_the_remote_s_main_branch_counts(reviewed: Path, act: Act, capsys: Capsys) -> None:
    clone = reviewed.parent / "clone"
    git(reviewed.parent, "clone", "-q", str(reviewed), str(clone))
    edit(clone)
    code, said = refused(act, clone, capsys, "2026-11-21")
    assert (code, "1次提交还没有推送" in said) == (4, True)
    assert refused(act, clone, capsys, "2026-11-21", "--commit", "HEAD")[0] == 4
    git(clone, "push", "-q", "origin", "main:refs/heads/next")
    git(reviewed, "merge", "-q", "--ff-only", "next")
    git(clone, "fetch", "-q")
    git(clone, "reset", "-q", "--hard", "HEAD~1")
    code, said = refused(act, clone, capsys, "2026-11-21")
    assert (code, "git pull" in said) == (4, True)


def test_an_older_version_cannot_follow_a_newer_one(
    reviewed: Path, act: Act, capsys: Capsys
) -> None:
    assert record(act, reviewed, "2026-09-21") == 0
    code, said = refused(act, reviewed, capsys, "2026-09-22", "--commit", "HEAD~3")
    assert (code, "不能用较早的版本再公布" in said) == (4, True)


def test_a_shallow_clone_cannot_say(reviewed: Path, act: Act, capsys: Capsys) -> None:
    clone = reviewed.parent / "shallow"
    git(reviewed.parent, "clone", "-q", "--depth", "1", f"file://{reviewed}", str(clone))
    code, said = refused(act, clone, capsys, "2026-09-21")
    assert (code, "git fetch --unshallow" in said) == (3, True)


def test_a_record_of_a_version_that_is_nowhere(reviewed: Path, act: Act, capsys: Capsys) -> None:
    path = "ledger/publications/2026-01-08-first.yaml"
    text = (reviewed / path).read_text("utf-8")
    old = text.partition("commit: ")[2].partition("\n")[0]
    put(reviewed, path, text.replace(old, "'" + "0" * 40 + "'"))
    commit(reviewed, "改记录\n")
    code, said = refused(act, reviewed, capsys, "2026-11-21")
    assert (code, "不在本地的历史中" in said) == (3, True)


def test_a_dry_run_shows_everything_and_writes_nothing(
    reviewed: Path, act: Act, capsys: Capsys
) -> None:
    head = git(reviewed, "rev-parse", "HEAD")
    assert record(act, reviewed, "2026-09-21", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "应经“五单一网”制度改革联席办审定后公布" in told
    assert "试运行，没有登记" in told
    assert git(reviewed, "rev-parse", "HEAD") == head
    assert git(reviewed, "status", "--porcelain") == ""


# what the history proves


def judged(qingdan: Run, folder: Path, capsys: Capsys) -> list[str]:
    capsys.readouterr()
    qingdan(folder, "validate", "--commits", "HEAD~1..HEAD", "--format", "json")
    return [f["code"] for f in json.loads(capsys.readouterr().out)["findings"]]


def test_a_record_is_not_taken_back(reviewed: Path, act: Act, qingdan: Run, capsys: Capsys) -> None:
    assert record(act, reviewed, "2026-09-21", *CONFIRMED) == 0
    path = f"ledger/publications/{newest(reviewed)['id']}.yaml"
    (reviewed / path).unlink()
    commit(reviewed, "整理台账\n")
    assert judged(qingdan, reviewed, capsys) == ["QD530"]


def test_a_draft_is_not_recorded_as_public(
    reviewed: Path, act: Act, qingdan: Run, capsys: Capsys
) -> None:
    git(reviewed, "switch", "-q", "-c", "draft")
    edit(reviewed)
    draft = git(reviewed, "rev-parse", "HEAD")
    git(reviewed, "switch", "-q", "main")
    assert record(act, reviewed, "2026-09-21", *CONFIRMED) == 0
    made = newest(reviewed)
    path = f"ledger/publications/{made['id']}.yaml"
    layout = open_workspace(reviewed).schemas["publication"].layout
    put(reviewed, path, emit(made | {"commit": draft}, layout))
    git(reviewed, "commit", "-q", "-a", "--amend", "--no-edit")
    assert judged(qingdan, reviewed, capsys) == ["QD315"]


def test_a_publication_survives_a_rebase(reviewed: Path, act: Act, qingdan: Run) -> None:
    git(reviewed, "branch", "next")
    assert record(act, reviewed, "2026-09-21", *CONFIRMED) == 0
    git(reviewed, "switch", "-q", "next")
    edit(reviewed)
    git(reviewed, "rebase", "-q", "next", "main")
    assert qingdan(reviewed, "validate", "--commits", "HEAD~2..HEAD") == 0
    opened = open_workspace(reviewed)
    assert RECORD in published_records(opened, opened.book())
