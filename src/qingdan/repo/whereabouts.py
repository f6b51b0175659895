"""Where a workspace is and where its git directory, told by looking: git is not started, and next to nothing imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "qingdan.yaml"
OWN = "qingdan"
"""The folder under a git directory in which we keep what is nobody's to commit."""


def workspace_around(start: Path) -> Path | None:
    """The nearest folder upwards that holds ``qingdan.yaml``, stopping at the git root; None if none does."""
    for folder in (start, *start.parents):
        if os.path.lexists(folder / SETTINGS):
            return folder
        if (folder / ".git").exists():
            return None
    return None


def git_spot(workspace: Path) -> Path | None:
    """The nearest ``.git`` upwards: the git directory, or the file by which a linked work tree names its own."""
    spots = (folder / ".git" for folder in (workspace, *workspace.parents))
    return next((spot for spot in spots if spot.exists()), None)


def git_folder(workspace: Path) -> Path | None:
    """The git directory of the work tree around a workspace; None where there is none."""
    spot = git_spot(workspace)
    if spot is None or spot.is_dir():
        return spot
    try:
        word, _, named = spot.read_text("utf-8").strip().partition(": ")
    except (OSError, ValueError):
        return None
    linked = spot.parent / named
    return linked if word == "gitdir" and linked.is_dir() else None


def journal_in(folder: Path) -> Path:
    """Where a command under way tells what it is about to change, in a git directory."""
    return folder / OWN / "journal.json"


def signers_in(folder: Path) -> Path:
    """Where the file of signers lies in a git directory: nobody commits it there."""
    return folder / OWN / "allowed-signers"
