"""Complaints, reports and suggestions on record: what was said and what came of it, never by whom.

Of one who asked for confidence the case is not kept either: only that there is one, whose it is and until when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.units import acting
from qingdan.core.wording import normal, one_line
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.limits import Limit
from qingdan.model.settings import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Unit

FOLDER = "ledger/complaints/"
OWN = "本单位自定"
SECRET = ("item", "about")
"""What tells the case: not kept where confidence was asked."""
_PUBLISHED = frozenset({"投诉", "举报"})
"""What units publish 投诉举报渠道 for, and with it their time to answer; other letters go by the settings."""


class Complaint(Struct, frozen=True):
    """What a clerk enters. ``unit`` is who it is about, ``handler`` who answers it (empty: the unit itself)."""

    reference: str
    channel: str
    received: date
    kind: str
    unit: str
    item: str = ""
    handler: str = ""
    about: str = ""
    confidential: bool = False
    within: str = ""


class Answer(Struct, frozen=True):
    """What came of it. ``verified`` is 属实, 部分属实, 不属实 or empty; ``thanks``: whoever helped was thanked."""

    done: date
    by: str
    result: str = ""
    verified: str = ""
    thanks: bool = False
    finding: str = ""


def promised(
    complaint: Complaint, settings: Settings, units: Mapping[str, Unit]
) -> TimeLimit | None:
    """The time in which it is to be answered: as whoever answers has published it, else as the settings say."""
    answering = acting(complaint.handler or complaint.unit, units)
    given = next((units[code] for code in answering if code in units and units[code].answers), None)
    if given and complaint.kind in _PUBLISHED:
        return TimeLimit(Limit.parse(given.answers), f"{OWN}（{given.short}公布的答复时限）")
    return settings.answers.get(complaint.kind)


def registered(complaint: Complaint, limit: TimeLimit | None) -> Doc:
    """The document of a complaint, to be answered within ``limit``; UsageError where it says what may not be kept."""
    if complaint.confidential and (complaint.about or complaint.item):
        raise UsageError(
            f"受理编号{complaint.reference}要求保密，不得录入案情和涉及的事项；"
            "请只登记受理编号、渠道、日期、类别和单位。"
        )
    doc: Doc = {
        "id": identify(complaint),
        "reference": complaint.reference,
        "channel": complaint.channel,
        "received": str(complaint.received),
        "kind": complaint.kind,
        "unit": complaint.unit,
        "item": complaint.item,
        "handler": complaint.handler if complaint.handler != complaint.unit else "",
        "confidential": "是" if complaint.confidential else "",
        "about": one_line(complaint.about),
        **_limit(complaint, limit),
    }
    return {key: value for key, value in doc.items() if value}


def _limit(complaint: Complaint, limit: TimeLimit | None) -> Doc:
    if complaint.within:
        same = limit is not None and str(limit.within) == complaint.within
        source = limit.source if limit and same else f"{OWN}（登记时确定）"
        return {"within": complaint.within, "within_source": source}
    return {"within": str(limit.within), "within_source": limit.source} if limit else {}


def identify(complaint: Complaint) -> str:
    """The id: the day it was received and eight hex digits of channel and reference."""
    said = f"{normal(complaint.channel)}|{normal(complaint.reference)}"
    return f"{complaint.received}-{sha256_of(said.encode())[:8]}"


def answered(record: Doc, answer: Answer) -> Doc:
    """The record with its answer; RefusedError where it has one, or the answer may not be kept."""
    if "answer" in record:
        done = cast("Doc", record["answer"])["done"]
        raise RefusedError(f"{record['id']}已于{done}答复，台账只能追加，不能改写。")
    if str(answer.done) < str(record["received"]):
        raise UsageError(f"答复日期{answer.done}早于收到日期{record['received']}。")
    if record.get("confidential") == "是" and (answer.result or answer.finding):
        raise UsageError(f"{record['id']}要求保密，不得录入办理结果和案情；请只登记答复日期。")
    doc: Doc = {
        "done": str(answer.done),
        "by": answer.by,
        "verified": answer.verified,
        "result": one_line(answer.result),
        "thanks": "是" if answer.thanks else "",
        "finding": answer.finding,
    }
    return record | {"answer": {key: value for key, value in doc.items() if value}}


def kept(book: Book) -> Iterator[Doc]:
    """The complaints of the ledger, by path."""
    paths = sorted(path for path in book.documents if path.startswith(FOLDER))
    yield from (book.documents[path] for path in paths)


def handler(record: Doc) -> str:
    """The unit that answers."""
    return str(record.get("handler") or record["unit"])


def limit_of(record: Doc) -> Limit | None:
    """The time in which it is to be answered; None where none is set."""
    return Limit.parse(str(record["within"])) if "within" in record else None


def done_on(record: Doc) -> str:
    """The day on which it was answered; empty if it was not."""
    return str(cast("Doc", record.get("answer") or {}).get("done", ""))


def named(record: Doc) -> str:
    """A complaint in words: kind, reference and channel."""
    return (
        f"{record['kind']}“{record['reference']}”（{record['channel']}，{record['received']}收到）"
    )
