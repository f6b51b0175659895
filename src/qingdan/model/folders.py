"""What of a repository is the workspace: its folders, and the files beside them that are looked at, too."""

from __future__ import annotations

from msgspec import Struct

FOLDERS = ("lists", "registers", "ledger", "systems", "rules", "templates")
"""The folders of a workspace that the tool reads; ``qingdan.yaml`` stands beside them."""

OWNERS_PATHS = {
    "github": ".github/CODEOWNERS",
    "gitlab": ".gitlab/CODEOWNERS",
    "gitea": ".gitea/CODEOWNERS",
}
"""Forge to the owners file that it reads and no other forge does; a snapshot reads these, too."""


class BadFile(Struct, frozen=True):
    """A path that cannot be read as a file of the workspace; ``why`` is a Chinese sentence."""

    path: str
    why: str
