"""Approved exceptions: what they hide, what becomes of them, and that nothing is hidden silently."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import Run, git, put, replace
from conftest import commit as commit_all
from qingdan.core.exceptions import EXCEPTABLE
from qingdan.model.codes import CODES
from qingdan.repo import resources

CG, PORTAL = "lists/powers/JS-CG.yaml", "systems/portal.yaml"
CODE = "JS-CG-XK-001"
MEASURE = "  post_supervision:\n  - 占用、挖掘期间每周巡查一次，期满核验恢复情况。\n"
PROMISE, OVER = "  promised_limit: 8个工作日\n", "  promised_limit: 25个工作日\n"
TODAY = ("--today", "2026-11-20")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The small workspace of the manual under git, without findings."""
    folder = Path(shutil.copytree(resources.manual() / "base", tmp_path / "base"))
    (folder / "ledger/publications/2026-01-08-first.yaml").unlink()
    git(folder, "init", "-q", "-b", "main")
    commit_all(folder, "建库\n")
    return folder


@pytest.fixture
def judged(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Judged:
    return Judged(qingdan, capsys)


class Judged:
    """Exit code, findings as (code, item) and what was said beside them."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys = qingdan, capsys

    def __call__(self, folder: Path, *words: str) -> tuple[int, list[tuple[str, str]], str]:
        self.capsys.readouterr()
        code = self.qingdan(folder, *words, "--format", "json")
        said = self.capsys.readouterr()
        found = json.loads(said.out)["findings"]
        return code, [(each["code"], each["item"]) for each in found], said.err


def exception(finding: str, until: str = "2027-06-30", approver: str = "区政府法制办") -> str:
    """One exception as it stands in an item."""
    return (
        f"  - finding: {finding}\n    reason: 会签期间沿用市局规定\n"
        f"    approver: {approver}\n    until: '{until}'\n"
    )


def except_(folder: Path, *rows: str) -> None:
    """Put exceptions into JS-CG-XK-001."""
    replace(folder, CG, MEASURE, MEASURE + "  exceptions:\n" + "".join(rows))


def test_an_exception_hides_its_finding_on_its_item_only(place: Path, judged: Judged) -> None:
    replace(place, CG, PROMISE, OVER)
    assert judged(place, "validate")[:2] == (1, [("QD207", CODE)])
    except_(place, exception("QD207"))
    code, found, said = judged(place, "validate", "--fail-on", "info")
    assert (code, found) == (0, [])
    assert said == "另有1个问题属已批准的例外，没有列出（QD207 1个）。\n"
    replace(
        place, "lists/powers/JS-YJ.yaml", "  promised_limit: 15日\n", "  promised_limit: 40日\n"
    )
    assert ("QD207", "JS-YJ-XK-001") in judged(place, "validate")[1]


def test_all_findings_of_the_kind_on_the_item_are_hidden_and_counted(
    place: Path, judged: Judged, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "  materials:\n  - name: 甲证明\n  - name: 乙证明\n"
    replace(place, CG, "  statutory_limit: 20个工作日\n", rows + "  statutory_limit: 20个工作日\n")
    except_(place, exception("QD216"))
    _, found, said = judged(place, "validate")
    assert not found
    assert "另有2个问题" in said
    assert "另有" not in judged(place, "validate", "lists/fees")[2], "only of the paths asked for"
    assert qingdan(place, "validate") == 0
    assert "另有2个问题" in capsys.readouterr().err


def test_validate_has_no_clock_and_check_has(place: Path, judged: Judged) -> None:
    replace(place, CG, PROMISE, OVER)
    except_(place, exception("QD207", until="2026-11-19"))
    assert judged(place, "validate", "--fail-on", "info")[:2] == (0, [])
    code, found, _ = judged(place, "check", *TODAY)
    assert code == 1
    assert ("QD705", CODE) in found
    _, found, _ = judged(place, "check", "--today", "2026-11-19")
    assert not [row for row in found if row[0].startswith("QD7")], "the last day still counts"


def test_an_expired_exception_hides_nothing(place: Path, judged: Judged) -> None:
    replace(place, PORTAL, "promised_limit: 8个工作日", "promised_limit: 9个工作日")
    assert ("QD304", CODE) in judged(place, "check", *TODAY)[1]
    except_(place, exception("QD304", until="2026-12-31"))
    _, found, said = judged(place, "check", *TODAY)
    assert not [row for row in found if row[1] == CODE]
    assert "另有1个问题属已批准的例外" in said
    _, found, said = judged(place, "check", "--today", "2027-01-01")
    assert {("QD304", CODE), ("QD705", CODE)} <= set(found)
    assert "另有" not in said


def test_validate_with_systems_judges_them_on_the_day(place: Path, judged: Judged) -> None:
    replace(place, PORTAL, "promised_limit: 8个工作日", "promised_limit: 9个工作日")
    except_(place, exception("QD304", until="2026-12-31"))
    assert judged(place, "validate", "--systems", *TODAY)[:2] == (0, [])
    _, found, _ = judged(place, "validate", "--systems", "--today", "2027-01-01")
    assert {("QD304", CODE), ("QD705", CODE)} <= set(found)


def test_unused_is_said_by_the_run_that_can_know(place: Path, judged: Judged) -> None:
    except_(place, exception("QD207"), exception("QD304"))
    assert judged(place, "validate")[1] == [("QD704", CODE)]
    _, found, _ = judged(place, "check", *TODAY)
    assert found.count(("QD704", CODE)) == 1
    (place / PORTAL).unlink()
    assert ("QD704", CODE) not in judged(place, "check", *TODAY)[1], "no system, no comparison"


def test_unused_is_not_said_of_what_cannot_be_judged(place: Path, judged: Judged) -> None:
    except_(place, exception("QD401"), exception("QD205"))
    assert judged(place, "validate")[1] == [("QD704", CODE)] * 2
    put(place, "registers/laws.yaml", "laws: [\n")
    found = judged(place, "validate")[1]
    assert found.count(("QD704", CODE)) == 1, "the laws cannot be read, the duties can"
    replace(place, CG, "  promised_limit: 8个工作日\n", "  promised_limit: 八天\n")
    assert ("QD704", CODE) not in judged(place, "validate")[1], "the item itself cannot be read"


def test_a_second_exception_of_the_same_kind_is_one_too_many(place: Path, judged: Judged) -> None:
    replace(place, CG, PROMISE, OVER)
    except_(place, exception("QD207"), exception("QD207", until="2028-01-01"))
    assert judged(place, "validate")[1] == [("QD704", CODE)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (exception("QD999"), "“QD999”不存在"),
        (exception("QD501"), "这类问题不能例外"),
        (exception("QD106"), "这类问题不能例外"),
        (exception("QD704"), "这类问题不能例外"),
        (exception("QD202"), "这类问题不能例外"),
        (exception("QD207", approver="张三"), "“张三”不是 qingdan.yaml 中的角色"),
    ],
)
def test_an_orphaned_exception_is_found_and_hides_nothing(
    row: str, said: str, place: Path, judged: Judged, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(place, CG, PROMISE, OVER)
    except_(place, row)
    assert judged(place, "validate")[1] == [("QD207", CODE), ("QD706", CODE)]
    assert judged.qingdan(place, "validate") == 1
    assert said in capsys.readouterr().out


def test_a_cancelled_item_needs_no_exception(place: Path, judged: Judged) -> None:
    old = "  successors:\n  - JS-CG-XK-001\n"
    text = (place / CG).read_text("utf-8")
    put(place, CG, text.removesuffix(old) + old + "  exceptions:\n" + exception("QD207"))
    assert judged(place, "validate")[1] == [("QD706", "JS-CG-XK-002")]


def test_exceptions_cannot_be_excepted(place: Path, judged: Judged) -> None:
    except_(place, exception("QD704"), exception("QD706"))
    assert judged(place, "validate")[1] == [("QD706", CODE)] * 2


def test_a_change_of_exceptions_is_an_adjustment(place: Path, judged: Judged) -> None:
    """Nobody grants himself an exception: without an adjustment the commit is a breach."""
    replace(place, CG, PROMISE, OVER)
    except_(place, exception("QD207"))
    commit_all(place, "放宽\n")
    assert ("QD501", CODE) in judged(place, "validate", "--commits", "HEAD~1..HEAD")[1]
    git(place, "reset", "-q", "--hard", "HEAD~1")
    except_(place, exception("QD211"))
    commit_all(place, "加例外\n")
    assert ("QD501", CODE) in judged(place, "validate", "--commits", "HEAD~1..HEAD")[1]


def test_adjusting_sees_what_validate_sees(place: Path, qingdan: Run, judged: Judged) -> None:
    """What an approved exception covers does not stand in an adjustment's way; without one it is refused."""
    common = (
        "--trigger",
        "internal",
        "--occurred",
        "2026-11-16",
        "--reason",
        "办理量增加",
        "--yes",
    )
    change = ("adjust", "set", CODE, "promised_limit=25个工作日", *common, *TODAY)
    assert qingdan(place, *change) == 4
    replace(place, CG, PROMISE, OVER)
    except_(place, exception("QD207"))
    assert qingdan(place, "adjust", "commit", *common, *TODAY) == 0
    assert judged(place, "validate", "--commits", "HEAD~1..HEAD")[:2] == (0, [])
    orphaned = ("adjust", "set", CODE, "exceptions.1.approver=张三", *common, *TODAY)
    assert qingdan(place, *orphaned) == 4


def test_only_findings_about_items_can_be_excepted() -> None:
    assert CODES.keys() >= EXCEPTABLE
    assert {code[2] for code in EXCEPTABLE} == {"2", "3", "4"}


def test_an_exception_taken_back_is_a_new_finding_since(place: Path, judged: Judged) -> None:
    replace(place, CG, PROMISE, OVER)
    except_(place, exception("QD207"))
    commit_all(place, "例外\n")
    assert judged(place, "validate", "--since", "HEAD")[:2] == (0, [])
    replace(place, CG, "  exceptions:\n" + exception("QD207"), "")
    assert judged(place, "validate", "--since", "HEAD")[:2] == (1, [("QD207", CODE)])
