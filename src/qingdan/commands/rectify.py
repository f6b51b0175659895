"""``rectify``: notices served, answered, verified, extended, sent up, numbered; how each stands."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.ledger import findings as kept
from qingdan.core.rectification import contexts, states
from qingdan.core.settings import cite
from qingdan.core.units import acting, called
from qingdan.desk import documents
from qingdan.desk.output import screen
from qingdan.desk.rectification import numbering, rectifying
from qingdan.desk.scope import unit_asked
from qingdan.model.cards import Card, Part, Table
from qingdan.model.papers import Given
from qingdan.render import cards
from qingdan.render.days import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.rectification.ground import Ground
    from qingdan.core.rectification.issuing import Wish
    from qingdan.core.rectification.states import Standing
    from qingdan.core.rectification.stepping import Case
    from qingdan.core.schema import Schema
    from qingdan.desk.opening import Opened
    from qingdan.desk.rectification.rectifying import Days, Done
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

SCHEMA = "rectification"


def run_issue(opened: Opened, wish: Wish, days: Days) -> int:
    """Serve a notice."""
    done = rectifying.issue(opened, wish, days)
    _tell(opened, done, days)
    if states.steps_of(done.record)[0]["by"] == done.record["unit"]:
        print(
            "注意：下发通知的和被整改的是同一单位，请考虑由上级或者另一部门下发。", file=sys.stderr
        )
    return 0


def run_step(opened: Opened, take: Callable[[], Done], days: Days) -> int:
    """Take a step, and tell what comes next."""
    _tell(opened, take(), days)
    return 0


def run_look(opened: Opened, record_id: str, days: Days) -> int:
    """Run the checks again without deciding anything: 1 while a finding is still there."""
    case, commit, looked = rectifying.look_again(opened, record_id, days)
    still = sum(one.still for one in looked)
    manual = sum(not one.machine for one in looked)
    lines = [f"{case.unit}的整改（{case.id}），按版本{commit[:10]}重新检查："]
    for one in looked:
        word = "仍然存在" if one.still else "没有再发现" if one.machine else "人工发现，须人工核查"
        lines.append(f"  {word}  {one.finding['id']}  {one.finding['fact']}")
    lines.append(
        f"仍然存在{still}个，没有再发现{len(looked) - still - manual}个，须人工核查{manual}个。"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return int(still > 0)


def _tell(opened: Opened, done: Done, days: Days) -> None:
    """The commit, and what comes next."""
    subject, _, rest = done.message.partition("\n\n")
    ground = rectifying.ground_of(opened, opened.book(), days.today)
    sys.stdout.write(f"已提交 {done.commit[:10]}  {subject}\n\n{rest}\n")
    last = states.steps_of(done.record)[-1]
    if last.get("internal") == "是":
        sys.stdout.write(
            f"发文单位就是抄报对象“{last['to']}”，不另行文；已记入{cast('Doc', last['assessment'])['ledger']}。\n"
        )
    if last["move"] == states.ESCALATE and "inform" not in last:
        sys.stdout.write(f"{_told_nobody(ground)}\n")
    sys.stdout.write(f"下一步：{_next(done.record, ground)}\n")


def _told_nobody(ground: Ground) -> str:
    """That nobody is told of an escalation but whom it goes to; and which article wants others to be told."""
    source = ground.rules.inform_source
    wanted = (
        f"{cite(source, ground.settings.regulations)}要求告知相关部门和单位，" if source else ""
    )
    return (
        f"注意：{wanted}这次抄报没有告知任何部门和单位，请另行告知。以后可以在抄报时用 --inform 写明，"
        "每次都要告知的写入 qingdan.yaml 的 rectification.inform。"
    )


def _next(record: Doc, ground: Ground) -> str:
    """What comes next, by whom, until when."""
    now = states.standing(record)
    unit, issuer = (
        called(str(record["unit"]), ground.book.units),
        ground.named(str(record["issuer"])),
    )
    name = str(record["id"])
    if now.state in states.OVER:
        return "没有，已经办完。"
    if now.state == states.REPLIED:
        return f"{issuer}核查：qingdan rectify verify {name}。"
    owed = f"{unit}整改并回复，{now.due}截止，{_left(now, ground.today)}"
    draft = states.unsent(record, ground.settings)
    if draft and now.overdue(ground.today):
        return (
            f"通知书没有发出，整改期限{now.due}已过，作废后重新下发：qingdan rectify void {name}。"
        )
    if now.state in states.MAY_ESCALATE and now.overdue(ground.today):
        return f"{owed}；{issuer}办理抄报：qingdan rectify escalate {name}。"
    if "number" not in record and states.SERIES in ground.settings.numbering:
        return f"取号：qingdan rectify send {name}；{owed}。"
    return f"{owed}。"


def _left(now: Standing, today: date) -> str:
    left = (now.due - today).days
    return f"还有{left}天" if left > 0 else "今天截止" if left == 0 else f"已逾期{-left}天"


def run_send(opened: Opened, ids: Sequence[str], days: Days) -> int:
    """Take numbers."""
    sent = numbering.send(opened, ids, days)
    where = f"，已推送到{sent.remote}" if sent.remote else "（没有远程仓库，在本地取号）"
    head = f"已提交 {sent.commit[:10]}{where}" if sent.commit else "都已经有编号，没有改动"
    lines = [f"{number}  {name}" for name, number in sent.numbers.items()]
    sys.stdout.write("\n".join([f"{head}：", *lines]) + "\n")
    return 0


def run_number(opened: Opened, record_id: str, official: str, days: Days) -> int:
    """Register a 发文字号; what was corrected in it goes to stderr."""
    done, corrected = numbering.register(opened, record_id, official, days)
    if corrected:
        print(
            f"已按公文格式改为“{done.record['official']}”：{'；'.join(corrected)}。",
            file=sys.stderr,
        )
    subject, _, rest = done.message.partition("\n\n")
    sys.stdout.write(f"已提交 {done.commit[:10]}  {subject}\n\n{rest}")
    return 0


DATA = "json"
"""The format in which a document's data are printed instead of the document."""


class Paper(Struct, frozen=True):
    """A document that is wanted: its formats (all where none is named), its folder (empty: that of reports)."""

    name: str
    formats: tuple[str, ...] = ()
    out: Path | None = None
    given: Given = field(default_factory=Given)


def run_show(opened: Opened, record_id: str, form: str, days: Days, *, chained: bool) -> int:
    """Print a rectification, or its record as data."""
    case = _case(opened, record_id, days)
    if form == DATA:
        _print(case.record | _standing(case))
        return 0
    width, colours = screen()
    sys.stdout.write(cards.card(_card(case, opened.schemas[SCHEMA]), width, colours=colours))
    if chained:
        proof = contexts.chain(case)
        told = chain(proof) if proof else "截止日期是直接写明的，没有推算。\n"
        sys.stdout.write(f"\n{told}")
    return 0


def run_document(opened: Opened, record_id: str, wanted: Paper, days: Days) -> int:
    """Make a document of a rectification: 整改通知书, 抄报, 告知函."""
    case = _case(opened, record_id, days)
    filled = contexts.OF_ONE[wanted.name](case, wanted.given)
    return _make(opened, case.ground.book, filled, wanted, case.id)


def run_ledger(opened: Opened, year: int, wanted: Paper, days: Days) -> int:
    """Make a ledger of a year: 目标绩效考核台账, 联合督查工作台账."""
    ground = rectifying.ground_of(opened, opened.book(), days.today)
    filled = contexts.OF_A_YEAR[wanted.name](ground, year or days.today.year)
    return _make(opened, ground.book, filled, wanted, str(year or days.today.year))


def _case(opened: Opened, record_id: str, days: Days) -> Case:
    ground = rectifying.ground_of(opened, opened.book(), days.today)
    return rectifying.case_of(ground, record_id, days.day)


def _make(opened: Opened, book: Book, filled: contexts.Filled, wanted: Paper, stem: str) -> int:
    """Write a document in its formats, or print what fills it."""
    data = documents.plain(filled.value)
    if DATA in wanted.formats:
        _print(data)
        return 0
    forms = documents.formats(wanted.formats)
    place = documents.office(opened.schemas, opened.snapshot(), book)
    done = documents.made(place, filled.template, data)
    folder = documents.folder(opened.root, wanted.out)
    paths = documents.put(folder, f"{stem}-{wanted.name}", documents.written(place, done, forms))
    sys.stdout.write(f"{wanted.name}已生成：\n" + "".join(f"  {path}\n" for path in paths))
    return 0


class Wanted(Struct, frozen=True):
    """Which rectifications are asked for."""

    unit: str = ""
    state: str = ""
    form: str = "text"


def run_list(opened: Opened, wanted: Wanted, days: Days) -> int:
    """Print rectifications, overdue first."""
    book = opened.book()
    ground = rectifying.ground_of(opened, book, days.today)
    wanted = replace(wanted, unit=unit_asked(wanted.unit, book))
    found = sorted(_wanted(ground, wanted, days), key=_order)
    if wanted.form == "json":
        _print([case.record | _standing(case) for case in found])
        return 0
    if not found:
        sys.stdout.write("没有这样的整改。\n")
        return 0
    width, colours = screen()
    late = sum(case.standing.overdue(days.today) for case in found)
    sys.stdout.write(f"共{len(found)}件整改，其中逾期{late}件。\n\n")
    sys.stdout.write(cards.table(_table(found), width, colours=colours))
    return 0


def _wanted(ground: Ground, wanted: Wanted, days: Days) -> Iterator[Case]:
    for _, record in states.records(ground.book):
        if wanted.unit and wanted.unit not in acting(str(record["unit"]), ground.book.units):
            continue
        case = rectifying.case_of(ground, str(record["id"]), days.day)
        if wanted.state in {"", case.standing.state}:
            yield case


def _order(case: Case) -> tuple[bool, bool, str, str]:
    """Overdue first, then what runs by its last day, what is over last."""
    now = case.standing
    return (now.state in states.OVER, not now.overdue(case.ground.today), str(now.due), case.id)


def _table(found: Sequence[Case]) -> Table:
    heads = ("整改编号", "编号", "单位", "问题", "状态", "截止日期", "")
    rows = tuple(
        (
            case.id,
            str(case.record.get("number", "未编号")),
            case.unit,
            f"{len(cast('list[str]', case.record['findings']))}个",
            case.standing.state,
            str(case.standing.due),
            "" if case.standing.state in states.OVER else _left(case.standing, case.ground.today),
        )
        for case in found
    )
    return Table(heads, rows)


def _standing(case: Case) -> Doc:
    now = case.standing
    return {
        "state": now.state,
        "due": str(now.due),
        "extended": now.extended,
        "overdue": now.overdue(case.ground.today),
    }


def _card(case: Case, schema: Schema) -> Card:
    record, now, ground = case.record, case.standing, case.ground
    number = " ".join(str(record[key]) for key in ("number", "official") if key in record)
    last = f"{now.due}" + (f"（原为{now.original}）" if now.extended else "")
    over = "" if now.state in states.OVER else f"，{_left(now, ground.today)}"
    notes = (
        f"{number or '未编号'} · {now.state}",
        f"{schema.label(('issuer',))}：{ground.named(str(record['issuer']))}，{record['issued']}下发",
        f"{schema.label(('deadline',))}：{last}{over}",
        f"期限：{_limit(record, ground)}",
    )
    return Card(
        f"{case.unit}的整改（{case.id}）",
        notes,
        (
            Part(schema.label(("findings",)), entries=tuple(_findings(case))),
            Part(
                schema.label(("requirements",)),
                entries=tuple((text,) for text in cast("list[str]", record["requirements"])),
            ),
            Part(schema.label(("steps",)), entries=tuple(_steps(case, schema))),
            Part("下一步", (_next(record, ground),)),
        ),
    )


def _limit(record: Doc, ground: Ground) -> str:
    if "within" not in record:
        return "直接写明截止日期"
    source = cite(str(record.get("limit_source", "")), ground.settings.regulations)
    return f"{record['within']}" + (f"，{source}" if source else "")


def _findings(case: Case) -> Iterator[tuple[str, ...]]:
    known = {str(finding["id"]): finding for finding in kept.kept(case.ground.book)}
    for name in cast("list[str]", case.record["findings"]):
        if name not in known:
            yield (f"{name}（不在台账中）",)
            continue
        finding = known[name]
        sources = "、".join(cast("list[str]", finding.get("sources") or []))
        lines = (f"{finding['fact']}（{name}，{kept.state_of(finding)}）", sources)
        yield tuple(line for line in lines if line)


_IN_HEAD = ("move", "by", "done")


def _steps(case: Case, schema: Schema) -> Iterator[tuple[str, ...]]:
    """Each step: who did what when, then what it says, a line a field."""
    units = case.ground.book.units
    for place, step in enumerate(states.steps_of(case.record)):
        head = f"{step['done']} {step['move']}  {called(str(step['by']), units)}"
        said = (
            f"{schema.label(('steps', place, key))}：{_words(value, case)}"
            for key, value in step.items()
            if key not in _IN_HEAD
        )
        yield (head, *said)


def _words(value: Value, case: Case) -> str:
    """What a field of a step says: evidence by its path, an entry of assessment by its points."""
    if isinstance(value, list):
        return "、".join(_words(child, case) for child in value)
    if not isinstance(value, dict):
        return called(str(value), case.ground.book.units)
    if "path" in value:
        return str(value["path"])
    points = f"，{value['title']}，扣{value['points']}分" if "points" in value else ""
    return f"{value['ledger']}{points}"


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
