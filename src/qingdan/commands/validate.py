"""``validate``: judge tree and commits; no clock, and the same answer tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.core.checks.registry import SYSTEM_CODES
from qingdan.core.exceptions import Sifted
from qingdan.core.novelty import newly
from qingdan.core.places import below
from qingdan.core.rules.judging import judge as judge_rules
from qingdan.desk import output
from qingdan.desk.opening import finish, in_the_world, judge
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding, Severity
    from qingdan.model.workspace import Book, Snapshot


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said. ``today`` serves only ``systems`` and ``rules``, by which exceptions may have ended."""

    today: date
    paths: Sequence[str] = ()
    since: str | None = None
    at: str | None = None
    commits: str | None = None
    systems: bool = False
    rules: bool = False
    formats: Sequence[str] = ("text",)
    fail_on: Severity = "error"


def run(opened: Opened, options: Options) -> int:
    """Judge and show; 0 without findings at or above ``fail_on``, else 1."""
    for word, value in (
        ("--since", options.since),
        ("--at", options.at),
        ("--commits", options.commits),
    ):
        if value is not None and not value.strip():
            raise UsageError(f"{word} 后面是空的：请写明版本（在 CI 中请检查变量是否有值）。")
    snapshot = opened.snapshot(options.at or "")
    book, sifted = _judged(opened, options, snapshot)
    paths = _matching(options.paths, snapshot)
    findings, hints = _new(opened, options, sifted.shown)
    findings = tuple(finding for finding in findings if not options.paths or finding.path in paths)
    hints += _hints(book, options)
    if options.commits:
        from qingdan.desk.history import History

        count, breaches = History(opened).judge(options.commits)
        findings += finish(breaches, book, snapshot)
        hints.append(f"核对了{count}次提交。")
    items = (
        sum(entry.path in paths for entry in book.entries) if options.paths else len(book.entries)
    )
    verdict = Verdict(findings, tuple(hints), len(paths), items)
    output.show(verdict, options.formats)
    output.tell_yielded(sifted.yielded)
    output.tell_excepted(
        finding for finding in sifted.hidden if not options.paths or finding.path in paths
    )
    return int(verdict.fails(options.fail_on))


def _judged(opened: Opened, options: Options, snapshot: Snapshot) -> tuple[Book, Sifted]:
    """A snapshot, with systems and rules if they were asked for: what is found, and what is taken away."""
    further = options.systems or options.rules
    book, findings = judge(opened, snapshot, keep_items=further)
    if not further:
        return book, Sifted(findings, book.excepted, book.yielded)
    judged = SYSTEM_CODES if options.systems else frozenset[str]()
    world = in_the_world(_further(opened, options, book), book, snapshot, options.today, judged)
    return book, Sifted(
        findings + world.shown, book.excepted + world.hidden, book.yielded + world.yielded
    )


def _further(opened: Opened, options: Options, book: Book) -> Iterator[Finding]:
    if options.systems:
        from qingdan.desk.comparing import compare_systems

        yield from compare_systems(opened, book)
    if options.rules:
        yield from judge_rules(book, opened.schemas)


def _new(
    opened: Opened, options: Options, findings: tuple[Finding, ...]
) -> tuple[tuple[Finding, ...], list[str]]:
    """What was not there at ``--since``, and how much was; everything where nothing is compared."""
    if not options.since:
        return findings, []
    before = _judged(opened, options, opened.snapshot(options.since))[1].shown
    new = newly(findings, before, opened.repository.renames(options.since, options.at or ""))
    known = len(findings) - len(new)
    return new, [
        f"只报{options.since}之后新增的问题；此前已有的{known}个没有列出。"
    ] if known else []


def _matching(wanted: Sequence[str], snapshot: Snapshot) -> frozenset[str]:
    """The files below the paths that were named; CannotAnswerError if a path names none."""
    every = [*snapshot.paths(), *(bad.path for bad in snapshot.bad())]
    if not wanted:
        if not any(path.startswith("lists/") or path == "qingdan.yaml" for path in every):
            raise CannotAnswerError("这个版本里没有工作区的文件，无从检查。")
        return frozenset(every)
    matched: set[str] = set()
    for path in wanted:
        if path.startswith(("../", "/")):
            raise UsageError(f"{path}不在工作区内。")
        found = {known for known in every if below(known, path)}
        if not found:
            raise CannotAnswerError(f"“{path}”没有对应到任何工作区文件，无从检查。")
        matched |= found
    return frozenset(matched)


def _hints(book: Book, options: Options) -> list[str]:
    hints = []
    if book.settings and not book.entries and not options.paths:
        hints.append("清单目前是空的：可用 qingdan adjust add 列入事项。")
    return hints
