"""Records as entries of a register: what each would be, whether it is there already, and the register with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.importing.items import Candidate, read_fields, unfit
from qingdan.core.importing.notes import Note
from qingdan.core.tables import cells
from qingdan.core.text.canonical import emit
from qingdan.core.text.handwritten import with_entries
from qingdan.core.wording import normal
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.importing.items import Ground, Where
    from qingdan.core.importing.rows import Cell, Record
    from qingdan.core.schema import Schema
    from qingdan.core.tables.fields import Field
    from qingdan.model.values import Doc, Value

KEYS: Mapping[str, str] = {
    "units": "code",
    "laws": "title",
    "officers": "certificate",
    "delegations": "id",
    "staff": "email",
}
"""Register to the field that tells its entries apart; the entries stand under the register's own name."""

_UNITS = frozenset({"unit", "from", "to", "parent"})
_UNVERIFIED = "未核对"


class Register(Struct, frozen=True):
    """A register as it stands: its name, and its entries by their key."""

    name: str
    entries: Mapping[str, Doc]

    @property
    def key(self) -> str:
        """The field that tells entries apart."""
        return KEYS[self.name]


def candidate(
    record: Record, where: Where, ground: Ground, register: Register
) -> tuple[Candidate, tuple[Note, ...]]:
    """What a record would be as an entry of the register."""
    notes: list[Note] = []
    wrong: list[tuple[str, str]] = []
    data, texts = read_fields(record, where, ground, notes, wrong)
    for each in ground.fields:
        if each.key in texts:
            _resolve(each, data, texts[each.key], ground, register, wrong)
    _kind(data, texts, where, ground, notes)
    if register.name == "laws":
        data.setdefault("check", _UNVERIFIED)
    made = Candidate(
        ground.list, where.file, where.sheet, record.row, "", data, texts, tuple(wrong)
    )
    return _judged(_known(made, ground, register), ground, register), tuple(notes)


def _resolve(
    each: Field,
    data: Doc,
    cell: Cell,
    ground: Ground,
    register: Register,
    wrong: list[tuple[str, str]],
) -> None:
    """Units named instead of numbered get their codes; items and laws likewise, where one alone is so called."""
    value = each.value(data)
    if each.key in _UNITS and each.node.get("format") != "date" and isinstance(value, str):
        found = ground.units.find(value) or ground.units.find(cell.text)
        near = ground.units.near(cell.text)
        guess = f"，是不是“{near}”" if near else ""
        if found:
            each.put(data, found)
        elif register.name != "units":
            wrong.append(
                (each.key, f"“{each.title}”（{cell.at}）“{cell.text}”不在单位名册中{guess}")
            )
    elif each.key == "items" and isinstance(value, list):
        each.put(data, [_item(str(part), ground) for part in value])
    elif each.key == "roles" and isinstance(value, list):
        wrong += (
            (each.key, _strange(str(role), each, cell, ground))
            for role in value
            if role not in ground.settings.roles
        )


def _strange(role: str, each: Field, cell: Cell, ground: Ground) -> str:
    near = likest(role, ground.settings.roles, 1)
    guess = f"，是不是“{near[0]}”" if near else ""
    return f"“{each.title}”（{cell.at}）“{role}”没有在 qingdan.yaml 的 roles 中定义{guess}"


def _item(text: str, ground: Ground) -> str:
    """The code of the item that a word names."""
    by_code = ground.existing.by_code
    if text in by_code:
        return text
    named = [item.code for item in by_code.values() if normal(item.name) == normal(text)]
    return named[0] if len(named) == 1 else text


def _kind(
    data: Doc, texts: Mapping[str, Cell], where: Where, ground: Ground, notes: list[Note]
) -> None:
    """The kind of a unit by the ending of its name, where the table says none or only 乡镇街道."""
    node = ground.schema.node((ground.list, 0, "kind"))
    told = texts.get("kind")
    lumped = told is not None and normal(told.text) in map(normal, node.get("x-by-name", ()))
    if "x-endings" not in node or (told is not None and not lumped):
        return
    name = str(data.get("name", ""))
    endings = ((ending, kind) for kind, several in node["x-endings"].items() for ending in several)
    kind = next(
        (kind for ending, kind in sorted(endings, key=_longest_first) if name.endswith(ending)), ""
    )
    if kind:
        data["kind"] = kind
        if told is None:
            notes.append(
                Note(
                    "doubt",
                    where.file,
                    where.sheet,
                    texts["name"].at,
                    name,
                    f"按名称认定为“{kind}”",
                )
            )


def _longest_first(pair: tuple[str, str]) -> int:
    return -len(pair[0])


def _known(made: Candidate, ground: Ground, register: Register) -> Candidate:
    """The candidate with the entry that it already is: by key, or a unit by its name."""
    key = str(made.data.get(register.key, ""))
    if not key and register.name == "units":
        key = ground.units.find(made.name)
    if register.name == "staff":  # whom git knows by it, whatever its case
        key = next((known for known in register.entries if known.casefold() == key.casefold()), key)
    before = register.entries.get(key)
    if before is None:
        return made
    data = {**made.data, register.key: key}
    for each in ground.fields:
        cell, old = made.texts.get(each.key), each.value(before)
        unsaid = cell is None and each.value(data) is not None
        if old is not None and (
            unsaid or (cell and cells.same(cell.text, old, each.node, ground.schema))
        ):
            each.put(data, old)
    changed = tuple(
        each.title
        for each in ground.fields
        if each.value(data) is not None and each.value(data) != each.value(before)
    )
    return replace(made, data=data, existing=key, changed=changed)


def _judged(made: Candidate, ground: Ground, register: Register) -> Candidate:
    """The candidate with all that the schema misses in the entry as it would stand."""
    before = register.entries.get(made.existing, {})
    entry = joined(before, made.data, ground.fields)
    told = {key for key, _ in made.wrong}
    document: Doc = {register.name: [cast("Value", entry)]}
    wrong = [one for one in unfit(document, ground.schema) if one[0] not in told]
    return replace(made, wrong=(*made.wrong, *wrong))


def joined(before: Doc, data: Doc, fields: Sequence[Field]) -> Doc:
    """An entry with what a table says put in; what the table does not say stays."""
    entry = dict(before)
    for each in fields:
        value = each.value(data)
        if value is not None:
            each.put(entry, value)
    return entry


def entered(raw: bytes | None, name: str, entries: Mapping[str, Doc], schema: Schema) -> bytes:
    """A register's file with entries, by their key, added or brought up to date; a new file where there is none."""
    keys = tuple(schema.node((name, 0))["properties"])
    rows = {
        key: {part: entry[part] for part in keys if part in entry} for key, entry in entries.items()
    }
    if raw is None:
        return emit({name: list(rows.values())}, schema.layout).encode()
    return with_entries(raw, name, KEYS[name], rows)
