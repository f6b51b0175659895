"""Delegations that a clerk hands in with the items they are about: a YAML file as the register is written, or a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.importing.items import unfit
from qingdan.core.importing.registers import joined
from qingdan.desk.adjustments.adjusting import given
from qingdan.desk.tables import importing
from qingdan.model.errors import RefusedError, UsageError
from qingdan.render import imported as shown
from qingdan.repo import files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc

_NAME = "delegations"


class Given(Struct, frozen=True):
    """Entries of the register, each valid by itself; ``notes`` tell what of a table was not taken or is doubtful."""

    entries: tuple[Doc, ...] = ()
    notes: tuple[str, ...] = ()


def read(opened: Opened, file: Path, today: date) -> Given:
    """The delegations of a file; UsageError or RefusedError naming each that cannot be registered."""
    if file.suffix.lower() in {".yaml", ".yml"}:
        return Given(_written(opened, file))
    return _tabled(opened, file, today)


def _written(opened: Opened, file: Path) -> tuple[Doc, ...]:
    """The entries of a YAML file: under ``delegations``, as in the register, or a single one."""
    value = given(file)
    entries = value.get(_NAME, [value])
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{file}的 delegations 应为一条或多条委托，每条以“- id: 委托编号”开头。")
    wrong = [
        f"第{place}条：{why.rstrip('。')}。"
        for place, entry in enumerate(entries, 1)
        for _, why in unfit({_NAME: [entry]}, opened.schemas[_NAME])
    ]
    if wrong:
        raise UsageError(f"{file}中的委托不能登记：{''.join(wrong)}")
    found = cast("list[Doc]", entries)
    ids = [str(entry["id"]) for entry in found]
    twice = [key for key in ids if ids.count(key) > 1]
    if twice:
        raise UsageError(f"{file}中的委托编号“{twice[0]}”用了不止一次。")
    return tuple(found)


def _tabled(opened: Opened, file: Path, today: date) -> Given:
    raw = files.read(file)
    importing.refuse_broken_register(opened, _NAME)
    task = importing.Task(((file.name, raw),), (_NAME,), is_register=True, today=today)
    made = importing.prepare(opened, task)
    if made.unfit:
        gaps = shown.gaps(
            (one.file, one.sheet, one.row, one.name, [why for _, why in one.wrong])
            for one in made.unfit
        )
        raise RefusedError("委托表中有不能登记的，没有提交，文件没有改动：\n" + "\n".join(gaps))
    notes = shown.notes(
        (one.file, one.sheet, one.at, one.text, one.why) for one in made.imported.notes
    )
    known = made.register.entries if made.register else {}
    fields = made.grounds[_NAME].fields
    entries = (
        joined(known.get(one.existing, {}), one.data, fields) for one in made.imported.candidates
    )
    return Given(tuple(entries), tuple(notes))
