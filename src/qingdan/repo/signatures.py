"""Who signed a commit, by the keys of a register and nothing else: not the machine's keyring, nor anybody's settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qingdan.model.errors import CannotAnswerError
from qingdan.model.people import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.model.people import Person
    from qingdan.repo.git import Repository

_FIELDS = ("%H", "%G?", "%GS", "%GK", "%GP", "%ct")
_FORMAT = "%x00".join(_FIELDS)
_RUN_OUT = frozenset({"X", "Y"})
"""git's letters for a signature, or a key, that has come to its end by now."""
_KEYRING_SETTINGS = "trust-model always\nignore-time-conflict\nno-auto-key-retrieve\n"
"""The register vouches for its keys, so nobody's web of trust is asked; nothing is looked up in the network."""
_FEW = 8
"""So few commits are not worth another git."""
_PACKAGES = {"ssh-keygen": "openssh-client", "gpg": "gnupg"}


def signatures(
    repository: Repository, commits: Sequence[str], people: Sequence[Person]
) -> dict[str, Signature]:
    """Commit to its signature; CannotAnswerError where the program that reads a registered kind of key is missing."""
    if not commits:
        return {}
    for program, needed in (
        ("ssh-keygen", any(person.signs_by_ssh for person in people)),
        ("gpg", any(person.signs_by_gpg for person in people)),
    ):
        if needed and not shutil.which(program):
            cure = f"Debian、Ubuntu：apt-get install {_PACKAGES[program]}"
            raise CannotAnswerError(f"没有找到 {program} 程序，不能核对签名。请先安装（{cure}）。")
    with tempfile.TemporaryDirectory(prefix="qd-") as folder:
        room = _Room(Path(folder), repository)
        room.fill(people)
        return room.read(commits)


class _Room:
    """A place with the keys of a register: ssh's file of signers, and a keyring of gpg's."""

    def __init__(self, folder: Path, repository: Repository) -> None:
        self.signers = folder / "allowed-signers"
        self.keyring = folder / "gnupg"
        self.repository = repository
        self._owners: dict[str, str] = {}

    def fill(self, people: Sequence[Person]) -> None:
        """Lay the keys out."""
        self.signers.write_text(allowed_signers(people), "utf-8")
        self.keyring.mkdir(mode=0o700)
        self._settings()
        for person in people:
            if person.signs_by_gpg:
                for key in self._imported(person.key):
                    self._owners.setdefault(key, person.email)

    def read(self, commits: Sequence[str]) -> dict[str, Signature]:
        """The signatures. One that has run out is looked at again as of the moment of its commit."""
        found = {}
        for row in self._spread(commits):
            commit, letter, *_, moment = row
            again = [row]
            if letter in _RUN_OUT:
                self._settings(f"faked-system-time {moment}\n")
                again = self._rows([commit])
                self._settings()
            found[commit] = self._signature(again[0])
        return found

    def _signature(self, row: Sequence[str]) -> Signature:
        _, letter, principal, key, primary, _ = row
        if key.startswith("SHA256:"):
            return Signature(letter, key, principal)
        return Signature(letter, primary or key, self._owners.get(primary, ""))

    def _spread(self, commits: Sequence[str]) -> list[list[str]]:
        """The rows of many commits, asked for on all cores: git starts a program or two for each signature."""
        from concurrent.futures import (
            ThreadPoolExecutor,  # much, and few commands look at signatures
        )

        size = max(_FEW, -(-len(commits) // (os.cpu_count() or 1)))
        parts = [commits[place : place + size] for place in range(0, len(commits), size)]
        with ThreadPoolExecutor(len(parts)) as pool:
            return [row for rows in pool.map(self._rows, parts) for row in rows]

    def _rows(self, commits: Sequence[str]) -> list[list[str]]:
        words = (
            *("-c", f"gpg.ssh.allowedSignersFile={self.signers}", "log", "--no-walk=unsorted"),
            *("--stdin", "-z", f"--format={_FORMAT}"),
        )
        given = "\n".join(commits).encode() + b"\n"
        raw = self.repository.read_alone(words, commits[0], given, self._surroundings)
        fields = raw.decode("utf-8", "replace").removesuffix("\0").split("\0")
        count = len(_FIELDS)
        return [fields[place : place + count] for place in range(0, len(fields), count)]

    @property
    def _surroundings(self) -> Mapping[str, str]:
        return {"GNUPGHOME": str(self.keyring)}

    def _settings(self, more: str = "") -> None:
        (self.keyring / "gpg.conf").write_text(_KEYRING_SETTINGS + more, "utf-8")

    def _imported(self, block: str) -> Iterable[str]:
        """The fingerprints of the keys in a block that gpg takes."""
        words = ("gpg", "--batch", "--quiet", "--status-fd", "1", "--import")
        done = subprocess.run(
            words,
            input=block.encode(),
            capture_output=True,
            env=os.environ | self._surroundings,
            check=False,
        )
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            word = line.split(" ")
            if word[1:2] == ["IMPORT_OK"]:
                yield word[3]


def allowed_signers(people: Iterable[Person]) -> str:
    """The ssh keys of a register as ssh reads them: a line a person, e-mail and key."""
    rows = (f'{p.email} namespaces="git" {p.key}\n' for p in people if p.signs_by_ssh)
    return "".join(rows)
