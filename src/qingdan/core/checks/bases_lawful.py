"""A power rests on law (QD413), and the article it cites exists (QD414).

A 规范性文件 founds no power, unless a higher or an equal organ has been empowered by law to grant it. A basis that
the register does not know counts for nothing: it may be a law, and QD401 asks for it. Public services are no powers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item
from qingdan.core.laws import LOW, laws
from qingdan.core.numerals import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

_GRANTED = frozenset({"上级授权", "同级授权"})
_NO_POWER = frozenset({"基本公共服务"})


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Powers in use all of whose bases are registered, and none above a 规范性文件."""
    known = laws(book)
    label = schemas["powers"].label(("items", 0, "power_source"))
    for entry in book.entries:
        if entry.list != "powers" or entry.state != "在用" or not entry.laws:
            continue
        if entry.power_source in _GRANTED or entry.type in _NO_POWER:
            continue
        if all(law in known and known[law].level == LOW for law in entry.laws):
            titles = "".join(f"《{law}》" for law in dict.fromkeys(entry.laws))
            yield on_item(
                "QD413",
                entry,
                f"只有{LOW}{titles}为依据，没有法律、法规、规章依据。",
                "basis",
                fix=f"请补列法律、法规、规章依据；法律明确授权的，在“{label}”中写明授权；"
                "都没有的，停止行使并按程序取消。",
            )


def check_articles(book: Book, _schemas: Schemas) -> Iterator[Finding]:
    """Articles that items not cancelled cite of laws that have fewer."""
    known = laws(book)
    for entry in book.entries:
        if entry.state == "取消":
            continue
        for place, (title, cited) in enumerate(zip(entry.laws, entry.articles, strict=False)):
            law = known.get(title)
            if law and law.articles and max(articles(cited), default=0) > law.articles:
                yield on_item(
                    "QD414",
                    entry,
                    f"所引的“{cited}”不存在：《{title}》共{law.articles}条。",
                    "basis",
                    place,
                    "article",
                    fix="请对照现行文本核对条号；依据修改后条号变动的，按程序调整设定依据。",
                )
