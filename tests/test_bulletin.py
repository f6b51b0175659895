"""What a bulletin tells of the ledger and of other quarters: counts that reconcile, sentences that vary with the facts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from qingdan.core.calendar import Calendar
from qingdan.core.reports import charting, comparing, moving, serving, telling, timing
from qingdan.core.reports.ends import End, Past
from qingdan.model.bulletins import (
    Agreement,
    Answered,
    Flow,
    Held,
    LedgerFlow,
    Point,
    Practice,
    Rectified,
    ResultsOf,
)
from qingdan.model.findings import Finding
from qingdan.model.items import Listed
from qingdan.model.limits import Limit
from qingdan.model.periods import Quarter
from qingdan.model.reports import Tally
from qingdan.model.settings import Results, Settings, TimeLimit
from qingdan.model.values import Doc, Value
from qingdan.model.workspace import Book, Unit
from register_support import base, schemas

LAST = "2026-09-30"
UNITS = {code: Unit(code, f"{code}局", f"{code}局", "区直") for code in ("甲", "乙")}
KEPT, NOTICE = "ledger/findings/2026/", "ledger/rectifications/2026/"
RESULTS, COMPLAINT = "ledger/results/2026Q3/", "ledger/complaints/2026/"


def of(folder: str, records: dict[str, Doc]) -> Book:
    return Book(
        None, UNITS, Listed(), {f"{folder}{name}.yaml": doc for name, doc in records.items()}, ()
    )


def finding(unit: str, *moves: str, notice: str = "") -> Doc:
    steps: list[Value] = [
        {"move": move, "by": "某局", "done": f"2026-07-{day:02}"}
        for day, move in enumerate(moves, 1)
    ]
    if notice:
        steps.append({"move": "通知整改", "by": "某局", "done": "2026-07-20", "notice": notice})
    return {"id": f"2026-{unit}", "unit": unit, "steps": steps}


def notice(name: str, deadline: str, *steps: Doc) -> Doc:
    served: Doc = {"move": "下发", "by": "某局", "done": "2026-07-01"}
    return {
        "id": name,
        "unit": "甲",
        "issued": "2026-07-01",
        "deadline": deadline,
        "steps": [served, *steps],
    }


# stocks of the ledger


def test_findings_of_the_ledger_come_and_go() -> None:
    old = of(
        KEPT,
        {
            "a": finding("甲", "登记"),
            "b": finding("甲", "登记", "销号"),
            "c": finding("乙", "登记"),
        },
    )
    new = of(
        KEPT,
        {
            "a": finding("甲", "登记", "销号"),
            "b": finding("甲", "登记", "销号", "复发"),
            "c": finding("乙", "登记", "不成立"),
            "d": finding("乙", "登记"),
            "e": finding("乙", "登记", "销号"),
        },
    )
    found = moving.moves(old, new, moving.FINDINGS)
    assert moving.astray(found) == ()
    assert moving.flow("", found, LAST, {}) == LedgerFlow("", 2, 2, 1, 2, 1, 2)
    units = {each.name: each for each in moving.flows(found, new, LAST, {})}
    assert units["甲局"] == LedgerFlow("甲局", 1, 0, 1, 1, 0, 1)
    assert units["乙局"] == LedgerFlow("乙局", 1, 2, 0, 1, 1, 1)


def test_records_that_are_gone_or_rewritten_are_named() -> None:
    old = of(
        KEPT, {"a": finding("甲", "登记"), "b": finding("甲", "登记"), "c": finding("甲", "登记")}
    )
    rewritten = finding("甲", "销号")
    kept = finding("甲", "登记", "通知整改")
    new = of(KEPT, {"b": rewritten | {"id": "2026-b"}, "c": kept})
    assert moving.astray(moving.moves(old, new, moving.FINDINGS)) == ("2026-甲", "2026-b")


def test_what_is_under_a_notice_is_overdue_with_it() -> None:
    extended: Doc = {"move": "延期", "by": "某局", "done": "2026-07-20", "until": "2026-10-20"}
    new = Book(
        None, UNITS, Listed(),
        {
            f"{KEPT}a.yaml": finding("甲", "登记", notice="N-1"),
            f"{KEPT}b.yaml": finding("甲", "登记", notice="N-2"),
            f"{NOTICE}1.yaml": notice("N-1", "2026-07-22"),
            f"{NOTICE}2.yaml": notice("N-2", "2026-07-22", extended),
        },
        (),
    )  # fmt: skip
    until = moving.last_days(new)
    assert until == {"N-1": "2026-07-22", "N-2": "2026-10-20"}
    assert moving.flow("", moving.moves(None, new, moving.FINDINGS), LAST, until).overdue == 1
    assert moving.flow("", moving.moves(None, new, moving.NOTICES), LAST, until).overdue == 1
    assert (
        moving.flow("", moving.moves(None, new, moving.NOTICES), "2026-07-22", until).overdue == 0
    )


def test_rectification_rate_and_days() -> None:
    passed: list[Doc] = [
        {"move": "核查通过", "by": "某局", "done": day} for day in ("2026-07-21", "2026-08-10")
    ]
    sanctioned: list[Doc] = [
        {"move": "抄报", "by": "某局", "done": "2026-08-01", "to": "区政务办"},
        {"move": "移送", "by": "某局", "done": "2026-08-05", "to": "区监察局"},
        {
            "move": "处理",
            "by": "区监察局",
            "done": "2026-08-20",
            "sanction": "通报批评",
            "against": "单位",
        },
    ]
    new = of(
        NOTICE,
        {
            "1": notice("N-1", "2026-07-22", passed[0]),
            "2": notice("N-2", "2026-07-22", passed[1]),
            "3": notice("N-3", "2026-07-22", *sanctioned),
        },
    )  # fmt: skip
    assert serving.rectified(None, new) == Rectified(2, 1, "50%", "30.0")
    assert serving.escalated(None, new) == 1
    assert serving.sanctions(None, new) == (Tally("移送区监察局", 1), Tally("通报批评（单位）", 1))
    assert serving.rectified(new, new) == Rectified(0, 0, "", "")
    assert serving.sanctions(new, new) == ()


def results(*rows: Doc) -> Doc:
    return {"id": "2026Q3-甲", "quarter": "2026Q3", "unit": "甲", "rows": [*rows]}


def test_decisions_stand_where_their_days_put_them(small_settings: Settings) -> None:
    """Served on Monday, 6 July; ten working days end on the 20th."""
    served: Doc = {"item": "X-1", "served": "2026-07-06"}
    rows: list[Doc] = [
        served | {"number": "1", "published": "2026-07-20"},
        served | {"number": "2", "published": "2026-07-21"},
        served | {"number": "3"},
        {"number": "4", "item": "X-1", "served": "2026-09-29"},
        served | {"number": "5", "exempt": "国家秘密"},
        {"number": "6", "item": "X-1", "served": "2031-07-06"},
    ]
    publish = TimeLimit(Limit.parse("10个工作日"), "本单位自定")
    settings = replace(small_settings, results=Results(publish, ("国家秘密",), "本单位自定"))
    old = of(RESULTS, {"甲": results(served | {"number": "0"})})
    new = replace(of(RESULTS, {"甲": results(served | {"number": "0"}, *rows)}), settings=settings)
    assert serving.results(old, new, LAST, Calendar()) == (ResultsOf("甲局", 6, 1, 1, 1, 1, 1, 1),)
    assert serving.exemptions(old, new) == (Tally("国家秘密", 1),)
    assert serving.results(new, new, LAST, Calendar()) == ()
    unset = of(RESULTS, {"甲": results(*rows)})
    assert serving.results(None, unset, LAST, Calendar())[0].untold == 5


def test_complaints_are_counts() -> None:
    def complaint(received: str, done: str = "", **more: str) -> Doc:
        made: Doc = {
            "id": received,
            "received": received,
            "unit": "甲",
            "within": "15个工作日",
            **more,
        }
        return made | ({"answer": {"done": done, "by": "甲"}} if done else {})

    old = of(COMPLAINT, {"a": complaint("2026-06-01"), "b": complaint("2026-06-02", "2026-06-10")})
    new = of(
        COMPLAINT,
        {
            "a": complaint("2026-06-01", "2026-07-30"),
            "b": complaint("2026-06-02", "2026-06-10"),
            "c": complaint("2026-07-01", "2026-07-10"),
            "d": complaint("2026-07-02"),
            "e": complaint("2026-09-28", confidential="是"),
        },
    )
    told = serving.answered(old, new, LAST, Calendar())
    assert told == Answered(1, 3, 2, 1, 1, 2, 1, 1)
    assert told.opening + told.received - told.answered == told.closing


def test_inspections_belong_to_the_quarter_in_which_something_was_done() -> None:
    def case(name: str, done: str, stage: str = "评定") -> Doc:
        return {
            "id": name, "kind": "联合督查", "title": f"{name}督查", "planned": "2026-01-05",
            "scope": {"units": ["甲", "乙"]}, "steps": [{"stage": stage, "by": "某局", "done": done}],
            "draws": [{"of": "单位", "day": "2026-01-06", "result": [{"member": "甲"}]}],
        }  # fmt: skip

    sheet: Doc = {
        "id": "甲",
        "machine": {"findings": [{"key": "k"}]},
        "problems": [{"what": "没有学习", "day": "2026-08-03"}],
        "practices": [
            {"what": "一窗通办", "day": "2026-08-03"},
            {"what": "旧做法", "day": "2026-03-03"},
        ],
    }
    new = Book(
        None, UNITS, Listed(),
        {
            "ledger/inspections/A/inspection.yaml": case("A", "2026-08-05"),
            "ledger/inspections/A/甲.yaml": sheet,
            "ledger/inspections/B/inspection.yaml": case("B", "2026-07-01", "通知"),
            "ledger/inspections/B/甲.yaml": sheet,
            "ledger/inspections/C/inspection.yaml": case("C", "2026-06-30"),
            **{f"{KEPT}{key}.yaml": finding("甲", "登记") | {"key": key, "inspection": "A"} for key in ("k", "答", "样")},
        },
        (),
    )  # fmt: skip
    held = serving.held(new, "2026-07-01", LAST)
    assert held == (
        Held("A督查", "联合督查", 1, "单位1个", 3, "2026-08-05"),
        Held("B督查", "联合督查", 1, "单位1个", 2, ""),
    )
    assert serving.practices(new, "2026-07-01", LAST) == (Practice("甲局", "一窗通办"),) * 2


# findings of the machine


def found(
    code: str, unit: str, severity: str = "error", message: str = "", rules: tuple[str, ...] = ()
) -> Finding:
    return Finding(code, severity, message, item=f"{unit}-1", unit=unit, rules=rules)  # type: ignore[arg-type]


def test_a_finding_is_the_same_one_whatever_its_words() -> None:
    nothing = Book(None, UNITS, Listed(), {}, ())
    old = moving.judged(
        nothing,
        [found("QD205", "甲"), found("QD206", "甲", message="旧"), found("QD206", "乙", "info")],
    )
    new = moving.judged(
        nothing, [found("QD206", "甲", message="新"), found("QD207", "乙", "warning")]
    )
    assert moving.by_unit(old, new) == (Flow("甲局", 2, 0, 1, 1), Flow("乙局", 0, 1, 0, 1))
    assert moving.by_severity(old, new) == (Flow("错误", 2, 0, 1, 1), Flow("警告", 0, 1, 0, 1))
    assert moving.by_severity(None, new) == (Flow("错误", 0, 1, 0, 1), Flow("警告", 0, 1, 0, 1))


def test_the_heat_map_counts_each_rule_that_a_finding_breaks() -> None:
    facts = [
        found("QD1", "甲", rules=("r/1", "r/2")),
        found("QD2", "甲", rules=("r/1",)),
        found("QD3", "乙"),
    ]
    assert moving.spread(facts, ["甲", "乙"], ["r/1", "r/2"]) == ((2, 1), (0, 0))


# days used


def test_days_used_are_counted_by_the_measure_of_the_limit(small_settings: Settings) -> None:
    def record(occurred: str, applied: str, deadline: str, within: str = "") -> Doc:
        made: Doc = {"occurred": occurred, "applied": applied, "deadline": deadline}
        return made | ({"within": within} if within else {})

    rows = [
        record("2026-07-06", "2026-07-06", "2026-07-13"),
        record("2026-07-06", "2026-07-13", "2026-07-13"),
        record("2026-07-06", "2026-07-14", "2026-07-13"),
        record("2026-01-06", "2026-07-14", "2026-01-13"),
        record("2026-07-03", "2026-07-06", "2026-07-10", "7日"),
        record("2026-07-03", "2026-07-03", "none"),
    ]
    counts = timing.days_used(rows, small_settings, Calendar())
    assert counts == {"工作日": {0: (1, 0), 5: (1, 0), 6: (0, 1), 15: (0, 1)}, "日": {3: (1, 0)}}
    (chart,) = charting.days(counts, "5个工作日")
    assert chart.categories[0] == "0"
    assert chart.categories[-1] == "15以上"
    assert [row.values[6] for row in chart.series] == [None, 1]
    assert "用时6个工作日的1件" in chart.alt
    assert chart.alt.endswith("逾期2件。")
    assert list(charting.days({}, "5个工作日")) == []


@pytest.fixture
def small_settings() -> Settings:
    from qingdan.core.settings import settings
    from qingdan.core.text import strict

    return settings(strict.read(base()["qingdan.yaml"])[0], schemas())


# other quarters


def point(period: str, **more: int) -> Point:
    numbers = {
        "used": 10,
        "adjusted": 2,
        "clocked": 2,
        "late": 0,
        "errors": 1,
        "warnings": 0,
        "differing": 0,
    }
    return Point(period=period, rate="100%", **(numbers | more))


def test_the_figures_of_each_quarter_are_those_of_its_own_records() -> None:
    def record(late: str) -> Doc:
        return {"deadline": "2026-07-10", "applied": "2026-07-13" if late else "2026-07-10"}

    first = {
        "ledger/adjustments/2026/a.yaml": record(""),
        "ledger/adjustments/2026/z.yaml": record(""),
    }
    second = first | {
        "ledger/adjustments/2026/b.yaml": record("x"),
        "ledger/adjustments/2026/c.yaml": record(""),
    }
    ends = [
        End(Quarter(2026, place), "", Book(None, {}, Listed(), documents, ()), ())
        for place, documents in ((2, first), (3, second))
    ]
    points = comparing.points(ends, Past(paths=frozenset({"ledger/adjustments/2026/z.yaml"})))
    assert [(each.adjusted, each.late, each.rate) for each in points] == [
        (1, 0, "100%"),
        (2, 1, "50%"),
    ]


def test_comparison_leaves_out_what_was_never_there() -> None:
    now = point("三", used=12, adjusted=2)
    lines = {each.title: each for each in comparing.compared(now, point("二"), None)}
    assert lines["季末在用事项（项）"].change == "＋2"
    assert lines["办理调整（件）"].change == "持平"
    assert lines["办理调整（件）"].year_ago == "—"
    assert "与信息系统不一致（处）" not in lines
    assert comparing.compared(now, None, None) == ()
    ago = {each.title: each for each in comparing.compared(now, point("二"), point("去", used=13))}
    assert ago["季末在用事项（项）"].year_change == "－1"


# sentences


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (Agreement("省网", "三", "", 0, 0), None, "省网还没有快照，未作比对。"),
        (
            Agreement("省网", "三", "2026-08-01", 0, 0), Agreement("省网", "二", "2026-05-01", 0, 0),
            "公开的清单与省网（2026年8月1日的配置）比对，一致。",
        ),
        (
            Agreement("省网", "三", "2026-08-01", 0, 2), Agreement("省网", "二", "2026-05-01", 3, 0),
            "公开的清单与省网（2026年8月1日的配置）比对，一致，另有2处是已办调整尚待同步，比上季末减少3处。",
        ),
        (
            Agreement("省网", "三", "2026-06-30", 3, 0), Agreement("省网", "二", "2026-05-01", 3, 0),
            "公开的清单与省网（2026年6月30日的配置）比对，不一致3处，与上季末持平。本季度没有取入新的快照。",
        ),
    ],
)  # fmt: skip
def test_on_agreement(now: Agreement, before: Agreement | None, said: str) -> None:
    assert telling.on_agreement([now], [before] if before else [], "2026-07-01") == said


@pytest.mark.parametrize(
    ("severities", "units", "opened", "said"),
    [
        ([], [], True, "季末检查，各清单没有发现问题。"),
        ([Flow("错误", 2, 0, 2, 0)], [], True, "季末检查，各清单没有发现问题。上季末的2个问题已全部解决。"),
        (
            [Flow("错误", 0, 1, 0, 1)], [Flow("甲局", 0, 1, 0, 1)], False,
            "季末检查发现问题1个（错误1个）。涉及甲局。",
        ),
        (
            [Flow("错误", 1, 1, 1, 1), Flow("警告", 1, 0, 0, 1)],
            [Flow("甲局", 1, 1, 1, 1), Flow("乙局", 1, 0, 0, 1)], True,
            "季末检查发现问题2个（错误1个、警告1个），与上季末相比，新发现1个、解决1个。涉及2个单位。",
        ),
        (
            [Flow("错误", 3, 0, 0, 3)], [Flow("甲局", 2, 0, 0, 2), Flow("乙局", 1, 0, 0, 1)], True,
            "季末检查发现问题3个（错误3个），与上季末相比，没有变化。涉及2个单位，最多的是甲局（2个）。",
        ),
    ],
)  # fmt: skip
def test_on_movement(severities: list[Flow], units: list[Flow], *, opened: bool, said: str) -> None:
    assert telling.on_movement(severities, units, opened=opened) == said


def test_nothing_to_tell_is_no_section() -> None:
    none = LedgerFlow("", 0, 0, 0, 0, 0, 0)
    assert telling.on_kept(none, []) == ""
    assert telling.on_notices(none, [], Rectified(0, 0, "", ""), 0) == ""
    assert telling.on_accountability([], none) == ""
    assert telling.on_results([], []) == ""
    assert telling.on_inspections([], []) == ""
    assert telling.on_complaints(Answered(0, 0, 0, 0, 0, 0, 0, 0)) == ""
    assert telling.withheld([], Answered(0, 0, 0, 0, 0, 0, 0, 0)) == ()


def test_on_the_ledger() -> None:
    flow = LedgerFlow("", 2, 3, 1, 2, 1, 3, 1)
    late = LedgerFlow("甲局", 2, 3, 1, 2, 1, 3, 1)
    assert telling.on_kept(flow, [late]) == (
        "列入台账的问题，季初2个，本季度登记3个、复发1个、销号2个、经核查不成立1个，"
        "季末尚有3个，其中1个已超过整改期限（甲局）。"
    )
    done = LedgerFlow("", 0, 2, 0, 2, 0, 0)
    assert telling.on_notices(done, [], Rectified(2, 2, "100%", "9.5"), 0) == (
        "整改通知书，本季度下发2份、销号2份，季末已全部办结。本季度销号的2份，全部按期完成，平均用时9.5天。"
    )
    assert telling.on_accountability([], done) == "本季度没有移送追究责任的情况。"
    sanctions = [Tally("通报批评（单位）", 2), Tally("移送区监察局", 1)]
    assert telling.on_accountability(sanctions, done) == (
        "责任追究情况：通报批评（单位）2件、移送区监察局1件。"
    )


def test_on_results() -> None:
    assert telling.on_results([ResultsOf("甲局", 3, 3, 0, 0, 0, 0, 0)], []) == (
        "本季度登记行政决定3件，应公开的3件全部按时公开。"
    )
    rows = [ResultsOf("甲局", 3, 2, 0, 0, 1, 0, 0), ResultsOf("乙局", 4, 0, 1, 1, 0, 2, 0)]
    assert telling.on_results(rows, [Tally("国家秘密", 2)]) == (
        "本季度登记行政决定7件，应公开的4件中按时公开2件，按时公开率50%，迟延公开1件，逾期没有公开1件（乙局），"
        "尚在公开期限以内1件，依法不公开国家秘密2件。"
    )


def test_on_inspections_and_complaints() -> None:
    held = [
        Held("甲督查", "联合督查", 3, "单位3个", 5, "2026-08-05"),
        Held("乙评查", "卷宗评查", 2, "", 0, ""),
    ]
    assert telling.on_inspections(held, [Practice("甲局", "一窗通办")]) == (
        "本季度完成监督检查1次：甲督查，检查3个单位，随机抽取单位3个，发现问题5个。"
        "正在进行1次：乙评查，检查2个单位。总结经验做法1条（甲局）。"
    )
    assert telling.on_complaints(Answered(0, 2, 2, 2, 0, 0, 0, 0)) == (
        "本季度收到投诉举报和意见建议2件，答复2件，全部在规定时限内。"
    )
    assert telling.on_complaints(Answered(2, 0, 1, 0, 1, 1, 1, 0)) == (
        "本季度没有收到新的投诉举报，答复1件，其中超过时限1件；季末尚未答复1件，其中已超过时限1件。"
    )


def test_on_comparison() -> None:
    assert "第一个季度" in telling.on_comparison(point("一"), None, None)
    assert telling.on_comparison(point("二"), point("一"), None) == (
        "与上季度相比，各项数字持平。去年同期清单尚未纳入管理，不作比较。"
    )
    now = point("三", adjusted=5, late=0, errors=0)
    assert telling.on_comparison(now, point("二", late=2), point("去")) == (
        "与上季度相比，办理调整增加3件，逾期申请减少2件，季末检查发现的问题减少1个。"
    )


def test_what_is_withheld_leaves_a_trace() -> None:
    done = Answered(0, 1, 0, 0, 0, 1, 0, 1)
    assert telling.withheld([Tally("国家秘密", 2), Tally("个人隐私", 1)], done) == (
        "3件行政决定依法不予公开（国家秘密2件、个人隐私1件），只计数，不登载内容。",
        "1件投诉举报的当事人要求保密，只计数，不登载内容。",
    )


# charts


def test_the_trend_needs_two_quarters_and_a_problem() -> None:
    assert list(charting.trend([point("一")])) == []
    assert list(charting.trend([point("一", errors=0), point("二", errors=0)])) == []
    (chart,) = charting.trend([point("一", errors=3), point("二", errors=1)])
    assert [row.name for row in chart.series] == ["错误"]
    assert chart.alt == "折线图，错误：一3个、二1个。"
