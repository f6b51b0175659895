"""What is about to be committed, as git shows it to a hook.

Kept apart and light: where another command of qingdan is committing, its hooks have this to look at and no more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.folders import FOLDERS
from qingdan.repo.journal import Journal
from qingdan.repo.whereabouts import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.repo.git import HookRepository

CLAIM = b"\nAdjustment:"
"""What a message holds that claims an adjustment."""


class Staged(Struct, eq=False, dict=True):
    """The index that git is about to commit."""

    repository: HookRepository

    @cached_property
    def tree(self) -> str:
        """The tree that it will be."""
        return self.repository.staged_tree()

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """The commits upon which it will stand."""
        return self.repository.parents()

    def changes(self, parents: tuple[str, ...]) -> dict[str, tuple[str, str]]:
        """Path in the repository to its blobs before and after."""
        return self.repository.differing(self._before(parents), self.tree)

    def touched(self, parents: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
        """The workspaces, by prefix, each with its paths that differ from the first parent."""
        changes = self.changes(parents)
        known = self.repository.workspaces(self._before(parents))
        for prefix in sorted(known | self.repository.workspaces(self.tree)):
            inside = (path.removeprefix(prefix) for path in changes if path.startswith(prefix))
            yield prefix, frozenset(path for path in inside if _is_ours(path))

    def is_beside(self, message: bytes = b"") -> bool:
        """Whether it has nothing to do with any workspace: other files alone, and no adjustment is claimed."""
        changes, touched = self.changes(self.parents), self.touched(self.parents)
        return bool(changes) and CLAIM not in message and not any(paths for _, paths in touched)

    def is_proved(self, message: bytes | None = None) -> bool:
        """Whether a living command of qingdan is committing just this, with this message.

        It has judged what it commits. Its journal says what that is, the lock it holds that it is alive.
        """
        journal = Journal(self.repository)
        if not journal.held or (message is not None and journal.message != message):
            return False
        blobs = {path: after for path, (_, after) in self.changes(self.parents).items()}
        texts = dict(self.repository.blobs(dict.fromkeys(blob for blob in blobs.values() if blob)))
        files = {path: texts[blob] if blob else None for path, blob in blobs.items()}
        head = self.parents[0] if self.parents else ""
        return any(
            journal.vouches(head, {path.removeprefix(prefix): raw for path, raw in files.items()})
            for prefix in self.repository.workspaces(self.tree)
            if all(path.startswith(prefix) for path in files)
        )

    def _before(self, parents: tuple[str, ...]) -> str:
        return parents[0] if parents else self.repository.empty_tree


def _is_ours(path: str) -> bool:
    return path == SETTINGS or path.split("/", 1)[0] in FOLDERS
