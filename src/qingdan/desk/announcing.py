"""A publication made ready: which version, what it brings, whether it may be public; nothing is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.words import kinds, list_titles
from qingdan.core.approval import states
from qingdan.core.history.differing import Scope
from qingdan.core.places import adjustment_path
from qingdan.core.publications import last_of_lists, lists_of, publications, with_id
from qingdan.core.publishing import Ground, channel_rows, chosen_lists, notes, refuse_bad_days
from qingdan.desk.branching import main_branch
from qingdan.desk.differing import between, side
from qingdan.desk.opening import require_settings
from qingdan.desk.public import published_book, records_in
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.model.publishing import Adjusted, ListNews, Publishing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.publishing import Asked
    from qingdan.desk.opening import Opened
    from qingdan.model.differing import Side
    from qingdan.model.workspace import Book, Doc, Value


def numbered(opened: Opened, document: Doc) -> Doc:
    """A publication with its id."""
    count = int(opened.repository.say("rev-list", "--count", str(document["commit"])))
    return with_id(document, count, opened.schemas)


class Announcement:
    """What a clerk asks, held against what is on record; everything is read as it is committed."""

    def __init__(self, opened: Opened, asked: Asked) -> None:
        """``opened``: an open workspace."""
        self.opened, self.asked = opened, asked
        opened.repository.require_whole_history()
        self._books: dict[str, Book] = {}
        self.head = self._book(opened.repository.resolve("HEAD"))
        self.settings = require_settings(self.head)
        self.last = last_of_lists(self.head)
        self.of_item = {entry.code: entry.list for entry in self.head.entries}
        lists = chosen_lists(asked.lists, self.settings)
        if asked.again:
            lists = tuple(name for name in lists if name in self.last)
        self.ground = Ground(self.settings, lists, self.last)

    def publishing(self) -> Publishing:
        """The publication as it would be recorded; an error for what cannot be one."""
        again = self.asked.again
        version = side(self.opened, *(self._public() if again else self._approved()))
        refuse_bad_days(self.asked, self.ground, version.day)
        titles = list_titles(self.opened.schemas)
        named = tuple(titles[name] for name in self.ground.lists)
        if again:
            document = self._document(version.commit)
            return Publishing(document, version, named, notes=tuple(self._notes()), again=True)
        fresh = self._fresh(version.commit)
        self._refuse_nothing_new(version.commit, fresh)
        self._refuse_unfinished(version.commit, fresh)
        return Publishing(
            self._document(version.commit),
            version,
            named,
            tuple(self._news(name, version) for name in self.ground.lists),
            tuple(self._adjusted(record, doc) for record, doc in fresh.items()),
            tuple(self._notes()),
        )

    def _book(self, commit: str) -> Book:
        if commit not in self._books:
            self._books[commit] = published_book(self.opened, commit)
        return self._books[commit]

    def _last_book(self, name: str) -> Book | None:
        """A list as it is public; None where it is not."""
        return self._book(str(self.last[name]["commit"])) if name in self.last else None

    # which version

    def _public(self) -> tuple[str, str]:
        """The version that is public, of every list that is meant the same: how it is called, and the commit."""
        if self.asked.commit:
            raise UsageError("--again 是给上次公布的版本补登渠道，不能同时写 --commit。")
        if not self.ground.lists:
            raise RefusedError("这些清单还没有公布过，不能补登；请不写 --again 登记。")
        rows = [(kept.title, self.last[kept.id]) for kept in self.ground.kept]
        commits = {str(document["commit"]) for _, document in rows}
        if len(commits) > 1:
            told = "；".join(f"{title}{document['published']}" for title, document in rows)
            raise UsageError(
                f"这些清单最近公布的不是同一个版本（{told}），请用 --list 写明补登哪些清单的渠道。"
            )
        (commit,) = commits
        self._book(commit)
        return f"{rows[0][1]['published']}公布的版本", commit

    def _approved(self) -> tuple[str, str]:
        """The version of the main branch that is meant; RefusedError for one that is not there."""
        repository, name = self.opened.repository, self.settings.branch
        main = main_branch(self.opened, name)
        if not main:
            raise CannotAnswerError(
                f"没有主分支“{name}”，不知道哪些版本已经审定；请先取得主分支，或核对 qingdan.yaml 的 branch。"
            )
        tip = repository.resolve(main)
        commit = repository.resolve(self.asked.commit or main)
        if not repository.is_ancestor(commit, tip):
            pushed = "" if main == name else "；本地还没有推送的，请先推送"
            raise RefusedError(
                f"“{self.asked.commit}”（{commit[:10]}）不在主分支 {main} 上，只有合并到主分支的版本才能公布{pushed}。"
            )
        if not repository.is_ancestor(commit, "HEAD"):
            raise RefusedError(
                f"当前分支没有主分支 {main} 的最新内容，公布记录不能登记在这里；"
                f"请先切换到主分支并更新（git switch {name}，git pull）。"
            )
        self._refuse_unpushed(main, tip)
        return self.asked.commit or main, commit

    def _refuse_unpushed(self, main: str, tip: str) -> None:
        """RefusedError where the clerk's own main branch is ahead of the remote's, which alone counts."""
        repository, name = self.opened.repository, self.settings.branch
        if self.asked.commit or main == name or repository.branch() != name:
            return
        ahead = repository.say("rev-list", "--count", f"{tip}..HEAD")
        if ahead != "0":
            raise RefusedError(
                f"本地的主分支有{ahead}次提交还没有推送，服务器接收以后才算数；请先推送（git push），再登记公布。"
            )

    # what is new

    def _fresh(self, commit: str) -> dict[str, Doc]:
        """The records that the version brings to the public in one of the lists, as they stand now."""
        lists, found = set(self.ground.lists), {}
        held = {name: self._held(name) for name in lists}
        then = self._book(commit)
        for record in sorted(records_in(self.opened, commit)):
            path = adjustment_path(record)
            doc = self.head.documents.get(path) or then.documents.get(path)
            touched = lists & lists_of(doc, self.of_item) if doc else ()
            if doc and any(record not in held[name] for name in touched):
                found[record] = doc
        return found

    def _held(self, name: str) -> frozenset[str]:
        last = self.last.get(name)
        return records_in(self.opened, str(last["commit"])) if last else frozenset()

    def _changed(self, name: str, commit: str) -> bool:
        """Whether a list is not as it was published."""
        if name not in self.last:
            return True
        before, after = (
            [(blob, path) for _, blob, path in self.opened.repository.entries(rev, f"lists/{name}")]
            for rev in (str(self.last[name]["commit"]), commit)
        )
        return before != after

    def _refuse_nothing_new(self, commit: str, fresh: Mapping[str, Doc]) -> None:
        """RefusedError for a version older than what is public, for one that says the same, and for one that says nothing."""
        lists = {*self.ground.lists}
        if not lists & {*self.last, *(entry.list for entry in self._book(commit).entries)}:
            raise RefusedError(
                "清单里还没有事项，没有可以公布的内容；请先用 qingdan import 导入，或者用 qingdan adjust add 列入。"
            )
        for kept in self.ground.kept:
            last = self.last.get(kept.id)
            if last is None:
                continue
            self._book(str(last["commit"]))
            if not self.opened.repository.is_ancestor(str(last["commit"]), commit):
                raise RefusedError(
                    f"{kept.title}在{last['published']}公布的版本{str(last['commit'])[:10]}不早于{commit[:10]}，不能用较早的版本再公布；"
                    "要撤回已经公布的内容，请用 qingdan adjust revert 办理以后公布。"
                )
        if not fresh and not any(self._changed(name, commit) for name in self.ground.lists):
            days = sorted({str(self.last[name]["published"]) for name in self.ground.lists})
            raise RefusedError(
                f"自{'、'.join(days)}公布以来，清单没有新的内容，不用再登记；"
                "同一个版本后来又在别的渠道公布的，请用 --again --channel 渠道 补登。"
            )

    def _refuse_unfinished(self, commit: str, fresh: Mapping[str, Doc]) -> None:
        """RefusedError for adjustments that have not passed every stage and would change what is public."""
        told = [
            f"  {record}（{self._about(doc)}）：{why}"
            for record, doc in fresh.items()
            if (why := self._unfinished(doc)) and self._shows(doc, commit)
        ]
        if told:
            raise RefusedError(
                "以下调整还没有办完各环节，不能公布，没有登记：\n"
                + "\n".join(told)
                + "\n请先用 qingdan review 办完；只公布其他清单的，用 --list；公布这些调整以前的版本的，用 --commit。"
            )

    def _unfinished(self, record: Doc) -> str:
        """Why a record is not ready on the day; empty if it is."""
        ground = states.Ground(self.settings, self.opened.calendar("HEAD"), self.of_item)
        turn = states.way(record, ground).turn
        if turn and not turn.publishes:
            return f"等待“{turn.stage.name}”"
        done = str(cast("list[Doc]", record["steps"])[-1].get("done", ""))
        return f"{done}才审完，晚于公布日期{self.asked.day}" if done > str(self.asked.day) else ""

    def _shows(self, record: Doc, commit: str) -> bool:
        """Whether an item of the record is not as the public knows it; it is after an adjustment was undone."""
        now = self._book(commit).items
        for code in cast("list[str]", record.get("items") or ()):
            name = self.of_item.get(code, "")
            if name in self.ground.lists:
                public = self._last_book(name)
                before = public.items.get(code) if public else None
                after = now.get(code)
                if (before and before.data) != (after and after.data):
                    return True
        return False

    # what is told

    def _about(self, record: Doc) -> str:
        codes = cast("list[str]", record.get("items") or ())
        if not codes:
            titles = list_titles(self.opened.schemas)
            return "、".join(titles[name] for name in cast("list[str]", record["lists"]))
        name = next((e.name for e in self.head.entries if e.code == codes[0]), codes[0])
        return f"{name}等{len(codes)}项" if len(codes) > 1 else name

    def _adjusted(self, record: str, doc: Doc) -> Adjusted:
        return Adjusted(record, kinds(self.opened.schemas)[str(doc["kind"])], self._about(doc))

    def _news(self, name: str, version: Side) -> ListNews:
        now = self._book(version.commit)
        states_ = [entry.state for entry in now.entries if entry.list == name]
        title = self.settings.lists[name].title
        counts = (len(states_), states_.count("在用"))
        public = self._last_book(name)
        if public is None:
            return ListNews(title, *counts)
        last = self.last[name]
        before = side(self.opened, f"{last['published']}公布", str(last["commit"]))
        found = between(self.opened, (before, version), (public, now), Scope(name))
        return ListNews(title, *counts, before, found)

    def _document(self, commit: str) -> Doc:
        asked = self.asked
        places = {
            str(row["channel"]): str(row.get("place", ""))
            for document in publications(self.head)
            for row in cast("list[Doc]", document["channels"])
        }
        document: Doc = {"commit": commit, "published": str(asked.day), **asked.approved}
        document["lists"] = cast("list[Value]", list(self.ground.lists))
        document["channels"] = cast("list[Value]", channel_rows(asked, self.ground, places))
        document |= {"note": asked.note} if asked.note else {}
        return numbered(self.opened, document)

    def _notes(self) -> Iterator[str]:
        if not self.asked.again:
            yield from notes(self.asked, self.ground)
        branch, main = self.opened.repository.branch(), self.settings.branch
        if branch != main:
            yield f"现在在分支“{branch}”上，公布记录合并到主分支“{main}”以后才算数。"
