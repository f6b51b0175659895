"""What the checks within and between lists find, and what they leave alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, git, put, replace
from conftest import commit as commit_all
from qingdan.core.checks import discretion, placeholders, procedures
from qingdan.core.checks.ground import Ground
from qingdan.core.schema import Schemas
from qingdan.model.items import Entry, Item, Listed
from qingdan.model.values import Doc, Value
from qingdan.model.workspace import Book
from qingdan.repo import resources
from strategies import texts

CG, YJ = "lists/powers/JS-CG.yaml", "lists/powers/JS-YJ.yaml"
FEES = "lists/fees/JS-CG.yaml"
SCHEMAS = Schemas(resources.schema_texts())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small workspace of the manual, as it ships: without findings."""
    return Path(shutil.copytree(resources.manual() / "base", tmp_path / "base"))


@pytest.fixture
def found(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Found:
    return Found(qingdan, capsys)


class Found:
    """What ``validate`` finds: (code, item, message) of each."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys = qingdan, capsys

    def __call__(self, folder: Path, *words: str) -> list[tuple[str, str, str]]:
        self.capsys.readouterr()
        self.qingdan(folder, "validate", "--format", "json", *words)
        found = json.loads(self.capsys.readouterr().out)["findings"]
        return [(each["code"], each["item"], each["message"]) for each in found]


def item(**data: Value) -> Item:
    """A power in use with these fields."""
    fields: Doc = {"code": "A-1", "name": "甲", "type": "行政许可", "state": "在用"}
    return Item("powers", "A", "lists/powers/A.yaml", 0, fields | data)


@pytest.mark.parametrize(
    "text",
    [
        "经负责人批准可以延长10个工作日",
        "经负责人批准可以延长十日，并告知理由",
        "可以延长３０日",
        "延长期限不超过半年",
        "最长延长两个月",
        "专家评审所需时间不计算在办理期限内",
        "公告期间不计入时限",
    ],
)
def test_an_extension_with_a_length_is_bounded(text: str) -> None:
    assert not list(procedures.check([item(extension=text)], SCHEMAS["powers"]))


@pytest.mark.parametrize(
    "text", ["情况复杂的可以延长", "经批准适当延长", "依据第四十二条可以延长", "可以延长一次"]
)
def test_an_extension_without_a_length_is_found(text: str) -> None:
    (finding,) = procedures.check([item(extension=text)], SCHEMAS["powers"])
    assert finding.code == "QD215"
    assert finding.at == ("items", 0, "extension")


def test_what_is_done_at_once_is_not_extended() -> None:
    data = {"promised_limit": "即时办结", "extension": "可以延长3日"}
    (finding,) = procedures.check([item(**data)], SCHEMAS["powers"])
    assert "即时办结" in finding.message


def test_special_procedures_say_how_long_and_by_what() -> None:
    rows: list[Value] = [
        {"name": "听证", "limit": "20日", "basis": "《行政许可法》第四十七条"},
        {"name": "检测"},
    ]
    (finding,) = procedures.check([item(special_procedures=rows)], SCHEMAS["powers"])
    assert finding.message == "特别程序“检测”没有写明所需时限、依据。"
    assert finding.at == ("items", 0, "special_procedures", 1)


@pytest.mark.parametrize(
    "word",
    [
        "无",
        "无。",
        "（无）",
        "/",
        "—",
        "－－",
        "XX",
        "ｘｘｘ",
        "××",
        "待 定",
        "见附件",
        "详见文件",
        "略",
        "……",
        "N/A",
    ],
)
def test_a_placeholder_is_found_however_it_is_written(word: str) -> None:
    (finding,) = placeholders.check([item(address=word)], SCHEMAS["powers"])
    assert finding.message == f"“办理地点”写的是“{word}”，没有实际内容。"


@pytest.mark.parametrize(
    "text",
    [
        "无障碍通道设在一楼",
        "见附件一第3项所列材料",
        "金水路1号",
        "按规定的格式填写申请表",
        "XX路",
        "A座",
        "依法办理登记手续",
        "X光室",
    ],
)
def test_a_text_with_content_is_no_placeholder(text: str) -> None:
    assert not list(placeholders.check([item(address=text)], SCHEMAS["powers"]))


@pytest.mark.parametrize(
    ("name", "field"),
    [("approvals", "quota"), ("approvals", "intermediary"), ("powers", "statutory_limit_note"),
     ("fees", "relief"), ("funds", "relief"), ("negative", "note")],
)  # fmt: skip
def test_none_is_an_answer_where_the_schema_says_so(name: str, field: str) -> None:
    assert not list(placeholders.check([item(**{field: "无"})], SCHEMAS[name]))
    assert len(list(placeholders.check([item(**{field: "见附件"})], SCHEMAS[name]))) == 1


@given(
    st.lists(
        st.one_of(
            st.sampled_from(("见附件", "ＸＸ", "—", "", " ", "待 定", "n/a", "N/A。", "依法办理")),
            st.text("见附件待定无X/x。 （）１一般Ａ", max_size=8),
            texts(12),
        ).filter(lambda text: "\n" not in text),
        max_size=6,
    )
)
def test_a_look_at_all_texts_together_overlooks_none_that_says_nothing(several: list[str]) -> None:
    schema = SCHEMAS["powers"]
    assert schema.is_any_silent("\n".join(several)) == any(
        map(schema.says_nothing, several or [""])
    )


def test_placeholders_are_found_inside_lists_and_not_in_choices() -> None:
    data: Doc = {
        "handling": "其他",
        "responsibilities": [{"stage": "受理", "duty": "见附件"}],
        "accountability": ["按规定"],
        "extension": "待定",
    }
    found = list(placeholders.check([item(**data)], SCHEMAS["powers"]))
    assert [finding.at[2:] for finding in found] == [
        ("responsibilities", 0, "duty"),
        ("accountability", 0),
        ("extension",),
    ]
    assert found[0].message == "“责任事项第1项责任内容”写的是“见附件”，没有实际内容。"
    assert not list(procedures.check([item(**data)], SCHEMAS["powers"])), "one fact is one finding"
    assert not list(placeholders.check([item(**data | {"state": "取消"})], SCHEMAS["powers"]))


@pytest.mark.parametrize(
    ("law", "issued", "said"),
    [
        ({"amended": ["2019-03-24", "2011-01-08"]}, "2018-05-01", "修改的日期2019-03-24"),
        ({"amended": ["2019-03-24"]}, "2019-03-24", ""),
        ({"published": "2025-06-01", "effective": "2026-01-01"}, "2025-12-01", ""),
        ({"published": "2025-06-01", "amended": []}, "2025-05-31", "公布的日期2025-06-01"),
        ({"effective": "2026-01-01"}, "2025-12-01", "施行的日期2026-01-01"),
        ({}, "2001-01-01", ""),
    ],
)
def test_a_standard_is_older_than_a_changed_basis(law: Doc, issued: str, said: str) -> None:
    entry = Entry(
        "powers", "A", "lists/powers/A.yaml", 0, "A-1", "甲", "行政处罚", "在用",
        laws=("法甲", "法甲", "法乙"), discretion=issued,
    )  # fmt: skip
    row: Doc = {"title": "法甲", "level": "法律", "check": "已核对"}
    laws: Doc = {"laws": [row | law]}
    ground = Ground(Book(None, {}, Listed(), {"registers/laws.yaml": laws}, ()), SCHEMAS)
    found = list(discretion.check_dates([entry], ground))
    assert len(found) == bool(said)
    assert all(said in finding.message for finding in found)


def test_a_standard_without_a_day_is_said(base: Path, found: Found) -> None:
    replace(base, CG, "    issued: '2025-06-30'\n", "")
    assert [row[:2] for row in found(base)] == [("QD213", "JS-CG-CF-001")]


def test_public_services_and_supervision(base: Path, found: Found) -> None:
    text = (base / YJ).read_text("utf-8")
    start, end = text.index("  service:\n"), text.index("  responsibilities:\n")
    put(base, YJ, text[:start] + text[end:])
    replace(base, YJ, "  post_supervision:\n  - 每月抽查咨询记录，通报答复情况。\n", "")
    (supervised, promised) = sorted(found(base), reverse=True)
    assert promised[2] == "没有写明“服务承诺”（服务条件、服务标准、服务时限、延时服务、投诉处理）。"
    assert supervised[:2] == ("QD219", "JS-YJ-FW-001")


def test_each_material_is_a_finding_of_its_own(base: Path, found: Found) -> None:
    rows = "  materials:\n  - name: 甲证明\n  - name: 乙证明\n    basis: 《法》第一条\n  - name: 丙证明\n"
    replace(base, CG, "  statutory_limit: 20个工作日\n", rows + "  statutory_limit: 20个工作日\n")
    assert [row[2] for row in found(base)] == [
        "申请材料“甲证明”没有写明要求提供的依据。",
        "申请材料“丙证明”没有写明要求提供的依据。",
    ]


CHARGED = "  charged: 是\n  fees:\n  - JS-CG-SF-001\n"


@pytest.mark.parametrize(
    ("power", "fee", "said"),
    [
        (CHARGED, "JS-CG-XK-001", []),
        ("  charged: 是\n", "JS-CG-XK-001", [("JS-CG-XK-001", "没有写明收费项目编号")]),
        ("  charged: 否\n", "JS-CG-XK-001", [("JS-CG-SF-001", "写明不收费")]),
        ("", "JS-CG-XK-001", [("JS-CG-SF-001", "没有列出本收费项目")]),
        (CHARGED.replace("是", "否"), "JS-CG-XK-001", [("JS-CG-XK-001", "又列有收费项目")]),
        (CHARGED, "JS-YJ-JC-001",
         [("JS-CG-SF-001", "写明不收费"), ("JS-CG-XK-001", "对应的职权中没有本事项")]),
        (CHARGED, "", []),
    ],
)  # fmt: skip
def test_charges_and_fees_agree_both_ways(
    power: str, fee: str, said: list[tuple[str, str]], base: Path, found: Found
) -> None:
    replace(base, CG, CHARGED, power)
    named = "  powers:\n  - JS-CG-XK-001\n"
    replace(base, FEES, named, named.replace("JS-CG-XK-001", fee) if fee else "")
    rows = found(base)
    assert [(row[0], row[1]) for row in rows] == [("QD217", item) for item, _ in said]
    assert all(words in row[2] for row, (_, words) in zip(rows, said, strict=True))


def test_an_approval_charges_as_its_power(base: Path, found: Found) -> None:
    path = "lists/approvals/JS-YJ.yaml"
    replace(base, path, "  promised_limit: 15日\n", "  promised_limit: 15日\n" + CHARGED)
    ((code, which, message),) = found(base)
    assert (code, which) == ("QD217", "JS-YJ-SP-001")
    assert "对应的职权中没有本事项" in message


def test_what_cannot_be_read_contradicts_nobody(base: Path, found: Found) -> None:
    replace(base, CG, "  promised_limit: 8个工作日\n", "  promised_limit: 八天\n")
    assert [row[0] for row in found(base)] == ["QD106"]


def test_what_is_not_in_use_is_left_alone(base: Path, found: Found) -> None:
    """A suspended power may lack what one in use must have; only what it says must be more than a placeholder."""
    text = (base / CG).read_text("utf-8")
    start, end = text.index("  discretion:\n"), text.index("  responsibilities:\n")
    put(
        base,
        CG,
        text[:start]
        + text[end:].replace("  - 处罚决定七日内公开，半年内回访一次。\n", "  - 见附件\n", 1),
    )
    replace(base, CG, "  type: 行政处罚\n  state: 在用\n", "  type: 行政处罚\n  state: 暂停\n")
    assert [row[0] for row in found(base)] == ["QD218"]


@pytest.fixture
def repository(base: Path) -> Path:
    """The same under git, its lists committed."""
    git(base, "init", "-q", "-b", "main")
    commit_all(base, "建库\n")
    return base


STEP = "  - step: 复核\n    limit: 即时办结\n    post: 复核岗\n    office: 局长\n"
LAST = "    office: 分管副局长\n"


def filed(qingdan: Run, folder: Path, *words: str) -> None:
    """File the edits of the work tree as one adjustment."""
    common = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "流程调整")
    assert (
        qingdan(folder, "adjust", "commit", *common, "--today", "2026-11-20", "--yes", *words) == 0
    )


@pytest.mark.parametrize("basis", ["", "《城市道路管理条例》第三十三条"])
def test_a_step_added_needs_a_basis(
    repository: Path, qingdan: Run, found: Found, basis: str
) -> None:
    replace(repository, CG, LAST + "  charged", LAST + STEP + "  charged")
    filed(qingdan, repository, *(["--basis", basis] if basis else []))
    rows = found(repository, "--commits", "HEAD~1..HEAD")
    assert [row[:2] for row in rows] == ([] if basis else [("QD517", "JS-CG-XK-001")])
    assert all("增加了环节“复核”，没有写明依据" in row[2] for row in rows)


def test_a_step_renamed_is_no_burden(repository: Path, qingdan: Run, found: Found) -> None:
    replace(repository, CG, "  - step: 现场勘查\n", "  - step: 现场踏勘\n")
    filed(qingdan, repository)
    assert not found(repository, "--commits", "HEAD~1..HEAD")


def test_a_material_may_carry_its_own_basis(repository: Path, qingdan: Run, found: Found) -> None:
    rows = "  materials:\n  - name: 甲证明\n  - name: 乙证明\n    basis: 《法》第一条\n"
    replace(
        repository, CG, "  statutory_limit: 20个工作日\n", rows + "  statutory_limit: 20个工作日\n"
    )
    filed(qingdan, repository)
    added = [row for row in found(repository, "--commits", "HEAD~1..HEAD") if row[0] == "QD517"]
    assert len(added) == 1
    assert added[0][2].endswith("增加了申请材料“甲证明”，没有写明依据。")


def test_a_merge_is_not_asked_again(repository: Path, qingdan: Run, found: Found) -> None:
    git(repository, "switch", "-qc", "other")
    replace(repository, CG, LAST + "  charged", LAST + STEP + "  charged")
    filed(qingdan, repository, "--basis", "《城市道路管理条例》第三十三条")
    git(repository, "switch", "-q", "main")
    put(repository, "lists/README.md", "说明\n")
    commit_all(repository, "说明\n")
    git(repository, "merge", "-q", "--no-ff", "-m", "合并\n", "other")
    assert not found(repository, "--commits", "HEAD~2..HEAD")
