"""A publication in words: for the clerk who confirms it, and for the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.publishing import STEPS
from qingdan.render.differing import item_lines, stand, version
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.publishing import ListNews, Publishing
    from qingdan.model.values import Doc


def preview(publishing: Publishing) -> str:
    """What would be recorded, and what becomes public with it."""
    document = publishing.document
    lines = [f"版本：{version(publishing.version)}", *_facts(publishing), ""]
    for news in publishing.news:
        lines += _news(news)
    lines += _adjusted(publishing)
    lines += [f"公布记录：{document['id']}", *(f"注意：{note}" for note in publishing.notes)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _facts(publishing: Publishing) -> Iterator[str]:
    document = publishing.document
    yield f"公布日期：{document['published']}"
    yield f"公布的清单：{'、'.join(publishing.titles)}"
    for key, verb in STEPS:
        if key in document:
            row = cast("Doc", document[key])
            yield f"{verb}：{' '.join(str(row[part]) for part in ('date', 'document') if part in row)}"
    yield f"{'补登的' if publishing.again else '公布'}渠道："
    for row in cast("list[Doc]", document["channels"]):
        yield f"  {row['channel']}" + (f"（{row['place']}）" if "place" in row else "")
    if "note" in document:
        yield f"备注：{document['note']}"


def _news(news: ListNews) -> Iterator[str]:
    found = news.difference
    if news.since is None or found is None:
        counts = f"共{news.items}项，在用{news.used}项" if news.items else "没有事项"
        yield f"{news.title}：首次公布，{counts}。"
    else:
        row = next((row for row in found.lists if row.name == news.title), None)
        yield stand(row) if row else f"{news.title}：没有事项。"
        yield f"  与{version(news.since)}相比"
        yield from found.unread
        yield from (line for item in found.items for line in item_lines(item))
    yield ""


def _adjusted(publishing: Publishing) -> Iterator[str]:
    if publishing.again:
        return
    count = len(publishing.adjusted)
    yield f"随这次公布的调整：{count}件" if count else "没有随这次公布的调整。"
    yield from (f"  {row.record}  {row.kind}  {row.about}" for row in publishing.adjusted)
    yield ""


def message(publishing: Publishing) -> str:
    """The message of the commit that records it."""
    document = publishing.document
    again = "，补登渠道" if publishing.again else ""
    subject = f"公布 {'、'.join(publishing.titles)}（{document['published']}{again}）"
    names = "、".join(str(row["channel"]) for row in cast("list[Doc]", document["channels"]))
    lines = [f"公布的版本 {str(document['commit'])[:10]}，渠道：{names}。"]
    if publishing.adjusted:
        lines += [f"随这次公布的调整{len(publishing.adjusted)}件：", ""]
        lines += [f"- {row.record} {row.kind} {row.about}" for row in publishing.adjusted]
    body = "\n".join(visible(line) for line in lines)
    return f"{visible(subject)}\n\n{body}\n\nPublication: {document['id']}\n"
