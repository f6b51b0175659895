"""Trailers are what git says they are; and what a message meant and git did not see is said in one sentence."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from pathlib import Path

import pytest

from conftest import WHY, Run, commit, git, put, replace
from qingdan.repo.git import Repository

CODE, FILE = "JS-CG-XK-001", "lists/powers/JS-CG.yaml"

SUBJECTS = (
    b"\xe8\xb0\x83\xe6\x95\xb4 \xe6\x89\xbf\xe8\xaf\xba\xe6\x97\xb6\xe9\x99\x90",
    b"Adjustment: change",
    b"Squashed commit of the following:",
    b"\xb5\xf7\xd5\xfb",  # GB18030 without saying so
    b"",
)
BODIES = (
    b"",
    "改动说明一行".encode(),
    b"text\n---\nafter the line",
    b"commit 1234\nAuthor: A <a@qingdan.example>\n\n    subject\n\n    Adjustment: change\n    Item: A-1",
    b"* one\n\nAdjustment: change\nItem: A-1\nRecord: r-1\n\n* two",
    b"# a comment\nReason: in a paragraph",
    "Reason: 第一段\n\nReason: 第二段".encode(),
)
BLOCKS = (
    b"",
    b"Adjustment: change\nItem: A-1\nItem: A-2\nDeadline: 2026-11-23\nReason: why",
    b"adjustment: change\nREASON: why\nDeadline :2026-11-23\nItem:A-1",
    b"Reason: folded\n  over two\n\tand three lines\nItem: A-1",
    "Reason：全角冒号\nItem: A-1".encode(),
    "期限: 2026-11-23\nItem: A-1".encode(),
    "Item: A-1\n一行普通文字\nReason: why".encode(),
    b"Item: A-1\nplain text\nSigned-off-by: C <c@qingdan.example>\nReason: why",
    b"text\nmore text\nmore\nmore\nSigned-off-by: C <c@qingdan.example>",
    b"---\nItem: A-1\nReason: why",
    b"Item: A-1\n# a comment\nReason: why",
    b"Item: A-1\nReason: why\n(cherry picked from commit 1234567890123456789012345678901234567890)",
    b"Late Reason: x\nItem: A-1",
    b"Re: x\nI: y\nA: z",
    b"  Item: A-1\n  Reason: why",
    b"Item:\nReason:   \nDeadline: none",
    "Reason:　全角空格　\nItem: A-1\u00a0\nRecord: a\u2028b\x0b".encode(),
    b"Reason: bad \xff\xfe bytes \xb5\xf7\nItem: A-1",
    b"https://example.example/x: y\nItem: A-1",
    b"Reason: a: b: c\nX-Y: ::",
    b"Item: A-1\nReason: why\nFixes #12",
    "调整类型: change\n理由：压减环节\nRecord: r-1".encode(),
)
TAILS = (
    b"",
    b"\n\n\n",
    b"\n# trailing comment\n",
    "\n\n请审阅".encode(),
    b"\n\nSigned-off-by: D <d@qingdan.example>\n",
    b"   \t ",
    b"\n\nConflicts:\n\tlists/powers/A.yaml\n",
)


def messages() -> list[bytes]:
    """Every oddity with every other, once with the line ends of Windows and once with another encoding said."""
    plain = [
        subject + b"\n\n" + (body + b"\n\n" if body else b"") + block + tail
        for subject, body, block, tail in itertools.product(SUBJECTS, BODIES, BLOCKS, TAILS)
    ]
    one_paragraph = [b"\n".join(parts) for parts in itertools.product(SUBJECTS, BLOCKS)]
    windows = [message.replace(b"\n", b"\r\n") for message in plain]
    return [*plain, *one_paragraph, *windows, b"", b"\n\n", b"NUL\x00 inside\n\nItem: A-1\n"]


def imported(folder: Path, every: list[bytes]) -> Path:
    """A repository with a commit for each message, made in one go; dates beyond any calendar among them."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    parts = []
    for number, message in enumerate(every):
        zone = (b"+0800", b"-1130", b"+2400")[number % 3]
        who = "王 <w@qingdan.example> ".encode() + str(1_700_000_000 + number).encode()
        head = b"author " + who + b" " + zone + b"\ncommitter " + who + b" +0800\n"
        encoding = b"encoding GB18030\n" if number % 7 == 0 else b""
        text = b"data " + str(len(message)).encode() + b"\n" + message + b"\n"
        parts.append(b"commit refs/heads/main\n" + head + encoding + text)
    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet", "--date-format=raw-permissive"],
        input=b"".join(parts),
        check=True,
    )
    return folder


def by_git(folder: Path) -> list[str]:
    """What ``git log --format=%(trailers:only,unfold)`` prints for each commit, oldest first."""
    words = ("log", "-z", "--reverse", "--topo-order", "--format=%(trailers:only,unfold)", "main")
    raw = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True).stdout
    return raw.decode("utf-8", "replace").removesuffix("\0").split("\0")


def test_every_commit_is_read_as_git_reads_it(tmp_path: Path) -> None:
    every = messages()
    assert len(every) > 10_000
    folder = imported(tmp_path, every)
    expected = by_git(folder)
    commits = Repository(folder).log("main")
    assert len(commits) == len(every) == len(expected)
    read = ["".join(f"{key}: {value}\n" for key, value in c.trailers) for c in commits]
    assert read == expected
    assert sum(map(bool, expected)) > 3_000
    assert {c.applied.year for c in commits} == {2023}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trailer.reason.key", "Reason #"),
        ("trailer.x.key", "Revert"),
        ("trailer.separators", "#："),
        ("core.commentChar", ";"),
        ("core.commentChar", "I"),
    ],
)
def test_nobody_s_settings_change_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    """In the repository, at home or on the command line: git itself would now read other trailers."""
    folder = imported(tmp_path / "r", messages()[:200])
    plain = by_git(folder)
    for way in ("repository", "home", "environment"):
        home = tmp_path / way
        put(home, "config", "")
        if way == "repository":
            git(folder, "config", key, value)
        elif way == "home":
            git(folder, "config", "--unset", key)
            monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "config"))
            git(folder, "config", "--global", key, value)
        else:
            monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
            monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
            monkeypatch.setenv("GIT_CONFIG_KEY_0", key)
            monkeypatch.setenv("GIT_CONFIG_VALUE_0", value)
        assert by_git(folder) != plain, way
        read = [
            "".join(f"{k}: {v}\n" for k, v in c.trailers) for c in Repository(folder).log("main")
        ]
        assert read == plain, way


def test_a_replaced_commit_deceives_nobody(tmp_path: Path) -> None:
    folder = imported(tmp_path, [b"one\n\nItem: A-1\n", b"two\n\nItem: B-1\n"])
    git(folder, "replace", "main", "main~1")
    assert [c.value("Item") for c in Repository(folder).log("main")] == ["A-1", "B-1"]


def test_linked_work_trees_shallow_clones_and_other_hashes_are_read(tmp_path: Path) -> None:
    folder = imported(tmp_path / "main", [b"one\n\nItem: A-1\n", b"two\n\nItem: B-1\n"])
    git(folder, "worktree", "add", "-q", str(tmp_path / "linked"), "main~1")
    assert [c.value("Item") for c in Repository(tmp_path / "linked").log("main")] == ["A-1", "B-1"]
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder}", "shallow")
    assert [c.value("Item") for c in Repository(tmp_path / "shallow").log("HEAD")] == ["B-1"]
    other = tmp_path / "sha256"
    git(tmp_path, "init", "-q", "--object-format=sha256", str(other))
    put(other, "a.txt", "x")
    commit(other, "three\n\nItem: C-1\n")
    assert [c.value("Item") for c in Repository(other).log("HEAD")] == ["C-1"]


def test_a_date_beyond_the_calendar_is_no_bug(tmp_path: Path) -> None:
    folder = imported(tmp_path, [b"one"])
    raw = git(folder, "cat-file", "commit", "main") + "\n"
    forged = raw.replace(" 1700000000 +0800\ncommitter", " 99999999999999 +0800\ncommitter")
    assert forged != raw
    words = ("hash-object", "-t", "commit", "-w", "--stdin", "--literally")
    made = subprocess.run(
        ["git", "-C", str(folder), *words], input=forged.encode(), capture_output=True, check=True
    )
    assert [c.applied.year for c in Repository(folder).log(made.stdout.decode().strip())] == [9999]


# what was meant as a trailer and is none

BLOCK = "Deadline: 2026-11-23\nReason: 压减办理环节用时"
ODD = {
    "full-width colon": (BLOCK, BLOCK.replace("Reason: ", "Reason："), "全角冒号", "半角"),
    "Chinese key": (BLOCK, BLOCK.replace("Deadline:", "期限:"), "应写 Deadline", "英文"),
    "Chinese key and colon": (BLOCK, BLOCK.replace("Reason: ", "调整理由："), "全角冒号", "半角"),
    "text glued above": (
        "Adjustment:",
        "请领导审阅\nAdjustment:",
        "“请领导审阅”不是尾行",
        "空一行",
    ),
    "text glued within": (
        BLOCK,
        BLOCK.replace("\n", "\n已经会签\n"),
        "“已经会签”不是尾行",
        "空一行",
    ),
    "dashes glued": ("Adjustment:", "---\nAdjustment:", "“---”不是尾行", "空一行"),
    "no blank line within the key": ("Deadline:", "Dead Line:", "不是尾行", "空一行"),
    "folded into the one above": (
        BLOCK,
        BLOCK.replace("Reason", " Reason"),
        "行首有空格或符号",
        "去掉行首的空格",
    ),
    "torn by a blank line": (BLOCK, BLOCK.replace("\n", "\n\n"), "不在最后一段", "不空行"),
}


def shorten(qingdan: Run, folder: Path) -> str:
    assert qingdan(folder, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 0
    return git(folder, "log", "-1", "--format=%B") + "\n"


def amend(folder: Path, message: str) -> None:
    words = ["git", "-C", str(folder), "commit", "-q", "--amend", "--cleanup=verbatim", "-F", "-"]
    subprocess.run(words, input=message.encode(), check=True)


def found(qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    qingdan(folder, "validate", "--commits", "HEAD~1..", "--format", "json")
    every: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"]
    return [finding for finding in every if finding["code"].startswith("QD5")]


def test_each_oddity_is_one_error_that_names_it_and_the_cure(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    message = shorten(qingdan, small)
    for name, (old, new, why, cure) in ODD.items():
        assert old in message
        amend(small, message.replace(old, new))
        (finding,) = found(qingdan, small, capsys)
        assert finding["code"] == "QD518", name
        assert why in finding["message"], name
        assert "“”" not in finding["message"], name
        assert cure in finding["fix"], name


def test_a_misspelt_key_is_named_beside_the_right_one(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    amend(small, shorten(qingdan, small).replace("Trigger:", "Triger:"))
    (finding,) = found(qingdan, small, capsys)
    assert finding["code"] == "QD502"
    assert "缺少尾行“Trigger:”，写的是“Triger:”" in finding["message"]


def test_without_a_subject_nothing_is_a_trailer(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    message = shorten(qingdan, small)
    amend(small, message[message.index("Adjustment:") :])
    (finding,) = found(qingdan, small, capsys)
    assert finding["code"] == "QD518"
    assert "第一段是标题" in finding["message"]


def test_without_a_record_the_same_finding_stands_alone(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not a second time as a change without papers, nor as missing trailers."""
    message = shorten(qingdan, small).replace("Reason: ", "Reason：")
    git(small, "reset", "-q", "--hard", "HEAD~1")
    replace(small, FILE, "promised_limit: 6个工作日", "promised_limit: 7个工作日")
    commit(small, message)
    assert [finding["code"] for finding in found(qingdan, small, capsys)] == ["QD518"]


@pytest.mark.parametrize(
    "buried",
    ["* 调整\n\n{block}\n\nCo-authored-by: W <w@qingdan.example>\n", "压缩提交\n\n{indented}\n"],
)
def test_a_squash_that_buried_the_block_is_named(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], buried: str
) -> None:
    """Where a record proves the adjustment it is a warning that says what happened; else an error."""
    message = shorten(qingdan, small)
    block = message[message.index("Adjustment:") :].strip()
    indented = "\n".join(f"    {line}" for line in block.split("\n"))
    squashed = "合并 (#12)\n\n" + buried.format(block=block, indented=indented)
    amend(small, squashed)
    (finding,) = found(qingdan, small, capsys)
    assert (finding["code"], finding["severity"]) == ("QD514", "warning")
    assert "不在最后一段" in finding["message"] or "行首有空格" in finding["message"]
    git(small, "rm", "-q", "--cached", "-r", "ledger/adjustments/2026")
    git(small, "checkout", "-q", "HEAD~1", "--", "ledger/adjustments/2026")
    amend(small, squashed)
    (finding,) = found(qingdan, small, capsys)
    assert (finding["code"], finding["severity"]) == ("QD518", "error")


def test_keys_in_other_case_and_folded_values_are_read(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    message = shorten(qingdan, small)
    odd = message.replace("Adjustment:", "ADJUSTMENT:").replace("Deadline:", "deadline :")
    odd = odd.replace("压减办理环节用时", "压减办理\n  环节用时").replace("\n", "\r\n")
    amend(small, odd + "Signed-off-by: W <w@qingdan.example>\n(cherry picked from commit 1234)\n")
    (finding,) = found(qingdan, small, capsys)
    assert finding["message"].endswith("的“调整理由”与提交不一致。"), "folded: a space more"
    amend(small, odd.replace("压减办理\r\n  环节用时", "压减办理环节用时"))
    assert found(qingdan, small, capsys) == []


@pytest.mark.parametrize(
    "message",
    [
        "说明\n\n理由：整理办公时间\n",
        "Fix the docs\n\nAdjustment: and Item: are explained\nReason: nobody knew\n\nFixes #1\n",
        "Merge request\n\n    Adjustment: change\n    Reason: quoted\n\nSee !12\n",
    ],
)
def test_words_that_claim_nothing_are_no_finding(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], message: str
) -> None:
    put(small, "README.md", "说明\n")
    commit(small, message)
    assert found(qingdan, small, capsys) == []


def test_a_reason_for_new_settings_that_git_does_not_read(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(small, "qingdan.yaml", (small / "qingdan.yaml").read_text("utf-8") + "# 说明\n")
    commit(small, "改设置\n\n理由：补写说明\n")
    (finding,) = found(qingdan, small, capsys)
    assert finding["code"] == "QD518"
    amend(small, "改设置\n\nReason: 补写说明\n")
    assert found(qingdan, small, capsys) == []
