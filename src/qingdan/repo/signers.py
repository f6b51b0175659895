"""The file of signers for people's own git: who owns which ssh key, so that ``git log --show-signature`` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError, reason
from qingdan.repo import files
from qingdan.repo.git import GitError, text
from qingdan.repo.whereabouts import git_spot

if TYPE_CHECKING:
    from pathlib import Path

SETTING = "gpg.ssh.allowedSignersFile"


def folder_without_git(workspace: Path) -> Path | None:
    """The git directory around a workspace, told without starting git; None for a linked work tree, or none."""
    spot = git_spot(workspace)
    return spot if spot and spot.is_dir() else None


def git_folder(workspace: Path) -> Path:
    """The git directory that all work trees of the repository share."""
    words = ("rev-parse", "--path-format=absolute", "--git-common-dir")
    return workspace / text(workspace, *words)


def configured(workspace: Path) -> str:
    """The file that git is told to use, wherever that is written; empty for none."""
    try:
        return text(workspace, "config", "--path", "--get", SETTING)
    except GitError:
        return ""


def write(path: Path, signers: str) -> None:
    """Write the file, whole or not at all."""
    try:
        files.replace(path, signers.encode())
    except OSError as error:
        raise RefusedError(f"不能写入{path}：{reason(error)}。") from None


def tell_git(workspace: Path, path: Path | None) -> None:
    """Let this repository use the file; None: no longer any of its own."""
    words = ("--replace-all", SETTING, str(path)) if path else ("--unset-all", SETTING)
    text(workspace, "config", "--local", *words)
