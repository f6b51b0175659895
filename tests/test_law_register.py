"""The register of laws works: repealed, changed, not in force, too low, no such article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TODAY, Run, git, put, replace
from qingdan.core.numerals import articles, number
from register_support import (
    INSPECTION,
    LAW,
    LAWS,
    base,
    codes,
    edited,
    item_with,
    judged,
    observed,
    record,
)

FORCE = "  effective: '2020-05-01'\n"
RELIEF = "  effective: '2010-09-01'\n  articles: 35\n"
REGISTERED = record("register", "2026-01-07", lists=("powers", "approvals", "fees"))


def law(*lines: str, files: dict[str, str] | None = None) -> dict[str, str]:
    """The workspace, its lists entered on 2026-01-07, with more said of the sample's law."""
    more = "".join(f"  {line}\n" for line in lines)
    return edited(LAWS, (FORCE, FORCE + more), files=files or {**base(), **REGISTERED})


# numbers


def written(value: int, zero: str = "零") -> str:
    """A number as the law writes it."""
    digits = zero + "一二三四五六七八九"
    text = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // size % 10
        if digit:
            text += digits[digit] + unit
        elif text and not text.endswith(zero) and value % size:
            text += zero
    return text.removeprefix("一") if 10 <= value < 20 else text


@given(st.integers(1, 9999), st.sampled_from("零〇"))
def test_what_the_law_writes_is_read(value: int, zero: str) -> None:
    assert number(written(value, zero)) == value
    assert articles(f"第{written(value, zero)}条第一款第（三）项") == (value,)
    assert number(str(value)) == value


@given(st.integers(10, 9999))
def test_digits_one_after_the_other_are_read(value: int) -> None:
    assert number("".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))) == value


@given(st.text(alphabet="〇零一二两三四五六七八九十百千万条第之款项、至1234567890 ", max_size=12))
def test_nothing_is_guessed_and_nothing_breaks(text: str) -> None:
    value = number(text)
    assert value is None or value >= 0
    assert all(found >= 0 for found in articles(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两百零三", 203),
        ("一百一十", 110),
        ("一百十", 110),
        ("一千二百六十", 1260),
        ("１２", 12),
        ("一百一", None),
        ("一千一百一", None),
        ("十百", None),
        ("一万", None),
        ("百", None),
        ("", None),
        ("123456789", None),
        ("六十条", None),
    ],
)
def test_numbers(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第六十条第一款、第六十二条", (60, 62)),
        ("第三十八条之一", (38,)),
        ("第二十三、二十四条", (23, 24)),
        ("第五条至第八条", (5, 8)),
        ("第 60 条", (60,)),
        ("第一百零二条", (102,)),
        ("第一百〇二条", (102,)),
        ("第二款、第三条", (3,)),
        ("附件一", ()),
        ("见全文", ()),
    ],
)
def test_articles(text: str, found: tuple[int, ...]) -> None:
    assert articles(text) == found


# lawful


def test_a_power_does_not_rest_on_a_document_alone() -> None:
    laws = "- title: 城市道路管理条例\n  level: 行政法规\n"
    files = edited(LAWS, (laws, "- title: 城市道路管理条例\n  level: 规范性文件\n"))
    found = judged(files, "QD413")
    assert {finding.item for finding in found} == {"JS-CG-CF-001", "JS-CG-XK-001"}, (
        "no fee, none cancelled"
    )
    assert "只有规范性文件《城市道路管理条例》为依据" in found[0].message
    assert found[0].sources[0].endswith("第五条")


@pytest.mark.parametrize("source", ["上级授权", "同级授权"])
def test_what_was_granted_may_rest_on_a_document(source: str) -> None:
    low = [
        ("level: 地方政府规章", "level: 规范性文件"),
        ("安全生产法\n  level: 法律", "安全生产法\n  level: 规范性文件"),
    ]
    files = edited(LAWS, *low)
    assert INSPECTION in {finding.item for finding in judged(files, "QD413")}
    granted = (
        "  type: 行政检查\n  state: 在用\n",
        f"  type: 行政检查\n  state: 在用\n  power_source: {source}\n",
    )
    assert INSPECTION not in {f.item for f in judged(item_with(granted, files=files), "QD413")}


def test_a_public_service_is_no_power() -> None:
    files = edited(LAWS, ("安全生产法\n  level: 法律", "安全生产法\n  level: 规范性文件"))
    assert judged(files, "QD413") == [], "the inspection has another basis, the service needs none"


def test_a_basis_that_nobody_knows_decides_nothing() -> None:
    files = edited(LAWS, ("level: 地方政府规章", "level: 规范性文件"))
    unknown = ("  - law: 中华人民共和国安全生产法\n", "  - law: 某某规定\n")
    assert codes(judged(item_with(unknown, files=files), "QD401", "QD413")) == ["QD401"]


# articles


@pytest.mark.parametrize(
    ("cited", "wrong"),
    [
        ("第四十条", False),
        ("第四十一条", True),
        ("第四十条之一", False),
        ("第四十一条之一第二款", True),
        ("第三条、第四十一条", True),
        ("第41条", True),
        ("附则", False),
    ],
)
def test_an_article_beyond_the_last_does_not_exist(cited: str, wrong: bool) -> None:
    found = judged(item_with(("article: 第二十一条\n", f"article: {cited}\n")), "QD414")
    assert len(found) == wrong
    if wrong:
        assert found[0].message == f"所引的“{cited}”不存在：《{LAW}》共40条。"
        assert found[0].at == ("items", 1, "basis", 1, "article")


def test_how_many_articles_must_be_known() -> None:
    beyond = item_with(("article: 第二十一条\n", "article: 第四百条\n"))
    assert judged(edited(LAWS, ("  articles: 40\n", ""), files=beyond), "QD414") == []


# dates


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["amended: ['2019-01-01', '2026-01-01']"],
            "修改日期（2019-01-01）早于公布日期（2020-03-01）",
        ),
        (["interpreted: ['2020-02-29']"], "解释日期（2020-02-29）早于公布日期（2020-03-01）"),
        (["repealed: '2020-04-30'"], "废止日期（2020-04-30）早于施行日期（2020-05-01）"),
        (
            ["repealed: '2025-01-01'", "amended: ['2025-01-02']"],
            "废止日期（2025-01-01）早于修改日期（2025-01-02）",
        ),
        (
            ["repealed: '2025-01-01'", "repeal_published: '2020-01-01'"],
            "废止公布日期（2020-01-01）早于公布日期（2020-03-01）",
        ),
    ],
)
def test_dates_follow_one_another(lines: list[str], said: str) -> None:
    [found] = judged(law(*lines), "QD415")
    assert found.message == f"《{LAW}》的{said}。"


def test_in_force_before_it_was_made_public() -> None:
    [found] = judged(edited(LAWS, (FORCE, "  effective: '2020-02-01'\n")), "QD415")
    assert "施行日期（2020-02-01）早于公布日期（2020-03-01）" in found.message


def test_one_day_for_everything_is_no_contradiction() -> None:
    day = "'2020-05-01'"
    lines = [
        f"amended: [{day}]",
        f"interpreted: [{day}]",
        f"repealed: {day}",
        f"repeal_published: {day}",
    ]
    assert judged(law(*lines), "QD415") == []


def test_a_successor_is_registered() -> None:
    [found] = judged(law("successor: 安全生产检查条例"), "QD416")
    assert (
        found.message
        == "《安全生产检查办法（样例）》的“接替的依据”《安全生产检查条例》不在依据名册中。"
    )
    assert judged(law("successor: 中华人民共和国安全生产法"), "QD416") == []


# repealed

REPEALED = ("repealed: '2026-09-30'", "repeal_published: '2026-09-24'")


def test_a_repealed_basis_says_what_to_do_by_when() -> None:
    [found] = observed(law(*REPEALED, "successor: 中华人民共和国安全生产法"), TODAY)
    assert (found.code, found.item, found.at) == (
        "QD417",
        INSPECTION,
        ("items", 1, "basis", 1, "law"),
    )
    assert found.message == (
        "依据《安全生产检查办法（样例）》已于2026-09-30废止（2026-09-24公布），由《中华人民共和国安全生产法》接替。"
        "区应急管理局最迟应于2026-10-09申请调整（自2026-09-24起5个工作日内），已经逾期。"
    )
    assert found.sources == (
        "《金水区行政权力清单运行监督检查办法》第十四条第（一）项",
        "可能涉及《金水区行政权力清单运行监督检查办法》第二十一条第（二）项",
    )


@pytest.mark.parametrize(
    ("today", "codes_", "stands"),
    [
        ("2026-09-23", [], ""),
        ("2026-09-24", ["QD418"], "还有5个工作日"),
        ("2026-09-29", ["QD418"], "还有3个工作日"),
        ("2026-09-30", ["QD417"], "还有2个工作日"),
        ("2026-10-08", ["QD417"], "还有1个工作日"),
        ("2026-10-09", ["QD417"], "今天截止"),
        ("2026-10-10", ["QD417"], "已经逾期"),
    ],
)
def test_a_repeal_counts_from_the_day_it_was_made_public(
    today: str, codes_: list[str], stands: str
) -> None:
    found = observed(law(*REPEALED), today)
    assert codes(found) == codes_
    assert all(finding.message.endswith(f"{stands}。") for finding in found)
    if codes_ == ["QD418"]:
        assert "2026-09-24公布自2026-09-30起废止" in found[0].message


def test_an_application_after_the_repeal_is_told_though_the_basis_stands() -> None:
    files = law(*REPEALED) | record("change", "2026-10-12", items=(INSPECTION,))
    [found] = observed(files, TODAY)
    assert "该事项已于2026-10-12申请过调整，实施依据仍未更换。" in found.message
    [entered] = observed(
        law(*REPEALED) | record("register", "2026-10-12", lists=("powers",)), TODAY
    )
    assert "已经逾期" in entered.message, "to enter a whole list is no application"


@pytest.mark.parametrize("state", ["暂停", "取消"])
def test_items_that_are_not_in_use_rest_on_nothing(state: str) -> None:
    ended = f"  state: {state}\n"
    files = item_with(
        ("  state: 在用\n", ended), ("  note: 一般", "  ended: '2026-01-01'\n  note: 一般")
    )
    assert observed(law(*REPEALED, files={**files, **REGISTERED}), TODAY) == []


# changed


@pytest.mark.parametrize("field", ["amended", "interpreted"])
@pytest.mark.parametrize(
    ("today", "code", "stands"),
    [
        ("2026-11-15", "", ""),
        ("2026-11-16", "QD418", "还有5个工作日"),
        ("2026-11-20", "QD418", "还有1个工作日"),
        ("2026-11-23", "QD418", "今天截止"),
        ("2026-11-24", "QD419", "已经逾期"),
    ],
)
def test_a_change_after_the_last_adjustment(field: str, today: str, code: str, stands: str) -> None:
    found = observed(law(f"{field}: ['2021-01-01', '2026-11-16']"), today)
    assert codes(found) == ([code] if code else [])
    for finding in found:
        what = "修改" if field == "amended" else "解释"
        assert finding.message == (
            f"依据《{LAW}》2026-11-16{what}，晚于该事项最近一次建库或调整（2026-01-07）。"
            f"区应急管理局最迟应于2026-11-23申请调整（自2026-11-16起5个工作日内），{stands}。"
        )


def test_holidays_move_the_deadline() -> None:
    [found] = observed(law("amended: ['2026-09-24']"), "2026-10-09")
    assert "最迟应于2026-10-09申请调整" in found.message
    assert found.code == "QD418"
    [late] = observed(law("amended: ['2026-09-24']"), "2026-10-10")
    assert late.code == "QD419"


@pytest.mark.parametrize(
    ("kind", "applied", "silent"),
    [
        ("change", "2026-11-17", True),
        ("suspend", "2026-11-20", True),
        ("change", "2026-11-16", True),
        ("change", "2026-11-15", False),
        ("correct", "2026-11-17", False),
    ],
)
def test_an_adjustment_under_way_is_silence(kind: str, applied: str, silent: bool) -> None:
    files = law("amended: ['2026-11-16']") | record(kind, applied, items=(INSPECTION,))
    assert codes(observed(files, TODAY)) == ([] if silent else ["QD418"])


def test_the_clock_runs_from_the_first_change_that_nobody_answered() -> None:
    files = law("amended: ['2026-03-02', '2026-09-01', '2026-11-16']")
    files |= record("change", "2026-06-01", items=(INSPECTION,))
    [found] = observed(files, TODAY)
    assert found.code == "QD419"
    assert (
        "2026-09-01修改、2026-11-16修改，晚于该事项最近一次建库或调整（2026-06-01）"
        in found.message
    )
    assert "自2026-09-01起" in found.message


def test_an_adjustment_of_another_item_answers_nothing() -> None:
    files = law("amended: ['2026-11-16']") | record("change", "2026-11-18", items=("JS-CG-XK-001",))
    assert codes(observed(files, TODAY)) == ["QD418"]


def test_a_list_that_was_never_entered_counts_from_its_first_record() -> None:
    files = law("amended: ['2026-11-16']", files=base())
    files |= record("change", "2026-03-01", items=("JS-CG-XK-001",))
    [found] = observed(files, TODAY)
    assert "最近一次建库或调整（2026-03-01）" in found.message


def test_without_any_record_nothing_was_ever_looked_at() -> None:
    [found] = observed(law("amended: ['2021-01-01', '2026-11-16']", files=base()), TODAY)
    assert found.code == "QD418"
    assert "2021-01-01修改、2026-11-16修改，台账中没有该事项的调整记录" in found.message
    assert "自2026-11-16起" in found.message


def test_one_law_cited_three_times_is_one_finding() -> None:
    again = f"  - law: {LAW}\n    article: 第二十一条\n    check: 未核对\n"
    files = item_with(
        (again, again + again.replace("二十一", "五") + again.replace("二十一", "六"))
    )
    [found] = observed(law("amended: ['2026-11-16']", files={**files, **REGISTERED}), TODAY)
    assert found.at == ("items", 1, "basis", 1, "law")


def test_a_year_without_a_calendar_is_never_guessed() -> None:
    files = law("amended: ['2026-12-30']")
    [found] = observed(files, "2027-01-20")
    assert found.code == "QD418"
    assert found.message.endswith(
        "应当自2026-12-30起5个工作日内申请调整，2027年的放假安排没有登记，截止日期待定。"
    )
    entered = {"years": [{"year": 2027, "off": ["2027-01-01"], "work": []}]}
    [known] = observed(files, "2027-01-20", holidays=entered)
    assert (known.code, "最迟应于2027-01-07申请调整" in known.message) == ("QD419", True)


def test_a_change_of_long_ago_is_late_in_any_calendar() -> None:
    files = edited(
        LAWS, ("2020-03-01", "1990-03-01"), files=law("amended: ['1998-01-01']", files=base())
    )
    [found] = observed(files, TODAY)
    assert found.code == "QD419"
    assert "已经逾期，1998年的放假安排没有登记，截止日期待定" in found.message


def test_natural_days_are_counted_as_the_workspace_says() -> None:
    within = (
        "    within: 5个工作日\n    source: 本单位自定（district-operation 第十一条",
        "    within: 7日\n    source: 本单位自定（district-operation 第十一条",
    )
    files = edited("qingdan.yaml", within, files=law("amended: ['2026-11-14']"))
    [found] = observed(files, "2026-11-19")
    assert "最迟应于2026-11-23申请调整（自2026-11-14起7日内），还有4日。" in found.message


def test_the_first_stage_says_who_applies() -> None:
    stage = ("{stage: 申请, by: 各单位,", "{stage: 申请, by: 区政府法制办,")
    files = edited("qingdan.yaml", stage, files=law("amended: ['2026-11-16']"))
    assert "。区政府法制办最迟应于" in observed(files, TODAY)[0].message


# not in force


def test_a_basis_that_is_not_in_force_yet() -> None:
    later = edited(LAWS, (FORCE, "  effective: '2026-11-21'\n"))
    [found] = observed(later, TODAY)
    assert (found.code, found.severity) == ("QD420", "warning")
    assert "自2026-11-21起施行，现在尚未施行" in found.message
    assert observed(later, "2026-11-21") == []


def test_the_old_text_of_a_revised_law_is_in_force() -> None:
    lines = "  effective: '2027-03-01'\n  amended: ['2026-01-05']\n"
    assert observed(edited(LAWS, (FORCE, lines), files={**base(), **REGISTERED}), TODAY) == []


# the register itself


@pytest.mark.parametrize("text", [None, "laws: []\n", "laws: [\n", "laws: 1\n"])
def test_without_a_register_nothing_is_said_of_laws(text: str | None) -> None:
    files = {path: raw for path, raw in base().items() if path != LAWS}
    files |= {LAWS: text} if text is not None else {}
    assert judged(files, "QD413", "QD414", "QD415", "QD416") == []
    assert observed(files, TODAY) == []


# whole commands


def test_a_changed_law_is_worked_off(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Found, adjusted by the very deadline it names, and silent from then on."""
    replace(
        bureau, LAWS, RELIEF, RELIEF.replace("  articles", "  amended: ['2026-11-18']\n  articles")
    )
    git(bureau, "commit", "-qam", "登记依据修改\n\nReason: 自然灾害救助条例修改")

    def seen(today: str) -> tuple[int, dict[str, str]]:
        capsys.readouterr()
        qingdan(bureau, "check", "--format", "json", "--today", today)
        found = json.loads(capsys.readouterr().out)["findings"]
        moved = [f for f in found if f["code"] in {"QD418", "QD419"}]
        return any(f["severity"] == "error" for f in moved), {
            f["item"]: f["message"] for f in moved
        }

    code, found = seen(TODAY)
    assert (code, list(found)) == (0, ["HJ-YJ-JF-001"])
    assert (
        "最迟应于2026-11-23申请调整（自2026-11-18起3个工作日内），还有1个工作日。"
        in found["HJ-YJ-JF-001"]
    )
    assert seen("2026-11-24")[0] == 1
    why = (
        "--trigger",
        "basis-changed",
        "--occurred",
        "2026-11-18",
        "--reason",
        "条例修改",
        "--yes",
    )
    words = ("HJ-YJ-JF-001", "basis.1.article=第二十条第一款", *why, "--today", TODAY)
    assert qingdan(bureau, "adjust", "set", *words) == 0
    assert "Deadline: 2026-11-23" in git(bureau, "log", "-1", "--format=%B")
    assert seen(TODAY) == (0, {})
    assert seen("2027-06-01") == (0, {})
    assert qingdan(bureau, "validate", "--commits", "HEAD~2..HEAD") == 0


def test_the_days_of_a_workspace_are_its_own(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        bureau,
        "registers/holidays.yaml",
        "days:\n- {date: '2026-11-19', kind: 放假, reason: 本地停电}\nyears: []\n",
    )
    replace(
        bureau, LAWS, RELIEF, RELIEF.replace("  articles", "  amended: ['2026-11-17']\n  articles")
    )
    assert qingdan(bureau, "check", "--today", TODAY, "--format", "concise") in {0, 1}
    assert (
        "最迟应于2026-11-23申请调整（自2026-11-17起3个工作日内），还有1个工作日"
        in capsys.readouterr().out
    )
