"""The quarterly bulletin: totals, timeliness, ranking, periods, text that can be read."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import cast

import pytest

from conftest import TODAY, Run, Samples, commit, git, put, replace
from qingdan.core import periods
from qingdan.core.reports import scoring
from qingdan.model.errors import UsageError
from qingdan.model.periods import Quarter
from qingdan.model.settings import Deduction, Scoring


def context(
    qingdan: Run, folder: Path, period: str, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    capsys.readouterr()
    assert qingdan(folder, "report", "--quarter", period, "--today", TODAY, "--context") == 0
    data: dict[str, object] = json.loads(capsys.readouterr().out)
    return data


def rows(data: dict[str, object], key: str) -> list[dict[str, object]]:
    found = data[key]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("profile", ["district", "town", "bureau"])
@pytest.mark.parametrize("period", ["2026Q1", "2026Q2", "2026Q3"])
def test_totals_reconcile_in_every_sample(
    profile: str, period: str, samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    data = context(qingdan, samples(profile), period, capsys)
    for place, stock in enumerate(rows(data, "stocks")):
        counts = {key: int(str(value)) for key, value in stock.items() if key != "title"}
        moved = (
            counts["opening"]
            + counts["entered"]
            + counts["resumed"]
            - counts["cancelled"]
            - counts["suspended"]
        )
        assert moved == counts["closing"]
        assert counts["closing"] == sum(unit["counts"][place] for unit in rows(data, "units"))  # type: ignore[index]
    powers = next(s["closing"] for s in rows(data, "stocks") if s["title"] == "行政权责清单")
    assert powers == sum(int(str(tally["count"])) for tally in rows(data, "types"))
    assert len(rows(data, "adjustments")) == sum(int(str(t["count"])) for t in rows(data, "kinds"))


def test_adjustments_of_the_quarter_and_no_others(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    records = sorted((district / "ledger/adjustments/2026").glob("*.yaml"))
    told = [
        row["record"]
        for period in ("2026Q1", "2026Q2", "2026Q3")
        for row in rows(context(qingdan, district, period, capsys), "adjustments")
    ]
    assert sorted(map(str, told)) == [path.stem for path in records if path.stem < "2026-10"]
    assert len(told) == len(set(told))


def test_days_used_and_lateness(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        row["record"]: row
        for row in rows(context(qingdan, district, "2026Q3", capsys), "adjustments")
    }
    late = found["2026-07-10-JS-JB-FW-001"]
    assert (late["on_time"], late["deadline"]) == (False, "2026-06-29")
    assert late["late_reason"]
    assert re.fullmatch(r"\d+个工作日", str(late["used"]))
    resumed = found["2026-07-16-JS-SFJ-JL-001"]
    assert (resumed["on_time"], resumed["kind"], resumed["used"]) == (True, "恢复", "2个工作日")


def test_ranking_follows_the_arithmetic_of_the_settings(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    ranking = rows(context(qingdan, district, "2026Q3", capsys), "ranking")
    for row in ranking:
        lines = cast("list[dict[str, str]]", row["lines"])
        taken = sum(float(line["taken"]) for line in lines)
        assert float(str(row["score"])) == 100 - taken
    scores = [float(str(row["score"])) for row in ranking]
    assert scores == sorted(scores, reverse=True)
    assert [row["rank"] for row in ranking] == [
        1 + sum(other > score for other in scores) for score in scores
    ]


def test_the_same_bytes_from_the_same_commit(district: Path, qingdan: Run, tmp_path: Path) -> None:
    for folder, today in (("one", "2026-11-20"), ("two", "2026-12-31")):
        assert (
            qingdan(
                district,
                "report",
                "--quarter",
                "2026Q3",
                "--today",
                today,
                "--out",
                str(tmp_path / folder),
            )
            == 0
        )
    for name in ("2026Q3.md", "2026Q3.html", "2026Q3.docx", "2026Q3.xlsx", "2026Q3.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_quarter_that_is_over_never_changes(
    district: Path, qingdan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        qingdan(
            district,
            "report",
            "--quarter",
            "2026Q3",
            "--today",
            TODAY,
            "--out",
            str(tmp_path / "a"),
        )
        == 0
    )
    words = [
        "--trigger",
        "internal",
        "--occurred",
        "2026-11-16",
        "--reason",
        "压减",
        "--today",
        TODAY,
    ]
    assert (
        qingdan(district, "adjust", "set", "JS-YJ-QT-001", "promised_limit=2个工作日", *words) == 0
    )
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-01T10:00:00+08:00")
    put(district, "README.md", "时钟不准的机器上的提交")
    commit(district, "backdated")
    assert (
        qingdan(
            district,
            "report",
            "--quarter",
            "2026Q3",
            "--today",
            TODAY,
            "--out",
            str(tmp_path / "b"),
        )
        == 0
    )
    assert (tmp_path / "a/2026Q3.md").read_bytes() == (tmp_path / "b/2026Q3.md").read_bytes()


def test_no_period_is_the_last_full_one_and_running_ones_wait(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(district, "report", "--quarter", "--today", "2026-11-20") == 0
    assert "2026年第三季度通报已生成" in capsys.readouterr().out
    assert git(district, "status", "--porcelain") == ""
    assert qingdan(district, "report", "--quarter", "2026Q4", "--today", "2026-11-20") == 3
    assert qingdan(district, "report", "--quarter", "2025Q4", "--today", "2026-11-20") == 3
    assert qingdan(district, "report", "--quarter", "2026Q5", "--today", "2026-11-20") == 2


def test_what_reached_main_by_a_merge_counts_when_it_reached_it(
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git(district, "switch", "-qc", "side")
    words = [
        "--trigger",
        "internal",
        "--occurred",
        "2026-12-28",
        "--reason",
        "压减",
        "--today",
        "2026-12-29",
    ]
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-12-29T10:00:00+08:00")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-12-29T10:00:00+08:00")
    calendar = "years:\n- year: 2027\n  source: 测试\n  off: []\n  work: []\n"
    put(district, "registers/holidays.yaml", calendar)
    commit(district, "录入放假安排\n\nReason: 测试\n")
    assert (
        qingdan(district, "adjust", "set", "JS-YJ-QT-001", "promised_limit=2个工作日", *words) == 0
    )
    git(district, "switch", "-q", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2027-01-04T10:00:00+08:00")
    git(district, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    for period, counted in (("2026Q4", False), ("2027Q1", True)):
        capsys.readouterr()
        assert (
            qingdan(district, "report", "--quarter", period, "--today", "2027-04-20", "--context")
            == 0
        )
        told = [row["record"] for row in json.loads(capsys.readouterr().out)["adjustments"]]
        assert ("2026-12-29-JS-YJ-QT-001" in told) is counted


def test_shanghai_decides_the_day(
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half past eleven in the evening of the 31st in UTC is already the new year here."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-12-31T23:30:00+00:00")
    put(district, "README.md", "x")
    last = commit(district, "new year")
    capsys.readouterr()
    assert (
        qingdan(district, "report", "--quarter", "2026Q4", "--today", "2027-02-01", "--context")
        == 0
    )
    assert json.loads(capsys.readouterr().out)["commit"] == git(district, "rev-parse", f"{last}~1")


def test_totals_that_do_not_reconcile_are_refused(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, "lists/powers/JS-YJ.yaml", "  state: 在用\n", "  state: 暂停\n")
    commit(district, "behind everybody's back")
    assert qingdan(district, "report", "--quarter", "2026Q4", "--today", "2027-01-10") == 4
    assert "没有调整记录" in capsys.readouterr().err


def test_a_refusal_names_some_of_many_and_counts_the_rest(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    hurt = 0
    for path in ("lists/powers/JS-YJ.yaml", "lists/powers/JS-SC.yaml"):
        text = (district / path).read_text("utf-8")
        hurt += text.count("  state: 在用\n")
        put(district, path, text.replace("  state: 在用\n", "  state: 暂停\n"))
    commit(district, "behind everybody's back")
    assert qingdan(district, "report", "--quarter", "2026Q4", "--today", "2027-01-10") == 4
    told = capsys.readouterr().err
    assert f"等{hurt - 1}项。" in told, "JS-YJ-JL-001 has a record in the quarter"
    assert told.count("（JS-") == 10


def test_markdown_and_page_can_be_read(district: Path, qingdan: Run) -> None:
    assert qingdan(district, "report", "--quarter", "2026Q3", "--today", TODAY) == 0
    text = (district / "reports/2026Q3.md").read_text("utf-8")
    assert "\n\n# 郑州市金水区2026年第三季度清单运行情况通报\n\n各单位：\n\n" in text
    for heading in (
        "一、清单基本情况",
        "二、动态调整情况",
        "三、网上运行一致情况",
        "四、检查发现的问题",
        "五、与前期比较",
        "六、运行绩效排名",
    ):
        assert f"\n\n## {heading}\n\n" in text
    page = (district / "reports/2026Q3.html").read_text("utf-8")
    heads = text.count("\n| --- |") + text.count("\n| ---: |")
    assert page.count("<table") + page.count("<svg") == heads
    assert "| ---" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_data_never_becomes_markup(district: Path, qingdan: Run) -> None:
    evil = "name=<script>alert(1)</script>|**粗**[x](javascript:1){{ 7*7 }}"
    words = [
        "--trigger",
        "internal",
        "--occurred",
        "2026-11-16",
        "--reason",
        "<img src=x>",
        "--today",
        TODAY,
    ]
    assert qingdan(district, "adjust", "set", "JS-YJ-QT-001", evil, *words) == 0
    assert qingdan(district, "report", "--quarter", "2026Q4", "--today", "2027-01-10") == 0
    page = (district / "reports/2026Q4.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;|**粗**[x](javascript:1){{ 7*7 }}" in page


def test_a_browser_shows_the_page(district: Path, qingdan: Run, tmp_path: Path) -> None:
    """Where a Chromium is installed it is asked what it sees; elsewhere the page is parsed strictly."""
    import shutil
    from html.parser import HTMLParser

    assert qingdan(district, "report", "--quarter", "2026Q3", "--today", TODAY) == 0
    page = district / "reports/2026Q3.html"
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path}",
        ]
        done = subprocess.run(
            [browser, *flags, "--dump-dom", page.as_uri()],
            capture_output=True,
            check=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        )
        seen = done.stdout.decode("utf-8")
    else:
        seen = page.read_text("utf-8")
    cells: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            cells.append(data.strip())

    Reader(convert_charrefs=True).feed(seen)
    assert "郑州市金水区2026年第三季度清单运行情况通报" in cells
    assert "零就业家庭就业援助（JS-JB-FW-001）" in cells


@pytest.mark.parametrize("text", ["2026Q3", "2026q3", "2026-Q3", "2026年第三季度", "2026年3季度"])
def test_quarters_as_people_write_them(text: str) -> None:
    assert periods.quarter(text) == Quarter(2026, 3)


@pytest.mark.parametrize("text", ["2026", "2026Q0", "Q3", "二〇二六年三季度", "2026Q33"])
def test_what_is_no_quarter(text: str) -> None:
    with pytest.raises(UsageError, match="2026Q3"):
        periods.quarter(text)


def test_a_fact_is_deducted_once_at_its_highest_rate_and_lines_are_capped() -> None:
    rules = Scoring(
        100,
        "本单位自定",
        (
            Deduction("漂移", ("QD304",), 2, 5),
            Deduction("错误", ("error",), 1, 30),
            Deduction("提示", ("warning",), 0.5, 10),
        ),
    )
    facts = {
        "甲": [frozenset({"QD304", "error"})] * 3,
        "乙": [frozenset({"QD999", "warning"})],
        "丙": [],
        "丁": [frozenset({"QD101", "info"})],
    }
    ranked = {row.unit: row for row in scoring.rank(facts, rules)}
    assert (ranked["甲"].score, ranked["甲"].arithmetic) == (
        "95",
        "100－5（漂移3项×2分，以5分为限）＝95",
    )
    assert (ranked["乙"].score, ranked["乙"].rank) == ("99.5", 3)
    assert {ranked["丙"].rank, ranked["丁"].rank} == {1}
