"""The places that are found line by line are those that the strict reader tells, or the text is left to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingdan.core.text import lines, reading, strict
from qingdan.core.text.canonical import emit
from qingdan.core.text.decoding import decode
from qingdan.model.errors import YamlRefusedError
from qingdan.model.findings import place_of
from qingdan.repo import resources

if TYPE_CHECKING:
    from qingdan.model.findings import Places, Pointer
    from qingdan.model.values import Doc

_KEYS = st.sampled_from(["code", "name", "流程", "basis", "a-b", "items"])
_TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["a: b", "- x", "x #y", "code: 1", "'", '"', "[]", "{a}", "甲：乙", "?", "-1", "|"]
    ),
)
_SCALARS = st.one_of(_TEXTS, st.integers(-9, 9), st.booleans(), st.none())
_VALUES = st.recursive(
    _SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_KEYS, below, max_size=3),
    max_leaves=12,
)
_DOCS = st.dictionaries(_KEYS, _VALUES, max_size=4)
_PIECES = st.sampled_from(
    ["code: 1", "name:", "- ", "  ", "a", "\n", "\n", "\n  ", "'x'", "'", '"', "# 注", "[a]", "|", "甲: 乙", ":"]
)  # fmt: skip


def _agree(text: str, places: Places) -> bool:
    """Whether every place, and what is asked for beside them, is told alike; False where the text is left alone."""
    wanted: list[Pointer] = [*places, *((*at, step) for at in places for step in ("name", 0, 7))]
    found = lines.places(text, wanted)
    if found is None:
        return False
    for at in wanted:
        assert place_of(found, at) == place_of(places, at), at
    return True


@settings(deadline=None)
@given(_DOCS)
def test_canonical_texts_are_told_alike(doc: Doc) -> None:
    text = emit(doc)
    try:
        _, places = strict.read(decode(text.encode()))
    except YamlRefusedError:
        return
    _agree(text, places)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_whatever_is_taken_for_lines_is_told_alike(text: str) -> None:
    try:
        _, places = strict.read(text + "\n")
    except YamlRefusedError:
        return
    _agree(text + "\n", places)


@pytest.mark.parametrize(
    "text",
    [
        "a: x\n  y\n",
        "a: x\n   b\nc: 1\n",
        "- a: x\n   - y\n",
        "- a\n  - b\n",
        "a:\n  x\n",
        "a: |\n  b: 1\n",
        "a: 'x\n\n  b: 1'\n",
        "a: {b: 1}\n",
        "a: [1]\n",
        "a: 1 # 注\n",
        "# 注\na: 1\n",
        "---\na: 1\n",
        "a: 1\r\nb: 2\r\n",
        "a: &x 1\n",
        "? a\n: 1\n",
        "a: 1",
        "  a: 1\n",
    ],
)
def test_texts_of_another_kind_are_left_to_the_strict_reader(text: str) -> None:
    assert lines.places(text, [()]) is None


def test_every_file_of_the_sample_is_told_alike() -> None:
    sample = resources.folder("lists") / "jinshui"
    texts = [path.read_text("utf-8") for path in sorted((sample / "lists").glob("*/*.yaml"))]
    assert texts
    assert all(_agree(text, strict.read(text)[1]) for text in texts)


def test_a_file_with_more_events_than_the_strict_reader_takes_still_has_lines() -> None:
    rows = strict.MAX_EVENTS
    raw = ("rows:\n" + "- 甲\n" * rows).encode()
    assert reading.places(raw) == {}
    assert reading.places(raw, [("rows", rows - 1)])[("rows", rows - 1)] == (rows + 1, 3)
