"""What a run leaves for the next one: by content what was found in each file, and the verdict as a whole."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.stock import told
from qingdan.core.stock.shelf import TABLE, Shelf, document_in
from qingdan.desk.standing import VERDICT, WALK
from qingdan.model.blobs import DamagedError, mark, pack, unpack
from qingdan.model.digests import git_id
from qingdan.repo.sources import Revision, WorkTree
from qingdan.repo.walking import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qingdan.core.stock.shelf import Known
    from qingdan.desk.standing import Standing
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Texts
    from qingdan.repo.cache import Cache
    from qingdan.repo.walking import Walk


class Kept(Struct, eq=False, dict=True):
    """The cache of an open workspace, as far as it serves work trees and what is laid over them."""

    root: Path
    cache: Cache
    _left: int = 0
    _unfolded: dict[str, tuple[str, Known]] = field(default_factory=dict)

    def of_tree(self, seen: Walk) -> Shelf:
        """What is kept of the files as they lie there."""
        shelf = Shelf.kept(self.cache, {}, self._unfolded)
        shelf.ids.update(self._ids(shelf, seen))
        return shelf

    def of_texts(self, texts: Texts) -> Shelf:
        """The same with other texts laid over it; nothing where these lie over something else."""
        match texts.base:
            case WorkTree():
                shelf = self.of_tree(texts.base.walk)
            case Revision():
                shelf = self.of_revision(texts.base)
            case _:
                return Shelf()
        for path, raw in texts.files.items():
            shelf.ids[path] = "" if raw is None else git_id(raw)
        return shelf

    def of_revision(self, revision: Revision) -> Shelf:
        """What is kept of files that were the same in a revision."""
        ids = {path: revision.blob(path) for path in revision.paths()}
        return Shelf.kept(self.cache, ids, self._unfolded)

    def document(self, path: str, raw: bytes) -> Doc | None:
        """What a file of these bytes holds that is no list; None where that is not known."""
        return document_in(self.cache, path, git_id(raw))

    def _ids(self, shelf: Shelf, seen: Walk) -> Mapping[str, str]:
        """The content of every file that was there before: read only where it may have changed."""
        try:
            text, fresh = unpack(WALK, self.cache.get(WALK))
            before = facts_of(text)
        except (DamagedError, ValueError, TypeError, AttributeError):
            before, fresh = {}, {}
        known = {path: line.id for path, line in shelf.lines.items()}
        known |= {path: id_ for path, (id_, _) in shelf.documents.items()}
        found = {}
        for path, facts in seen.files.items():
            if path not in known:
                continue
            same = before.get(path) == facts and path not in fresh and path not in seen.fresh
            id_ = known[path] if same else self._id(path)
            if id_:
                found[path] = id_
        return found

    def _id(self, path: str) -> str:
        try:
            return git_id((self.root / path).read_bytes())
        except OSError:
            return ""

    def marks(self) -> Mapping[str, int]:
        """By which it is known again what is now in the cache."""
        return {name: mark(self.cache.get(name) or b"") for name in (TABLE, WALK)}

    def keep(self, shelf: Shelf, seen: Walk, before: Mapping[str, int]) -> None:
        """Leave for the next run what was found in each file; it knows a file again that was not changed just now."""
        ids = {path: line.id for path, line in shelf.lines.items()}
        ids |= {path: id_ for path, (id_, _) in shelf.documents.items()}
        fresh = {path: ids.get(path, "") for path in sorted(seen.fresh)}
        walked = pack(WALK, [seen.text, fresh])
        self._left = mark(walked)
        last = ((WALK, walked), (VERDICT, None))
        self.cache.keep(chain(shelf.to_keep(), last), before)

    def keep_verdict(self, found: Standing) -> None:
        """Leave what was found in all of them, as they were when :meth:`keep` was called."""
        parts = (told.of_findings(found.findings), told.of_findings(found.hidden))
        rest = (found.yielded, found.items, found.is_empty)
        blob = pack(VERDICT, [self._left, *parts, *rest])
        self.cache.keep([(VERDICT, blob)], {WALK: self._left})
