"""Any file that holds tables as sheets of text: .xlsx, .xls, CSV, tabs, “|” between cells, a portal's JSON.

What a file is, its content says; its ending is not believed. Every file may be hostile: sizes are looked at
before anything is unpacked, and what is no table ends in one sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.tables import delimited, records, workbooks
from qingdan.core.tables.cellwise import MOST_PLAIN_ROWS, MOST_ROWS
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.tables import Sheet

MOST_BYTES = 50_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_ENCODINGS = ("utf-8", "gb18030")
_ENOUGH = 10
"""So many Chinese characters before the first bad byte, and the text was meant to be UTF-8."""
_MARKUP = re.compile(
    r"\s*(<\?xml|<!doctype|<html|<head|<table|<meta|<body|<div|mime-version:)", re.IGNORECASE
)
_SAVE_AS = "请在 Excel（或 WPS）中打开，“另存为” .xlsx 后再用"


class Tables(Struct, frozen=True):
    """The sheets of a file, and those that its author has hidden."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[Sheet, ...] = ()


def sheets(raw: bytes, name: str) -> tuple[Sheet, ...]:
    """The visible sheets of a file called ``name``; UsageError with a sentence for what is no table or too big."""
    return read(raw, name).sheets


def plain_sheets(raw: bytes, name: str) -> tuple[Sheet, ...]:
    """The same for long tables whose cells are only text, numbers and days, as systems give them out: quicker."""
    return read(raw, name, plain=True).sheets


def read(raw: bytes, name: str, *, plain: bool = False) -> Tables:
    """The sheets of a file called ``name``, hidden ones apart; UsageError for what is no table or too big.

    ``plain``: merged cells and formats of numbers do not matter, the number of rows does.
    """
    try:
        found = _read(raw, _stem(name), plain=plain)
    except UsageError as error:
        raise UsageError(f"{name}：{error}") from None
    if not any(any(row) for sheet in found.sheets for row in sheet.rows):
        hidden = "（有内容的工作表是隐藏的，请先取消隐藏）" if found.hidden else ""
        raise UsageError(f"{name}：表格是空的，没有可取的记录{hidden}。")
    return found


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 with BOM or GB18030; UsageError for no text."""
    for mark, encoding in _MARKED:
        if raw.startswith(mark):
            return _text(raw, encoding)
    for encoding in _ENCODINGS:
        try:
            return _text(raw, encoding)
        except UsageError:
            _refuse_cut(raw)
    raise UsageError(f"不是文本表格：{_SAVE_AS}。")


def _text(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UsageError(f"第{line}行附近有损坏的字符，{_SAVE_AS}。") from None
    if "\0" in text:
        raise UsageError(f"不是文本表格：{_SAVE_AS}。")
    return text


def _refuse_cut(raw: bytes) -> None:
    """UsageError where UTF-8 is broken somewhere in the middle: as GB18030 it would be nonsense."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8")
        if sum(ord(letter) > 0x2E80 for letter in good) >= _ENOUGH:
            line = good.count("\n") + 1
            raise UsageError(
                f"第{line}行有损坏的字符（文件不是完整的 UTF-8），请重新导出。"
            ) from None


def _stem(name: str) -> str:
    """The file's name without folders and ending: what a sheet without a name of its own is called."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[0] or base


def _read(raw: bytes, stem: str, *, plain: bool) -> Tables:
    if not raw:
        raise UsageError("文件是空的。")
    if len(raw) > MOST_BYTES:
        raise UsageError(f"文件超过{MOST_BYTES // 1_000_000} MB，请分成几个文件。")
    if raw.startswith(b"PK"):
        return Tables(*(workbooks.plain_xlsx(raw) if plain else workbooks.xlsx(raw)))
    if raw.startswith(_OLE) or raw.startswith(_OLD_BIFF):
        return Tables(*workbooks.xls(raw))
    _refuse_others(raw)
    return Tables(_text_sheets(decoded(raw), stem, MOST_PLAIN_ROWS if plain else MOST_ROWS))


def _refuse_others(raw: bytes) -> None:
    kinds = ((b"%PDF", "PDF 文件"), (b"{\\rtf", "写字板文档"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"),
             (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"), (b"\x1f\x8b", "压缩包"))  # fmt: skip
    for mark, kind in kinds:
        if raw.startswith(mark):
            raise UsageError(f"是{kind}，不是表格；请取得 Excel 或 CSV 原件。")


def _text_sheets(text: str, stem: str, most: int) -> tuple[Sheet, ...]:
    if _MARKUP.match(text):
        raise UsageError(
            f"其实是网页或 XML（不少系统导出时只改了扩展名），不是 Excel 工作簿；{_SAVE_AS}。"
        )
    if text.lstrip()[:1] in {"{", "["}:
        return records.sheets(text, stem)
    return (delimited.sheet(text, stem, most),)
