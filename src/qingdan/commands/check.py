"""``check``: judge by the rules, over the tree and the world; ``check --test``: judge the rules by their examples."""

from __future__ import annotations

import sys
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.checks.resting import is_comparable, unread
from qingdan.core.places import stem, system_path
from qingdan.core.rectification.limits import with_deadlines
from qingdan.core.rules.statistics import count
from qingdan.core.rules.testing import trials
from qingdan.core.units import lineage
from qingdan.desk import output
from qingdan.desk.ledger.findings import record_run
from qingdan.desk.opening import finish, judge, require_settings
from qingdan.desk.scope import list_called, unit_asked
from qingdan.desk.unseen import refuse_unseen
from qingdan.desk.watching import Watch
from qingdan.desk.world import observe
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.findings import Verdict
from qingdan.model.likeness import likest
from qingdan.render import statistics
from qingdan.render import trials as render_trials
from qingdan.render.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from qingdan.desk.ledger.findings import Recorded
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding, Severity
    from qingdan.model.items import Entry
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Snapshot

_RULES = "rules/"


class Recording(Struct, frozen=True):
    """That what is found goes into the ledger, down to ``severity``; ``pinned``: the day was given."""

    severity: Severity = "warning"
    pinned: bool = False


class Options(Struct, frozen=True):
    """What the command line said; ``packs``, ``unit`` and ``list`` narrow what is shown."""

    today: date
    packs: tuple[str, ...] = ()
    unit: str = ""
    list: str = ""
    at: str | None = None
    commits: str | None = None
    stats: bool = False
    formats: Sequence[str] = ("text",)
    fail_on: Severity = "error"
    recording: Recording | None = None


def run(opened: Opened, options: Options) -> int:
    """Judge and show, recorded first where that is asked for; 0 without findings at or above ``fail_on``, else 1.

    CannotAnswerError, after what was found, where files cannot be read and not all was judged.
    """
    for word, value in (("--at", options.at), ("--commits", options.commits)):
        if value is not None and not value.strip():
            raise UsageError(f"{word} 后面是空的：请写明版本（在 CI 中请检查变量是否有值）。")
    if options.recording:
        _record(opened, options, options.recording)
    snapshot = opened.snapshot(options.at or "")
    watch = Watch(snapshot, opened.schemas)
    book, tree = judge(opened, snapshot, watch=watch)
    settings = require_settings(book)
    named = list_called(options.list, opened.schemas)
    options = replace(options, unit=unit_asked(options.unit, book), list=named)
    _refuse_unknown_packs(options.packs, book, snapshot)
    world = observe(opened, book, snapshot, options.today, watch)
    lacking = finish(unread(book), book, snapshot)
    asked = [
        finding
        for finding in tree
        if finding.rules or finding.path.startswith(_RULES) or finding in lacking
    ]
    found = [*asked, *world.shown, *_of_commits(opened, options, book, snapshot)]
    terms, calendar = settings.rectification, opened.calendar_of(snapshot)
    scope = _Scope(options, book, lacking)
    wanted = sorted(filter(scope.wants, found), key=lambda finding: finding.order)
    findings = tuple(with_deadlines(wanted, terms, options.today, calendar))
    hints = tuple(_hints(settings, book, len(tree) - len(asked)))
    verdict = Verdict(findings, hints, book.files, len(book.entries))
    _show(verdict, options, book)
    hidden = [*book.excepted, *world.hidden]
    output.tell_yielded(
        each
        for each in (*book.yielded, *world.yielded)
        if scope.of_place(each.finding) and scope.of_packs((each.rule,))
    )
    output.tell_excepted(filter(scope.wants, finish(hidden, book, snapshot)))
    refuse_unseen(book, snapshot)
    return int(verdict.fails(options.fail_on))


def _record(opened: Opened, options: Options, recording: Recording) -> None:
    """Enter all that the machine finds; UsageError where less than that was asked for."""
    narrow = {
        "--pack": options.packs,
        "--unit": options.unit,
        "--list": options.list,
        "--at": options.at,
        "--commits": options.commits,
        "--stats": options.stats,
    }
    for word, value in narrow.items():
        if value:
            raise UsageError(f"--record 登记机器现在发现的全部问题，不能与 {word} 同用。")
    _tell(record_run(opened, options.today, recording.severity, pinned=recording.pinned))


def _tell(made: Recorded) -> None:
    """What the run did to the ledger, and which findings may be closed."""
    done = f"已提交 {made.commit[:10]}，" if made.commit else "没有改动，"
    counts = f"新登记{len(made.new)}个，复发{len(made.again)}个，已在台账{made.known}个"
    void = f"，已认定不成立{made.void}个" if made.void else ""
    print(f"台账：{done}{counts}{void}。", file=sys.stderr)
    if made.gone:
        print(f"可以销号（本次没有再发现）{len(made.gone)}个：", file=sys.stderr)
        for record in made.gone:
            print(f"  {record['id']}  {record['fact']}", file=sys.stderr)
        print("销号：qingdan ledger close 编号 --evidence 证据", file=sys.stderr)


def _show(verdict: Verdict, options: Options, book: Book) -> None:
    if not options.stats:
        output.show(verdict, options.formats)
        return
    counted = count(verdict.findings, book)
    forms = {
        "text": partial(statistics.text, counted),
        "json": partial(statistics.json, counted),
    }
    output.write(forms, options.formats)


def _of_commits(
    opened: Opened, options: Options, book: Book, snapshot: Snapshot
) -> tuple[Finding, ...]:
    """What the rules ask about commits, where a range of them is given."""
    if not options.commits:
        return ()
    from qingdan.desk.history.commits import History

    _, breaches = History(opened).judge(options.commits)
    return finish(breaches, book, snapshot)


def _hints(settings: Settings, book: Book, aside: int) -> Iterator[str]:
    systems = settings.systems.values()
    compared = "、".join(each.title for each in systems if system_path(each.id) in book.documents)
    if not systems:
        yield "qingdan.yaml 没有配置信息系统，未作比对。"
    elif not compared:
        yield "各信息系统都没有可用的快照，未作比对。"
    elif is_comparable(book):
        yield f"已与{compared}的快照比对。"
    if aside:
        yield f"另有{aside}个问题不属任何规则的检查内容，请用 qingdan validate 查看。"


def _refuse_unknown_packs(packs: Iterable[str], book: Book, snapshot: Snapshot) -> None:
    """UsageError for a pack that is not there; one that cannot be read is a finding instead."""
    files = [path for path in snapshot.paths() if path.startswith(_RULES)]
    known = {rule.regulation for rule in book.rules} | {stem(path) for path in files}
    for name in packs:
        if name not in known:
            near = likest(name, known, 1)
            guess = f"是不是“{near[0]}”？" if near else f"现有：{'、'.join(sorted(known))}。"
            raise UsageError(f"没有“{name}”这个规章的规则文件。{guess}")


class _Scope(Struct, frozen=True, dict=True):
    """What the command was asked about: packs, a unit with its own, a list; ``always`` is told whatever was asked."""

    options: Options
    book: Book
    always: tuple[Finding, ...] = ()

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is meant; faults of the rules themselves, and files that cannot be read, always are."""
        always = finding in self.always or self.of_pack_file(finding)
        return always or (self.of_packs(finding.rules) and self.of_place(finding))

    def of_pack_file(self, finding: Finding) -> bool:
        """Whether it is about the file of a pack that is meant; one that cannot be read may be any."""
        if not finding.path.startswith(_RULES):
            return False
        document = self.book.documents.get(finding.path)
        if document is None or not self.options.packs:
            return True
        return str(cast("Doc", document["regulation"])["id"]) in self.options.packs

    def of_packs(self, rules: Iterable[str]) -> bool:
        """Whether one of the rules is of a pack that is meant."""
        packs = self.options.packs
        return not packs or any(rule.partition("/")[0] in packs for rule in rules)

    def of_place(self, finding: Finding) -> bool:
        """Whether the finding is the unit's or one of those below it, and of the list."""
        if not self.options.unit and not self.options.list:
            return True
        entry = self._entries.get(finding.item)
        unit = finding.unit or (entry.unit if entry else "")
        inside = not self.options.unit or self.options.unit in lineage(unit, self.book.units)
        return inside and self.options.list in {"", entry.list if entry else _list_of(finding.path)}

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.code: entry for entry in self.book.entries}


def _list_of(path: str) -> str:
    return path.split("/")[1] if path.startswith("lists/") else ""


def test(opened: Opened, options: Options) -> int:
    """Put every rule to its examples and show how it did; 1 if one of them failed, or a pack has faults."""
    if options.recording:
        raise UsageError("--test 检验规则，没有可以登记的问题，不能与 --record 同用。")
    snapshot = opened.snapshot(options.at or "")
    book, tree = judge(opened, snapshot)
    _refuse_unknown_packs(options.packs, book, snapshot)
    scope = _Scope(options, book)
    done = [trial for trial in trials(book, opened.schemas) if scope.of_packs((trial.key,))]
    failed = finish((finding for trial in done for finding in trial.findings), book, snapshot)
    faults = filter(scope.of_pack_file, tree)
    findings = tuple(sorted((*faults, *failed), key=lambda finding: finding.order))
    if not done and not findings:
        raise CannotAnswerError("工作区没有规则文件（rules/），无从检验。")
    forms = {name: partial(form, Verdict(findings)) for name, form in FORMATS.items()} | {
        "text": partial(render_trials.text, done, findings),
        "json": partial(render_trials.json, done, findings),
    }
    output.write(forms, options.formats)
    return int(bool(findings))
