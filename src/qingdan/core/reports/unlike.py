"""In what a file of a bulletin differs from the one that the history gives: the first place, in words."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from qingdan.core.tables import workbooks
from qingdan.model.errors import UsageError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_TEXT = "word/document.xml"
_MOST = 50_000_000
_SHOWN = 40
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"#{1,5} (.*)|<h[1-5]>(.*?)</h[1-5]>")
_AGAIN = "文字都相同，只是文件另存或者重新打包过"


def differences(form: str, ours: bytes, theirs: bytes) -> tuple[str, ...]:
    """Sentences, none for the same bytes. ``ours`` is what the history gives; ``theirs`` may be any bytes at all."""
    return () if ours == theirs else (_KINDS.get(form, _lines)(ours, theirs),)


def _lines(ours: bytes, theirs: bytes) -> str:
    """The first line of a text that is another one, under which heading, and how many there are."""
    own, other = (raw.decode("utf-8", "replace").splitlines() for raw in (ours, theirs))
    place = _first(own, other)
    if place is None:
        return "文字都相同，只是换行或者编码不同。"
    section = _section(own[: place + 1])
    under = f"（“{section}”部分）" if section else ""
    return (
        f"第{place + 1}行{under}起不同：应为{_shown(own, place)}，文件中是{_shown(other, place)}。"
    )


def _first(own: Sequence[object], other: Sequence[object]) -> int | None:
    pairs = enumerate(zip(own, other, strict=False))
    different = next((place for place, (one, two) in pairs if one != two), None)
    if different is None and len(own) != len(other):
        return min(len(own), len(other))
    return different


def _section(lines: Sequence[str]) -> str:
    found = [match[1] or match[2] for line in lines for match in _HEADING.finditer(line)]
    return found[-1] if found else ""


def _shown(lines: Sequence[str], place: int) -> str:
    if place >= len(lines):
        return "没有这一处"
    text = lines[place].strip()
    return f"“{text[:_SHOWN]}{'……' if len(text) > _SHOWN else ''}”" if text else "空的"


def _word(ours: bytes, theirs: bytes) -> str:
    """The first paragraph that is another one; else the parts of the file that are."""
    own, other = _parts(ours), _parts(theirs)
    if not other:
        return "文件已损坏，或者不是 Word 文档。"
    one, two = (_paragraphs(parts.get(_TEXT, b"")) for parts in (own, other))
    place = _first(one, two)
    if place is not None:
        return (
            f"正文第{place + 1}段起不同：应为{_shown(one, place)}，文件中是{_shown(two, place)}。"
        )
    return _other_parts(own, other)


def _other_parts(own: Mapping[str, bytes], other: Mapping[str, bytes]) -> str:
    names = [name for name in sorted(own.keys() | other.keys()) if own.get(name) != other.get(name)]
    if not names:
        return f"{_AGAIN}。"
    return f"正文文字相同，版式、图表或者属性被改动：{'、'.join(names[:5])}。"


def _parts(raw: bytes) -> dict[str, bytes]:
    """The parts of a packed file; none for what is no such file, or unpacks to more than any bulletin."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            if sum(info.file_size for info in file.infolist()) > _MOST:
                return {}
            return {name: file.read(name) for name in file.namelist()}
    except Exception:  # noqa: BLE001 a hostile file can make the reader raise anything
        return {}


def _paragraphs(raw: bytes) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        return []
    return [
        "".join(piece.text or "" for piece in each.iter(f"{_W}t")) for each in root.iter(f"{_W}p")
    ]


def _workbook(ours: bytes, theirs: bytes) -> str:
    """The first cell that is another one."""
    try:
        other = dict(_cells(theirs))
    except UsageError:
        return "文件已损坏，或者不是 Excel 工作簿。"
    own = dict(_cells(ours))
    for where in (*own, *(key for key in other if key not in own)):
        one, two = (f"“{each.get(where, '')[:_SHOWN]}”" for each in (own, other))
        if one != two:
            return f"工作表“{where[0]}”{where[1]}格起不同：应为{one}，文件中是{two}。"
    return f"{_AGAIN}。"


def _cells(raw: bytes) -> Iterator[tuple[tuple[str, str], str]]:
    for sheet in workbooks.xlsx(raw)[0]:
        for row, cells in enumerate(sheet.rows, 1):
            for column, text in enumerate(cells, 1):
                if text:
                    yield (sheet.name, address(row, column)), text


_KINDS: Mapping[str, Callable[[bytes, bytes], str]] = {"docx": _word, "xlsx": _workbook}
