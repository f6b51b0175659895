"""What is hot after a quarter, for the 研判会商: found again, worst, new, complained of, overdue; each with its figures.

A matter of which there is nothing to confer is told in a sentence and is no topic.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import periods
from qingdan.core.citing import articles_of
from qingdan.core.law_lookup import cited_laws
from qingdan.core.laws import laws
from qingdan.core.ledger import complaints
from qingdan.core.ledger import findings as kept
from qingdan.core.ledger.conferring import open_decisions
from qingdan.core.places import LAWS_PATH
from qingdan.core.rectification import states
from qingdan.core.reports.comparing import agreements
from qingdan.core.reports.ends import entries
from qingdan.core.reports.quarterly import adjusted, new_records, ranked
from qingdan.core.reports.serving import Past
from qingdan.core.reports.words import listed
from qingdan.core.units import called
from qingdan.core.wording import chinese_day, written_day
from qingdan.model.codes import CODES
from qingdan.model.papers import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qingdan.core.laws import Law
    from qingdan.core.reports.ends import End, Ground
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

WORST = 5
"""So many units are named as the worst."""
_SHOWN = 20
_ITEMS = 3


class Topic(Struct, frozen=True):
    """Something to confer about and what the agenda says of it; or, without a section, why there is nothing."""

    agenda: str
    section: Section | None = None
    quiet: str = ""


class Hot(Struct, frozen=True):
    """What materials are made from: ``ground`` has what was wrong at both ends, ``now`` how decisions stand on ``today``."""

    ground: Ground
    now: Book
    today: date


def topics(hot: Hot) -> tuple[Topic, ...]:
    """Every matter in the order of the agenda."""
    return tuple(make(hot) for make in _MATTERS)


def _cut(
    title: str, said: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], unit: str = ""
) -> Section:
    """A section with the first rows of a long table, which says so."""
    more = f"下表列出前{_SHOWN}行，共{len(rows)}行。" if len(rows) > _SHOWN else ""
    return Section(title, tuple(filter(None, (said, more))), head, rows[:_SHOWN], unit)


def _earlier_decisions(hot: Hot) -> Topic:
    left = open_decisions(hot.now, hot.today)
    if not left:
        return Topic("", quiet="此前会商议定的事项没有尚未办结的。")
    late = sum(each.due < hot.today for each in left)
    said = f"此前会商议定的事项尚有{len(left)}项没有办结"
    said += f"，其中{late}项已经逾期。" if late else "，都在期限以内。"
    rows = tuple(
        (
            _title(each.period),
            str(each.number),
            each.text,
            each.owner(hot.now.units),
            chinese_day(each.due),
            "逾期" if each.due < hot.today else "办理中",
        )
        for each in left
    )
    head = ("会商", "序号", "议定事项", "责任单位", "完成期限", "状态")
    return Topic(
        "听取此前会商议定事项落实情况。", Section("此前议定事项的落实情况", (said,), head, rows)
    )


def _title(period: str) -> str:
    span = periods.named(period)
    return span.title if span else period


def _recurring(hot: Hot) -> Topic:
    """Questions of which something was wrong in the last quarter and in this one."""
    ground = hot.ground
    if ground.opening is None:
        return Topic("", quiet="上季度还没有清单，没有可以比较的反复问题。")
    before, now = (_wrong(end) for end in ground.ends[-2:])
    again = _same_facts(before, now)
    if not again:
        return Topic("", quiet="没有连续两个季度都出现的问题。")
    rows = tuple(_question(names, before, now, ground) for names in again)
    growing = sum(len(now[names[0]]) > len(before[names[0]]) for names in again)
    said = f"连续两个季度都出现的问题有{len(again)}类"
    if growing == len(again):
        said += "，都比上季度增多。" if growing > 1 else "，比上季度增多。"
    else:
        said += f"，其中{growing}类比上季度增多。" if growing else "，没有比上季度增多。"
    first = f"最多的是“{rows[0][1]}”，本季度{rows[0][3]}个，涉及{rows[0][4]}。"
    head = ("规定", "检查内容", "上季度", "本季度", "本季度涉及单位")
    section = _cut("反复出现的问题", said + first, head, rows, "个")
    return Topic("研究反复出现的问题，提出从根本上解决的办法。", section)


_Wrong = dict[str, dict[str, str]]


def _wrong(end: End) -> _Wrong:
    """Question to what was wrong by it: key to unit. At a quarter's end by the machine, within it by inspections."""
    found: _Wrong = {}
    counting = [each for each in end.findings if each.severity != "info"]
    for finding, key in zip(counting, kept.keys(counting, end.book), strict=True):
        for name in finding.rules or (finding.code,):
            found.setdefault(name, {})[key] = finding.unit
    for record in kept.kept(end.book):
        if end.quarter.holds(date.fromisoformat(str(record["found"]))):
            names = cast("list[str]", record.get("rules") or []) or [str(record.get("code", ""))]
            for name in filter(None, names):
                found.setdefault(name, {})[str(record["key"])] = str(record.get("unit", ""))
    return found


def _same_facts(before: _Wrong, now: _Wrong) -> list[list[str]]:
    """The questions that came up in both quarters, most facts first; those that the same facts answer stand together."""
    found: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for name in sorted(before.keys() & now.keys()):
        found.setdefault((frozenset(now[name]), frozenset(before[name])), []).append(name)
    return sorted(found.values(), key=lambda names: (-len(now[names[0]]), names[0]))


def _question(names: Sequence[str], before: _Wrong, now: _Wrong, ground: Ground) -> tuple[str, ...]:
    book, first = ground.closing, names[0]
    rules = {each.key: each for each in book.rules if each.key in names}
    articles = [
        next(articles_of(rules[name], ground.settings.regulations)) if name in rules else name
        for name in names
    ]
    asked = rules[first].question if first in rules else ""
    asked = asked or (CODES[first].title if first in CODES else first)
    counts = Counter(now[first].values()).most_common()
    units = [called(unit, book.units) for unit, _ in counts if unit]
    told = (str(len(before[first])), str(len(now[first])), listed(units) or "各单位共有")
    return "、".join(articles), asked, *told


def _worst(hot: Hot) -> Topic:
    """The units with the lowest scores that have something wrong or lost something."""
    ground = hot.ground
    counts = Counter(each.unit for each in ground.findings if each.severity != "info")
    ranking = ranked(ground)
    lost = [each for each in ranking if counts[each.code] or each.lines]
    if not lost:
        return Topic("", quiet="各单位季末检查都没有发现问题，也没有扣分。")
    worst = sorted(lost, key=lambda row: (Decimal(row.score), -counts[row.code], row.code))[:WORST]
    rows = tuple(
        (
            each.unit,
            str(counts[each.code]),
            each.score,
            "；".join(f"{line.title}{line.count}项" for line in each.lines) or "没有扣分",
        )
        for each in worst
    )
    first = worst[0]
    said = [f"{len(lost)}个单位季末有问题或者本季度有扣分"]
    said[0] += f"，得分最低的是{first.unit}（{first.score}分，季末问题{counts[first.code]}个）。"
    said += [f"下表列出得分最低的{len(worst)}个。"] if len(lost) > len(worst) else []
    section = Section("问题较多的单位", tuple(said), ("单位", "季末问题", "得分", "扣分情况"), rows)
    return Topic(f"听取{listed([each.unit for each in worst])}说明问题的原因和整改打算。", section)


def _new_laws(hot: Hot) -> Topic:
    """Laws that came, changed or went in the quarter, with the items that rest on them."""
    ground = hot.ground
    changed = list(_changed(ground))
    if not changed:
        return Topic("", quiet="法律法规登记册没有新增或者变动。")
    register = cast("list[Doc]", ground.closing.documents.get(LAWS_PATH, {}).get("laws") or [])
    items = tuple(ground.closing.items.values())
    rows, touched = [], set()
    for law, what in changed:
        cited = cited_laws(law.title, register, items)
        resting = [item for each in cited for item in each.items]
        touched |= {item.code for item in resting}
        units = Counter(called(item.unit, ground.closing.units) for item in resting)
        names = "、".join(f"{item.name}（{item.code}）" for item in resting[:_ITEMS])
        more = f"等{len(resting)}项" if len(resting) > _ITEMS else ""
        rows.append(
            (f"《{law.title}》", what, str(len(resting)), names + more, listed(list(units)) or "")
        )
    said = f"新出台、修改、废止的法律法规{len(changed)}部"
    said += (
        f"，涉及清单事项{len(touched)}项，有关单位要对照核对，按期申请调整。"
        if touched
        else "，没有事项以其为依据。"
    )
    head = ("法律法规", "变动", "涉及事项", "事项", "单位")
    section = _cut("法律法规的变动", said, head, tuple(rows))
    return Topic("研究法律法规变动后清单的调整。", section)


def _changed(ground: Ground) -> Iterator[tuple[Law, str]]:
    before = laws(ground.opening) if ground.opening else None
    for title, law in laws(ground.closing).items():
        old = before.get(title) if before is not None else None
        what = "、".join(_moves(law, old, ground, known=before is None or old is not None))
        if what:
            yield law, what


def _moves(law: Law, old: Law | None, ground: Ground, *, known: bool) -> Iterator[str]:
    """What happened to a law: what the register did not say before, and what fell into the quarter."""
    span = ground.quarter
    fresh = not known
    if fresh:
        yield "新登记"
    for word, days, earlier in (
        ("公布", (law.published,), (old.published,) if old else ()),
        ("施行", (law.effective,), (old.effective,) if old else ()),
        ("修改", law.amended, old.amended if old else ()),
        ("解释", law.interpreted, old.interpreted if old else ()),
        ("废止", (law.repealed,), (old.repealed,) if old else ()),
    ):
        told = [
            day
            for day in days
            if day and (span.holds(day) or (old is not None and day not in earlier))
        ]
        if told:
            yield f"{chinese_day(max(told))}{word}"


def _complaints(hot: Hot) -> Topic:
    """Counts by unit and kind; of what was to be kept in confidence only that there is some."""
    ground = hot.ground
    old = {str(each["id"]) for each in complaints.kept(ground.opening)} if ground.opening else set()
    every = list(complaints.kept(ground.closing))
    fresh = [each for each in every if str(each["id"]) not in old]
    waiting = [each for each in every if not complaints.done_on(each)]
    if not fresh and not waiting:
        return Topic("", quiet="没有收到投诉举报和意见建议，也没有尚未答复的。")
    past = Past(ground.calendar)
    last = str(ground.quarter.last)
    late = [each for each in waiting if past(each, last)]
    said = f"本季度收到投诉举报和意见建议{len(fresh)}件" if fresh else "本季度没有新的投诉举报"
    said += f"，季末尚未答复{len(waiting)}件" if waiting else "，都已答复"
    said += f"，其中{len(late)}件超过时限。" if late else "。"
    hidden = [each for each in (*fresh, *waiting) if each.get("confidential") == "是"]
    secret = len({str(each["id"]) for each in hidden})
    said += f"其中{secret}件要求保密，只计入总数，不分单位列出。" if secret else ""
    rows = _by_unit(hot, fresh, waiting, late)
    head = ("被反映单位", "类别", "本季度收到", "季末未答复", "其中超时")
    section = Section(
        "投诉举报反映的问题", (said,), head if rows else (), rows, "件" if rows else ""
    )
    return Topic("研究投诉举报集中反映的问题。", section)


def _by_unit(
    hot: Hot, fresh: Sequence[Doc], waiting: Sequence[Doc], late: Sequence[Doc]
) -> tuple[tuple[str, ...], ...]:
    counts = [
        Counter((str(e["unit"]), str(e["kind"])) for e in each if e.get("confidential") != "是")
        for each in (fresh, waiting, late)
    ]
    every = sorted(counts[0] | counts[1], key=lambda key: (-counts[0][key], key))
    units = hot.ground.closing.units
    return tuple(
        (called(key[0], units), key[1], *(str(count[key]) for count in counts)) for key in every
    )


def _rectifications(hot: Hot) -> Topic:
    ground, day = hot.ground, hot.ground.quarter.last
    late = [
        (record, now)
        for _, record in states.records(ground.closing)
        for now in (states.standing(record),)
        if now.overdue(day)
    ]
    if not late:
        return Topic("", quiet="没有逾期未整改的问题。")
    rows = tuple(
        (
            called(str(record["unit"]), ground.closing.units),
            str(record.get("official") or record.get("number") or record["id"]),
            str(len(cast("list[str]", record["findings"]))),
            chinese_day(now.due),
            str((day - now.due).days),
        )
        for record, now in sorted(late, key=lambda pair: pair[1].due)
    )
    units = list(dict.fromkeys(row[0] for row in rows))
    said = f"季末逾期未整改的通知书{len(rows)}份，涉及{listed(units)}，最长的已逾期{rows[0][4]}日。"
    head = ("单位", "整改通知书", "问题（个）", "整改期限", "已逾期（日）")
    return Topic("研究逾期未整改问题的督办。", _cut("逾期未整改的问题", said, head, rows))


def _late_adjustments(hot: Hot) -> Topic:
    ground = hot.ground
    known = entries(ground.closing)
    told = [adjusted(ground, known, record) for record in new_records(ground)]
    late = [row for row in told if row.on_time is False]
    clocked = sum(row.on_time is not None for row in told)
    if not late:
        quiet = (
            f"计算申请期限的{clocked}件调整都按时提出申请。"
            if clocked
            else "没有计算申请期限的清单调整。"
        )
        return Topic("", quiet=quiet)
    units = Counter(row.unit for row in late)
    said = f"计算申请期限的{clocked}件调整中{len(late)}件逾期，涉及{listed(list(units))}。"
    rows = tuple(
        (
            row.unit,
            "、".join(row.items),
            row.trigger,
            written_day(row.deadline),
            written_day(row.applied),
            row.late_reason,
        )
        for row in late
    )
    head = ("单位", "事项", "情形", "申请期限", "申请日期", "逾期理由")
    return Topic("研究清单调整逾期的原因。", _cut("逾期申请的调整", said, head, rows))


def _systems(hot: Hot) -> Topic:
    ground = hot.ground
    found = agreements(ground.end)
    before = {each.system: each for each in agreements(ground.ends[-2])} if ground.opening else {}
    bad = [each for each in found if each.differing or not each.taken]
    if not bad:
        return Topic("", quiet="公开的清单与信息系统一致。" if found else "")
    rows = tuple(
        (
            each.system,
            written_day(each.taken) or "没有快照",
            str(before[each.system].differing)
            if each.system in before and before[each.system].taken
            else "未比对",
            str(each.differing) if each.taken else "未比对",
            str(each.pending),
        )
        for each in bad
    )
    whole = sum(each.differing for each in bad)
    untaken = [each.system for each in bad if not each.taken]
    said = f"公开的清单与信息系统不一致{whole}处。" if whole else ""
    said += f"{'、'.join(untaken)}还没有快照，未作比对。" if untaken else ""
    head = ("系统", "快照日期", "上季末不一致", "本季末不一致", "尚待同步")
    return Topic(
        "研究清单与信息系统不一致的处理。", Section("网上运行的差异", (said,), head, rows, "处")
    )


_MATTERS: tuple[Callable[[Hot], Topic], ...] = (
    _earlier_decisions,
    _recurring,
    _worst,
    _new_laws,
    _complaints,
    _rectifications,
    _late_adjustments,
    _systems,
)
