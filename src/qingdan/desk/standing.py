"""What the last ``validate`` found, believed where nothing has changed since: all that is needed then, and light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from qingdan.model.blobs import DamagedError, mark, unpack
from qingdan.model.digests import git_id
from qingdan.repo.cache import Cache
from qingdan.repo.walking import walk
from qingdan.repo.whereabouts import git_folder, journal_in, signers_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qingdan.model.findings import Finding
    from qingdan.repo.walking import Walk

WALK, VERDICT = "walk", "verdict"
_FEW = 64
"""So many files are read to tell whether they have changed, where their times do not tell; with more, all is looked at anew."""


class Standing(Struct, frozen=True):
    """What a run without options found. ``yielded`` are rule, law and article of what gave way.

    ``items`` counts those of each list file, ``paths`` are all files, ``is_empty`` says that there are settings and no items.
    """

    findings: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    yielded: tuple[tuple[str, str, str], ...]
    items: Mapping[str, int]
    is_empty: bool
    paths: frozenset[str] = field(default_factory=frozenset)


class Glance(Struct, frozen=True):
    """A workspace as it lies there, and the cache of the last run."""

    root: Path
    cache: Cache
    seen: Walk

    def standing(self) -> Standing | None:
        """What the last run found, where nothing has changed since; None where something has, or nobody can tell."""
        try:
            with self.cache.held():
                return _found(self.root, self.cache, self.seen)
        except (DamagedError, ValueError, TypeError):
            return None


def glance(root: Path) -> Glance | None:
    """The workspace looked at; None where opening it would put something right first, or nothing is kept."""
    cache = Cache.of(root) if is_quiet(root) else None
    return Glance(root, cache, walk(str(root))) if cache else None


def _found(root: Path, cache: Cache, seen: Walk) -> Standing | None:
    blob = cache.get(WALK)
    text, fresh = unpack(WALK, blob)
    of, *parts = unpack(VERDICT, cache.get(VERDICT))
    if of != mark(blob or b"") or text != seen.text or not _same(root, fresh):
        return None
    return _standing(parts, seen)


def is_quiet(root: Path) -> bool:
    """Whether opening the workspace would put nothing right: see ``recover`` and ``keep_signers``."""
    folder = git_folder(root)
    if folder is None:
        return False
    staff = root / "registers" / "staff.yaml"
    if journal_in(folder).exists():
        return False
    try:
        return staff.stat().st_mtime_ns < signers_in(folder).stat().st_mtime_ns
    except OSError:  # nobody has installed one, or nobody is registered
        return True


def _same(root: Path, fresh: Mapping[str, str]) -> bool:
    """Whether files whose times prove nothing are what they were."""
    try:
        return len(fresh) <= _FEW and all(
            git_id((root / path).read_bytes()) == id_ for path, id_ in fresh.items()
        )
    except OSError:
        return False


def _standing(parts: list[Any], seen: Walk) -> Standing:
    findings, hidden, yielded, items, is_empty = parts
    paths = frozenset({*seen.files, *(bad.path for bad in seen.bad)})
    rest = (tuple(map(tuple, yielded)), items, is_empty, paths)
    return Standing(_findings(findings), _findings(hidden), *rest)


def _findings(rows: list[Any]) -> tuple[Finding, ...]:
    if not rows:
        return ()
    from qingdan.core.stock import told

    return tuple(told.findings(rows))
