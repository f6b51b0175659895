"""The two sources of a snapshot: the work tree and a revision. One reader judges both."""

from __future__ import annotations

import os
import stat
from functools import cached_property
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError, YamlRefusedError, reason
from qingdan.model.folders import FOLDERS, OWNERS_PATHS, BadFile
from qingdan.repo.walking import walk
from qingdan.repo.whereabouts import SETTINGS, workspace_around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qingdan.repo.git import Repository
    from qingdan.repo.walking import Walk

_BESIDE = frozenset({SETTINGS, *OWNERS_PATHS.values()})


def find_workspace(start: Path) -> Path:
    """The nearest folder upwards that holds ``qingdan.yaml``, stopping at the git root; UsageError if none."""
    found = workspace_around(start)
    if found:
        return found
    raise UsageError(
        f"{start}及其上级文件夹中没有 {SETTINGS}，不是工作区。请用 -C 指明工作区，或先运行 qingdan init。"
    )


class WorkTree:
    """The files as they lie on disk. Links are never followed; only regular files are read."""

    def __init__(self, root: Path, seen: Walk | None = None) -> None:
        """``root``: the workspace; ``seen``: what lies there, if that has been looked at."""
        self.root = root
        self._seen = seen

    @cached_property
    def walk(self) -> Walk:
        """What lies there, seen once."""
        return self._seen or walk(str(self.root))

    def paths(self) -> Sequence[str]:
        """Every regular file below the folders of a workspace."""
        return list(self.walk.files)

    def bad(self) -> Sequence[BadFile]:
        """Links, folders named like files, and what is neither file nor folder."""
        return self.walk.bad

    def read(self, path: str) -> bytes:
        """The bytes of a file; KeyError if it is gone, YamlRefusedError (QD108) if it cannot be read."""
        try:
            handle = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                found = os.fstat(handle)
                if not stat.S_ISREG(found.st_mode):
                    raise YamlRefusedError("QD108", "这不是普通文件。")
                return _all(handle, found.st_size)
            finally:
                os.close(handle)
        except FileNotFoundError:
            raise KeyError(path) from None
        except OSError as error:
            raise YamlRefusedError("QD108", f"文件不能读取：{reason(error)}。") from None


def _all(handle: int, size: int) -> bytes:
    """The bytes of an open file that should have so many; half the calls of the system that a file object makes."""
    raw = b""
    while piece := os.read(handle, max(size - len(raw), 0) + 1):
        raw += piece
    return raw


class Revision:
    """The files as a commit has them."""

    def __init__(
        self, repository: Repository, commit: str, held: dict[str, bytes] | None = None
    ) -> None:
        """``commit``: a full commit id; ``held``: contents by object id, shared by revisions that are read together."""
        self.repository = repository
        self.commit = commit
        self._held = {} if held is None else held
        self._whole = False

    @cached_property
    def _tree(self) -> tuple[dict[str, str], list[BadFile]]:
        blobs: dict[str, str] = {}
        bad: list[BadFile] = []
        for mode, blob, path in self.repository.tree(self.commit):
            if path not in _BESIDE and path.split("/", 1)[0] not in FOLDERS:
                continue
            if mode == "120000":
                bad.append(BadFile(path, "这是一个链接，不会被读取（链接可能指向工作区之外）。"))
            elif mode in {"100644", "100755"}:
                blobs[path] = blob
            else:
                bad.append(BadFile(path, "这不是普通文件，不会被读取。"))
        return blobs, bad

    def paths(self) -> Sequence[str]:
        """Every file below the folders of a workspace."""
        return sorted(self._tree[0].keys() - OWNERS_PATHS.values())

    def bad(self) -> Sequence[BadFile]:
        """Links and submodules."""
        return self._tree[1]

    def blob(self, path: str) -> str:
        """The object id of a file; empty if it is not there."""
        return self._tree[0].get(path, "")

    def read(self, path: str) -> bytes:
        """The bytes of a file; KeyError if it is not there."""
        if not self._whole:
            lacking = dict.fromkeys(b for b in self._tree[0].values() if b not in self._held)
            self._held.update(self.repository.blobs(lacking))
            self._whole = True
        return self._held[self._tree[0][path]]
