"""What is kept of one run for the next: the same findings as without it, whatever happened in between."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from conftest import Run, git, put, replace
from qingdan.core import build
from qingdan.core.checks.registry import FINDINGS_OF, LINK_CHECKS
from qingdan.core.schema import Schemas
from qingdan.core.stock import shelf
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.desk import opening
from qingdan.desk.standing import Standing, glance
from qingdan.model.blobs import DamagedError, mark, pack, unpack
from qingdan.model.errors import YamlRefusedError
from qingdan.model.items import Listed
from qingdan.model.workspace import Texts
from qingdan.repo import cache as cache_of
from qingdan.repo import programs, resources, walking
from qingdan.repo.spilling import Spill

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

LINKS = frozenset(code for name in LINK_CHECKS for code in FINDINGS_OF[name])
SCHEMAS = Schemas(resources.schema_texts())
LISTS = (
    "lists/approvals/JS-YJ.yaml",
    "lists/fees/JS-CG.yaml",
    "lists/fees/JS-YJ.yaml",
    "lists/powers/JS-CG.yaml",
    "lists/powers/JS-YJ.yaml",
    "lists/powers/JS-SFJ.yaml",
    "lists/approvals/JS-CG.yaml",
)
CODES = ("JS-YJ-XK-001", "JS-CG-XK-001", "JS-CG-XK-002", "JS-CG-SF-001", "JS-CG-CF-001", "NEU-1")
EXCEPTION = {"reason": "已批准", "approver": "区政府法制办", "until": "2027-01-01"}
FIELDS: dict[str, tuple[Any, ...]] = {
    "code": CODES,
    "state": ("在用", "暂停", "取消"),
    "promised_limit": ("3个工作日", "15日", "90日", "不对"),
    "statutory_limit": ("20个工作日", "15日", None),
    "power": (*CODES, None),
    "fees": ([], ["JS-CG-SF-001"], ["JS-CG-SF-002", "NEU-1"], None),
    "powers": (["JS-CG-XK-001"], ["JS-YJ-XK-001", "JS-CG-CF-001"], None),
    "successors": (["JS-CG-SF-001"], ["NEU-1"], None),
    "charged": ("是", "否", None),
    "power_source": ("上级委托", "法定本级行使", None),
    "exceptions": (
        *(
            [EXCEPTION | {"finding": code}]
            for code in ("QD203", "QD217", "QD401", "QD210", "QD201")
        ),
        None,
    ),
}
TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "registers/laws.yaml": (
        ("城市道路管理条例", "城市道路条例"),
        ("laws:", "laws: 不对"),
        ("法规", "规范性文件"),
    ),
    "registers/units.yaml": (
        ("code: JS-CG\n", "code: JS-CX\n"),
        ("units:", "- 不对"),
        ("confirmed", "konfirmed"),
    ),
    "qingdan.yaml": (
        ("online_types", "online"),
        ("各单位", "某单位"),
        ("format: 1", "format: 9"),
        ("行政处罚", "行政检查"),
    ),
    "rules/jinshui-powers.yaml": (
        ("owner: 区政府法制办", "owner: 没有的"),
        ("  severity: error\n", "  severity: error\n  overridden:\n  - {law: 某法, article: 第一条, items: [NEU-1]}\n"),
        ("bases-lawful", "bases-unlawful"),
    ),
    "ledger/publications/2026-01-08-first.yaml": (("id:", "nr:"), ("2026-01-08", "2026-01-09")),
}  # fmt: skip
WHOLE = {
    "registers/delegations.yaml": "delegations:\n- {id: WT-1, from: ZZ-YJ, to: JS-YJ, items: [JS-YJ-JC-001, NEU-1],"
    " basis: 办法第六条, document: 委托书, start: '2026-01-01'}\n",
    "templates/notice.md": "{{ nothing }}",
    "lists/powers/README.md": "说明",
    "lists/powers/stray.txt": "x",
    ".github/CODEOWNERS": "# qingdan\n",
}

EMPTY = b"list: powers\nunit: JS-YJ\nitems: []\n"
Said = Callable[..., str]


def standing(root: Path) -> Standing | None:
    """What the last run found, where nothing has changed since."""
    glanced = glance(root)
    return glanced.standing() if glanced else None


def laid(folder: Path) -> Path:
    """The workspace of the manual, in a git directory of its own."""
    shutil.copytree(resources.manual() / "base", folder)
    git(folder, "init", "-q", "-b", "main")
    return folder


def document(folder: Path, path: str) -> Doc | None:
    """A list as it can be read; None where it cannot be."""
    try:
        raw = (folder / path).read_bytes()
        value = reading.read(raw, SCHEMAS[path.split("/")[1]].layout).value
    except (OSError, YamlRefusedError):
        return None
    return value if isinstance(value, dict) and value.get("items") else None


def field(folder: Path, path: str, two: int, three: int) -> None:
    """Give a field of an item another value, or none."""
    held = document(folder, path)
    name = list(FIELDS)[two % len(FIELDS)]
    if held:
        items = cast("list[Doc]", held["items"])
        value = FIELDS[name][three % len(FIELDS[name])]
        item = items[three % len(items)]
        item.pop(name, None)
        if value is not None:
            item[name] = value
        put(folder, path, emit(held, SCHEMAS[path.split("/")[1]].layout))


def move(folder: Path, path: str, two: int, three: int) -> None:
    """Move or copy a list to where another one is, or is not yet."""
    full, other = folder / path, folder / LISTS[two % len(LISTS)]
    other.parent.mkdir(parents=True, exist_ok=True)
    if full.is_file() and other != full:
        put(folder, LISTS[two % len(LISTS)], full.read_bytes())
        if three % 2:
            full.unlink()


def ruin(folder: Path, path: str, two: int, _: int) -> None:
    """Put something in the place of a list that is none, or an empty one, or not canonical."""
    full = folder / path
    text = full.read_bytes() if full.is_file() else b""
    raws = (b"items: [", b"\xff\xfe", text[: len(text) // 2], b"# x\n" + text, EMPTY)
    put(folder, path, raws[two % len(raws)])


def restore(folder: Path, path: str, _: int, __: int) -> None:
    """Take a list as it was in the beginning."""
    source = resources.manual() / "base" / path
    if source.exists():
        (folder / path).unlink(missing_ok=True)
        put(folder, path, source.read_bytes())


def text(folder: Path, path: str, two: int, three: int) -> None:
    """Change settings, registers, rules, records; or take them as they were."""
    path = list(TEXTS)[LISTS.index(path) % len(TEXTS)]
    old, new = TEXTS[path][two % len(TEXTS[path])]
    if three % 3 == 0 or not (folder / path).is_file():
        restore(folder, path, 0, 0)
    else:
        put(folder, path, (folder / path).read_text("utf-8").replace(old, new))


def whole(folder: Path, path: str, _: int, __: int) -> None:
    """A file that was not there, or is there no more."""
    path = list(WHOLE)[LISTS.index(path) % len(WHOLE)]
    if (folder / path).exists():
        (folder / path).unlink()
    else:
        put(folder, path, WHOLE[path])


def lose(folder: Path, path: str, two: int, _: int) -> None:
    """Take a list away; or put a link in its place."""
    full = folder / path
    full.unlink(missing_ok=True)
    if two % 3 == 0:
        full.parent.mkdir(parents=True, exist_ok=True)
        full.symlink_to("elsewhere.yaml")


def name_oddly(folder: Path, _: str, two: int, __: int) -> None:
    """A file whose name is no text, or no longer."""
    full = folder / "lists" / "powers" / os.fsdecode(b"\xff.yaml")
    if full.exists():
        full.unlink()
    else:
        put(folder, str(full.relative_to(folder)), EMPTY if two % 2 else b"x")


def touch(folder: Path, path: str, _: int, __: int) -> None:
    """Leave what is in it and change its days."""
    if (folder / path).is_file() and not (folder / path).is_symlink():
        os.utime(folder / path)


EDITS = (
    field,
    field,
    field,
    field,
    move,
    ruin,
    restore,
    text,
    text,
    whole,
    lose,
    touch,
    name_oddly,
)
edits = st.tuples(
    st.sampled_from(EDITS), st.sampled_from(LISTS), st.integers(0, 99), st.integers(0, 99)
)


def told(folder: Path, *, caching: bool) -> tuple[Any, ...]:
    """All that a run says of a workspace."""
    opened = opening.Opened(folder, caching=caching)
    book, findings = opening.judge(opened, opened.snapshot())
    entries = [structs.astuple(entry) for entry in book.entries]
    more = (book.excepted, book.yielded, book.list_files, book.files, book.unread, book.units)
    entries_ = book.entries
    codes = [(entries_.has(c), entries_.of(c), list(entries_.pointing(c))) for c in CODES]
    return findings, entries, more, len(book.entries), codes, list(book.entries.exercising())


def laid_over(folder: Path, path: str, *, caching: bool) -> tuple[Any, ...]:
    """What is found where a list is as it was in the beginning, or is not there, laid over what is."""
    opened = opening.Opened(folder, caching=caching)
    source = resources.manual() / "base" / path
    raw = source.read_bytes() if source.exists() else None
    book, findings = opening.judge(opened, Texts({path: raw}, opened.snapshot()))
    return findings, [structs.astuple(entry) for entry in book.entries]


def asked(folder: Path) -> dict[str, Item]:
    """The items that can be asked for."""
    opened = opening.Opened(folder)
    return dict(opened.book_to_ask(opened.snapshot()).items)


def links(folder: Path) -> list[Any]:
    """What is found of links."""
    opened = opening.Opened(folder, caching=False)
    book, _ = opened.built(opened.snapshot())
    found = [*book.found, *book.excepted, *(each.finding for each in book.yielded)]
    return facts(f for f in found if f.code in LINKS and f.path.startswith("lists/"))


def links_of_all(folder: Path) -> list[Any]:
    """The same, all entries in one book."""
    book = opening.Opened(folder, caching=False).book()
    whole = structs.replace(book, entries=Listed(book.entries))
    return facts(finding for check in LINK_CHECKS.values() for finding in check(whole))


def facts(findings: Iterable[Finding]) -> list[Any]:
    return sorted((f.code, f.path, repr(f.at), f.item, f.message, f.fix) for f in findings)


@pytest.mark.parametrize("slack", [walking.SLACK, -(10**18)])
def test_warm_finds_what_cold_finds(
    tmp_path: Path, slack: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``slack``: files changed just now are read again, or (time stands still for none) known by what the system says."""
    monkeypatch.setattr(walking, "SLACK", slack)
    number = iter(range(10**6))

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(edits, min_size=1, max_size=4), min_size=1, max_size=5))
    def warm_is_cold(rounds: list[list[Any]]) -> None:
        folder = laid(tmp_path / f"w{next(number)}")
        told(folder, caching=True)
        for some in rounds:
            for edit, *where in some:
                edit(folder, *where)
            cold = told(folder, caching=False)
            assert links(folder) == links_of_all(folder)
            assert told(folder, caching=True) == cold
            assert told(folder, caching=True) == cold
            path = some[0][1]
            assert laid_over(folder, path, caching=True) == laid_over(folder, path, caching=False)
            assert asked(folder) == dict(opening.Opened(folder).book(keep_items=True).items)
        shutil.rmtree(folder)

    warm_is_cold()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with findings, whose files are known by what the system says of them."""
    monkeypatch.setattr(walking, "SLACK", -(10**18))
    folder = laid(tmp_path / "place")
    replace(folder, "lists/approvals/JS-YJ.yaml", "  power: JS-YJ-XK-001\n", "  power: NEU-1\n")
    return folder


@pytest.fixture
def said(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What ``validate`` says of a folder on both streams."""

    def run(folder: Path, *words: str) -> str:
        capsys.readouterr()
        qingdan(folder, "validate", *words)
        return "".join(capsys.readouterr())

    return run


def kept(folder: Path) -> Path:
    """The file of the cache."""
    (found,) = (folder / ".git" / "qingdan").glob("cache-*.db")
    return found


def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of files that are examined from now on."""
    paths: list[str] = []
    examine = build.examine

    def noted(path: str, *rest: Any, **more: Any) -> Any:
        paths.append(path)
        return examine(path, *rest, **more)

    monkeypatch.setattr(build, "examine", noted)
    return paths


def test_nothing_is_examined_where_nothing_has_changed(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = said(place)
    assert "NEU-1" in cold
    monkeypatch.setattr(opening, "build", None)
    assert said(place) == cold
    assert said(place, "lists/fees") == "共检查1个文件、2个事项，没有发现问题。\n"
    assert said(place, "lists/nothing").startswith("qingdan：“lists/nothing”没有对应到")


def test_only_what_has_changed_is_examined(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(place)
    paths = examined(monkeypatch)
    replace(place, "lists/fees/JS-CG.yaml", "缴入地方国库", "缴入国库")
    said(place)
    assert paths == ["lists/fees/JS-CG.yaml"]
    paths.clear()
    replace(place, "registers/laws.yaml", "城市道路管理条例", "城市道路条例")
    assert "QD401" in said(place)
    assert paths == ["registers/laws.yaml"]


def test_content_that_changed_behind_the_same_size_and_time(place: Path, said: Said) -> None:
    full = place / "lists/approvals/JS-YJ.yaml"
    said(place)
    status = full.stat()
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    os.utime(full, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert full.stat().st_size == status.st_size
    assert full.stat().st_mtime_ns == status.st_mtime_ns
    assert "NEU-2" in said(place)


@pytest.mark.parametrize("ahead", [0, 10**12])
def test_what_was_changed_just_now_is_read_again(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """``ahead``: nanoseconds by which the clock has gone back since the files were written."""
    now = time.time_ns()
    monkeypatch.setattr(walking, "SLACK", 2 * 10**9)
    monkeypatch.setattr(walking, "facts_by", partial(blind, walking.facts_by))
    monkeypatch.setattr(time, "time_ns", lambda: now - ahead)
    first = said(place)
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    assert said(place) == first.replace("NEU-1", "NEU-2")


def blind(facts_: Callable[..., str], path: str, status: os.stat_result, *rest: Any) -> str:
    """What the system says of a file whose clock ticks once in a century."""
    return facts_(path, status, *rest).split()[0]


def test_a_cache_that_is_damaged_is_not_believed(place: Path, said: Said) -> None:
    cold = said(place)
    spot = kept(place)
    whole = spot.read_bytes()
    chance = random.Random(20261127)
    for _ in range(60):
        raw = bytearray(whole)
        for _ in range(chance.choice([1, 8, 200])):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        spot.write_bytes(raw)
        assert said(place) == cold
        assert said(place) == cold


@pytest.mark.parametrize("share", [0, 1, 3, 7])
def test_a_cache_that_was_cut_off_is_not_believed(place: Path, said: Said, share: int) -> None:
    cold = said(place)
    raw = kept(place).read_bytes()
    kept(place).write_bytes(raw[: len(raw) * share // 8])
    assert said(place) == cold
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    assert said(place) == cold.replace("NEU-1", "NEU-2")


def test_blobs_of_another_moment_are_not_believed(place: Path, said: Said) -> None:
    """Each blob by itself is as it once was, the rest is of now."""
    said(place)
    before = dict(rows(place))
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "JS-CG-XK-001")
    replace(place, "lists/powers/JS-CG.yaml", "JS-CG-XK-001", "JS-CG-XK-009")
    cold = said(place)
    now = dict(rows(place))
    differing = [name for name in before if now.get(name) != before[name]]
    assert len(differing) > 5
    for name in differing:
        change_rows(place, "INSERT OR REPLACE INTO blobs VALUES (?, ?)", name, before[name])
        assert said(place) == cold, name
        put(place, "lists/fees/JS-YJ.yaml", "x")
        said(place)
        (place / "lists/fees/JS-YJ.yaml").unlink()
        assert said(place) == cold, name


def rows(folder: Path) -> list[tuple[bytes, bytes]]:
    with closing(sqlite3.connect(kept(folder))) as connection:
        return connection.execute("SELECT name, blob FROM blobs").fetchall()


def change_rows(folder: Path, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(kept(folder))) as connection:
        connection.execute(sql, values)
        connection.commit()


def test_a_cache_from_elsewhere_is_not_believed(place: Path, said: Said, tmp_path: Path) -> None:
    """Neither in a copy of the folder, nor brought back as another file."""
    cold = said(place)
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    assert kept(copy).name == kept(place).name
    kept(copy).rename(kept(copy).with_name(name_at(copy)))
    replace(copy, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    assert said(copy) == cold.replace("NEU-1", "NEU-2")
    raw = kept(place).read_bytes()
    assert standing(place)
    kept(place).rename(tmp_path / "away.db")
    (place / ".git/qingdan" / name_at(place)).write_bytes(raw)
    assert standing(place) is None


def name_at(folder: Path) -> str:
    found = cache_of.Cache.of(folder)
    assert found
    return found.path.name


def test_another_program_judges_anew(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = said(place)
    paths = examined(monkeypatch)
    monkeypatch.setattr(cache_of, "program", lambda: "another")
    assert said(place) == cold
    assert set(LISTS[:2]) <= set(paths)


def test_an_edit_of_the_code_makes_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "code"
    shutil.copytree(resources.package(), copy, ignore=shutil.ignore_patterns("__pycache__", "data"))
    monkeypatch.setattr(resources, "package", lambda: copy)
    first = programs.program()
    assert programs.program() == first
    replace(copy, "core/checks/charges.py", "不收费", "不用收费")
    assert programs.program() != first


def test_nothing_is_kept_where_nothing_can_be(place: Path, said: Said) -> None:
    cold = said(place, "--no-cache")
    assert not (place / ".git" / "qingdan").exists()
    (place / ".git" / "qingdan").write_text("a file in the way", "utf-8")
    assert said(place) == cold
    assert said(place) == cold


def test_a_git_directory_that_takes_nothing(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = said(place, "--no-cache")

    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(cache_of.Cache, "_put", staticmethod(full))
    assert said(place) == cold
    assert said(place) == cold


@pytest.mark.parametrize("after", [1, 5, 500])
def test_who_is_interrupted_leaves_it_usable(
    place: Path, qingdan: Run, said: Said, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Neither the first run that keeps anything, nor one that changes what is kept."""
    put_ = cache_of.Cache._put  # noqa: SLF001 it is interrupted
    left = iter(range(after))

    def interrupted(*words: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        put_(*words)

    cold = said(place, "--no-cache")
    monkeypatch.setattr(cache_of.Cache, "_put", staticmethod(interrupted))
    assert qingdan(place, "validate") == 130
    monkeypatch.setattr(cache_of.Cache, "_put", staticmethod(put_))
    assert said(place) == cold
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    left = iter(range(3))
    monkeypatch.setattr(cache_of.Cache, "_put", staticmethod(interrupted))
    assert qingdan(place, "validate") == 130
    monkeypatch.setattr(cache_of.Cache, "_put", staticmethod(put_))
    assert said(place) == cold.replace("NEU-1", "NEU-2")
    assert standing(place) is not None


def test_the_variable_turns_it_off(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache_of.OFF, "1")
    said(place)
    assert not (place / ".git" / "qingdan").exists()


def test_another_user_s_cache_is_left_alone(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = said(place)
    raw = kept(place).read_bytes()
    spot = kept(place)
    monkeypatch.setattr(cache_of, "_user", lambda: 4_000_000)
    spot.rename(spot.with_name(name_at(place)))
    replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    assert said(place) == cold.replace("NEU-1", "NEU-2")
    assert kept(place).read_bytes() == raw


def test_two_at_once(place: Path) -> None:
    """Each process finds what is there, whoever writes meanwhile; what is left behind serves the next."""
    put(place, "lists/fees/JS-YJ.yaml", "x")
    program = [sys.executable, "-m", "qingdan", "-C", str(place), "validate", "--format", "json"]
    cold = subprocess.run([*program, "--no-cache"], capture_output=True, check=False).stdout
    for _ in range(3):
        running = [subprocess.Popen(program, stdout=subprocess.PIPE) for _ in range(3)]
        assert [each.communicate()[0] for each in running] == [cold] * 3
        os.utime(place / "lists/fees/JS-CG.yaml")
    assert standing(place) is None
    assert subprocess.run(program, capture_output=True, check=False).stdout == cold
    assert standing(place) is not None


def test_who_is_slower_does_not_overwrite(place: Path, said: Said) -> None:
    """Who has seen another table than there is now leaves nothing: its own would not fit the blobs."""
    said(place)
    left = rows(place)
    cache = cache_of.Cache.of(place)
    assert cache
    cache.keep([("table", b"of another moment")], {"table": 1})
    assert rows(place) == left
    cache.keep([("other", b"of this moment")], {"table": mark(dict(left)[b"table"])})
    assert len(rows(place)) == len(left) + 1


def test_who_reads_is_not_disturbed(place: Path, said: Said) -> None:
    """While a process reads, what is kept stays as it is, and another one finds what is there all the same."""
    cold = said(place)
    slow = cache_of.Cache.of(place)
    assert slow
    with slow.held():
        table = slow.get("table")
        replace(place, "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
        assert said(place) == cold.replace("NEU-1", "NEU-2")
        assert slow.get("table") == table
    said(place)
    assert slow.get("table") != table


@pytest.mark.parametrize("takes", [True, False])
def test_more_than_memory_is_for(place: Path, monkeypatch: pytest.MonkeyPatch, takes: bool) -> None:
    """What is found goes to the disk where it is much, and stays where the disk takes nothing."""
    cold = told(place, caching=False)
    put_ = Spill.put
    spots: list[Any] = []

    def put_away(spill: Spill, raw: bytes) -> Any:
        spots.append(put_(spill, raw) if takes else None)
        return spots[-1]

    monkeypatch.setattr(shelf, "IN_MEMORY", 0)
    monkeypatch.setattr(Spill, "put", put_away)
    assert told(place, caching=False) == cold
    assert len(spots) == sum((place / path).exists() for path in LISTS)
    assert told(place, caching=True) == cold
    assert told(place, caching=True) == cold


def test_a_register_holds_a_text_once(place: Path) -> None:
    """A province has tens of thousands of units, most of whose texts are those of the others."""
    units: Any = opening.Opened(place).book().documents["registers/units.yaml"]["units"]
    texts = [text for unit in units for text in (*unit, unit["kind"])]
    assert len(set(map(id, texts))) == len(set(texts)) < len(texts)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(name=st.text(st.characters()), value=JSON, kept=st.booleans())
def test_a_blob_holds_any_text(name: str, value: object, kept: bool) -> None:
    """Also a path that is no text, as the system has it: half a surrogate pair for each byte."""
    blob = pack(name, value, kept=kept)
    assert unpack(name, blob) == value
    with pytest.raises(DamagedError):
        unpack(name, blob[:-1])
    if name:
        with pytest.raises(DamagedError):
            unpack("", blob)


def test_a_book_outlives_its_cache(place: Path, said: Said) -> None:
    """Its entries are fetched when they are asked for: what is there no more is examined again."""
    said(place)
    book = opening.Opened(place).book()
    change_rows(place, "DELETE FROM blobs WHERE name <> ?", b"head")
    assert book.entries.has("JS-CG-XK-001")
    assert not book.entries.has("NEU-1")
    assert {entry.code for entry in book.entries} >= {"JS-CG-XK-001", "JS-YJ-SP-001"}


def test_a_linked_work_tree_has_its_own(place: Path, said: Said, tmp_path: Path) -> None:
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")
    git(place, "worktree", "add", "-q", str(tmp_path / "linked"))
    replace(tmp_path / "linked", "lists/approvals/JS-YJ.yaml", "NEU-1", "NEU-2")
    said(tmp_path / "linked")
    assert list((place / ".git/worktrees/linked/qingdan").glob("cache-*.db"))
    assert not (place / ".git/qingdan").exists()
    assert "NEU-2" in said(tmp_path / "linked")


def test_what_a_killed_command_left_is_put_right_first(place: Path, said: Said) -> None:
    said(place)
    put(place, ".git/qingdan/journal.json", "{}")
    assert standing(place) is None


def test_signers_that_are_behind_are_brought_up_to_date_first(place: Path, said: Said) -> None:
    said(place)
    signers = put(place, ".git/qingdan/allowed-signers", "")
    assert standing(place)
    staff = put(place, "registers/staff.yaml", "staff: []\n")
    said(place)
    os.utime(signers, ns=(0, staff.stat().st_mtime_ns))
    assert standing(place) is None
    said(place)
    assert standing(place)


def test_revisions_use_what_is_kept(
    place: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "x")
    cold = said(place, "--at", "HEAD", "--no-cache")
    said(place)
    paths = examined(monkeypatch)
    assert said(place, "--at", "HEAD") == cold
    assert not paths
