"""``systems compare``: the matrix says what ``check`` says, in every form."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pexpect
import pytest
from openpyxl import load_workbook
from rich.cells import cell_len

from conftest import TODAY, Run, Samples, put, replace
from qingdan.model.matrices import WORDS
from qingdan.repo import resources

Capture = pytest.CaptureFixture[str]
Rows = list[dict[str, str]]
NASTY = "=1+1<script>alert(1)</script>"


def table(system: str) -> Rows:
    newest = max((resources.folder("lists") / "liuzhai" / "story").glob(f"{system}-*.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def take(qingdan: Run, folder: Path, system: str, rows: Rows) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = put(folder.parent, f"{system}.csv", text.getvalue())
    assert qingdan(folder, "systems", "take", system, str(file), "--today", TODAY) == 0


def of(rows: Rows, code: str) -> dict[str, str]:
    return next(row for row in rows if row["职权编号"] == code)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drifted town is made by the first test that needs it."""
    return tmp_path_factory.mktemp("matrix") / "town"


@pytest.fixture
def drifted(once: Path, samples: Samples, tmp_path: Path, qingdan: Run) -> Path:
    """The sample town with every kind of disagreement in one of its two systems."""
    if not once.exists():
        shutil.copytree(samples("town"), once)
        drift(once, qingdan)
    return Path(shutil.copytree(once, tmp_path / "town"))


def drift(folder: Path, qingdan: Run) -> None:
    portal, operation = table("portal"), table("operation")
    of(portal, "LZ-CJ-CJ-001")["运行流程"] += "→专家评审（5日）→公示"
    of(portal, "LZ-CJ-QT-001")["承诺办结时限"] = "15个工作日"
    of(portal, "LZ-CJ-XK-001").update({"职权编号": "", "事项名称": "农村村民宅基地审批办理"})
    portal.remove(of(portal, "LZ-CJ-XK-002"))
    of(portal, "LZ-NY-CJ-001")["事项状态"] = "停用"
    of(portal, "LZ-SS-JL-001")["事项状态"] = "在用"
    portal.append(of(portal, "LZ-NY-FW-001") | {"职权编号": "X-9", "事项名称": NASTY})
    of(operation, "LZ-NY-FW-001").update({"事项名称": "农技推广", "权责类别": "行政检查"})
    operation.append(dict(of(operation, "LZ-NY-QT-001")))
    take(qingdan, folder, "portal", portal)
    take(qingdan, folder, "operation", operation)


CELLS = {
    "LZ-CJ-CJ-001": ("不一致：多设环节", "一致"),
    "LZ-CJ-QT-001": ("不一致：承诺办结时限", "一致"),
    "LZ-CJ-XK-001": ("名称相近", "一致"),
    "LZ-CJ-XK-002": ("没有", "一致"),
    "LZ-NY-CJ-001": ("已停用", "一致"),
    "LZ-NY-FW-001": ("一致", "不一致：事项名称、权责类别"),
    "LZ-NY-QT-001": ("一致", "不一致：重复记录"),
    "LZ-SS-JL-001": ("仍在用", "一致"),
}


def data(qingdan: Run, folder: Path, capsys: Capture, *words: str, code: int = 1) -> Any:
    capsys.readouterr()
    words = ("systems", "compare", *words, "--format", "json", "--today", TODAY)
    assert qingdan(folder, *words) == code
    return json.loads(capsys.readouterr().out)


def checked(qingdan: Run, folder: Path, capsys: Capture) -> list[tuple[str, str, str]]:
    capsys.readouterr()
    qingdan(folder, "check", "--format", "json", "--today", TODAY)
    findings = json.loads(capsys.readouterr().out)["findings"]
    kinds = {*(f"QD30{digit}" for digit in range(1, 8)), "QD310", "QD311", "QD312"}
    return sorted(facts(finding) for finding in findings if finding["code"] in kinds)


def facts(finding: Any) -> tuple[str, str, str]:
    return (finding["code"], finding["message"], "；".join(finding["sources"]))


def told(matrix: Any) -> list[tuple[str, str, str]]:
    """Every finding that a matrix holds, in cells, rows on no list and systems."""
    cells = [cell for item in matrix["items"] for cell in item["systems"].values()]
    places = [*cells, *matrix["extra"], *matrix["systems"]]
    shown = [place for place in places if place.get("standing") != "excepted"]
    return sorted(facts(finding) for place in shown for finding in place["findings"])


def test_the_matrix_and_check_never_disagree(drifted: Path, qingdan: Run, capsys: Capture) -> None:
    matrix = data(qingdan, drifted, capsys)
    assert told(matrix) == checked(qingdan, drifted, capsys)
    wrong = {
        item["code"]: tuple(cell["text"] for cell in item["systems"].values())
        for item in matrix["items"]
        if not item["agrees"]
    }
    assert wrong == CELLS
    (extra,) = matrix["extra"]
    assert (extra["system"], extra["code"], extra["name"]) == ("portal", "X-9", NASTY)
    sources = "".join(extra["findings"][0]["sources"])
    assert "第二十一条第（一）项" in sources
    counts = {system["id"]: system["counts"] for system in matrix["systems"]}
    assert counts["portal"]["missing"] == counts["portal"]["running"] == 1
    assert (counts["portal"]["extra"], counts["operation"]["extra"]) == (1, 0)
    assert all(sum(c.values()) - c["extra"] == len(matrix["items"]) for c in counts.values())


def test_each_kind_of_disagreement_cites_its_own_article(
    drifted: Path, qingdan: Run, capsys: Capture
) -> None:
    said = {code: sources for code, _, sources in checked(qingdan, drifted, capsys)}
    every = {"QD302": "一", "QD303": "二", "QD311": "三"}
    for code, sources in said.items():
        if code == "QD306":
            continue
        assert "《刘寨镇行政权力清单运行监督检查办法》第十四条第（八）项" in sources
        liable = "可能涉及《刘寨镇行政权力清单运行监督检查办法》第二十条第（三）项" in sources
        assert liable == (code != "QD305"), "what an adjustment under way explains is no breach"
        for other, number in every.items():
            assert (f"第二十一条第（{number}）项" in sources) == (code == other), code


def test_samples_agree_and_pending_is_agreement(
    samples: Samples, qingdan: Run, capsys: Capture
) -> None:
    matrix = data(qingdan, samples("bureau"), capsys, code=0)
    assert matrix["agrees"]
    assert [system["id"] for system in matrix["systems"]][-1] == "licences"
    of_item = {item["code"]: item["systems"] for item in matrix["items"]}
    words = {id_: cell["standing"] for id_, cell in of_item["HJ-YJ-XK-001"].items()}
    assert words == {
        "portal": "agrees",
        "lists-system": "agrees",
        "penalty": "outside",
        "fees": "outside",
        "licences": "agrees",
    }
    assert of_item["HJ-YJ-JL-001"]["portal"]["text"] == "待同步：承诺办结时限"
    assert qingdan(samples("bureau"), "systems", "compare", "--today", TODAY) == 0
    assert "全部一致，另有2处待同步" in capsys.readouterr().out


def test_the_text_has_only_what_disagrees_and_its_columns_stand_in_line(
    drifted: Path, qingdan: Run, capsys: Capture
) -> None:
    capsys.readouterr()
    assert qingdan(drifted, "systems", "compare", "--today", TODAY) == 1
    text = capsys.readouterr().out
    blocks = [block.splitlines() for block in text.split("\n\n")]
    head, *lines = blocks[0]
    assert [line.split()[0] for line in lines] == list(CELLS)
    at = cell_len(head[: head.index("实际运行台账")])
    for line, code in zip(lines, CELLS, strict=True):
        assert line.endswith(CELLS[code][1])
        assert cell_len(line[: -len(CELLS[code][1])]) == at
    assert NASTY in text
    assert "8个事项不一致，系统中有1条记录不在公开的清单上" in text
    assert qingdan(drifted, "systems", "compare", "--all", "--today", TODAY) == 1
    every = capsys.readouterr().out
    assert "LZ-ZF-CF-001" in every
    assert "LZ-ZF-CF-001" not in text


def test_a_terminal_gets_a_table(drifted: Path) -> None:
    result: Any = pexpect.run(
        f"{sys.executable} -m qingdan -C {drifted} systems compare portal --today {TODAY}",
        withexitstatus=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "160"},
        dimensions=(50, 160),
    )
    out, code = result
    assert code == 1
    assert "┃" in out
    assert "\x1b[31m" in out
    assert "仍在用" in out


class Page(HTMLParser):
    """What a page holds: texts of cells with their class, links, anchors, anything that would be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.loaded: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "td":
            self.cells.append((given.get("class") or "", ""))
            self.inside = True
        if tag == "a":
            self.links.add(given["href"] or "")
        if "id" in given:
            self.anchors.add(f"#{given['id']}")
        if tag in {"script", "img", "link", "iframe"} or "src" in given:
            self.loaded.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, text: str) -> None:
        if self.inside:
            kind, before = self.cells[-1]
            self.cells[-1] = (kind, before + text)


def test_the_page_stands_alone_and_links_every_note(
    drifted: Path, tmp_path: Path, qingdan: Run, capsys: Capture
) -> None:
    target = tmp_path / "比对.html"
    capsys.readouterr()
    assert qingdan(drifted, "systems", "compare", "--out", str(target), "--today", TODAY) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "比对.html" in said.err
    page = Page()
    page.feed(target.read_text("utf-8"))
    assert page.loaded == []
    assert page.links
    assert page.links <= page.anchors
    texts = [text for _, text in page.cells]
    assert NASTY in texts
    shown = {
        (kind.split()[-1], re.split("[：⁠]", text)[0]) for kind, text in page.cells if "cell" in kind
    }
    assert shown == {
        (key, word) for key, word in WORDS.items() if key not in {"untaken", "outside", "excepted"}
    }
    assert qingdan(drifted, "systems", "compare", "--format", "html", "--today", TODAY) == 1
    assert capsys.readouterr().out == target.read_text("utf-8")


def test_the_workbook_has_the_details_as_notes_and_no_formulas(
    drifted: Path, tmp_path: Path, qingdan: Run, capsys: Capture
) -> None:
    target = tmp_path / "m.xlsx"
    words = ("systems", "compare", "--today", TODAY)
    assert qingdan(drifted, *words, "--format", "xlsx") == 2
    assert "--out" in capsys.readouterr().err
    assert qingdan(drifted, *words, "--out", str(target)) == 1
    first = target.read_bytes()
    assert qingdan(drifted, *words, "--out", str(target)) == 1
    assert target.read_bytes() == first
    book = load_workbook(target)
    assert book.sheetnames == ["比对", "清单以外", "明细", "汇总", "图例"]
    rows = {row[0].value: row for row in book["比对"].iter_rows(min_row=2)}
    for code, cells in CELLS.items():
        assert tuple(cell.value for cell in rows[code][4:]) == cells
    note = rows["LZ-CJ-CJ-001"][4].comment
    assert note is not None
    assert "“专家评审”、“公示”" in note.text
    assert "第二十一条第（三）项" in note.text
    assert rows["LZ-CJ-XK-002"][5].comment is None
    stray = book["清单以外"][2]
    assert (stray[3].value, stray[3].data_type) == (NASTY, "s")
    details = [tuple(cell.value for cell in row) for row in book["明细"].iter_rows(min_row=2)]
    matrix = data(qingdan, drifted, capsys)
    assert sorted((str(row[5]), str(row[6])) for row in details) == [f[:2] for f in told(matrix)]


def test_systems_units_and_lists_can_be_chosen(
    drifted: Path, qingdan: Run, capsys: Capture
) -> None:
    only = data(qingdan, drifted, capsys, "operation")
    assert [system["id"] for system in only["systems"]] == ["operation"]
    assert {item["code"] for item in only["items"] if not item["agrees"]} == {
        "LZ-NY-FW-001",
        "LZ-NY-QT-001",
    }
    unit = data(qingdan, drifted, capsys, "--unit", "LZ-CJ")
    assert {item["code"][:5] for item in unit["items"]} == {"LZ-CJ"}
    assert unit["extra"] == []
    town = data(qingdan, drifted, capsys, "--unit", "LZ-ZZF")
    assert len(town["items"]) == len(data(qingdan, drifted, capsys)["items"])
    assert data(qingdan, drifted, capsys, "--unit", "LZ-ZF", code=0)["agrees"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["portl"], 2, "没有配置名为“portl”的系统"),
        (["--unit", "LZ-XX"], 2, "单位名册里没有“LZ-XX”"),
        (["--list", "power"], 2, "没有“power”这类清单"),
        (["--list", "fees"], 3, "没有一个系统承载“fees”这类清单"),
        (["portal", "--list", "fees"], 3, "没有应当在这些系统中的事项"),
        (["--format", "pdf"], 2, "“pdf”不在可选范围内"),
        (["--out", "qingdan.yaml/m.html"], 2, "不能写入"),
        (["--out", "qingdan.yaml"], 2, "从“qingdan.yaml”的扩展名看不出格式"),
    ],
)
def test_what_cannot_be_compared(
    words: list[str], code: int, sentence: str, samples: Samples, qingdan: Run, capsys: Capture
) -> None:
    town = samples("town")
    capsys.readouterr()
    assert qingdan(town, "systems", "compare", *words, "--today", TODAY) == code
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


def test_without_snapshots_nothing_can_be_answered(
    drifted: Path, qingdan: Run, capsys: Capture
) -> None:
    (drifted / "systems/portal.yaml").unlink()
    matrix = data(qingdan, drifted, capsys)
    assert {item["systems"]["portal"]["standing"] for item in matrix["items"]} == {"untaken"}
    assert told(matrix) == checked(qingdan, drifted, capsys)
    assert qingdan(drifted, "systems", "compare", "portal", "--today", TODAY) == 3
    assert "郑州市政务服务网（portal）还没有快照" in capsys.readouterr().err
    (drifted / "systems/operation.yaml").unlink()
    assert qingdan(drifted, "systems", "compare", "--today", TODAY) == 3
    settings = (drifted / "qingdan.yaml").read_text("utf-8")
    start, end = settings.index("\nsystems:"), settings.index("\nonline:")
    put(drifted, "qingdan.yaml", settings[:start] + settings[end:])
    assert qingdan(drifted, "systems", "compare", "--today", TODAY) == 3
    assert "没有配置信息系统" in capsys.readouterr().err


def test_an_approved_exception_is_shown_as_one(
    drifted: Path, qingdan: Run, capsys: Capture
) -> None:
    path = "lists/powers/LZ-NY.yaml"
    text = (drifted / path).read_text("utf-8")
    at = text.index("- code: LZ-NY-FW-001")
    end = text.index("\n- code:", at) if "\n- code:" in text[at:] else len(text.rstrip())
    exception = (
        "\n  exceptions:\n  - finding: QD304\n    reason: 台账升级期间沿用旧名称\n"
        "    approver: 政府法制机构\n    until: '2027-01-31'"
    )
    put(drifted, path, text[:end] + exception + text[end:])
    assert qingdan(drifted, "fmt", path) in {0, 1}
    matrix = data(qingdan, drifted, capsys)
    (cell,) = (
        item["systems"]["operation"] for item in matrix["items"] if item["code"] == "LZ-NY-FW-001"
    )
    assert (cell["standing"], cell["text"]) == ("excepted", "例外")
    assert len(cell["findings"]) == 2
    assert told(matrix) == checked(qingdan, drifted, capsys)


def test_a_hostile_snapshot_is_only_text(drifted: Path, qingdan: Run, capsys: Capture) -> None:
    replace(drifted, "systems/portal.yaml", NASTY, "[red]\\u202e甲[/red]{{ 7*7 }}")
    capsys.readouterr()
    assert qingdan(drifted, "systems", "compare", "--today", TODAY) == 1
    assert "[red]\\u202e甲[/red]{{ 7*7 }}" in capsys.readouterr().out
    assert qingdan(drifted, "systems", "compare", "--format", "html", "--today", TODAY) == 1
    assert "{{ 7*7 }}" in capsys.readouterr().out
