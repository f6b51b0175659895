"""The register of staff: what it may hold, and the signatures that rest on it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.people import allowed_signers, known_by, staff

STAFF = "registers/staff.yaml"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZha2VmYWtlZmFrZWZha2VmYWtlZmFrZWZha2VmYWtl"


def person(email: str, unit: str = "JS-SFJ", role: str = "区政府法制办", more: str = "") -> str:
    return f"- name: 甲\n  unit: {unit}\n  roles:\n  - {role}\n  email: {email}\n{more}"


def found(qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> set[str]:
    capsys.readouterr()
    qingdan(folder, "validate", *words, "--format", "json")
    return {finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]}


@pytest.mark.parametrize(
    ("entries", "codes"),
    [
        (person("a@js.example", more=f"  key: {KEY}\n"), set()),
        (person("a@js.example") + person("a@js.example"), {"QD405"}),
        (person("a@js.example", unit="JS-XX"), {"QD410"}),
        (person("a@js.example", role="区法制办"), {"QD402"}),
        (person("不是邮箱"), {"QD106"}),
        (person("a@js.example", more="  key: 随便写的\n"), {"QD106"}),
        (person("a@js.example", more="  phone: 0371-1\n"), {"QD107"}),
    ],
)
def test_the_register_is_judged(
    entries: str,
    codes: set[str],
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = found(qingdan, small, capsys)
    put(small, STAFF, f"staff:\n{entries}")
    assert found(qingdan, small, capsys) - before == codes


def test_a_key_stands_for_one_e_mail() -> None:
    people = staff({"staff": [{"name": "甲", "unit": "A", "email": "A@js.example", "key": KEY}]})
    assert allowed_signers(people) == f'A@js.example namespaces="git" {KEY}\n'
    assert known_by("a@JS.example", people) == people[0]
    assert known_by("b@js.example", people) is None


def key_of(folder: Path, name: str) -> str:
    """A new signing key; its public half."""
    spot = folder / name
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", f"{spot}"]
    subprocess.run(words, check=True)
    return spot.with_suffix(".pub").read_text("utf-8").strip()


def sign_with(folder: Path, key: Path) -> None:
    git(folder, "config", "gpg.format", "ssh")
    git(folder, "config", "user.signingKey", str(key))
    git(folder, "config", "commit.gpgSign", "true")


def test_signatures_are_those_of_the_register_before(
    small: Path,
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = key_of(tmp_path, "mine")
    key_of(tmp_path, "stranger")
    put(small, STAFF, "staff:\n" + person("test@qingdan.example", more=f"  key: {key}\n"))
    text = "  require: {signatures: 是, source: 本单位自定}\n  stages:\n"
    replace(small, "qingdan.yaml", "  stages:\n", text)
    commit(small, "要求签名\n\nReason: 证明由谁提交\n")
    only = ("--commits", "HEAD~1..HEAD")
    assert "QD521" not in found(qingdan, small, capsys, *only)
    words = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "压减", "--yes")
    adjust = ("adjust", "set", "JS-CG-XK-001", "promised_limit=5个工作日", *words)
    assert qingdan(small, *adjust, "--today", "2026-11-20") in {0, 4}
    for key_name, broken in (("", True), ("stranger", True), ("mine", False)):
        put(small, "lists/README.md", f"{key_name}\n")
        if key_name:
            sign_with(small, tmp_path / key_name)
        commit(small, "补充说明\n")
        assert ("QD521" in found(qingdan, small, capsys, *only)) is broken, key_name


def test_a_step_is_signed_by_its_author(
    small: Path,
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = {name: key_of(tmp_path, name) for name in ("clerk", "legal")}
    entries = [person(f"{name}@js.example", more=f"  key: {key}\n") for name, key in keys.items()]
    put(small, STAFF, "staff:\n" + "".join(entries))
    text = "  require: {signatures: 是, source: 本单位自定}\n  stages:\n"
    replace(small, "qingdan.yaml", "  stages:\n", text)
    commit(small, "要求签名\n\nReason: 证明由谁提交\n")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "legal@js.example")
    sign_with(small, tmp_path / "clerk")
    late = ("--late-reason", "会期", "--today", "2026-11-20")
    assert qingdan(small, "review", "pass", "2026-09-17-JS-CG-XK-001", *late) == 0
    assert found(qingdan, small, capsys, "--commits", "HEAD~1..HEAD") == {"QD521"}
    sign_with(small, tmp_path / "legal")
    git(small, "commit", "-q", "--amend", "--no-edit")
    assert found(qingdan, small, capsys, "--commits", "HEAD~1..HEAD") == set()
