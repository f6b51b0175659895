"""Findings into the ledger and out of it: registered, recorded of a run, closed by a fresh one, void."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.citing import articles_of, cite
from qingdan.core.ledger import findings
from qingdan.core.ledger.findings import CLOSED, MACHINE, MOVES, VOID, Discovery, state_of
from qingdan.core.ledger.messages import message
from qingdan.core.places import finding_path
from qingdan.core.privacy import refuse_personal
from qingdan.desk.ledger.entering import Entering, by_whom, enter, require_clean, text_of
from qingdan.desk.ledger.rechecking import judgeable, look
from qingdan.desk.ledger.records import record_called
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.scope import entry_called, unit_asked, unknown_rule
from qingdan.desk.world import every_finding
from qingdan.model.codes import CODES
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.findings import SEVERITIES, Finding
from qingdan.model.workspace import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity
    from qingdan.model.rules import Rule
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_SHOWN = 60


class Fact(Struct, frozen=True):
    """What a person found: the fact in words, the rule or kind of finding it breaks, at a unit or one of its items."""

    text: str
    rule: str
    unit: str
    item: str = ""


def found_by_person(fact: Fact, how: Discovery, book: Book) -> Doc:
    """The ledger's document of what a person found; UsageError for what does not exist, RefusedError if it stands there."""
    entry = entry_called(fact.item, book) if fact.item else None
    if not fact.text.strip():
        raise UsageError("请用 --fact 写明查明的事实。")
    unit = unit_asked(fact.unit, book) or (entry.unit if entry else "")
    if not unit:
        raise UsageError("请用 --unit 写明责任单位，或用 --item 写明事项。")
    made = _as_finding(fact, unit, book)
    name = findings.manual_key(fact.rule, unit, fact.item, fact.text)
    doc = findings.entered(made, book, how, name)
    known = findings.by_key(book).get(name) or book.documents.get(finding_path(str(doc["id"])))
    if known:
        raise RefusedError(f"同样的问题已经登记为{known['id']}（{state_of(known)}）。")
    return doc


def _as_finding(fact: Fact, unit: str, book: Book) -> Finding:
    rule = next((rule for rule in book.rules if rule.key == fact.rule), None)
    if rule:
        regulations = book.settings.regulations if book.settings else {}
        sources = tuple(articles_of(rule, regulations))
        return Finding(
            "",
            _severity(rule),
            fact.text,
            item=fact.item,
            unit=unit,
            owner=rule.owner,
            sources=sources,
            rules=(rule.key,),
        )
    if fact.rule not in CODES:
        raise unknown_rule(fact.rule, book)
    made = Finding(fact.rule, CODES[fact.rule].severity, fact.text, item=fact.item, unit=unit)
    return next(cite([made], book))


def _severity(rule: Rule) -> Severity:
    return next(severity for severity in SEVERITIES if severity == rule.severity)


def register(opened: Opened, fact: Fact, how: Discovery, day: date | None) -> tuple[str, Doc]:
    """Register what somebody else found: the commit and the document."""
    refuse_personal({"问题": fact.text})
    made: list[Doc] = []

    def decide(book: Book) -> Entering:
        by = by_whom(opened, book, how.by)
        doc = found_by_person(fact, replace(how, by=by), book)
        made.append(doc)
        subject = f"登记问题 {how.source}：{_short(doc)}"
        trailers = [("Finding", "register"), ("Record", str(doc["id"]))]
        return Entering({finding_path(str(doc["id"])): doc}, message(subject, "", trailers))

    return enter(opened, decide, day), made[0]


def _short(doc: Doc) -> str:
    text = str(doc["fact"])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


class Recorded(Struct):
    """What a run did to the ledger: ``new`` and ``again`` (复发) records, ``known`` and ``void`` ones met again.

    ``gone`` are open findings of machines that the run no longer made: they may be closed.
    """

    commit: str = ""
    new: list[Doc] = field(default_factory=list)
    again: list[Doc] = field(default_factory=list)
    known: int = 0
    void: int = 0
    gone: list[Doc] = field(default_factory=list)


def record_run(opened: Opened, today: date, severity: Severity, *, pinned: bool) -> Recorded:
    """Enter all that the machine finds now, down to ``severity``, in one commit; a second time nothing changes."""
    made = Recorded()

    def decide(_book: Book) -> Entering:
        head = require_clean(opened)
        snapshot = opened.snapshot()
        book, _ = judge(opened, snapshot, keep_items=True)
        require_settings(book)
        found = every_finding(opened, book, snapshot, today)
        _sort(found, book, (today, severity, head), made)
        return _run_entering(made)

    made.commit = enter(opened, decide, today if pinned else None)
    return made


def _sort(
    found: Sequence[Finding], book: Book, ground: tuple[date, Severity, str], made: Recorded
) -> None:
    today, severity, head = ground
    least = SEVERITIES.index(severity)
    names = findings.keys(found, book)
    known = findings.by_key(book)
    for finding, name in zip(found, names, strict=True):
        record = known.get(name)
        if record is not None:
            _met(record, finding, (today, head), made)
        elif SEVERITIES.index(finding.severity) <= least:
            how = Discovery(MACHINE, today, MACHINE)
            made.new.append(findings.entered(finding, book, how, name))
    open_ = (record for record in known.values() if "销号" in MOVES[state_of(record)])
    here = set(names)
    made.gone = [
        record for record in open_ if record["source"] == MACHINE and record["key"] not in here
    ]


def _met(record: Doc, finding: Finding, ground: tuple[date, str], made: Recorded) -> None:
    state = state_of(record)
    if state == VOID:
        made.void += 1
    elif state == CLOSED:
        today, head = ground
        step: Doc = {"move": "复发", "by": MACHINE, "done": str(today), "commit": head}
        step |= {"reason": findings.words_of(finding)[:1000]}
        made.again.append(findings.moved(record, step))
    else:
        made.known += 1


def _run_entering(made: Recorded) -> Entering:
    touched = [*made.new, *made.again]
    documents = {finding_path(str(doc["id"])): doc for doc in touched}
    parts = [
        f"{word}{len(docs)}个"
        for word, docs in (("新登记", made.new), ("复发", made.again))
        if docs
    ]
    trailers = [
        ("Finding", word) for word, docs in (("register", made.new), ("reopen", made.again)) if docs
    ]
    trailers += [("Record", str(doc["id"])) for doc in touched]
    return Entering(documents, message(f"登记问题 机器检查：{'，'.join(parts)}", "", trailers))


class Step(Struct, frozen=True):
    """A step a person takes with a finding."""

    by: str
    day: date
    reason: str = ""
    evidence: tuple[Doc, ...] = ()


def close(opened: Opened, name: str, step: Step, *, pinned: bool) -> tuple[str, Doc]:
    """Close a finding: what a machine can judge is judged anew, with the closing on record; the rest a person attests."""
    refuse_personal({"说明": step.reason})
    made: list[Doc] = []

    def decide(book: Book) -> Entering:
        record = record_called(name, findings.FOLDER, "问题", book)
        if not step.evidence:
            raise UsageError("销号要有证据，请用 --evidence 写明文件、网址或文号。")
        doc = _moved(record, "销号", step, by_whom(opened, book, step.by))
        if judgeable(record, book):
            head = require_clean(opened)
            doc = _with_commit(doc, head)
            _refuse_still_there(opened, doc, step.day)
        if not step.reason and not _seen_by_machine(record, book):
            raise UsageError(
                f"{record['id']}不是机器发现的，重新检查没有发现不等于已经整改，请用 --reason 写明如何核实。"
                if judgeable(record, book)
                else f"{record['id']}不能由机器重新检查，请用 --reason 写明如何核实已经整改。"
            )
        made.append(doc)
        return _step_entering(doc, "close", "销号", step)

    return enter(opened, decide, step.day if pinned else None), made[0]


def _seen_by_machine(record: Doc, book: Book) -> bool:
    """Whether a run found it and can find it gone: of what a person found, a run that finds nothing says nothing."""
    return judgeable(record, book) and (
        findings.of_a_run(record) or record["source"] == findings.MACHINE
    )


def annul(opened: Opened, name: str, step: Step, *, pinned: bool) -> tuple[str, Doc]:
    """Record that a finding was none, with the reason."""
    refuse_personal({"说明": step.reason})
    made: list[Doc] = []

    def decide(book: Book) -> Entering:
        record = record_called(name, findings.FOLDER, "问题", book)
        doc = _moved(record, "不成立", step, by_whom(opened, book, step.by))
        made.append(doc)
        return _step_entering(doc, "void", "问题不成立", step)

    return enter(opened, decide, step.day if pinned else None), made[0]


def _moved(record: Doc, move: str, step: Step, by: str) -> Doc:
    if str(step.day) < str(record["found"]):
        raise UsageError(f"日期{step.day}早于发现日期{record['found']}。")
    doc: Doc = {"move": move, "by": by, "done": str(step.day), "evidence": list(step.evidence)}
    doc |= {"reason": step.reason}
    return findings.moved(record, {key: value for key, value in doc.items() if value})


def _step_entering(doc: Doc, verb: str, word: str, step: Step) -> Entering:
    trailers = [("Finding", verb), ("Record", str(doc["id"]))]
    said = f"说明：{step.reason}" if step.reason else ""
    subject = f"{word} {doc['id']}：{_short(doc)}"
    return Entering({finding_path(str(doc["id"])): doc}, message(subject, said, trailers))


def _with_commit(record: Doc, head: str) -> Doc:
    steps = cast("list[Doc]", record["steps"])
    return record | {"steps": [*steps[:-1], steps[-1] | {"commit": head}]}


def _refuse_still_there(opened: Opened, record: Doc, day: date) -> None:
    """RefusedError where a run over the workspace, with the closing in it, finds the same again."""
    path = finding_path(str(record["id"]))
    snapshot = Texts({path: text_of(opened, path, record)}, opened.snapshot())
    fresh = look(opened, snapshot, day)
    finding = fresh.still(record)
    if finding:
        raise RefusedError(f"问题还在，不能销号：{finding.message}{finding.fix}")
    fresh.refuse_blind(record)
