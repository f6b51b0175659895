"""What differs between the public lists and a system, once it is known who is who (S1 第十四条第（八）项).

A difference that an adjustment not yet published explains is 待同步 (info), never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found, on_item
from qingdan.core.systems import defects, parts, values
from qingdan.core.systems.comparison import IN_USE, code_of
from qingdan.core.systems.parts import PARTS, Parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.systems.comparison import Comparison
    from qingdan.core.systems.matching import Near, Pairing
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_PENDING = "QD305"
"""Explained by an adjustment that is not public yet: nothing is to be judged, and whoever keeps the system synchronises it."""
ADDED = {"flow": "QD311", "materials": "QD312"}
"""Of which parts one more than the list has is not only a difference: 擅自增设环节、前置条件."""


def judge(c: Comparison, pairing: Pairing) -> Iterator[Finding]:
    """Every disagreement between the public lists and a system."""
    alike = defects.alike(c.rows) if pairing.repeats else frozenset()
    for place, item in enumerate(pairing.items):
        if place in pairing.near:
            yield _near(c, place, pairing.near[place])
        elif item is None:
            yield from _extra(c, place)
        elif place in pairing.repeats:
            if place not in alike:
                yield _repeated(c, place, item, pairing.repeats[place])
        else:
            yield from _row(c, place, item)
    for item in pairing.missing:
        yield _missing(c, item)


def _near(c: Comparison, place: int, near: Near) -> Finding:
    row, item, title = c.rows[place], near.item, c.system.title
    state = "" if item.state == IN_USE else f"，清单中已{item.state}"
    code = f"（{shown}）" if (shown := code_of(row)) else ""
    likeness = f"名称相近（{near.percent}%）"
    if near.percent == 100:
        likeness = f"名称相同，但实施主体“{row.get('unit', '')}”不在单位名册中"
    message = (
        f"{title}中的“{row['name']}”{code}对应不上清单，"
        f"与清单中的“{item.name}”（{item.code}{state}）{likeness}，是不是同一事项？"
    )
    fix = (
        f"是的，请在{title}中改正名称和实施主体，或补上编号{item.code}；"
        "不是的，请从系统中撤下清单没有的事项，并配置清单中的事项。"
    )
    return _on_row(c, "QD310", place, message, item, "name", fix=fix)


def _repeated(c: Comparison, place: int, item: Item, number: int) -> Finding:
    message = f"系统中有{number}条记录都对应事项“{item.name}”。"
    fix = "请在系统中删除重复的记录，或核对编号。"
    return _on_row(c, "QD306", place, message, item, fix=fix)


def _extra(c: Comparison, place: int) -> Iterator[Finding]:
    row = c.rows[place]
    if values.active(c, row):
        message = f"{c.system.title}中有“{row['name']}”，公开的清单中没有。"
        fix = "请核实：确应保留的按程序列入清单，否则从系统中撤下。"
        yield _on_row(c, "QD302", place, message, None, fix=fix)


def _missing(c: Comparison, item: Item) -> Finding:
    now = c.current.get(item.code)
    if now is None or now.state != IN_USE:
        message = f"事项“{item.name}”已调整、尚未公布，{c.system.title}中已先行撤下。"
        return on_item(_PENDING, now or item, message, owner=c.system.owner)
    message = f"公开的清单中有“{item.name}”，{c.system.title}中没有。"
    return on_item("QD301", now, message, fix=f"请在{c.system.title}中配置该事项。")


def _row(c: Comparison, place: int, item: Item) -> Iterator[Finding]:
    public, active = c.public.get(item.code), values.active(c, c.rows[place])
    if public is None:
        if active:
            message = f"事项“{item.name}”已列入、尚未公布，{c.system.title}中已先行配置。"
            yield _on_row(c, _PENDING, place, message, item)
    elif public.state != IN_USE:
        if active:
            yield _still_active(c, place, public)
    elif not active:
        yield _stopped(c, place, public)
    else:
        yield from _running(c, place, public)


def _still_active(c: Comparison, place: int, public: Item) -> Finding:
    message = f"事项“{public.name}”公开的清单中已{public.state}，{c.system.title}中仍在用。"
    fix = f"请立即在{c.system.title}中停用该事项。"
    return _on_row(c, "QD303", place, message, public, "state", fix=fix)


def _stopped(c: Comparison, place: int, public: Item) -> Finding:
    now, title = c.current.get(public.code), c.system.title
    if now is not None and now.state != IN_USE:
        message = f"事项“{public.name}”已调整为{now.state}、尚未公布，{title}中已先行停用。"
        return _on_row(c, _PENDING, place, message, public)
    state, known = str(c.rows[place].get("state", "")), values.knows_state(c, c.rows[place])
    message = f"公开的清单中“{public.name}”在用，{title}中的状态是“{state}”。"
    fix = f"请在{title}中恢复该事项。"
    if known:
        message = f"公开的清单中“{public.name}”在用，{title}中已停用（{state}）。"
    else:
        fix += f"“{state}”如果就是在用的意思，请在 qingdan.yaml 中写明：systems.{c.system.id}.values.state。"
    return _on_row(c, "QD301", place, message, public, "state", fix=fix)


def _running(c: Comparison, place: int, public: Item) -> Iterator[Finding]:
    now = c.current.get(public.code)
    if now is not None and now.state != IN_USE:
        message = (
            f"事项“{public.name}”已调整为{now.state}、尚未公布，公布后{c.system.title}应同步停用。"
        )
        yield _on_row(c, _PENDING, place, message, public)
    if now is not None and (now.unit, now.data) == (public.unit, public.data):
        now = None
    fields = values.comparable if now else values.unlike
    for key in fields(c, public, c.rows[place]):
        if key in PARTS:
            yield from _parts(c, place, public, now, key)
        else:
            yield from _text(c, place, public, now, key)


def _text(c: Comparison, place: int, public: Item, now: Item | None, key: str) -> Iterator[Finding]:
    their, our = values.theirs(c, c.rows[place], key, public), values.ours(c, public, key)
    current = values.ours(c, now, key) if now else our
    as_public = values.same(c, key, their, our)
    as_current = as_public if current == our else values.same(c, key, their, current)
    if as_public or as_current:
        if as_public != as_current:
            said = (
                _moved(c, public, key, our, current) if as_public else _ahead(c, public, key, their)
            )
            yield _on_row(c, _PENDING, place, said, public, key)
        return
    message = (
        f"{values.label(c, public, key)}：公开的清单为“{our or '（空）'}”，"
        f"{c.system.title}为“{their or '（空）'}”。"
    )
    yield _on_row(c, "QD304", place, message, public, key, fix=_correct(c))


def _parts(
    c: Comparison, place: int, public: Item, now: Item | None, key: str
) -> Iterator[Finding]:
    text = str(c.rows[place][key])
    of_public = parts.compared(text, public, key)
    of_current = parts.compared(text, now, key) if now else of_public
    if not of_public or not of_current:
        if bool(of_public) != bool(of_current) and now:
            our, current = parts.joined(public, key), parts.joined(now, key)
            said = (
                _ahead(c, public, key, current)
                if of_public
                else _moved(c, public, key, our, current)
            )
            yield _on_row(c, _PENDING, place, said, public, key)
        return
    extra = tuple(name for name in of_public.extra if name in of_current.extra)
    if extra and key in ADDED:
        yield _added(c, place, public, key, Parts(extra, of_public.missing, of_public.renamed))
    else:
        message = f"{values.label(c, public, key)}：{_told(c, of_public)}。"
        yield _on_row(c, "QD304", place, message, public, key, fix=_correct(c))


def _added(c: Comparison, place: int, public: Item, key: str, differing: Parts) -> Finding:
    what = c.schemas[public.list].label(("items", 0, key, 0))
    rest = _told(c, Parts((), differing.missing, differing.renamed))
    message = (
        f"{c.system.title}中“{public.name}”的{values.label(c, public, key)}比公开的清单多出"
        f"{len(differing.extra)}个{what}：{_named(differing.extra)}{'；' + rest if rest else ''}。"
    )
    fix = f"请从{c.system.title}中去掉多出的{what}；有法定依据确需增加的，先按程序调整清单并公布，再行配置。"
    return _on_row(c, ADDED[key], place, message, public, key, fix=fix)


def _told(c: Comparison, differing: Parts) -> str:
    """The differences in words, for one sentence."""
    title = c.system.title
    said = [f"公开的清单为“{our}”，{title}为“{their}”" for our, their in differing.renamed]
    if differing.missing:
        said.append(f"公开的清单有{_named(differing.missing)}，{title}没有")
    if differing.extra:
        said.append(f"{title}有{_named(differing.extra)}，公开的清单没有")
    return "；".join(said)


def _named(names: tuple[str, ...]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _moved(c: Comparison, public: Item, key: str, our: str, current: str) -> str:
    moved = f"{values.label(c, public, key)}已由“{our or '无'}”调整为“{current or '无'}”"
    return f"{moved}、尚未公布，公布后{c.system.title}应同步更新。"


def _ahead(c: Comparison, public: Item, key: str, their: str) -> str:
    label = values.label(c, public, key)
    return f"{label}在{c.system.title}中已是调整后的“{their or '无'}”，该调整尚未公布。"


def _correct(c: Comparison) -> str:
    return f"请按公开的清单改正{c.system.title}的配置；清单有误的按程序调整。"


def _on_row(
    c: Comparison, code: str, place: int, message: str, item: Item | None, *at: str, fix: str = ""
) -> Finding:
    row: Doc = c.rows[place]
    return found(
        code,
        message,
        c.path,
        ("rows", place, *at),
        item=item.code if item else code_of(row),
        unit=item.unit if item else c.unit(row),
        owner=c.system.owner if item is None or code == _PENDING else "",
        fix=fix,
    )
