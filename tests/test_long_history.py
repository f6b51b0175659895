"""A history so long that it is read and judged by several processes at once: nothing is lost, doubled or out of order."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from history import make

from qingdan.core.periods import quarter
from qingdan.core.reports import comparing
from qingdan.core.reports.ends import Past
from qingdan.desk.history.commits import History
from qingdan.desk.opening import Opened, open_workspace
from qingdan.desk.reports import bulletins
from qingdan.desk.reports.periods import look, main_line, standing

COMMITS = 1100


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    make(folder, 36, COMMITS)
    return folder


@pytest.fixture
def opened(long: Path) -> Opened:
    return open_workspace(long, caching=False)


def told(folder: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
    return done.stdout.decode().splitlines()


def test_the_log_in_parts_is_the_log(long: Path, opened: Opened) -> None:
    commits = opened.repository.log("HEAD")
    assert [each.id for each in commits] == told(long, "rev-list", "--reverse", "HEAD")
    assert [each.subject for each in commits] == told(long, "log", "--reverse", "--format=%s")
    rows = told(long, "log", "--reverse", "--raw", "--root", "--no-abbrev", "--format=", "HEAD")
    blobs = [tuple(row.split("\t")[0].split(" ")[2:4]) for row in rows if row]
    zero = "0" * 40
    assert [(c.before or zero, c.after or zero) for e in commits for c in e.changes] == blobs
    assert len(blobs) > 2 * COMMITS


def test_a_range_is_read_by_ids_and_by_names_alike(long: Path, opened: Opened) -> None:
    old, new = told(long, "rev-parse", "HEAD~600", "HEAD~3")
    log = opened.repository.log
    assert log(f"{old}..{new}") == log("HEAD~600..HEAD~3")
    assert len(log(f"{old}..{new}")) == 597
    assert log(f"{new}..{new}") == []
    assert [each.id for each in log(new, only=True)] == [new]


def test_stretches_find_what_each_commit_shows_by_itself(opened: Opened) -> None:
    count, found = History(opened).judge("HEAD")
    alone = History(opened)
    commits = opened.repository.log("HEAD")
    by_itself = [f for each in commits[::7] for f in alone.judge_one(each.id)]
    chosen = {each.id[:10] for each in commits[::7]}
    assert count == COMMITS + 1
    assert [f for f in found if f.message[2:12] in chosen] == by_itself
    assert len(found) > len(by_itself) > 10


def test_quarters_further_back_are_told_of_as_those_at_hand(opened: Opened) -> None:
    made = bulletins.make(opened, bulletins.Order(quarter("2026Q1")))
    told_of = (*made.ground.past.commits, *(end.quarter.name for end in made.ground.ends))
    assert told_of == ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")
    line = main_line(opened)
    ends = [look(opened, quarter(name), standing(line, quarter(name).last)) for name in told_of]
    at_hand = comparing.points((end for end, _ in ends), Past(paths=frozenset(before(opened))))
    assert made.bulletin.points == at_hand
    assert all(each.adjusted for each in at_hand)


def before(opened: Opened) -> list[str]:
    """What stood before the first of these quarters."""
    day = date(2024, 12, 31)
    return list(opened.snapshot(standing(main_line(opened), day)).paths())
