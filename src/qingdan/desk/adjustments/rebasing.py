"""Bringing the adjustments of a branch on top of what others have brought in meanwhile, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.adjustments.differences import ItemChange, controlled_fields
from qingdan.core.adjustments.merging import merged
from qingdan.core.adjustments.plan import laid, text_of
from qingdan.core.delegating import brought
from qingdan.core.novelty import newly
from qingdan.core.places import DELEGATIONS_PATH, adjustment_path, place, stem
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.desk.adjustments.adjusting import documents_of
from qingdan.desk.filing import locked
from qingdan.desk.history.commits import History
from qingdan.desk.history.touching import told, touches
from qingdan.desk.opening import judge, require_settings
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit
from qingdan.model.items import LISTS
from qingdan.model.workspace import Texts
from qingdan.repo.journal import unwatched
from qingdan.repo.replaying import PLAIN, Replaying, Step, authors, is_plain_merge, merged_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit, FileChange
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.repo.git import Repository


class Rebased(Struct, frozen=True):
    """What was done, or would be: the commits made anew by their subjects; ``moved``: the branch goes on elsewhere."""

    branch: str
    base: str
    onto: str
    old: str
    subjects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    moved: bool = False


def rebase(
    opened: Opened, base: str, *, dry_run: bool, on_step: Callable[[str], None] = unwatched
) -> Rebased:
    """Make the branch's own commits anew on top of ``base`` (empty: the main branch), author and records kept.

    ``on_step`` is told the name of each step before it is taken.
    RefusedError where the other side changed the same item, or something else that does not go together.
    """
    repository = opened.repository
    with locked(opened):
        _refuse_dirty(repository)
        repository.require_whole_history()
        main = require_settings(opened.book("HEAD")).branch
        base = base or _base(repository, main)
        onto, old = repository.resolve(base), repository.resolve("HEAD")
        fork = repository.merge_base(onto, old)
        result = Rebased(repository.branch(), base, onto, old)
        if fork == onto:
            return result
        replay = _Replay(opened, onto, old, fork)
        steps = list(replay.steps())
        _refuse_broken(opened, replay)
        if not dry_run:
            Replaying(repository).replay(old, onto, steps, on_step)
    subjects = tuple(step.change.message.partition("\n")[0] for step in steps)
    return replace(result, subjects=subjects, notes=tuple(replay.notes), moved=True)


def _refuse_dirty(repository: Repository) -> None:
    dirty = [path for path, letters in repository.status().items() if letters != "??"]
    if dirty:
        raise RefusedError(
            f"{'、'.join(sorted(dirty)[:3])}有尚未提交的改动，请先用 qingdan adjust commit 办理，或恢复原样。"
        )


def _base(repository: Repository, main: str) -> str:
    """The main branch, here or as last fetched: the one that is ahead of the other."""
    words = ("for-each-ref", "--format=%(refname:short)", f"refs/remotes/*/{main}")
    remote = sorted(repository.say(*words).split(), key=lambda name: name != f"origin/{main}")
    local = repository.say("for-each-ref", "--format=%(refname:short)", f"refs/heads/{main}")
    here = [local] if local and repository.branch() != main else []
    if remote and here and repository.is_ancestor(remote[0], main):
        return main
    if not (remote or here):
        raise UsageError(
            "没有找到可以接上去的主分支，请写明版本，例如 qingdan adjust rebase main。"
        )
    return (remote or here)[0]


def _refuse_broken(opened: Opened, replay: _Replay) -> None:
    """RefusedError for errors that neither side had, but both together have."""
    theirs = opened.snapshot(replay.onto)
    errors = tuple(
        found for found in judge(opened, replay.standing())[1] if found.severity == "error"
    )
    errors = newly(errors, judge(opened, theirs)[1]) if errors else ()
    errors = newly(errors, judge(opened, opened.snapshot(replay.old))[1]) if errors else ()
    if errors:
        lines = [f"  {found.code} {found.item} {found.message}{found.fix}" for found in errors]
        raise RefusedError(
            "两边的改动合在一起会出现以下问题，没有办理，文件没有改动：\n" + "\n".join(lines)
        )


class _Replay(Struct, eq=False, dict=True):
    """The commits of a branch, laid one after the other over another version of the workspace."""

    opened: Opened
    onto: str
    old: str
    fork: str
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read what stands there."""
        repository = self.opened.repository
        self.history = History(self.opened)
        self.blobs = {path: blob for _, blob, path in repository.entries(self.onto)}
        self.texts: dict[str, bytes | None] = {}
        book = self.opened.book(self.onto, keep_items=True)
        self.items: dict[str, Item] = dict(book.items)
        self.settings: Settings = require_settings(book)
        self.renamed: dict[str, str] = {}

    def standing(self) -> Texts:
        """The workspace as it stands after the commits laid so far."""
        return Texts(dict(self.texts), self.opened.snapshot(self.onto))

    def steps(self) -> Iterator[Step]:
        """The commits to be made; those whose changes are there already are left out, and noted."""
        repository = self.opened.repository
        revs = f"{self.onto}..{self.old}"
        who = authors(repository, revs)
        for commit in repository.log(revs):
            if len(commit.parents) > 1 and not self._own(commit):
                continue
            self._refuse_foreign(commit)
            edits = [FileEdit(*row) for row in self._laid(commit)]
            if edits:
                message = self._message(commit)
                env = who[commit.id] | dict(self.opened.identity)
                yield Step(Change(tuple(edits), message), env)
            else:
                self.notes.append(
                    f"提交{commit.id[:10]}（{commit.subject}）的内容已经在那边，不再重复。"
                )

    def _own(self, commit: Commit) -> bool:
        """Whether a merge holds anything but what its parents have, brought together."""
        repository = self.opened.repository
        if is_plain_merge(repository, commit):
            return False
        others = [repository.differing(parent, commit.id) for parent in commit.parents[1:]]
        beside = (change.path for change in commit.changes if not _is_list(change.path))
        return bool(self.history.view(commit).items) or any(
            all(path in other for other in others) for path in beside
        )

    def _refuse_foreign(self, commit: Commit) -> None:
        """RefusedError for what only git itself can bring over."""
        repository = self.opened.repository
        what = f"提交{commit.id[:10]}（{commit.subject}）"
        if len(commit.parents) > 1:
            raise RefusedError(f"{what}是改动了内容的合并，不能逐次接上；请用 git rebase 处理。")
        words = ("diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only")
        paths = repository.git(*words, "--no-relative", commit.id).decode("utf-8", "replace")
        outside = [path for path in paths.split("\0") if not path.startswith(repository.prefix)]
        if repository.prefix and any(outside):
            raise RefusedError(
                f"{what}还改动了工作区以外的文件，不能逐次接上；请用 git rebase 处理。"
            )

    def _message(self, commit: Commit) -> str:
        """The message, with the records that had to be given other numbers."""
        message = commit.body if commit.body.endswith("\n") else commit.body + "\n"
        for old, new in self.renamed.items():
            message = message.replace(f"\nRecord: {stem(old)}\n", f"\nRecord: {stem(new)}\n")
        return message

    def _laid(self, commit: Commit) -> list[tuple[str, bytes | None, bytes | None]]:
        """What becomes of each file, with what stood in it; the standing texts and items go on."""
        new: dict[str, bytes | None] = {}
        lists = [change for change in commit.changes if _is_list(change.path)]
        if all(self._read(change.path) == self._raw(change.before) for change in lists):
            new |= {change.path: self._raw(change.after) for change in lists}
            self._note_items(commit)
        else:
            new |= self._by_item(commit)
        for change in commit.changes:
            if not _is_list(change.path):
                new |= self._other(commit, change)
        rows = [(path, self._read(path), raw) for path, raw in new.items()]
        self.texts |= new
        return [row for row in rows if row[1] != row[2]]

    def _note_items(self, commit: Commit) -> None:
        for change in self.history.view(commit).items:
            if change.after is None:
                self.items.pop(change.code, None)
            else:
                self.items[change.code] = change.after

    def _by_item(self, commit: Commit) -> Mapping[str, bytes | None]:
        """List files with the commit's items put into what stands there."""
        view = self.history.view(commit)
        if view.unreadable:
            raise RefusedError(
                f"提交{commit.id[:10]}中的{'、'.join(view.unreadable)}内容不合要求，不能按事项接上。"
            )
        changes = [self._brought(commit, change) for change in view.items]
        changes = [change for change in changes if change.before or change.after]
        documents = documents_of(self.opened, self.standing(), changes)
        self.items |= {change.code: change.after for change in changes if change.after}
        texts: dict[str, bytes | None] = {}
        for path, document in laid(changes, documents).items():
            texts[path] = text_of(document, self.opened.schemas)
        return texts

    def _brought(self, commit: Commit, change: ItemChange) -> ItemChange:
        """One item's change, made of what stands there; RefusedError where the other side changed it, too."""
        theirs = self.items.get(change.code)
        found = merged(change.before, change.after, theirs)
        if found.clashes or self._both(change, theirs):
            raise self._clash(commit, change)
        return ItemChange(change.code, theirs, found.item)

    def _both(self, change: ItemChange, theirs: Item | None) -> bool:
        """Whether both sides changed controlled fields: then somebody has to look at them together."""
        if not (change.before and change.after and theirs):
            return False
        other = ItemChange(change.code, change.before, theirs)
        apart = ItemChange(change.code, change.after, theirs)
        controlled = self.settings.controlled
        return all(controlled_fields(side, controlled) for side in (change, other, apart))

    def _clash(self, commit: Commit, change: ItemChange) -> RefusedError:
        schemas = self.opened.schemas
        theirs = touches(self.history, self.fork, self.onto, {change.code}).get(change.code, [])
        return RefusedError(
            f"事项“{change.item.name}”（{change.code}）两边都调整过，不能自动接上，没有改动。"
            "以先合并的为准：请从最新的版本另开分支，对照后重新办理这个事项的调整。\n"
            f"已经合并的：{told(theirs, schemas)}\n本分支的：{told([(commit, change)], schemas)}"
        )

    def _other(self, commit: Commit, change: FileChange) -> dict[str, bytes | None]:
        """A file that is no list: as the commit has it, or merged with what stands there."""
        path = self.renamed.get(change.path, change.path)
        now, before, after = self._read(path), self._raw(change.before), self._raw(change.after)
        self._refuse_odd(commit, change)
        if path != change.path:
            before, after = self._with_id(before, path), self._with_id(after, path)
        if now in {before, after}:
            return {path: after}
        where = place(path)
        if where and where.schema == "adjustment" and before is None and after is not None:
            return self._renumbered(path, after)
        text = merged_text(self.opened.repository, before, after, now)
        if text is None and path == DELEGATIONS_PATH:
            text = brought(before, after, now, self.opened.schemas["delegations"])
        if text is None:
            raise RefusedError(
                f"{path}两边都改了同一处，不能自动接上，没有改动；请改用 git rebase 并手工合并这个文件。"
            )
        return {path: text}

    def _refuse_odd(self, commit: Commit, change: FileChange) -> None:
        modes = [mode for mode, _, _ in self.opened.repository.entries(commit.id, change.path)]
        if change.after and modes != [PLAIN]:
            raise RefusedError(
                f"提交{commit.id[:10]}中的{change.path}是链接或可执行文件，不能逐次接上；请用 git rebase 处理。"
            )

    def _renumbered(self, path: str, raw: bytes) -> dict[str, bytes | None]:
        """A record whose number is taken over there, under the next free one."""
        number = 2
        while self._read(new := adjustment_path(f"{stem(path)}-{number}")) is not None:
            number += 1
        self.renamed[path] = new
        self.notes.append(f"调整编号{stem(path)}那边已经用了，本分支的改为{stem(new)}。")
        return {new: self._with_id(raw, new)}

    def _with_id(self, raw: bytes | None, path: str) -> bytes | None:
        """A record's text with the number that its path says."""
        if raw is None:
            return None
        layout = self.opened.schemas["adjustment"].layout
        record = cast("Doc", reading.read(raw, layout).value)
        return emit(record | {"id": stem(path)}, layout).encode()

    def _read(self, path: str) -> bytes | None:
        if path in self.texts:
            return self.texts[path]
        return self._raw(self.blobs.get(path, ""))

    def _raw(self, blob: str) -> bytes | None:
        return next(self.opened.repository.blobs([blob]))[1] if blob else None


def _is_list(path: str) -> bool:
    where = place(path)
    return where is not None and where.schema in LISTS
