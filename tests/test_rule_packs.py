"""The packs that ship: complete by the regulations' own numbering, sound in their profile, true to their examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import Run
from numbering_support import REGULATIONS, document, gaps, numbers, rows, rules
from qingdan.core.schema import Schemas
from qingdan.repo import resources

OWN = ("own-approvals", "own-fees", "own-funds", "own-portal")
PROFILES = {
    "jinshui": ("district-operation", "jinshui-powers", "jinshui-duties", *OWN),
    "liuzhai": ("liuzhai-operation", "liuzhai-joint", "liuzhai-powers"),
    "huiji": ("huiji-safety",),
}
CHECKLISTS = {
    "jinshui-powers": {f"CL-1.{n}" for n in range(1, 10)},
    "liuzhai-powers": {f"CL-1.{n}" for n in range(1, 10)},
    "jinshui-duties": {f"CL-2.{n}" for n in range(1, 7)},
    "liuzhai-joint": {f"CL-3.{n}" for n in range(1, 7)},
    "huiji-safety": {f"CL-4.{n}" for n in range(1, 8)} | {f"CL-5.{n}" for n in range(1, 6)},
}
LIABILITIES = {
    "district-operation": {"AC-0.01", "AC-0.02"},
    "liuzhai-operation": {"AC-0.01", "AC-0.02"},
    "jinshui-powers": {f"AC-1.{n:02}" for n in range(1, 17)},
    "liuzhai-powers": {f"AC-1.{n:02}" for n in range(1, 17)},
    "jinshui-duties": {f"AC-2.{n:02}" for n in range(1, 8)},
    "huiji-safety": {f"AC-3.{n:02}" for n in range(1, 4)},
}


@pytest.mark.parametrize("name", REGULATIONS)
def test_every_article_is_asked_about_or_excused(name: str) -> None:
    assert list(gaps(name, rules(name))) == []
    assert numbers(name) == list(range(1, document("numbering", name)["count"] + 1))
    assert document("numbering", name)["title"] == document("rules", name)["regulation"]["title"]


@pytest.mark.parametrize("name", REGULATIONS)
def test_a_rule_that_is_taken_away_is_missed(name: str) -> None:
    every = rules(name)
    assert every
    for rule in every:
        assert list(gaps(name, [other for other in every if other is not rule])), rule.key


@pytest.mark.parametrize("name", REGULATIONS)
def test_the_numbering_has_every_checklist_item_and_every_accountability_situation(
    name: str,
) -> None:
    keys = [key for row in rows(name) for key in row.get("key", "").split("、") if key]
    assert len(keys) == len(set(keys))
    assert set(keys) == CHECKLISTS.get(name, set()) | LIABILITIES.get(name, set())


def test_every_pack_that_ships_is_one_of_a_profile() -> None:
    shipped = {path.stem for path in resources.folder("rules").glob("*.yaml")}
    assert shipped == {name for packs in PROFILES.values() for name in packs}
    assert set(REGULATIONS) == shipped - set(OWN)


@pytest.mark.parametrize("place", PROFILES)
def test_the_packs_of_a_profile_are_sound_and_their_examples_hold(
    place: str, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(resources.folder("lists") / place, tmp_path / place))
    shutil.rmtree(folder / "story")
    (folder / "rules").mkdir()
    for name in PROFILES[place]:
        shutil.copy(resources.folder("rules") / f"{name}.yaml", folder / "rules")
    assert qingdan(folder, "validate", "rules", "qingdan.yaml", "--fail-on", "info") == 0
    capsys.readouterr()
    assert qingdan(folder, "check", "--test") == 0
    printed = capsys.readouterr().out
    for name in PROFILES[place]:
        assert all(f"  {rule.key}" in printed for rule in rules(name))


@pytest.mark.parametrize("name", OWN)
def test_what_a_unit_decides_for_itself_has_no_article(name: str) -> None:
    assert document("rules", name)["regulation"]["source"].startswith("本单位自定")
    assert {rule.article for rule in rules(name)} == {"（本单位自定）"}


@pytest.mark.parametrize("name", REGULATIONS)
def test_a_regulation_cannot_go_without_articles(name: str) -> None:
    schema = Schemas(resources.schema_texts())["rules"]
    pack = document("rules", name)
    assert schema.accepts(pack)
    del pack["rules"][0]["article"]
    assert not schema.accepts(pack)


def test_siblings_differ_in_data_only() -> None:
    district, town = (
        {rule.id: rule for rule in rules(name)} for name in ("jinshui-powers", "liuzhai-powers")
    )
    assert (town["14-8"].check, town["14-8"].ask) == ("systems-agree", True), "operated, too"
    assert (district["14-8"].check, district["14-8"].ask) == ("systems-agree", False)
    assert town["14-8-2"].check == "systems-taken"
    assert not [rule for rule in town.values() if rule.article.startswith("第十一条第二款")]
    assert district["11-2"].check == "delegations-recorded"


def test_the_six_kinds_of_material_are_asked_for() -> None:
    asked = {rule.id: rule for rule in rules("jinshui-duties")}
    assert len(asked["9-5"].materials) == 6
    assert {m for rule in asked.values() for m in rule.materials} >= set(asked["9-5"].materials)


@pytest.mark.parametrize("name", REGULATIONS)
def test_people_are_asked_for_evidence(name: str) -> None:
    asked = [rule for rule in rules(name) if rule.by_person]
    assert asked
    with_materials = [rule for rule in asked if rule.materials]
    assert len(with_materials) > len(asked) / 2
