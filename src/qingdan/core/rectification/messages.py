"""The message of a commit that moves a rectification."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.ledger.messages import message
from qingdan.core.rectification import states
from qingdan.core.rectification.stepping import told
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.rectification.stepping import Case
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

VERBS: Mapping[str, str] = {
    states.SERVE: "issue",
    states.REPLY: "reply",
    states.PASS: "verify",
    states.RETURN: "verify",
    states.EXTEND: "extend",
    states.ESCALATE: "escalate",
    states.HAND_OVER: "hand-over",
    states.SANCTION: "sanction",
    states.CANCEL: "void",
}
"""Move to what the trailer ``Rectify`` says."""
_LONGEST = 40


def of_notice(record: Doc, book: Book) -> str:
    """The message of a new notice."""
    count = len(cast("list[str]", record["findings"]))
    subject = f"整改 下发：{_name(record, book)} {count}个问题，{record['deadline']}前整改到位"
    said = "\n".join(f"- {text}" for text in cast("list[str]", record["requirements"]))
    return message(subject, said, (("Rectify", "issue"), ("Record", str(record["id"]))))


def of_step(case: Case, step: Doc) -> str:
    """The message of a step."""
    move, words = str(step["move"]), told(case, step)
    short = words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
    subject = f"整改 {move}：{_name(case.record, case.ground.book)} {short}"
    said = "\n".join(_said(case, step, words if short != words else ""))
    trailers = [("Rectify", VERBS[move]), ("Record", case.id)]
    trailers += [("Approver", str(step["approver"]))] if "approver" in step else []
    return message(subject, said, trailers)


def _said(case: Case, step: Doc, words: str) -> Iterator[str]:
    """What the subject has no room for: why, who is told, what it costs."""
    if words:
        yield words
    reason = str(step.get("reason", ""))
    if reason and reason not in told(case, step):
        yield f"理由：{reason}"
    informed = cast("list[str]", step.get("inform") or [])
    if informed:
        yield f"告知：{'、'.join(map(case.ground.named, informed))}"
    entry = cast("Doc", step.get("assessment") or {})
    if entry:
        points = f"，{entry['title']}，扣{entry['points']}分" if "points" in entry else ""
        yield f"记入{entry['ledger']}{points}"


def of_numbers(numbered: Mapping[str, str], book: Book) -> str:
    """The message of numbers taken; ``numbered``: id to number."""
    records = {str(record["id"]): record for _, record in states.records(book)}
    lines = [f"- {number}：{_name(records[name], book)}" for name, number in numbered.items()]
    numbers = [*numbered.values()]
    more = f"等{len(numbers)}个" if len(numbers) > 1 else ""
    trailers = [("Rectify", "number"), *(("Record", name) for name in numbered)]
    return message(f"整改 编号：{numbers[0]}{more}", "\n".join(lines), trailers)


def of_official(record: Doc, number: str, book: Book) -> str:
    """The message of a 发文字号 recorded."""
    subject = f"整改 登记发文字号：{_name(record, book)} {number}"
    return message(subject, "", (("Rectify", "number"), ("Record", str(record["id"]))))


def _name(record: Doc, book: Book) -> str:
    return f"{called(str(record['unit']), book.units)}（{record['id']}）"
