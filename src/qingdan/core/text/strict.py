"""The strict reader: the accepted subset of YAML, with the place of every value and a sentence for every refusal.

The events come from libyaml; which scalar is what is decided here (YAML 1.2's core words; dates, codes
with leading zeros, ``no`` and ``on`` stay text), so that the value of a file never depends on a parser's
idea of YAML.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import yaml

from qingdan.core.text.decoding import FORBIDDEN, described, line_column
from qingdan.model.errors import YamlRefusedError
from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Places, Pointer
    from qingdan.model.workspace import Value

MAX_DEPTH = 64
MAX_EVENTS = 1_000_000

_INT = pattern(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = pattern(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}
_AMBIGUOUS = pattern(
    r"(?i)~|=|true|false|null|[-+]?\.(inf|nan)|[-+]?0(x[0-9a-f_]+|o[0-7_]+|b[01_]+)"
    r"|([-+]|(?=[0-9]))[0-9_]+(\.[0-9_]*)?(e[-+]?[0-9]+)?|[-+]?\.[0-9_]+(e[-+]?[0-9]+)?"
)
_CONFLICT = pattern(r"(?m)^(<{7}|={7}|>{7})( |$)")

_WIDE_COLON = pattern(r"[ -]*[a-z_]+ *：")
_ABOVE = 3
"""So many lines are looked at: a key without its colon runs on into the next lines."""

_REASONS = (
    ("found character '\\t'", "用了制表符（Tab），请改用空格"),
    ("mapping values are not allowed", "一行里出现了两个“: ”，含冒号的文字请加单引号，或检查缩进"),
    ("could not find expected ':'", "缺少冒号，或冒号后没有空格（注意不能用全角冒号“：”）"),
    ("expected <block end>", "缩进不一致，请与同级各行对齐"),
    ("did not find expected key", "缩进不一致，请与同级各行对齐"),
    ("did not find expected '-' indicator", "列表中有一行没有以“- ”开头，请与同级各行对齐"),
    ("while scanning a quoted scalar", "引号没有成对"),
    ("expected '<document start>'", "一个文件只能有一份内容，“...”之后不能再有"),
    ("found unexpected end of stream", "引号没有成对，或文件不完整"),
    ("block sequence entries are not allowed", "“- ”的位置不对，请另起一行"),
    ("cannot start any token", "这个字符不能用在文字开头，请给整段文字加单引号"),
    ("while scanning an alias", "用了别名（*），若是文字请给整段加单引号"),
    ("while scanning an anchor", "用了锚点（&），若是文字请给整段加单引号"),
    ("while scanning a tag", "用了类型标签（!），若是文字请给整段加单引号"),
    ("undefined alias", "用了别名（*），清单文件不允许"),
)


def read(text: str) -> tuple[Value, Places]:
    """Parse one document of the subset; raise YamlRefusedError (QD101, QD102 or QD104) with its place."""
    try:
        return _document(_counted(yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.MarkedYAMLError as error:
        conflict = _CONFLICT.search(text)
        if conflict:
            line, column = line_column(text, conflict.start())
            message = (
                "文件中有没有解决的合并冲突（<<<<<<<、=======、>>>>>>>），请选定内容、删去这些行。"
            )
            raise YamlRefusedError("QD101", message, line, column) from None
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        wide = _wide_colon(text, line)
        if wide:
            message = "冒号是全角的“：”，YAML 要用半角冒号，后面加一个空格。"
            raise YamlRefusedError("QD101", message, *wide) from None
        raise YamlRefusedError(
            "QD101", f"YAML 格式有误：{_reason(str(error))}。", line, column
        ) from None
    except yaml.YAMLError as error:
        raise YamlRefusedError("QD101", f"YAML 格式有误：{_reason(str(error))}。") from None


def _wide_colon(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a full-width colon after a key, on the line at which reading stopped or just above."""
    lines = text.split("\n")[:line]
    for number in range(len(lines), max(len(lines) - _ABOVE, 0), -1):
        found = _WIDE_COLON.match(lines[number - 1])
        if found:
            return number, found.end()
    return None


def _reason(message: str) -> str:
    for part, reason in _REASONS:
        if part in message:
            return reason
    return "此处不符合 YAML 语法，请检查缩进、冒号和引号"


def _document(events: Iterator[yaml.Event]) -> tuple[Value, Places]:
    places: Places = {}
    value: Value = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refuse(event, "一个文件只能有一份内容，请删去第二个“---”")
            if event.version or event.tags:
                raise _refuse(event, "不允许使用 YAML 指令（%）")
        elif isinstance(event, yaml.ScalarEvent) and event.style in {"|", ">"}:
            # readers differ on where such a text ends
            raise _refuse(event, "整个文件是一段文字，应当是一组“键: 值”")
        elif isinstance(event, yaml.NodeEvent):
            value = _node(event, events, (), places, 0)
    return value, places


def _counted(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for number, event in enumerate(events):
        if number > MAX_EVENTS:
            raise _refuse(event, "内容过多，请按单位拆分")
        yield event


def _start(event: yaml.Event) -> tuple[int, int]:
    """The line and the column of an event, from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _node(
    event: yaml.Event, events: Iterator[yaml.Event], at: Pointer, places: Places, depth: int
) -> Value:
    if isinstance(event, yaml.AliasEvent):
        raise _refuse(event, "用了别名（*），清单文件不允许，请把内容写全；若是文字请加单引号")
    if getattr(event, "anchor", None):
        raise _refuse(event, "用了锚点（&），清单文件不允许，请把内容写全；若是文字请加单引号")
    if getattr(event, "tag", None):
        raise _refuse(event, "用了类型标签（!），清单文件不允许；若是文字请加单引号")
    if depth > MAX_DEPTH:
        raise _refuse(event, f"嵌套超过{MAX_DEPTH}层")
    places.setdefault(at, _start(event))
    if isinstance(event, yaml.ScalarEvent):
        if event.value == "<<" and not event.style:
            raise _refuse(event, "用了合并键（<<），清单文件不允许，请把内容写全")
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, at, places, depth)
    return _mapping(events, at, places, depth)


def _sequence(events: Iterator[yaml.Event], at: Pointer, places: Places, depth: int) -> list[Value]:
    values: list[Value] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        values.append(_node(event, events, (*at, len(values)), places, depth + 1))
    return values


def _mapping(
    events: Iterator[yaml.Event], at: Pointer, places: Places, depth: int
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _node(event, events, (), {}, depth + 1)
        if not isinstance(key, str):
            raise _refuse(event, "键必须是文字；数字作键请加引号")
        if key in values:
            raise YamlRefusedError("QD104", f"键“{key}”重复，请删去一处。", *_start(event))
        places[(*at, key)] = _start(event)
        values[key] = _node(next(events), events, (*at, key), places, depth + 1)
    return values


def _scalar(event: yaml.ScalarEvent) -> Value:
    text: str = event.value
    if event.style:
        hidden = FORBIDDEN.search(text)
        if hidden:
            raise _refuse(event, f"文字中有{described(hidden[0])}（用转义写法也不允许），请删除")
        return text
    if text == "":
        return None
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return _finite(text, event)
    if _AMBIGUOUS.fullmatch(text) and not _stays_text(text):
        raise _refuse(event, f"“{text}”有多种读法，是文字请加单引号，是数字请写成普通十进制")
    return text


def _finite(text: str, event: yaml.ScalarEvent) -> float:
    number = float(text)
    if math.isinf(number):
        raise _refuse(event, "数字过大，是文字请加单引号")
    return number


def _stays_text(text: str) -> bool:
    """Codes with leading zeros and long runs of digits are text, never numbers."""
    return text.isdigit()


def _refuse(event: yaml.Event, what: str) -> YamlRefusedError:
    return YamlRefusedError("QD102", f"{what}。", *_start(event))
