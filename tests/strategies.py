"""Shared hypothesis strategies: odd texts, documents, days, limits, and hostile pieces of YAML."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st

from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.model.limits import Limit
from qingdan.repo.resources import folder, schema_texts

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from qingdan.model.limits import Measure
    from qingdan.model.values import Doc, Value

FIRST_DAY, LAST_DAY = date(2016, 1, 1), date(2026, 12, 31)
"""The years whose working days were compared between three independent sources."""

YAML_WORDS = (
    *("no", "No", "NO", "yes", "on", "off", "y", "Y", "n", "true", "True", "FALSE", "null", "Null"),
    *("~", "=", "<<", ".inf", "-.Inf", ".nan", "NaN", "inf", "Infinity"),
    *("0", "7", "-1", "010", "0410105", "0o17", "0x1F", "0b101", "1_000", "1e3", "1E-3", ".5"),
    *("5.", "+1", "-0", "1.0", "1.10", "-_", "._5", "1234567890123456789", "9" * 31),
    *("2026-11-22", "2026-11-22 10:30:00", "2026-11-22T10:30:00Z", "12:30:45", "1:2"),
)
"""Words that at least one reader of YAML takes for something other than text."""

YAML_MARKS = (
    *("", " ", "  ", "-", "- ", "- 甲", "-甲", "?", "? 甲", ":", ": ", "甲:", "甲: 乙", "甲:乙"),
    *(
        "甲 #乙",
        "#甲",
        "甲#乙",
        " 甲",
        "甲 ",
        "甲  乙",
        "甲\u3000",
        "\u00a0甲",
        "a b",
        "a: b",
        "a #b",
    ),
    *("&甲", "*甲", "!甲", "!!str 甲", "|", ">", "|-", "%甲", "%YAML 1.1", "@甲", "`甲`"),
    *("'", "''", "'甲'", '"', '""', '"甲"', "\\", "\\n", "甲\\", "甲'乙\"丙", "'甲", '甲"'),
    *("[", "]", "{", "}", "[甲]", "{甲: 乙}", ",", "甲, 乙", "---", "--- 甲", "...", "<<: 甲"),
    *(
        "键：值",
        "《办法》（试行）",
        "“甲”",
        "第十四条第（八）项",
        "……",
        "——",
        "①",
        "〇",
        "〔2016〕41号",
    ),
)
"""Texts that hold or are what YAML gives a meaning to, and the punctuation of official documents."""

UNUSUAL_CHARACTERS = (
    *("\n", "\n\n", "甲\n乙", "甲\n  乙", "\n甲", "甲\n", "\r", "\r\n", "甲\r\n乙", "\xa0", "\xad"),
    *("\u200c", "\u3000", "\ufffd", "\U00020000", "𠮷", "😀", "👩\u200d👧", "e\u0301"),
    *("\U0001ffff", "\U0010ffff", "\ue000", "\ud7ff"),
)
"""Line breaks, invisible characters, the ends of planes, characters beyond the BMP."""

HIDDEN_CHARACTERS = "".join(
    map(
        chr,
        [
            *range(0x0A),
            *(0x0B, 0x0C),
            *range(0x0E, 0x20),
            *range(0x7F, 0xA0),
            *(0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF),
            *(0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060),
            *range(0x2066, 0x206A),
        ],
    )
)
"""What no file of a workspace may hold, neither as it is nor by an escape."""

ODD_TEXTS = YAML_WORDS + YAML_MARKS + UNUSUAL_CHARACTERS

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=HIDDEN_CHARACTERS)


def texts(max_size: int = 30) -> SearchStrategy[str]:
    """Any text a file can hold, often an odd one or some odd ones in a row."""
    odd = st.sampled_from(ODD_TEXTS)
    return st.one_of(
        odd,
        st.text(CHARACTERS, max_size=max_size),
        st.lists(odd, min_size=2, max_size=4).map("".join),
        st.builds("甲{}乙".format, odd),
    )


SAFE_NUMBERS = st.one_of(
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3)),
)
"""Numbers as people write them in a list: copies, points, amounts of money."""

SCALARS: SearchStrategy[Value] = st.one_of(texts(), texts(), SAFE_NUMBERS, st.booleans(), st.none())


def _grown(children: SearchStrategy[Value]) -> SearchStrategy[Value]:
    lists = cast("SearchStrategy[Value]", st.lists(children, max_size=4))
    mappings = cast("SearchStrategy[Value]", st.dictionaries(texts(12), children, max_size=4))
    return lists | mappings


VALUES: SearchStrategy[Value] = st.recursive(SCALARS, _grown, max_leaves=15)

DOCS: SearchStrategy[Doc] = st.dictionaries(texts(12), VALUES, max_size=5)
"""Documents that canonical text must be able to hold."""

_PIECES = (
    *(
        "k: ",
        "k",
        "甲",
        "- ",
        "-\n",
        "? ",
        ": ",
        ":",
        ", ",
        ",",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "''",
    ),
    *("\n", "\n  ", "\n    ", "\n- ", "\n\n", "  ", " ", "#", " # ", "%", "@", "`", "!", "!!str "),
    *("&a ", "*a", "--- ", "---\n", "...\n", "\n---\n", "%YAML 1.1\n", "<<: ", "b: c", "：", "\\n"),
    *("\\", "\t", "\r\n", "\x00", "\x07", "\u2028", "\ufeff", "\xa0", "\u3000", "😀", *YAML_WORDS),
)
BLOCK_TEXT_PIECES = ("|", ">", "|-\n", ">+\n", "|2\n", "x: |\n  a\n", "y: >\n a\n\n b\n")


def yaml_soup(*more: str) -> SearchStrategy[str]:
    """Texts thrown together from what YAML is made of; most of them no YAML at all."""
    return st.lists(st.sampled_from(_PIECES + more), min_size=1, max_size=8).map("".join)


@st.composite
def mutated(draw: st.DrawFn, source: SearchStrategy[str], *more: str) -> str:
    """A text with one to three cuts, each with a piece of YAML put in its place."""
    text = draw(source)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        width = draw(st.sampled_from((0, 0, 1, 2, 10)))
        text = text[:start] + draw(st.sampled_from(_PIECES + more)) + text[start + width :]
    return text


DAYS = st.dates(FIRST_DAY, LAST_DAY)

_MEASURES: tuple[Measure, ...] = ("工作日", "日", "个月", "小时")


def limits(*measures: Measure, most: int = 9999) -> SearchStrategy[Limit]:
    """Limits of some units; of every unit that counts if none is named."""
    return st.builds(Limit, st.integers(1, most), st.sampled_from(measures or _MEASURES))


@cache
def schemas() -> Schemas:
    """The schemas that ship."""
    return Schemas(schema_texts())


@cache
def sample_paths() -> tuple[Path, ...]:
    """The list files of the sample jurisdictions."""
    return tuple(sorted(folder("lists").glob("*/lists/*/*.yaml")))


@cache
def _sample(path: Path) -> str:
    value = reading.read(path.read_bytes(), schemas()[path.parent.name].layout).value
    return json.dumps(value)


def sample(path: Path) -> Doc:
    """The document of a sample list file, the caller's own copy."""
    return cast("Doc", json.loads(_sample(path)))


def sample_id(path: Path) -> str:
    """Such as ``jinshui/powers/JS-YJ``, the name of a sample in a test's name."""
    return f"{path.parts[-4]}/{path.parts[-2]}/{path.stem}"
