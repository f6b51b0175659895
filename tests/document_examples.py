"""Made-up contexts for every template: none, one and many of what it tells. No person, place or case is real."""

from __future__ import annotations

from msgspec.structs import replace

from qingdan.model import papers
from qingdan.model.papers import Letterhead, Member, Question, Stint, Trouble, UnitResult

OFFICE = "示例市示例区人民政府法制办公室"
LETTERHEAD = Letterhead(
    issuer=OFFICE,
    number="示政法〔2026〕18号",
    dated="2026-11-22",
    copied="示例区监察委员会，示例区政务服务改革管理办公室",
    printer=OFFICE,
    printed="2026-11-23",
    contact="法制科，电话：0371-00000000",
)
DRAFT = Letterhead(issuer=OFFICE)
REPORTING = replace(LETTERHEAD, signer="张示例")
SUBJECT = "2026年第四季度行政权力清单运行情况监督检查"
BASIS = (
    "《示例区行政权力清单运行监督检查办法》第十四条",
    "《示例区行政权责事项运行监督管理办法》第二十二条",
)


def troubles(count: int) -> tuple[Trouble, ...]:
    """So many problems; every second one is about an item."""
    facts = (
        "公开的清单中承诺办结时限为5个工作日，政务服务网为10个工作日。",
        "没有公布投诉举报的电话和电子信箱。",
        "行政处罚裁量标准没有随上级标准的修订及时修订，仍按旧标准实施处罚。",
    )
    return tuple(
        Trouble(
            number=place + 1,
            fact=facts[place % 3],
            item="" if place % 2 else f"生产安全事故应急预案备案（SL-YJ-QT-{place + 1:03}）",
            articles=(f"第十四条第（{'一二三四五六七八九'[place % 9]}）项",),
            evidence="检查当日的网页截图" if place % 2 else "",
            require="按清单更正政务服务网的配置，举一反三自查其他事项。",
            unit=("区应急管理局", "区教育局", "区司法局")[place % 3],
            state="" if place % 2 else "至今没有更正",
            deducted="2",
        )
        for place in range(count)
    )


QUESTIONS = tuple(
    Question(
        number=place + 1,
        rule=f"sample/14-{place + 1}",
        article=f"第十四条第（{'一二三四五六七八九'[place % 9]}）项",
        text="公开的行政权力清单和政务服务网的配置是否一致，有没有应当公开而没有公开的事项。",
        points="5",
        answer=("是", "否", "")[place % 3],
        deducted=("", "2", "")[place % 3],
        evidence=("", "网页截图", "")[place % 3],
        note=("", "两处不一致", "")[place % 3],
    )
    for place in range(24)
)
UNITS = tuple(
    f"区示例{name}局"
    for name in [
        "教育",
        "民政",
        "司法",
        "财政",
        "人社",
        "住建",
        "城管",
        "交通",
        "水务",
        "农业",
        "商务",
        "文旅",
    ]
)
RESULTS = tuple(
    UnitResult(place + 1, unit, f"{98 - place}", place % 4, "整改中" if place % 4 else "")
    for place, unit in enumerate(UNITS)
)

NOTICE = papers.RectificationNotice(
    letterhead=LETTERHEAD,
    unit="示例区应急管理局",
    occasion="2026年11月16日至20日对示例区行政权力清单运行情况的监督检查",
    basis=BASIS,
    problems=troubles(3),
    deadline="2026-12-04",
    within="10个工作日",
    reply_to="区政府法制办公室",
    consequence="将抄报区政务服务改革管理办公室，记入单位目标绩效考核台账，并告知有关部门。",
    measures=("限期整改。",),
    days=("2026年11月23日（星期一）第1个工作日", "2026年11月24日（星期二）第2个工作日"),
)
INSPECTION = papers.InspectionNotice(
    letterhead=LETTERHEAD,
    to="区直各有关单位，各街道办事处",
    subject=SUBJECT,
    basis=BASIS,
    first="2026-11-16",
    last="2026-11-20",
    method="采取听取汇报、查阅卷宗、登录政务服务网比对、实地查看相结合的方式。",
    units=UNITS,
    contents=("清单公开公示情况。", "动态调整情况。", "行政处罚裁量标准制定和执行情况。"),
    materials=("自查报告。", "本年度清单调整的申请和审核材料。"),
    materials_by="2026-11-13",
    attachments=("监督检查方案", "量化评分表"),
)
PLAN = papers.InspectionPlan(
    letterhead=LETTERHEAD,
    subject=SUBJECT,
    basis=BASIS,
    units=UNITS,
    members=(Member("区政府法制办公室", "副主任", "组长"), Member("区委编办", "科长", "成员")),
    stints=(
        Stint("动员准备", "2026-11-16", "2026-11-16", "发出通知，抽取单位，组建检查组。"),
        Stint("实地检查", "2026-11-17", "2026-11-20", "按量化评分表逐项检查，当场记录。"),
    ),
    contents=("清单公开公示情况。", "动态调整情况。"),
    drawn="以“2026-11-16 示例区”为种子，从30个单位中随机抽取，抽取过程可由任何人重做。",
    demands=("实事求是，不走过场。", "严守纪律。"),
)
SHEET = papers.ScoreSheet(
    letterhead=DRAFT,
    subject=SUBJECT,
    unit="示例区教育局",
    full="100",
    questions=QUESTIONS,
    score="94",
    inspected="2026-11-17",
    scoring="满分100分，同一事实只按扣分最高的一项扣一次（本单位自定）。",
)
REPORT = papers.InspectionReport(
    letterhead=REPORTING,
    to="区人民政府",
    subject=SUBJECT,
    basis=BASIS,
    first="2026-11-16",
    last="2026-11-20",
    method="检查组采取查阅卷宗、登录政务服务网比对的方式，逐项量化评分。",
    results=RESULTS,
    problems=troubles(9),
    merits=("多数单位能够在规定的时限内提出调整申请。",),
    proposals=("建议将整改情况纳入年度目标绩效考核。",),
)
FEEDBACK = papers.Feedback(
    letterhead=LETTERHEAD,
    unit="示例区教育局",
    subject=SUBJECT,
    first="2026-11-16",
    last="2026-11-16",
    score="94",
    full="100",
    rank="5",
    problems=troubles(3),
    merits=("清单公开及时。",),
    reply_by="2026-11-30",
)
ESCALATION = papers.Escalation(
    letterhead=REPORTING,
    to="示例市政务服务改革管理办公室",
    unit="示例区应急管理局",
    notice="示政法〔2026〕18号",
    issued="2026-11-22",
    deadline="2026-12-04",
    outcome="逾期未整改",
    problems=troubles(2),
    basis=BASIS,
    steps=("11月24日，该单位签收整改通知书。", "12月1日，电话督促。"),
    ledger="已记入该单位目标绩效考核台账，扣2分。",
    sanction="责令书面检查，在全区通报批评。",
)
APPLICATION = papers.AdjustmentApplication(
    letterhead=replace(LETTERHEAD, copied="", printer=""),
    to="局法制科",
    record="2026-11-20-SL-YJ-QT-001",
    unit="应急管理科",
    kind="变更",
    items_named=("生产安全事故应急预案备案（SL-YJ-QT-001）",),
    trigger="依据修改、废止或解释",
    occurred="2026-11-18",
    applied="2026-11-20",
    deadline="2026-11-23",
    reason="《示例办法》修订，压减办理时限。",
    basis="《示例办法》第十条",
    effective="2027-01-01",
    moves=(
        papers.FieldMoved(
            "SL-YJ-QT-001", "生产安全事故应急预案备案", "承诺办结时限", "10个工作日", "5个工作日"
        ),
    ),
    articles=("《示例办法》第十条：应当在五个工作日内办结。",),
)
RETURN = papers.ReturnNote(
    letterhead=DRAFT,
    to="应急管理科",
    record="2026-11-20-SL-YJ-QT-001",
    items_named=("生产安全事故应急预案备案（SL-YJ-QT-001）",),
    kind="变更",
    applied="2026-11-20",
    stage="审核",
    by="局法制科",
    returned="2026-11-23",
    reason="没有附修订后的条文。",
    again="2个工作日",
    source="《示例配套机制》第二十六条第（二）项",
)
LISTED = papers.ListPublication(
    letterhead=LETTERHEAD,
    jurisdiction="示例市示例区",
    title="行政权责清单",
    code="职权编号",
    name="事项名称",
    columns=("权责类别", "实施主体", "实施依据", "承诺办结时限"),
    entries=tuple(
        papers.ListedItem(
            place + 1,
            f"SL-YJ-QT-{place + 1:03}",
            "生产安全事故应急预案备案",
            ("其他行政权力", "区应急管理局", "《中华人民共和国安全生产法》第八十一条", "5个工作日"),
        )
        for place in range(40)
    ),
    units=1,
    first="2026-11-23",
    last="2026-11-27",
    complaints="电话0371-00000000",
    publication={
        "index": "005307714/2016-00030",
        "subject": "综合政务/机关事务",
        "genre": "公示",
        "publisher": "示例区人民政府",
        "keywords": "五单一网，配套机制",
        "published": "2026-11-22",
    },
)
JOINT = papers.JointLedger(
    DRAFT,
    "2026年第四季度",
    tuple(
        papers.JointLine(
            each.number,
            "2026-11-17",
            each.unit,
            each.fact,
            "示政法〔2026〕18号",
            "2026-12-04",
            "已整改",
            "2026-12-02",
        )
        for each in troubles(15)
    ),
)
PERFORMANCE = papers.PerformanceLedger(
    DRAFT,
    "2026年第四季度",
    tuple(
        papers.PerformanceLine(
            each.number, each.unit, "2026-12-05", each.fact, "整改逾期", "2", each.articles[0]
        )
        for each in troubles(5)
    ),
    (("区应急管理局", "4"), ("区教育局", "4"), ("区司法局", "2")),
)
SELF_CHECK = papers.SelfCheck(
    DRAFT,
    "区政府法制办公室",
    "示例区教育局",
    SUBJECT,
    QUESTIONS,
    (("行政权责清单", 7), ("行政审批事项清单", 2)),
)
PERIOD = papers.PeriodReport(
    LETTERHEAD,
    "示例市示例区",
    "月结",
    "2026年10月",
    "区政务服务改革管理办公室",
    "现将2026年10月清单运行情况汇总如下：",
    (
        papers.Section("基本情况", ("本月办理调整2件。",)),
        papers.Section(
            "存在的问题", ("本月发现问题3个。",), ("单位", "问题"), (("区教育局", "3"),), "个"
        ),
    ),
    "以上情况，请审阅。",
)

MATERIALS = papers.ConferenceMaterials(
    LETTERHEAD,
    "示例市示例区",
    "研判会商",
    "2026年第三季度",
    "2026-09-30",
    "0123456789abcdef",
    "提请对2026年第三季度清单运行中的下列1个方面进行集中研判。",
    basis=BASIS[1],
    host="区政务服务改革管理办公室",
    members=("区政府法制办", "区编办", "区财政局"),
    agenda=("研究反复出现的问题。", "研究提出解决问题的办法和建议。"),
    topics=(
        papers.Section(
            "反复出现的问题",
            ("连续两个季度都出现的问题有1类。",),
            ("检查内容", "上季度", "本季度"),
            (("公开的清单和配置是否一致", "1", "5"),),
            "个",
        ),
    ),
    quiet=("没有逾期未整改的问题。",),
)
RESOLVED = (
    papers.Resolved(1, "核对政务服务网的承诺时限。", "区应急管理局", "2026-11-30"),
    papers.Resolved(2, "修订裁量标准。", "区政府法制办", "2026-12-10", "（已办结。）"),
)
MINUTES = papers.ConferenceMinutes(
    LETTERHEAD,
    "示例市示例区",
    "研判会商",
    "2026年第三季度",
    "2026-10-20",
    "区政务服务改革管理办公室",
    basis=BASIS[1],
    attended=("区政府法制办", "区编办"),
    note="会议听取了情况汇报。",
    topics=("公开的清单与信息系统不一致5处。",),
    decisions=RESOLVED,
    proposals=("建议将同步时限纳入考核。",),
    to="示例区人民政府",
)
REQUEST = papers.ConferenceRequest(
    REPORTING,
    "示例区人民政府",
    "示例市示例区",
    "研判会商",
    "2026年第三季度",
    "2026-10-20",
    ("建议将同步时限纳入考核。", "建议增加比对的次数。"),
    "研判会商会议纪要〔2026〕3号",
    basis=BASIS[1],
    attended=("区政府法制办", "区编办"),
    topics=("公开的清单与信息系统不一致5处。",),
    decisions=RESOLVED,
)

EXAMPLES: dict[str, tuple[object, ...]] = {
    "rectification-notice.md": (
        NOTICE,
        replace(
            NOTICE,
            letterhead=DRAFT,
            problems=troubles(1),
            days=(),
            measures=(),
            within="",
            same_office=True,
        ),
    ),
    "inspection-notice.md": (
        INSPECTION,
        replace(INSPECTION, units=UNITS[:1], last="2026-11-16", materials=(), attachments=()),
    ),
    "inspection-plan.md": (PLAN, replace(PLAN, drawn="", demands=(), basis=())),
    "score-sheet.md": (
        SHEET,
        replace(SHEET, questions=QUESTIONS[:2], score="", inspected="", scoring=""),
    ),
    "inspection-report.md": (
        REPORT,
        replace(REPORT, problems=troubles(1)),
        replace(REPORT, problems=(), merits=(), proposals=(), results=RESULTS[:1]),
    ),
    "feedback.md": (FEEDBACK, replace(FEEDBACK, problems=(), merits=(), reply_by="")),
    "escalation-report.md": (
        ESCALATION,
        replace(
            ESCALATION, outcome="整改不到位", steps=(), ledger="", sanction="", problems=troubles(1)
        ),
    ),
    "escalation-letter.md": (replace(ESCALATION, letterhead=LETTERHEAD),),
    "notification.md": (
        replace(ESCALATION, letterhead=LETTERHEAD, problems=troubles(1)),
        ESCALATION,
    ),
    "adjustment-application.md": (
        APPLICATION,
        replace(
            APPLICATION,
            items_named=(*APPLICATION.items_named, "另一个事项（SL-YJ-QT-002）"),
            late_reason="人员变动",
            basis="",
            articles=(),
        ),
        replace(APPLICATION, items_named=(), moves=(), deadline="", effective=""),
    ),
    "return-note.md": (RETURN, replace(RETURN, again="", items_named=())),
    "list-publication.md": (
        LISTED,
        replace(LISTED, entries=(), publication={}, complaints="", first="", last=""),
    ),
    "joint-ledger.md": (JOINT, replace(JOINT, lines=())),
    "performance-ledger.md": (PERFORMANCE, replace(PERFORMANCE, lines=(), totals=())),
    "self-check.md": (SELF_CHECK, replace(SELF_CHECK, lists=())),
    "period.md": (PERIOD, replace(PERIOD, letterhead=DRAFT, sections=(), closing="")),
    "conference-materials.md": (
        MATERIALS,
        replace(MATERIALS, letterhead=DRAFT, basis="", host="", members=(), topics=(), quiet=()),
    ),
    "conference-minutes.md": (
        MINUTES,
        replace(MINUTES, letterhead=DRAFT, decisions=RESOLVED[:1], note="", topics=(), to=""),
        replace(MINUTES, decisions=(), proposals=(), attended=()),
    ),
    "conference-request.md": (
        REQUEST,
        replace(REQUEST, proposals=REQUEST.proposals[:1], topics=(), decisions=(), attended=()),
    ),
}
