"""Steps, materials and bases that a system gives as one text, against those of an item, part by part.

What cannot be read as a list of parts accuses nobody: then only what the text does not mention is told.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from qingdan.model.items import Item
    from qingdan.model.values import Doc, Value

    Names = dict[str, str]

PARTS = ("flow", "materials", "basis")
"""The fields that consist of parts."""

_NAME = {"flow": "step", "materials": "name", "basis": "law"}
_JOINT = {"flow": "→", "materials": "、", "basis": "、"}
_LONGEST = {"flow": 40, "materials": 80}
_LONGEST_LOOSE = {"flow": 16, "materials": 40}
"""A longer piece is no name but a sentence; between nothing but commas even earlier."""
_NEAR = 85

_LEAD = re.compile(r"(?:环节|步骤|流程|材料)(?:名称|事项)?\s*[：:]")
_BRACKET = re.compile(r"[（(［\[【〔]([^（）()［］\[\]【】〔〕]*)[）)］\]】〕]")
_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,3}|\d{1,2}|[A-Za-zⅠ-Ⅻ]")
_NUMBER = re.compile(
    r"[\u2460-\u249b]|(?<![\d第表件])\d{1,2}[.．](?=[\u4e00-\u9fff《])"
    r"|(?:^|(?<=[\s;；。,，、→]))\s*(?:\d{1,2}(?:[、．)）]|\.(?!\d))|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}步[：:、]?"
    r"|步骤[一二三四五六七八九十\d]{1,3}[：:、.]?)"
)
_STRONG = re.compile(
    r"[\n;；。]|[-=—－─]*[>＞→⇒➔➜►▶⇨↓]+|(?<=[\u4e00-\u9fff])\s*[-—–－─]+\s*(?=[\u4e00-\u9fff])"
)
_BETWEEN = {"flow": _STRONG, "materials": re.compile(r"[\n;；。]")}
_LOOSE = re.compile(r"[、,，\s]+")
_LIMIT = re.compile(
    r"(?:\d+个?(?:工作日|自然日|日|天|月|小时|分钟)(?:内|以内)?|即时|当场|即办)(?:办结|完成)?$"
)
_STAGE = re.compile(r"(?<=..)(?:环节|阶段)$")
_FORM = re.compile(
    r"(?:\d+|[一二两三四五六七八九十])份$|(?:原件(?:[及和、]复印件)?|复印件|电子(?:版|件|材料))$"
)
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)*)》(?!的?规定)")
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")
_EDITION = re.compile(r"\([^()]*[\d修订正][^()]*\)$")
_STATE = "中华人民共和国"
_EDGE = " 、,，.。:：《》“”\"'"


class Parts(Struct, frozen=True):
    """How a system's parts differ from an item's: ``extra`` there, ``missing`` there, ``renamed`` (ours, theirs)."""

    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.extra or self.missing or self.renamed)


def names(item: Item, key: str) -> tuple[str, ...]:
    """The names of an item's steps, materials or laws; a law that several bases cite once."""
    parts = cast("list[Doc]", item.data.get(key) or [])
    return tuple(dict.fromkeys(str(part[_NAME[key]]) for part in parts))


def named(parts: Iterable[Doc], key: str) -> list[Value]:
    """Parts without all that they are not compared by; the same list for the same parts, as many items have."""
    fields = (_NAME[key], "text")
    return _named(tuple(tuple((f, str(p[f])) for f in fields if _tells(p, f)) for p in parts))


@lru_cache(maxsize=4096)
def _named(parts: tuple[tuple[tuple[str, str], ...], ...]) -> list[Value]:
    return [dict(part) for part in parts]


def _tells(part: Doc, field: str) -> bool:
    """Whether a comparison looks at a field of a part: at its name, and at a text that quotes a law."""
    return field in part and (field != "text" or "《" in str(part[field]))


def joined(item: Item, key: str) -> str:
    """An item's parts in one line, for people."""
    marks = "《{}》" if key == "basis" else "{}"
    return _JOINT[key].join(marks.format(name) for name in names(item, key))


def compared(text: str, item: Item, key: str) -> Parts:
    """How the parts in a system's ``text`` differ from the item's."""
    if key == "basis":
        return _laws(text, names(item, key), _quoted(item))
    return _pieces(text, names(item, key), key)


@lru_cache(maxsize=100_000)
def _laws(text: str, laws: tuple[str, ...], quoted: frozenset[str]) -> Parts:
    """A text that names no law at all tells nothing; laws that a quoted article names are none of its own."""
    own = {_law(name): name for name in laws}
    found = {_law(name): name for name in _TITLE.findall(text) or _unmarked(text)}
    if not found:
        return Parts()
    extra = {key: name for key, name in found.items() if key not in own.keys() | quoted}
    missing = {key: name for key, name in own.items() if key not in found}
    return _paired(extra, missing)


def _unmarked(text: str) -> Iterator[str]:
    """What stands before 第×条 in a text without 《》."""
    for piece in re.split(r"[\n;；、,，。]", text):
        article = _ARTICLE.search(piece)
        name = _NUMBER.sub("", piece[: article.start()]).strip(_EDGE) if article else ""
        if name:
            yield name


def _law(name: str) -> str:
    return _EDITION.sub("", normal(name)).removeprefix(_STATE)


def _quoted(item: Item) -> frozenset[str]:
    bases = cast("list[Doc]", item.data.get("basis") or [])
    texts = (str(basis.get("text", "")) for basis in bases)
    return frozenset(_law(name) for text in texts if "《" in text for name in _TITLE.findall(text))


@lru_cache(maxsize=100_000)
def _pieces(text: str, parts: tuple[str, ...], key: str) -> Parts:
    """Pieces against names, a name with commas in it also piece by piece."""
    own = {_key(name, key): name for name in parts}
    found, loose = _found(text, key)
    known = own.keys() | _bits(own.values(), key).keys()
    seen = found.keys() | _bits(found.values(), key).keys()
    extra = dict(_extra(found, known, key))
    missing = {k: name for k, name in own.items() if not _mentioned(k, name, seen, key)}
    if any(len(k) > (_LONGEST_LOOSE if loose else _LONGEST)[key] for k in extra):
        whole = normal(text)
        return Parts(missing=tuple(name for k, name in missing.items() if k not in whole))
    return _paired(extra, missing)


def _extra(found: Names, known: Collection[str], key: str) -> Iterator[tuple[str, str]]:
    for k, name in found.items():
        if k not in known:
            bits = _bits([name], key) or {k: name}
            yield from ((bit, words) for bit, words in bits.items() if bit not in known)


def _mentioned(k: str, name: str, seen: Collection[str], key: str) -> bool:
    bits = _bits([name], key)
    return k in seen or (bool(bits) and all(bit in seen for bit in bits))


def _found(text: str, key: str) -> tuple[Names, bool]:
    """The names in a text by what they are compared by; whether nothing but commas stands between them."""
    plain = _without_remarks(text)
    pieces = [
        piece
        for part in _NUMBER.split(plain)
        for piece in _BETWEEN[key].split(part)
        if piece.strip(_EDGE)
    ]
    loose = len(pieces) < 2
    if loose and len(re.findall("[：:]", plain)) > 1:
        pieces = _LOOSE.split(plain)
    named = [_headed(piece, key) for piece in pieces]
    return {_key(name, key): name for name in named if _key(name, key)}, loose


def _headed(piece: str, key: str) -> str:
    """The name at the head of a piece, without the description that follows a colon."""
    plain = _LEAD.sub("", piece.strip(), count=1) if _LEAD.match(piece.strip()) else piece.strip()
    return _trimmed(re.split("[：:]", plain, maxsplit=1)[0], key) or plain.strip(_EDGE)


def _key(name: str, key: str) -> str:
    """What a name is compared by."""
    return normal(_trimmed(name, key) or name)


def _trimmed(name: str, key: str) -> str:
    """A name without what is said about it: remarks in brackets, a limit, the form and the number of copies."""
    plain = _without_remarks(name).strip(_EDGE)
    if key == "flow":
        return _STAGE.sub("", _LIMIT.sub("", plain).strip(_EDGE))
    while (shorter := _FORM.sub("", plain).strip(_EDGE)) and shorter != plain:
        plain = shorter
    return plain


def _without_remarks(text: str) -> str:
    """A text without brackets, but for those that tell one thing from another: （一）."""
    before = ""
    while before != text:
        before, text = text, _BRACKET.sub(_ordinal, text)
    return text


def _ordinal(found: re.Match[str]) -> str:
    return found[0] if _ORDINAL.fullmatch(found[1]) else ""


def _bits(wholes: Iterable[str], key: str) -> Names:
    """The pieces of names between commas; none of a name without commas."""
    found: Names = {}
    for whole in wholes:
        bits = [bit for bit in _LOOSE.split(whole) if bit.strip(_EDGE)]
        if len(bits) > 1:
            found |= {_key(bit, key): _trimmed(bit, key) or bit for bit in bits}
    return found


def _paired(extra: Names, missing: Names) -> Parts:
    """What is missing, and what is there in its place under nearly the same name, are one and the same."""
    renamed: list[tuple[str, str]] = []
    for there in list(extra):
        here = next((key for key in missing if _alike(key, there)), "")
        if here:
            renamed.append((missing.pop(here), extra.pop(there)))
    return Parts(tuple(extra.values()), tuple(missing.values()), tuple(renamed))


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) > 1 and (one in other or other in one):
        return True
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other) >= _NEAR
