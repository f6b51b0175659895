"""Values as the text of cells and back, columns from schemas, the exchange's columns and codes both ways."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingdan.core.build import items_of
from qingdan.core.places import REGISTERS
from qingdan.core.schema import Schema
from qingdan.core.tables import cells, national
from qingdan.core.tables.cells import CellError
from qingdan.core.tables.cellwise import tidy
from qingdan.core.tables.exporting import base, list_columns
from qingdan.core.tables.fields import Field, entries_of, fields
from qingdan.core.text.decoding import FORBIDDEN
from qingdan.model.items import LISTS, Item
from qingdan.model.periods import YEARS
from strategies import CHARACTERS, limits, sample, sample_id, sample_paths, schemas, texts

POWERS = schemas()["powers"]
FIELDS = {field.key: field for field in fields(POWERS)}
ALL = [(name, field) for name in LISTS for field in fields(schemas()[name])]

_PLAIN = st.text(CHARACTERS, min_size=1, max_size=20).map(tidy).filter(bool)
_DAYS = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)).map(str)
_CODES = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z.-]{1,20}", fullmatch=True)


def values(node: dict[str, Any], schema: Schema, *, odd: bool = False) -> st.SearchStrategy[Any]:
    """Valid values of a place in a schema; ``odd`` ones hold what separates elements, too."""
    node = schema.resolve(node)
    match node.get("type"):
        case "array":
            element = values(node["items"], schema, odd=odd)
            return st.lists(element, min_size=1, max_size=4, unique_by=repr)
        case "object":
            required = node.get("required", [])
            parts = {
                key: values(child, schema, odd=odd) for key, child in node["properties"].items()
            }
            return st.fixed_dictionaries(
                {key: parts[key] for key in required},
                optional={key: part for key, part in parts.items() if key not in required},
            )
        case "integer":
            return st.integers(node.get("minimum", 0), node.get("maximum", 99))
        case _:
            return _text(node, odd=odd)


def _text(node: dict[str, Any], *, odd: bool) -> st.SearchStrategy[str]:
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if node.get("format") == "date":
        return _DAYS
    pattern = str(node.get("pattern", ""))
    if pattern:
        limit = limits().map(str) | st.just("即时办结")
        code = (
            _CODES if pattern.startswith("^[0-9A-Za-z]") else st.from_regex(pattern, fullmatch=True)
        )
        return limit if "工作日" in pattern else code
    if odd:
        return texts().filter(bool) | st.sampled_from(
            ["甲｜乙", "甲\n乙", " 甲 ", "｜", "甲\r\n乙"]
        )
    return _PLAIN.map(
        lambda text: tidy(text.replace("\n", " ").replace("\r", " ").replace("｜", ""))
    ).filter(bool)


@pytest.mark.parametrize(("name", "field"), ALL, ids=[f"{n}/{f.key}" for n, f in ALL])
@settings(max_examples=15)
@given(data=st.data())
def test_what_a_cell_shows_is_read_back(name: str, field: Field, data: st.DataObject) -> None:
    schema = schemas()[name]
    value = data.draw(values(dict(field.node), schema))
    text = cells.shown(value, field.node, schema)
    assert cells.parsed(text, field.node, schema) == value
    assert cells.wrong(value, field.node, schema) == ""
    assert cells.same(text, value, field.node, schema)


@settings(max_examples=150)
@given(data=st.data())
def test_an_untouched_cell_never_changes_a_value_whatever_it_holds(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(["basis", "flow", "conditions", "note", "materials", "code"]))
    field = FIELDS[key]
    value = data.draw(values(dict(field.node), POWERS, odd=True))
    text = cells.fitted(cells.shown(value, field.node, POWERS))
    for saved in (text, tidy(text), text.replace("\n", "\r\n"), f"{text} \n"):
        assert cells.edited(saved, value, field.node, POWERS) == value


@settings(max_examples=100)
@given(st.data())
def test_a_line_added_leaves_the_others_as_they_were(data: st.DataObject) -> None:
    field = FIELDS["accountability"]
    before = data.draw(values(dict(field.node), POWERS, odd=True))
    text = cells.shown(before, field.node, POWERS) + "\n新加的情形"
    shown = [part for part in before if tidy(part)]
    after = cells.edited(text, before, field.node, POWERS)
    assert isinstance(after, list)
    assert after[-1] == "新加的情形"
    assert len(after) == len(shown) + 1
    assert all(
        tidy(str(one)) == tidy(str(other)) or one == other
        for one, other in zip(after, shown, strict=False)
    )


@pytest.mark.parametrize("path", sample_paths(), ids=sample_id)
def test_every_cell_of_the_samples_is_read_back(path: Any) -> None:
    document = sample(path)
    schema = schemas()[str(document["list"])]
    for item in items_of(path.name, document):
        entry: dict[str, Any] = {}
        for field in fields(schema):
            text = cells.shown(field.value(item.data), field.node, schema)
            field.put(entry, cells.parsed(text, field.node, schema))
        assert entry == item.data


def test_two_elements_alike_stay_two() -> None:
    field = FIELDS["flow"]
    before: Any = [{"step": "审查", "post": "甲｜乙"}, {"step": "决定"}]
    text = "审查｜｜甲|乙\n送达\n决定"
    after = cells.edited(text, before, field.node, POWERS)
    assert after == [{"step": "审查", "post": "甲｜乙"}, {"step": "送达"}, {"step": "决定"}]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("promised_limit", " 20工作日 ", "20个工作日"),
        ("promised_limit", "２０个工作日", "20个工作日"),
        ("promised_limit", "即办", "即时办结"),
        ("discretion.issued", "2026/1/5", "2026-01-05"),
        ("discretion.issued", "2026年1月5日", "2026-01-05"),
        ("visits", "１.0", 1),
        ("type", "许可", "行政许可"),
        ("state", "废止", "取消"),
        ("clients", "自然人、企业法人", ["自然人", "企业法人"]),
        ("fees", "JS-1，JS-2", ["JS-1", "JS-2"]),
        (
            "basis",
            "行政许可法｜第一条｜｜未核对",
            [{"law": "行政许可法", "article": "第一条", "check": "未核对"}],
        ),
        ("note", "", None),
        ("note", " \n ", None),
        ("name", "=1+1", "=1+1"),
    ],
)
def test_what_people_type_is_understood(key: str, text: str, value: object) -> None:
    field = FIELDS[key]
    assert cells.edited(text, "以前的", field.node, POWERS) == value


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("visits", "三", "应当是整数"),
        ("visits", "12", "超出允许范围"),
        ("state", "在用中", "是不是“在用”"),
        ("promised_limit", "很快", "形如 20个工作日"),
        ("discretion.issued", "2026-02-30", "不是真实存在的日期"),
        ("basis", "行政许可法", "缺少核对情况，每行依次为：法律法规规章或文件名称｜条款"),
        ("basis", "甲｜乙｜丙｜已核对｜戊", "有5段，最多4段"),
        ("flow", "受理\n审查｜慢慢来", "第2项办理时限"),
        ("clients", "自然人、神仙", "神仙"),
        ("name", "长" * 201, "超过200字"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(key: str, text: str, why: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.edited(text, None, FIELDS[key].node, POWERS)
    assert why in caught.value.why


def test_a_value_too_long_for_a_cell_is_safe() -> None:
    field = FIELDS["accountability"]
    value: Any = [f"{number}" + "长" * 900 for number in range(60)]
    text = cells.fitted(cells.shown(value, field.node, POWERS))
    assert len(text) < 32_767
    assert cells.edited(text, value, field.node, POWERS) == value
    with pytest.raises(CellError, match="没有全部导出"):
        cells.edited(text.replace("1长", "2长"), value, field.node, POWERS)


@pytest.mark.parametrize("name", LISTS)
def test_titles_of_columns_tell_them_apart(name: str) -> None:
    titles = [title for _, title in list_columns(schemas()[name])]
    assert len(titles) == len(set(titles))
    assert titles[:2] == ["实施主体编号", "实施主体"]


@pytest.mark.parametrize("name", REGISTERS)
def test_registers_have_columns(name: str) -> None:
    schema = schemas()[name]
    for key in entries_of(schema):
        keys = [field.key for field in fields(schema, key)]
        assert len(keys) == len(set(keys)) > 2
    units = {field.key: field for field in fields(schemas()["units"], "units")}
    assert units["complaint.phone"].title == "投诉举报渠道·电话"


def test_a_field_is_put_and_taken_away() -> None:
    entry: Any = {"service": {"standard": "甲"}, "name": "乙"}
    before = copy.deepcopy(entry)
    other = dict(entry)
    FIELDS["service.conditions"].put(other, "丙")
    assert other["service"] == {"standard": "甲", "conditions": "丙"}
    assert entry == before, "the entry that it was copied from is not touched"
    FIELDS["service.conditions"].put(other, None)
    FIELDS["service.standard"].put(other, None)
    assert other == {"name": "乙"}


def test_the_base_tells_every_change() -> None:
    data: Any = {"code": "A-1", "name": "甲"}
    item = Item("powers", "A", "", 0, data)
    others = [
        Item("powers", "B", "", 0, data),
        Item("powers", "A", "", 0, {**data, "name": "乙"}),
        Item("approvals", "A", "", 0, data),
    ]
    assert base(item, POWERS) not in {base(other, POWERS) for other in others}
    assert base(item, POWERS) == base(
        Item("powers", "A", "x", 7, dict(reversed(data.items()))), POWERS
    )


@pytest.mark.parametrize(
    "path", [p for p in sample_paths() if p.parent.name == "powers"], ids=sample_id
)
def test_the_exchange_s_rows_come_back_as_our_words(path: Any) -> None:
    items = items_of(path.name, sample(path))
    unit: Any = {"name": "某局", "uscc": "11410105MB0X00000A"}
    grid = national.grid(items, POWERS, {items[0].unit: unit})
    headings = [column.title for column in grid.columns]
    assert national.is_national(headings, POWERS)
    for item, row in zip(items, grid.rows, strict=True):
        back = national.united(dict(zip(headings, row, strict=True)), POWERS)
        assert back["code"] == item.code
        assert back["unit"] == "某局"
        for key in (
            "name",
            "type",
            "state",
            "level",
            "statutory_limit",
            "promised_limit",
            "charged",
        ):
            assert back.get(key) == item.data.get(key), key
        clients = cells.parsed(back.get("clients", ""), FIELDS["clients"].node, POWERS)
        assert clients == item.data.get("clients")


def test_the_exchange_in_camel_case_with_its_codes() -> None:
    row = {"taskName": "甲备案", "taskType": "1", "anticipateDay": "20", "anticipateType": "工作日", "isFee": "0",
           "promiseDay": "0", "promiseType": "工作日", "rowGuid": "A-1", "deptCode": "1141", "无关": "x"}  # fmt: skip
    assert national.is_national(list(row), POWERS)
    assert national.united(row, POWERS) == {
        "name": "甲备案", "type": "行政许可", "statutory_limit": "20个工作日", "promised_limit": "即时办结",
        "charged": "否", "code": "A-1", "unit": "1141",
    }  # fmt: skip
    assert not national.is_national(["事项名称", "编号"], POWERS)


def test_what_the_exchange_cannot_carry_is_named() -> None:
    assert {"责任事项", "追责情形"} <= set(national.missing(POWERS))
    assert national.carries(POWERS)
    assert not national.carries(schemas()["negative"])


def test_what_is_not_seen_does_not_stay_in_a_cell() -> None:
    """What a browser or a file manager puts into what is copied from it; no file of a workspace may hold it."""
    seen = tidy("\u202a许\u200b可\u2060\u200e证\u202c")
    assert seen == "许可证"
    assert FORBIDDEN.search(seen) is None
