"""The life of an item for people, and for programs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import to_builtins

from qingdan.render.formats.json import dumped
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.lives import Event, Kin, Life, Line, Papers

_LONG = 60
"""From so many characters on, before and after stand on lines of their own."""


def as_json(life: Life) -> str:
    """One JSON value."""
    return dumped(to_builtins(life))


def as_text(life: Life) -> str:
    """The item, its kin, then an entry for each event."""
    lines = [f"{life.code}  {life.name}", " · ".join(filter(None, _card(life)))]
    lines += [_chain(life)] if life.kin else []
    lines += ["", f"较早的{life.left_out}次没有列出。"] if life.left_out else []
    for event in life.events:
        lines += ["", *_event(event)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _card(life: Life) -> tuple[str, ...]:
    return life.list_title, life.type, life.unit_name, life.state


def _chain(life: Life) -> str:
    generations = groupby(life.kin, key=lambda kin: kin.generation)
    return "沿革：" + " → ".join("、".join(map(_kin, found)) for _, found in generations)


def _kin(kin: Kin) -> str:
    if kin.generation == 0:
        return f"本事项（{kin.code}）"
    name = kin.name or "清单中没有"
    return f"{name}（{kin.code}{f'，{kin.state}' if kin.state else ''}）"


def _event(event: Event) -> Iterator[str]:
    papers = event.papers
    yield f"{event.day}  {event.what}{f'  {papers.trigger}' if papers else _beside(event)}"
    for line in event.lines:
        yield from _line(line)
    if papers:
        yield from (f"    {sentence}" for sentence in _papers(papers))
    if event.public:
        every = (event.public, *event.public.later)
        yield "    公布：" + "；".join(f"{p.day}（{'、'.join(p.channels)}）" for p in every)
    elif papers:
        yield "    公布：尚未公布"
    if event.commit:
        yield f"    提交：{event.commit[:10]}  {event.author}"


def _beside(event: Event) -> str:
    return "  没有调整记录" if event.unfiled else "  直接修改，不需办理调整"


def _line(line: Line) -> Iterator[str]:
    if len(line.before) + len(line.after) < _LONG:
        yield f"    {line.label}：{line.before} → {line.after}"
        return
    yield f"    {line.label}："
    yield f"      原为：{line.before}"
    yield f"      改为：{line.after}"


def _papers(papers: Papers) -> Iterator[str]:
    yield f"理由：{papers.reason}"
    if papers.basis:
        yield f"依据：{papers.basis}"
    if papers.effective:
        yield f"生效：{papers.effective}"
    yield f"申请：{_application(papers)}"
    for stop in papers.stops[1:]:
        when = (
            f"{stop.done} {stop.result or '办结'}"
            if stop.done
            else f"办理中，{stop.due or '没有规定'}截止"
        )
        when += f"，逾期：{stop.late_reason}" if stop.late_reason else ""
        said = f"：{stop.reason}" if stop.reason else ""
        yield f"{stop.stage}：{stop.by}（{when}）{said}"


def _application(papers: Papers) -> str:
    by = papers.stops[0].by if papers.stops else ""
    told = f"{by}{papers.applied}提出" + (f"（{papers.evidence}）" if papers.evidence else "")
    if not papers.deadline:
        return f"{told}，不起算期限"
    clock = f"{papers.occurred}起{papers.within}，{papers.deadline}截止，用时{papers.used}"
    return f"{told}，{clock}，" + (
        f"逾期：{papers.late_reason or '没有说明理由'}" if papers.late else "按时"
    )
