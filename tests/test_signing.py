"""Signatures where they are required: whose they must be, by which register, and that our own commits bear them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace
from signing import Gpg, gpg, sign_by_ssh, ssh_key

__all__ = ["gpg"]

STAFF = "registers/staff.yaml"
CLERK, LEGAL = "clerk@js.example", "legal@js.example"
LAST = "HEAD~1..HEAD"


def entry(email: str, key: str) -> str:
    """A person of the register; the name is what stands before the at sign."""
    shown = "".join(f"    {line}\n" for line in key.splitlines())
    key = f"  key: |\n{shown}" if "\n" in key else f"  key: {key}\n"
    name = email.partition("@")[0]
    return f"- name: {name}\n  unit: JS-SFJ\n  roles:\n  - 区政府法制办\n  email: {email}\n{key}"


def register(folder: Path, *entries: str, message: str = "登记工作人员") -> None:
    put(folder, STAFF, "staff:\n" + "".join(entries))
    commit(folder, f"{message}\n\nReason: 证明由谁提交\n")


def require(folder: Path) -> None:
    """Signatures are required from the next commit on."""
    text = "  require: {signatures: 是, source: 本单位自定}\n  stages:\n"
    replace(folder, "qingdan.yaml", "  stages:\n", text)
    commit(folder, "要求签名\n\nReason: 证明由谁提交\n")


def be(patch: pytest.MonkeyPatch, email: str) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{role}_EMAIL", email)
        patch.setenv(f"GIT_{role}_NAME", email.partition("@")[0])


def note(folder: Path, text: str = "说明") -> str:
    """A commit that only signatures can be asked of."""
    put(folder, "说明.md", text)
    return commit(folder, f"补充说明：{text}\n")


class Judge:
    """What ``validate --commits`` says of signatures."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys = qingdan, capsys

    def __call__(self, folder: Path, revs: str = LAST) -> list[str]:
        self.capsys.readouterr()
        self.qingdan(folder, "validate", "--commits", revs, "--format", "json")
        found = json.loads(self.capsys.readouterr().out)["findings"]
        return [f["message"].partition("）：")[2] for f in found if f["code"] == "QD521"]


@pytest.fixture
def judge(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Judge:
    return Judge(qingdan, capsys)


@pytest.fixture
def office(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that requires signatures, of a clerk and a reviewer with ssh keys named after them."""
    people = [entry(email, ssh_key(tmp_path, email)) for email in (CLERK, LEGAL)]
    register(small, *people)
    require(small)
    be(monkeypatch, CLERK)
    sign_by_ssh(small, tmp_path / CLERK)
    return small


def test_every_commit_bears_its_author_s_own_signature(
    office: Path, tmp_path: Path, judge: Judge
) -> None:
    note(office)
    assert judge(office) == []
    git(office, "config", "commit.gpgSign", "false")
    note(office, "unsigned")
    assert judge(office) == ["没有签名。"]
    stranger = ssh_key(tmp_path, "stranger")
    sign_by_ssh(office, tmp_path / "stranger")
    note(office, "stranger")
    (said,) = judge(office)
    assert said.startswith("签名的密钥SHA256:")
    assert said.endswith("没有登记；工作人员名册中clerk登记的是另一把密钥。")
    assert stranger not in said
    sign_by_ssh(office, tmp_path / LEGAL)
    note(office, "another's")
    assert judge(office) == [
        f"作者是clerk（{CLERK}），签名用的却是legal（{LEGAL}）的密钥。",
    ]


def test_who_has_no_key_in_the_register_is_told_so(
    office: Path, tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, "new@js.example")
    ssh_key(tmp_path, "new")
    sign_by_ssh(office, tmp_path / "new")
    note(office)
    assert judge(office)[0].endswith("作者new（new@js.example）不在工作人员名册中。")


def test_what_was_changed_after_signing_is_found(
    office: Path, tmp_path: Path, judge: Judge
) -> None:
    signed = note(office)
    raw = git(office, "cat-file", "commit", signed).replace("补充说明", "改过的说明")
    spot = put(tmp_path, "forged", raw + "\n")
    forged = git(office, "hash-object", "-t", "commit", "-w", str(spot))
    assert judge(office, f"{signed}~1..{forged}")[0].startswith("签名是坏的，内容与签名时不一致")


def test_an_unsigned_merge_is_an_error_and_anybody_registered_may_merge(
    office: Path, tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(office, "switch", "-q", "-c", "one")
    note(office)
    git(office, "switch", "-q", "main")
    for signed, said in ((False, ["合并提交没有签名。"]), (True, [])):
        git(office, "config", "commit.gpgSign", str(signed).lower())
        git(office, "merge", "-q", "--no-ff", "-m", "合并", "one")
        assert judge(office, "HEAD~1..HEAD") == said
        git(office, "reset", "-q", "--hard", "HEAD~1")
    be(monkeypatch, "forge@js.example")
    sign_by_ssh(office, tmp_path / LEGAL)
    git(office, "merge", "-q", "--no-ff", "-m", "合并", "one")
    assert judge(office) == []


def test_who_left_signed_well_while_in_office(
    office: Path, tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood = note(office)
    be(monkeypatch, LEGAL)
    sign_by_ssh(office, tmp_path / LEGAL)
    legal = (tmp_path / f"{LEGAL}.pub").read_text("utf-8").strip()
    register(office, entry(LEGAL, legal), message="调离")
    be(monkeypatch, CLERK)
    sign_by_ssh(office, tmp_path / CLERK)
    note(office, "after")
    (said,) = judge(office, f"{stood}~1..HEAD")
    assert said.endswith(f"作者clerk（{CLERK}）不在工作人员名册中。")


def test_nobody_registers_a_key_and_uses_it_at_once(
    office: Path, tmp_path: Path, judge: Judge
) -> None:
    new = ssh_key(tmp_path, "new")
    sign_by_ssh(office, tmp_path / "new")
    register(office, entry(CLERK, new), message="换密钥")
    assert judge(office)[0].endswith("clerk登记的是另一把密钥。")
    note(office)
    assert judge(office) == []


def test_a_step_is_signed_by_its_author_also_in_a_merge(
    office: Path, tmp_path: Path, qingdan: Run, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, LEGAL)
    late = ("--late-reason", "会期", "--today", "2026-11-20")
    assert qingdan(office, "review", "pass", "2026-09-17-JS-CG-XK-001", *late) == 0
    assert judge(office) == [f"作者是legal（{LEGAL}），签名用的却是clerk（{CLERK}）的密钥。"]
    sign_by_ssh(office, tmp_path / LEGAL)
    git(office, "commit", "-q", "--amend", "--no-edit")
    assert judge(office) == []
    git(office, "switch", "-q", "-c", "aside", "HEAD~1")
    note(office)
    git(office, "merge", "-q", "--no-commit", "--no-ff", "main")
    record = "ledger/adjustments/2026/2026-09-17-JS-CG-XK-001.yaml"
    text = (office / record).read_text("utf-8")
    put(office, record, text.replace("late_reason: 会期", "late_reason: 改过"))
    sign_by_ssh(office, tmp_path / CLERK)
    git(office, "commit", "-q", "-a", "-m", "合并")
    assert len(judge(office)) == 1


def test_our_own_commits_are_signed_as_git_is_set(
    office: Path,
    qingdan: Run,
    judge: Judge,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    base = git(office, "rev-parse", "HEAD")
    why = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "压减", "--yes")
    adjust = ("adjust", "set", "JS-CG-XK-001", "name=挖掘城市道路审批", *why)
    assert qingdan(office, *adjust, "--today", "2026-11-20") == 0
    git(office, "switch", "-q", "-c", "aside", base)
    note(office)
    git(office, "switch", "-q", "main")
    assert qingdan(office, "adjust", "rebase", "aside") == 0
    assert judge(office, f"{base}..HEAD") == []
    assert git(office, "rev-list", "--count", f"{base}..HEAD") == "2"
    git(office, "config", "user.signingKey", str(tmp_path / "nowhere"))
    head = git(office, "rev-parse", "HEAD")
    adjust = ("adjust", "set", "JS-CG-XK-001", "name=挖路审批", *why)
    assert qingdan(office, *adjust, "--today", "2026-11-20") == 4
    assert "签名没有成功" in capsys.readouterr().err
    assert git(office, "rev-parse", "HEAD") == head
    assert git(office, "status", "--porcelain") == ""


def test_nobody_s_own_settings_of_git_decide(office: Path, tmp_path: Path, judge: Judge) -> None:
    """A program that says yes to everything, a file of signers of one's own."""
    ssh_key(tmp_path, "stranger")
    sign_by_ssh(office, tmp_path / "stranger")
    note(office)
    key = (tmp_path / "stranger.pub").read_text("utf-8")
    own = put(tmp_path, "own-signers", f"{CLERK} {key}")
    git(office, "config", "gpg.ssh.allowedSignersFile", str(own))
    git(office, "config", "gpg.ssh.program", "true")
    assert len(judge(office)) == 1


def test_a_program_that_is_missing_is_no_signature_that_is_missing(
    office: Path,
    qingdan: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note(office)
    (tmp_path / "bin").mkdir()
    import shutil

    (tmp_path / "bin/git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    capsys.readouterr()
    assert qingdan(office, "validate", "--commits", LAST) == 3
    assert "apt-get install openssh-client" in capsys.readouterr().err


def test_the_server_asks_for_signatures_too(office: Path, tmp_path: Path, qingdan: Run) -> None:
    """In quarantine, from a bare repository, by the register that the server has."""
    server = tmp_path / "清单.git"
    git(office, "clone", "-q", "--bare", str(office), str(server))
    assert qingdan(office, "hook", "install", "--server", str(server)) == 0
    git(office, "config", "commit.gpgSign", "false")
    note(office, "unsigned")
    done = subprocess.run(
        ["git", "-C", str(office), "push", "-q", str(server), "main"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "QD521" in done.stderr.decode("utf-8")
    git(office, "commit", "-q", "--amend", "--no-edit", "-S")
    git(office, "push", "-q", str(server), "main")
    assert git(server, "rev-parse", "main") == git(office, "rev-parse", "HEAD")


# gpg


def test_a_signature_of_gpg_counts_like_one_of_ssh(
    small: Path, gpg: Gpg, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {email: gpg.key(email) for email in (CLERK, LEGAL)}
    register(small, *(entry(email, key) for email, key in keys.items()))
    require(small)
    be(monkeypatch, CLERK)
    gpg.sign(small, CLERK)
    note(small)
    assert judge(small) == []
    gpg.sign(small, LEGAL)
    note(small, "another's")
    assert judge(small) == [f"作者是clerk（{CLERK}），签名用的却是legal（{LEGAL}）的密钥。"]
    gpg.key("stranger@js.example")
    gpg.sign(small, "stranger@js.example")
    note(small, "stranger's")
    assert judge(small)[0].endswith("没有登记；工作人员名册中clerk登记的是另一把密钥。")


def test_a_key_of_gpg_is_good_for_as_long_as_it_runs(
    small: Path, gpg: Gpg, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is judged is the moment of the commit, not the day of judging."""
    key = gpg.key(CLERK, when="20200101T000000", expire="2020-12-31")
    register(small, entry(CLERK, key))
    require(small)
    be(monkeypatch, CLERK)
    gpg.sign(small, CLERK, when="20200601T000000")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-06-01T10:00:00+08:00")
    note(small)
    assert judge(small) == []
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2021-06-01T10:00:00+08:00")
    note(small, "run out")
    assert judge(small)[0].startswith("提交时签名的密钥已经过期")


def test_what_is_no_key_of_gpg_is_no_key(
    small: Path, gpg: Gpg, qingdan: Run, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = gpg.key(CLERK)
    broken = key[:80] + ("A" if key[80] != "A" else "B") + key[81:]
    register(small, entry(CLERK, broken))
    require(small)
    assert qingdan(small, "validate") == 0
    be(monkeypatch, CLERK)
    gpg.sign(small, CLERK)
    note(small)
    assert "没有登记" in judge(small)[0]


# what a clerk is told, and what his own git knows


def said_of_signing(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[str, str]:
    capsys.readouterr()
    qingdan(folder, "doctor", "--format", "json", "--today", "2026-07-01")
    points = json.loads(capsys.readouterr().out)["points"]
    return next((p["said"], p["do"]) for p in points if p["name"] == "签名")


def test_doctor_says_how_to_sign_until_it_works(
    small: Path,
    tmp_path: Path,
    qingdan: Run,
    judge: Judge,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it says is typed, by a clerk in a home of his own."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    assert said_of_signing(qingdan, small, capsys)[1] == ""
    register(small, entry(LEGAL, ssh_key(tmp_path, LEGAL)))
    require(small)
    be(monkeypatch, CLERK)
    said, cure = said_of_signing(qingdan, small, capsys)
    assert "还没有设置" in said
    keygen, *settings = cure.split("；")
    for words in (f"{keygen} -q -N ''", *settings):
        subprocess.run(["bash", "-c", words], cwd=small, check=True)
    said, cure = said_of_signing(qingdan, small, capsys)
    assert said == f"工作人员名册中没有{CLERK}的签名公钥，签了名也不算数。"
    key = " ".join((home / ".ssh/id_ed25519.pub").read_text("utf-8").split()[:2])
    assert f"key: {key}，" in cure
    other = (tmp_path / f"{LEGAL}.pub").read_text("utf-8").strip()
    register(small, entry(CLERK, other), message="登记错了")
    assert "不是同一把" in said_of_signing(qingdan, small, capsys)[0]
    register(small, entry(CLERK, key), message="改正")
    assert said_of_signing(qingdan, small, capsys) == ("用 SSH 密钥签名。", "")
    note(small)
    assert judge(small) == []


def test_people_s_own_git_knows_who_signed(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    note(office)
    shown = ("log", "-1", "--format=%G? %GS")
    assert git(office, *shown) != f"G {CLERK}"
    capsys.readouterr()
    assert qingdan(office, "hook", "install") == 0
    assert "签名人名单：已写入" in capsys.readouterr().out
    assert git(office, *shown) == f"G {CLERK}"
    assert git(office, "status", "--porcelain") == ""
    new = ssh_key(tmp_path, "new")
    sign_by_ssh(office, tmp_path / "new")
    put(office, STAFF, "staff:\n" + entry(CLERK, new))
    git(office, "add", "-A")
    git(office, "commit", "-q", "--no-verify", "-m", "换密钥")
    assert git(office, *shown) != f"G {CLERK}"
    assert qingdan(office, "fmt", "--check") == 0
    assert git(office, *shown) == f"G {CLERK}", "any command of ours brings the file up to date"
    capsys.readouterr()
    assert qingdan(office, "hook", "install") == 0
    assert "签名人名单：已经是最新的" in capsys.readouterr().out
    assert qingdan(office, "hook", "install", "--remove") == 0
    assert "签名人名单：已删除" in capsys.readouterr().out
    assert git(office, *shown) != f"G {CLERK}"


def test_a_file_of_signers_of_one_s_own_is_left_alone(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = put(tmp_path, "own-signers", "")
    git(office, "config", "gpg.ssh.allowedSignersFile", str(own))
    for words in ((), ("--remove",)):
        assert qingdan(office, "hook", "install", *words) == 0
        assert "没有动" in capsys.readouterr().out
    assert own.read_text("utf-8") == ""
    assert git(office, "config", "gpg.ssh.allowedSignersFile") == str(own)
