"""Looking again: every check run anew, to tell whether a finding of the ledger is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.checks.registry import FINDINGS_OF, SYSTEM_CODES
from qingdan.core.ledger import findings
from qingdan.core.ledger.findings import MACHINE
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.world import every_finding
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Snapshot


class Fresh(Struct, frozen=True):
    """What a run found; ``names`` are the keys of the findings."""

    book: Book
    found: tuple[Finding, ...]
    names: tuple[str, ...]

    def still(self, record: Doc) -> Finding | None:
        """The finding of the run that is the same as one of the ledger; None where it is gone."""
        pairs = zip(self.found, self.names, strict=True)
        return next((finding for finding, name in pairs if _same(record, finding, name)), None)

    def refuse_blind(self, record: Doc) -> None:
        """CannotAnswerError where files cannot be read, or systems were not taken in: that nothing is found says nothing."""
        code = str(record.get("code", ""))
        if code.startswith("QD1"):
            return
        broken = [f for f in self.found if f.code.startswith("QD1") and f.severity == "error"]
        broken += [f for f in self.found if f.code == "QD307" and code in {"", *SYSTEM_CODES}]
        if broken:
            first = broken[0]
            raise CannotAnswerError(
                f"有内容不能读取，不能判断问题是否已经整改：{first.path} {first.message}请先改正。"
            )


def look(opened: Opened, snapshot: Snapshot, day: date) -> Fresh:
    """Run every check over a state of the workspace."""
    book, _ = judge(opened, snapshot, keep_items=True)
    require_settings(book)
    found = every_finding(opened, book, snapshot, day, partly=True)
    return Fresh(book, found, tuple(findings.keys(found, book)))


def judgeable(record: Doc, book: Book) -> bool:
    """Whether a run can tell that it is still there: commits of the past are not judged anew, nor what only a person answers."""
    if "code" in record or record["source"] == MACHINE:
        return findings.by_machine(record)
    wanted = cast("list[str]", record.get("rules") or [])
    return any(rule.key in wanted and _answers(rule) for rule in book.rules)


def _answers(rule: Rule) -> bool:
    codes = FINDINGS_OF.get(rule.check, ())
    return rule.schema is not None or any(not code.startswith("QD5") for code in codes)


def _same(record: Doc, finding: Finding, name: str) -> bool:
    if findings.of_a_run(record):
        return name == record["key"]
    if finding.severity == "info" != record["severity"]:
        return False  # 待同步 and other hints are no fault
    rules = set(cast("list[str]", record.get("rules") or []))
    alike = finding.code == record["code"] if "code" in record else rules & set(finding.rules)
    here = finding.item == record["item"] if "item" in record else finding.unit == record["unit"]
    return bool(alike) and here
