"""What reads a long history, beside the ``git log`` that reads the same."""

from __future__ import annotations

from collections.abc import Iterator

from timing import Command, run

from rows import TODAY, Ground, Group, Outcome, Row, beyond, first_code, limit, of

SUBJECT = "历史"
_START = "--version"
_PERIOD = "2026Q3"


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """Discipline of every commit, the quarter's bulletin, the life of one item."""
    count, commits = ground.scale.district, ground.scale.commits
    work = ground.corpora.past(count, commits)
    path = max((work / "lists" / "powers").glob("*.yaml"))
    spoken = f"HEAD~{commits}..HEAD"
    log = ["git", "-C", str(work), "log"]
    whole = [*log, "--first-parent", "--raw", "HEAD"]
    judge = ("validate", "--commits", spoken)
    reported = ("report", "--quarter", _PERIOD, "--today", TODAY)
    one = [*log, "-p", "-U0", "HEAD", "--", str(path)]
    pairs = (
        (f"validate --commits，{commits:,}次", judge, "git log -p -U0 同一段", [*log, "-p", "-U0", spoken], 2),
        ("report --quarter", reported, "git log --raw 全部提交", whole, 3),
        ("log 编号", ("log", first_code(path)), "git log -p -U0 该文件", one, 3),
    )  # fmt: skip
    for what, words, against, floor, most in pairs:
        own = ground.on(work, *words, codes=(0, 1))
        run(own)  # what it may keep for the next time is kept now, as on any working day
        commands = {_START: ground.start, what: own, against: Command(floor)}
        bound = limit(commits, {10_000: most}, "most")
        row = Row(f"{what}，减去启动", beyond(what, _START), against, of(against), limit=bound)
        size = f"{count:,}项、{commits:,}次提交"
        yield from Group(SUBJECT, size, commands, [row], ground.scale.few).outcomes()
