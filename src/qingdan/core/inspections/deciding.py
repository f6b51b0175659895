"""What a conference decided, as people type it: 内容|责任单位或角色|完成期限."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.core.inspections.planning import party
from qingdan.core.wording import one_line
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_BARS = str.maketrans("｜", "|")
_HOW = "议定事项请写成“内容|责任单位或角色|完成期限”，例如 --decision '核对政务服务网的承诺时限|区应急管理局|2026-11-30'"


def decided(
    texts: Sequence[str], first: int, book: Book, settings: Settings, day: date
) -> list[Doc]:
    """What people typed as rows, numbered from ``first``; UsageError for what cannot be read."""
    return [
        {"number": first + place, **_decided(text, book, settings, day)}
        for place, text in enumerate(texts)
    ]


def _decided(text: str, book: Book, settings: Settings, day: date) -> Doc:
    parts = [one_line(part) for part in text.translate(_BARS).rsplit("|", 2)]
    if len(parts) != len(("what", "who", "until")) or not all(parts):
        raise UsageError(f"“{text}”读不懂。{_HOW}。")
    what, who, until = parts
    try:
        due = date.fromisoformat(until)
    except ValueError:
        raise UsageError(f"“{text}”的完成期限“{until}”不是日期。{_HOW}。") from None
    if due < day:
        raise UsageError(f"“{what}”的完成期限{due}早于会商的日期{day}，请核对。")
    return {"text": what, **party(who, book, settings, day), "day": str(day), "due": str(due)}
