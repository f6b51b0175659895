"""``find``: items by words or by the law that they rest on, as a table or as data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.core.adjustments.words import list_titles
from qingdan.core.carding import parts
from qingdan.core.units import called
from qingdan.desk.output import screen
from qingdan.desk.searching import Search, find
from qingdan.model.cards import Card, Part, Table
from qingdan.model.errors import CannotAnswerError
from qingdan.render import cards
from qingdan.render.formats.json import dumped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.core.law_lookup import CitedLaw
    from qingdan.core.schema import Schemas
    from qingdan.desk.opening import Opened
    from qingdan.desk.searching import Results
    from qingdan.model.items import Item
    from qingdan.model.workspace import Book

_NOTHING = CannotAnswerError.exit_code


def run(opened: Opened, asked: Search, form: str, limit: int) -> int:
    """Print what fits, at most ``limit`` items (0: all); 3 where nothing does, never silence."""
    results = find(opened, asked)
    if form == "json":
        sys.stdout.write(dumped(as_data(results, limit)))
    else:
        sys.stdout.writelines(_text(opened.schemas, results, limit))
    sys.stdout.flush()
    for sentence in _remarks(asked, results, limit):
        print(sentence, file=sys.stderr)
    return 0 if results.items or _law_alone(asked, results) else _NOTHING


def _law_alone(asked: Search, results: Results) -> bool:
    """Whether the law that was asked for is the answer, even if no item rests on it."""
    return bool(results.laws) and asked == Search(law=asked.law, at=asked.at)


def as_data(results: Results, limit: int) -> dict[str, object]:
    """What was found for programs; ``total`` counts what ``limit`` cut off as well."""
    found: dict[str, object] = {"total": len(results.items)}
    if results.laws is not None:
        found["laws"] = [law.entry or {"title": law.title} for law in results.laws]
    shown = _cut(results.items, limit)
    found["items"] = [_item(item, results.laws) for item in shown]
    if results.near:
        found["near"] = [_item(item, None) for item in results.near]
    return found


def _item(item: Item, laws: Sequence[CitedLaw] | None) -> dict[str, object]:
    data: dict[str, object] = {
        "code": item.code,
        "name": item.name,
        "list": item.list,
        "unit": item.unit,
        "path": item.path,
        "type": item.type,
        "state": item.state,
    }
    if laws is not None:
        data["bases"] = [
            {"law": law.title, "articles": list(law.articles[item.code])}
            for law in laws
            if item.code in law.articles
        ]
    return data


def _text(schemas: Schemas, results: Results, limit: int) -> Iterator[str]:
    width, colours = screen()
    items = _cut(results.items, limit)
    if results.laws is None:
        rows = _table(results.book, schemas, items)
        yield cards.table(rows, width, colours=colours)
        return
    for number, law in enumerate(results.laws):
        yield "\n" if number else ""
        yield cards.card(_law(law, schemas), width, colours=colours)
        own = [item for item in items if item.code in law.articles]
        rows = _table(results.book, schemas, own, law)
        yield "\n" + cards.table(rows, width, colours=colours) if own else ""


def _law(law: CitedLaw, schemas: Schemas) -> Card:
    """A law's own card: what the register says of it, and how many items rest on it."""
    said = Part("引用它的事项", (f"{len(law.items)}项",))
    if law.entry is None:
        note = "不在依据名册中：效力层级、修改和废止情况没有登记。"
        return Card(f"《{law.title}》", (note,), (said,))
    fields = parts(law.entry, schemas["laws"], ("laws", 0), {}, ("title",))
    return Card(f"《{law.title}》", (), (*fields, said))


def _table(
    book: Book, schemas: Schemas, items: Sequence[Item], law: CitedLaw | None = None
) -> Table:
    titles = list_titles(schemas)
    heads = ("编号", "名称", "类别", "单位", "状态") + (("条款",) if law else ())
    return Table(
        heads,
        tuple(
            (
                item.code,
                item.name,
                item.type or titles[item.list],
                called(item.unit, book.units),
                item.state,
                *(["、".join(law.articles[item.code])] if law else []),
            )
            for item in items
        ),
    )


def _cut(items: Sequence[Item], limit: int) -> Sequence[Item]:
    return items[:limit] if limit else items


def _remarks(asked: Search, results: Results, limit: int) -> Iterator[str]:
    """What people are told beside the results."""
    found = len(results.items)
    if results.laws is not None and not results.laws:
        yield f"qingdan：依据名册和各清单中都没有“{asked.law}”。可以只写名称中的几个字，或写文号。"
    elif not found and _law_alone(asked, results):
        yield "没有事项以它为依据。"
    elif not found:
        yield f"qingdan：没有匹配{_wanted(asked)}的事项。{_offer(results)}"
    elif limit and found > limit:
        yield f"共{found}项，只列出前{limit}项。"
    else:
        yield f"共{found}项。"
    if results.book.unread:
        yield "有清单文件不能读取，其中的事项没有查找；请运行 qingdan validate 查看。"
    if results.unread:
        yield f"另有{results.unread}个事项内容不合要求或编号重复，没有查找；请运行 qingdan validate 查看。"


def _wanted(asked: Search) -> str:
    words = (*asked.words, asked.law, asked.list, asked.unit, asked.type, asked.state)
    return "、".join(f"“{word}”" for word in words if word)


def _offer(results: Results) -> str:
    near = "、".join(f"{item.name}（{item.code}）" for item in results.near)
    return f"名称相近的有：{near}。" if near else "可以少写几个字再找。"
