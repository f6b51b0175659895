"""What cannot be read is held against nobody: neither compared nor called fine, and it enters no ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conftest import Run, Samples, commit, git, put, replace
from inspection_support import DAY as INSPECTED
from inspection_support import planned, ready
from qingdan.core.checks.registry import WORLD_CHECKS
from qingdan.core.checks.resting import RESTING, UNREAD
from qingdan.desk.opening import judge, open_workspace
from qingdan.desk.world import every_finding
from qingdan.model.workspace import Snapshot, Texts

Capture = pytest.CaptureFixture[str]

DAY = date(2026, 9, 17)
TODAY = ("--today", "2026-09-17")
UNITS = "registers/units.yaml"
POWERS = "lists/powers/JS-CG.yaml"
PORTAL = "systems/portal.yaml"


@pytest.fixture
def small(small: Path) -> Path:
    """Published as it stands: without the adjustment that is not public yet."""
    git(small, "reset", "-q", "--hard", "HEAD~1")
    return small


def found(folder: Path, day: date, changes: dict[str, bytes | None]) -> set[tuple[str, str, str]]:
    opened = open_workspace(folder)
    snapshot: Snapshot = Texts(changes, opened.snapshot())
    book, _ = judge(opened, snapshot, keep_items=True)
    findings = every_finding(opened, book, snapshot, day, partly=True)
    return {finding.identity for finding in findings if finding.code not in UNREAD}


@pytest.mark.parametrize(("profile", "day"), [("district", "2026-12-21"), ("town", "2026-12-21")])
def test_no_file_that_cannot_be_read_makes_a_finding_elsewhere(
    profile: str, day: str, samples: Samples
) -> None:
    folder, on = samples(profile), date.fromisoformat(day)
    sound = found(folder, on, {})
    assert {"QD305", "QD607", "QD640"} <= {code for code, *_ in sound}
    kinds: dict[str, str] = {}
    for path in open_workspace(folder).snapshot().paths():
        if path.startswith(("registers/", "lists/", "systems/", "ledger/")):
            top, kind, *_ = path.split("/")
            kinds.setdefault(kind if top in {"lists", "ledger"} else path, path)
    kinds.pop("inspections")  # its sheets lose what they belong to, which QD615 says
    kinds.pop("registers/holidays.yaml", None)  # whose days nobody else can tell: refused before
    assert len(kinds) > 10
    for path in kinds.values():
        raw = (folder / path).read_bytes()
        assert found(folder, on, {path: raw + b"\nunknown: x\n"}) <= sound, path
        if path.startswith("lists/"):
            one = raw.replace("  type: 行政".encode(), "  type: 第十二类".encode(), 1)
            assert found(folder, on, {path: one}) <= sound, path


def test_a_unit_without_a_telephone_accuses_no_portal(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    """A register that is not valid names no unit, so that every 实施主体 in the portal would differ."""
    assert qingdan(small, "check", *TODAY, "--fail-on", "warning") in {0, 1}
    assert "QD304" not in capsys.readouterr().out
    _drop_phone(small)
    assert qingdan(small, "check", *TODAY, "--pack", "jinshui-powers") == 3
    said = capsys.readouterr()
    assert "QD304" not in said.out
    assert "QD109" in said.out
    assert "已与" not in said.out + said.err
    assert f"{UNITS}第" in said.err
    assert "没有与信息系统比对" in said.err
    assert qingdan(small, "check", *TODAY, "--format", "json") == 3
    assert '"QD109"' in capsys.readouterr().out


def _drop_phone(folder: Path) -> None:
    lines = (folder / UNITS).read_text("utf-8").splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if line.strip().startswith("phone:"))
    put(folder, UNITS, "".join([*lines[:at], *lines[at + 1 :]]))


def test_nothing_enters_the_ledger(small: Path, qingdan: Run, capsys: Capture) -> None:
    sound = git(small, "rev-parse", "HEAD")
    pack = "rules/jinshui-powers.yaml"
    text = (small / pack).read_text("utf-8")
    for path in (UNITS, pack):
        if path == UNITS:
            _drop_phone(small)
        else:
            put(small, pack, text.replace("  severity: error\n", "", 1))
        commit(small, "改坏")
        before = git(small, "rev-parse", "HEAD")
        assert qingdan(small, "check", "--record", *TODAY) == 3
        assert f"{path}第" in capsys.readouterr().err
        assert git(small, "rev-parse", "HEAD") == before
        assert not git(small, "status", "--porcelain")
        git(small, "reset", "-q", "--hard", sound)


def test_no_sheet_says_for_the_machine_what_it_did_not_see(
    small: Path, qingdan: Run, capsys: Capture, tmp_path: Path
) -> None:
    name = planned(ready(small, flawed=False), qingdan)
    _drop_phone(small)
    commit(small, "改坏")
    words = ("inspect", "sheet", name, "--out", str(tmp_path / "out"), "--today", INSPECTED)
    capsys.readouterr()
    assert qingdan(small, *words) == 3
    assert f"{UNITS}第" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_systems_are_not_laid_beside_what_cannot_be_read(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, PORTAL, "rows:", "line:")
    assert qingdan(small, "systems", "compare", *TODAY) == 3
    said = capsys.readouterr()
    assert f"{PORTAL}第" in said.err
    assert not said.out
    assert qingdan(small, "check", *TODAY) == 3
    assert "没有政务服务网的快照" not in capsys.readouterr().out
    assert qingdan(small, "validate", "--systems") == 1
    assert "QD307" not in capsys.readouterr().out


def test_a_twelfth_type_is_told_whatever_was_asked(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    text = (small / POWERS).read_text("utf-8")
    put(small, POWERS, text.replace("type: 行政许可", "type: 其它许可", 1))
    assert text != (small / POWERS).read_text("utf-8")
    assert qingdan(small, "check", *TODAY, "--pack", "jinshui-powers", "--list", "fees") == 3
    said = capsys.readouterr()
    assert "QD106" in said.out
    assert f"{POWERS}第" in said.err


def test_an_exception_is_not_called_needless_by_what_was_not_looked_at(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "promised_limit: 8个工作日", "promised_limit: 7个工作日")
    replace(
        small,
        POWERS,
        "  promised_limit: 7个工作日\n",
        "  promised_limit: 7个工作日\n  exceptions:\n  - finding: QD304\n    reason: 系统改造期间\n"
        "    approver: 区政府法制办\n    until: '2026-12-31'\n",
    )
    qingdan(small, "fmt")
    capsys.readouterr()
    qingdan(small, "check", *TODAY)
    assert "QD704" in capsys.readouterr().out, "the lists are published otherwise: nothing differs"
    _drop_phone(small)
    qingdan(small, "check", *TODAY)
    assert "QD704" not in capsys.readouterr().out


def test_a_report_says_what_could_not_be_judged_then(
    small: Path, qingdan: Run, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-09-18T10:00:00+08:00")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-18T10:00:00+08:00")
    _drop_phone(small)
    commit(small, "改名册")
    words = ("report", "--quarter", "2026Q3", "--today", "2026-10-09", "--out", str(tmp_path / "o"))
    assert qingdan(small, *words, "--format", "md") == 0
    said = capsys.readouterr().err
    assert "2026年第三季度末的版本中" in said
    assert f"{UNITS}第" in said
    assert "实施主体：公开的清单为" not in (tmp_path / "o/2026Q3.md").read_text("utf-8")


def test_every_check_of_the_world_says_what_it_rests_on() -> None:
    assert RESTING.keys() == WORLD_CHECKS.keys()
