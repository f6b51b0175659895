"""What a clerk needs in order to sign, and to see who signed: the file of signers, and what is missing still."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.people import known_by, staff
from qingdan.core.places import STAFF_PATH
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.model.errors import RefusedError, YamlRefusedError
from qingdan.repo import resources, signers
from qingdan.repo.signatures import allowed_signers
from qingdan.repo.sources import WorkTree
from qingdan.repo.whereabouts import signers_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.model.people import Person

_YES = frozenset({"true", "1", "yes", "on"})
_KEY = "~/.ssh/id_ed25519"
_SET_UP = (
    "git config --global gpg.format ssh",
    f"git config --global user.signingKey {_KEY}.pub",
    "git config --global commit.gpgSign true",
)


def people_at(root: Path) -> tuple[Person, ...]:
    """The staff of a work tree; nobody where the register is missing or wrong."""
    schema = Schemas(resources.schema_texts())["staff"]
    try:
        value = reading.read(WorkTree(root).read(STAFF_PATH), schema.layout).value
    except (KeyError, YamlRefusedError):
        return ()
    return staff(value) if isinstance(value, dict) and schema.accepts(value) else ()


def install_signers(workspace: Path, *, remove: bool) -> tuple[Path, str] | None:
    """Write the file of signers and let git use it, or take it away; where, and the Chinese words for it.

    None where there is nothing to do: nobody has an ssh key. Somebody's own file is left alone.
    """
    path, used = signers_in(signers.git_folder(workspace)), signers.configured(workspace)
    wanted = allowed_signers(people_at(workspace))
    if not used and (remove or not wanted):
        return None
    if used and Path(used) != path:
        return Path(used), f"git 已另外设置了 {signers.SETTING}，没有动"
    if remove:
        path.unlink(missing_ok=True)
        signers.tell_git(workspace, None)
        return path, "已删除"
    if used and _text(path) == wanted:
        return path, "已经是最新的"
    signers.write(path, wanted)
    signers.tell_git(workspace, path)
    return path, "已更新" if used else "已写入，git log --show-signature 据此认出签名的人"


def keep_signers(root: Path) -> None:
    """Bring the file of signers up to date where it was installed and the register is younger."""
    folder = signers.folder_without_git(root)
    if folder is None:
        return
    path, register = signers_in(folder), root / STAFF_PATH
    with contextlib.suppress(
        OSError, RefusedError
    ):  # reading must go on where nothing can be written
        if path.stat().st_mtime_ns <= register.stat().st_mtime_ns:
            signers.write(path, allowed_signers(people_at(root)))


def stale_signers(root: Path) -> str:
    """What keeps people's own git from knowing who signed; empty where nothing does."""
    wanted = allowed_signers(people_at(root))
    used = signers.configured(root)
    if not wanted or (used and Path(used) != signers_in(signers.git_folder(root))):
        return ""
    if not used:
        return "还没有装好，git log --show-signature 认不出是谁签的名。"
    return "" if _text(Path(used)) == wanted else "与工作人员名册不一致。"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


class Wanted(Struct, frozen=True):
    """What the office asks of its clerk: whether signatures are required, the staff, the clerk's e-mail."""

    required: bool = False
    people: Sequence[Person] = ()
    email: str = ""


def missing(settings: Mapping[str, str], wanted: Wanted) -> tuple[str, str]:
    """What stands in the way of signing, and what to type; empty where nothing does, or nothing is asked."""
    if settings.get("commit.gpgsign", "").lower() not in _YES:
        if not wanted.required:
            return "", ""
        made = not Path(f"{_KEY}.pub").expanduser().exists()
        keygen = (f"ssh-keygen -t ed25519 -f {_KEY}",) if made else ()
        said = "本单位要求每次提交都有签名（adjustment.require.signatures），这台电脑还没有设置。"
        return said, "；".join((*keygen, *_SET_UP))
    ssh = settings.get("gpg.format") == "ssh"
    said, cure = _ssh_unable(settings) if ssh else _gpg_unable(settings)
    if said or not wanted.required:
        return said, cure
    return _unregistered(wanted, _public_key(settings) if ssh else "")


def how(settings: Mapping[str, str]) -> str:
    """How commits are signed, where nothing is missing."""
    if settings.get("commit.gpgsign", "").lower() not in _YES:
        return "没有启用，本单位不要求的不必启用。"
    return (
        "用 SSH 密钥签名。"
        if settings.get("gpg.format") == "ssh"
        else f"用 {_gpg(settings)} 签名。"
    )


def _ssh_unable(settings: Mapping[str, str]) -> tuple[str, str]:
    key = settings.get("user.signingkey", "")
    if not shutil.which(settings.get("gpg.ssh.program", "ssh-keygen")):
        return "要用 SSH 密钥签名，但没有找到 ssh-keygen 程序。", "请安装 openssh-client"
    known = key.startswith(("key::", "ssh-")) or (bool(key) and Path(key).expanduser().exists())
    if known or settings.get("gpg.ssh.defaultkeycommand"):
        return "", ""
    said = f"要求用 SSH 密钥签名，但没有找到密钥{key}。"
    return said, f"git config --global user.signingKey {_KEY}.pub"


def _gpg_unable(settings: Mapping[str, str]) -> tuple[str, str]:
    program = _gpg(settings)
    if shutil.which(program):
        return "", ""
    cure = f"请安装 {program}，或运行 git config commit.gpgSign false"
    return f"要求签名，但没有找到 {program} 程序，提交会失败。", cure


def _gpg(settings: Mapping[str, str]) -> str:
    return settings.get("gpg.program") or settings.get("gpg.openpgp.program") or "gpg"


def _public_key(settings: Mapping[str, str]) -> str:
    """The ssh key that git signs with, as the register has it; empty where that cannot be told."""
    key = settings.get("user.signingkey", "").removeprefix("key::")
    if not key.startswith(("ssh-", "ecdsa-", "sk-")):
        key = _text(Path(f"{key.removesuffix('.pub')}.pub").expanduser())
    return " ".join(key.split()[:2])


def _unregistered(wanted: Wanted, key: str) -> tuple[str, str]:
    """What the register lacks of the clerk's key."""
    person = known_by(wanted.email, wanted.people)
    shown = key or "gpg --armor --export 的输出"
    cure = f"请管名册的人在 {STAFF_PATH} 中{wanted.email}名下写上 key: {shown}，提交时写明 Reason"
    if person is None or not person.key:
        return f"工作人员名册中没有{wanted.email}的签名公钥，签了名也不算数。", cure
    if (key and person.key != key) or person.signs_by_ssh != bool(key):
        return f"这台电脑用的密钥与工作人员名册中{person.name}的不是同一把。", cure
    return "", ""
