"""Three systems that are configured with the items of a generated district, each drifted in its own way.

``python tests/bench/systems.py FOLDER ITEMS`` makes the district too, where the folder has none; the tables that
the systems gave out stand in ``FOLDER/tables``, for ``qingdan systems take``. A hundredth of each system's rows is
renamed a little, another has other limits, another is gone, and as many stand there that no list knows. One
system knows every fiftieth unit by a name of its own, and is the hardest: there any item may be meant.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast

from generate import generate

from qingdan.core.build import items_of
from qingdan.core.schema import Schemas
from qingdan.core.settings import settings
from qingdan.core.systems.taking import document, take
from qingdan.core.tables.reading import sheets
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.model.items import Item
from qingdan.model.values import Doc
from qingdan.repo import resources

DAY = "2026-11-20"
SHARE = 100
"""One row of so many drifts in each way."""

UNKNOWN = 50
"""One unit of so many goes by a name of the system's own."""


@dataclass(frozen=True, slots=True)
class System:
    """A system and the columns of its table; whether it has names of its own for some units."""

    id: str
    title: str
    columns: Mapping[str, str]
    own_names: bool = False


_SAID = {
    "事项名称": "name",
    "实施主体": "unit",
    "权责类别": "type",
    "事项状态": "state",
    "法定办结时限": "statutory_limit",
    "承诺办结时限": "promised_limit",
}
SYSTEMS = (
    System(
        "portal",
        "郑州市政务服务网",
        {"职权编号": "code", **_SAID, "运行流程": "flow", "法律依据": "basis"},
    ),
    System("approval", "行政审批系统", {**_SAID, "运行流程": "flow"}),
    System("mobile", "移动办事端", _SAID, own_names=True),
)

Row = dict[str, str]


def snapshots(folder: Path, count: int, seed: int = 20261120) -> None:
    """The systems' settings, snapshots and tables in a district of ``count`` powers, which is made where it is not there."""
    if not (folder / "qingdan.yaml").exists():
        generate(folder, count, seed)
    schemas = Schemas(resources.schema_texts())
    path = folder / "qingdan.yaml"
    path.write_text(_with_systems(path.read_text("utf-8")), "utf-8")
    known = reading.read(path.read_bytes(), schemas["workspace"].layout).value
    configured = settings(cast("Doc", known), schemas).systems
    items = list(_items(folder, schemas))
    for name in ("systems", "tables"):
        (folder / name).mkdir(exist_ok=True)
    for system in SYSTEMS:
        units = _units(folder, schemas, own_names=system.own_names)
        rows = drifted(items, units, seed=f"{seed}-{system.id}")
        raw = _table(system, rows)
        (folder / "tables" / f"{system.id}.csv").write_bytes(raw)
        name = f"{system.id}.csv"
        taken = take(sheets(raw, name), configured[system.id], schemas)
        made = document(configured[system.id], taken, DAY, name, sha256(raw).hexdigest())
        text = emit(made, schemas["system"].layout)
        (folder / "systems" / f"{system.id}.yaml").write_text(text, "utf-8")


def drifted(items: Sequence[Item], units: Mapping[str, str], seed: str) -> list[Row]:
    """A row for each item, some of them drifted, and some that are of no item."""
    chance = random.Random(seed)
    share = max(len(items) // SHARE, 1)
    places = chance.sample(range(len(items)), 4 * share)
    renamed, slower, gone, copied = (
        frozenset(places[turn * share : (turn + 1) * share]) for turn in range(4)
    )
    rows: list[Row] = []
    for place, item in enumerate(items):
        row = _row(item, units)
        if place in renamed:
            row["name"] = row["name"].replace("（第", "（原第")
        if place in slower:
            row["promised_limit"] = "45个工作日"
        if place not in gone:
            rows.append(row)
        if place in copied:
            code = f"{row['code']}-X"
            rows.append(row | {"code": code, "name": f"企业信用承诺书{code[2:7]}号{place}核验"})
    return rows


def _items(folder: Path, schemas: Schemas) -> Iterator[Item]:
    for path in sorted((folder / "lists" / "powers").glob("*.yaml")):
        value = reading.read(path.read_bytes(), schemas["powers"].layout).value
        yield from items_of(path.relative_to(folder).as_posix(), cast("Doc", value))


def _units(folder: Path, schemas: Schemas, *, own_names: bool) -> dict[str, str]:
    raw = (folder / "registers" / "units.yaml").read_bytes()
    value = cast("Doc", reading.read(raw, schemas["units"].layout).value)
    units = {str(unit["code"]): str(unit["name"]) for unit in cast("list[Doc]", value["units"])}
    others = list(units)[:: UNKNOWN if own_names else len(units) + 1]
    return units | {code: f"{units[code]}（窗口）" for code in others}


def _row(item: Item, units: Mapping[str, str]) -> Row:
    data = item.data
    row = {key: str(data.get(key, "")) for key in ("code", *_SAID.values())}
    steps = (str(step["step"]) for step in cast("list[Doc]", data["flow"]))
    laws = (f"《{basis['law']}》{basis['article']}" for basis in cast("list[Doc]", data["basis"]))
    return row | {
        "unit": units[item.unit],
        "flow": "→".join(steps),
        "basis": "；".join(laws),
    }


def _table(system: System, rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(system.columns)
    writer.writerows([row[key] for key in system.columns.values()] for row in rows)
    return text.getvalue().encode()


def _with_systems(text: str) -> str:
    """``qingdan.yaml`` with these systems instead of its own."""
    before, _, rest = text.partition("\nsystems:\n")
    after = rest[rest.index("\n\n") :]
    blocks = "".join(
        f"  {system.id}:\n    title: {system.title}\n    owner: 区电子政务中心\n"
        f"    source: district-operation 第五条第六款\n    holds:\n      lists: [powers]\n"
        f"    columns: {{{', '.join(f'{head}: {key}' for head, key in system.columns.items())}}}\n"
        for system in SYSTEMS
    )
    return f"{before}\nsystems:\n{blocks.rstrip()}{after}"


if __name__ == "__main__":
    snapshots(Path(sys.argv[1]), int(sys.argv[2]))
