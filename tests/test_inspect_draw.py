"""Random draws: anybody gets the same, with nothing but sha256sum; nobody can choose the seed."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, commit, git, put, replace
from inspection_support import DAY, fill, planned, ready, record_of, sheet_file, sheets
from qingdan.core.inspections.drawing import Lot, Member, draw, shares
from qingdan.model.errors import UsageError

SEED = "a" * 40
CASES = "案号,承办单位\n" + "".join(
    f"金罚〔2026〕{number}号,{'JS-CG' if number < 6 else '区应急管理局'}\n" for number in range(9)
)


@pytest.fixture
def office(small: Path) -> Path:
    """A workspace in which inspections can be held."""
    return ready(small, flawed=False)


def sha256sum(*lines: str) -> str:
    """What a person at a terminal gets of lines."""
    done = subprocess.run(
        ["sha256sum"], input="\n".join(lines).encode(), capture_output=True, check=True
    )
    return done.stdout.decode().split()[0]


def drawn(folder: Path, name: str, place: int = -1) -> list[str]:
    """What a draw on record gave."""
    return [row["member"] for row in record_of(folder, name)["draws"][place]["result"]]


# the arithmetic


@given(
    st.dictionaries(st.text(min_size=1), st.integers(1, 500), min_size=1, max_size=8),
    st.data(),
)
def test_shares_are_whole_and_just(sizes: dict[str, int], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, sum(sizes.values())))
    found = shares(sizes, count)
    assert sum(found.values()) == count
    for name, share in found.items():
        exact = count * sizes[name] / sum(sizes.values())
        assert abs(share - exact) < 1
        assert share <= sizes[name]


def test_largest_remainders_are_served_first() -> None:
    assert shares({"甲": 5, "乙": 3, "丙": 2}, 3) == {"甲": 1, "乙": 1, "丙": 1}
    assert shares({"甲": 6, "乙": 3, "丙": 1}, 4) == {"甲": 2, "乙": 1, "丙": 1}, (
        "equal remainders: by name"
    )


@given(st.lists(st.text(min_size=1), unique=True, min_size=3, max_size=30), st.integers(1, 3))
def test_who_is_drawn_does_not_depend_on_the_order_of_the_list(
    names: list[str], count: int
) -> None:
    lot = Lot("2026-10-12-joint-X", "案卷", count, SEED)
    one = draw(lot, [Member(name) for name in names], date.min)
    other = draw(lot, [Member(name) for name in reversed(names)], date.min)
    assert one == other


def test_a_name_twice_in_the_list_is_refused() -> None:
    lot = Lot("x", "案卷", 1, SEED)
    with pytest.raises(UsageError, match="出现了不止一次"):
        draw(lot, [Member("1号"), Member("1号")], date.min)


# at the desk


def test_a_draw_of_units_is_repeated_with_sha256sum_alone(office: Path, qingdan: Run) -> None:
    units = ("JS-CG", "JS-YJ", "ZZ-YJ")
    words = [word for unit in units for word in ("--unit", unit)]
    name = planned(office, qingdan, *words)
    assert (
        qingdan(office, "inspect", "draw", name, "--of", "units", "--count", "2", "--today", DAY)
        == 0
    )
    record = record_of(office, name)["draws"][0]
    published = next((office / "ledger/publications").iterdir()).read_text("utf-8")
    assert record["seed"] in published, "the seed is what was published last before the plan"
    by_hand = sorted(units, key=lambda unit: sha256sum(record["seed"], name, "units", unit))
    assert drawn(office, name) == by_hand[:2]
    assert record["population"]["digest"] == sha256sum(*sorted(units), "")
    assert qingdan(office, "inspect", "draw", name, "--verify") == 0
    sheets(office, qingdan, name)
    made = {path.stem.rpartition("-")[0] for path in (office.parent / "out").iterdir()}
    assert made == set(by_hand[:2]), "only the units drawn are inspected"


def test_a_tampered_result_does_not_verify(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ")
    assert (
        qingdan(office, "inspect", "draw", name, "--of", "units", "--count", "1", "--today", DAY)
        == 0
    )
    was = drawn(office, name)[0]
    other = "JS-YJ" if was == "JS-CG" else "JS-CG"
    path = f"ledger/inspections/{name}/inspection.yaml"
    replace(office, path, f"  - member: {was}", f"  - member: {other}")
    commit(office, "改结果\n")
    capsys.readouterr()
    assert qingdan(office, "inspect", "draw", name, "--verify") == 1
    assert "抽取结果与重新计算的不同" in capsys.readouterr().out
    assert qingdan(office, "validate", "--commits", "HEAD~1..HEAD") == 1, "the ledger was rewritten"


def test_items_are_drawn_in_strata_from_what_was_public(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", "--list", "powers")
    words = ("--of", "items", "--count", "4", "--by", "unit", "--today", DAY)
    assert qingdan(office, "inspect", "draw", name, *words) == 0
    record = record_of(office, name)["draws"][0]
    assert sum(row["count"] for row in record["strata"]) == 4
    assert {row["unit"] for row in record["result"]} == {"JS-CG", "JS-YJ"}
    assert qingdan(office, "inspect", "draw", name, "--verify") == 0


def test_case_files_are_drawn_from_a_list(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = put(tmp_path, "名单.csv", CASES.encode("gb18030"))
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", kind="files")
    words = ("--of", "cases", "--count", "3", "--by", "unit", "--from", str(table), "--today", DAY)
    assert qingdan(office, "inspect", "draw", name, *words) == 0
    record = record_of(office, name)["draws"][0]
    assert [row["count"] for row in record["strata"]] == [2, 1]
    assert "名单" not in str(record), "the list itself is not kept"
    capsys.readouterr()
    assert qingdan(office, "inspect", "draw", name, "--verify") == 3
    assert "--from" in capsys.readouterr().err
    assert qingdan(office, "inspect", "draw", name, "--verify", "--from", str(table)) == 0


def test_a_bad_sample_becomes_a_finding_with_its_evidence(
    office: Path, qingdan: Run, tmp_path: Path
) -> None:
    table = put(tmp_path, "名单.csv", "案号\n甲1号\n甲2号\n")
    name = planned(office, qingdan, "--unit", "JS-CG", kind="files")
    words = ("--of", "cases", "--count", "1", "--from", str(table), "--today", DAY)
    assert qingdan(office, "inspect", "draw", name, *words) == 0
    file = sheet_file(sheets(office, qingdan, name))
    member = drawn(office, name)[0]
    fill(file, {member: ("不合格", "", "没有送达回证")}, "抽查情况", "编号")
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 4
    fill(file, {member: ("不合格", "评查记录", "没有送达回证")}, "抽查情况", "编号")
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    text = next((office / "ledger/findings/2026").glob("*.yaml")).read_text("utf-8")
    assert "fact: 没有送达回证" in text
    assert "path: 评查记录" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--of", "unit", "--count", "1"), "units（单位）、items（事项）、cases（案卷）"),
        (("--of", "units", "--count", "9"), "可以抽取的共2个"),
        (("--of", "units"), "--count"),
        (("--of", "units", "--count", "1", "--by", "list"), "按类别"),
        (("--of", "cases", "--count", "1"), "--from"),
        (("--of", "units", "--count", "1", "--seed", "HEAD"), "--reason"),
        (("--of", "units", "--count", "1", "--seed", "HEAD", "--reason", "试"), "不早于拟定检查"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ")
    head = git(office, "rev-parse", "HEAD")
    capsys.readouterr()
    assert qingdan(office, "inspect", "draw", name, *words, "--today", DAY) in {2, 4}
    assert said in capsys.readouterr().err
    assert git(office, "rev-parse", "HEAD") == head


def test_a_second_draw_needs_a_reason_and_the_first_stays(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ")
    words = ("inspect", "draw", name, "--of", "units", "--today", DAY, "--count")
    assert qingdan(office, *words, "1") == 0
    first = drawn(office, name)
    assert qingdan(office, *words, "2") == 4
    assert "已经抽取过单位" in capsys.readouterr().err
    assert qingdan(office, *words, "2", "--reason", "增加检查力量") == 0
    assert drawn(office, name, 0) == first
    assert drawn(office, name)[:1] == first, "by the same seed nobody is drawn away"
    assert qingdan(office, "inspect", "draw", name, "--verify") == 0
    assert qingdan(office, "validate", "--commits", "HEAD~2..HEAD", "ledger") == 0


def test_a_seed_that_the_remote_has_never_seen_is_refused(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "remote.git")
    git(office, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(office, "push", "-q", "origin", "main")
    secret = commit(office, "没有推送\n")
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ")
    words = ("inspect", "draw", name, "--of", "units", "--count", "1", "--seed", secret)
    capsys.readouterr()
    assert qingdan(office, *words, "--reason", "试", "--today", DAY) == 4
    assert "不在远程仓库的主分支上" in capsys.readouterr().err
    git(office, "push", "-q", "origin", "main")
    assert qingdan(office, *words, "--reason", "试", "--today", DAY) == 0
