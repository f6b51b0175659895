"""``export --format json`` and back: lists of several units in one file come back as they were, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from conftest import TODAY, Run, Samples, commit, git, put
from qingdan.core.tables import records
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit

POWERS = "lists/powers/JS-YJ.yaml"
LICENCE = "JS-YJ-XK-001"
GROUND = ("qingdan.yaml", "registers", "rules", "schemas")
"""What lists stand on, and what is not in the file that is imported."""


def without_lists(where: Path, to: Path) -> Path:
    """A repository of its own with the ground of another workspace: no lists, no ledger."""
    to.mkdir()
    git(to, "init", "-q", "-b", "main")
    for name in GROUND:
        if (where / name).is_dir():
            shutil.copytree(where / name, to / name)
        elif (where / name).exists():
            shutil.copy(where / name, to / name)
    commit(to, "建立工作区\n\nReason: 试验")
    return to


def every_list(where: Path) -> tuple[str, ...]:
    kept: Any = reading.read((where / "qingdan.yaml").read_bytes()).value
    return tuple(word for name in kept["lists"] for word in ("--list", name))


def files(where: Path) -> dict[str, bytes]:
    """The list files that hold items."""
    raws = {path: path.read_bytes() for path in where.glob("lists/*/*.yaml")}
    return {
        path.relative_to(where).as_posix(): raw
        for path, raw in raws.items()
        if b"\nitems: []\n" not in raw
    }


def exported(qingdan: Run, where: Path, out: Path, *words: str) -> str:
    assert qingdan(where, "export", "--format", "json", "--out", str(out), *words) == 0
    return str(out)


def state(where: Path) -> tuple[str, str]:
    return git(where, "rev-parse", "HEAD"), git(where, "status", "--porcelain")


@pytest.mark.parametrize("profile", ["district", "town", "bureau"])
def test_all_lists_of_a_sample_come_back_byte_for_byte(
    samples: Samples, tmp_path: Path, qingdan: Run, profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = samples(profile)
    file = exported(qingdan, where, tmp_path / "全部.json")
    delegations = tmp_path / "委托.json"
    beside = ("--delegations", str(delegations)) if profile == "town" else ()
    if beside:
        exported(qingdan, where, delegations, "--register", "delegations")
    fresh = without_lists(where, tmp_path / "fresh")
    if beside:
        put(fresh, "registers/delegations.yaml", "delegations: []\n")
        commit(fresh, "还没有登记委托\n\nReason: 试验")
    words = ("import", file, *every_list(where), *beside, "--today", TODAY, "--yes")
    assert qingdan(fresh, *words) == 0
    assert files(fresh) == files(where)
    capsys.readouterr()
    assert qingdan(fresh, "validate", "--commits", "HEAD", "--format", "concise") == 0, (
        capsys.readouterr().out
    )
    if beside:
        register = "registers/delegations.yaml"
        values = [reading.read((folder / register).read_bytes()).value for folder in (fresh, where)]
        assert values[0] == values[1]
    assert qingdan(fresh, *words[:-3]) == 0
    assert "没有变化" in capsys.readouterr().out


@st.composite
def exports(draw: st.DrawFn) -> list[Any]:
    """What ``export`` writes: lists of several units, with odd texts in their items."""
    paths = st.lists(st.sampled_from(strategies.sample_paths()), min_size=1, max_size=4, unique=True)  # fmt: skip
    documents: list[Any] = [strategies.sample(path) for path in draw(paths)]
    for document in documents:
        document["items"] = document["items"][: draw(st.integers(1, 3))]
        for item in document["items"]:
            keys = st.sampled_from(sorted(key for key in item if isinstance(item[key], str)))
            item.update(draw(st.dictionaries(keys, strategies.texts(), max_size=3)))
            item["flow"] = [{"step": draw(strategies.texts()), "copies": draw(st.integers(0, 9))}]
    return documents


@settings(deadline=None, max_examples=60)
@given(exports())
def test_items_and_their_units_are_read_as_they_were_written(documents: list[Any]) -> None:
    found: dict[tuple[str, str], list[Any]] = {}
    for sheet in records.sheets(json.dumps(documents, ensure_ascii=False), "全部"):
        unit = sheet.rows[0].index("dept_code")
        for row, entry in zip(sheet.rows[1:], sheet.entries, strict=True):
            found.setdefault((sheet.name, row[unit]), []).append(entry)
    wanted: dict[tuple[str, str], list[Any]] = {}
    for document in documents:
        wanted.setdefault((document["list"], document["unit"]), []).extend(document["items"])
    assert found == {whose: items for whose, items in wanted.items() if items}


ODD = {
    "name": "甲,乙(丙);《丁》...",
    "note": "无",
    "section": "１２３ 科室",
    "accountability": ["1.第一条；2.第二条", "（一）甲\n（二）乙"],
}


def changed(work: Path, **values: Any) -> None:
    """The licence with other values, and committed."""
    document: Any = reading.read((work / POWERS).read_bytes()).value
    item = next(item for item in document["items"] if item["code"] == LICENCE)
    item |= values
    put(work, POWERS, emit(document, strategies.schemas()["powers"].layout))
    commit(work, "改\n\nReason: 试验")


def test_no_text_is_tidied_on_the_way(small: Path, tmp_path: Path, qingdan: Run) -> None:
    changed(small, **ODD)
    file = exported(qingdan, small, tmp_path / "全部.json")
    fresh = without_lists(small, tmp_path / "fresh")
    lists = every_list(small)
    assert qingdan(fresh, "import", file, *lists, "--today", TODAY, "--yes") == 0
    assert files(fresh) == files(small)


def test_what_the_file_says_otherwise_or_leaves_out_is_a_difference(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported(qingdan, small, tmp_path / "职权.json", "--list", "powers")
    before = state(small)
    assert qingdan(small, "import", file, "--list", "powers") == 0
    assert "没有变化" in capsys.readouterr().out
    documents = json.loads(Path(file).read_text("utf-8"))
    item = next(i for d in documents for i in d["items"] if i["code"] == LICENCE)
    item["name"] = item["name"].replace("（", "(")
    del item["promised_limit"]
    put(tmp_path, "职权.json", json.dumps(documents, ensure_ascii=False))
    assert qingdan(small, "import", file, "--list", "powers") == 4
    assert "承诺办结时限不同" in capsys.readouterr().err
    assert state(small) == before


def test_lists_and_registers_of_one_file_are_each_found(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = every_list(small)
    words = (*lists, "--register", "units", "--register", "laws")
    file = exported(qingdan, small, tmp_path / "全部.json", *words)
    before = state(small)
    for asked in (lists, ("--list", "fees"), ("--register", "units"), ("--register", "laws")):
        assert qingdan(small, "import", file, *asked, "--yes") == 0, asked
        assert "没有变化" in capsys.readouterr().out
    alone = exported(qingdan, small, tmp_path / "名册.json", *words[-4:])
    for name in ("units", "laws"):
        assert qingdan(small, "import", alone, "--register", name, "--yes") == 0
        assert "没有变化" in capsys.readouterr().out
    assert state(small) == before


def test_a_list_that_was_not_asked_for_is_told(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported(qingdan, small, tmp_path / "全部.json")
    capsys.readouterr()
    assert qingdan(small, "import", file, "--list", "powers", "--list", "approvals") == 0
    assert "“fees”" in capsys.readouterr().err
    alone = exported(qingdan, small, tmp_path / "收费.json", "--list", "fees")
    capsys.readouterr()
    assert qingdan(small, "import", alone, "--list", "powers") == 2
    assert "收费.json中没有行政权责清单，有的是：“行政事业性收费清单”。" in capsys.readouterr().err


def a_list(items: Any, **more: Any) -> str:
    return json.dumps([{"list": "powers", "unit": "JS-YJ", "items": items} | more])


ITEM = {"code": "JS-YJ-QT-077", "name": "甲", "type": "其他行政权力", "state": "在用"}


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        (a_list([ITEM]), 4, "缺少：实施依据"),
        (a_list([ITEM], unit="JS-XX"), 4, "实施主体“JS-XX”不在单位名册中"),
        (a_list([ITEM | {"x": 1}]), 4, "第2行“甲”"),
        (a_list([ITEM | {"name": {"a": 1}}]), 4, "事项名称"),
        (a_list([ITEM | {"code": ["a"]}, ITEM | {"code": ["a"]}]), 4, "职权编号"),
        (a_list([ITEM | {"note": "甲\x00乙"}]), 4, "“备注”中有空字符（NUL），请删去"),
        (a_list([ITEM, ITEM | {"note": "乙"}]), 4, "内容不同"),
        (a_list([ITEM, "甲"]), 2, "不是事项"),
        (a_list([ITEM | {"note": "\ud800"}]), 2, "不完整的字符"),
        (a_list([{"a": 1}]), 4, "缺少：职权编号"),
        (a_list([]), 2, "表格是空的"),
        (a_list([ITEM | {"note": json.loads("[" * 15 + "]" * 15)}]), 4, "备注"),
        (a_list([ITEM | {"note": json.loads("[" * 700 + "]" * 700)}]), 2, "嵌套过深"),
        (a_list([ITEM], list="甲"), 2, "没有找到表头"),
        (a_list([ITEM], list=["powers"]), 2, "没有找到表头"),
        (a_list([ITEM | {"copies": int("9" * 400)}]), 4, "甲"),
        (a_list([ITEM | {"note": None, "flow": [[[]]]}]), 4, "备注"),
    ],
)  # fmt: skip
def test_what_is_no_such_item_is_told_and_nothing_is_entered(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], text: str, code: int, why: str
) -> None:
    before = state(small)
    file = put(small.parent, "坏的.json", text)
    assert qingdan(small, "import", str(file), "--list", "powers", "--yes") == code
    assert why in capsys.readouterr().err
    assert state(small) == before
