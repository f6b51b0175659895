"""What differs between two versions: for a terminal, for a pull request, for programs, as a page."""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import to_builtins
from msgspec.structs import replace

from qingdan.render.documents import literal, wrapped
from qingdan.render.formats.json import dumped
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.model.differing import (
        Count,
        Difference,
        FieldDifference,
        ItemDifference,
        OtherFile,
        Piece,
        Side,
        Stand,
    )

_AROUND = 12
"""So many characters that stayed are shown on either side of a change."""
_FOLDED = 4
"""More fields than this are folded away in a pull request."""
_BUDGET = 60_000
"""Bytes that a comment may have on any forge."""
NOTHING = "两个版本的清单、名册和设置没有差别。"


def as_json(found: Difference) -> str:
    """One JSON value."""
    return dumped(to_builtins(found))


# for a terminal


def as_text(found: Difference) -> str:
    """Counts in sentences, then item by item."""
    lines = [f"比较：{version(found.before)} → {version(found.after)}"]
    lines += [NOTHING] if found.is_empty else _text(found)
    return "".join(f"{visible(line)}\n" for line in lines)


def _text(found: Difference) -> Iterator[str]:
    yield summary(found)
    yield from found.unread
    if found.items:
        yield ""
        yield stand(found.total)
        yield from (f"  {stand(row)}" for row in found.lists)
        yield ""
        yield "按单位："
        yield from (f"  {stand(row)}" for row in found.units)
    for title, items in groupby(found.items, key=lambda item: item.list_title):
        yield from ("", title)
        for item in items:
            yield from item_lines(item)
    for other in found.others:
        yield from ("", f"{other.title}（{other.path}）")
        yield from (f"    {line}" for field in other.fields for line in _field_text(field))
        if other.more:
            yield f"    另有{other.more}处没有列出。"


def item_lines(item: ItemDifference) -> Iterator[str]:
    """What became of an item, field by field."""
    yield f"  {item.kind}  {item.name}（{item.code}，{item.unit_name}）"
    for filed in item.filed:
        yield f"      {filed.applied}{filed.kind}：{filed.reason}"
    yield from (f"      {line}" for field in item.fields for line in _field_text(field))


def _field_text(field: FieldDifference) -> Iterator[str]:
    if field.gone or field.new:
        yield f"{field.label}："
        yield from (f"  － {line}" for line in field.gone)
        yield from (f"  ＋ {line}" for line in field.new)
    elif field.pieces:
        marks = {"same": "{}", "cut": "【－{}】", "put": "【＋{}】"}
        yield f"{field.label}：" + "".join(
            marks[p.kind].format(p.text) for p in cropped(field.pieces)
        )
    else:
        yield f"{field.label}：{field.before} → {field.after}"


# in words


def version(side: Side) -> str:
    """A version by its name, commit and day."""
    told = "，".join(filter(None, (side.commit[:10], side.day)))
    return f"{side.name}（{told}）" if told else side.name


def summary(found: Difference) -> str:
    """How many items differ, and what became of them."""
    others = f"名册、设置和台账有{len(found.others)}处改动。" if found.others else ""
    if not found.items:
        return f"事项没有变动。{others}"
    return f"共{len(found.items)}个事项有变动：{_counts(found.total.kinds)}。{others}"


def _counts(kinds: Iterable[Count]) -> str:
    return "、".join(f"{kind.name}{kind.count}项" for kind in kinds)


def stand(row: Stand) -> str:
    """A list or a unit in numbers."""
    if not row.kinds:
        return f"{row.name}：{row.after}项，在用{row.used_after}项，没有变动。"
    return (
        f"{row.name}：原有{row.before}项，增加{row.entered}项，减少{row.left}项，现有{row.after}项；"
        f"在用{_from_to(row.used_before, row.used_after)}；{_counts(row.kinds)}。"
    )


def _from_to(before: int, after: int) -> str:
    return f"{after}项" if before == after else f"{before}项 → {after}项"


def cropped(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with what stayed cut down to what stands beside a change."""
    last = len(pieces) - 1
    return [_cropped(piece, first=n == 0, last=n == last) for n, piece in enumerate(pieces)]


def _cropped(piece: Piece, *, first: bool, last: bool) -> Piece:
    if piece.kind != "same" or len(piece.text) <= 2 * _AROUND + 1:
        return piece
    head = "" if first else piece.text[:_AROUND]
    tail = "" if last else piece.text[-_AROUND:]
    return replace(piece, text=f"{head}…{tail}")


# for a pull request


def _said(text: str) -> str:
    """A text as Markdown that shows exactly this text."""
    return literal(visible(" ".join(text.split())))


def as_markdown(found: Difference) -> str:
    """A comment for a pull request: counts in tables, long details folded; cut off where it grows too long."""
    head = f"### 清单变动：{_said(version(found.before))} → {_said(version(found.after))}\n\n"
    if found.is_empty:
        return f"{head}{NOTHING}\n"
    head += f"{_said(summary(found))}\n\n"
    head += "".join(f"- {_said(line)}\n" for line in found.unread)
    tables = _table("清单", [*found.lists, found.total]) + _table("单位", found.units)
    blocks = [*map(_item_markdown, found.items), *map(_other_markdown, found.others)]
    return (
        head
        + (tables if found.items else "")
        + _within(blocks, _BUDGET - _size(head + tables), found)
    )


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _within(blocks: Sequence[str], budget: int, found: Difference) -> str:
    """As many blocks as there is room for, and how many were left out."""
    kept: list[str] = []
    room = budget - 400
    for block in blocks:
        room -= _size(block)
        if room < 0:
            break
        kept.append(block)
    left = len(blocks) - len(kept)
    revs = f"{found.before.name}..{found.after.name}" if found.after.commit else found.before.name
    cut = f"\n**另有{left}项没有列出**，全部内容请看：`qingdan diff {revs}`\n" if left else ""
    return "".join(kept) + cut


def _table(name: str, rows: Sequence[Stand]) -> str:
    if not rows:
        return ""
    head = f"| {name} | 原有 | 增加 | 减少 | 现有 | 其中在用 | 变动 |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
    lines = (
        f"| {_said(row.name)} | {row.before} | {row.entered} | {row.left} | {row.after} "
        f"| {_from_to(row.used_before, row.used_after)} | {_said(_counts(row.kinds)) or '无'} |\n"
        for row in rows
    )
    return head + "".join(lines) + "\n"


def _item_markdown(item: ItemDifference) -> str:
    lines = [f"- {_said(f'{filed.applied}{filed.kind}：{filed.reason}')}" for filed in item.filed]
    lines += [line for field in item.fields for line in _field_markdown(field)]
    title = f"{item.kind}　{item.name}（{item.code}，{item.unit_name}）"
    return _folded(title, lines, len(item.fields) > _FOLDED or _size("\n".join(lines)) > 1500)


def _other_markdown(other: OtherFile) -> str:
    lines = [line for field in other.fields for line in _field_markdown(field)]
    lines += [f"- 另有{other.more}处没有列出。"] if other.more else []
    return _folded(f"{other.title}（{other.path}）", lines, fold=True)


def _folded(title: str, lines: Sequence[str], fold: bool) -> str:
    body = "".join(f"{line}\n" for line in lines)
    if not fold:
        return f"**{_said(title)}**\n\n{body}\n"
    shown = html.escape(visible(title))
    return f"<details><summary>{shown}</summary>\n\n{body}\n</details>\n\n"


def _field_markdown(field: FieldDifference) -> Iterator[str]:
    label = _said(field.label)
    if field.gone or field.new:
        yield f"- {label}："
        yield from (f"  - ~~{_said(line)}~~" for line in field.gone)
        yield from (f"  - **{_said(line)}**" for line in field.new)
    elif field.pieces:
        yield f"- {label}：" + "".join(_piece(piece) for piece in cropped(field.pieces))
    else:
        yield f"- {label}：{_said(field.before)} → **{_said(field.after)}**"


def _piece(piece: Piece) -> str:
    """A piece as Markdown. Marks beside Chinese punctuation are not recognised, so it is HTML that marks."""
    tags: Mapping[str, Callable[[str], str]] = {
        "same": str,
        "cut": lambda text: f"<del>{text}</del>",
        "put": lambda text: f"<ins>{text}</ins>",
    }
    return tags[piece.kind](_said(piece.text))


# as a page


def as_html(found: Difference) -> str:
    """A page that stands by itself."""
    return wrapped(
        "diff.html",
        "清单变动",
        {
            "found": found,
            "before": version(found.before),
            "after": version(found.after),
            "summary": NOTHING if found.is_empty else summary(found),
            "groups": [
                (title, list(items))
                for title, items in groupby(found.items, lambda item: item.list_title)
            ],
            "counts": _counts,
            "from_to": _from_to,
        },
    )


FORMATS: Mapping[str, Callable[[Difference], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "html": as_html,
}
"""Name of a format to the function that writes it."""
