"""The files of a bulletin: editions, the sidecar, the proof, the ranking by independent arithmetic, the golden text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from conftest import Run, Samples, commit, git, put, replace
from qingdan.core.reports.unlike import differences

GOLDEN = Path(__file__).parent / "golden" / "bulletins"
NEXT_YEAR = "2027-02-20"
CASES = [("district", period) for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4")]
CASES += [("town", "2026Q3"), ("bureau", "2026Q3")]


def report(qingdan: Run, folder: Path, period: str, *words: str) -> int:
    return qingdan(folder, "report", "--quarter", period, "--today", NEXT_YEAR, *words)


def context(
    qingdan: Run, folder: Path, period: str, capsys: pytest.CaptureFixture[str], *words: str
) -> dict[str, Any]:
    capsys.readouterr()
    assert report(qingdan, folder, period, "--context", *words) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


@pytest.fixture
def third(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manual's workspace, with a finding and editions, as it stood in the third quarter of 2026."""
    git(small, "reset", "-q", "--hard", "HEAD~1")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-06-18T10:00:00+08:00")
    settings = (small / "qingdan.yaml").read_text("utf-8")
    settings = settings.replace(
        "  - {title: 逾期申请调整, match: [late], points: 2, cap: 20}\n",
        "  - {title: 逾期申请调整, match: [late], points: 2, cap: 20}\n"
        "  - {title: 错误, match: [error], points: 1, cap: 20}\n",
    )
    put(small, "qingdan.yaml", f"""{settings}
audiences:
  editions:
  - {{audience: 公开, withhold: [逾期理由, 问题明细, 问题分布, 计算过程, 扣分事实], source: 本单位自定}}
  - {{audience: 系统内, to: 各单位, withhold: [投诉举报], source: 本单位自定}}
  secret:
  - {{item: JS-CG-XK-001, ground: 国家秘密, known_to: [内部], source: 本单位自定}}
""")  # fmt: skip
    commit(small, "写明通报的版本\n\nReason: 本单位自定\n")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-18T10:00:00+08:00")
    replace(small, "systems/portal.yaml", "8个工作日", "9个工作日")
    replace(small, "systems/portal.yaml", "占用、挖掘城市道路审批", "占用城市道路临时审批")
    commit(small, "取入快照")
    return small


# editions


def test_an_audience_reads_no_more_than_it_may(
    third: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = context(qingdan, third, "2026Q3", capsys)
    assert whole["problems"]
    assert whole["charged"]
    assert whole["audience"] == "内部"
    public = context(qingdan, third, "2026Q3", capsys, "--audience", "公开")
    for key in ("problems", "charged", "unit_flows", "rule_flows"):
        assert public[key] == []
    assert {row["arithmetic"] for row in public["ranking"]} == {""}
    assert [row["score"] for row in public["ranking"]] == [row["score"] for row in whole["ranking"]]
    assert public["withheld"][0].startswith(
        "本通报为公开版，不登载逾期理由、问题明细、问题分布、计算过程、扣分事实（"
    )


def test_an_item_that_is_secret_is_named_in_no_file(
    third: Path, qingdan: Run, tmp_path: Path
) -> None:
    name = re.search(
        r"code: JS-CG-XK-001\n  name: (.*)\n",
        (third / "lists/powers/JS-CG.yaml").read_text("utf-8"),
    )
    assert name
    for audience, told in (("", True), ("系统内", False), ("公开", False)):
        out = tmp_path / (audience or "全部")
        words = ("--audience", audience) if audience else ()
        assert report(qingdan, third, "2026Q3", "--out", str(out), *words) == 0
        texts = [text for path in out.iterdir() for text in read(path)]
        for secret in ("JS-CG-XK-001", name[1], "占用城市道路临时审批"):
            assert any(secret in text for text in texts) is told
        assert any("1项事项因国家秘密不列名称和编号。" in text for text in texts) is not told


def read(path: Path) -> Iterable[str]:
    """All that is in a file, whatever it is packed in."""
    raw = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            return [file.read(each).decode("utf-8", "replace") for each in file.namelist()]
    return [raw.decode("utf-8")]


def test_a_secret_item_that_is_not_there_stops_the_edition(
    third: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(third, "qingdan.yaml", "item: JS-CG-XK-001, ground", "item: JS-CG-XK-999, ground")
    commit(third, "写错编号\n\nReason: 测试\n")
    assert report(qingdan, third, "2026Q3", "--audience", "公开") == 4
    assert "JS-CG-XK-999不在清单中" in capsys.readouterr().err
    assert not (third / "reports").exists()
    assert report(qingdan, third, "2026Q3") == 0


def test_an_edition_that_nobody_set_up_is_refused(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(qingdan, small, "2026Q3", "--audience", "公开") == 2
    assert "没有“公开”版" in capsys.readouterr().err


# sidecar and proof


@pytest.fixture
def made(third: Path, qingdan: Run) -> Path:
    assert (
        report(qingdan, third, "2026Q3", "--number", "金政审〔2026〕12号", "--dated", "2026-10-14")
        == 0
    )
    return third / "reports"


def verify(
    qingdan: Run, file: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str]:
    capsys.readouterr()
    code = qingdan(file.parent.parent, "report", *words, "--verify", str(file))
    told = capsys.readouterr()
    return code, told.out + told.err


def test_the_sidecar_says_from_what_the_files_were_made(made: Path) -> None:
    told = json.loads((made / "2026Q3.json").read_text("utf-8"))
    assert told["commit"] == git(made.parent, "rev-parse", "HEAD")
    assert (told["from"], told["to"], told["number"]) == (
        "2026-07-01",
        "2026-09-30",
        "金政审〔2026〕12号",
    )
    assert list(told["files"]) == ["2026Q3.docx", "2026Q3.html", "2026Q3.md", "2026Q3.xlsx"]
    assert list(told["ends"]) == ["2026Q1", "2026Q2", "2026Q3"]


@pytest.mark.parametrize("ending", ["docx", "html", "md", "xlsx"])
def test_a_file_is_proved_and_a_changed_one_found_out(
    ending: str, made: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made / f"2026Q3.{ending}"
    code, said = verify(qingdan, file, capsys)
    assert (code, "一致。与2026年第三季度末的版本" in said) == (0, True)
    changed = {"docx": edited_word, "xlsx": edited_workbook}.get(ending, edited_text)
    file.write_bytes(changed(file.read_bytes()))
    code, said = verify(qingdan, file, capsys)
    assert code == 1
    assert "不一致。" in said
    assert "区城管局" in said
    assert "区城市管理局" in said
    assert "文件的摘要与旁注所记的不同" in said


def edited_text(raw: bytes) -> bytes:
    return raw.replace("区城市管理局".encode(), "区城管局".encode(), 1)


def edited_word(raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, edited_text(part) if name == "word/document.xml" else part)
    return out.getvalue()


def edited_workbook(raw: bytes) -> bytes:
    book, out = load_workbook(io.BytesIO(raw)), io.BytesIO()
    sheet = book["排名"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == "区城市管理局":
                cell.value = "区城管局"
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_can_reckon_with_the_numbers(made: Path) -> None:
    book = load_workbook(made / "2026Q3.xlsx")
    head, *lines = ([cell.value for cell in row] for row in book["排名"].iter_rows())
    at = {title: place for place, title in enumerate(head)}
    scores = [line[at["得分"]] for line in lines]
    assert scores
    assert all(isinstance(score, int | float) for score in scores)
    assert all(isinstance(line[at["单位"]], str) for line in lines)


def test_a_file_without_its_sidecar_is_proved_by_its_name(
    made: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (made / "2026Q3.json").unlink()
    code, said = verify(qingdan, made / "2026Q3.md", capsys)
    assert code == 1
    assert "没有旁注" in said
    head = ("--number", "金政审〔2026〕12号", "--dated", "2026-10-14")
    assert verify(qingdan, made / "2026Q3.md", capsys, *head)[0] == 0
    (made / "2026Q3.md").rename(made / "通报.md")
    code, said = verify(qingdan, made / "通报.md", capsys, *head)
    assert (code, "看不出是哪个季度" in said) == (3, True)
    assert verify(qingdan, made / "通报.md", capsys, "2026Q3", *head)[0] == 0


def test_a_later_history_does_not_prove_an_older_file_wrong(
    made: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-10-18T10:00:00+08:00")
    replace(made.parent, "systems/portal.yaml", "9个工作日", "7个工作日")
    commit(made.parent, "取入快照")
    assert verify(qingdan, made / "2026Q3.docx", capsys)[0] == 0
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-30T10:00:00+08:00")
    git(made.parent, "commit", "-q", "--amend", "--no-edit", "--date", "2026-09-30T10:00:00+08:00")
    code, said = verify(qingdan, made / "2026Q3.docx", capsys)
    assert (code, "旁注所记的版本是" in said) == (1, True)


@pytest.mark.parametrize("text", ["[]", "{", '{"period": 3}', "[" * 100_000])
def test_a_sidecar_that_is_none_is_told(
    text: str, made: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (made / "2026Q3.json").write_text(text, "utf-8")
    code, said = verify(qingdan, made / "2026Q3.md", capsys)
    assert (code, "不是通报的旁注" in said) == (2, True)


def test_only_files_of_bulletins_are_proved(
    made: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (made / "a.pdf").write_bytes(b"%PDF")
    assert verify(qingdan, made / "a.pdf", capsys)[0] == 2
    assert verify(qingdan, made / "missing.md", capsys)[0] == 2


@pytest.mark.parametrize("form", ["docx", "xlsx", "md", "html"])
@pytest.mark.parametrize("theirs", [b"", b"PK\x03\x04", b"\xff\xfe\x00", "中文".encode()])
def test_any_bytes_differ_in_a_sentence(form: str, theirs: bytes, made: Path) -> None:
    (said,) = differences(form, (made / f"2026Q3.{form}").read_bytes(), theirs)
    assert said.endswith("。")
    assert differences(form, theirs, theirs) == ()


def test_a_workspace_places_the_charts_in_a_document_of_its_own(third: Path, qingdan: Run) -> None:
    put(
        third, "templates/quarter.md", "---\ntitle: 简报\n---\n{{ period }}\n\n![](chart:ranking)\n"
    )
    commit(third, "简报的模板")
    assert report(qingdan, third, "2026Q3", "--format", "md", "--format", "html") == 0
    text = (third / "reports/2026Q3.md").read_text("utf-8")
    assert text.startswith("# 简报\n\n2026年第三季度\n\n**图1 各单位得分**\n")
    assert (third / "reports/2026Q3.html").read_text("utf-8").count("<svg") == 1


# reconciliation


def test_a_ledger_that_was_rewritten_is_refused_by_name(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = """\
id: 2026-JS-YJ-0a1b2c3d
key: rule|JS-YJ
source: 联合督查
rules:
- jinshui-powers/14-8
fact: 没有学习记录
unit: JS-YJ
found: '2026-05-06'
severity: error
owner: 区政府法制办
steps:
- move: 登记
  by: JS-SFJ
  done: '2026-05-06'
"""
    git(small, "reset", "-q", "--hard", "HEAD~1")
    path = "ledger/findings/2026/2026-JS-YJ-0a1b2c3d.yaml"
    put(small, path, record)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-05-06T10:00:00+08:00")
    commit(small, "登记问题")
    (small / path).unlink()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-08-06T10:00:00+08:00")
    commit(small, "删去问题")
    assert report(qingdan, small, "2026Q2") == 0
    assert report(qingdan, small, "2026Q3") == 4
    assert "2026-JS-YJ-0a1b2c3d" in capsys.readouterr().err


def test_a_record_that_cannot_be_read_is_named_and_not_left_out(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-20T10:00:00+08:00")
    put(small, "ledger/results/2026Q3/JS-CG.yaml", "id: 2026Q3-JS-CG\n")
    commit(small, "写坏的台账")
    assert report(qingdan, small, "2026Q3") == 4
    assert "ledger/results/2026Q3/JS-CG.yaml" in capsys.readouterr().err


# arithmetic


@pytest.mark.parametrize("period", ["2026Q3", "2026Q4"])
def test_the_ranking_is_what_one_reckons_oneself(
    period: str, samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The scores again from the facts that the bulletin lists, by no arithmetic of the program's."""
    folder = samples("district")
    data = context(qingdan, folder, period, capsys)
    told = "；".join(data["deductions"])
    lines = dict(re.findall(r"([^；]+)：每项扣([0-9.]+)分，最多扣[0-9.]+分", told))
    assert len(lines) == len(data["deductions"])
    for row in data["ranking"]:
        facts = [each for each in data["charged"] if each["unit"] == row["unit"]]
        lost = sum((Decimal(lines[each["line"]]) for each in facts), Decimal(0))
        assert Decimal(row["score"]) == 100 - lost
    ranked = {row["unit"] for row in data["ranking"]}
    listed = [each["message"] for each in data["problems"] if each["unit"] in ranked]
    charged = [each["fact"] for each in data["charged"] if each["line"] != "逾期申请调整"]
    assert sorted(charged) == sorted(listed)


def test_the_score_of_one_unit_by_hand(
    samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """区教育局 in 2026Q3: one adjustment a week late (2), one item that the portal does not have (2): 100 - 2 - 2."""
    data = context(qingdan, samples("district"), "2026Q3", capsys)
    (row,) = (each for each in data["ranking"] if each["unit"] == "区教育局")
    assert (row["score"], row["rank"]) == ("96", 12)
    late = [each for each in data["adjustments"] if each["unit"] == "区教育局"]
    assert [(each["applied"], each["deadline"]) for each in late] == [("2026-07-31", "2026-07-24")]
    assert [each["code"] for each in data["problems"] if each["unit"] == "区教育局"] == ["QD301"]


# golden


@pytest.mark.parametrize(("profile", "period"), CASES)
def test_the_text_is_the_golden_one(
    profile: str,
    period: str,
    samples: Samples,
    qingdan: Run,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """The whole text as a reader has it; only the versions differ from one making of the sample to the next."""
    assert report(qingdan, samples(profile), period, "--format", "md", "--out", str(tmp_path)) == 0
    text = re.sub(r"版本 [0-9a-f]{12} ", "版本 …… ", (tmp_path / f"{period}.md").read_text("utf-8"))
    golden = GOLDEN / f"{profile}-{period}.md"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
