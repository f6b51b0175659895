"""Laying out a workspace from what ships: a profile's settings, registers, rules, schemas, and its sample lists."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError, reason
from qingdan.repo import files, resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PROFILES: Mapping[str, str] = {"district": "jinshui", "town": "liuzhai", "bureau": "huiji"}
"""Profile to the folder of its sample jurisdiction."""

FORGES: Mapping[str, str] = {
    "github": ".github/workflows/qingdan.yml",
    "gitlab": ".gitlab-ci.yml",
    "gitea": ".gitea/workflows/qingdan.yml",
}
"""Forge to the file in which it looks for what to run; none reads another's."""

_BESIDE = "fleet.schema.json"
"""What a list of many workspaces holds; it stands in none of them."""
STORY = "story"
"""The sample's own folder of adjustments to replay; no part of a workspace."""


def sample(profile: str) -> Path:
    """The folder of a profile's sample jurisdiction."""
    return resources.folder("lists") / PROFILES[profile]


@contextmanager
def whole_or_not_at_all(folder: Path) -> Iterator[None]:
    """Make a new folder for what is laid out; if that fails or is interrupted, nothing of it stays.

    RefusedError where anything but an empty folder is already there: it is not touched.
    """
    _refuse_occupied(folder)
    existed = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"不能建立文件夹{folder}：{reason(error)}。") from None
    try:
        yield
    except BaseException:
        for child in folder.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        if not existed:
            folder.rmdir()
        raise


def _refuse_occupied(folder: Path) -> None:
    if folder.is_file():
        raise RefusedError(f"{folder}是文件，请另选文件夹。")
    if folder.is_dir() and any(folder.iterdir()):
        raise RefusedError(f"文件夹{folder}不是空的，没有动它；请另选一个空文件夹。")


def lay(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for path, raw in texts.items():
        files.replace(folder / path, raw)


def texts_of(root: Path) -> dict[str, bytes]:
    """Path to bytes of every file below a folder."""
    found = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    return {path: raw for path, raw in found.items() if not path.startswith(f"{STORY}/")}


def forge_files(forges: Iterable[str], branch: str) -> dict[str, bytes]:
    """The files by which forges check pull requests and the main branch, ``branch``."""
    return {
        FORGES[forge]: resources.forge_text(forge).replace("@BRANCH@", branch).encode()
        for forge in forges
    }


def schema_files() -> dict[str, bytes]:
    """The schemas for editors, as the program has them: those of what stands in a workspace."""
    found = sorted(resources.folder("schemas").glob("*.json"))
    return {f"schemas/{path.name}": path.read_bytes() for path in found if path.name != _BESIDE}


def shared(regulations: frozenset[str]) -> dict[str, bytes]:
    """Schemas for editors, the rule packs of these regulations, and the ignore file."""
    texts = schema_files()
    packs = sorted(resources.folder("rules").glob("*.yaml"))
    texts |= {f"rules/{path.name}": path.read_bytes() for path in packs if path.stem in regulations}
    texts[".gitignore"] = b"/reports/\n"
    texts[".gitattributes"] = b"*.yaml text eol=lf\n"
    return texts
