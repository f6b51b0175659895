"""Records as candidates: what each would be as an entry, whether it is there already, and what it lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.checks.registry import ITEM_CHECKS
from qingdan.core.importing import values
from qingdan.core.importing.notes import Note
from qingdan.core.importing.punctuation import name as tidy_name
from qingdan.core.importing.scalars import word
from qingdan.core.places import list_path
from qingdan.core.privacy import strings
from qingdan.core.tables import cells, headings
from qingdan.core.text.decoding import FORBIDDEN, described
from qingdan.core.wording import normal
from qingdan.model.codes import CODES
from qingdan.model.workspace import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.importing.rows import Cell, Record
    from qingdan.core.importing.unit_names import UnitNames
    from qingdan.core.importing.values import Words
    from qingdan.core.schema import Schema
    from qingdan.core.tables.fields import Field
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Doc, Settings, Value

IN_USE = "在用"
MISSING = "缺少："
_MISSING = re.compile(r"缺少“(.+)”（.+）。")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.、．]|[（(]\d{1,3}[)）]|[①-⑳])\s*")
_OTHER_CODES = ("task_code", "local_task_code", "local_catalog_code", "catalog_code")
"""Codes by which an item without one of ours is known again, the most particular first."""


class Existing(Struct, frozen=True):
    """The items there are: by our code, by other codes, by unit, name and type."""

    by_code: Mapping[str, Item]
    by_other: Mapping[tuple[str, str], tuple[Item, ...]] = field(default_factory=dict)
    by_identity: Mapping[tuple[str, str, str], tuple[Item, ...]] = field(default_factory=dict)


def existing(items: Mapping[str, Item], name: str) -> Existing:
    """The items of a workspace, those of the list ``name`` so that they can be found again without a code."""
    by_other: dict[tuple[str, str], tuple[Item, ...]] = {}
    by_identity: dict[tuple[str, str, str], tuple[Item, ...]] = {}
    for item in items.values():
        if item.list == name:
            identity = _identity(item.unit, item.data)
            by_identity[identity] = (*by_identity.get(identity, ()), item)
            for key in _OTHER_CODES:
                if item.data.get(key):
                    other = (key, str(item.data[key]))
                    by_other[other] = (*by_other.get(other, ()), item)
    return Existing(items, by_other, by_identity)


class Ground(Struct, frozen=True):
    """What records are judged against.

    ``list`` and its ``schema``; ``existing``: the items there are; ``units``: how units are named;
    ``number``: give codes to items that have none.
    """

    list: str
    schema: Schema
    fields: Sequence[Field]
    words: Words
    units: UnitNames
    settings: Settings
    existing: Existing = field(default_factory=lambda: Existing({}))
    number: bool = False


class Candidate(Struct, frozen=True):
    """A record as an entry of ``list``. ``texts`` are its cells; ``wrong`` the fields that are missing or unfit, with the sentence.

    ``status`` is new, same, changed or unfit; ``existing`` the code of the entry that it is, ``changed`` the labels
    of what differs there.
    """

    list: str
    file: str
    sheet: str
    row: int
    unit: str
    data: Doc
    texts: Mapping[str, Cell]
    wrong: tuple[tuple[str, str], ...] = ()
    existing: str = ""
    changed: tuple[str, ...] = ()
    unnumbered: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return str(
            self.data.get("name") or self.data.get("title") or self.data.get("certificate") or ""
        )

    @property
    def status(self) -> str:
        """new, same, changed or unfit."""
        if self.wrong:
            return "unfit"
        if not self.existing:
            return "new"
        return "changed" if self.changed else "same"


class Where(Struct, frozen=True):
    """A sheet of a file, and the unit that its name or title rows name; ``forced`` if the command names it."""

    file: str
    sheet: str
    unit: str = ""
    forced: bool = False


def candidate(record: Record, where: Where, ground: Ground) -> tuple[Candidate, tuple[Note, ...]]:
    """What a record would be as an item of the list."""
    notes: list[Note] = []
    wrong: list[tuple[str, str]] = []
    if record.entry is None:
        data, texts = read_fields(record, where, ground, notes, wrong)
        _name(record, data, ground)
        _sections(record, where, data, ground, notes)
        if "state" in {each.key for each in ground.fields}:
            data.setdefault("state", IN_USE)
    else:
        data, texts = dict(record.entry), dict(record.cells)
        wrong += _unseen(data, ground)
    unit = _unit(record, where, ground, notes, wrong)
    made = Candidate(
        ground.list, where.file, where.sheet, record.row, unit, data, texts, tuple(wrong)
    )
    return judged(_known(made, ground, kept=record.entry is not None), ground), tuple(notes)


def _unseen(data: Doc, ground: Ground) -> Iterator[tuple[str, str]]:
    """(field, why) for texts with characters that no file of a workspace may hold."""
    for at, text in strings(data):
        found = FORBIDDEN.search(text)
        if found:
            label = ground.schema.path_label(("items", 0, *at))
            yield str(at[0]), f"“{label}”中有{described(found[0])}，请删去"


def read_fields(
    record: Record, where: Where, ground: Ground, notes: list[Note], wrong: list[tuple[str, str]]
) -> tuple[Doc, dict[str, Cell]]:
    """The values of a record's cells, in schema order; what is to be said of them goes to ``notes`` and ``wrong``."""
    data: Doc = {}
    texts: dict[str, Cell] = {}
    for each in ground.fields:
        cell = record.cells.get(each.key)
        if cell is None:
            continue
        texts[each.key] = cell
        found = values.read(cell, each, ground.schema, ground.words)
        if found.left:
            notes.append(_note("left", where, cell, found.left))
        notes += [
            _note("doubt", where, cell, doubt) for doubt in found.doubts if not cell.inherited
        ]
        if found.wrong:
            wrong.append((each.key, f"“{each.title}”（{cell.at}）{found.wrong}"))
        elif found.value is not None:
            each.put(data, found.value)
        _remark(found.remark, each, data, ground, (where, cell, notes))
    return data, texts


def _remark(
    remark: str, each: Field, data: Doc, ground: Ground, place: tuple[Where, Cell, list[Note]]
) -> None:
    """Words beside a limit go to the limit's note, where the list has one and its column says nothing."""
    if not remark:
        return
    key = f"{each.key}_note"
    where, cell, notes = place
    if any(other.key == key for other in ground.fields):
        data.setdefault(key, remark)
    else:
        notes.append(_note("left", where, cell, f"“（{remark}）”没有对应的要素"))


def _note(kind: str, where: Where, cell: Cell, why: str) -> Note:
    return Note(
        "left" if kind == "left" else "doubt", where.file, where.sheet, cell.at, cell.text, why
    )


def _name(record: Record, data: Doc, ground: Ground) -> None:
    """A sub-item is named after its main item and itself."""
    sub = record.text(headings.SUB_ITEM)
    if sub and "name" in data and sub not in ground.words.empty | ground.words.none:
        own = tidy_name(_NUMBERED.sub("", sub))
        if normal(own) != normal(str(data["name"])):
            data["name"] = f"{data['name']}（{own}）"


def _sections(record: Record, where: Where, data: Doc, ground: Ground, notes: list[Note]) -> None:
    """What the sections above a record say for it: its type, or its sector; units are looked for in :func:`_unit`."""
    by_key = {each.key: each for each in ground.fields}
    for _, text, at in record.sections:
        kind = word(text, by_key["type"].node) if "type" in by_key else ""
        if kind and kind in by_key["type"].node["enum"]:
            if "type" not in record.cells:
                data["type"] = kind
        elif ground.units.find(text):
            continue
        elif "sector" in by_key and len(text) <= int(by_key["sector"].node.get("maxLength", 60)):
            data.setdefault("sector", tidy_name(text))
        else:
            note = Note("left", where.file, where.sheet, at, text, "分节的文字没有对应的要素")
            if note not in notes:
                notes.append(note)


def _unit(
    record: Record, where: Where, ground: Ground, notes: list[Note], wrong: list[tuple[str, str]]
) -> str:
    """The unit: the command's, else the row's own, the section's, the sheet's."""
    told = record.cells.get(headings.UNIT) or record.cells.get(headings.UNIT_CODE)
    own = next((code for code in _named(record, ground) if code), "")
    if where.forced:
        if own and own != where.unit:
            wrong.append((headings.UNIT, f"实施主体与 --unit 写明的“{where.unit}”不同"))
        return where.unit
    if own or not told:
        section = next((code for code in _sectioned(record, ground) if code), "")
        if not (own or section or where.unit):
            wrong.append((headings.UNIT, "看不出实施主体，请用 --unit 写明单位编号"))
        return own or section or where.unit
    sentence = _unknown_unit(told, ground)
    if where.unit:
        notes.append(
            _note(
                "doubt", where, told, f"{sentence}；现按表名归入“{ground.units.names[where.unit]}”"
            )
        )
    else:
        wrong.append((headings.UNIT, sentence))
    return where.unit


def _named(record: Record, ground: Ground) -> Iterator[str]:
    yield from (ground.units.find(record.text(key)) for key in (headings.UNIT_CODE, headings.UNIT))


def _sectioned(record: Record, ground: Ground) -> Iterator[str]:
    yield from (ground.units.find(text) for _, text, _ in reversed(record.sections))


def _unknown_unit(cell: Cell, ground: Ground) -> str:
    if normal(cell.text) in ground.units.shared:
        return f"单位名册中不止一个“{cell.text}”，请在表中写单位编号，或用 --unit 写明"
    near = ground.units.near(cell.text)
    guess = f"是不是“{near}”？" if near else ""
    return f"实施主体“{cell.text}”不在单位名册中，{guess}请先登记，或用 --unit 写明"


def _known(made: Candidate, ground: Ground, *, kept: bool) -> Candidate:
    """The candidate with the item that it already is: by code, by other codes, by unit and name.

    ``kept``: its data are an item as it is kept, where what is not said is not there.
    """
    item = _item(made, ground)
    if item is None:
        return made
    if item.list != ground.list:
        why = f"编号“{item.code}”已经用于“{item.name}”（{item.path}）"
        return replace(made, wrong=(*made.wrong, ("code", why)))
    data = dict(made.data) if kept else _settled(made, item.data, ground)
    data["code"] = item.code
    changed = _differences(data, item, made.unit, ground, kept=kept)
    wrong = tuple(one for one in made.wrong if one[0] != headings.UNIT or made.unit)
    return replace(
        made,
        data=data,
        unit=made.unit or item.unit,
        existing=item.code,
        changed=changed,
        wrong=wrong,
    )


def _item(made: Candidate, ground: Ground) -> Item | None:
    code = made.data.get("code")
    if code:
        return ground.existing.by_code.get(str(code))
    for key in _OTHER_CODES:
        found = ground.existing.by_other.get((key, str(made.data.get(key, ""))), ())
        if len(found) == 1:
            return found[0]
    same = ground.existing.by_identity.get(_identity(made.unit, made.data), ())
    alike = [item for item in same if not _told_apart(made.data, item.data)]
    return alike[0] if len(alike) == 1 else None


def _identity(unit: str, data: Doc) -> tuple[str, str, str]:
    return unit, normal(str(data.get("name", ""))), str(data.get("type", ""))


def _told_apart(one: Doc, other: Doc) -> bool:
    """Whether two items of one name have another code that differs."""
    return any(one.get(key) and other.get(key) and one[key] != other[key] for key in _OTHER_CODES)


def _settled(made: Candidate, before: Doc, ground: Ground) -> Doc:
    """The candidate's data; what only says the same in other words stays as it is in the list."""
    data = dict(made.data)
    for each in ground.fields:
        cell, old = made.texts.get(each.key), each.value(before)
        unsaid = cell is None and each.key == "state"
        if old is not None and (
            unsaid or (cell is not None and _same(each, cell, data, old, ground))
        ):
            each.put(data, old)
    return data


def _same(each: Field, cell: Cell, data: Doc, old: Value, ground: Ground) -> bool:
    if cells.same(cell.text, old, each.node, ground.schema):
        return True
    return _shape(each.value(data)) == _shape(old)


def _shape(value: Value) -> Value:
    """A value without what does not change its meaning: width, brackets, last stops, whether a basis is verified."""
    if isinstance(value, list):
        return [_shape(part) for part in value]
    if isinstance(value, dict):
        return {key: _shape(part) for key, part in value.items() if key != "check"}
    return normal(value).rstrip(";:,.。、") if isinstance(value, str) else value


def _differences(
    data: Doc, item: Item, unit: str, ground: Ground, *, kept: bool
) -> tuple[str, ...]:
    """The labels of what the table says otherwise; what a table does not say is no difference."""
    labels = [
        each.title
        for each in ground.fields
        if (kept or each.value(data) is not None) and each.value(data) != each.value(item.data)
    ]
    if unit and unit != item.unit:
        labels.append(ground.schema.label(("unit",)))
    return tuple(labels)


def judged(made: Candidate, ground: Ground) -> Candidate:
    """The candidate with all that the schema misses in it."""
    if made.existing or (made.wrong and made.wrong[-1][0] == "code"):
        return made
    data = dict(made.data)
    unnumbered = "code" not in data and "code" not in made.texts
    if unnumbered and ground.number:
        data["code"] = "X0"  # stands for the number that the program will give
    document: Doc = {"list": ground.list, "unit": made.unit or "X0", "items": [cast("Value", data)]}
    told = {key for key, _ in made.wrong}
    wrong = [one for one in unfit(document, ground.schema) if one[0] not in told]
    if all(why.startswith(MISSING) for _, why in wrong):
        wrong += _checked(made, ground)
    if unnumbered and not ground.number:
        wrong = [
            (key, f"{why}（可以加 --number 由程序编号）" if key == "code" else why)
            for key, why in wrong
        ]
    found = sorted((*made.wrong, *wrong), key=lambda one: _order(one[0], ground))
    return replace(made, wrong=tuple(found), unnumbered=unnumbered)


def _checked(made: Candidate, ground: Ground) -> Iterator[tuple[str, str]]:
    """The errors that the checks of one item by itself find in what there is of it."""
    item = Item(ground.list, made.unit, list_path(ground.list, made.unit), 0, made.data)
    for check in ITEM_CHECKS.values():
        for finding in check((item,), ground.settings):
            if CODES[finding.code].severity == "error":
                yield fault(finding, ground.fields)


def fault(finding: Finding, fields: Sequence[Field]) -> tuple[str, str]:
    """A finding as (field, why): of a field that is empty, that it is missing."""
    for each in fields:
        if f"没有“{each.title}”" in finding.message:
            return each.key, f"{MISSING}{each.title}"
    key = str(finding.at[2]) if len(finding.at) > 2 else ""
    said = f"{finding.message}{finding.fix}".removesuffix("。")
    return key, f"{said}（{finding.code}）"


def _order(key: str, ground: Ground) -> int:
    """Where a field stands in the schema; what is no field comes first."""
    keys = [each.at[0] for each in ground.fields]
    return keys.index(key.partition(".")[0]) if key.partition(".")[0] in keys else -1


def unfit(document: Doc, schema: Schema) -> Iterator[tuple[str, str]]:
    """(field, why) for all that a schema has against a document's one entry."""
    for finding in schema.findings(cast("Value", document), ""):
        missing = _MISSING.fullmatch(finding.message)
        if missing:
            place = schema.path_label(finding.at[:-1]) if len(finding.at) > 3 else ""
            yield str(finding.at[2]), f"{MISSING}{place}{missing[1]}"
        else:
            key = ".".join(str(step) for step in finding.at[2:3])
            yield key, f"{finding.message}{finding.fix}".rstrip("。")


def without_repeats(
    found: Iterable[Candidate], key: str = ""
) -> tuple[list[Candidate], list[Candidate]]:
    """Candidates, and those that say exactly what one above them says; one that only has its name is unfit."""
    kept: list[Candidate] = []
    repeated: list[Candidate] = []
    seen: dict[object, Candidate] = {}
    for made in found:
        first = next((seen[one] for one in _keys(made, key) if one in seen), None)
        if first is None:
            seen |= dict.fromkeys(_keys(made, key), made)
            kept.append(made)
        elif first.data == made.data and first.unit == made.unit:
            repeated.append(made)
        else:
            why = f"与第{first.row}行“{first.name}”的编号或名称相同，内容不同"
            kept.append(replace(made, wrong=(*made.wrong, ("name", why))))
    return kept, repeated


def _keys(made: Candidate, key: str) -> list[object]:
    """What no other row may have: a register's key; codes; without any, unit, name and type."""
    if key:
        return [made.data[key]] if made.data.get(key) else [made.name]
    codes: list[object] = [
        (key, str(made.data[key]))
        for key in ("code", "task_code", "local_task_code")
        if made.data.get(key)
    ]
    return codes or [_identity(made.unit, made.data)]
