"""What is public against what the systems hold: every drift is found, and nothing else."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import cast

import pytest

from conftest import TODAY, Run, Samples, git, put, replace
from qingdan.core import wording
from qingdan.repo import resources

COLUMNS = [
    "职权编号",
    "实施编码",
    "事项名称",
    "实施主体",
    "权责类别",
    "事项状态",
    "法定办结时限",
    "承诺办结时限",
    "是否收费",
]
Rows = list[dict[str, str]]


@pytest.fixture
def portal() -> Rows:
    """The portal's table that agrees with the sample's last publication."""
    story = resources.folder("lists") / "jinshui" / "story"
    newest = max(story.glob("portal-*.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, object]]:
    capsys.readouterr()
    qingdan(folder, "check", "--today", TODAY, "--format", "json")
    findings: list[dict[str, object]] = json.loads(capsys.readouterr().out)["findings"]
    return [f for f in findings if f["severity"] != "info" and not str(f["code"]).startswith("QD6")]


def row(rows: Rows, code: str) -> dict[str, str]:
    return next(row for row in rows if row["职权编号"] == code)


@pytest.mark.parametrize("profile", ["district", "town", "bureau"])
def test_the_samples_agree_with_their_systems(
    profile: str, samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(qingdan, samples(profile), capsys) == []


def test_each_kind_of_drift_is_found_and_nothing_else(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row(portal, "JS-SC-XK-001")["承诺办结时限"] = "20个工作日"
    row(portal, "JS-SC-CF-001")["实施主体"] = "郑州市金水区城市管理局"
    row(portal, "JS-CG-XK-001")["权责类别"] = "10"
    row(portal, "JS-FG-QR-001")["事项状态"] = "暂停"
    portal.remove(row(portal, "JS-MZ-QT-001"))
    portal.append(
        dict.fromkeys(COLUMNS, "")
        | {
            "职权编号": "X-1",
            "事项名称": "擅自增加的事项",
            "实施主体": "区教育局",
            "事项状态": "在用",
        }
    )
    gone = dict.fromkeys(COLUMNS, "") | {
        "职权编号": "JS-MZ-XK-003",
        "事项名称": "养老机构设立许可",
        "实施主体": "区民政局",
    }
    portal[:] = [r for r in portal if r["职权编号"] != "JS-MZ-XK-003"] + [
        gone | {"事项状态": "在用"}
    ]
    table = write(tmp_path / "portal.csv", portal, "gb18030")
    assert qingdan(district, "systems", "take", "portal", str(table), "--today", TODAY) == 0
    drift = {(str(f["code"]), str(f["item"])) for f in found(qingdan, district, capsys)}
    assert drift == {
        ("QD304", "JS-SC-XK-001"),
        ("QD304", "JS-SC-CF-001"),
        ("QD304", "JS-CG-XK-001"),
        ("QD301", "JS-FG-QR-001"),
        ("QD301", "JS-MZ-QT-001"),
        ("QD302", "X-1"),
        ("QD303", "JS-MZ-XK-003"),
    }


def test_a_finding_names_line_item_article_and_owner(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row(portal, "JS-SC-XK-001")["承诺办结时限"] = "20个工作日"
    qingdan(
        district,
        "systems",
        "take",
        "portal",
        str(write(tmp_path / "p.csv", portal)),
        "--today",
        TODAY,
    )
    (finding,) = found(qingdan, district, capsys)
    line = (
        (district / "systems/portal.yaml")
        .read_text("utf-8")
        .splitlines()[int(str(finding["line"])) - 1]
    )
    assert line == "  promised_limit: 20个工作日"
    assert finding["item"] == "JS-SC-XK-001"
    sources = cast("list[str]", finding["sources"])
    assert "《金水区行政权力清单运行监督检查办法》第十四条第（八）项" in sources
    assert "可能涉及《金水区行政权力清单运行监督检查办法》第二十一条第（三）项" in sources
    assert finding["owner"] == "区电子政务中心"


def test_width_brackets_spaces_and_codes_are_no_drift(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, entry in enumerate(portal):
        entry["事项名称"] = (
            " "
            + entry["事项名称"]
            .replace("（", "(")
            .replace("）", " )")
            .replace("“", '"')
            .replace("”", '"')
            + "\t"
        )
        entry["承诺办结时限"] = entry["承诺办结时限"].replace(
            "个工作日", "工作日" if number % 2 else " 个 工作日"
        )
        entry["事项状态"] = {"在用": "1", "暂停": "2", "取消": "3"}.get(
            entry["事项状态"], entry["事项状态"]
        )
    qingdan(
        district,
        "systems",
        "take",
        "portal",
        str(write(tmp_path / "p.csv", portal)),
        "--today",
        TODAY,
    )
    assert found(qingdan, district, capsys) == []


def test_without_codes_unit_and_name_match(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for entry in portal:
        entry["职权编号"] = ""
    row_ = next(entry for entry in portal if entry["事项名称"] == "养老机构备案")
    row_["承诺办结时限"] = "9个工作日"
    qingdan(
        district,
        "systems",
        "take",
        "portal",
        str(write(tmp_path / "p.csv", portal)),
        "--today",
        TODAY,
    )
    assert [(f["code"], f["item"]) for f in found(qingdan, district, capsys)] == [
        ("QD304", "JS-MZ-QT-001")
    ]


def test_what_an_unpublished_adjustment_explains_is_pending(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert qingdan(district, "adjust", "remove", "JS-FG-QR-001", *words) == 0
    capsys.readouterr()
    pack = ("--pack", "jinshui-powers")
    assert qingdan(district, "check", "--today", TODAY, *pack, "--format", "json") == 0
    pending = [(f["code"], f["item"]) for f in json.loads(capsys.readouterr().out)["findings"]]
    assert ("QD305", "JS-YJ-QT-001") in pending
    assert ("QD305", "JS-FG-QR-001") in pending
    assert qingdan(district, "validate", "--systems") == 0


def test_taking_tells_what_it_did_not_take(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for entry in portal:
        entry["点击量"] = "7"
    portal[3]["事项名称"] = ""
    table = write(tmp_path / "p.csv", portal)
    head = git(district, "rev-parse", "HEAD")
    assert qingdan(district, "systems", "take", "portal", str(table), "--dry-run") == 0
    assert git(district, "rev-parse", "HEAD") == head
    capsys.readouterr()
    assert qingdan(district, "systems", "take", "portal", str(table), "--today", TODAY) == 0
    said = capsys.readouterr()
    assert "点击量" in said.err
    assert "第5行未取：没有事项名称" in said.err
    assert f"已取入{len(portal) - 1}条" in said.out
    assert qingdan(district, "systems", "take", "portal", str(table), "--today", TODAY) == 0
    assert "与现有快照相同" in capsys.readouterr().out
    assert qingdan(district, "validate", "--commits", "HEAD~1..") == 0


@pytest.mark.parametrize(
    ("name", "raw", "code", "sentence"),
    [
        ("portal", b"", 2, "是空的"),
        ("portal", "编号,名字\n1,甲\n".encode(), 2, "没有事项名称一列"),
        ("portal", '事项名称\n"甲\n'.encode(), 2, "引号没有成对"),
        ("portal", b"PK\x03\x04\x00\x00\xff\xff", 2, "工作簿已损坏"),
        ("portal", "权力名称,单位\n甲,一局\n".encode(), 2, "可在 columns 中加：权力名称: name"),
        ("protal", "事项名称\n甲\n".encode(), 2, "没有配置名为“protal”的系统"),
    ],
)
def test_wrong_tables(  # noqa: PLR0917 a table
    name: str,
    raw: bytes,
    code: int,
    sentence: str,
    district: Path,
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = put(tmp_path, "t.csv", raw)
    capsys.readouterr()
    assert qingdan(district, "systems", "take", name, str(table)) == code
    assert sentence in capsys.readouterr().err


def test_no_workbook_and_a_folder_get_a_sentence(
    district: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(district, "systems", "take", "portal", str(put(tmp_path, "a.xlsx", b"PK"))) == 2
    assert "a.xlsx：" in capsys.readouterr().err
    assert qingdan(district, "systems", "take", "portal", str(tmp_path)) == 2
    assert "是文件夹" in capsys.readouterr().err
    assert qingdan(district, "systems", "take", "portal", str(tmp_path / "none.csv")) == 2


def test_no_snapshot_is_no_silence(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (district / "systems/portal.yaml").unlink()
    assert [f["code"] for f in found(qingdan, district, capsys)] == ["QD307"]


def test_a_publication_without_a_channel(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = max((district / "ledger/publications").glob("*.yaml"))
    replace(
        district,
        f"ledger/publications/{newest.name}",
        "channel: 政务服务办事大厅张贴",
        "channel: 公示栏",
    )
    (missing,) = found(qingdan, district, capsys)
    assert missing["code"] == "QD308"
    asking = cast("list[str]", missing["rules"])
    assert {"jinshui-powers/6-2", "jinshui-powers/14-7", "jinshui-duties/6-1"} < set(asking)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20工作日", "20个工作日"),
        ("２０ 个工作日", "20个工作日"),
        ("7天", "7日"),
        ("7个自然日", "7日"),
        ("即办", "即时办结"),
        ("当场办结", "即时办结"),
        ("3月", "3个月"),
        ("随到随办", "随到随办"),
    ],
)
def test_limits_as_portals_write_them(text: str, limit: str) -> None:
    assert wording.limit(text) == limit


def test_a_table_s_own_defects_are_named_once_each() -> None:
    from qingdan.core.systems import defects
    from qingdan.model.settings import SystemSettings
    from qingdan.model.values import Doc

    system = SystemSettings(
        "portal", "政务服务网", "区电子政务中心", "本单位自定", ("powers",), (), {}
    )
    rows: list[Doc] = [
        {"name": "甲", "unit": "一局", "unit_code": "11511301008778183N", "line": 2},
        {"name": "乙", "unit": "二局", "unit_code": "083372204", "line": 3},
        {"name": "丙", "unit": "三局", "unit_code": "1151130108778239R_6391", "line": 4},
        {"name": "丁", "unit": "三局", "unit_code": "1151130108778239R_6391", "line": 5},
        {"name": "戊（市级）", "unit": "四局", "type": "1", "line": 6},
        {"name": "戊(市级)", "unit": "四局", "type": "1", "line": 7},
        {"name": "戊（市级）", "unit": "四局", "type": "7", "line": 8},
    ]
    said = [
        (finding.at, finding.message)
        for finding in defects.check(system, rows, "systems/portal.yaml")
    ]
    assert [at for at, _ in said] == [("rows", 2, "unit_code"), ("rows", 5, "name")]
    assert "（2条）" in said[0][1]
    assert "第6、7行" in said[1][1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--unit", "JS-YX"], "单位名册里没有“JS-YX”。是不是“JS-"),
        (["--list", "power"], "没有“power”这类清单"),
    ],
)
def test_a_unit_or_list_that_is_not_there_is_no_success(
    words: list[str],
    sentence: str,
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert qingdan(district, "check", *words) == 2
    assert sentence in capsys.readouterr().err


def test_a_published_commit_that_is_not_here(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(district, "clone", "-q", "--depth", "1", f"file://{district}", str(tmp_path / "shallow"))
    assert qingdan(tmp_path / "shallow", "check", "--today", TODAY) == 3
    assert "git fetch --unshallow" in capsys.readouterr().err


def test_a_wrong_code_is_one_difference_and_no_two_strangers(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row(portal, "JS-MZ-QT-001")["职权编号"] = "JS-MZ-QT-01"
    table = write(tmp_path / "p.csv", portal)
    qingdan(district, "systems", "take", "portal", str(table), "--today", TODAY)
    (finding,) = found(qingdan, district, capsys)
    assert (finding["code"], finding["item"]) == ("QD304", "JS-MZ-QT-001")
    assert "“JS-MZ-QT-001”" in str(finding["message"])
    assert "“JS-MZ-QT-01”" in str(finding["message"])


def test_what_spreadsheets_do_to_a_table(
    district: Path, portal: Rows, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for entry in portal:
        entry["职权编号"] = f'="{entry["职权编号"]}"'
    portal[0]["职权编号"] = "4.1E+25"
    plain = write(tmp_path / "p.csv", portal).read_text("utf-8")
    rows = ["政务服务网事项表", "导出时间：2026年11月20日", *plain.splitlines()]
    table = put(tmp_path, "导出\nDeadline: none.csv", "\r\n".join(f"{row},," for row in rows))
    capsys.readouterr()
    assert qingdan(district, "systems", "take", "portal", str(table), "--today", TODAY) == 0
    said = capsys.readouterr()
    assert "第4行未取：“职权编号”（A4）的“4.1E+25”不是编码" in said.err
    assert f"已取入{len(portal) - 1}条" in said.out
    assert git(district, "log", "-1", "--format=%(trailers:only)") == ""
    assert [finding["code"] for finding in found(qingdan, district, capsys)] == ["QD301"]
    head = git(district, "rev-parse", "HEAD")
    only = put(tmp_path, "only.csv", plain.splitlines()[0])
    assert qingdan(district, "systems", "take", "portal", str(only)) == 4
    assert git(district, "rev-parse", "HEAD") == head
