"""The canonical form and its readers: round trips, refusals with their places, hostile files."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import strategies as our
from qingdan.core.build import locate
from qingdan.core.privacy import strings
from qingdan.core.text import framing, reading, strict
from qingdan.core.text.canonical import FREE, Layout, emit, scalar
from qingdan.core.text.decoding import decode
from qingdan.model.errors import YamlRefusedError
from qingdan.model.findings import Finding, place_of
from qingdan.model.workspace import Texts

if TYPE_CHECKING:
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value

PROPERTY = settings(deadline=None, max_examples=150)
SAMPLES = our.sample_paths()


def parse(text: str) -> Value:
    return reading.read(text.encode()).value


def refusal(raw: bytes) -> YamlRefusedError:
    with pytest.raises(YamlRefusedError) as caught:
        reading.read(raw)
    return caught.value


def nested(depth: int) -> Doc:
    doc: Doc = {"k": "甲"}
    for _ in range(depth - 1):
        doc = {"k": doc}
    return doc


# the canonical form


@PROPERTY
@given(our.DOCS)
def test_what_is_written_reads_back_the_same(doc: Doc) -> None:
    assert repr(parse(emit(doc))) == repr(doc)


@PROPERTY
@given(our.DOCS)
def test_writing_again_changes_nothing(doc: Doc) -> None:
    text = emit(doc)
    assert emit(cast("Doc", parse(text))) == text
    assert reading.read(text.encode()).canonical


@PROPERTY
@given(our.texts(), our.texts())
@example("甲", "<<")
def test_both_readers_take_any_text_for_itself(text: str, key: str) -> None:
    doc: Doc = {"text": text, "list": [text, {key: text}]}
    raw = emit(doc).encode()
    assert reading.read(raw).canonical
    assert reading.read(raw).value == doc
    assert strict.read(decode(raw))[0] == doc


@pytest.mark.parametrize("hidden", our.HIDDEN_CHARACTERS, ids=lambda one: f"U+{ord(one):04X}")
@pytest.mark.parametrize("frame", ["{}", "甲{}", "{}甲", "甲 {}乙", "no{}", "'{}'"])
def test_hidden_characters_are_refused_however_written(hidden: str, frame: str) -> None:
    text = frame.format(hidden)
    for raw in (
        emit({"k": text}),
        emit({text: "k"}),
        emit({"k": [{"k": text}]}),
        f"k: {text}\n",
        f"k: '{frame.format(hidden)}'\n",
        f'k: "\\u{ord(hidden):04x}"\n',
        f'"\\u{ord(hidden):04x}": k\n',
    ):
        error = refusal(raw.encode())
        assert error.code == "QD102"
        assert error.message.startswith(("文件中有", "文字中有"))
        with pytest.raises(YamlRefusedError):
            strict.read(decode(raw.encode()))


@pytest.mark.parametrize("text", our.ODD_TEXTS)
@pytest.mark.parametrize("frame", ["{}", "甲{}", "{}甲", "甲 {} 乙", "'{}'"])
def test_odd_texts_survive(text: str, frame: str) -> None:
    doc: Doc = {"k": frame.format(text), frame.format(text) + "_": ["", frame.format(text)]}
    assert parse(emit(doc)) == doc


WRITTEN = {
    "行政许可": "行政许可",
    "20个工作日": "20个工作日",
    "HJ-YJ-QT-004": "HJ-YJ-QT-004",
    "《办法》第十四条第（八）项": "《办法》第十四条第（八）项",
    "键：值": "键：值",
    "甲:乙": "甲:乙",
    "0410105": "'0410105'",
    "2026-11-22": "'2026-11-22'",
    "no": "'no'",
    "On": "'On'",
    "": "''",
    "it's": "'it''s'",
    "a b": "'a b'",
    "甲: 乙": "'甲: 乙'",
    "甲 #乙": "'甲 #乙'",
    " 甲": "' 甲'",
    "甲 ": "'甲 '",
    "[甲]": "'[甲]'",
    "甲\\n乙": "'甲\\n乙'",
    "甲\n乙": '"甲\\u000a乙"',
    "甲\u2028乙": '"甲\\u2028乙"',
    "\ufeff甲": '"\\ufeff甲"',
}


@pytest.mark.parametrize(("text", "written"), WRITTEN.items())
def test_how_a_text_is_written(text: str, written: str) -> None:
    """Where it may be plain it is plain, else in single quotes, and on one line with a line break."""
    if "\n" in text:
        assert "\n" not in scalar(text)
        assert parse(f"k: {scalar(text)}\n") == {"k": text}
    else:
        assert scalar(text) == written


def test_how_a_document_is_written() -> None:
    """Two spaces, dashes under their key, nothing around empty values."""
    doc: Doc = {
        "code": "JS-1",
        "items": [{"step": "受理", "limit": "1日"}, "甲", ["乙", {"a": []}], {}, None],
        "service": {"standard": {"x": True}},
        "visits": 0,
        "cost": 1.5,
    }
    assert emit(doc) == (
        "code: JS-1\n"
        "items:\n"
        "- step: 受理\n"
        "  limit: 1日\n"
        "- 甲\n"
        "-\n"
        "  - 乙\n"
        "  - a: []\n"
        "- {}\n"
        "- null\n"
        "service:\n"
        "  standard:\n"
        "    x: true\n"
        "visits: 0\n"
        "cost: 1.5\n"
    )


LAYOUTS = st.recursive(
    st.just(FREE),
    lambda below: st.one_of(
        st.builds(
            lambda children: Layout(tuple(children), children),
            st.dictionaries(our.texts(6), below, min_size=1, max_size=4),
        ),
        st.builds(
            lambda items, *, sort: Layout(
                items=items, sort_by=items.keys[0] if sort and items.keys else ""
            ),
            below,
            sort=st.booleans(),
        ),
    ),
    max_leaves=12,
)


@st.composite
def laid_out(draw: st.DrawFn, layout: Layout) -> Value:
    """A value made as a layout says, but now and then another one."""
    if draw(st.integers(0, 60)) == 0:
        return draw(our.VALUES)
    if layout.items is not None:
        values = draw(st.lists(laid_out(layout.items), max_size=4))
        if draw(st.integers(0, 9)):
            values.sort(
                key=lambda one: str(one.get(layout.sort_by, "")) if isinstance(one, dict) else ""
            )
        return values
    if layout.keys:
        keys = [key for key in layout.keys if draw(st.integers(0, 3))]
        if draw(st.integers(0, 20)) == 0:
            keys = draw(st.permutations(keys))
        return {key: draw(laid_out(layout.children[key])) for key in keys}
    return draw(our.SCALARS)


@settings(deadline=None, max_examples=600)
@given(st.data())
def test_framing_writes_what_the_plain_way_writes(data: st.DataObject) -> None:
    children = data.draw(st.dictionaries(our.texts(6), LAYOUTS, min_size=1, max_size=4))
    layout = Layout(tuple(children), children)
    doc = {key: data.draw(laid_out(child)) for key, child in layout.children.items()}
    found = framing.framed(doc, layout)
    if found:
        assert found.text == emit(doc, layout)
        texts = {text for _, text in strings(doc)}
        if any("\n" in text for text in texts):
            assert found.lines is None
        elif texts:
            assert sorted((found.lines or "").split("\n")) == sorted(texts)


def test_an_empty_document_is_written_and_read() -> None:
    assert emit({}) == "{}\n"
    assert reading.read(b"{}\n").canonical


def test_keys_stand_in_the_order_of_the_layout_and_items_by_code() -> None:
    item = Layout(("code", "name"))
    layout = Layout(("unit", "items"), {"items": Layout(items=item, sort_by="code")})
    doc: Doc = {"items": [{"name": "乙", "code": "B"}, {"code": "A"}], "x": 1, "unit": "U"}
    assert emit(doc, layout) == "unit: U\nitems:\n- code: A\n- code: B\n  name: 乙\nx: 1\n"
    assert doc == {"items": [{"name": "乙", "code": "B"}, {"code": "A"}], "x": 1, "unit": "U"}


@PROPERTY
@given(
    st.one_of(
        st.integers(),
        st.floats(),
        st.integers(10**17, 10**20),
        st.floats(1e15, 1e18),
        st.floats(0, 1e-3),
    )
)
@example(12345678901234567890)
@example(10**5000)
@example(1e16)
@example(1e-07)
@example(float("inf"))
@example(float("nan"))
def test_every_number_reads_back_by_both_readers_or_is_not_written(number: float) -> None:
    try:
        raw = emit({"k": number}).encode()
    except ValueError:
        return
    assert repr(reading.read(raw).value) == repr({"k": number})
    assert repr(strict.read(decode(raw))[0]) == repr({"k": number})


# the samples


@pytest.mark.parametrize("path", SAMPLES, ids=our.sample_id)
def test_every_sample_list_is_canonical_for_both_readers_and_framed(path: Path) -> None:
    layout = our.schemas()[path.parent.name].layout
    raw = path.read_bytes()
    read = reading.read(raw, layout)
    value, places = strict.read(decode(raw))
    assert read.canonical
    assert framing.framed(cast("Doc", value), layout) == (raw.decode(), read.lines)
    assert value == read.value
    assert places


def shuffled(value: Value, by: random.Random) -> Value:
    if isinstance(value, dict):
        keys = list(value)
        by.shuffle(keys)
        return {key: shuffled(value[key], by) for key in keys}
    return [shuffled(one, by) for one in value] if isinstance(value, list) else value


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_the_order_in_which_keys_and_items_came_does_not_matter(
    path: Path, by: random.Random
) -> None:
    doc = our.sample(path)
    doc["items"] = by.sample(
        cast("list[Value]", doc["items"]), len(cast("list[Value]", doc["items"]))
    )
    layout = our.schemas()[path.parent.name].layout
    assert emit(cast("Doc", shuffled(doc, by)), layout) == path.read_text("utf-8")


def leaves(value: Value, at: Pointer = ()) -> list[Pointer]:
    if isinstance(value, dict):
        return [leaf for key, child in value.items() for leaf in leaves(child, (*at, key))]
    if isinstance(value, list):
        return [leaf for index, child in enumerate(value) for leaf in leaves(child, (*at, index))]
    return [at]


@PROPERTY
@given(st.data(), st.sampled_from(SAMPLES), our.SCALARS)
def test_a_change_of_one_field_changes_one_line(
    data: st.DataObject, path: Path, new: Value
) -> None:
    doc = our.sample(path)
    fields = [at for at in leaves(doc) if at[2:] != ("code",)]
    at = data.draw(st.sampled_from(fields))
    place: Any = doc
    for step in at[:-1]:
        place = place[step]
    old, place[at[-1]] = place[at[-1]], new
    before = path.read_text("utf-8").split("\n")
    after = emit(doc, our.schemas()[path.parent.name].layout).split("\n")
    assert len(before) == len(after)
    changed = [
        line for line, (one, other) in enumerate(zip(before, after, strict=True), 1) if one != other
    ]
    place_before = place_of(reading.places(path.read_bytes()), at)
    assert changed == ([] if repr(old) == repr(new) else [place_before[0]])


# places


def assert_place(lines: list[str], at: Pointer, value: Value, place: tuple[int, int]) -> None:
    here = lines[place[0] - 1][place[1] - 1 :]
    if at and isinstance(at[-1], str):
        assert here.startswith(f"{scalar(at[-1])}:")
    elif isinstance(value, str):
        assert here == scalar(value)
    elif isinstance(value, dict) and value:
        assert here.startswith(f"{scalar(next(iter(value)))}:")
    elif isinstance(value, list) and value:
        assert here.startswith("- ") or here == "-"


def follow(value: Value, at: Pointer) -> Value:
    for step in at:
        value = cast("Any", value)[step]
    return value


@PROPERTY
@given(our.DOCS)
def test_every_value_of_a_canonical_text_has_its_place(doc: Doc) -> None:
    text = emit(doc)
    places = reading.places(text.encode())
    assert set(leaves(doc)) <= set(places)
    for at, place in places.items():
        assert_place(text.split("\n"), at, follow(doc, at), place)


@pytest.mark.parametrize("path", SAMPLES, ids=our.sample_id)
def test_every_value_of_a_sample_has_its_place(path: Path) -> None:
    text = path.read_text("utf-8")
    value, places = strict.read(text)
    assert set(leaves(value)) <= set(places)
    for at, place in places.items():
        assert_place(text.split("\n"), at, follow(value, at), place)


BY_HAND = """\
# 本单位设置

name:   "郑州市金水区"   # 全称
lists: [powers, {id: fees,  title: 收费}]
"带引号": {a: 1, b: [x, 甲乙, y]}
text: |
  第一行
  第二行
? roles
:
    - 甲
    -   name: 乙
        since: 2026-01-01
    -
"""
BY_HAND_PLACES: dict[Pointer, tuple[int, int]] = {
    (): (3, 1),
    ("name",): (3, 1),
    ("lists",): (4, 1),
    ("lists", 0): (4, 9),
    ("lists", 1): (4, 17),
    ("lists", 1, "id"): (4, 18),
    ("lists", 1, "title"): (4, 29),
    ("带引号",): (5, 1),
    ("带引号", "b"): (5, 15),
    ("带引号", "b", 1): (5, 22),
    ("带引号", "b", 2): (5, 26),
    ("text",): (6, 1),
    ("roles",): (9, 3),
    ("roles", 0): (11, 7),
    ("roles", 1): (12, 9),
    ("roles", 1, "since"): (13, 9),
}


@pytest.mark.parametrize("comment", ["# 注\n{}", "{}# 注\n", "{}# 注"])
def test_a_comment_takes_the_canonical_form_away_and_nothing_else(comment: str) -> None:
    text = emit({"list": "powers", "note": "#不是注释", "items": [{"code": "1-1"}]})
    plain, commented = reading.read(text.encode()), reading.read(comment.format(text).encode())
    assert (plain.canonical, commented.canonical) == (True, False)
    assert commented.value == plain.value


@pytest.mark.parametrize(("at", "place"), BY_HAND_PLACES.items())
def test_places_of_a_file_written_by_hand(at: Pointer, place: tuple[int, int]) -> None:
    """Columns count characters, not bytes."""
    raw = BY_HAND.encode()
    assert not reading.read(raw).canonical
    assert place_of(reading.places(raw), at) == place


def test_what_has_no_place_has_that_of_what_holds_it() -> None:
    places = reading.places("甲:\n- a: 1\n".encode())
    assert place_of(places, ("甲", 0, "missing", 3)) == (2, 3)
    assert place_of(places, ("甲", 7)) == (1, 1)
    assert place_of(places, ("nothing",)) == (1, 1)
    assert place_of({}, ("nothing",)) == (1, 1)


def test_findings_are_located_in_canonical_and_other_files() -> None:
    files = {
        "a.yaml": "items:\n- code: A\n  flow:\n  - step: 受理\n    limit: 3天\n".encode(),
        "b.yaml": "items: [{code: A, flow: [{step: 受理, limit: 3天}]}]".encode(),
        "c.yaml": b"items: [",
    }
    at: Pointer = ("items", 0, "flow", 0, "limit")
    findings = [Finding("QD106", "error", "甲", path, at) for path in (*files, "gone.yaml")]
    found = [(one.path, one.line, one.column) for one in locate(findings, Texts(files))]
    assert found == [("a.yaml", 5, 5), ("b.yaml", 1, 37), ("c.yaml", 1, 1), ("gone.yaml", 1, 1)]


# refusals

REFUSED: dict[str, tuple[str, int, int, str]] = {
    "a: 1\nb: 甲\tx\n": ("QD102", 2, 5, "Tab"),
    "a:\t1\n": ("QD102", 1, 3, "Tab"),
    "a:\n\tb: 1\n": ("QD102", 2, 1, "Tab"),
    "a: 甲\x00\n": ("QD102", 1, 5, "NUL"),
    "a: 甲乙\x07\n": ("QD102", 1, 6, "U+0007"),
    "a: \x7f\n": ("QD102", 1, 4, "U+007F"),
    "a: 甲\x85b\n": ("QD102", 1, 5, "U+0085"),
    "a: 甲\u2028b\n": ("QD102", 1, 5, "U+2028"),
    "a: 甲\u2029b\n": ("QD102", 1, 5, "U+2029"),
    "\ufeffa: b\n": ("QD102", 1, 1, "BOM"),
    "a: '甲\ufeff'\n": ("QD102", 1, 6, "BOM"),
    "a: \ufffe\n": ("QD102", 1, 4, "U+FFFE"),
    "a: &甲 b\n": ("QD101", 1, 5, "锚点"),
    "a: *甲\n": ("QD101", 1, 5, "别名"),
    "a: &x b\nc: *x\n": ("QD102", 1, 4, "锚点"),
    "&x a: b\n": ("QD102", 1, 1, "锚点"),
    "a: &x [b]\n": ("QD102", 1, 4, "锚点"),
    "a: *x\n": ("QD102", 1, 4, "别名"),
    "- *x\n": ("QD102", 1, 3, "别名"),
    "<<: {a: b}\n": ("QD102", 1, 1, "合并键"),
    "x: y\na:\n  <<: {b: c}\n": ("QD102", 3, 3, "合并键"),
    "a: !!str 1\n": ("QD102", 1, 4, "标签"),
    "a: ! 1\n": ("QD102", 1, 4, "标签"),
    "a: !甲 1\n": ("QD101", 1, 5, "标签"),
    "a: !!python/object/apply:os.system [ls]\n": ("QD102", 1, 4, "标签"),
    "a: !!binary aGk=\n": ("QD102", 1, 4, "标签"),
    "a: !!set {b, c}\n": ("QD102", 1, 4, "标签"),
    "!!omap [a: b]\n": ("QD102", 1, 1, "标签"),
    "a: 1\nb: 2\na: 3\n": ("QD104", 3, 1, "“a”重复"),
    "a: {甲: 1, 甲: 2}\n": ("QD104", 1, 11, "“甲”重复"),
    "'a': 1\n\"a\": 2\n": ("QD104", 2, 1, "“a”重复"),
    "a: 1\n---\nb: 2\n": ("QD102", 2, 1, "一份内容"),
    "a: 1\n...\nb: 2\n": ("QD101", 3, 1, "YAML"),
    "---\n---\n": ("QD102", 2, 1, "一份内容"),
    "%YAML 1.1\n---\na: no\n": ("QD102", 1, 1, "指令"),
    "%TAG ! tag:x,2000:\n---\na: b\n": ("QD102", 1, 1, "指令"),
    "1: a\n": ("QD102", 1, 1, "键必须是文字"),
    "true: a\n": ("QD102", 1, 1, "键必须是文字"),
    "null: a\n": ("QD102", 1, 1, "键必须是文字"),
    "x: {1.5: a}\n": ("QD102", 1, 5, "键必须是文字"),
    "[a]: b\n": ("QD102", 1, 1, "键必须是文字"),
    "? {a: b}\n: c\n": ("QD102", 1, 3, "键必须是文字"),
    "? a:\n  - b: c\n": ("QD102", 1, 3, "键必须是文字"),
    "a: ~\n": ("QD102", 1, 4, "多种读法"),
    "a: True\n": ("QD102", 1, 4, "多种读法"),
    "a: NULL\n": ("QD102", 1, 4, "多种读法"),
    "a: 0x1F\n": ("QD102", 1, 4, "多种读法"),
    "a: 0o17\n": ("QD102", 1, 4, "多种读法"),
    "a: 0b101\n": ("QD102", 1, 4, "多种读法"),
    "a: 1_000\n": ("QD102", 1, 4, "多种读法"),
    "a: 1e3\n": ("QD102", 1, 4, "多种读法"),
    "a: .5\n": ("QD102", 1, 4, "多种读法"),
    "a: 5.\n": ("QD102", 1, 4, "多种读法"),
    "a: ._5\n": ("QD102", 1, 4, "多种读法"),
    "a: -_\n": ("QD102", 1, 4, "多种读法"),
    "a: +1\n": ("QD102", 1, 4, "多种读法"),
    "a: -01\n": ("QD102", 1, 4, "多种读法"),
    "a: 01.5\n": ("QD102", 1, 4, "多种读法"),
    "a: -.inf\n": ("QD102", 1, 4, "多种读法"),
    "a: .NaN\n": ("QD102", 1, 4, "多种读法"),
    "a: =\n": ("QD102", 1, 4, "多种读法"),
    "a: <<\n": ("QD102", 1, 4, "合并键"),
    "a: b: c\n": ("QD101", 1, 5, "两个“: ”"),
    "a: b\n  c: d\n": ("QD101", 2, 4, "两个“: ”"),
    "a: 甲\n b\nc\n": ("QD101", 4, 1, "缺少冒号"),
    "键：值\n键2: 值\n": ("QD101", 2, 3, "两个“: ”"),
    "a: '甲\n": ("QD101", 2, 1, "引号没有成对"),
    'a: "甲\nb: c\n': ("QD101", 3, 1, "引号没有成对"),
    "a: [甲\n": ("QD101", 2, 1, "YAML"),
    "a: ]\n": ("QD101", 1, 4, "YAML"),
    "a: @甲\n": ("QD101", 1, 4, "加单引号"),
    "a: `甲`\n": ("QD101", 1, 4, "加单引号"),
    "a: %甲\n": ("QD101", 1, 4, "加单引号"),
    "a: - b\n": ("QD101", 1, 4, "“- ”的位置不对"),
    "a:\n- b\nc\n": ("QD101", 4, 1, "缺少冒号"),
    "a:\n  b: c\n d: e\n": ("QD101", 3, 2, "缩进"),
    "a:\n- b\n c: d\n": ("QD101", 3, 3, "两个“: ”"),
    'a: "甲\\0"\n': ("QD102", 1, 4, "NUL"),
    'a: "\\t"\n': ("QD102", 1, 4, "Tab"),
    '"甲\\x07": b\n': ("QD102", 1, 1, "U+0007"),
    'a: b\nc: ["\\L"]\n': ("QD102", 2, 5, "U+2028"),
    'a: "\\N"\n': ("QD102", 1, 4, "U+0085"),
    'a: "\\uFEFF"\n': ("QD102", 1, 4, "BOM"),
    'a: "\\q"\n': ("QD101", 1, 5, "YAML"),
    'a: "\\ud800"\n': ("QD101", 1, 7, "YAML"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items())
def test_what_is_refused_and_where(text: str, expected: tuple[str, int, int, str]) -> None:
    error = refusal(text.encode())
    code, line, column, word = expected
    assert (error.code, error.line, error.column) == (code, line, column)
    assert word in error.message
    assert error.message.endswith("。")


KEPT: dict[str, Value] = {
    "a: no\n": {"a": "no"},
    "on: Y\n": {"on": "Y"},
    "a: 010\n": {"a": "010"},
    "a: 0410105\n": {"a": "0410105"},
    "0410105: a\n": {"0410105": "a"},
    f"a: {'1' * 31}\n": {"a": "1" * 31},
    "a: 1234567890123456789\n": {"a": "1234567890123456789"},
    "a: 2026-11-22\n": {"a": "2026-11-22"},
    "2026-11-22: a\n": {"2026-11-22": "a"},
    "a: 2026-11-22 10:30:00\n": {"a": "2026-11-22 10:30:00"},
    "a: 12:30:45\n": {"a": "12:30:45"},
    "a: 1.2.3\n": {"a": "1.2.3"},
    "a: 1,000\n": {"a": "1,000"},
    "键：值\n": "键：值",
    "a: 甲：乙\n": {"a": "甲：乙"},
    "'<<': a\n": {"<<": "a"},
    "a: 3\n": {"a": 3},
    "a: -3\n": {"a": -3},
    "a: 1.5\n": {"a": 1.5},
    "a: true\nb: false\nc: null\nd:\n": {"a": True, "b": False, "c": None, "d": None},
    "a: 'true'\nb: \"3\"\n": {"a": "true", "b": "3"},
    "a: |\n  甲\n  乙\n": {"a": "甲\n乙\n"},
    "a: >-\n  甲\n  乙\n": {"a": "甲 乙"},
    "--- # 注\na: b # 注\n...\n": {"a": "b"},
    "a: b\r\nc: d\r\n": {"a": "b", "c": "d"},
    "": None,
    "# 只有注释\n": None,
    "- a\n- b\n": ["a", "b"],
}


@pytest.mark.parametrize(("text", "value"), KEPT.items())
def test_what_is_accepted_and_how_it_is_read(text: str, value: Value) -> None:
    assert repr(parse(text)) == repr(value)
    assert repr(strict.read(text)[0]) == repr(value)


def test_other_encodings_are_named_with_their_line() -> None:
    gbk = refusal("a: b\nname: 金水区\n".encode("gb18030"))
    assert (gbk.code, gbk.line) == ("QD103", 2)
    assert "GB18030" in gbk.message
    binary = refusal(b"a: b\nc: d\ne: \xff\xfe\xff\n")
    assert (binary.code, binary.line) == ("QD103", 3)
    assert "UTF-8" in binary.message
    surrogate = refusal(b"a: \xed\xa0\x80\n")
    assert surrogate.code == "QD103"


def test_both_readers_set_the_same_limit_to_depth() -> None:
    deepest = emit(nested(strict.MAX_DEPTH)).encode()
    assert reading.read(deepest).canonical
    assert strict.read(decode(deepest))[0] == nested(strict.MAX_DEPTH)
    too_deep = refusal(emit(nested(strict.MAX_DEPTH + 1)).encode())
    assert too_deep.code == "QD102"
    assert "嵌套" in too_deep.message


def test_a_number_too_great_to_hold_is_not_read_as_infinite() -> None:
    assert refusal(f"a: {'9' * 400}.0\n".encode()).code == "QD102"


# hostile files: each is read in a process of its own with 1 GB of memory

HOSTILE: dict[str, tuple[str, str]] = {
    "alias bomb of lists": (
        "'a0: &a0 [x, x]\\n' + ''.join(f'a{i}: &a{i} [{\"*a%d, \" % (i - 1) * 9}]\\n' for i in range(1, 12))",
        "QD102",
    ),
    "alias bomb of one long text": (
        "'a: &a ' + 'x' * 100000 + '\\nb: [' + '*a, ' * 100000 + ']'",
        "QD102",
    ),
    "5,000 mappings deep, in block": ("''.join(' ' * i + 'a:\\n' for i in range(5000))", "QD102"),
    "5,000 mappings deep, canonical": (
        "''.join('  ' * i + 'a:\\n' for i in range(4999)) + '  ' * 4999 + 'a: b\\n'",
        "QD102",
    ),
    "4,000 sequences deep, canonical": (
        "'a:\\n' + ''.join('  ' * i + '-\\n' for i in range(3999)) + '  ' * 3999 + '- b\\n'",
        "QD102",
    ),
    "dashes in a row": ("'- ' * 100000 + 'a'", "QD102"),
    "question marks in a row": ("'? ' * 100000 + 'a'", "QD102"),
    "dashes far apart": ("'-  ' * 100000 + 'a'", "QD102"),
    "colons and nothing else": ("': ' * 100000 + 'a'", "QD101"),
    "indicators mixed": ("'- : ?  ' * 100000 + 'a'", "QD101"),
    "dashes in a row behind a key": ("'k:\\n- ' + '- ' * 100000 + 'a'", "QD102"),
    "dashes in a row, but for a word": ("('- ' * 2000 + 'a\\n') * 50", "QD102"),
    "open brackets": ("'[' * 1000000", "QD102"),
    "balanced brackets": ("'k: ' + '[' * 5000 + ']' * 5000", "QD102"),
    "open braces": ("'{a: ' * 100000", "QD102"),
    "balanced braces": ("'{a: ' * 5000 + '}' * 5000", "QD102"),
    "brackets and pairs": ("'[a: ' * 100000", "QD102"),
    "keys of keys": ("'{? ' * 100000", "QD102"),
    "a list as key": ("'? a:\\n  - b: c\\n'", "QD102"),
    "40 MB": ("'k: ' + '甲' * (14 << 20)", "QD108"),
    "NUL after a mapping": ("'k: v\\n' + chr(0) * 1000000", "QD102"),
    "a quote that never ends": ("'k: \"' + 'a' * 5000000", "QD101"),
    "a key of 1 MB": ("'a' * 1000000 + ': b\\n'", "QD101"),
    "millions of empty lists": ("'k: [' + '[],' * 1500000 + ']'", "QD102"),
    "an anchor of 1 MB": ("'k: &' + 'a' * 1000000", "QD102"),
    "a tag of 1 MB": ("'k: !<' + 'a' * 1000000 + '> b'", "QD102"),
    "colons": ("'a: ' * 1000000", "QD101"),
}
HARMLESS: dict[str, tuple[str, str]] = {
    "a number of 5,000 digits": ("'k: ' + '1' * 5000 + '\\n'", "str"),
    "a number of 5,000 digits in a list": ("'k:\\n- ' + '1' * 5000 + '\\n'", "list"),
    "a million comments": ("'#\\n' * 1000000 + 'k: v\\n'", "str"),
    "spaces": ("' ' * 1000000 + '\\nk: v\\n'", "str"),
    "a text of 10 MB": ("'k: ' + 'a' * 10000000 + '\\n'", "str"),
    "a folded text": ("'k: >\\n' + ' a\\n\\n' * 100000", "str"),
    "underscores": ("'k: ' + '1_' * 300000 + 'x\\n'", "str"),
}
_READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from qingdan.core.text import reading
from qingdan.model.errors import YamlRefusedError
try:
    value = reading.read(({text}).encode()).value
    print(type(value["k"]).__name__)
except YamlRefusedError as error:
    assert error.line >= 1 and error.column >= 1
    assert error.message.endswith("。")
    print(error.code)
"""


@pytest.mark.parametrize(
    ("text", "answer"), [*HOSTILE.values(), *HARMLESS.values()], ids=[*HOSTILE, *HARMLESS]
)
def test_hostile_files_neither_crash_nor_hang(text: str, answer: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _READ.format(text=text)],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
        env={"PYTHONPATH": str(Path(strict.__file__).parents[3]), "PYTHONIOENCODING": "utf-8"},
    )
    assert (done.stdout.strip(), done.stderr) == (answer, "")


def test_places_of_what_cannot_be_read_are_none_at_all() -> None:
    assert reading.places(b"a: [") == {}
    assert reading.places(b"\xff") == {}


def test_the_free_layout_keeps_what_comes() -> None:
    assert FREE.order(("b", "a")) == ("b", "a")
    assert json.loads(json.dumps(parse(emit({"b": 1, "a": 2}, FREE)))) == {"b": 1, "a": 2}
