"""The cycle agrees with itself: its settings (QD641), and the records of its periods (QD642)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.core.checks.report import found
from qingdan.core.ledger.held import CONFER, FOLDER, PARTS, REPORT, editions
from qingdan.core.places import SETTINGS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.settings import Scoring, Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_WHOLE = 100


def check(book: Book) -> Iterator[Finding]:
    """Settings that contradict themselves, and records that are no records."""
    if book.settings:
        yield from _reports(book)
        yield from _apart(book.settings)
        yield from _weights(book.settings.scoring)
        yield from _groups(book.settings.scoring, book)
        yield from _exemptions(book)
    for path, document in book.documents.items():
        if path.startswith(FOLDER):
            yield from _record(path, document, book)


def _bad(message: str, *at: str | int, fix: str) -> Finding:
    return found("QD641", message, SETTINGS_PATH, at, fix=fix)


def _reports(book: Book) -> Iterator[Finding]:
    """Two duties of one kind that are both proved by the one report."""
    seen: dict[str, str] = {}
    for place, period in enumerate(book.settings.periods if book.settings else ()):
        if period.held_by != REPORT:
            if period.holds:
                yield _bad(
                    f"“{period.name}”不以报告为准（held_by），不必写 holds。",
                    "periods",
                    place,
                    "holds",
                    fix=f"请写 held_by: {REPORT}，或删去 holds。",
                )
        elif period.period in seen:
            yield _bad(
                f"“{seen[period.period]}”和“{period.name}”周期相同，都以报告为准，分不清是哪一项。",
                "periods",
                place,
                "held_by",
                fix="请保留一项。",
            )
        seen |= {period.period: period.name} if period.held_by == REPORT else {}
        strange = [part for part in period.holds if part not in PARTS[period.period]]
        if strange and period.held_by == REPORT:
            can = "、".join(PARTS[period.period]) or "没有（季通报有自己的格式）"
            yield _bad(
                f"“{period.name}”的报告没有“{'、'.join(strange)}”这样的内容。",
                "periods",
                place,
                "holds",
                fix=f"可以写的：{can}。",
            )


def _apart(settings: Settings) -> Iterator[Finding]:
    """What several owe each for itself needs several, and may not be what they do in one room."""
    for place, period in enumerate(settings.periods):
        if period.each and (period.held_by == CONFER or not period.members):
            why = (
                f"{CONFER}是一起开的会"
                if period.held_by == CONFER
                else "没有写参加的角色（members）"
            )
            yield _bad(
                f"“{period.name}”{why}，不能写各自办理（each）。",
                "periods",
                place,
                "each",
                fix="请删去 each，或写明 members。",
            )


def _weights(scoring: Scoring) -> Iterator[Finding]:
    total = sum(weight.percent for weight in scoring.weights)
    if scoring.weights and total != _WHOLE:
        yield _bad(
            f"年考核各部分的权重合计{total}%，应为100%。",
            "scoring",
            "weights",
            fix="请改正各部分的 percent。",
        )
    for part, count in Counter(weight.part for weight in scoring.weights).items():
        if count > 1:
            yield _bad(
                f"年考核的“{part}”写了{count}次。", "scoring", "weights", fix="请合并为一项。"
            )
    if scoring.lowest > scoring.full:
        yield _bad(
            f"最低得分{scoring.lowest}分高于满分{scoring.full}分。",
            "scoring",
            "lowest",
            fix="请改正。",
        )


def _groups(scoring: Scoring, book: Book) -> Iterator[Finding]:
    homes: dict[str, str] = {}
    for place, group in enumerate(scoring.groups):
        at = ("scoring", "groups", place)
        if not group.kinds and not group.units:
            yield _bad(
                f"排名分组“{group.name}”没有写单位，也没有写单位类型。",
                *at,
                fix="请写 units 或 kinds。",
            )
        for name in (*group.kinds, *group.units):
            if name in homes:
                yield _bad(
                    f"“{name}”同时列入“{homes[name]}”和“{group.name}”两个排名分组。",
                    *at,
                    fix="请只列入一组。",
                )
            homes[name] = group.name
        for unit in group.units:
            if "units" not in book.unread and unit not in book.units:
                yield _bad(
                    f"排名分组“{group.name}”的单位“{unit}”不在单位名册中。",
                    *at,
                    fix="请核对单位编号。",
                )


def _exemptions(book: Book) -> Iterator[Finding]:
    settings = book.settings
    for place, waiver in enumerate(settings.scoring.exemptions if settings else ()):
        at = ("scoring", "exemptions", place)
        if "units" not in book.unread and waiver.unit not in book.units:
            yield _bad(
                f"不予扣分的单位“{waiver.unit}”不在单位名册中。",
                *at,
                "unit",
                fix="请核对单位编号。",
            )
        if waiver.start > waiver.end:
            yield _bad(
                f"不予扣分的起止日期颠倒：{waiver.start}至{waiver.end}。",
                *at,
                "from",
                fix="请改正。",
            )


def _record(path: str, document: Doc, book: Book) -> Iterator[Finding]:
    """A record that stands in another period's folder, proves nothing, or whose editions are out of order."""
    folder = path.split("/")[2]
    name = str(document["period"])
    if name != folder or periods.named(name) is None:
        yield found(
            "QD642",
            f"记录所属期间“{name}”与文件夹“{folder}”不符，或者不是期间的写法。",
            path,
            ("period",),
            fix="请把记录放回它所属期间的文件夹。",
        )
    if "document" not in document and "editions" not in document:
        yield found(
            "QD642",
            "记录既没有文号或文件，也没有办结的报告，不能证明已经开展。",
            path,
            ("id",),
            fix="请写明 document；周清、月结等报告请用 qingdan report --record 办结。",
        )
    for place, edition in enumerate(editions(document)):
        if edition["number"] != place + 1 or ("corrects" in edition) != (place > 0):
            yield found(
                "QD642",
                f"第{place + 1}个版次有误：版次应当依次编号，第二版起写明更正了什么。",
                path,
                ("editions", place),
                fix="更正请用 qingdan report --correct 办理，不要手改。",
            )
    unit = str(document.get("unit", ""))
    if unit and "units" not in book.unread and unit not in book.units:
        yield found(
            "QD642",
            f"记录的单位“{unit}”不在单位名册中。",
            path,
            ("unit",),
            fix="请核对单位编号。",
        )
