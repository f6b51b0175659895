"""The text of a file: plain UTF-8 of a bearable size, without characters that nobody sees."""

from __future__ import annotations

from qingdan.model.errors import YamlRefusedError
from qingdan.model.patterns import UNSEEN, pattern

MAX_BYTES = 32 * 1024 * 1024
FORBIDDEN = pattern(
    rf"[\x00-\x08\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff{UNSEEN}]"
)
_NAMES = {"\t": "制表符（Tab）", "\ufeff": "字节顺序标记（BOM）", "\x00": "空字符（NUL）"}

_CURES = {"\ufeff": "看不见，多半在开头；请用编辑器“另存为”，编码选 UTF-8（不带 BOM）"}
"""What is not cured by a space."""


def decode(raw: bytes) -> str:
    """The text of a file; raise YamlRefusedError for what is not plain UTF-8."""
    if len(raw) > MAX_BYTES:
        raise YamlRefusedError("QD108", f"文件超过{MAX_BYTES >> 20}MB，请按单位拆分。")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise YamlRefusedError("QD103", _encoding(raw), line) from None
    found = FORBIDDEN.search(text)
    if found:
        line, column = line_column(text, found.start())
        cure = _CURES.get(found[0], "请删除或改用空格")
        message = f"文件中有{described(found[0])}，{cure}。"
        raise YamlRefusedError("QD102", message, line, column)
    return text


def described(character: str) -> str:
    """What a character that no file may hold is called."""
    return _NAMES.get(character, f"不可见字符 U+{ord(character):04X}")


def _encoding(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "文件不是 UTF-8 文本（可能是二进制文件或已损坏），请重新保存。"
    return "文件是 GB18030（GBK）编码，不是 UTF-8，请用编辑器“另存为 UTF-8”。"


def line_column(text: str, place: int) -> tuple[int, int]:
    """Line and column of a place in a text, both from 1."""
    start = text.rfind("\n", 0, place) + 1
    return text.count("\n", 0, place) + 1, place - start + 1
