"""A cell of legal bases as its entries: 《法》第三十九条 text… 第四十九条 text…《另一法》…, and bare document numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.importing.points import numbered, outside
from qingdan.core.importing.punctuation import DOCUMENT, damaged, line, tight, unified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.values import Doc

_NUMBER = "[0-9〇零一二三四五六七八九十百千]+"
_PART = rf"(?:第{_NUMBER}款)?(?:第?[（(]?{_NUMBER}[）)]?[项目])*(?:第{_NUMBER}目)?"
_ONE = rf"第{_NUMBER}条(?:之[一二三四五六七八九十])?{_PART}"
_ARTICLES = re.compile(rf"{_ONE}(?:(?:[、,，和及至]|以及){_ONE})*(?:[、,，和及]第{_NUMBER}[款项])*")
_SECTION = re.compile(rf"第{_NUMBER}[章节编部分]+")
_REMARK = re.compile(r"\s*[（(]([^（）()]*)[）)]")
_LABEL = re.compile(
    r"(?:[【\[]?(?:法律|行政法规|地方性法规|部门规章|地方政府规章|规章|规范性文件|依据)[】\]]?\d*[:：】]|【[^】]{2,12}】)\s*"
)
_TAIL = re.compile(rf"(?:{_LABEL.pattern})$")
_VERBS = re.compile(r"^(?:根据|依据|按照|依照|按)\s*(?=《)")
_CITED = re.compile(r"(?:根据|依据|按照|依照|违反|适用|执行|参照|符合|和|与|及|或|或者|、)\s*$")
_BEGIN = re.compile(r"^[:：,，]?\s*(?:(?:明确)?规定[:：，,]?)?\s*")
_LAWLIKE = re.compile(
    r"^([\u4e00-\u9fff（）]{2,60}?(?:法|条例|办法|规定|通知|意见|决定|细则|规则|解释|方案|标准|目录))(第.*)?$",
    re.DOTALL,
)
_SAYS = re.compile(r"(?:明确)?规定[：:]")
_ENDS = "。；;\n!！”』"
_AFTER_ARTICLE = ("规定", "的", "、", "和", "及", "至", "或", "以", "所", "中", "之")
LONGEST = 200
_NEARBY = 20
_LEAD = 60
"""No more stands between a title and its first article than 明确规定 and blanks."""
_LEADING = frozenset({"根据", "依据", "按照", "依照", "按", "和", "及"})


class Basis(Struct):
    """One entry as it is being read; ``doubts`` say what a person should look at."""

    law: str
    article: str = ""
    text: str = ""
    doubts: list[str] = field(default_factory=list)

    def document(self) -> Doc:
        """As the lists keep it: not verified."""
        parts = {"law": self.law, "article": self.article, "text": self.text, "check": "未核对"}
        return {key: part for key, part in parts.items() if part}


def bases(text: str, titles: Mapping[str, str]) -> list[Basis]:
    """The entries of a cell. ``titles``: document numbers to titles, where the register of laws knows them."""
    plain = unified(text).strip()
    lead, parts = numbered(plain)
    if parts and _lawless(lead):
        return [basis for part in parts for basis in _bases(part, titles)]
    return list(_bases(plain, titles))


def _lawless(text: str) -> bool:
    return len(text) <= LONGEST and "《" not in text and not _LABEL.sub("", text).strip("：: ")


def _bases(text: str, titles: Mapping[str, str]) -> Iterator[Basis]:
    starts = list(_starts(text))
    yield from _unnamed(text[: starts[0][0]] if starts else text, titles, alone=not starts)
    ends = [start for start, _ in starts[1:]] + [len(text)]
    for (start, stop), end in zip(starts, ends, strict=False):
        yield from _cited(text[start + 1 : stop], text[stop + 1 : end], titles)


def _starts(text: str) -> Iterator[tuple[int, int]]:
    """Where 《 begins an entry, and its 》; a law that is only mentioned in the words of another is none."""
    running = False
    for start, stop in _titles(text):
        if not running or _begins(text, start, stop):
            rest = text[stop + 1 :]
            running = not _only_listed(rest)
            yield start, stop


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """The outermost pairs of 《 》."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        if letter == "《":
            start = start if depth else place
            depth += 1
        elif letter == "》" and depth:
            depth -= 1
            if not depth:
                yield start, place


def _begins(text: str, start: int, stop: int) -> bool:
    """Whether a 《 after running words begins a new entry: after an end, and followed by an article or nothing."""
    before = text[max(start - _NEARBY, 0) : start]
    label = before.rstrip().endswith(("】", "："))
    if _CITED.search(before) or not (
        label or before[-1:].isspace() or before.rstrip()[-1:] in _ENDS
    ):
        return False
    after = _REMARK.sub("", text[stop + 1 :], count=1).lstrip(" :：,，")
    return (
        label
        or not after
        or after[0] in "，,；;。\n"
        or bool(_ARTICLES.match(after) or _SECTION.match(after))
    )


def _only_listed(rest: str) -> bool:
    """Whether nothing but articles and remarks stands before the next 《 or the end: a mere list of laws."""
    here = rest.partition("《")[0]
    bare = _ARTICLES.sub("", _REMARK.sub("", here))
    return not re.sub(rf"{DOCUMENT.pattern}|[\s，,、；;。和及]", "", bare)


def _cited(title: str, rest: str, titles: Mapping[str, str]) -> Iterator[Basis]:
    """The entries of one law: one for each article that has its own words."""
    law = tight(title)
    doubts = [] if law else ["书名号中没有名称"]
    remark = _REMARK.match(rest)
    if remark:
        rest = rest[remark.end() :]
        if titles.get(remark[1].strip()) != law:
            doubts.append(f"《{law}》后的“（{remark[1]}）”未取，文号和修订情况请记入依据名册")
    pieces = list(_articles(rest))
    for place, (article, words) in enumerate(pieces or [("", "")]):
        own, listed = _listed(words)
        yield Basis(law, article, own, doubts if place == 0 else [])
        yield from _unnamed(listed, titles, alone=False)


def _articles(rest: str) -> Iterator[tuple[str, str]]:
    """(article, its words) for each article that begins an entry of its own."""
    marks = [mark for mark in _ARTICLES.finditer(rest) if _own(rest, mark)]
    head = rest[: marks[0].start()] if marks else rest
    if not marks or _words(head):
        yield "", head
    ends = [mark.start() for mark in marks[1:]] + [len(rest)]
    for mark, end in zip(marks, ends, strict=False):
        yield re.sub(r"[,，]", "、", mark[0]), rest[mark.end() : end]


def _own(rest: str, mark: re.Match[str]) -> bool:
    """Whether an article begins an entry: at the start or after an end, and no mere reference."""
    if mark.start() <= _LEAD and not _words(rest[: mark.start()]):
        return True
    before = rest[max(mark.start() - _NEARBY, 0) : mark.start()]
    after = rest[mark.end() : mark.end() + _NEARBY]
    ended = before[-1:].isspace() or before[-1:] in _ENDS
    mentioned = after.lstrip().startswith(_AFTER_ARTICLE) and not _SAYS.match(after.lstrip())
    return ended and not _CITED.search(before) and not mentioned


def _words(text: str) -> str:
    """The words of an article without what only leads to them."""
    words = _TAIL.sub("", line(_BEGIN.sub("", text, count=1)))
    return words.strip(" ，,、;；").removeprefix("。").strip()


def _listed(words: str) -> tuple[str, str]:
    """The words of an article, and the list of document numbers that follows them."""
    parts = outside(words, ",，、；;\n")
    if all(not part.strip() or _is_number(part) for part in parts):
        return "", words
    text = (
        _words(words).strip('“”"') if words.count("“") == 1 == words.count("”") else _words(words)
    )
    return text, ""


def _is_number(part: str) -> bool:
    bare = _bare(part)
    return bool(DOCUMENT.fullmatch(bare)) or damaged(bare)


def _bare(part: str) -> str:
    text = _LABEL.sub("", tight(part)).strip(" 。；;")
    return re.sub(r"^(?:根据|依据|按照|依照|按)|(?:文件规定|文件|规定|文)$", "", text)


def _unnamed(text: str, titles: Mapping[str, str], *, alone: bool) -> Iterator[Basis]:
    """Entries without 《》: document numbers, and laws named without their marks."""
    text = _VERBS.sub("", _LABEL.sub("", text))
    parts = outside(text.strip(" ,，、；;\n"), ",，、；;\n")
    for place, part in enumerate(parts):
        if not _bare(part):
            if place:
                yield from _gap(parts, place)
        elif _is_number(part):
            yield _number(_bare(part), titles)
        elif alone or _bare(part) not in _LEADING:
            yield _whole(part.strip())


def _gap(parts: list[str], place: int) -> Iterator[Basis]:
    """Two commas in a row: perhaps a number fell out; told with the entry before."""
    before = _bare(parts[place - 1])
    if before and place + 1 < len(parts):
        yield Basis("", doubts=[f"“{before}”之后连着两个分隔符，疑似漏了一个文号"])


def _number(text: str, titles: Mapping[str, str]) -> Basis:
    if damaged(text):
        return Basis(text, doubts=[f"文号“{text}”不完整或有误，照原样列入，请核对"])
    return Basis(titles.get(text, text))


def _whole(text: str) -> Basis:
    """A law named without 《》, with its article if it has one; else the whole text as its name."""
    found = _LAWLIKE.match(text)
    if found and found[2]:
        mark = _ARTICLES.match(found[2])
        if mark:
            return Basis(
                found[1], mark[0], _words(found[2][mark.end() :]), ["依据没有书名号，请核对名称"]
            )
    if len(text) > LONGEST:
        return Basis("", text=text, doubts=["看不出法律法规或文件的名称"])
    return Basis(
        tight(text), doubts=[] if found else ["依据没有书名号和文号，整段作为名称，请核对"]
    )
