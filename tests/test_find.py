"""``show`` and ``find``: an item as a card and as data; search by words, by pinyin, by law."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from conftest import CODE, FILE, TODAY, WHY, Run, Samples, commit, put, replace
from qingdan.core import pinyin
from qingdan.core.law_lookup import cited_laws
from qingdan.core.searching import Query, near_items, search
from qingdan.core.text import reading
from qingdan.desk.opening import open_workspace
from qingdan.model.cards import Card, Part, Table
from qingdan.model.workspace import LISTS, Doc, Item, Unit, Value
from qingdan.render import cards

Out = pytest.CaptureFixture[str]

UNITS = {
    "A": Unit("A", "某区应急管理局", "区应急局", "区直"),
    "A-1": Unit("A-1", "监督管理科", "监管科", "科室", "A"),
    "B": Unit("B", "某区银行监管办", "区银监办", "区直"),
}


def item(code: str, name: str, unit: str = "A", **data: Value) -> Item:
    whole: Doc = {"code": code, "name": name, "type": "行政许可", "state": "在用", **data}
    return Item("powers", unit, f"lists/powers/{unit}.yaml", 0, whole)


ITEMS = (
    item("A-XK-001", "危险化学品经营许可"),
    item("A-XK-002", "烟花爆竹经营（零售）许可", basis=[{"law": "烟花爆竹安全管理条例"}]),
    item("A-XK-003", "经营许可"),
    item(
        "A-QT-001", "重大危险源备案", "A-1", type="其他行政权力", section="危化科", task_code="9Z"
    ),
    item("B-XK-001", "银行网点设立许可", "B", state="取消", ended="2026-01-01"),
)


def codes(*words: str, **narrow: str) -> list[str]:
    return [found.code for found in search(ITEMS, UNITS, Query(words, **narrow))]  # type: ignore[arg-type]


# --- search ---------------------------------------------------------------------------------


def test_every_word_must_be_found_somewhere() -> None:
    assert codes("许可", "经营") == ["A-XK-001", "A-XK-002", "A-XK-003"]
    assert codes("许可", "爆竹条例") == []
    assert codes("许可", "烟花爆竹安全管理") == ["A-XK-002"]
    assert codes("区应急局", "备案") == []
    assert codes("危化科") == codes("监管科") == ["A-QT-001"]


def test_best_first_and_cancelled_last() -> None:
    assert codes("a-xk-003")[0] == "A-XK-003"
    assert codes("９ｚ") == ["A-QT-001"]
    assert codes("经营许可") == ["A-XK-003", "A-XK-001"]
    assert codes("银行") == ["B-XK-001"]
    assert codes("许可")[-1] == "B-XK-001"


def test_width_case_and_brackets_do_not_matter() -> None:
    assert codes("经营(零售)") == codes("经营（零售）") == ["A-XK-002"]
    assert codes("Ａ－ＸＫ－００２") == ["A-XK-002"]


def test_narrowed() -> None:
    assert codes(state="取消") == ["B-XK-001"]
    assert codes("许可", state="在用") == ["A-XK-001", "A-XK-002", "A-XK-003"]
    assert codes("许可", list="fees") == []
    assert codes("许可", type="行政处罚") == []


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("wxhxp", "危险化学品"),
        ("hxp", "危险化学品"),
        ("weixian", "危险化学品"),
        ("weixianhu", "危险化学品"),
        ("weixhxp", "危险化学品"),
        ("yinhang", "银行业务"),
        ("yhyw", "银行业务"),
        ("xz", "行政许可"),
        ("zdwxy", "重大危险源"),
        ("cq", "重庆"),
        ("lvhua", "绿化"),
        ("lh", "绿化"),
    ],
)
def test_pinyin(letters: str, name: str) -> None:
    assert pinyin.spelled(f"对（{name}）的", letters)


@pytest.mark.parametrize("letters", ["wx", "hxpw", "weixianx", "pxh"])
def test_pinyin_does_not_find_everything(letters: str) -> None:
    assert not pinyin.spelled("化学品经营", letters)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=9))
def test_any_reading_of_any_run_of_characters_is_found(name: str) -> None:
    for start in range(len(name) - 1):
        run = name[start : start + 3]
        for pick in (0, -1):
            said = [pinyin.readings(character)[pick] for character in run]
            if all(text.isascii() for text in said):
                assert pinyin.spelled(name, "".join(said))
                assert pinyin.spelled(name, "".join(text[0] for text in said))


def test_characters_left_out_only_where_nothing_else_fits() -> None:
    assert codes("whxp") == codes("whp") == ["A-XK-001"]
    assert codes("应急局") == codes("区应急局")
    more = (*ITEMS, item("A-XK-009", "文化活动批准"))
    assert [i.code for i in search(more, UNITS, Query(("whhd",)))] == ["A-XK-009"]


def test_a_long_hostile_word_is_soon_answered() -> None:
    assert not pinyin.spelled("嗯" * 200, "n" * 3000 + "x")
    assert not pinyin.sketched("嗯" * 200, "n" * 3000)


def test_near_names() -> None:
    known = {found.code: found for found in ITEMS}
    assert [found.code for found in near_items(known, ["重大危险原"])] == ["A-QT-001"]
    assert near_items(known, ["zzz"]) == ()


# --- laws -----------------------------------------------------------------------------------

REGISTER: list[Doc] = [
    {"title": "中华人民共和国安全生产法", "level": "法律", "check": "已核对"},
    {"title": "某收费通知", "number": "财综〔2011〕20号", "level": "规范性文件", "check": "未核对"},
]
RESTING = (
    item("A-1", "甲", basis=[{"law": "中华人民共和国安全生产法", "article": "第三条"}]),
    item(
        "A-2", "乙", basis=[{"law": "安全生产法", "article": "第五条"}, {"law": "《安全生产法》"}]
    ),
    item(
        "A-3",
        "丙",
        basis=[{"law": "《中华人民共和国安全生产法》（2021年修正）", "article": "第一条"}],
    ),
    item("A-4", "丁", basis=[{"law": "某省安全生产法实施细则"}, {"law": "财综[2011]20号"}]),
    item("A-5", "戊", basis=[{"law": "某收费通知（财综﹝2011﹞20号）"}, {"law": "某收费通知"}]),
    item("A-6", "己", basis=[{"law": "豫财综〔2014〕1705"}]),
)


def resting(wanted: str) -> list[tuple[str, list[str]]]:
    return [
        (law.title, [i.code for i in law.items]) for law in cited_laws(wanted, REGISTER, RESTING)
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        "安全生产法",
        "《安全生产法》",
        "中华人民共和国安全生产法",
        "《中华人民共和国安全生产法》",
        "安全生产法（2021年修正）",
    ],
)
def test_a_law_by_any_of_its_names(wanted: str) -> None:
    assert resting(wanted) == [("中华人民共和国安全生产法", ["A-1", "A-2", "A-3"])]


def test_a_part_of_a_title_finds_every_law_that_has_it() -> None:
    found = resting("安全生产")
    assert [title for title, _ in found] == ["中华人民共和国安全生产法", "某省安全生产法实施细则"]
    assert found[1][1] == ["A-4"]


@pytest.mark.parametrize(
    "wanted", ["财综〔2011〕20号", "财综[2011]20", "财综（2011）20号", "某收费通知"]
)
def test_a_law_by_its_number(wanted: str) -> None:
    assert resting(wanted) == [("某收费通知", ["A-4", "A-5"])]


def test_a_number_that_no_register_has() -> None:
    assert resting("豫财综〔2014〕1705号") == [("豫财综〔2014〕1705", ["A-6"])]
    assert resting("没有这样的法") == resting("") == resting("《》") == []


def test_articles_of_each_item() -> None:
    (law,) = cited_laws("安全生产法", REGISTER, RESTING)
    assert law.articles == {"A-1": ("第三条",), "A-2": ("第五条",), "A-3": ("第一条",)}
    assert law.entry is REGISTER[0]


# --- the commands ---------------------------------------------------------------------------


@pytest.fixture
def sample(samples: Samples) -> Path:
    """The sample district itself: only looked at."""
    return samples("district")


def texts(value: Value) -> Iterator[str]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from texts(child)
    else:
        yield from str(value).splitlines()


def test_show_leaves_nothing_out(sample: Path, qingdan: Run, capsys: Out) -> None:
    book = open_workspace(sample).book(keep_items=True)
    schemas = open_workspace(sample).schemas
    first = {name: next(i for i in book.items.values() if i.list == name) for name in LISTS}
    for code in (CODE, "JS-YJ-CF-001", *(found.code for found in first.values())):
        shown = book.items[code]
        assert qingdan(sample, "show", code) == 0
        said = capsys.readouterr().out
        for text in texts(shown.data):
            assert text in said, (code, text)
        for key in shown.data.keys() - {"code", "name"}:
            assert f"\n{schemas[shown.list].label(('items', 0, key))}  " in said
        assert book.units[shown.unit].name in said
        assert "\x1b" not in said


def test_show_names_what_is_referred_to_and_by_whom(
    sample: Path, qingdan: Run, capsys: Out
) -> None:
    book = open_workspace(sample).book(keep_items=True)
    approval = next(i for i in book.items.values() if i.list == "approvals" and "power" in i.data)
    power = book.items[str(approval.data["power"])]
    assert qingdan(sample, "show", approval.code) == 0
    assert f"{power.code}  {power.name}（行政权责清单" in capsys.readouterr().out
    assert qingdan(sample, "show", power.code) == 0
    assert f"{approval.code}  {approval.name}（行政审批事项清单" in capsys.readouterr().out


def test_show_as_data(district: Path, qingdan: Run, capsys: Out) -> None:
    for typed in (CODE, CODE.lower(), "ＪＳ－ＹＪ－ＱＴ－００１"):
        assert qingdan(district, "show", typed, "--format", "json") == 0
        said = capsys.readouterr()
        value = json.loads(said.out)
        assert said.err == ""
        document = reading.read((district / FILE).read_bytes()).value
        assert isinstance(document, dict)
        assert value["item"] in document["items"]  # type: ignore[operator]
        assert value["item"]["code"] == CODE
        assert (value["list"], value["unit"], value["path"]) == ("powers", "JS-YJ", FILE)
        assert value["findings"] == []
        assert isinstance(value["adjustments"], list)


def test_show_tells_what_is_not_public_yet_and_why(
    district: Path, qingdan: Run, capsys: Out
) -> None:
    assert qingdan(district, "show", CODE) == 0
    assert "与现行内容一致" in capsys.readouterr().out
    assert qingdan(district, "adjust", "set", CODE, "承诺办结时限=2个工作日", *WHY, "--yes") == 0
    capsys.readouterr()
    assert qingdan(district, "show", CODE) == 0
    said = capsys.readouterr().out
    assert "此后的调整尚未公布" in said
    assert re.search(r"承诺办结时限 +3个工作日 +2个工作日", said)
    assert re.search(rf"{TODAY}  变更  内部职能调整、流程优化  {TODAY}-{CODE}\n", said)
    assert "压减办理环节用时" in said
    assert qingdan(district, "show", CODE, "--format", "json") == 0
    value = json.loads(capsys.readouterr().out)
    assert [record["id"] for record in value["adjustments"]] == [f"{TODAY}-{CODE}"]
    assert value["published"]["item"]["promised_limit"] == "3个工作日"
    assert qingdan(district, "show", CODE, "--at", "HEAD~1", "--format", "json") == 0
    earlier = json.loads(capsys.readouterr().out)
    assert earlier["item"]["promised_limit"] == "3个工作日"
    assert earlier["adjustments"] == []


def test_show_has_the_findings_at_its_foot(district: Path, qingdan: Run, capsys: Out) -> None:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 1个工作日")
    assert qingdan(district, "show", CODE) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("问题")
    assert "QD206" in last


def test_show_of_a_code_that_is_not_there(sample: Path, qingdan: Run, capsys: Out) -> None:
    assert qingdan(sample, "show", "JS-YJ-QT-0001") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{CODE}（" in said.err
    assert qingdan(sample, "show", "应急预案") == 2
    assert "qingdan find 应急预案" in capsys.readouterr().err


def test_show_of_an_item_that_is_not_valid(district: Path, qingdan: Run, capsys: Out) -> None:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 三天")
    assert qingdan(district, "show", CODE, "--format", "json") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "内容不合要求" in said.err


@pytest.mark.parametrize("colours", [True, False])
def test_show_on_a_terminal(sample: Path, colours: bool) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS"}
    }
    environment |= {"TERM": "xterm"} if colours else {"TERM": "xterm", "NO_COLOR": "1"}
    words = ["-m", "qingdan", "-C", str(sample), "show", CODE]
    child = pexpect.spawn(
        sys.executable, words, env=environment, dimensions=(40, 70), encoding="utf-8", timeout=60
    )
    said = child.read()
    assert ("\x1b[" in said) == colours
    lines = re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines()
    assert max(map(cell_len, lines)) <= 70
    assert any("应急指挥中心主任" in line for line in lines)


def test_columns_stand_straight_whatever_the_width_of_the_characters() -> None:
    table = Table(("编号", "名称", "时限"), (("A", "中文", "末一"), ("B-1", "abc（甲）", "末二")))
    lines = cards.table(table).splitlines()
    starts = [
        cell_len(line[: line.index(word)])
        for line, word in zip(lines, ("时限", "末一", "末二"), strict=True)
    ]
    assert len(set(starts)) == 1


def test_a_card_shows_control_characters_by_their_code() -> None:
    value = Card("题\x1b[31m", ("[bold]注[/bold]",), (Part("要素", ("值\x07:smile:",)),))
    said = cards.card(value, 40, colours=False)
    assert said.splitlines() == ["题\\u001b[31m", "[bold]注[/bold]", "", "要素  值\\u0007:smile:"]


@pytest.mark.parametrize("width", [30, 40, 70])
def test_a_long_name_leaves_the_other_columns_room(width: int) -> None:
    names = ("应急预案评审意见（不要求评审的提交论证意见）", "风险评估结果和应急资源调查清单")
    rows = tuple((name, "复印件", "《生产安全事故应急条例》第七条") for name in names)
    said = cards.table(Table(("材料名称", "材料形式", "要求提供的依据"), rows), width)
    assert all(cell_len(line) <= width for line in said.splitlines())
    letters = Counter("".join(said.split()))
    wanted = Counter("".join(("材料名称材料形式要求提供的依据", *map("".join, rows))))
    assert letters == wanted


def test_find_by_words(sample: Path, qingdan: Run, capsys: Out) -> None:
    assert qingdan(sample, "find", "应急预案", "备案") == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].split() == ["编号", "名称", "类别", "单位", "状态"]
    assert CODE in said.out
    assert said.err == "共1项。\n"
    assert qingdan(sample, "find", "yjya") == 0
    assert CODE in capsys.readouterr().out


def test_find_as_data_and_limited(sample: Path, qingdan: Run, capsys: Out) -> None:
    assert qingdan(sample, "find", "许可", "--format", "json") == 0
    every = json.loads(capsys.readouterr().out)
    assert every["total"] == len(every["items"]) > 3
    assert qingdan(sample, "find", "许可", "--format", "json", "--limit", "2") == 0
    said = capsys.readouterr()
    some = json.loads(said.out)
    assert some["items"] == every["items"][:2]
    assert some["total"] == every["total"]
    assert f"共{every['total']}项，只列出前2项。" in said.err
    wanted = {"code", "name", "list", "unit", "path", "type", "state"}
    assert all(set(found) == wanted for found in every["items"])


def test_find_nothing_is_not_silent(sample: Path, qingdan: Run, capsys: Out) -> None:
    assert qingdan(sample, "find", "应急预按备案") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "没有匹配" in said.err
    assert CODE in said.err
    assert qingdan(sample, "find", "应急预按备案", "--format", "json") == 3
    value = json.loads(capsys.readouterr().out)
    assert value["total"] == 0
    assert value["near"][0]["code"] == CODE


def test_find_narrowed(sample: Path, qingdan: Run, capsys: Out) -> None:
    def found(*words: str) -> list[dict[str, str]]:
        assert qingdan(sample, "find", *words, "--format", "json") == 0
        value: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
        return value["items"]

    for unit in ("JS-YJ", "区应急管理局", "金水区应急管理局", "郑州市金水区应急管理局"):
        assert {entry["unit"] for entry in found("--unit", unit)} == {"JS-YJ"}
    assert {entry["type"] for entry in found("--type", "许可")} == {"行政许可"}
    assert {entry["list"] for entry in found("--list", "fees")} == {"fees"}
    assert {entry["state"] for entry in found("--state", "取消")} == {"取消"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "请写明要找的词"),
        (["  "], "请写明要找的词"),
        (["许可", "--unit", "应急"], "没有“应急”"),
        (["许可", "--list", "power"], "没有“power”这类清单"),
        (["许可", "--type", "行政"], "没有“行政”这种权责类别"),
        (["许可", "--format", "xml"], "不在可选范围内"),
        (["许可", "--limit", "-1"], "--limit 的“-1”不是项数"),
        (["许可", "--limit", "²"], "--limit 的“²”不是项数"),
    ],
)
def test_find_refuses_what_it_does_not_understand(
    words: list[str], said: str, sample: Path, qingdan: Run, capsys: Out
) -> None:
    assert qingdan(sample, "find", *words) == 2
    assert said in capsys.readouterr().err


def test_find_law_lists_every_item_that_rests_on_it(
    sample: Path, qingdan: Run, capsys: Out
) -> None:
    book = open_workspace(sample).book(keep_items=True)
    title = "中华人民共和国安全生产法"
    wanted = {entry.code for entry in book.entries if title in entry.laws}
    assert len(wanted) > 2
    for typed in (title, "《安全生产法》"):
        assert qingdan(sample, "find", "--law", typed, "--format", "json") == 0
        value = json.loads(capsys.readouterr().out)
        assert {found["code"] for found in value["items"]} == wanted
        assert [law["title"] for law in value["laws"]] == [title]
        for found in value["items"]:
            bases = [b for b in book.items[found["code"]].data["basis"] if b["law"] == title]  # type: ignore[index,union-attr,call-overload]
            assert found["bases"] == [{"law": title, "articles": [b["article"] for b in bases]}]  # type: ignore[index,call-overload]
    assert qingdan(sample, "find", "--law", "安全生产法") == 0
    said = capsys.readouterr().out
    assert said.startswith(f"《{title}》\n")
    assert re.search(r"效力层级 +法律", said)
    assert re.search(r"修改日期 +2009-08-27", said)
    assert re.search(r"JS-YJ-CF-001 .*第一百零二条、第四十一条第二款\n", said)


def test_find_law_that_nobody_cites_and_one_that_is_unknown(
    district: Path, qingdan: Run, capsys: Out
) -> None:
    entry = (
        "- title: 没人引用的规定\n  number: 郑政〔2020〕3号\n  level: 规范性文件\n  check: 未核对\n"
    )
    laws = district / "registers/laws.yaml"
    put(district, "registers/laws.yaml", laws.read_text("utf-8") + entry)
    assert qingdan(district, "find", "--law", "郑政[2020]3号") == 0
    said = capsys.readouterr()
    assert "《没人引用的规定》" in said.out
    assert "没有事项以它为依据" in said.err
    assert qingdan(district, "find", "--law", "查无此法") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "都没有“查无此法”" in said.err
    assert qingdan(district, "find", "火星", "--law", "安全生产法") == 3
    assert "没有匹配" in capsys.readouterr().err


def test_files_that_only_keep_folders_are_not_unread_lists(
    tmp_path: Path, qingdan: Run, capsys: Out
) -> None:
    where = tmp_path / "town"
    words = ("--name", "某镇", "--short", "某镇", "--division", "410183107000")
    assert qingdan(tmp_path, "init", str(where), "--profile", "town", *words) == 0
    assert (where / "lists/fees/.gitkeep").exists()
    assert qingdan(where, "find", "备案") == 3
    said = capsys.readouterr().err
    assert "没有匹配“备案”的事项" in said
    assert "不能读取" not in said


def test_find_says_what_it_could_not_look_at(district: Path, qingdan: Run, capsys: Out) -> None:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 三天")
    put(district, "lists/powers/JS-JB.yaml", "list: [")
    commit(district, "坏文件")
    assert qingdan(district, "find", "备案") == 0
    said = capsys.readouterr().err
    assert "另有1个事项内容不合要求" in said
    assert "有清单文件不能读取" in said
