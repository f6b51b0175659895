"""A whole year of the samples by the commands that clerks type: every period held, every score to be reckoned by hand."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from conftest import Run, git
from qingdan.core import periods
from qingdan.core.ledger.held import Ledger, owed
from qingdan.core.text import strict
from qingdan.desk.opening import open_workspace

ROOT = Path(__file__).parent.parent
CLOSED = "2026-01-08"
"""The day on which the year was closed."""
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
LATE_WEEK = ("HJ-YJ-FX", "2025W51")
"""The bureau's section that closed a week too late, and which one."""


def driver() -> Any:
    """The module that lays years out, which stands with the docs and in no package."""
    spec = importlib.util.spec_from_file_location("year", ROOT / "docs" / "year.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["year"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bureau_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a bureau after a whole year; copy it before changing anything."""
    return Path(driver().make(tmp_path_factory.mktemp("year"), "bureau").work)


@pytest.fixture(scope="session")
def district_quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a district when its first bulletin had been corrected."""
    folder = tmp_path_factory.mktemp("quarter")
    return Path(driver().make(folder, "district", until="2025-04-17").work)


def record(folder: Path, name: str) -> dict[str, Any]:
    value, _ = strict.read((folder / "ledger/periods" / f"{name}.yaml").read_text("utf-8"))
    return cast("dict[str, Any]", value)


def scores(folder: Path, quarter: str, edition: int = -1) -> dict[str, dict[str, str]]:
    """Unit to its row in a closed bulletin."""
    rows = record(folder, f"{quarter}/quarter")["editions"][edition]["scores"]
    return {row["unit"]: row for row in rows}


def context(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], *words: str
) -> dict[str, Any]:
    capsys.readouterr()
    assert qingdan(folder, "report", *words, "--context", "--today", CLOSED) == 0
    return cast("dict[str, Any]", json.loads(capsys.readouterr().out))


def test_history_keeps_the_discipline_and_leaves_nothing_owed(
    bureau_year: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(bureau_year, "validate", "--commits", "HEAD", "--fail-on", "info") == 0
    capsys.readouterr()
    words = ("due", "--kind", "report", "--format", "json", "--today", CLOSED)
    assert qingdan(bureau_year, *words) == 0
    assert json.loads(capsys.readouterr().out)["clocks"] == []
    assert git(bureau_year, "status", "--porcelain") == ""


def test_every_period_of_the_year_is_held_and_the_late_one_was_charged(bureau_year: Path) -> None:
    book = open_workspace(bureau_year).book()
    today = date.fromisoformat(CLOSED)
    assert [each for each in owed(book, today) if each.span.last < today] == []
    settings = book.settings
    assert settings
    year, held = periods.read("year", "2025"), set()
    for duty in settings.periods:
        for span in periods.ending_in(duty.period, year):
            if duty.start and duty.start <= span.first:
                parts = Ledger(book).scopes(duty, span, settings)
                assert parts
                assert all(Ledger(book).has(duty, span, part) for part in parts)
                held.add((duty.name, span.name))
    assert {name for name, _ in held} == {"自查", "抽查", "周清", "月结", "季通报", "年考核"}
    assert {span for name, span in held if name == "季通报"} == set(QUARTERS)
    unit, week = LATE_WEEK
    assert record(bureau_year, f"{week}/week-{unit}")["day"] == "2026-01-05"
    row = scores(bureau_year, "2025Q4")[unit]
    assert (row["score"], row["yearly"]) == ("99", "100"), (
        "charged in the ranking, once in the year"
    )
    assert "没有按期办结1项×1分" in row["arithmetic"]


@pytest.mark.parametrize("name", [*QUARTERS, "2025"])
def test_what_was_closed_comes_out_again_byte_for_byte(
    name: str, bureau_year: Path, qingdan: Run, tmp_path: Path
) -> None:
    kind = "--year" if name == "2025" else "--quarter"
    words = ("report", kind, name, "--out", str(tmp_path), "--today", CLOSED)
    assert qingdan(bureau_year, *words) == 0
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    known = {key: (bureau_year / "reports" / key).read_bytes() for key in again}
    assert again == known
    assert {Path(key).suffix for key in again} >= {".docx", ".html", ".md"}
    assert qingdan(bureau_year, "report", "--verify", f"reports/{name}.docx") == 0


def test_a_changed_file_is_found_out(bureau_year: Path, qingdan: Run, tmp_path: Path) -> None:
    text = (bureau_year / "reports/2025Q2.md").read_text("utf-8")
    assert "| 综合执法大队 | 98 |" in text
    other = text.replace("| 综合执法大队 | 98 |", "| 综合执法大队 | 100 |")
    (tmp_path / "2025Q2.md").write_text(other, "utf-8")
    assert qingdan(bureau_year, "report", "--verify", str(tmp_path / "2025Q2.md")) == 1


OTHER = {
    "2025W52-HJ-YJ-JY.md": ("核对本科室", "核对本科室、本局", "已于2025-12-30办结"),
    "2025-10.md": ("本月没有调整，", "本月调整1项，", "已于2025-11-06办结"),
    "2025-performance.md": ("惠济区", "金水区", "已于2026-01-08办结"),
}
"""A file of the cycle, to a text in it, another text, and when it was closed."""


@pytest.mark.parametrize("name", OTHER)
def test_a_file_of_the_cycle_is_proved_against_what_was_closed(
    name: str,
    bureau_year: Path,
    qingdan: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new, told = OTHER[name]
    text = (bureau_year / "reports" / name).read_text("utf-8")
    assert qingdan(bureau_year, "report", "--verify", f"reports/{name}") == 0
    assert f"一致（{told}）" in capsys.readouterr().out
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new), "utf-8")
    assert qingdan(bureau_year, "report", "--verify", str(tmp_path / name)) == 1
    assert f"不一致（{told}）" in capsys.readouterr().out


def test_totals_go_from_quarter_to_quarter(
    bureau_year: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    every = [context(bureau_year, qingdan, capsys, "--quarter", name) for name in QUARTERS]
    adjusted = sum(len(each["adjustments"]) for each in every)
    records = list((bureau_year / "ledger/adjustments/2025").glob("*.yaml"))
    assert adjusted == len(records) == 6
    for before, after in pairwise(every):
        ends = {row["title"]: row["closing"] for row in before["stocks"]}
        assert {row["title"]: row["opening"] for row in after["stocks"]} == ends
        ends = {row["name"]: row["closing"] for row in before["unit_flows"] if row["closing"]}
        begins = {row["name"]: row["opening"] for row in after["unit_flows"] if row["opening"]}
        assert begins == ends
    for each in every:
        assert sum(row["total"] for row in each["units"]) == sum(
            row["closing"] for row in each["stocks"]
        )


def test_the_year_of_each_unit_is_the_arithmetic_of_its_quarters(
    bureau_year: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: the mean of four quarters at 60 %, reports closed at 20 %, inspections at 20 %."""
    data = context(bureau_year, qingdan, capsys, "--year", "2025")
    sections = {each["title"]: each for each in data["2025"]["sections"]}
    result = {row[1]: row for row in sections["考核结果"]["rows"]}
    inspected: dict[str, list[Decimal]] = {}
    for name, _, score in sections["监督检查"]["rows"]:
        inspected.setdefault(name, []).append(Decimal(score))
    owed_, held = (
        {row[0]: Decimal(row[place]) for row in sections["周清月结"]["rows"]} for place in (1, 2)
    )
    quarters = [scores(bureau_year, name) for name in QUARTERS]
    units = open_workspace(bureau_year).book().units
    assert set(quarters[0]) == set(quarters[3])
    for unit in quarters[0]:
        name = units[unit].short
        counted = [Decimal(each[unit].get("yearly", each[unit]["score"])) for each in quarters]
        parts = [(_cent(sum(counted, Decimal(0)) / 4), 60)]
        parts.append((_cent(100 * held[name] / owed_[name]), 20))
        if name in inspected:
            own = inspected[name]
            parts.append((_cent(sum(own, Decimal(0)) / len(own)), 20))
        whole = sum(weight for _, weight in parts)
        total = _cent(sum((score * weight for score, weight in parts), Decimal(0)) / whole)
        assert Decimal(result[name][5]) == total
    totals = {name: Decimal(points) for name, points in data["2025-performance"]["totals"]}
    lost = {
        units[unit].short: sum(
            (100 - Decimal(each[unit]["score"]) for each in quarters), Decimal(0)
        )
        for unit in quarters[0]
    }
    assert totals == {name: points for name, points in lost.items() if points}


def test_the_page_shows_what_the_year_gives(bureau_year: Path) -> None:
    """The page of the cycle quotes the bureau's report and the district's days; neither may drift from the other."""
    page = (ROOT / "docs/zh/cycle.md").read_text("utf-8")
    _, _, told = page.partition("## 一年走下来")
    told, _, _ = told.partition("\n## ")
    report = (bureau_year / "reports/2025.md").read_text("utf-8")
    rows = [line.removeprefix("> ") for line in told.splitlines() if line[:1] in {"|", ">"}]
    assert len(rows) == 8
    assert [row for row in rows if row not in report.splitlines()] == []
    _, _, days = told.partition("```yaml\n")
    script = (ROOT / "docs/year/district.yaml").read_text("utf-8").splitlines()
    quoted = days.partition("```")[0].splitlines()
    assert len(quoted) > 5
    assert [line for line in quoted if line not in script] == []


def _cent(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_an_objection_that_was_allowed_changes_the_second_edition_alone(
    district_quarter: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (scores(district_quarter, "2025Q1", place)["JS-MZ"] for place in (0, 1))
    assert first["score"] == "98"
    assert "配置不一致1项×2分" in first["arithmetic"]
    assert second["score"] == "100"
    steps = [row["step"] for row in record(district_quarter, "2025Q1/quarter")["objections"]]
    assert steps == ["申诉", "更正"]
    others = [scores(district_quarter, "2025Q1", place) for place in (0, 1)]
    for each in others:
        del each["JS-MZ"]
    assert others[0] == others[1]
    capsys.readouterr()
    assert qingdan(district_quarter, "report", "--verify", "reports/2025Q1.docx") == 0
    assert "第2版" in (district_quarter / "reports/2025Q1.md").read_text("utf-8")
    assert qingdan(district_quarter, "validate", "--commits", "HEAD") == 0


def test_the_year_is_the_same_on_every_machine(
    district_quarter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder, nor who runs it, nor the day: as far as it takes to see it."""
    monkeypatch.setenv("GIT_AUTHOR_NAME", "另一人")
    monkeypatch.setenv("TZ", "America/New_York")
    other = Path(driver().make(tmp_path, "district", until="2025-01-21").work)
    head = git(other, "rev-parse", "HEAD")
    assert head in git(district_quarter, "rev-list", "HEAD").split()
    assert os.environ["GIT_AUTHOR_NAME"] == "另一人"
