"""``python tests/bench/trial.py FOLDER``: a whole district through everything that has to do with tables.

45 units hand in 4,000 items in workbooks of three layouts; they are imported, validated, exported, twenty cells
are edited and brought back as one batch; then the portal's table, in which sixty rows have drifted, is compared.
Every step is checked against what the generator knows; the tests run the same at a small size.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generate import LAWS
from generate import item as generated
from layouts import TYPES, Department, write

from qingdan.desk.opening import open_workspace
from qingdan.model.items import Item
from qingdan.model.values import Doc, Value

Command = Callable[..., int]
"""Runs ``qingdan`` with these words; its exit code."""

DAY = "2026-11-20"
_WHY = ("--trigger", "internal", "--occurred", "2026-11-18", "--today", DAY)
_BUREAUS = (
    "发展和改革局", "教育局", "科学技术局", "工业和信息化局", "民族宗教事务局", "公安分局", "民政局",
    "人力资源和社会保障局", "自然资源和规划局", "生态环境局", "住房和城乡建设局", "城市管理综合执法局",
    "交通运输局", "农业农村水利局", "商务局", "文化旅游体育局", "卫生健康委员会", "退役军人事务局",
    "应急管理局", "市场监督管理局", "统计局", "医疗保障局", "金融工作局", "信访局", "园林绿化中心",
)  # fmt: skip
_STREETS = "东风 南阳 西苑 北环 建设 和平 友谊 长江 黄河 嵩山 淮河 桐柏 航海 秦岭 棉纺 林山 汝河 三官 石佛 沟赵"
_ONLINE: list[Value] = ["网上预约", "网上申报", "网上受理", "网上办理", "网上监管"]
_FIELDS = (
    "name", "type", "state", "section", "basis", "conditions", "statutory_limit", "promised_limit", "flow",
    "punishment", "online", "responsibilities", "accountability", "post_supervision",
)  # fmt: skip
"""What the tables say of an item, and what must be in the lists afterwards."""
_COLUMNS = (
    "职权编号", "事项名称", "实施主体", "权责类别", "事项状态", "法定办结时限", "承诺办结时限",
)  # fmt: skip


_UNIT_COLUMNS = (
    "单位代码", "机构名称", "简称", "单位性质", "执法主体资格·确认日期", "执法主体资格·公布日期",
    "投诉举报渠道·电话", "投诉举报渠道·电子信箱", "投诉举报渠道·受理范围", "投诉举报渠道·通信地址",
    "投诉举报渠道·受理方式和渠道", "投诉举报渠道·办理程序", "投诉举报渠道·办理时限",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much: units, items, edited cells, drifted rows."""

    units: int
    items: int
    edits: int
    drifts: int


FULL = Size(45, 4000, 20, 60)


@dataclass(slots=True)
class Trial:
    """A trial under way: where, by which command, and what each step took and gave."""

    folder: Path
    command: Command
    size: Size
    seed: int = 20261120
    steps: list[tuple[str, float, str]] = field(default_factory=list)

    @property
    def work(self) -> Path:
        """The workspace."""
        return self.folder / "district"

    def qingdan(self, *words: str, code: int = 0) -> None:
        """Run a command in the workspace; it must end with ``code``."""
        found = self.command("-C", str(self.work), *words)
        expect(f"exit code of qingdan {' '.join(words[:4])}", found, code)

    def step(self, what: str, work: Callable[[], str]) -> None:
        """Do a step and note its time and outcome."""
        start = time.perf_counter()
        outcome = work()
        self.steps.append((what, time.perf_counter() - start, outcome))
        print(f"{what}: {outcome}", file=sys.stderr)

    def run(self) -> None:
        """All of it, from an empty folder to the drifted portal."""
        departments = district(self.size, self.seed)
        tables = self.folder / "tables"
        tables.mkdir(parents=True)
        files = [write(one, number, tables) for number, one in enumerate(departments, 1)]
        self.step("init", self._init)
        self.step("import --register", lambda: self._registers(departments))
        self.step("import", lambda: self._import(departments, files))
        self.step("import again", lambda: self._again(files))
        self.step("validate --commits", self._validate)
        self.step("export, unedited back", self._export)
        self.step("adjust import --batch", self._edit)
        self.step("validate --commits", self._validate)
        self.step("systems take, check", self._drift)

    # --- the steps -------------------------------------------------------------------------

    def _init(self) -> str:
        words = ("--profile", "district", "--name", "郑州市样板区", "--short", "样板区")
        code = self.command(
            "init", str(self.work), *words, "--division", "410199000000", "--today", DAY
        )
        expect("exit code of init", code, 0)
        return "empty workspace"

    def _registers(self, departments: Sequence[Department]) -> str:
        sheet, table = self.folder / "tables" / "单位.xlsx", self.folder / "tables" / "依据.csv"
        _workbook(sheet, "单位名册", [list(_UNIT_COLUMNS), *map(_unit_row, departments)])
        laws = [["法律法规名称", "效力级别", "发布日期", "核对情况"]]
        laws += [[law, "法律", "2003-08-27", "未核对"] for law in LAWS]
        table.write_bytes(_csv(laws).encode("utf-8-sig"))
        for name, file in (("units", sheet), ("laws", table)):
            self.qingdan("import", str(file), "--register", name, "--yes", "--today", DAY)
        units = open_workspace(self.work).book().units
        for one in departments:
            found = units[one.code]
            expect(f"unit {one.code}", (found.name, found.short), (one.name, one.short))
        return f"{len(departments)} units, {len(LAWS)} laws"

    def _import(self, departments: Sequence[Department], files: Sequence[Path]) -> str:
        words = ("--list", "powers", "--number", "--expect", str(self.size.items), "--yes")
        self.qingdan("import", *map(str, files), *words, *_WHY, "--reason", "首次建库")
        items = self.items()
        for one in departments:
            _compare_unit(one, items)
        return f"{len(items)} items in {len(departments)} files, every field as handed in"

    def _again(self, files: Sequence[Path]) -> str:
        before = self.head()
        self.qingdan("import", *map(str, files), "--list", "powers", "--number", "--yes", *_WHY)
        expect("commit after importing again", self.head(), before)
        return "nothing changed"

    def _validate(self) -> str:
        findings = self.findings("validate", "--commits", "HEAD", code=0)
        counts = Counter(finding["code"] for finding in findings)
        penalties = self._penalties()
        expect("findings", counts, Counter({"QD212": penalties}))
        return f"no errors; {penalties} penalties without discretion standard (QD212), as handed in"

    def _penalties(self) -> int:
        """Those handed in without a discretion standard, for which the rules ask."""
        return sum(item.type == "行政处罚" for item in self.items().values())

    def _export(self) -> str:
        before = self.head()
        self.qingdan("export", "--list", "powers", "--format", "xlsx", "--out", str(self.book))
        self.qingdan("adjust", "import", str(self.book), "--yes", *_WHY, "--reason", "没有改动")
        expect("commit after an unedited workbook", self.head(), before)
        return f"{self.book.stat().st_size // 1024} KB; unedited it changes nothing"

    def _edit(self) -> str:
        """Edit cells as Excel would save them, and bring the workbook back as one batch."""
        before, head = self.items(), self.head()
        edited = edit(self.book, self.size.edits, self.seed)
        words = ("--batch", "--yes", *_WHY, "--reason", "按季度核对的结果调整承诺时限")
        self.qingdan("adjust", "import", str(self.book), *words)
        after = self.items()
        changed = {code for code in before if before[code].data != after[code].data}
        expect("items changed", changed, set(edited))
        for code, limit in edited.items():
            expect(f"{code}", after[code].data, before[code].data | {"promised_limit": limit})
        git = open_workspace(self.work).repository
        expect("commits made", len(git.log(f"{head}..HEAD")), 1)
        return f"{len(edited)} cells, one commit"

    def _drift(self) -> str:
        units = open_workspace(self.work).book().units
        rows = [_portal_row(item, units[item.unit].name) for item in self.items().values()]
        drifted, wanted = drift(rows, self.size.drifts, self.seed)
        table = self.folder / "tables" / "portal.csv"
        table.write_bytes(
            _csv([list(_COLUMNS), *([row[c] for c in _COLUMNS] for row in drifted)]).encode(
                "gb18030"
            )
        )
        self.qingdan("systems", "take", "portal", str(table), "--today", DAY)
        found = self.findings("check", "--today", DAY, code=1)
        world = [f for f in found if f["path"].startswith("systems/") or f["code"] == "QD301"]
        have = Counter((f["code"], _named(f, wanted)) for f in world)
        expect("drifts", have, Counter((one.code, one.key) for one in wanted))
        others = Counter(f["code"] for f in found if f not in world)
        expect("other findings", others, Counter({"QD309": 1, "QD212": self._penalties()}))
        self.qingdan("systems", "compare", "--today", DAY, code=1)
        kinds = Counter(one.code for one in wanted)
        return f"{len(world)} of {len(wanted)} drifts, nothing else: {dict(sorted(kinds.items()))}"

    # --- what they look at -----------------------------------------------------------------

    @property
    def book(self) -> Path:
        """The exported workbook."""
        return self.folder / "powers.xlsx"

    def head(self) -> str:
        """The commit that the workspace stands on."""
        return open_workspace(self.work).repository.resolve("HEAD")

    def items(self) -> Mapping[str, Item]:
        """Every item as the lists have it."""
        return open_workspace(self.work).book(keep_items=True).items

    def findings(self, *words: str, code: int) -> list[dict[str, Any]]:
        """What a judging command finds."""
        target = self.folder / "findings.json"
        self.qingdan(*words, "--format", f"json={target}", code=code)
        found: list[dict[str, Any]] = json.loads(target.read_text("utf-8"))["findings"]
        return found


def expect(what: str, found: object, wanted: object) -> None:
    """Stop the trial where something is not as the generator knows it."""
    if found != wanted:
        raise SystemExit(f"{what}:\n  wanted {wanted!r}\n  found  {found!r}"[:4000])


# --- the district ---------------------------------------------------------------------------


def district(size: Size, seed: int) -> tuple[Department, ...]:
    """The departments with their items; layouts take turns."""
    chance = random.Random(seed)
    names = [
        *(f"郑州市样板区{name}" for name in _BUREAUS),
        *(f"郑州市样板区{name}街道办事处" for name in _STREETS.split()),
    ]
    if size.units < len(names):
        names = names[: size.units // 2] + names[len(_BUREAUS) :][: size.units - size.units // 2]
    every, more = divmod(size.items, len(names))
    return tuple(
        _department(chance, place, name, every + (place < more)) for place, name in enumerate(names)
    )


def _department(chance: random.Random, place: int, name: str, count: int) -> Department:
    code, layout = f"YB-{place + 1:02d}", "ABC"[place % 3]
    items = [_plain(generated(chance, code, number)) for number in range(count)]
    items.sort(key=lambda item: (TYPES.index(str(item["type"])), str(item["name"])))
    numbers: Counter[str] = Counter()
    for item in items:
        letters = str(item["code"]).split("-")[2]
        numbers[letters] += 1
        item["code"] = f"{code}-{letters}-{numbers[letters]:03d}"
    short = name.removeprefix("郑州市样板").replace("街道办事处", "街道")
    return Department(code, name, short, layout, tuple(items))


def _plain(item: Doc) -> Doc:
    """What departments' tables say of an item."""
    return {key: value for key, value in item.items() if key in {"code", *_FIELDS}}


def _unit_row(one: Department) -> list[str]:
    kind = "街道" if "街道" in one.name else "区直部门"
    place = f"{one.name}办公楼"
    said = ("0371-00000000", f"{one.code.lower()}@yangban.example", "本单位行使职权中的问题", place)
    rest = ("电话、来信来访", "登记后由法制科核查并答复", "15个工作日内答复")
    return [one.code, one.name, one.short, kind, "2019年4月22日", "2019/4/28", *said, *rest]


def _compare_unit(one: Department, items: Mapping[str, Item]) -> None:
    """Every field of every item as the generator made it; codes that were not handed in run by type."""
    found = {item.name: item for item in items.values() if item.unit == one.code}
    expect(f"names of {one.name}", sorted(found), sorted(str(item["name"]) for item in one.items))
    for wanted in one.items:
        have = found[str(wanted["name"])].data
        for key in ("code", *_FIELDS):
            where = f"{key} of {one.layout} {wanted['code']} {wanted['name']}"
            expect(where, have.get(key), wanted.get(key))


# --- edits and drifts -----------------------------------------------------------------------


def edit(path: Path, count: int, seed: int) -> Mapping[str, str]:
    """Change the promised limit of ``count`` items by a day, saved by openpyxl; code to the new limit."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet: Any = next(sheet for sheet in book.worksheets if sheet.title == "行政权责清单")
    heads = [str(cell.value) for cell in sheet[1]]
    code, limit = heads.index("职权编号"), heads.index("承诺办结时限")
    edited: dict[str, str] = {}
    for row in sorted(random.Random(seed).sample(range(2, sheet.max_row + 1), count)):
        days = int(str(sheet.cell(row, limit + 1).value).removesuffix("个工作日"))
        edited[str(sheet.cell(row, code + 1).value)] = f"{days + 1}个工作日"
        sheet.cell(row, limit + 1).value = f"{days + 1}个工作日 "
    book.save(path)
    return edited


@dataclass(frozen=True, slots=True)
class Drift:
    """A row of the portal that is no longer as the list: the finding it must give, and about what."""

    code: str
    key: str


Row = dict[str, str]


def drift(rows: Sequence[Row], count: int, seed: int) -> tuple[list[Row], tuple[Drift, ...]]:
    """The portal's rows with ``count`` of them drifted in turn in every way there is."""
    chance = random.Random(seed)
    places = set(chance.sample(range(len(rows)), count))
    ways = (_renamed, _slower, _retyped, _stopped, _dropped, _invented, _moved, _misspelt)
    drifted: list[Row] = []
    made: list[Drift] = []
    units = sorted({row["实施主体"] for row in rows})
    for place, row in enumerate(rows):
        if place not in places:
            drifted.append(row)
            continue
        more, one = ways[len(made) % len(ways)](row, units)
        drifted += more
        made.append(one)
    return drifted, tuple(made)


def _renamed(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    return [row | {"事项名称": f"{row['事项名称']}及变更"}], Drift("QD304", row["职权编号"])


def _slower(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    return [row | {"承诺办结时限": "45日"}], Drift("QD304", row["职权编号"])


def _retyped(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    return [row | {"权责类别": "行政奖励"}], Drift("QD304", row["职权编号"])


def _stopped(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    return [row | {"事项状态": "停用"}], Drift("QD301", row["职权编号"])


def _dropped(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    return [], Drift("QD301", row["职权编号"])


def _invented(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    """One more row, of which no list knows; it has no code, and a name like no other."""
    name = f"跨境电子商务企业年度信用承诺书{row['职权编号'][-3:]}号核验"
    return [row, row | {"职权编号": "", "事项名称": name}], Drift("QD302", name)


def _moved(row: Row, units: Sequence[str]) -> tuple[list[Row], Drift]:
    other = units[(units.index(row["实施主体"]) + 1) % len(units)]
    return [row | {"实施主体": other}], Drift("QD304", row["职权编号"])


def _misspelt(row: Row, _: Sequence[str]) -> tuple[list[Row], Drift]:
    """Without its code and with another spelling: only a likeness is left."""
    name = row["事项名称"].replace("（第", "（第第")
    return [row | {"职权编号": "", "事项名称": name}], Drift("QD310", row["职权编号"])


def _portal_row(item: Item, unit: str) -> Row:
    data = item.data
    values = (
        item.code, item.name, unit, item.type, "在用", data["statutory_limit"], data["promised_limit"],
    )  # fmt: skip
    return dict(zip(_COLUMNS, map(str, values), strict=True))


def _named(finding: Mapping[str, Any], wanted: Sequence[Drift]) -> str:
    """The item that a finding is about; for a row that no list knows its name, which is in the sentence."""
    if finding["code"] != "QD302":
        return str(finding["item"])
    names = (one.key for one in wanted if one.code == "QD302" and one.key in finding["message"])
    return next(names, str(finding["message"]))


# --- files ----------------------------------------------------------------------------------


def _workbook(path: Path, title: str, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def show(trial: Trial) -> None:
    """The table of what was done, in what time, with what outcome."""
    from rich.console import Console
    from rich.table import Table

    size = trial.size
    table = Table(
        title=f"{size.units} units, {size.items} items, {size.edits} edits, {size.drifts} drifts"
    )
    for column in ("step", "seconds", "outcome"):
        table.add_column(column, justify="right" if column == "seconds" else "left")
    for what, seconds, outcome in trial.steps:
        table.add_row(what, f"{seconds:.1f}", outcome)
    Console().print(table)


def main(folder: Path) -> None:
    """The trial at full size, every command in a process of its own."""
    import shutil
    import subprocess

    def command(*words: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "qingdan", *words], capture_output=True, check=False
        )
        (folder / "last.log").write_bytes(done.stdout + b"\n--- stderr\n" + done.stderr)
        return done.returncode

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    trial = Trial(folder, command, FULL)
    try:
        trial.run()
    finally:
        show(trial)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
