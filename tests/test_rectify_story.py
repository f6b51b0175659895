"""A rectification round from a fresh sample: an inspection's findings, five notices, each with another end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace as with_owner

from conftest import Run, commit, git, put, replace
from qingdan.core.ledger import findings as kept
from qingdan.core.places import finding_path
from qingdan.core.rectification import states
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import judge, open_workspace
from qingdan.desk.world import every_finding
from qingdan.model.values import Doc
from qingdan.model.workspace import Book
from rectify_support import LEGAL, finding, manual, rectifications

PORTAL = "systems/portal.yaml"
UNITS = ("JS-YJ", "JS-MZ", "JS-SC", "JS-JY", "JS-WJ")
CHECKED, SERVED = date(2026, 10, 12), "2026-10-13"


def inspect(folder: Path) -> None:
    """The portal says another limit for an item of one unit; at four others an inspector found something."""
    old = "  name: 生产经营单位生产安全事故应急预案备案\n"
    text = (folder / PORTAL).read_text("utf-8")
    head, _, rest = text.partition(old)
    put(folder, PORTAL, head + old + rest.replace("promised_limit: 3个", "promised_limit: 9个", 1))
    commit(folder, "取入系统快照\n")
    opened = open_workspace(folder)
    snapshot = opened.snapshot()
    book = judge(opened, snapshot, keep_items=True)[0]
    machine = [
        kept.entered(
            with_owner(f, owner=LEGAL), book, kept.Discovery("联合督查", CHECKED, "JS-SFJ")
        )
        for f in every_finding(opened, book, snapshot, CHECKED)
        if f.code == "QD304"
    ]
    assert len(machine) == 1
    register(folder, *machine, *(manual(unit, f"{unit}的案卷不全") for unit in UNITS[1:]))


def register(folder: Path, *docs: Doc) -> None:
    """Enter findings in the ledger."""

    def decide(_book: Book) -> Entering:
        return Entering({finding_path(str(doc["id"])): doc for doc in docs}, "登记督查发现的问题\n")

    assert enter(open_workspace(folder), decide, None)


def enough(folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The findings of the ledger, a few more than the inspection's where it found few: chance draws its units."""

    def listed() -> list[str]:
        capsys.readouterr()
        assert qingdan(folder, "ledger", "list", "--format", "json") == 0
        return [row["id"] for row in json.loads(capsys.readouterr().out)["findings"]]

    drawn = {"-".join(problem.split("-")[1:3]) for problem in listed()}
    others = [unit for unit in UNITS if unit not in drawn][: len(UNITS) - len(drawn)]
    if others:
        register(folder, *(manual(unit, f"{unit}的案卷不全") for unit in others))
    return listed()


Act = Callable[..., str]


@pytest.fixture
def act(district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Act:
    """Run ``rectify`` on a day; what it prints."""

    def run(day: str, *words: str, code: int = 0) -> str:
        capsys.readouterr()
        assert qingdan(district, "rectify", *words, "--today", day) == code, words
        return capsys.readouterr().out

    return run


@pytest.fixture
def check(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], set[str]]:
    """The kinds of finding about the ledger that ``check`` has on a day."""

    def run(day: str) -> set[str]:
        capsys.readouterr()
        qingdan(district, "check", "--today", day, "--format", "json")
        found = json.loads(capsys.readouterr().out)["findings"]
        return {f["code"] for f in found if f["code"].startswith("QD6")}

    return run


def test_five_notices_and_how_they_end(
    district: Path,
    tmp_path: Path,
    act: Act,
    check: Callable[[str], set[str]],
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inspect(district)
    since = git(district, "rev-parse", "HEAD")
    photo = str(put(tmp_path, "案卷.jpg", b"\xff\xd8"))
    for unit in UNITS:
        act(SERVED, "issue", "--unit", unit)
    ids = {str(r["unit"]): name for name, r in rectifications(district).items()}
    names = tuple(ids[unit] for unit in UNITS)
    assert check(SERVED) == {"QD634"}
    act(SERVED, "send", *names)
    assert check(SERVED) == set()
    two_are_closed(district, act, names, photo)
    poor, longer = names[3:]
    to = ("--until", "2026-12-04", "--reason", "补正须公告", "--approver", LEGAL)
    act("2026-10-22", "extend", longer, *to)
    bad = ("--inadequate", "--reason", "仍缺3本", "--within", "10个工作日")
    act("2026-10-22", "verify", poor, *bad)
    assert check("2026-10-22") == {"QD632"}
    assert check("2026-10-28") == {"QD631", "QD632"}
    act("2026-10-28", "escalate", names[2], "--inform", "区编办")
    as_it_should_be(district, act, names)
    capsys.readouterr()
    assert qingdan(district, "validate", "--commits", f"{since}..HEAD", "--fail-on", "warning") == 0


def two_are_closed(folder: Path, act: Act, names: tuple[str, ...], photo: str) -> None:
    """Three reply; one is closed because the machine finds nothing more, one because a person has looked."""
    portal, first, _, poor, _ = names
    for name in (portal, first, poor):
        act("2026-10-20", "reply", name, "--done", "已经改正", "--evidence", photo)
    act("2026-10-21", "verify", portal, "--pass", code=4)
    replace(folder, PORTAL, "promised_limit: 9个", "promised_limit: 3个")
    commit(folder, "取入改正后的系统快照\n")
    act("2026-10-21", "verify", portal, "--pass")
    act("2026-10-21", "verify", first, "--pass", "--evidence", photo)


def as_it_should_be(folder: Path, act: Act, names: tuple[str, ...]) -> None:
    """Each stands where it was brought, and every document says so."""
    portal, first, late, poor, longer = names
    stand = {name: states.standing(r) for name, r in rectifications(folder).items()}
    assert {name: now.state for name, now in stand.items()} == {
        portal: states.CLOSED,
        first: states.CLOSED,
        late: states.ESCALATED,
        poor: states.INADEQUATE,
        longer: states.RUNNING,
    }
    assert (str(stand[longer].original), str(stand[longer].due)) == ("2026-10-27", "2026-12-04")
    listed = [row["id"] for row in json.loads(act("2026-10-28", "list", "--format", "json"))]
    assert listed[0] == late
    assert set(listed[-2:]) == {portal, first}
    for name in (portal, first):
        (problem,) = rectifications(folder)[name]["findings"]
        assert kept.state_of(finding(folder, problem)) == kept.CLOSED
    out = folder / "reports"
    for name, kind, title in (
        (first, "整改通知书", "整改通知书"),
        (late, "抄报", "郑州市金水区市场监督管理局逾期未整改情况的函"),
        (late, "告知函", "郑州市金水区市场监督管理局逾期未整改有关情况的告知函"),
    ):
        act("2026-10-28", "show", name, "--document", kind)
        assert title in (out / f"{name}-{kind}.md").read_text("utf-8")
        assert (out / f"{name}-{kind}.docx").is_file()
        assert (out / f"{name}-{kind}.html").is_file()


def test_the_samples_own_inspection_is_served_to_the_end(
    district: Path, tmp_path: Path, act: Act, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """What its 联合督查 found, from the ledger of a fresh sample to every paper, by commands alone."""
    photo = str(put(tmp_path, "照片.jpg", b"\xff\xd8"))
    found = enough(district, qingdan, capsys)
    for problem in found[: len(UNITS)]:
        unit = "-".join(problem.split("-")[1:3])
        act("2026-10-16", "issue", "--unit", unit, "--finding", problem)
    served = rectifications(district)
    by_machine = {
        n: kept.by_machine(finding(district, r["findings"][0])) for n, r in served.items()
    }
    people = [name for name, machine in by_machine.items() if not machine]
    first, second, poor = people[:3]
    late, longer = (name for name in served if name not in {first, second, poor})
    act("2026-10-16", "send", *served)
    for name in (first, second, poor):
        act("2026-10-22", "reply", name, "--done", "已经整改", "--evidence", photo)
    for name in (first, second):
        act("2026-10-23", "verify", name, "--pass", "--evidence", photo)
    act(
        "2026-10-23", "verify", poor, "--inadequate", "--reason", "仍不全", "--within", "10个工作日"
    )
    why = ("--reason", "须经会议审议", "--approver", LEGAL)
    act("2026-10-26", "extend", longer, "--until", "2026-11-20", *why)
    act("2026-10-31", "escalate", late, "--inform", "区编办")
    out = tmp_path / "out"
    for name in served:
        act("2026-11-02", "show", name, "--document", "整改通知书", "--out", str(out))
    for paper in ("抄报", "告知函"):
        act("2026-11-02", "show", late, "--document", paper, "--out", str(out))
    for ledger in ("目标绩效考核台账", "联合督查工作台账"):
        act("2026-11-02", "list", "--ledger", ledger, "--out", str(out))
    for form in ("docx", "html", "md"):
        assert len(list(out.glob(f"*.{form}"))) == len(UNITS) + 4
    states_now = [states.standing(r).state for r in rectifications(district).values()]
    assert sorted(states_now) == sorted(
        [states.CLOSED, states.CLOSED, states.INADEQUATE, states.RUNNING, states.ESCALATED]
    )


def test_an_inspection_may_be_named_by_the_beginning_of_its_id(district: Path, act: Act) -> None:
    """As everywhere else; it used to be taken for one in which nothing had been found."""
    book = open_workspace(district).book()
    problem = next(each for each in kept.kept(book) if "inspection" in each)
    name, unit = str(problem["inspection"]), str(problem["unit"])
    words = ("issue", "--unit", unit, "--as", str(problem["owner"]), "--inspection")
    act("2026-10-16", *words, "没有的检查", code=2)
    act("2026-10-16", *words, name[:16])
    (served,) = rectifications(district).values()
    assert served["inspection"] == name
    assert problem["id"] in served["findings"]
