"""What an import found, for people: where the headings are, what is taken, what is not and why, what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_FOLD = 5
"""From so many rows with the same gap on, they are told together."""
_SHORT = 40
_CELL = re.compile(r"([A-Z]+)(\d+)")


def sheet(
    file: str, name: str, rows: tuple[int, int], columns: Sequence[tuple[str, str, str]], count: int
) -> str:
    """A sheet that was understood: where its headings are, which columns are taken as what, how many entries."""
    first, last = rows
    where = f"第{first}行" if first == last else f"第{first}、{last}行"
    taken = "，".join(
        f"{letters}列“{heading}”" + (f"→{label}" if label != heading else "")
        for letters, heading, label in columns
    )
    return f"{_source(file, name).rstrip()}：表头在{where}，读出{count}项。\n  取用的列：{taken}。"


def notes(told: Iterable[tuple[str, str, str, str, str]]) -> Iterator[str]:
    """(file, sheet, address, text, why) as lines; what has the same reason in one column is told together."""
    groups: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    for file, name, at, text, why in told:
        groups.setdefault((file, name, why, _place(at)), []).append((at, text))
    for (file, name, why, _), cells in groups.items():
        where = spans([at for at, _ in cells])
        texts = list(dict.fromkeys(_short(text) for _, text in cells))
        shown = f"“{texts[0]}”" + (f"等{len(cells)}处" if len(cells) > 1 else "")
        yield f"  {_source(file, name)}{where + '　' if where else ''}{shown}：{_ended(why)}"


def gaps(found: Iterable[tuple[str, str, int, str, Sequence[str]]]) -> Iterator[str]:
    """(file, sheet, row, name, what is wrong) as lines; many rows with the same gaps are told together."""
    groups: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for file, name, row, called, wrong in found:
        groups.setdefault((file, name, _sentence(wrong)), []).append((row, called))
    for (file, name, sentence), rows in groups.items():
        if len(rows) >= _FOLD:
            where = spans([f"第{row}行" for row, _ in rows])
            yield f"  {_source(file, name)}{where}（{len(rows)}项，如“{_short(rows[0][1])}”）{_ended(sentence)}"
        else:
            yield from (
                f"  {_source(file, name)}第{row}行“{_short(called)}”{_ended(sentence)}"
                for row, called in rows
            )


def counts(units: Mapping[str, int]) -> str:
    """``区应急管理局12项、区教育局3项``."""
    return "、".join(f"{name}{count}项" for name, count in units.items())


def spans(places: Sequence[str]) -> str:
    """Addresses, those that follow one another as one span: ``G7:G9、H3``, ``第2—40行``."""
    if all(re.fullmatch(r"第\d+行", place) for place in places):
        numbers = sorted({int(place[1:-1]) for place in places})
        return (
            "第" + "、".join(_span(str(a), str(b), "—") for a, b in _runs(numbers)) + "行"
            if numbers
            else ""
        )
    cells = [_CELL.fullmatch(place) for place in places]
    if cells and all(cells):
        letters = {cell[1] for cell in cells if cell}
        if len(letters) == 1:
            letter = letters.pop()
            numbers = sorted({int(cell[2]) for cell in cells if cell})
            return "、".join(_span(f"{letter}{a}", f"{letter}{b}", ":") for a, b in _runs(numbers))
    return "、".join(dict.fromkeys(place for place in places if place))


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _span(first: str, last: str, mark: str) -> str:
    return first if first == last else f"{first}{mark}{last}"


def _place(at: str) -> str:
    """What notes of one reason are gathered by: the column of a cell; rows all together."""
    found = _CELL.fullmatch(at)
    return found[1] if found else ("行" if at.endswith("行") else at)


def _sentence(wrong: Sequence[str]) -> str:
    """``缺少：甲、乙；……``: what is missing first, in one list."""
    missing = [why.removeprefix("缺少：") for why in wrong if why.startswith("缺少：")]
    others = [why for why in wrong if not why.startswith("缺少：")]
    return "；".join([*([f"缺少：{'、'.join(missing)}"] if missing else []), *others])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[:_SHORT] + "…"


def _source(file: str, name: str) -> str:
    """The file and, of a workbook, the sheet; a text has but one, named after it."""
    return f"{file}　" if name == file.rpartition(".")[0] else f"{file}“{name}”　"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("？", "。", "！")) else f"{sentence}。"
