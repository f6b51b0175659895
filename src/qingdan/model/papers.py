"""What the documents are filled with: one value a document, plain data that any template may lay out.

Days are texts (``2026-11-22``), counts are numbers, articles and limits are in words. Nothing here names a private person:
who is named holds an office.
"""

from __future__ import annotations

from msgspec import Struct, field


class Letterhead(Struct, frozen=True):
    """What the office gives a document. A draft has no number and no day.

    ``contact`` is the person in charge with the office's telephone, in words.
    """

    issuer: str
    number: str = ""
    dated: str = ""
    signer: str = ""
    copied: str = ""
    printer: str = ""
    printed: str = ""
    contact: str = ""


class Given(Struct, frozen=True):
    """What the office gives a paper, as far as its record does not say it: number, day, and who signs what goes up."""

    number: str = ""
    dated: str = ""
    signer: str = ""


class Trouble(Struct, frozen=True):
    """A problem as a document names it. ``articles`` are what it may touch (可能涉及), ``require`` what is to be done."""

    number: int
    fact: str
    item: str = ""
    articles: tuple[str, ...] = ()
    evidence: str = ""
    require: str = ""
    unit: str = ""
    state: str = ""
    deducted: str = ""


class RectificationNotice(Struct, frozen=True):
    """整改通知书: to the unit, from who found the problems. ``days`` is the chain of days that proves the deadline."""

    letterhead: Letterhead
    unit: str
    occasion: str
    basis: tuple[str, ...]
    problems: tuple[Trouble, ...]
    deadline: str
    within: str = ""
    reply_to: str = ""
    consequence: str = ""
    measures: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    same_office: bool = False


class Member(Struct, frozen=True):
    """Somebody in an inspection group, by unit and post."""

    unit: str
    post: str
    duty: str = ""


class Stint(Struct, frozen=True):
    """A part of an inspection's time; the days of what comes after it may be open."""

    name: str
    first: str
    last: str
    work: str


class Question(Struct, frozen=True):
    """A question of the checklist, with its rule's id, and the answer where there is one.

    ``of`` are the roles that alone are asked, ``materials`` what is to be looked at.
    """

    number: int
    rule: str
    article: str
    text: str
    points: str = ""
    answer: str = ""
    deducted: str = ""
    evidence: str = ""
    note: str = ""
    of: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


class Checklist(Struct, frozen=True):
    """The questions of a regulation."""

    title: str
    questions: tuple[Question, ...]


class Drawn(Struct, frozen=True):
    """An item or a case file that was drawn: its code or number, its name and its unit as far as they are known."""

    of: str
    code: str
    name: str = ""
    unit: str = ""


class InspectionNotice(Struct, frozen=True):
    """关于开展……的通知. ``contents`` are a few sentences; every question stands in ``checklists``, an attachment.

    ``entitled`` are the articles by which inspectors may take the ``measures``.
    """

    letterhead: Letterhead
    to: str
    subject: str
    basis: tuple[str, ...]
    first: str
    last: str
    method: str
    units: tuple[str, ...]
    contents: tuple[str, ...]
    materials: tuple[str, ...] = ()
    materials_by: str = ""
    attachments: tuple[str, ...] = ()
    drawn: str = ""
    lists: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    procedure: tuple[str, ...] = ()
    entitled: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    samples: tuple[Drawn, ...] = ()


class InspectionPlan(Struct, frozen=True):
    """检查方案. ``drawn`` tells how the units were drawn, so that anyone can repeat it; empty if all are inspected."""

    letterhead: Letterhead
    subject: str
    basis: tuple[str, ...]
    units: tuple[str, ...]
    members: tuple[Member, ...]
    stints: tuple[Stint, ...]
    contents: tuple[str, ...]
    drawn: str = ""
    demands: tuple[str, ...] = ()


class ScoreSheet(Struct, frozen=True):
    """量化评分表 of one unit, blank or filled; ``score`` is empty while it is blank."""

    letterhead: Letterhead
    subject: str
    unit: str
    full: str
    questions: tuple[Question, ...]
    score: str = ""
    inspected: str = ""
    scoring: str = ""


class UnitResult(Struct, frozen=True):
    """A unit's result of an inspection."""

    rank: int
    unit: str
    score: str
    problems: int
    note: str = ""


class InspectionReport(Struct, frozen=True):
    """检查情况报告. ``without`` names the units that were not inspected after all, and why."""

    letterhead: Letterhead
    to: str
    subject: str
    basis: tuple[str, ...]
    first: str
    last: str
    method: str
    results: tuple[UnitResult, ...]
    problems: tuple[Trouble, ...]
    merits: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Feedback(Struct, frozen=True):
    """情况反馈 to one unit; ``score`` is empty while it has none, ``opinions`` are what was said at the end."""

    letterhead: Letterhead
    unit: str
    subject: str
    first: str
    last: str
    score: str
    full: str
    rank: str
    problems: tuple[Trouble, ...]
    merits: tuple[str, ...] = ()
    reply_by: str = ""
    opinions: tuple[str, ...] = ()


class Escalation(Struct, frozen=True):
    """抄报 (a report to a superior, a letter to an equal) and 告知函: a notice that was not answered as it should have been.

    ``outcome`` is 逾期未整改 or 整改不到位; ``extended`` is the day to which the deadline was put off;
    ``ledger`` says that it stands in the 目标绩效考核台账, ``sanction`` what is proposed.
    """

    letterhead: Letterhead
    to: str
    unit: str
    notice: str
    issued: str
    deadline: str
    outcome: str
    problems: tuple[Trouble, ...]
    basis: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    ledger: str = ""
    sanction: str = ""
    extended: str = ""


class FieldMoved(Struct, frozen=True):
    """One element of an item before and after."""

    code: str
    item: str
    label: str
    before: str
    after: str


class AdjustmentApplication(Struct, frozen=True):
    """调整申请: an application as its record has it, with what moves of each item and the articles it rests on."""

    letterhead: Letterhead
    to: str
    record: str
    unit: str
    kind: str
    items_named: tuple[str, ...]
    trigger: str
    occurred: str
    applied: str
    deadline: str
    reason: str
    basis: str = ""
    effective: str = ""
    late_reason: str = ""
    moves: tuple[FieldMoved, ...] = ()
    articles: tuple[str, ...] = ()


class ReturnNote(Struct, frozen=True):
    """退回说明: which stage returned an application, why, and until when it is to come back."""

    letterhead: Letterhead
    to: str
    record: str
    items_named: tuple[str, ...]
    kind: str
    applied: str
    stage: str
    by: str
    returned: str
    reason: str
    again: str = ""
    source: str = ""


class ListedItem(Struct, frozen=True):
    """An item of a list as the public reads it; ``cells`` follow the publication's ``columns``."""

    number: int
    code: str
    name: str
    cells: tuple[str, ...]


class ListPublication(Struct, frozen=True):
    """清单公示. ``columns`` name what is shown of each item besides its code and name, in the list's own words."""

    letterhead: Letterhead
    jurisdiction: str
    title: str
    code: str
    name: str
    columns: tuple[str, ...]
    entries: tuple[ListedItem, ...]
    units: int
    first: str = ""
    last: str = ""
    complaints: str = ""
    publication: dict[str, str] = field(default_factory=dict)


class JointLine(Struct, frozen=True):
    """A line of the 联合督查工作台账."""

    number: int
    day: str
    unit: str
    fact: str
    notice: str
    deadline: str
    state: str
    closed: str = ""


class JointLedger(Struct, frozen=True):
    """联合督查工作台账 over a period."""

    letterhead: Letterhead
    period: str
    lines: tuple[JointLine, ...]


class PerformanceLine(Struct, frozen=True):
    """A line of the 目标绩效考核台账: a fact that counts against a unit."""

    number: int
    unit: str
    day: str
    fact: str
    source: str
    points: str
    article: str = ""


class PerformanceLedger(Struct, frozen=True):
    """目标绩效考核台账 over a period; ``totals`` are unit and points."""

    letterhead: Letterhead
    period: str
    lines: tuple[PerformanceLine, ...]
    totals: tuple[tuple[str, str], ...]


class SelfCheck(Struct, frozen=True):
    """自查报告: the form that a unit fills in."""

    letterhead: Letterhead
    to: str
    unit: str
    subject: str
    questions: tuple[Question, ...]
    lists: tuple[tuple[str, int], ...] = ()


class Section(Struct, frozen=True):
    """A part of a period's report: sentences, then a table of ``head`` and ``rows`` (none if ``head`` is empty).

    ``numbers`` says which columns hold numbers: these stand on the right.
    """

    title: str
    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    unit: str = ""
    numbers: tuple[bool, ...] = ()


class PeriodReport(Struct, frozen=True):
    """周清, 月结, 年考核: any report of a period that has no document of its own.

    ``withheld`` says in sentences what its audience does not get to read.
    """

    letterhead: Letterhead
    jurisdiction: str
    name: str
    period: str
    to: str
    opening: str
    sections: tuple[Section, ...]
    closing: str = ""
    withheld: tuple[str, ...] = ()


class ConferenceMaterials(Struct, frozen=True):
    """会商材料: what is hot after a quarter. ``quiet`` tells where nothing is; ``last`` is the day of the figures."""

    letterhead: Letterhead
    jurisdiction: str
    name: str
    period: str
    last: str
    commit: str
    opening: str
    basis: str = ""
    host: str = ""
    members: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    topics: tuple[Section, ...] = ()
    quiet: tuple[str, ...] = ()


class Resolved(Struct, frozen=True):
    """What a conference decided, and how it stands: empty while it is not carried out."""

    number: int
    text: str
    owner: str
    due: str
    state: str = ""


class ConferenceMinutes(Struct, frozen=True):
    """会议纪要 of a conference, from its record. ``to`` is who gets the proposals; empty where nobody is named."""

    letterhead: Letterhead
    jurisdiction: str
    name: str
    period: str
    day: str
    host: str
    basis: str = ""
    attended: tuple[str, ...] = ()
    note: str = ""
    topics: tuple[str, ...] = ()
    decisions: tuple[Resolved, ...] = ()
    proposals: tuple[str, ...] = ()
    to: str = ""


class ConferenceRequest(Struct, frozen=True):
    """请示: what a conference proposes, submitted to the government. ``minutes`` names the attachment."""

    letterhead: Letterhead
    to: str
    jurisdiction: str
    name: str
    period: str
    day: str
    proposals: tuple[str, ...]
    minutes: str
    basis: str = ""
    attended: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    decisions: tuple[Resolved, ...] = ()


TEMPLATES: dict[str, type[Struct]] = {
    "rectification-notice.md": RectificationNotice,
    "inspection-notice.md": InspectionNotice,
    "inspection-plan.md": InspectionPlan,
    "score-sheet.md": ScoreSheet,
    "inspection-report.md": InspectionReport,
    "feedback.md": Feedback,
    "escalation-report.md": Escalation,
    "escalation-letter.md": Escalation,
    "notification.md": Escalation,
    "adjustment-application.md": AdjustmentApplication,
    "return-note.md": ReturnNote,
    "list-publication.md": ListPublication,
    "joint-ledger.md": JointLedger,
    "performance-ledger.md": PerformanceLedger,
    "self-check.md": SelfCheck,
    "period.md": PeriodReport,
    "conference-materials.md": ConferenceMaterials,
    "conference-minutes.md": ConferenceMinutes,
    "conference-request.md": ConferenceRequest,
}
"""Template to the value that it is filled with; ``quarter.md`` gets the bulletin of :mod:`qingdan.model.reports`."""
