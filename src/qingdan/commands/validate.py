"""``validate``: judge tree and commits; no clock, and the same answer tomorrow.

Where nothing has changed since the last run, it is told what that found, and nothing heavy is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.desk import output
from qingdan.desk.standing import Standing, glance
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.exceptions import Sifted
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding, Severity
    from qingdan.model.workspace import Book, Snapshot


class Options(Struct, frozen=True):
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
    known: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is the work tree alone that is judged."""
        words = (self.since, self.at, self.commits, self.known)
        return not (self.systems or self.rules) and all(word is None for word in words)


def answer(root: Path, options: Options, *, caching: bool = True) -> int:
    """Judge the workspace at ``root`` and show what was found; where the last run's findings still hold, those."""
    glanced = glance(root) if caching and options.is_plain else None
    found = glanced.standing() if glanced else None
    if found:
        return _show(found, _matching(options.paths, found.paths), options, _empty(found, options))
    from qingdan.desk.opening import Opened, open_workspace

    opened = Opened(root, glanced=glanced) if glanced else open_workspace(root, caching=caching)
    return run(opened, options)


def run(opened: Opened, options: Options) -> int:
    """Judge and show; 0 without findings at or above ``fail_on``, else 1."""
    for word, value in (
        ("--since", options.since),
        ("--at", options.at),
        ("--commits", options.commits),
        ("--known", options.known),
    ):
        if value is not None and not value.strip():
            raise UsageError(f"{word} 后面是空的：请写明版本（在 CI 中请检查变量是否有值）。")
    from qingdan.desk.opening import finish

    snapshot = opened.snapshot(options.at or "")
    book, sifted = _judged(opened, options, snapshot)
    found = _standing(book, sifted, snapshot)
    if options.is_plain and opened.kept:
        opened.kept.keep_verdict(found)
    paths = _matching(options.paths, found.paths)
    new, hints = _new(opened, options, sifted.shown)
    hints += _empty(found, options)
    further = finish(_rewritten(opened, options, book), book, snapshot)
    if options.commits:
        from qingdan.desk.history import History

        count, breaches = History(opened).judge(options.commits)
        further += finish(breaches, book, snapshot)
        hints.append(f"核对了{count}次提交。")
    return _show(replace(found, findings=new), paths, options, hints, further)


def _show(
    found: Standing,
    paths: frozenset[str],
    options: Options,
    hints: list[str],
    further: tuple[Finding, ...] = (),
) -> int:
    """Show what was found in the files that were named (``paths``), and ``further`` findings."""
    named = [each for each in found.findings if not options.paths or each.path in paths]
    items = sum(count for path, count in found.items.items() if path in paths)
    verdict = Verdict((*named, *further), tuple(hints), len(paths), items)
    output.show(verdict, options.formats)
    output.tell_gave_way(found.yielded)
    output.tell_excepted(each for each in found.hidden if not options.paths or each.path in paths)
    return int(verdict.fails(options.fail_on))


def _rewritten(opened: Opened, options: Options, book: Book) -> Iterator[Finding]:
    """Commits that are known and that history no longer holds."""
    from qingdan.desk import rewriting

    commits = options.commits or ""
    if options.known:
        head = commits.rpartition("..")[2] or options.at or "HEAD"
        yield from rewriting.gone(opened.repository, options.known.strip(), head)
    elif commits and book.settings:
        yield from rewriting.left_behind(opened.repository, commits, book.settings.branch)


def _judged(opened: Opened, options: Options, snapshot: Snapshot) -> tuple[Book, Sifted]:
    """A snapshot, with systems and rules if they were asked for: what is found, and what is taken away."""
    from qingdan.core.checks.registry import SYSTEM_CODES
    from qingdan.core.exceptions import Sifted
    from qingdan.desk.opening import in_the_world, judge

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
        from qingdan.core.rules.judging import judge as judge_rules

        yield from judge_rules(book, opened.schemas)


def _new(
    opened: Opened, options: Options, findings: tuple[Finding, ...]
) -> tuple[tuple[Finding, ...], list[str]]:
    """What was not there at ``--since``, and how much was; everything where nothing is compared."""
    if not options.since:
        return findings, []
    from qingdan.core.novelty import newly

    before = _judged(opened, options, opened.snapshot(options.since))[1].shown
    new = newly(findings, before, opened.repository.renames(options.since, options.at or ""))
    known = len(findings) - len(new)
    return new, [
        f"只报{options.since}之后新增的问题；此前已有的{known}个没有列出。"
    ] if known else []


def _empty(found: Standing, options: Options) -> list[str]:
    empty = found.is_empty and not options.paths
    return (
        ["清单目前是空的：可用 qingdan import 导入各单位的表格，或用 qingdan adjust add 列入事项。"]
        if empty
        else []
    )


def _standing(book: Book, sifted: Sifted, snapshot: Snapshot) -> Standing:
    return Standing(
        sifted.shown,
        sifted.hidden,
        tuple((each.rule, each.law.law, each.law.article) for each in sifted.yielded),
        {path: count for path, _, _, count in book.list_files},
        bool(book.settings and not book.entries),
        frozenset({*snapshot.paths(), *(bad.path for bad in snapshot.bad())}),
    )


def _matching(wanted: Sequence[str], every: frozenset[str]) -> frozenset[str]:
    """The files below the paths that were named; CannotAnswerError if a path names none."""
    if not wanted:
        if not any(path.startswith("lists/") or path == "qingdan.yaml" for path in every):
            raise CannotAnswerError("这个版本里没有工作区的文件，无从检查。")
        return every
    from qingdan.core.places import below

    matched: set[str] = set()
    for path in wanted:
        if path.startswith(("../", "/")):
            raise UsageError(f"{path}不在工作区内。")
        found = {known for known in every if below(known, path)}
        if not found:
            raise CannotAnswerError(f"“{path}”没有对应到任何工作区文件，无从检查。")
        matched |= found
    return frozenset(matched)
