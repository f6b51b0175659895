"""Serving a notice (整改通知书): which findings, by whom, until when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.ledger import findings as kept
from qingdan.core.rectification import states
from qingdan.core.rectification.limits import limit_of
from qingdan.core.units import acting, called
from qingdan.core.wording import one_line
from qingdan.model.digests import sha256_of
from qingdan.model.errors import CalendarError, CannotAnswerError, RefusedError, UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from qingdan.core.rectification.ground import Ground
    from qingdan.model.limits import Limit
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

GENERIC = "发现问题的监督部门"
_USUAL = "请对照所列问题逐项整改到位，并书面回复整改情况。"


class Wish(Struct, frozen=True):
    """What is asked for: findings by id, or all that wait at a unit; a limit, or a last day, or neither.

    ``role`` is who serves the notice, where that does not follow from the findings.
    """

    unit: str
    day: date
    findings: tuple[str, ...] = ()
    inspection: str = ""
    requirements: tuple[str, ...] = ()
    within: Limit | None = None
    deadline: date | None = None
    cc: tuple[str, ...] = ()
    role: str = ""


class Due(Struct, frozen=True):
    """The last day of a rectification, and what it was counted by (nothing where a day was given)."""

    last: date
    within: str = ""
    source: str = ""


def notice(ground: Ground, wish: Wish) -> Doc:
    """The record of a new notice; UsageError or RefusedError for what cannot be served."""
    chosen = _chosen(ground, wish)
    unit = wish.unit or str(chosen[0].get("unit", ""))
    _refuse_others(chosen, unit, ground.book)
    issuer = _issuer(ground, wish, chosen)
    due = due_by(ground, wish.day, chosen, wish.within, wish.deadline)
    ids = sorted(str(finding["id"]) for finding in chosen)
    by = ground.holder(issuer, wish.day)
    doc: Doc = {
        "id": _identify(ground.book, wish.day, unit, ids, issuer),
        "unit": unit,
        "issuer": issuer,
        "inspection": wish.inspection,
        "findings": list(ids),
        "requirements": list(_requirements(ground.book, wish, chosen)),
        "issued": str(wish.day),
        "within": due.within,
        "limit_source": due.source,
        "deadline": str(due.last),
        "cc": list(wish.cc),
        "steps": [{"move": states.SERVE, "by": by, "done": str(wish.day)}],
    }
    return {key: value for key, value in doc.items() if value not in ("", [])}


def _chosen(ground: Ground, wish: Wish) -> list[Doc]:
    """The findings of the notice, each waiting to be dealt with."""
    book = ground.book
    if wish.findings:
        known = {str(record["id"]): record for record in kept.kept(book)}
        return [_waiting(known, name, wish.day, book) for name in dict.fromkeys(wish.findings)]
    if not wish.unit:
        raise UsageError("请写明被整改单位（--unit）或者问题编号（--finding）。")
    found = [
        record
        for record in kept.kept(book)
        if kept.state_of(record) == kept.OPEN
        and wish.unit in acting(str(record.get("unit", "")), book.units)
        and str(kept.last_step(record)["done"]) <= str(wish.day)
        and wish.inspection in {"", str(record.get("inspection", ""))}
        and (not wish.role or wish.role == _owner(record, ground))
    ]
    if not found:
        of = f"在“{wish.inspection}”中" if wish.inspection else ""
        whose = f"由“{wish.role}”发现的、" if wish.role else ""
        raise RefusedError(
            f"{called(wish.unit, book.units)}{of}没有{whose}待处理的问题，不用下发整改通知书。"
        )
    return found


def _waiting(known: dict[str, Doc], name: str, day: date, book: Book) -> Doc:
    if name not in known:
        near = likest(name, known, 1, 0.8)
        guess = f"是不是“{near[0]}”？" if near else ""
        raise UsageError(f"台账中没有编号为“{name}”的问题。{guess}")
    state = kept.state_of(known[name])
    if state == kept.SERVED:
        under = states.live(book, name)
        raise RefusedError(f"问题“{name}”已经在整改（整改编号{under}），不重复下发。")
    if state != kept.OPEN:
        raise RefusedError(f"问题“{name}”现在是“{state}”，只有“{kept.OPEN}”的可以下发整改通知书。")
    since = str(kept.last_step(known[name])["done"])
    if since > str(day):
        raise RefusedError(f"问题“{name}”是{since}登记的，不能在{day}下发整改通知书。")
    return known[name]


def _refuse_others(chosen: Sequence[Doc], unit: str, book: Book) -> None:
    """RefusedError for findings of another unit: a notice goes to one."""
    if not unit:
        raise UsageError("所选的问题没有写明责任单位，请用 --unit 写明被整改单位。")
    others = [f for f in chosen if unit not in acting(str(f.get("unit") or unit), book.units)]
    if others:
        named = "、".join(
            f"{f['id']}（{called(str(f.get('unit', '')), book.units)}）" for f in others
        )
        raise RefusedError(
            f"一份整改通知书只发给一个单位；以下问题不是{called(unit, book.units)}的：{named}。请分别下发。"
        )


def _issuer(ground: Ground, wish: Wish, chosen: Sequence[Doc]) -> str:
    """The role that serves: the one that the settings name, else who found the problems (由发现问题的监督部门下发)."""
    fixed = ground.rules.issuer
    if fixed != GENERIC:
        if wish.role not in {"", fixed}:
            raise UsageError(
                f"整改通知书由“{fixed}”下发（{ground.rules.source}），不是“{wish.role}”。"
            )
        return fixed
    owners = Counter(_owner(finding, ground) for finding in chosen)
    if wish.role:
        ground.refuse_unknown_role(wish.role)
        others = [owner for owner in owners if owner not in {wish.role, ""}]
        if others:
            raise RefusedError(
                f"所选的问题中有{'、'.join(others)}发现的，不能由“{wish.role}”下发："
                "整改通知书由发现问题的监督部门下发，请分别办理。"
            )
        return wish.role
    if len(owners) > 1 or "" in owners:
        named = "、".join(f"{owner or '没有写明'}{count}个" for owner, count in owners.items())
        raise UsageError(
            f"这些问题由不同的监督部门发现（{named}），应由发现问题的监督部门分别下发；"
            "请用 --as 角色 写明这一份由谁下发。"
        )
    return next(iter(owners))


def _owner(finding: Doc, ground: Ground) -> str:
    """Who found a problem: a role of the settings; empty where the finding names none."""
    owner = str(finding.get("owner", ""))
    return owner if owner in ground.settings.roles else ""


def _requirements(book: Book, wish: Wish, chosen: Sequence[Doc]) -> Iterable[str]:
    """What was asked for, else the remedies of the rules broken, else to put right what is listed."""
    said = [one_line(text) for text in wish.requirements if text.strip()]
    if said:
        return said
    broken = {key for finding in chosen for key in cast("list[str]", finding.get("rules") or ())}
    remedies = (rule.remedy for rule in book.rules if rule.key in broken and rule.remedy)
    return tuple(dict.fromkeys(remedies)) or (_USUAL,)


def due_by(
    ground: Ground,
    day: date,
    findings: Iterable[Doc],
    within: Limit | None = None,
    deadline: date | None = None,
) -> Due:
    """Until when: the day given, the limit given, else the tightest limit of the settings for these findings.

    CannotAnswerError beyond the published calendar.
    """
    if deadline is not None:
        if deadline <= day:
            raise UsageError(f"截止日期{deadline}应当晚于{day}。")
        return Due(deadline)
    if within is not None:
        return Due(_last(ground, day, within), str(within))
    limits = dict.fromkeys(limit_of(_facts(finding), ground.rules) for finding in findings)
    offered = limits or [limit_of((), ground.rules)]
    dues = [Due(_last(ground, day, one.within), str(one.within), one.source) for one in offered]
    return min(dues, key=lambda due: due.last)


def _facts(finding: Doc) -> Iterable[str]:
    yield from (str(finding[key]) for key in ("code", "severity", "gravity") if key in finding)
    yield from cast("list[str]", finding.get("rules") or ())


def _last(ground: Ground, day: date, limit: Limit) -> date:
    try:
        return ground.calendar.deadline(day, limit).last
    except CalendarError as error:
        raise CannotAnswerError(f"{error}也可以直接写明截止日期。") from None


def _identify(book: Book, day: date, unit: str, ids: Sequence[str], issuer: str) -> str:
    """Day, unit, digest of findings and issuer; another one where the same were served before and taken back."""
    before = sum(record["findings"] == list(ids) for _, record in states.records(book))
    digest = sha256_of("|".join((*ids, issuer, str(before))).encode())[:6]
    return f"{day}-{unit[:46]}-{digest}"
