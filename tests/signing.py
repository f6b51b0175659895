"""Throw-away keys, and repositories that sign with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import git


def ssh_key(folder: Path, name: str) -> str:
    """A new key of ssh's; its public half, as the register has it."""
    spot = folder / name
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", f"{spot}"]
    subprocess.run(words, check=True)
    return spot.with_name(f"{name}.pub").read_text("utf-8").strip()


def sign_by_ssh(folder: Path, key: Path) -> None:
    git(folder, "config", "gpg.format", "ssh")
    git(folder, "config", "user.signingKey", str(key))
    git(folder, "config", "commit.gpgSign", "true")


@dataclass(frozen=True)
class Gpg:
    """A clerk's own keyring; ``when`` is the moment at which gpg believes to be."""

    home: Path

    def __call__(self, *words: str, when: str = "") -> str:
        faked = ["--faked-system-time", when] if when else []
        done = subprocess.run(
            ["gpg", "--homedir", str(self.home), "--batch", "--quiet", *faked, *words],
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8")

    def key(self, email: str, *, when: str = "", expire: str = "never") -> str:
        """A new key; its public half in armour."""
        words = ("--passphrase", "", "--quick-generate-key", email, "ed25519", "sign", expire)
        self(*words, when=when)
        return self("--armor", "--export", email)

    def sign(self, folder: Path, email: str, *, when: str = "") -> None:
        """Let a repository sign with a key from now on."""
        program = self.home / "as-git-calls-it"
        faked = f"--faked-system-time {when}" if when else ""
        program.write_text(f'#!/bin/sh\nexec gpg --homedir {self.home} {faked} "$@"\n')
        program.chmod(0o755)
        git(folder, "config", "gpg.format", "openpgp")
        git(folder, "config", "gpg.program", str(program))
        git(folder, "config", "user.signingKey", email)
        git(folder, "config", "commit.gpgSign", "true")


@pytest.fixture
def gpg() -> Iterator[Gpg]:
    """A keyring; its folder is short, as the agent's socket wants it."""
    if not shutil.which("gpg"):
        pytest.fail("these tests need gpg (Debian, Ubuntu: apt-get install gnupg)")
    with tempfile.TemporaryDirectory(prefix="qd-") as folder:
        yield Gpg(Path(folder))
        words = ["gpgconf", "--homedir", folder, "--kill", "all"]
        subprocess.run(words, check=False, env=os.environ)
