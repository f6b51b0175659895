"""``validate --commits``: merges, squashes, forgeries, shallow clones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import CODE, FILE, TODAY, WHY, Run, commit, git, put, replace

OTHER = "JS-FG-QR-001"


def codes(qingdan: Run, folder: Path, revs: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    qingdan(folder, "validate", "--commits", revs, "--format", "json")
    return sorted(finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"])


def shorten(qingdan: Run, folder: Path) -> None:
    assert qingdan(folder, "adjust", "set", CODE, "promised_limit=2个工作日", *WHY) == 0


def test_the_sample_s_whole_history_is_clean(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes(qingdan, district, "HEAD", capsys) == []


def test_an_edit_without_papers_is_found_item_by_item(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 2个工作日")
    commit(district, "just change it")
    capsys.readouterr()
    assert qingdan(district, "validate", "--commits", "HEAD~1..", "--format", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["item"]) == ("QD501", CODE)
    assert finding["sources"]


def test_free_fields_change_freely(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (district / FILE).read_text("utf-8")
    put(district, FILE, text.replace("hours: ", "hours: 节假日除外，", 1))
    commit(district, "Update office hours")
    assert codes(qingdan, district, "HEAD~1..", capsys) == []


def test_merge_of_two_branches_is_accepted(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "switch", "-qc", "one")
    shorten(qingdan, district)
    git(district, "switch", "-qc", "two", "main")
    assert qingdan(district, "adjust", "set", OTHER, "flow.1.limit=即时办结", *WHY) == 0
    git(district, "switch", "-q", "main")
    git(district, "merge", "-q", "--no-ff", "-m", "Merge one", "one")
    git(district, "merge", "-q", "--no-ff", "-m", "Merge two", "two")
    assert codes(qingdan, district, "HEAD~1^..", capsys) == []
    assert codes(qingdan, district, "HEAD", capsys) == []


def test_same_item_two_fields_merged_is_accepted(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "switch", "-qc", "one")
    shorten(qingdan, district)
    git(district, "switch", "-qc", "two", "main")
    assert qingdan(district, "adjust", "set", CODE, "name=生产安全事故应急预案备案", *WHY) == 0
    record = next((district / "ledger/adjustments/2026").glob(f"{TODAY}-{CODE}.yaml"))
    git(district, "mv", str(record), str(record.with_name(f"{TODAY}-{CODE}-2.yaml")))
    replace(
        district,
        f"ledger/adjustments/2026/{TODAY}-{CODE}-2.yaml",
        f"id: '{TODAY}-{CODE}'",
        f"id: '{TODAY}-{CODE}-2'",
    )
    message = git(district, "log", "-1", "--format=%B").replace(
        f"Record: {TODAY}-{CODE}", f"Record: {TODAY}-{CODE}-2"
    )
    git(district, "add", "-A")
    git(district, "commit", "-q", "--amend", "-m", message)
    git(district, "switch", "-q", "main")
    git(district, "merge", "-q", "one")
    git(district, "merge", "-q", "--no-ff", "-m", "Merge two", "two")
    assert codes(qingdan, district, "HEAD", capsys) == []


def test_what_a_merge_smuggles_in_is_found(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "switch", "-qc", "one")
    shorten(qingdan, district)
    git(district, "switch", "-q", "main")
    git(district, "merge", "-q", "--no-ff", "--no-commit", "one")
    replace(district, FILE, "name: 生产经营单位生产安全事故应急预案备案", "name: 应急预案备案")
    git(district, "commit", "-qam", "Merge one")
    assert codes(qingdan, district, "HEAD", capsys) == ["QD501"]


def test_squash_that_lost_the_trailers_is_proved_by_the_record(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "switch", "-qc", "one")
    shorten(qingdan, district)
    git(district, "switch", "-q", "main")
    git(district, "merge", "-q", "--squash", "one")
    commit(district, "调整 承诺时限 (#12)\n\n* 调整 承诺时限\n\nReviewed-by: 法制科\n")
    assert codes(qingdan, district, "HEAD~1..", capsys) == ["QD514"]


def test_rebase_keeps_the_day_of_application(
    district: Path,
    qingdan: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    git(district, "switch", "-qc", "one")
    shorten(qingdan, district)
    git(district, "switch", "-q", "main")
    put(district, "README.md", "说明")
    commit(district, "Add a note")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-12-15T10:00:00+08:00")
    monkeypatch.delenv("GIT_AUTHOR_DATE")
    git(district, "rebase", "-q", "main", "one")
    assert codes(qingdan, district, "main..one", capsys) == []


def test_a_rule_cannot_be_loosened_and_used_at_once(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        district,
        "qingdan.yaml",
        "within: 5个工作日\n    source: 本单位自定（district-operation",
        "within: 60个工作日\n    source: 本单位自定（district-operation",
    )
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 2个工作日")
    record = f"{TODAY}-{CODE}"
    text = f"""\
id: '{record}'
kind: change
items:
- {CODE}
trigger: internal
occurred: '2026-10-12'
within: 60个工作日
deadline: '2027-01-05'
applied: '{TODAY}'
reason: 放宽
changes:
- item: {CODE}
  field: promised_limit
  before: 3个工作日
  after: 2个工作日
steps:
- stage: 申请
  by: JS-YJ
  started: '2026-10-12'
"""
    put(district, f"ledger/adjustments/2026/{record}.yaml", text)
    commit(
        district,
        f"放宽\n\n说明\n\nAdjustment: change\nItem: {CODE}\nTrigger: internal\n"
        f"Occurred: 2026-10-12\nDeadline: 2027-01-05\nReason: 放宽\nRecord: {record}\n",
    )
    assert codes(qingdan, district, "HEAD~1..", capsys) == ["QD507", "QD508"]
    qingdan(district, "validate", "--commits", "HEAD~1..", "--format", "json")
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        assert "jinshui-powers/14-1" in finding["rules"]
        assert any("第二十一条第（二）项" in article for article in finding["accountability"])


def test_shallow_history_is_no_history(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "clone", "-q", "--depth", "1", f"file://{district}", str(tmp_path / "shallow"))
    capsys.readouterr()
    assert qingdan(tmp_path / "shallow", "validate") == 0
    assert qingdan(tmp_path / "shallow", "validate", "--commits", "HEAD") == 3
    assert "git fetch --unshallow" in capsys.readouterr().err


def test_no_repository_and_no_commits(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    bare = tmp_path / "plain"
    shutil.copytree(district, bare, ignore=shutil.ignore_patterns(".git"))
    assert qingdan(bare, "validate") == 0
    assert qingdan(bare, "validate", "--commits", "HEAD") == 3
    assert "不在 git 仓库中" in capsys.readouterr().err
    git(bare, "init", "-q")
    assert qingdan(bare, "validate", "--since", "HEAD") == 3
    assert "还没有任何提交" in capsys.readouterr().err
    assert qingdan(bare, "report", "--quarter", "2026Q3", "--today", TODAY) == 3


def test_workspace_in_a_folder_of_a_larger_repository(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    put(top, "unrelated.txt", "x")
    commit(top, "begin")
    place = top / "清单" / "district"
    shutil.copytree(district, place, ignore=shutil.ignore_patterns(".git", "ledger"))
    (place / "systems" / "portal.yaml").unlink(missing_ok=True)
    commit(top, "take over\n\nReason: 接管\n")
    assert qingdan(place, "validate", "--at", "HEAD", "--since", "HEAD") == 0
    shorten(qingdan, place)
    assert codes(qingdan, place, "HEAD~1..", capsys) == []
    assert git(top, "show", "--name-only", "--format=", "HEAD", "--", "清单/district/lists") != ""
