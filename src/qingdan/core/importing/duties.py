"""Cells that tell how something is done: staged responsibilities, flows, materials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from qingdan.core import wording
from qingdan.core.importing.points import aside, labelled, numbered, outside, points
from qingdan.core.importing.punctuation import line, tight
from qingdan.core.numerals import number
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.values import Doc

WHOLE, OTHER = "综合", "其他"
"""The stage of a duty that names none, and of the last point that sums up."""

_SUFFIX = re.compile(r"(?:阶段)?(?:的)?(?:责任|职责|事项)?$")
_INLINE = re.compile(
    r"(?:^|(?<=[\s。；;]))([\u4e00-\u9fff、]{2,14}?)(?:阶段责任|环节责任|责任|阶段)[：:]"
)
_BASIS = re.compile(r"[（(](?:责任)?依据[：:]?(《.+》.*)[）)]\s*[。；]?$")
_ARROW = re.compile(r" ?(?:[-—－–=]{0,6}[>＞]|→|➔|➜|⇒|⟶|↓|▶){1,6} ?")
_DASH = re.compile(r" ?[-—－–]{1,6} ?")
_POST = re.compile(r"岗位?(?:[（(].*[）)])?$")
_SECTION = re.compile(r"(?:科|股|室|处|中心|大队|中队|队|所|站|办|厅|局)$")
_COPIES = re.compile(
    r"(原件和复印件|原件及复印件|原件|复印件|电子材料|电子版)?[，,、\s]*(?:各)?([一二两三四五六七八九十\d]+)?\s*份?"
)
_FORMS: Mapping[str, str] = {"原件及复印件": "原件和复印件", "电子版": "电子材料"}
_SHORT = 12


class Told(Struct):
    """A list as read, and what a person should look at."""

    value: list[Any]
    doubts: list[str] = field(default_factory=list)


def responsibilities(text: str) -> Told:
    """Staged duties; a text without stages becomes one entry, and says so."""
    pairs = _staged(text)
    if pairs:
        return Told([_duty(stage, duty) for stage, duty in pairs])
    return Told([_duty(WHOLE, line(text))], [f"没有分阶段，整段列入“{WHOLE}”"])


def flow(text: str) -> Told:
    """Steps of ``受理（1个工作日，窗口岗，窗口负责人）→审查…``, or one a line, or numbered."""
    return Told([_step(part) for part in _steps(text)])


def materials(text: str) -> Told:
    """Materials with their form and number of copies where the text tells them."""
    return Told([_material(part) for part in _short_points(text)])


def _staged(text: str) -> list[tuple[str, str]]:
    lead, found = numbered(text)
    if found:
        pairs = [
            (_stage(label), duty)
            for label, duty in labelled([line(part).strip("；;") for part in found])
        ]
        if any(stage for stage, _ in pairs):
            first = [(WHOLE, line(lead))] if line(lead) else []
            return first + [(stage or OTHER, duty) for stage, duty in pairs if duty]
    return _inline(text) or _by_line(text)


def _inline(text: str) -> list[tuple[str, str]]:
    """``受理责任：…。审查责任：…`` without numbers."""
    marks = list(_INLINE.finditer(text))
    if len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    lead = line(text[: marks[0].start()])
    pairs = [
        (_stage(mark[1]), line(text[mark.end() : end]).strip("；;"))
        for mark, end in zip(marks, ends, strict=True)
    ]
    return ([(WHOLE, lead)] if lead else []) + [pair for pair in pairs if pair[1]]


def _by_line(text: str) -> list[tuple[str, str]]:
    lines = [line(part).strip("；;") for part in text.split("\n") if part.strip()]
    pairs = list(labelled(lines))
    if len(pairs) > 1 and all(0 < len(stage) <= _SHORT and duty for stage, duty in pairs):
        return [(_stage(stage), duty) for stage, duty in pairs]
    return []


def _stage(label: str) -> str:
    return _SUFFIX.sub("", label) or label


def _duty(stage: str, duty: str) -> Doc:
    basis = _BASIS.search(duty)
    if basis:
        return {"stage": stage, "duty": duty[: basis.start()].strip(), "basis": basis[1].strip()}
    return {"stage": stage, "duty": duty}


def _steps(text: str) -> list[str]:
    text = re.sub(r"[ \t]+", " ", text)
    if _ARROW.search(text):
        return _stripped(_ARROW.split(tight(text)))
    parts = points(text)
    if len(parts) > 1:
        return _stripped(parts)
    dashed = _stripped(_DASH.split(tight(text)))
    if len(dashed) > 1:
        return dashed
    if "（" in text:
        return _stripped(parts)
    listed = _stripped(outside(tight(text), "、，,"))
    return listed if all(len(part) <= _SHORT for part in listed) else _stripped(parts)


def _stripped(parts: list[str]) -> list[str]:
    return [part for part in (part.strip(" ；;，,。、") for part in parts) if part]


def _step(part: str) -> Doc:
    """A step and what its brackets say: a limit, then post, person's office, section, as far as they are named."""
    name, inner = aside(part)
    if not name:
        return {"step": part}
    words = _stripped(outside(inner, "，,；;"))
    limits = [word for word in words if _is_limit(wording.limit(word))]
    rest = [word for word in words if word not in limits]
    step: Doc = {"step": name}
    if limits:
        step["limit"] = wording.limit(limits[0])
    keys = _kinds(rest)
    for key, word in zip(keys, rest, strict=False):
        step[key] = word
    if len(rest) > len(keys):
        step["office"] = "、".join([str(step["office"]), *rest[len(keys) :]])
    return step


def _kinds(words: list[str]) -> tuple[str, ...]:
    """What one to three words name, in their order."""
    if len(words) == 1:
        return (
            "post"
            if _POST.search(words[0])
            else "section"
            if _SECTION.search(words[0])
            else "office",
        )
    if len(words) == 2 and _SECTION.search(words[1]):
        return ("post" if _POST.search(words[0]) else "office", "section")
    return ("post", "office", "section")[: len(words)]


def _is_limit(text: str) -> bool:
    try:
        Limit.parse(text)
    except ValueError:
        return False
    return True


def _short_points(text: str) -> Iterator[str]:
    parts = points(text)
    if len(parts) == 1:
        listed = _stripped(outside(parts[0], "、，,"))
        parts = (
            listed if len(listed) > 1 and all(len(part) <= 2 * _SHORT for part in listed) else parts
        )
    yield from _stripped(parts)


def _material(part: str) -> Doc:
    name, inner = aside(part.rstrip("。"))
    told = _COPIES.fullmatch(inner.strip()) if name else None
    if told is None or not any(told.groups()):
        return {"name": part.rstrip("。")}
    material: Doc = {"name": name}
    if told[1]:
        material["form"] = _FORMS.get(told[1], told[1])
    copies = number(told[2]) if told[2] else None
    return material | ({"copies": copies} if copies else {})
