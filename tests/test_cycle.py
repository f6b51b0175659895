"""周清 月结 季通报 年考核: who owes what, closing, editions, what a missing one costs, objections, the year added up."""

from __future__ import annotations

import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.ledger.held import PARTS
from qingdan.core.reports import monthly, scoring, weekly, yearly
from qingdan.core.reports.cycle_audience import for_audience
from qingdan.core.text import strict
from qingdan.desk.opening import Opened
from qingdan.model.codes import CODES
from qingdan.model.papers import Letterhead, PeriodReport, Section
from qingdan.model.settings import Deduction, Edition, Group, Scoring

DUTIES = """\
periods:
- {name: 周清, period: week, owner: 各单位, due: 3个工作日, held_by: 报告, from: '2026-11-02',
   source: district-operation 第二十一条, due_source: 本单位自定}
- {name: 月结, period: month, owner: 牵头单位, due: 5个工作日, held_by: 报告, from: '2026-10-01',
   source: district-operation 第二十一条, due_source: 本单位自定}
- {name: 季通报, period: quarter, owner: 区政务服务中心, due: 10个工作日, held_by: 报告,
   from: '2026-10-01', source: district-operation 第二十一条, due_source: 本单位自定}
- {name: 年考核, period: year, owner: 区政务服务中心, due: 20个工作日, held_by: 报告,
   source: district-operation 第二十一条, due_source: 本单位自定}

"""
TERMS = """\
  - {title: 报告没有按期办结, match: [QD640], points: 1.5, cap: 10}
  weights:
  - {part: 季度得分, percent: 60, source: 本单位自定}
  - {part: 周清月结, percent: 40, source: 本单位自定}
  appeal: {within: 5个工作日, decided_by: 区政务服务中心, source: 本单位自定}
"""
REGISTER = """\
id: '2026-01-07-register'
kind: register
lists:
- powers
- approvals
- fees
trigger: internal
occurred: '2026-01-07'
deadline: none
applied: '2026-01-07'
reason: 首次建库
steps:
- stage: 申请
  by: JS-SFJ
  started: '2026-01-07'
"""
PACK = """\
regulation: {id: own-rules, title: 本局检查规则}
rules:
- id: 1-1
  article: 第一条
  question: 权力是否都有对应的责任
  owner: 区编办
  for: powers
  answer: {check: duties-paired}
  severity: error
"""
SAID = ("--done", "已办结两件。\n核对三项。", "--plan", "下周继续核对")
WEEK = ("report", "--week", "2026W46")


class Clock:
    """The day on which things are committed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def set(self, day: str) -> None:
        for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            self._patch.setenv(key, f"{day}T10:00:00+08:00")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def office(small: Path, clock: Clock) -> Path:
    """The small workspace with the whole cycle in its settings, since September."""
    clock.set("2026-09-18")
    replace(small, "qingdan.yaml", "scoring:\n", f"{DUTIES}scoring:\n")
    text = (small / "qingdan.yaml").read_text("utf-8")
    put(small, "qingdan.yaml", text.rstrip() + "\n" + TERMS)
    put(small, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    commit(small, "设置\n\nReason: 规定周期工作\n")
    return small


def units(folder: Path) -> list[str]:
    """The units that have items."""
    return sorted({path.stem for path in (folder / "lists").glob("*/*.yaml")})


def close_week(folder: Path, qingdan: Run, clock: Clock, week: str, unit: str, day: str) -> int:
    clock.set(day)
    words = ("report", "--week", week, "--unit", unit, *SAID, "--record", "--today", day)
    return qingdan(folder, *words)


def record(folder: Path, name: str) -> dict[str, Any]:
    value, _ = strict.read((folder / "ledger/periods" / f"{name}.yaml").read_text("utf-8"))
    return cast("dict[str, Any]", value)


def found(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], day: str
) -> list[dict[str, Any]]:
    """The missing reports that ``check`` finds on a day."""
    capsys.readouterr()
    qingdan(folder, "check", "--today", day, "--format", "json")
    every = json.loads(capsys.readouterr().out)["findings"]
    return [row for row in every if row["code"] == "QD640"]


def files(folder: Path, stem: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob(f"{stem}.*"))}


def test_every_part_has_its_maker() -> None:
    for kind, made in (("week", weekly), ("month", monthly), ("year", yearly)):
        assert tuple(made.PARTS) == PARTS[kind]  # type: ignore[index]


def test_a_week_is_closed_by_one_commit_and_comes_out_the_same_ever_after(
    office: Path, qingdan: Run, clock: Clock, tmp_path: Path
) -> None:
    unit = units(office)[0]
    before = git(office, "rev-parse", "HEAD")
    assert close_week(office, qingdan, clock, "2026W46", unit, "2026-11-16") == 0
    assert git(office, "rev-list", "--count", f"{before}..HEAD") == "1"
    assert git(office, "log", "-1", "--format=%(trailers)").splitlines() == [
        "Period: close",
        f"Record: 2026W46/week-{unit}",
    ]
    kept = record(office, f"2026W46/week-{unit}")
    (edition,) = kept["editions"]
    assert (edition["commit"], edition["done"]) == (before, "已办结两件。\n核对三项。")
    first = files(office / "reports", f"2026W46-{unit}")
    assert [row["file"] for row in edition["digests"]] == sorted(first)
    assert "核对三项。" in first[f"2026W46-{unit}.md"].decode()
    clock.set("2026-12-08")
    put(office, "README.md", "后来的提交\n")
    commit(office, "后来\n")
    again = (*WEEK, "--unit", unit, "--today", "2026-12-09", "--out", str(tmp_path / "again"))
    assert qingdan(office, *again) == 0
    assert files(tmp_path / "again", f"2026W46-{unit}") == first
    assert qingdan(office, "validate", "ledger") == 0


def test_a_closed_week_is_not_closed_again_nor_made_otherwise(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = units(office)[0]
    assert close_week(office, qingdan, clock, "2026W46", unit, "2026-11-16") == 0
    head = git(office, "rev-parse", "HEAD")
    assert close_week(office, qingdan, clock, "2026W46", unit, "2026-11-17") == 4
    assert "--correct" in capsys.readouterr().err
    words = (*WEEK, "--unit", unit, "--done", "别的", "--today", "2026-11-17")
    assert qingdan(office, *words) == 4
    assert git(office, "rev-parse", "HEAD") == head


def test_a_report_that_would_come_out_otherwise_is_not_written(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    unit = units(office)[0]
    assert close_week(office, qingdan, clock, "2026W46", unit, "2026-11-16") == 0
    path = f"ledger/periods/2026W46/week-{unit}.yaml"
    digest = record(office, f"2026W46/week-{unit}")["editions"][0]["digests"][0]["sha256"]
    replace(office, path, digest, "0" * 64)
    commit(office, "手改\n")
    words = (*WEEK, "--unit", unit, "--today", "2026-11-17", "--out", str(tmp_path / "other"))
    capsys.readouterr()
    assert qingdan(office, *words) == 4
    assert "摘要不符" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
    qingdan(office, "validate", "--commits", "HEAD~1..HEAD")
    assert "QD530" in capsys.readouterr().out


def test_a_correction_is_a_new_edition_and_the_old_one_stays(
    office: Path, qingdan: Run, clock: Clock
) -> None:
    unit = units(office)[0]
    assert close_week(office, qingdan, clock, "2026W46", unit, "2026-11-16") == 0
    old = record(office, f"2026W46/week-{unit}")["editions"][0]
    clock.set("2026-11-18")
    words = (*WEEK, "--unit", unit, "--today", "2026-11-18")
    assert qingdan(office, *words, "--correct", "件数多写一件", "--done", "已办结一件") == 0
    first, second = record(office, f"2026W46/week-{unit}")["editions"]
    assert first == old
    assert (second["number"], second["corrects"], second["done"], second["plan"]) == (
        2,
        "件数多写一件",
        "已办结一件",
        "下周继续核对",
    )
    text = (office / f"reports/2026W46-{unit}.md").read_text("utf-8")
    assert "周清（第2版）" in text
    assert "本版更正第1版：件数多写一件" in text
    assert git(office, "log", "-1", "--format=%(trailers:key=Period,valueonly)") == "correct"
    assert qingdan(office, *words) == 0, "the second edition comes out the same, too"
    assert qingdan(office, "validate", "--commits", "HEAD~1..HEAD") == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--week", "2026W46", "--unit", "UNIT", "--record"), 2, "完成情况（--done）"),
        (("--week", "2026W46", "--record"), 2, "--unit"),
        (("--week", "2026W46", "--unit", "没有的"), 2, "没有的"),
        (("--week", "2026W99"), 2, "2026W47"),
        (("--week", "2026W47"), 3, "还不能周清"),
        (("--week", "2026W46", "--unit", "UNIT", "--dated", "2026-11-14"), 2, "早于期末2026-11-15"),
        (("--quarter", "2026Q3", "--dated", "2026-09-29"), 2, "早于期末2026-09-30"),
        (("--month", "2026-10", "--record", "--judgement", "好"), 2, "--list"),
        (("--week", "2026W46", "--unit", "UNIT", "--correct", "错"), 4, "还没有办结"),
        (("--week", "--month"), 2, "请写明一种"),
        ((), 2, "--quarter"),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...],
    code: int,
    said: str,
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unit, head = units(office)[0], git(office, "rev-parse", "HEAD")
    chosen = [unit if word == "UNIT" else word for word in words]
    assert qingdan(office, "report", *chosen, "--today", "2026-11-20") == code
    assert said in capsys.readouterr().err
    assert git(office, "rev-parse", "HEAD") == head


def test_without_a_duty_in_the_settings_nothing_is_reported(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, "report", "--week", "2026W46", "--today", "2026-11-20") == 3
    assert "本单位自定" in capsys.readouterr().err


def test_who_has_and_who_has_not(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *rest = units(office)
    assert close_week(office, qingdan, clock, "2026W46", first, "2026-11-16") == 0
    capsys.readouterr()
    assert qingdan(office, *WEEK, "--today", "2026-11-17") == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"应办结{1 + len(rest)}份，未办结{len(rest)}份" in lines[0]
    (own,) = [line for line in lines if f"（{first}）" in line]
    assert "已办结" in own
    assert "2026-11-16" in own
    assert all("未办结" in line for line in lines if any(f"（{unit}）" in line for unit in rest))


def test_a_missing_week_is_owed_then_found_then_made_good(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *rest = units(office)
    assert close_week(office, qingdan, clock, "2026W45", first, "2026-11-09") == 0
    capsys.readouterr()
    words = ("due", "--kind", "report", "--format", "json", "--today", "2026-11-10")
    assert qingdan(office, *words) == 0
    clocks = json.loads(capsys.readouterr().out)["clocks"]
    weeks = [row for row in clocks if row["duty"] == "周清"]
    assert {row["last"] for row in weeks} == {"2026-11-11"}
    assert sorted(unit for row in weeks for unit in row["units"]) == rest
    early = found(office, qingdan, capsys, "2026-11-11")
    assert not [row for row in early if "周清" in row["message"]]
    late = [row for row in found(office, qingdan, capsys, "2026-11-12") if "周清" in row["message"]]
    assert sorted(row["unit"] for row in late) == rest
    assert all("第二十一条" in row["sources"][0] for row in late)
    assert close_week(office, qingdan, clock, "2026W45", rest[0], "2026-11-13") == 0
    late = [row for row in found(office, qingdan, capsys, "2026-11-13") if "周清" in row["message"]]
    assert sorted(row["unit"] for row in late) == rest[1:]


def test_lists_are_reported_by_whoever_supervises_them(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    late = found(office, qingdan, capsys, "2026-11-20")
    owners = {row["owner"]: row["unit"] for row in late if "月结" in row["message"]}
    assert owners == {"区政府法制办": "JS-SFJ", "区政务服务中心": "JS-ZWJ", "区财政局": "JS-CZJ"}


OFFICES = (
    (
        "confirmed_by: “五单一网”制度改革联席办",
        (
            "duties_supervisor: 区编办, duties_source: district-operation 第五条第三款,\n"
            "     portal_supervisor: 区电子政务中心, portal_source: district-operation 第五条第六款,\n"
            "     confirmed_by: “五单一网”制度改革联席办"
        ),
    ),
    (
        "fees: {supervisor: 区财政局, source: district-operation 第五条第四款}",
        "fees: {supervisor: 区财政局, source: 本单位自定（规章未列本清单的牵头单位）}",
    ),
    (
        "roles:\n",
        (
            "roles:\n  区编办:\n    source: district-operation 第五条第三款\n    holders:\n"
            "    - {unit: JS-JW, from: '2015-01-01'}\n"
        ),
    ),
)
"""The duties of powers, their running on the portal, and the fees are supervised otherwise than in the small workspace."""


@pytest.fixture
def offices(office: Path) -> Path:
    for old, new in OFFICES:
        replace(office, "qingdan.yaml", old, new)
    commit(office, "设置\n\nReason: 写明责任清单和入网运行的牵头单位\n")
    return office


def months(clocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The months among the clocks that are owed for October, by what they are about."""
    found = [row for row in clocks if row["duty"] == "月结" and "2026年10月" in row["about"]]
    return {row["about"].partition("月结")[2].strip("（）"): row for row in found}


def test_duties_and_portal_are_reported_by_whoever_supervises_them(
    offices: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("due", "--kind", "report", "--format", "json", "--today", "2026-11-10")
    assert qingdan(offices, *words) == 0
    owed = months(json.loads(capsys.readouterr().out)["clocks"])
    assert {what: row["units"] for what, row in owed.items()} == {
        "行政权责清单": ["JS-SFJ"],
        "行政权责清单的责任清单": ["JS-JW"],
        "行政权责清单的入网运行": ["JS-ZWJ"],
        "行政审批事项清单": ["JS-ZWJ"],
        "行政事业性收费清单": ["JS-CZJ"],
    }
    none = "本单位自定（《行政权责事项运行监督管理办法》第二十一条没有规定期限）"
    assert owed["行政权责清单"]["source"] == none
    assert owed["行政事业性收费清单"]["source"] == "本单位自定（规章未列本清单的牵头单位）"
    late = [
        row for row in found(offices, qingdan, capsys, "2026-11-20") if "月结" in row["message"]
    ]
    assert all(f"起5个工作日，{none}" in row["message"] for row in late if row["unit"] != "JS-CZJ")
    articles = {row["owner"]: row["sources"] for row in late}
    assert articles.pop("区财政局") == ["本单位自定（规章未列本清单的牵头单位）"]
    assert {tuple(each) for each in articles.values()} == {
        ("《行政权责事项运行监督管理办法》第二十一条",)
    }
    assert set(articles) == {"区政府法制办", "区编办", "区电子政务中心", "区政务服务中心"}


ROOT = Path(__file__).resolve().parent.parent
ASKED = {
    "district-operation": ("21-1", "21-2", "21-3", "21-4"),
    "liuzhai-operation": ("18-1", "18-2", "18-3", "18-4"),
}
"""Regulation to the rules that ask whether 周清, 月结, 季通报 and 年考核 were made."""


@pytest.mark.parametrize("pack", ASKED)
def test_the_machine_answers_whether_each_report_was_made(pack: str) -> None:
    value, _ = strict.read((ROOT / "rules" / f"{pack}.yaml").read_text("utf-8"))
    rules = {rule["id"]: rule for rule in cast("Any", value)["rules"]}
    for name, rule in zip(("周清", "月结", "季通报", "年考核"), ASKED[pack], strict=True):
        assert rules[rule]["answer"] == {"check": "periods-held", "options": {"periods": [name]}}
        assert f"（{name}）" in rules[rule]["question"]


def test_a_missing_report_cites_the_rule_that_asks_for_it(
    offices: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "rules/district-operation.yaml"
    put(offices, name, (ROOT / name).read_text("utf-8"))
    commit(offices, "规则\n\nReason: 采用检查规则\n")
    late = found(offices, qingdan, capsys, "2026-11-20")
    rules = {(row["message"].partition("”")[0][-2:], row["owner"]): row["rules"] for row in late}
    assert rules["周清", "各单位"] == ["district-operation/21-1"]
    assert rules["月结", "区编办"] == ["district-operation/21-2"]
    assert rules["月结", "区财政局"] == [], (
        "by the office's own decision, no rule of the regulation"
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("--list", "powers"), "month-powers"),
        (("--list", "powers", "--unit", "JS-JW"), "month-powers-duties"),
        (("--unit", "JS-JW"), "month-powers-duties"),
        (("--list", "powers", "--unit", "JS-ZWJ"), "month-powers-portal"),
        (("--list", "powers-portal"), "month-powers-portal"),
    ],
)
def test_a_month_is_closed_by_list_by_part_or_by_office(
    words: tuple[str, ...],
    name: str,
    offices: Path,
    qingdan: Run,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock.set("2026-11-03")
    month = ("report", "--month", "2026-10", *words, "--judgement", "平稳", "--record")
    assert qingdan(offices, *month, "--today", "2026-11-03") == 0
    kept = record(offices, f"2026-10/{name}")
    assert kept.get("part", "") == {"duties": "责任清单", "portal": "入网运行"}.get(
        name.removeprefix("month-powers-"), ""
    )
    late = [
        row for row in found(offices, qingdan, capsys, "2026-11-20") if "月结" in row["message"]
    ]
    assert kept["by"] not in {row["owner"] for row in late}
    assert len(late) == 4
    stem = name.removeprefix("month-")
    assert qingdan(offices, "report", "--verify", f"reports/2026-10-{stem}.md") == 0


def test_an_office_with_two_months_says_which_one_and_another_has_none(
    offices: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    month = ("report", "--month", "2026-10", "--today", "2026-11-03", "--unit")
    assert qingdan(offices, *month, "JS-ZWJ") == 2
    assert "请用 --list 写明清单：powers-portal、approvals。" in capsys.readouterr().err
    assert qingdan(offices, *month, "JS-YJ") == 2
    assert "JS-YJ在2026年10月没有应当办理的月结。" in capsys.readouterr().err


def test_a_part_tells_of_what_its_supervisor_answers_for(
    offices: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    put(offices, "rules/own-rules.yaml", PACK)
    powers = "lists/powers/JS-YJ.yaml"
    replace(offices, powers, "  accountability:\n  - 推诿、拒绝答复的。\n", "")
    replace(offices, powers, "promised_limit: 15日", "promised_limit: 60日")
    clock.set("2026-10-12")
    commit(offices, "规则\n\nReason: 写明责任清单由谁监督\n")
    capsys.readouterr()
    told = {}
    for part in ("powers", "powers-duties"):
        words = ("report", "--month", "2026-10", "--list", part, "--context")
        assert qingdan(offices, *words, "--today", "2026-11-03") == 0
        (paper,) = json.loads(capsys.readouterr().out).values()
        (problems,) = [each for each in paper["sections"] if each["title"] == "问题分析"]
        told[part] = {row[0] for row in problems["rows"]}
        heads = {"powers": "2026年10月行政权责", "powers-duties": "2026年10月责任"}
        assert paper["period"] == heads[part], "清单运行月结 follows"
    assert told["powers-duties"] == {CODES["QD205"].title}
    assert told["powers"] > told["powers-duties"]


def test_a_unit_that_came_later_owes_nothing_for_the_time_before(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = "JS-YJ"
    text = "\n".join(path.read_text("utf-8") for path in (office / "lists").glob(f"*/{unit}.yaml"))
    codes = [line.split()[-1] for line in text.splitlines() if line.startswith("- code: ")]
    listed = "".join(f"- {each}\n" for each in codes)
    entered = REGISTER.replace("2026-01-07-register", "2026-11-10-late")
    entered = entered.replace("kind: register", "kind: add").replace("2026-01-07", "2026-11-10")
    entered = entered.replace("lists:\n- powers\n- approvals\n- fees\n", f"items:\n{listed}")
    put(office, "ledger/adjustments/2026/2026-11-10-late.yaml", entered)
    late = [row for row in found(office, qingdan, capsys, "2026-12-03") if row["unit"] == unit]
    weeks = [row["message"] for row in late if "周清" in row["message"]]
    assert not [words for words in weeks if "第45周" in words or "第46周" in words]
    assert [words for words in weeks if "第47周" in words]


def test_a_month_shows_who_cleared_its_weeks_and_stands_as_it_was_closed(
    office: Path, qingdan: Run, clock: Clock, tmp_path: Path
) -> None:
    first, second = units(office)[:2]
    assert close_week(office, qingdan, clock, "2026W45", first, "2026-11-09") == 0
    assert close_week(office, qingdan, clock, "2026W46", first, "2026-11-20") == 0
    clock.set("2026-12-01")
    month = ("report", "--month", "2026-11", "--list", "powers")
    words = (*month, "--judgement", "运行平稳", "--record", "--today", "2026-12-01")
    assert qingdan(office, *words) == 0
    text = (office / "reports/2026-11-powers.md").read_text("utf-8")
    assert "郑州市金水区2026年11月行政权责清单运行月结" in text
    assert "| 第45周 | 第46周 | 第47周 | 第48周 |" in text
    assert "| 按时 | 逾期（2026年11月20日） | 缺 | 缺 |" in text
    assert "情况报告如下：" in text
    assert not re.search(r"jinshui-powers/|\d{4}-\d\d-\d\d", text), (
        "people read no ids and no ISO days"
    )
    taken = record(office, "2026-11/month-powers")["editions"][0]["takes"]
    assert taken == [f"2026W45/week-{first}", f"2026W46/week-{first}"]
    before = files(office / "reports", "2026-11-powers")
    assert close_week(office, qingdan, clock, "2026W47", second, "2026-12-02") == 0
    again = (*month, "--today", "2026-12-09", "--out", str(tmp_path / "again"))
    assert qingdan(office, *again) == 0
    assert files(tmp_path / "again", "2026-11-powers") == before
    clock.set("2026-12-09")
    assert qingdan(office, *month, "--correct", "补计周清", "--today", "2026-12-09") == 0
    taken = record(office, "2026-11/month-powers")["editions"][1]["takes"]
    assert f"2026W47/week-{second}" in taken


def test_a_month_names_articles_and_no_rule_by_its_id(
    office: Path, qingdan: Run, clock: Clock
) -> None:
    clock.set("2026-11-20")
    replace(office, "systems/portal.yaml", "8个工作日", "9个工作日")
    commit(office, "取入快照\n")
    month = ("report", "--month", "2026-11", "--list", "powers", "--format", "md")
    assert qingdan(office, *month, "--today", "2026-12-01") == 0
    text = (office / "reports/2026-11-powers.md").read_text("utf-8")
    _, _, told = text.partition("| 涉及的规定 |")
    assert "《金水区行政权力清单运行监督检查办法》第十四条第（八）项" in told.partition("\n## ")[0]
    assert "jinshui-powers" not in text


def test_a_month_whose_numbers_do_not_reconcile_is_refused(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.set("2026-10-15")
    path = office / "lists/powers/JS-YJ.yaml"
    text = path.read_text("utf-8")
    put(office, "lists/powers/JS-YJ.yaml", text.replace("state: 在用", "state: 暂停", 1))
    commit(office, "手改状态，没有手续\n")
    words = ("report", "--month", "2026-10", "--list", "powers", "--today", "2026-11-20")
    assert qingdan(office, *words) == 4
    assert "没有调整记录" in capsys.readouterr().err


def quarter(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], name: str, today: str
) -> dict[str, Any]:
    capsys.readouterr()
    words = ("report", "--quarter", name, "--context", "--today", today)
    assert qingdan(folder, *words) == 0
    return cast("dict[str, Any]", json.loads(capsys.readouterr().out))


def test_a_missing_report_costs_what_the_settings_say_in_the_quarter_in_which_it_was_due(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """W45 to W52 end in the fourth quarter; W52 was due on the 30th of December: eight, at most ten points."""
    for week, day in (
        ("2026W45", "2026-11-09"),
        ("2026W46", "2026-11-16"),
        ("2026W47", "2026-11-23"),
    ):
        assert close_week(office, qingdan, clock, week, "JS-YJ", day) == 0
    ranking = {
        row["code"]: row
        for row in quarter(office, qingdan, capsys, "2026Q4", "2027-01-15")["ranking"]
    }
    lines = {
        unit: {line["title"]: line for line in row["lines"]}.get("报告没有按期办结")
        for unit, row in ranking.items()
    }
    assert lines["JS-YJ"] is not None
    assert (lines["JS-YJ"]["count"], lines["JS-YJ"]["taken"]) == (5, "7.5")
    other = next(unit for unit in lines if unit not in {"JS-YJ", "JS-SFJ", "JS-CZJ", "JS-ZWJ"})
    line = lines[other]
    assert line is not None
    assert (line["count"], line["taken"]) == (8, "10")
    later = {
        row["code"]: row
        for row in quarter(office, qingdan, capsys, "2027Q1", "2027-04-15")["ranking"]
    }
    assert "报告没有按期办结" not in later["JS-YJ"]["arithmetic"], (
        "what was due in one quarter is not charged again in the next (whose calendar nobody knows yet)"
    )


def test_a_quarter_is_judged_by_the_terms_that_stood_when_it_began(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.set("2026-11-05")
    replace(office, "qingdan.yaml", "points: 1.5, cap: 10", "points: 3, cap: 30")
    commit(office, "改评分\n\nReason: 加重扣分\n")
    data = quarter(office, qingdan, capsys, "2026Q4", "2027-01-15")
    assert any("每项扣1.5分" in line for line in data["deductions"])
    assert "本期内评分办法有改动" in data["sentences"]["ranking"]
    data = quarter(office, qingdan, capsys, "2027Q1", "2027-04-15")
    assert any("每项扣3分" in line for line in data["deductions"])
    assert "改动" not in data["sentences"]["ranking"]


def test_an_objection_is_decided_and_a_new_edition_makes_it_good(
    office: Path, qingdan: Run, clock: Clock
) -> None:
    clock.set("2027-01-08")
    base = ("report", "--quarter", "2026Q4")
    head = ("--number", "金政服〔2027〕1号", "--dated", "2027-01-08")
    assert qingdan(office, *base, *head, "--record", "--today", "2027-01-08") == 0
    first = record(office, "2026Q4/quarter")["editions"][0]
    scores = {row["unit"]: row for row in first["scores"]}
    assert scores["JS-YJ"]["score"] == "90"
    clock.set("2027-01-11")
    words = (*base, "--unit", "JS-YJ", "--today", "2027-01-11")
    assert qingdan(office, *words, "--concede", "是", "--match", "QD640") == 4, "nobody objected"
    assert qingdan(office, *words, "--object", "系统停机，不能办结") == 0
    assert qingdan(office, *words, "--object", "再说一遍") == 4
    assert qingdan(office, *words, "--concede", "停机属实") == 2, "which facts?"
    assert qingdan(office, *words, "--concede", "停机属实", "--match", "QD640") == 0
    assert git(office, "log", "-1", "--format=%(trailers:key=Period,valueonly)") == "decide"
    assert qingdan(office, *base, "--today", "2027-01-12") == 0, "the first edition still stands"
    clock.set("2027-01-12")
    fixed = (*base, "--correct", "应急管理局的扣分予以更正", *head, "--today", "2027-01-12")
    assert qingdan(office, *fixed) == 0
    kept = record(office, "2026Q4/quarter")
    assert kept["editions"][0] == first
    scores = {row["unit"]: row for row in kept["editions"][1]["scores"]}
    assert scores["JS-YJ"]["score"] == "100"
    assert "不予扣分" in scores["JS-YJ"]["arithmetic"]
    text = (office / "reports/2026Q4.md").read_text("utf-8")
    assert "本通报为第2版，更正第1版：应急管理局的扣分予以更正" in text
    assert qingdan(office, *base, "--today", "2027-02-01") == 0
    file = str(office / "reports/2026Q4.docx")
    assert qingdan(office, "report", "--verify", file) == 0, "a later edition is proved, too"
    assert qingdan(office, "validate", "--commits", "HEAD~4..HEAD") == 0


def test_an_objection_that_comes_too_late_is_refused(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.set("2026-10-12")
    replace(
        office,
        "qingdan.yaml",
        "held_by: 报告,\n   from: '2026-10-01'",
        "held_by: 报告,\n   from: '2026-07-01'",
    )
    commit(office, "设置\n\nReason: 提前\n")
    base = ("report", "--quarter", "2026Q3")
    assert qingdan(office, *base, "--record", "--today", "2026-10-12") == 0
    words = (*base, "--unit", "JS-YJ", "--object", "不服")
    capsys.readouterr()
    assert qingdan(office, *words, "--today", "2026-10-20") == 4
    assert "到2026-10-19为止" in capsys.readouterr().err
    assert qingdan(office, *words, "--today", "2026-10-19") == 0


def test_the_year_is_added_up_by_its_weights(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: the mean of the quarters at 60 %, the share of weeks and months that were closed at 40 %."""
    assert close_week(office, qingdan, clock, "2026W45", "JS-YJ", "2026-11-09") == 0
    assert close_week(office, qingdan, clock, "2026W46", "JS-YJ", "2026-11-16") == 0
    clock.set("2027-01-15")
    assert (
        qingdan(office, "report", "--quarter", "2026Q4", "--record", "--today", "2027-01-15") == 0
    )
    year = ("report", "--year", "2026", "--today", "2027-01-15")
    assert qingdan(office, *year, "--judgement", "总体平稳", "--record") == 0
    last = {
        row["unit"]: row["score"]
        for row in record(office, "2026Q4/quarter")["editions"][0]["scores"]
    }
    capsys.readouterr()
    assert qingdan(office, *year, "--context") == 0
    data = json.loads(capsys.readouterr().out)
    sections = {each["title"]: each for each in data["2026"]["sections"]}
    assert "第一季度、第二季度、第三季度没有办结季通报" in sections["季度得分"]["sentences"][0]
    quarters = {row[0]: [Decimal(cell) for cell in row[1:]] for row in sections["季度得分"]["rows"]}
    (name,) = [row[1] for row in sections["考核结果"]["rows"] if "应急" in row[1]]
    assert quarters[name][3] == Decimal(last["JS-YJ"])
    assert f"{name}第四季度按{quarters[name][3] + 9}分" in sections["季度得分"]["sentences"][-1], (
        "six weeks at 1.5 points each cost something in the quarter's ranking, and once in the year"
    )
    mean = ((sum(quarters[name], Decimal(0)) + 9) / 4).quantize(Decimal("0.01"))
    kept_up = (Decimal(100) * 2 / 8).quantize(Decimal("0.01"))
    whole = (mean * 60 + kept_up * 40) / 100
    (row,) = [row for row in sections["考核结果"]["rows"] if row[1] == name]
    assert Decimal(row[4]) == whole.quantize(Decimal("0.01"))
    assert f"{scoring.plain(kept_up)}（周清月结）×40%" in row[5]
    totals = dict(data["2026-performance"]["totals"])
    assert Decimal(totals[name]) == sum((100 - score for score in quarters[name]), Decimal(0))
    takes = record(office, "2026/year")["editions"][0]["takes"]
    assert takes == ["2026Q4/quarter", "2026W45/week-JS-YJ", "2026W46/week-JS-YJ"]
    assert {path.name for path in (office / "reports").glob("2026[.-]*")} >= {
        "2026.docx",
        "2026-performance.docx",
    }


def test_a_year_without_weights_is_refused(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (office / "qingdan.yaml").read_text("utf-8")
    start, end = text.index("  weights:"), text.index("  appeal:")
    put(office, "qingdan.yaml", text[:start] + text[end:])
    commit(office, "改评分\n\nReason: 不定权重\n")
    assert qingdan(office, "report", "--year", "2026", "--today", "2027-01-15") == 4
    assert "权重" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("percent: 60", "percent: 50", "合计90%"),
        (
            "held_by: 报告, from: '2026-10-01',",
            "held_by: 报告, from: '2026-10-01', holds: [完成情况],",
            "没有“完成情况”",
        ),
        (
            "   source: district-operation 第二十一条, due_source: 本单位自定}\n\n",
            "   source: district-operation 第二十一条, due_source: 本单位自定, each: 是}\n\n",
            "没有写参加的角色（members），不能写各自办理",
        ),
        ("  appeal:", "  lowest: 101\n  appeal:", "高于满分"),
        ("  appeal:", "  groups:\n  - {name: 甲, source: 本单位自定}\n  appeal:", "没有写单位"),
        (
            "  appeal:",
            (
                "  groups:\n  - {name: 甲, kinds: [区直], source: 本单位自定}\n"
                "  - {name: 乙, kinds: [区直], units: [JS-XX], source: 本单位自定}\n  appeal:"
            ),
            "两个排名分组",
        ),
        (
            "  appeal:",
            (
                "  exemptions:\n  - {unit: JS-XX, match: [QD640], from: '2026-11-01', to: '2026-10-01',\n"
                "     reason: 停机, approver: 区政务服务中心}\n  appeal:"
            ),
            "起止日期颠倒",
        ),
        ("decided_by: 区政务服务中心", "decided_by: 没有的角色", "没有的角色"),
        ("name: 月结, period: month", "name: 月结, period: week", "分不清"),
    ],
)
def test_settings_that_contradict_themselves_are_found(
    old: str, new: str, said: str, office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(office, "qingdan.yaml", old, new)
    capsys.readouterr()
    assert qingdan(office, "validate") == 1
    assert said in capsys.readouterr().out


def test_a_report_holds_what_the_settings_say(office: Path, qingdan: Run, clock: Clock) -> None:
    replace(
        office,
        "qingdan.yaml",
        "from: '2026-11-02',\n",
        "from: '2026-11-02',\n   holds: [完成情况, 检查问题],\n",
    )
    clock.set("2026-10-08")
    commit(office, "设置\n\nReason: 只要两项\n")
    unit = units(office)[0]
    clock.set("2026-11-16")
    words = (*WEEK, "--unit", unit, "--done", "两件", "--record", "--today", "2026-11-16")
    assert qingdan(office, *words) == 0, "a plan is not asked for"
    text = (office / f"reports/2026W46-{unit}.md").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 一、完成情况",
        "## 二、检查问题",
    ]


RESULTS = """\
id: 2026Q4-JS-YJ
quarter: 2026Q4
unit: JS-YJ
rows:
- number: 应急罚〔2026〕7号
  item: JS-YJ-QT-001
  served: '2026-11-10'
  published: '2026-11-12'
- number: 应急罚〔2026〕8号
  item: JS-YJ-QT-001
  served: '2026-11-11'
- number: 应急罚〔2026〕9号
  item: JS-YJ-QT-001
  served: '2026-11-20'
"""
COMPLAINT = """\
id: 2026-11-12-1
reference: 12345-1
channel: 热线
received: '2026-11-12'
kind: 投诉
unit: JS-YJ
"""
CONFIDENTIAL = """\
id: 2026-11-12-2
reference: 来信7
channel: 来信
received: '2026-11-12'
kind: 举报
unit: JS-YJ
confidential: 是
"""


def test_a_week_tells_of_results_and_complaints_of_the_unit_alone(
    office: Path, qingdan: Run, clock: Clock
) -> None:
    clock.set("2026-11-13")
    put(office, "ledger/results/2026Q4/JS-YJ.yaml", RESULTS)
    put(office, "ledger/complaints/2026/2026-11-12-1.yaml", COMPLAINT)
    put(office, "ledger/complaints/2026/2026-11-12-2.yaml", CONFIDENTIAL)
    commit(office, "登记\n")
    for unit in ("JS-YJ", "JS-CG"):
        words = (*WEEK, "--unit", unit, "--format", "md", "--today", "2026-11-17")
        assert qingdan(office, *words) == 0
    own, other = (
        (office / f"reports/2026W46-{u}.md").read_text("utf-8") for u in ("JS-YJ", "JS-CG")
    )
    assert "本周登记送达的行政决定2件，尚未公开1件。" in own
    assert "本周收到投诉举报2件，答复0件，周末尚未答复2件。" in own
    assert "12345-1" in own
    assert "| 要求保密的举报1件 |" in own
    assert "来信" not in own, "neither reference nor channel: a report is read by many"
    assert "本周没有登记行政决定。" in other
    assert "本周没有收到投诉举报，也没有尚未答复的。" in other


def test_units_are_ranked_within_their_groups_and_spared_what_was_exempted() -> None:
    terms = Scoring(
        100,
        "本单位自定",
        (Deduction("缺报", ("QD640",), 2, 20), Deduction("错误", ("error",), 1, 50)),
        lowest=60,
        groups=(Group("街道", units=("C", "D")), Group("区直", units=("A", "B"))),
    )
    fact, error = frozenset({"QD640", "warning"}), frozenset({"QD101", "error"})
    facts = {"A": [fact], "B": [fact, error], "C": [error] * 90, "D": []}
    groups = {"A": "区直", "B": "区直", "C": "街道", "D": "街道"}
    ranked = scoring.rank(facts, terms, {"B": frozenset({"QD640"})}, groups, {"A": "甲局"})
    assert [(row.group, row.rank, row.code, row.score) for row in ranked] == [
        ("街道", 1, "D", "100"),
        ("街道", 2, "C", "60"),
        ("区直", 1, "B", "99"),
        ("区直", 2, "A", "98"),
    ]
    assert (
        ranked[1].arithmetic.endswith("＝60，以最低得分为限")
        or "以50分为限" in ranked[1].arithmetic
    )
    assert "另有1项" in ranked[2].arithmetic
    assert ranked[3].unit == "甲局"


# editions for an audience


EDITIONS = """
audiences:
  editions:
  - {audience: 公开, withhold: [逾期理由, 问题明细, 计算过程, 扣分事实, 检查情况], source: 本单位自定}
  - {audience: 系统内, to: 各单位, withhold: [投诉举报], source: 本单位自定}
  secret:
  - {item: JS-CG-XK-001, ground: 国家秘密, known_to: [内部], source: 本单位自定}
"""


@pytest.fixture
def editions(office: Path) -> Path:
    """The same with editions, and with a finding about an item that is secret."""
    text = (office / "qingdan.yaml").read_text("utf-8")
    put(office, "qingdan.yaml", text.rstrip() + "\n" + EDITIONS)
    replace(office, "systems/portal.yaml", "占用、挖掘城市道路审批", "占用城市道路临时审批")
    commit(office, "写明版本，取入快照\n\nReason: 本单位自定\n")
    return office


def data(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], *words: str
) -> dict[str, Any]:
    capsys.readouterr()
    assert qingdan(folder, "report", *words, "--context") == 0
    return cast("dict[str, Any]", json.loads(capsys.readouterr().out))


def test_an_audience_reads_no_more_of_a_week_than_it_may(
    editions: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--week", "2026W46", "--unit", "JS-CG", "--today", "2026-11-16")
    whole = data(editions, qingdan, capsys, *words)["2026W46-JS-CG"]
    assert whole["withheld"] == []
    public = data(editions, qingdan, capsys, *words, "--audience", "公开")["2026W46-JS-CG-公开"]
    there, left = (
        {each["title"]: each for each in made["sections"]}["检查问题"] for made in (whole, public)
    )
    assert any("JS-CG-XK-001" in row for row in there["rows"])
    assert (left["head"], left["rows"], left["sentences"]) == ([], [], there["sentences"])
    assert public["withheld"] == [
        "本周清为公开版，不登载问题明细（本单位自定）。",
        "1项事项因国家秘密不列名称和编号。",
    ]
    assert (whole["to"], public["to"]) == ("郑州市金水区行政审批和政务信息管理局", "")


def test_a_secret_item_is_named_in_no_file_of_a_week(
    editions: Path, qingdan: Run, clock: Clock, tmp_path: Path
) -> None:
    """Nor is what the portal calls it; and the edition that was closed comes out as it was."""
    assert close_week(editions, qingdan, clock, "2026W46", "JS-CG", "2026-11-16") == 0
    closed = files(editions / "reports", "2026W46-JS-CG")
    words = (*WEEK, "--unit", "JS-CG", "--today", "2026-11-17", "--out", str(tmp_path))
    assert qingdan(editions, *words, "--audience", "系统内") == 0
    assert qingdan(editions, *words) == 0
    assert files(tmp_path, "2026W46-JS-CG") == closed
    for ending, raw in closed.items():
        form = ending.rpartition(".")[2]
        own = text_of(tmp_path / f"2026W46-JS-CG-系统内.{form}")
        for secret in ("JS-CG-XK-001", "占用、挖掘城市道路审批", "占用城市道路临时审批"):
            assert secret not in own
        if form != "docx":
            assert "占用城市道路临时审批" in raw.decode()
        assert "依法不列内容。" in own
    assert qingdan(editions, "report", "--verify", str(tmp_path / "2026W46-JS-CG-系统内.docx")) == 0


def text_of(path: Path) -> str:
    if path.suffix != ".docx":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as file:
        return "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())


def test_a_year_is_made_public_without_its_arithmetic_and_its_facts(
    editions: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--year", "2026", "--today", "2027-01-15")
    whole = data(editions, qingdan, capsys, *words)
    public = data(editions, qingdan, capsys, *words, "--audience", "公开")
    inner = data(editions, qingdan, capsys, *words, "--audience", "系统内")
    assert set(whole) == {"2026", "2026-performance"}
    assert set(public) == {"2026-公开"}
    assert set(inner) == {"2026-系统内", "2026-performance-系统内"}
    there = {each["title"]: each for each in whole["2026"]["sections"]}
    left = {each["title"]: each for each in public["2026-公开"]["sections"]}
    assert set(there) - set(left) == {"监督检查"}
    assert there["考核结果"]["head"] == [*left["考核结果"]["head"], "计算过程"]
    assert [row[:-1] for row in there["考核结果"]["rows"]] == left["考核结果"]["rows"]
    assert len(left["考核结果"]["numbers"]) == len(left["考核结果"]["head"])
    assert public["2026-公开"]["withheld"][0] == (
        "本年考核为公开版，不登载计算过程、扣分事实、检查情况（本单位自定）。"
    )


def test_why_something_was_late_is_left_out_wherever_it_stands(office: Path) -> None:
    head = ("单位", "是否按时", "逾期理由")
    section = Section("事项调整", ("一件。",), head, (("甲局", "逾期（主任出差）", "主任出差"),))
    made = PeriodReport(Letterhead("甲"), "甲", "月结", "十月", "乙", "开头", (section,))
    chosen = Edition("公开", frozenset({"逾期理由"}), "本单位自定")
    told = for_audience(made, chosen, Opened(office).book(), name="月结", facts_apart=False)
    (left,) = told.sections
    assert (left.head, left.rows) == (head[:2], (("甲局", "逾期"),))
    assert told.withheld == ("本月结为公开版，不登载逾期理由（本单位自定）。",)


def test_what_is_closed_is_the_whole(
    editions: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    head = git(editions, "rev-parse", "HEAD")
    words = (*WEEK, "--unit", "JS-CG", *SAID, "--record", "--today", "2026-11-16")
    assert qingdan(editions, *words, "--audience", "公开") == 2
    assert "不必写 --audience" in capsys.readouterr().err
    assert git(editions, "rev-parse", "HEAD") == head
    assert qingdan(editions, *WEEK, "--audience", "公开", "--today", "2026-11-16") == 2
    assert "请用 --unit 写明单位" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["week", "quarter"])
def test_a_correction_of_what_was_sent_out_has_a_number_of_its_own(
    office: Path, qingdan: Run, clock: Clock, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    clock.set("2027-01-15")
    part = (
        ("--week", "2026W46", "--unit", "JS-CG", *SAID)
        if kind == "week"
        else ("--quarter", "2026Q4")
    )
    words = ("report", *part, "--today", "2027-01-15")
    sent = ("--number", "金清〔2027〕1号", "--dated", "2027-01-15")
    assert qingdan(office, *words, "--record", *sent) == 0
    head = git(office, "rev-parse", "HEAD")
    assert qingdan(office, *words, "--correct", "写错一件") == 2
    assert (
        "上一版已印发（金清〔2027〕1号、2027-01-15），更正的一版须写明自己的"
        "发文字号（--number）、成文日期（--dated）。"
    ) in capsys.readouterr().err
    assert git(office, "rev-parse", "HEAD") == head
    own = ("--number", "金清〔2027〕2号", "--dated", "2027-01-16")
    assert qingdan(office, *words, "--correct", "写错一件", *own) == 0
