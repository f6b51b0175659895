"""What the shipped profiles and packs make of the regulations' demands: found by the machine, by the right article."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Run, Samples, commit, git, put, replace
from numbering_support import REGULATIONS, document, rules
from qingdan.commands.explain import page
from qingdan.core.build import build
from qingdan.core.calendar import Calendar
from qingdan.core.checks.registry import CHECKS_OF, REGISTER_CHECKS, WORLD_CHECKS
from qingdan.core.checks.report import found
from qingdan.core.checks.world import World
from qingdan.core.citing import articles_of, cite
from qingdan.core.publications import required_channels
from qingdan.model.codes import CODES
from qingdan.model.findings import Finding
from qingdan.model.rules import Rule
from qingdan.model.workspace import Book, Texts
from qingdan.repo import resources
from register_support import schemas
from test_rule_packs import OWN, PROFILES

Capture = pytest.CaptureFixture[str]
Rows = list[dict[str, str]]

PORTALS = {
    "district": ("jinshui", "JS-SC-XK-001", "《金水区行政权力清单运行监督检查办法》第二十二条第（三）项"),
    "town": ("liuzhai", "LZ-CJ-XK-001", "《刘寨镇行政权力清单运行监督检查办法》第二十一条第（三）项"),
    "bureau": ("huiji", "HJ-YJ-XK-001", "《惠济区安全生产监督管理局“四单一网”清单运行配套机制》第二十九条"),
}  # fmt: skip
"""Profile to its sample, an item that asks for materials, and what an extra step or material may touch."""


def of(samples: Samples, profile: str, folder: Path) -> Path:
    """A sample of one's own."""
    return Path(shutil.copytree(samples(profile), folder / profile))


def checked(qingdan: Run, folder: Path, capsys: Capture, *words: str) -> list[Any]:
    capsys.readouterr()
    qingdan(folder, "check", "--today", TODAY, "--format", "json", *words)
    findings: list[Any] = json.loads(capsys.readouterr().out)["findings"]
    return findings


def portal(place: str) -> Rows:
    """The newest table of the portal that a sample's story takes."""
    newest = max((resources.folder("lists") / place / "story").glob("portal-*.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def take(qingdan: Run, folder: Path, rows: Rows) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = put(folder.parent, "portal.csv", text.getvalue())
    assert qingdan(folder, "systems", "take", "portal", str(file), "--today", TODAY) == 0


# the systems


@pytest.mark.parametrize("profile", PORTALS)
def test_steps_materials_and_bases_of_the_portal_are_compared(
    profile: str, samples: Samples, tmp_path: Path, qingdan: Run, capsys: Capture
) -> None:
    place, code, liable = PORTALS[profile]
    folder, rows = of(samples, profile, tmp_path), portal(place)
    row = next(row for row in rows if row["职权编号"] == code)
    row["运行流程"] += "→专家评审"
    row["申请材料"] += "；无违法记录证明"
    row["实施依据"] += "；《某某暂行规定》第三条"
    capsys.readouterr()
    take(qingdan, folder, rows)
    assert "未取的列" not in capsys.readouterr().out
    every = checked(qingdan, folder, capsys)
    found = {f["code"]: f for f in every if f["item"] == code and f["path"].startswith("systems/")}
    assert set(found) == {"QD311", "QD312", "QD304"}
    assert "“专家评审”" in found["QD311"]["message"]
    assert "“无违法记录证明”" in found["QD312"]["message"]
    assert "“某某暂行规定”" in found["QD304"]["message"]
    for kind in ("QD311", "QD312"):
        assert liable in found[kind]["accountability"]


# what is looked at, in memory

HUIJI = "《惠济区安全生产监督管理局“四单一网”清单运行配套机制》"
DISTRICT = "《行政权责事项运行监督管理办法》"
JINSHUI = "《金水区行政权力清单运行监督检查办法》"
DUTIES = "《金水区行政责任清单运行监督检查办法》"
TOWN = "《刘寨镇行政权责事项运行监督管理办法》"
JOINT = "《刘寨镇“五单一网”制度改革联合督查办法》"
LIUZHAI = "《刘寨镇行政权力清单运行监督检查办法》"


def texts(place: str) -> dict[str, str]:
    """A jurisdiction that ships, with the packs of its profile; without a ledger."""
    folder = resources.folder("lists") / place
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.yaml")
        if "story" not in path.parts
    }
    for name in PROFILES[place]:
        files[f"rules/{name}.yaml"] = (resources.folder("rules") / f"{name}.yaml").read_text()
    return files


def book_of(files: Mapping[str, str]) -> Book:
    return build(Texts({path: text.encode() for path, text in files.items()}), schemas())[0]


def of_world(check: str, book: Book) -> list[Finding]:
    """What a check of the world finds, with the articles."""
    world = World(date(2026, 11, 20), Calendar())
    return list(cite(WORLD_CHECKS[check](book, world), book))


# the results

ITEMS = {"jinshui": "JS-CG-XK-001", "liuzhai": "LZ-CJ-XK-001", "huiji": "HJ-YJ-XK-001"}
OUTSIDE: Mapping[str, tuple[set[str], set[str], set[str]]] = {
    "jinshui": (
        {DISTRICT + "第九条", JINSHUI + "第十四条第（九）项"},
        {JINSHUI + "第二十二条第（一）项"},
        {JINSHUI + "第二十二条第（二）项"},
    ),
    "liuzhai": (
        {TOWN + "第八条", JOINT + "第四条第（四）项", LIUZHAI + "第十四条第（九）项"},
        {LIUZHAI + "第二十一条第（一）项"},
        {LIUZHAI + "第二十一条第（二）项"},
    ),
    "huiji": (
        {HUIJI + "第四条", HUIJI + "第十二条第（四）项"},
        {HUIJI + "第三十一条"},
        {HUIJI + "第三十一条"},
    ),
}  # fmt: skip
"""Place to the articles, and what a decision outside the lists, and one on a cancelled item, may touch."""


def results(unit: str, item: str) -> str:
    row = f"- number: 样例〔2026〕1号\n  item: {item}\n  served: '2026-10-19'\n  published: '2026-10-20'\n"
    return f"id: 2026Q4-{unit}\nquarter: 2026Q4\nunit: {unit}\nrows:\n{row}"


@pytest.mark.parametrize("place", OUTSIDE)
def test_a_decision_outside_the_lists_or_on_a_cancelled_item_cites_its_own_article(
    place: str,
) -> None:
    articles, unlisted, cancelled = OUTSIDE[place]
    item = ITEMS[place]
    files = texts(place)
    lists = next(path for path, text in files.items() if f"- code: {item}\n" in text)
    unit = Path(lists).stem
    path = f"ledger/results/2026Q4/{unit}.yaml"
    [of_none] = of_world("results-known", book_of(files | {path: results(unit, f"{item}9")}))
    head, mark, rest = files[lists].partition(f"- code: {item}\n")
    gone = head + mark + rest.replace("state: 在用", "state: 取消\n  ended: '2026-02-01'", 1)
    [of_gone] = of_world("results-known", book_of(files | {lists: gone, path: results(unit, item)}))
    for finding, liable in ((of_none, unlisted), (of_gone, cancelled)):
        assert finding.code == "QD606"
        assert {text for text in finding.sources if not text.startswith("可能涉及")} == articles
        assert set(finding.accountability) == liable
        assert finding.owner


# publication and complaints

CHANNELS = {
    "郑州市政务服务网": {"第三条", "第十一条"},
    "政府网站": {"第三条", "第十一条"},
    "政务服务办事大厅张贴": {"第三条", "第十一条"},
    "局内部网站": {"第二十六条第（五）项"},
    "办公场所": {"第二十六条第（五）项"},
}
PARTS = {
    "email": {"第九条第一款", "第二十八条"},
    "fax": {"第二十八条"},
    "address": {"第二十八条"},
    "limit": {"第九条第一款"},
}


def publication(lists: str, channels: list[str]) -> str:
    rows = "".join(f"- channel: {name}\n" for name in channels)
    return f"id: 2026-01-08-first\ncommit: '{'0' * 40}'\npublished: '2026-01-08'\nlists: [{lists}]\nchannels:\n{rows}"


@pytest.mark.parametrize("missing", CHANNELS)
def test_a_missing_channel_of_the_bureau_cites_the_article_that_names_it(missing: str) -> None:
    files = texts("huiji")
    book = book_of(files)
    assert book.settings
    every = required_channels(book.settings, book.settings.lists)
    assert set(every) == set(CHANNELS)
    text = publication(
        "powers, approvals, fees, funds", [name for name in every if name != missing]
    )
    found = of_world(
        "channels-complete", book_of(files | {"ledger/publications/2026-01-08-first.yaml": text})
    )
    [finding] = [each for each in found if each.code == "QD308"]
    assert set(finding.sources) == {HUIJI + article for article in CHANNELS[missing]}
    never = [each for each in of_world("channels-complete", book) if each.item == ""]
    assert {each.code for each in never} == {"QD309"}
    for each in never:
        assert set(each.sources) >= {HUIJI + "第三条", HUIJI + "第二十六条第（五）项"}


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_of_the_complaint_block_cites_the_article_that_asks_for_it(
    part: str,
) -> None:
    files = texts("huiji")
    path = "registers/units.yaml"
    files[path] = re.sub(rf"(?m)^    {part}: .*\n", "", files[path])
    book = book_of(files)
    found = list(cite(REGISTER_CHECKS["complaints-open"](book, schemas()), book))
    assert found
    for finding in found:
        assert set(finding.sources) == {HUIJI + article for article in PARTS[part]}


def test_the_responsibility_list_is_confirmed_by_the_reform_office() -> None:
    files = texts("jinshui")
    text = publication("powers", ["郑州市政务服务网"])
    book = book_of(files | {"ledger/publications/2026-01-08-first.yaml": text})
    [finding] = of_world("lists-confirmed", book)
    assert "应经“五单一网”制度改革联席办、区政务服务改革管理办公室（责任清单）审定后公布" in (
        finding.message
    )


# the commits


def cited(
    qingdan: Run, folder: Path, capsys: Capture, old: str, new: str, path: str
) -> tuple[set[str], set[str]]:
    """The articles and those of accountability of one edit without papers."""
    replace(folder, path, old, new)
    commit(folder, "不办手续\n")
    capsys.readouterr()
    qingdan(folder, "check", "--commits", "HEAD~1..HEAD", "--today", TODAY, "--format", "json")
    every = json.loads(capsys.readouterr().out)["findings"]
    [finding] = [each for each in every if each["code"] == "QD501"]
    sources = {text for text in finding["sources"] if not text.startswith("可能涉及")}
    return sources, set(finding["accountability"])


def asking(id_: str, answer: str) -> str:
    """A rule of a pack, as it stands in the file."""
    return (
        f"- id: {id_}\n  article: 第五条\n  question: 问\n  owner: 区政府法制办\n  for: adjustments\n"
        f"  answer: {answer}\n  severity: warning\n"
    )


def test_what_of_a_power_was_changed_says_which_item_of_article_22(
    bureau: Path, qingdan: Run, capsys: Capture
) -> None:
    path = "lists/powers/HJ-YJ-WH.yaml"
    if not (bureau / path).exists():
        path = next(
            p.relative_to(bureau).as_posix()
            for p in sorted((bureau / "lists/powers").glob("*.yaml"))
        )
    name = re.search(r"(?m)^  name: (.*)$", (bureau / path).read_text("utf-8"))
    duty = re.search(r"(?m)^    duty: (.*)$", (bureau / path).read_text("utf-8"))
    assert name
    assert duty
    both = {HUIJI + "第二十二条第（一）项", HUIJI + "第二十二条第（二）项"}
    sources, _ = cited(qingdan, bureau, capsys, f"name: {name[1]}", f"name: {name[1]}甲", path)
    assert sources & both == {HUIJI + "第二十二条第（一）项"}
    sources, _ = cited(qingdan, bureau, capsys, f"duty: {duty[1]}", f"duty: {duty[1]}甲", path)
    assert sources & both == {HUIJI + "第二十二条第（二）项"}


def test_the_responsibility_list_is_meant_only_where_a_responsibility_was_touched(
    district: Path, qingdan: Run, capsys: Capture
) -> None:
    path = "lists/powers/JS-YJ.yaml"
    liable = DUTIES + "第十三条第（三）项"
    asked = DUTIES + "第六条第（三）项"
    old, new = "promised_limit: 3个工作日", "promised_limit: 2个工作日"
    sources, may = cited(qingdan, district, capsys, old, new, path)
    assert DISTRICT + "第九条" in sources
    assert asked not in sources
    assert liable not in may
    duty = re.search(r"(?m)^    duty: (.*)$", (district / path).read_text("utf-8"))
    assert duty
    old, new = f"duty: {duty[1]}", f"duty: {duty[1]}甲"
    sources, may = cited(qingdan, district, capsys, old, new, path)
    assert asked in sources
    assert liable in may


def test_rules_ask_of_a_commit_by_the_fields_that_it_changed(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    pack = "rules/jinshui-powers.yaml"
    text = (small / pack).read_text("utf-8")
    for number, check in enumerate(("applied-in-time", "adjusted-by-procedure"), 1):
        for spot, field in enumerate(("promised_limit", "responsibilities"), 1):
            answer = f"{{check: {check}, options: {{fields: [{field}]}}}}"
            text += asking(f"99-{number}-{spot}", answer)
    git(small, "reset", "-q", "--soft", "HEAD~1")
    message = (
        "调整 承诺时限\n\nAdjustment: add\nItem: JS-CG-XK-001\nTrigger: internal\nOccurred: 2026-09-14\n"
        "Deadline: 2026-09-30\nReason: 压缩时间\nRecord: 2026-09-17-JS-CG-XK-001\n"
    )
    commit(small, message)
    put(small, pack, text)
    capsys.readouterr()
    qingdan(small, "check", "--commits", "HEAD~1..HEAD", "--today", TODAY, "--format", "json")
    findings = json.loads(capsys.readouterr().out)["findings"]
    of = {each["code"]: each["rules"] for each in findings if each["code"].startswith("QD5")}
    assert set(of) == {"QD506", "QD507", "QD508", "QD510"}
    for code, keys in of.items():
        number = 1 if code in {"QD507", "QD508"} else 2
        assert f"jinshui-powers/99-{number}-1" in keys
        assert f"jinshui-powers/99-{number}-2" not in keys


# the packs

NEGATIVE = re.compile(
    r"有无|是否存在[违无]|擅自|是否还在|是否还有|是否仍作|是否继续|是否拒绝|是否增设|没有配置|仍行使"
    r"|是否有(?:漏报|不按照|在工作中|触犯)|，是否作出决定"
)
"""What is asked in these words is in order where the answer is 否."""


@pytest.mark.parametrize("name", [*REGULATIONS, *OWN])
def test_a_question_for_what_must_not_be_expects_no(name: str) -> None:
    for rule in rules(name):
        assert (rule.expected == "否") == bool(NEGATIVE.search(rule.question)), rule.key


OBLIGES_TOO = ("jinshui-duties/14-1-2",)
"""Rules of a machine whose article says both what is owed and who is held to account, and has no other."""


@pytest.mark.parametrize("name", REGULATIONS)
def test_an_article_of_accountability_is_never_cited_as_a_plain_fact(name: str) -> None:
    for rule in rules(name):
        cited_ = list(articles_of(rule, {}))
        assert len({text.removeprefix("可能涉及") for text in cited_}) == len(cited_), rule.key
        if rule.article in rule.accountability:
            assert all(text.startswith("可能涉及") for text in cited_)
            assert rule.by_person or rule.key in OBLIGES_TOO


WORDS = {
    "huiji-safety": (
        "审批、监管、执法是否无缝衔接，事前审批与事中事后监管界限是否明晰",
        "及时梳理、细化权责事项相关基础数据",
        "集约化建设",
        "实现资源共享",
        "不符合简政放权精神要求或违反有关规定，以及无法律、法规依据而继续实施或增设的繁文缛节和不必要证明",
        "“纵向到底，横向到边”",
        "触犯刑律",
        "追究刑事责任",
    ),
    "liuzhai-joint": ("集约化建设", "“纵向到底，横向到边”"),
    "jinshui-powers": ("统一部署", "由区人民政府组织实施"),
    "jinshui-duties": ("经区政务服务改革管理办公室审定确认",),
}


@pytest.mark.parametrize("name", WORDS)
def test_the_questions_keep_the_words_of_the_regulation(name: str) -> None:
    asked = "\n".join(rule.question for rule in rules(name))
    for words in WORDS[name]:
        assert words in asked


def test_a_system_that_was_not_taken_cites_that_it_must_be_kept_in_step() -> None:
    book = book_of(texts("huiji"))
    missing = found("QD307", "没有快照。", "qingdan.yaml", ("systems", "fees"), owner="局法制科")
    repeated = found("QD306", "有2条记录。", "systems/penalty.yaml", ("rows", 0))
    for finding in cite([missing, repeated], book):
        assert finding.sources == (HUIJI + "第十二条第（五）项",)
        assert finding.owner == "局法制科"


def test_the_seamless_whole_is_asked_for_by_its_own_item() -> None:
    asked = {rule.id: rule for rule in rules("huiji-safety")}
    assert (asked["27-2-4"].article, asked["27-2-4"].by_person) == ("第二十七条第（二）项", True)
    assert (asked["12-5-3"].article, asked["12-5-3"].check) == (
        "第十二条第（五）项",
        "systems-taken",
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("jinshui", {"督查", "日常检查", "日常抽查"}),
        ("liuzhai", {"督查", "日常检查"}),
        ("huiji", {"日常抽查"}),
    ],
)
def test_the_regulations_own_ways_of_inspecting_can_be_planned(place: str, words: set[str]) -> None:
    book = book_of(texts(place))
    assert book.settings
    assert book.settings.inspecting
    assert words <= set(book.settings.inspecting.kinds)
    enum = schemas()["workspace"].node(("inspections", "kinds", 0, "kind"))["enum"]
    known = schemas()["inspection"].node(("kind",))
    assert enum == known["enum"] == list(known["x-codes"])
    assert set(enum) <= set(schemas()["finding"].node(("source",))["enum"])


def test_who_asks_for_another_way_is_told_which_there_are(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    words = ("inspect", "plan", "--kind", "日常检查", "--unit", "all", "--today", TODAY)
    path = "qingdan.yaml"
    text = (small / path).read_text("utf-8")
    text = re.sub(r"(?ms)^inspections:.*?(?=^\S)", "", text)
    block = (
        "inspections:\n  organiser: 区政府法制办\n  source: 本单位自定\n"
        "  kinds:\n  - {kind: 自查, source: 本单位自定}\n"
    )
    put(small, path, f"{text}\n{block}")
    assert qingdan(small, *words) == 2
    assert "本单位要开展联合督查、" in (said := capsys.readouterr().err)
    assert "日常检查、日常抽查的，请在 inspections 的 kinds 中写明" in said
    put(small, path, f"{text}\n{block}  - {{kind: 闲逛, source: 本单位自定}}\n")
    assert qingdan(small, *words) == 2
    assert "qingdan.yaml 缺失或有误" in capsys.readouterr().err
    put(small, path, f"{text}\n{block}  - {{kind: 日常检查, source: 本单位自定}}\n")
    commit(small, "写明日常检查\n\nReason: 试\n")
    assert qingdan(small, "validate") == 0
    assert qingdan(small, *words) == 0


# the manual

BY_TITLE = {f"《{document('rules', name)['regulation']['title']}》": name for name in REGULATIONS}


def named_by(code: str) -> Iterator[tuple[str, str, bool]]:
    """The articles on a code's page: title, article, whether it only may be touched (可能涉及)."""
    title = ""
    for part in re.split("[；，]", str(page(code).get("articles", ""))):
        found = re.search("《.+》", part)
        title = found[0] if found else title
        for article in filter(None, part.removeprefix("可能涉及").removeprefix(title).split("、")):
            yield title, article.removeprefix("可能涉及"), "可能涉及" in part


def codes_of(rule: Rule, code: str) -> list[str]:
    """The codes that a rule asks about, where it says so; this one where it does not."""
    codes = rule.options.get("codes")
    return list(map(str, codes)) if isinstance(codes, list) else [code]


def given_to(code: str) -> Iterator[tuple[str, str, bool]]:
    """The articles that findings of a code have by the packs, and by the periods of the shipped settings."""
    for title, name in BY_TITLE.items():
        for rule in rules(name):
            if rule.check in CHECKS_OF.get(code, ()) and code in codes_of(rule, code):
                yield from ((title, article, True) for article in rule.accountability)
                if rule.article not in rule.accountability:
                    yield title, rule.article, False
    if "periods-held" in CHECKS_OF.get(code, ()):
        for place in PROFILES:
            settings = book_of(texts(place)).settings
            for period in settings.periods if settings else ():
                name, _, article = period.source.partition(" ")
                yield from (
                    (title, article, False) for title, id_ in BY_TITLE.items() if id_ == name
                )


@pytest.mark.parametrize("code", [code for code in CODES if "articles" in page(code)])
def test_a_page_names_no_article_that_its_findings_do_not_have(code: str) -> None:
    assert set(named_by(code)) <= set(given_to(code))


@pytest.mark.parametrize("profile", PORTALS)
def test_a_table_that_export_wrote_agrees_with_the_lists(
    profile: str, samples: Samples, tmp_path: Path, qingdan: Run, capsys: Capture
) -> None:
    """As where a portal is configured from the table that this program gave out."""
    folder = of(samples, profile, tmp_path)
    table = tmp_path / "powers.csv"
    assert (
        qingdan(folder, "export", "--list", "powers", "--format", "csv", "--out", str(table)) == 0
    )
    assert "｜" in table.read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"), newline="")))
    take(qingdan, folder, rows)
    kinds = {"QD304", "QD311", "QD312"}
    every = checked(qingdan, folder, capsys)
    assert [f["message"] for f in every if f["code"] in kinds and "portal" in f["path"]] == []
