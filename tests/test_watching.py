"""``check`` keeps of items only what it needs of them, and finds the same as if it kept them whole."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from systems import SYSTEMS, snapshots

from conftest import Run, commit, git, put, replace
from qingdan.core.places import system_path
from qingdan.core.systems.extracting import compared_fields, extract
from qingdan.desk.opening import judge, open_workspace
from qingdan.desk.publications.public import published_book, published_items
from qingdan.desk.systems import comparing
from qingdan.desk.watching import Watch
from qingdan.desk.world import observe
from qingdan.model.digests import git_id
from qingdan.repo import pool

if TYPE_CHECKING:
    from qingdan.desk.opening import Opened

DAY = date(2026, 11, 20)
RULE = """\
- id: {id}
  article: 第五条
  question: {id}问
  owner: 区政府法制办
  for: {target}
  answer:
    schema: {{properties: {{name: {{pattern: 甲}}}}}}
  severity: warning
"""


def agree(opened: Opened, revision: str = "") -> int:
    """Both ways find the same, in the same order; how many findings there are."""
    snapshot = opened.snapshot(revision)
    whole, of_whole = judge(opened, snapshot, keep_items=True)
    watch = Watch(snapshot, opened.schemas)
    book, tree = judge(opened, snapshot, watch=watch)
    assert tree == of_whole
    expected = observe(opened, whole, snapshot, DAY)
    assert observe(opened, book, snapshot, DAY, watch) == expected
    return len(expected.shown)


def breaking(folder: Path) -> None:
    """Rules that every item breaks, of a list and of all lists, in two packs' order."""
    pack = next((folder / "rules").glob("*-powers.yaml"), None) or next(
        (folder / "rules").glob("*.yaml")
    )
    text = pack.read_text("utf-8")
    rules = [RULE.format(id="98-1", target="lists"), RULE.format(id="98-2", target="powers")]
    pack.write_text(text + "".join(rules), "utf-8")


def test_the_same_is_found_in_a_sample_whose_systems_have_drifted(bureau: Path) -> None:
    breaking(bureau)
    for path in sorted((bureau / "systems").glob("*.yaml")):
        text = path.read_text("utf-8")
        text = text.replace("- code: HJ-", "- code: XX-", 2).replace(
            "state: 在用", "state: 停用", 1
        )
        path.write_text(text.replace("  basis: 《", "  basis: 《假法》、《", 1), "utf-8")
    powers = sorted((bureau / "lists" / "powers").glob("*.yaml"))
    replace(bureau, str(powers[0]), "  state: 在用", "  state: 暂停")
    opened = open_workspace(bureau)
    assert agree(opened) > 40
    git(bureau, "commit", "-qam", "改")
    assert agree(opened, "HEAD") > 40


def test_the_same_is_found_where_a_code_is_given_twice_and_a_file_is_broken(small: Path) -> None:
    breaking(small)
    first, second = sorted((small / "lists").glob("*/*.yaml"))[:2]
    code = first.read_text("utf-8").partition("- code: ")[2].partition("\n")[0]
    other = second.read_text("utf-8").partition("- code: ")[2].partition("\n")[0]
    replace(small, str(second), f"code: {other}", f"code: {code}")
    assert agree(open_workspace(small)) > 0
    second.write_text("list: [", "utf-8")
    assert agree(open_workspace(small)) > 0


def test_whole_items_are_not_kept(bureau: Path) -> None:
    opened = open_workspace(bureau)
    snapshot = opened.snapshot()
    book, _ = judge(opened, snapshot, watch=Watch(snapshot, opened.schemas))
    whole = opened.book(keep_items=True)
    assert book.settings is not None
    fields = compared_fields(book.settings.systems.values())
    assert book.items.keys() == whole.items.keys()
    for code, item in book.items.items():
        assert item.data.keys() <= fields
        assert (item.name, item.type, item.state) == (
            whole.items[code].name,
            whole.items[code].type,
            whole.items[code].state,
        )
        assert item == extract(whole.items[code], fields)
    kept, before = (len(json.dumps([i.data for i in b.items.values()])) for b in (book, whole))
    assert kept < before / 2


def test_what_is_public_is_read_only_where_it_differs(bureau: Path) -> None:
    opened = open_workspace(bureau)
    head = git(bureau, "rev-parse", "HEAD").strip()
    changed = min((bureau / "lists" / "powers").glob("*.yaml"))
    replace(bureau, str(changed), "  state: 在用", "  state: 暂停")
    snapshot = opened.snapshot()
    watch = Watch(snapshot, opened.schemas)
    book, _ = judge(opened, snapshot, watch=watch)
    public, whole = published_items(opened, head, watch), published_book(opened, head).items
    assert book.settings is not None
    fields = compared_fields(book.settings.systems.values())
    assert list(public.items()) == [(code, extract(item, fields)) for code, item in whole.items()]
    path = changed.relative_to(bureau).as_posix()
    again = {code for code, item in public.items() if item is not book.items[code]}
    assert again == {code for code, item in public.items() if item.path == path}
    assert again


def test_a_blob_has_the_id_that_git_gives_it(small: Path) -> None:
    put(small, "甲.txt", "内容\n")
    assert git(small, "hash-object", "甲.txt").strip() == git_id("内容\n".encode())


def test_a_generated_district_disagrees_as_its_systems_were_drifted(
    tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshots(tmp_path, 1000, seed=7)
    git(tmp_path, "init", "-q")
    commit(tmp_path, "列入")
    assert qingdan(tmp_path, "check", "--today", str(DAY), "--format", "json") == 1
    findings = json.loads(capsys.readouterr().out)["findings"]

    def count(code: str, system: str) -> int:
        title = next(one.title for one in SYSTEMS if one.id == system)
        return sum(
            f["code"] == code and (f["path"] == system_path(system) or title in f["message"])
            for f in findings
        )

    of = {s.id: [count(f"QD{n}", s.id) for n in (301, 302, 304, 310)] for s in SYSTEMS}
    assert of["portal"] == [10, 10, 20, 0]
    assert of["approval"] == [10, 10, 10, 10]
    assert of["mobile"][:2] == [10, 10]
    assert of["mobile"][3] > 10


def test_a_process_for_each_system_tells_the_same(
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshots(tmp_path, 400, seed=7)
    workers: list[int] = []
    fork = os.fork

    def counted() -> int:
        workers.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    monkeypatch.setattr(pool, "cores", lambda: 3)
    said = []
    for many in (1_000_000, 1):
        monkeypatch.setattr(comparing, "_MANY", many)
        assert qingdan(tmp_path, "systems", "compare", "--today", str(DAY), "--format", "json") == 1
        said.append((json.loads(capsys.readouterr().out), len(workers)))
    (few, _), (each, count) = said
    assert each == few
    assert count == 3
