"""A summary in words and tables, the same for every format that people read."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from qingdan.core.reports.scoring import plain
from qingdan.model.cards import Table
from qingdan.model.codes import CODES
from qingdan.model.findings import SEVERITIES, SEVERITY_WORDS
from qingdan.model.fleet import STATE_WORDS, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.model.fleet import Action, Moved, Outcome, Summary, Terms

COMMON = 10
"""So many kinds of findings are listed as common."""
_DONE: Mapping[Action, str] = {"validate": "核对", "check": "检查", "report": "汇总"}
_MOVED = ("列入", "取消", "调整", "逾期", "新增问题", "消除问题")
_SHORT = 10


def page(made: Summary) -> Page:
    """What people read of a summary."""
    tables = (
        ("各仓库", _repositories(made)),
        ("期间变动", _movements(made)),
        ("排名", _ranking(made)),
        ("常见问题", _common(made)),
        ("不能读取的仓库", _unread(made)),
    )
    filled = tuple((name, table) for name, table in tables if table.rows)
    return Page(_title(made), tuple(_told(made)), filled)


def _title(made: Summary) -> str:
    when = made.period or made.asked.today
    done = _DONE[made.asked.action]
    return f"{made.fleet.title or '多个仓库'}{done}" + (f"（{when}）" if when else "")


def _told(made: Summary) -> Iterator[str]:
    states = "，".join(f"{words}{made.states(state)}个" for state, words in STATE_WORDS.items())
    yield f"共{len(made.outcomes)}个仓库：{states}。"
    read = [each for each in made.outcomes if not each.why]
    if read:
        items = sum(each.items for each in read)
        counts = (
            f"{SEVERITY_WORDS[severity]}{sum(each.count(severity) for each in read)}个"
            for severity in SEVERITIES
        )
        yield f"已读取的共有事项{items}个：{'，'.join(counts)}。"
    if made.fleet.terms is None:
        yield "名单没有写明怎样排名（ranking），未作排名。"
        return
    yield _terms(made.fleet.terms)
    ranked = {row.unit for row in made.ranking}
    left = [
        f"{each.name}（{'不能读取' if each.why else '没有事项'}）"
        for each in made.outcomes
        if each.name not in ranked
    ]
    if left:
        yield f"没有排名：{'、'.join(left)}。"


def _terms(terms: Terms) -> str:
    scoring = terms.scoring
    lines = "；".join(
        f"{line.title}每项扣{_number(line.points)}分，最多扣{_number(line.cap)}分"
        for line in scoring.deductions
    )
    per = f"扣分按每{terms.per}个事项折算，每项扣分保留四位小数；" if terms.per else ""
    least = f"最低{scoring.lowest}分；" if scoring.lowest else ""
    return f"排名：满分{scoring.full}分，{lines}；{per}{least}出处：{scoring.source}。"


def _number(number: float) -> str:
    return plain(Decimal(str(number)))


def _repositories(made: Summary) -> Table:
    severities = (SEVERITY_WORDS[severity] for severity in SEVERITIES)
    heads = ("名称", "状态", "版本", "最近提交", "文件", "事项", *severities)
    rows = []
    for each in made.outcomes:
        known = (each.commit[:_SHORT], each.day, *map(str, _figures(each)))
        state = STATE_WORDS[each.state(made.fail_on)]
        rows.append((each.name, state, *(("",) * len(known) if each.why else known)))
    sums = map(str, _sums([_figures(each) for each in made.outcomes]))
    return Table(heads, (*rows, ("合计", "", "", "", *sums)))


def _figures(each: Outcome) -> tuple[int, ...]:
    return (each.files, each.items, *map(each.count, SEVERITIES))


def _movements(made: Summary) -> Table:
    """What the period brought in each repository; no rows where none was asked about."""
    found = {each.name: each.moved for each in made.outcomes if each.moved}
    rows = [
        (name, *map(str, _movement(moved)), moved.closed or "未办结")
        for name, moved in found.items()
    ]
    sums = tuple(map(str, _sums([_movement(moved) for moved in found.values()])))
    return Table(("名称", *_MOVED, "办结日期"), (*rows, *([("合计", *sums, "")] if rows else [])))


def _movement(moved: Moved) -> tuple[int, ...]:
    """The numbers of a period, in the order of :data:`_MOVED`."""
    return (moved.entered, moved.cancelled, moved.adjusted, moved.late, moved.new, moved.gone)


def _sums(rows: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _ranking(made: Summary) -> Table:
    """Everybody's place with its sum; the group stands first where there are groups."""
    heads = ("名次", "名称", "得分", "算式")
    rows = [(f"{row.rank}", row.unit, row.score, row.arithmetic) for row in made.ranking]
    if not any(row.group for row in made.ranking):
        return Table(heads, tuple(rows))
    groups = (row.group or "未分组" for row in made.ranking)
    grouped = tuple((group, *row) for group, row in zip(groups, rows, strict=True))
    return Table(("分组", *heads), grouped)


def _common(made: Summary) -> Table:
    """The kinds of findings that most repositories have."""
    places: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for outcome in made.outcomes:
        places.update({each.code for each in outcome.found})
        for each in outcome.found:
            times[each.code] += each.count
    order = sorted(places, key=lambda code: (-places[code], -times[code], code))[:COMMON]
    rows = ((code, CODES[code].title, f"{places[code]}", f"{times[code]}") for code in order)
    return Table(("编码", "问题", "仓库数", "处数"), tuple(rows))


def _unread(made: Summary) -> Table:
    at = {each.name: each.at for each in made.fleet.repositories}
    rows = ((each.name, at[each.name], each.why) for each in made.outcomes if each.why)
    return Table(("名称", "地址", "原因"), tuple(rows))
