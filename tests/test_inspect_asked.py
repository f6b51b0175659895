"""Whom a question is asked of: a duty of an office only of whoever holds the role, everything else of each unit."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from conftest import Run, commit, replace
from inspection_support import DAY, planned, ready, record_of, sheet_file, sheets
from qingdan.core.build import build
from qingdan.core.inspections.questions import asked
from qingdan.core.schema import Schemas
from qingdan.core.text import strict
from qingdan.model.values import Doc
from qingdan.model.workspace import Book, Texts
from qingdan.repo import resources
from test_rule_packs import PROFILES

OPENED = "2026-10-12"


@cache
def book_of(place: str) -> Book:
    """A jurisdiction that ships, with the packs of its profile."""
    folder = resources.folder("lists") / place
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.yaml")
        if "story" not in path.parts
    }
    for name in PROFILES[place]:
        path = resources.folder("rules") / f"{name}.yaml"
        files[f"rules/{name}.yaml"] = path.read_bytes()
    return build(Texts(files), Schemas(resources.schema_texts()))[0]


def record(book: Book, *units: str, day: str = OPENED, lists: tuple[str, ...] = ()) -> Doc:
    """An inspection of units by every pack, that begins on a day."""
    scope: Doc = {"units": list(units), "packs": [*{rule.regulation for rule in book.rules}]}
    return {"scope": scope | ({"lists": list(lists)} if lists else {}), "from": day, "planned": day}


def keys(of: Doc, unit: str, book: Book) -> set[str]:
    """The rules that are asked of a unit."""
    return {rule.key for rule in asked(of, unit, book)}


@pytest.mark.parametrize("place", PROFILES)
def test_the_duty_of_an_office_is_asked_of_exactly_those_who_hold_the_role(place: str) -> None:
    book = book_of(place)
    assert book.settings
    roles, day = book.settings.roles, date.fromisoformat(OPENED)
    everybody = record(book, *book.units)
    found = {unit: keys(everybody, unit, book) for unit in book.units}
    named = [rule for rule in book.rules if rule.of]
    assert named
    for rule in named:
        holders = {book.settings.holder(role, day) for role in rule.of}
        wanted = set(book.units) if any(roles[role].each for role in rule.of) else holders
        assert {unit for unit in book.units if rule.key in found[unit]} == wanted, rule.key


@pytest.mark.parametrize(
    ("key", "holders"),
    [
        ("district-operation/5-1", {"JS-ZWJ"}),
        ("district-operation/18-1", {"JS-SFJ", "JS-BB", "JS-CZJ", "JS-ZWJ", "JS-DSJ"}),
        ("district-operation/21-3", {"JS-ZWJ"}),
        ("jinshui-powers/17-3", {"JS-JW", "JS-SJJ"}),
        ("jinshui-duties/10-1", {"JS-BB"}),
    ],
)
def test_offices_of_the_district_by_name(key: str, holders: set[str]) -> None:
    book = book_of("jinshui")
    everybody = record(book, *book.units)
    assert {unit for unit in book.units if key in keys(everybody, unit, book)} == holders


def test_whoever_held_the_role_on_the_first_day_is_asked() -> None:
    book = book_of("jinshui")
    for day, unit in (("2019-03-31", "JS-SGB"), ("2019-04-01", "JS-ZWJ")):
        of = record(book, "JS-SGB", "JS-ZWJ", day=day)
        who = {
            each
            for each in ("JS-SGB", "JS-ZWJ")
            if "district-operation/5-1" in keys(of, each, book)
        }
        assert who == {unit}


def test_what_inspectors_ask_of_those_inspected_is_asked_of_everybody() -> None:
    book = book_of("jinshui")
    found = keys(record(book, "JS-CG"), "JS-CG", book)
    assert {"jinshui-powers/21-11", "jinshui-duties/15-1", "jinshui-duties/11-1"} <= found
    assert "jinshui-powers/19-1" not in found, "it asks about supervision and names no office"


def test_a_town_answers_for_its_sections_and_they_do_not_answer_for_it() -> None:
    book = book_of("liuzhai")
    mine, theirs = "liuzhai-operation/16-2", "liuzhai-operation/15-1"
    whole = keys(record(book, "LZ-ZZF"), "LZ-ZZF", book)
    assert {mine, theirs} <= whole
    both = record(book, "LZ-ZZF", "LZ-DC")
    assert theirs not in keys(both, "LZ-ZZF", book), "the section is inspected itself"
    assert theirs in keys(both, "LZ-DC", book)
    assert mine not in keys(record(book, "LZ-SS"), "LZ-SS", book)


def test_an_office_is_asked_about_lists_that_it_does_not_keep_unless_they_are_left_out() -> None:
    book = book_of("jinshui")
    key = "district-operation/5-3"
    assert not [entry for entry in book.entries if entry.unit == "JS-BB"]
    assert key in keys(record(book, "JS-BB"), "JS-BB", book)
    assert key not in keys(record(book, "JS-BB", lists=("fees",)), "JS-BB", book)


OWN = "  question: 承诺时限是否不超过法定时限\n  owner: 区政府法制办\n"


def test_the_machine_counts_a_finding_only_for_rules_that_are_asked_there(
    small: Path, qingdan: Run
) -> None:
    folder = ready(small)
    replace(folder, "rules/own-rules.yaml", OWN, f"{OWN}  of: [区财政局]\n")
    commit(folder, "限期由财政局核\n\nReason: 本例需要\n")
    name = planned(
        folder, qingdan, "--unit", "JS-CG", "--unit", "JS-CZJ", "--member", "区政府法制办"
    )
    made = sheets(folder, qingdan, name)
    ours, theirs = (
        sheet_file(made, unit, "yaml").read_text("utf-8") for unit in ("JS-CG", "JS-CZJ")
    )
    assert "own-rules/2-1" not in ours
    assert "own-rules/2-1" in theirs
    assert "90个工作日" not in theirs
    office = theirs.partition("own-rules/2-1")[2].partition("- rule:")[0]
    assert "machine: 由人回答" in office, "its own items in order do not answer for everybody's"
    assert record_of(folder, name)["from"] == DAY


COMPARED = "jinshui-powers/14-8"
PUBLISHED = ("district-operation/8-1", "jinshui-powers/6-2", "jinshui-powers/14-7")
SITE = "- channel: 政府（机关）网站\n  place: 'https://jinshui.example/qd'\n"


def machine(folder: Path, qingdan: Run, name: str, out: str) -> dict[str, str]:
    """What the machine answers at the food regulator, by rule."""
    text = sheet_file(sheets(folder, qingdan, name, out), "JS-SC", "yaml").read_text("utf-8")
    doc, _ = strict.read(text)
    rows = cast("list[dict[str, str]]", cast("Doc", doc)["answers"])
    return {row["rule"]: row["machine"] for row in rows}


def test_where_nothing_was_looked_at_the_machine_does_not_say_that_all_is_well(
    district: Path, qingdan: Run
) -> None:
    name = planned(district, qingdan, "--unit", "JS-SC")
    assert machine(district, qingdan, name, "with")[COMPARED] in {"是", "否"}
    (district / "systems" / "portal.yaml").unlink()
    commit(district, "没有快照\n\nReason: 本例需要\n")
    without = machine(district, qingdan, name, "without")
    added = (f"jinshui-powers/22-{number}" for number in (1, 2, 3))
    assert {without[key] for key in (COMPARED, "own-portal/1-1", *added)} == {"由人回答"}


def test_what_is_nobodys_in_particular_is_not_well_with_anybody(
    district: Path, qingdan: Run
) -> None:
    name = planned(district, qingdan, "--unit", "JS-SC")
    before = machine(district, qingdan, name, "before")
    assert {before[key] for key in PUBLISHED} == {"是"}
    last = max((district / "ledger" / "publications").iterdir())
    replace(district, last.relative_to(district).as_posix(), SITE, "")
    commit(district, "少一个渠道\n\nReason: 本例需要\n")
    after = machine(district, qingdan, name, "after")
    assert {after[key] for key in PUBLISHED} == {"由人回答"}


def test_a_role_that_nobody_defined_is_found(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ready(small)
    replace(folder, "rules/own-rules.yaml", OWN, f"{OWN}  of: [区财政局, 区法制局]\n")
    capsys.readouterr()
    assert qingdan(folder, "validate", "rules", "--format", "concise") == 1
    printed = capsys.readouterr().out
    assert "QD402 被检查的角色“区法制局”没有定义" in printed
    assert "区财政局" not in printed
