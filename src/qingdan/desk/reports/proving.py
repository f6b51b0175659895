"""The sidecar of a bulletin, which says from what it was made, and the proof of a report's file: make it again and compare."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from qingdan import __version__
from qingdan.core import periods
from qingdan.core.ledger.held import Scope
from qingdan.core.reports.sentences import BULLETIN
from qingdan.core.reports.unlike import differences
from qingdan.desk import documents
from qingdan.desk.reports import bulletins, cycle
from qingdan.desk.reports.bulletins import Order
from qingdan.model.digests import sha256_of
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.desk.reports.bulletins import Made

_FOR = r"(?:-(公开|系统内|内部))?"
"""For whom, at the end of a file's name."""
_STEM = re.compile(rf"([0-9]{{4}}Q[1-4]){_FOR}")
_CYCLE = re.compile(r"([0-9]{4}W[0-9]{2}|[0-9]{4}-[0-9]{2}|[0-9]{4})(?:-(.+?))??" + _FOR)
"""What files of 周清, 月结 and 年考核 are called: the period, whose it is or which paper, for whom."""
_MOST = 64 * 1024
_TOLD = ("period", "audience", "number", "dated", "commit", "program")
"""What the sidecar tells besides the files, all of it text."""


class Proof(Struct, frozen=True):
    """Whether a file is the one that the history gives, and why in sentences."""

    same: bool
    lines: tuple[str, ...]


def sidecar(made: Made, order: Order, contents: Mapping[str, bytes]) -> bytes:
    """What stands beside the files: range, commits, digests, program, audience. The same bytes each time."""
    ground = made.ground
    told = {
        "report": BULLETIN,
        "period": order.quarter.name,
        "from": str(order.quarter.first),
        "to": str(order.quarter.last),
        "audience": order.audience,
        "number": order.number,
        "dated": order.dated,
        "commit": ground.end.commit,
        "ends": {**ground.past.commits, **{end.quarter.name: end.commit for end in ground.ends}},
        "program": _program(),
        "files": {
            f"{order.stem}.{ending}": {"sha256": sha256_of(raw), "bytes": len(raw)}
            for ending, raw in sorted(contents.items())
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def verify(
    opened: Opened, path: Path, period: str, audience: str, letterhead: tuple[str, str]
) -> Proof:
    """The proof of a file; what its sidecar does not tell is taken from its name and from what is given."""
    form, raw = path.suffix.removeprefix("."), files.read(path)
    proof = None if period else _verify_cycle(opened, path, form, raw)
    if proof:
        return proof
    if form not in bulletins.formats(()):
        known = "、".join(bulletins.formats(()))
        raise UsageError(f"{path.name}不是通报的文件，能够核对的有：{known}。")
    beside = _beside(path)
    order = _order(path, beside, period, audience, letterhead)
    order, _ = bulletins.as_closed(opened, order)
    made = bulletins.make(opened, order)
    ours = bulletins.written(opened, made, (form,))[form]
    wrong = differences(form, ours, raw)
    commit = made.ground.end.commit
    if not wrong:
        told = f"{path.name}：一致。与{order.quarter.title}末的版本 {commit[:12]} 重新生成的逐字节相同。"
        return Proof(True, (told, f"sha256 {sha256_of(raw)}", *_stale(path, beside, raw)))
    first = f"{path.name}：不一致。{wrong[0]}"
    return Proof(False, (first, *_stale(path, beside, raw), *_why(beside, commit)))


def _verify_cycle(opened: Opened, path: Path, form: str, raw: bytes) -> Proof | None:
    """The proof of a file of 周清, 月结 or 年考核, as it was closed or would be made now; None if it is not called so."""
    found = _CYCLE.fullmatch(path.stem)
    span = periods.named(found[1]) if found else None
    if found is None or span is None or form not in documents.formats(()):
        return None
    known = cycle.cycle_of(opened, span)
    scope = next((each for each in known.scopes if each.key == found[2]), Scope())
    part = known.part(scope.unit, "" if scope.unit else scope.key)
    made = cycle.make(opened, part, cycle.Wish(audience=found[3] or ""))
    ours = cycle.files(opened, made, (form,)).get(path.name)
    if ours is None:
        raise CannotAnswerError(f"{known.span.title}的{known.duty.name}没有{path.name}这个文件。")
    wrong = differences(form, ours, raw)
    state = f"已于{made.old['day']}办结" if made.old else "尚未办结"
    of = f"{span.title}末的版本 {made.matter.ground.end.commit[:12]} 重新生成的"
    if not wrong:
        told = f"{path.name}：一致（{state}）。与{of}逐字节相同。"
        return Proof(True, (told, f"sha256 {sha256_of(raw)}"))
    edition = made.matter.edition
    later = f"现行的是第{edition}版；核对的可能是以前的版次。"
    first = f"{path.name}：不一致（{state}）。{wrong[0]}"
    return Proof(False, (first, later) if made.old and edition > 1 else (first,))


def _beside(path: Path) -> dict[str, Any]:
    """The sidecar; empty where there is none. UsageError for one that is none of ours."""
    place = path.with_suffix(".json")
    if not place.exists():
        return {}
    try:
        told = json.loads(files.read(place)[:_MOST])
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in _TOLD):
        raise UsageError(f"{place.name}不是通报的旁注，或者已被改坏；请移走后再核对。")
    return told


def _order(
    path: Path, beside: Mapping[str, Any], period: str, audience: str, letterhead: tuple[str, str]
) -> Order:
    """Which bulletin the file claims to be."""
    found = _STEM.fullmatch(path.stem)
    named = period or beside.get("period") or (found[1] if found else "")
    if not named:
        raise CannotAnswerError(
            f"从文件名{path.name}看不出是哪个季度的通报，也没有旁注；请在命令中写明季度，例如 2026Q3。"
        )
    audience = audience or beside.get("audience") or (found[2] or "" if found else "")
    number, dated = letterhead
    return Order(
        periods.quarter(named),
        audience,
        number or beside.get("number", ""),
        dated or beside.get("dated", ""),
    )


def _stale(path: Path, beside: Mapping[str, Any], raw: bytes) -> Iterator[str]:
    """Whether the file is still the one that the sidecar was written for."""
    files = beside.get("files")
    entry = files.get(path.name) if isinstance(files, dict) else None
    if isinstance(entry, dict) and entry.get("sha256") != sha256_of(raw):
        yield "文件的摘要与旁注所记的不同：生成以后，文件或者旁注被改动过。"


def _why(beside: Mapping[str, Any], commit: str) -> Iterator[str]:
    """What may explain that it is another one."""
    if not beside:
        yield "没有旁注。定稿时写过字号、日期的，核对时也要用 --number、--dated 写明。"
        return
    if beside["commit"] != commit:
        yield f"旁注所记的版本是 {beside['commit'][:12]}，主分支上季末的版本是 {commit[:12]}。"
    if beside["program"] != _program():
        yield f"当时用的程序是 {beside['program']}，现在是 {_program()}，两者的版式可能不同。"


def _program() -> str:
    return f"qingdan {__version__}"
