"""The elements of an official document in the words in which every format shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from qingdan.render.documents import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.documents import Head

    Labels = Mapping[str, str]

BLANK_DAY = "    年  月  日"
"""What a draft has in place of the day."""


def dated(head: Head) -> str:
    """成文日期, or the blank for it where somebody signs."""
    return day_words(head.dated) or (BLANK_DAY if head.signed else "")


def attachments(head: Head) -> tuple[tuple[str, str], ...]:
    """附件说明 line by line: what stands before the name (附件：1. ), and the name without a final stop."""
    names = [name.rstrip("。；.;") for name in head.attachments]
    if len(names) == 1:
        return (("附件：", names[0]),)
    return tuple(
        (f"{'附件：' if not place else ''}{place + 1}. ", name) for place, name in enumerate(names)
    )


def addressed(head: Head) -> str:
    """主送机关 with its colon."""
    return f"{head.to.rstrip('：:')}：" if head.to else ""


def noted(head: Head) -> str:
    """附注 in its brackets."""
    return f"（{head.note.strip('（）()')}）" if head.note else ""


def copied(head: Head) -> str:
    """抄送 with its stop."""
    return f"抄送：{head.copied.rstrip('。')}。" if head.copied else ""


def imprint(head: Head) -> tuple[str, str]:
    """印发机关 and 印发日期; both empty for a letter, which has none."""
    if head.form == "信函" or not head.printer:
        return "", ""
    return head.printer, f"{day_words(head.printed)}印发" if head.printed else ""


def published(head: Head, labels: Labels) -> tuple[tuple[str, str], ...]:
    """The head of a document on a website: label and value, also of what is empty; nothing if there is none of it."""
    if not head.publication.given:
        return ()
    own = [(labels[name], value) for name, value in asdict(head.publication).items()]
    days = {labels[name] for name in ("published", "effective", "expires")}
    rows = [(label, day_words(value) if label in days else value) for label, value in own]
    return (
        *rows,
        (labels["title"], head.title),
        (labels["number"], head.number),
        (labels["dated"], day_words(head.dated)),
    )


def top(head: Head) -> tuple[str, ...]:
    """份号, 密级, 紧急程度, line by line at the top left."""
    return tuple(text for text in (head.copy_number, head.secrecy, head.urgency) if text)


def is_signed(head: Head) -> bool:
    """Whether anything follows the text: who signs, or a day."""
    return bool(head.signed or head.dated)
