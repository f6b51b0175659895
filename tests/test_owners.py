"""The forges' owners files: made of settings and staff, laid out, kept current, read as each forge reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TODAY, Run, commit, git, put, replace
from qingdan.cli.main import run as run_command
from qingdan.core.owners import first_difference, has_block, renewed
from qingdan.model.folders import OWNERS_PATHS

STAFF = """\
staff:
- name: 张某
  unit: JS-SFJ
  roles: [区政府法制办]
  email: zhang@example.cn
- name: 李某
  unit: JS-CZJ
  roles: [区财政局, 区电子政务中心]
  email: li@example.cn
- name: 王某
  unit: JS-CG
  email: wang@example.cn
"""
BLOCK = "# >>> qingdan：新\n/lists/ a@example.cn\n# <<< qingdan\n"


@pytest.fixture
def work(small: Path) -> Path:
    """A workspace whose staff is registered, with all three files."""
    put(small, "registers/staff.yaml", STAFF)
    for path in (".github/workflows/qingdan.yml", ".gitlab-ci.yml", ".gitea/workflows/qingdan.yml"):
        put(small, path, "on: push\n")
    commit(small, "登记人员\n\nReason: 首次登记\n")
    assert run_command(["-C", str(small), "doctor", "--fix", "--today", TODAY]) == 0
    return small


def asked(folder: Path, forge: str, path: str) -> list[str]:
    """Whom a forge asks about a path: the last rule that fits; Gitea's rules are expressions over all of it, and add up."""
    found: list[str] = []
    for line in (folder / OWNERS_PATHS[forge]).read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        pattern, *owners = line.split()
        if forge == "gitea":
            expression = re.sub(r"\\(.)", r"\1", pattern)
            found += owners if re.fullmatch(expression, path) else []
        elif f"/{path}" == pattern or (pattern.endswith("/") and f"/{path}".startswith(pattern)):
            found = owners
    return found


@pytest.mark.parametrize("forge", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("lists/powers/JS-CG.yaml", ["zhang@example.cn"]),
        ("lists/fees/JS-CG.yaml", ["li@example.cn"]),
        ("lists/approvals/JS-YJ.yaml", []),
        ("systems/portal.yaml", ["li@example.cn"]),
        ("systems/portal_yaml", []),
        ("registers/staff.yaml", ["zhang@example.cn", "li@example.cn"]),
        ("qingdan.yaml", ["zhang@example.cn", "li@example.cn"]),
        ("rules/jinshui-powers.yaml", ["zhang@example.cn", "li@example.cn"]),
        ("ledger/adjustments/2026/x.yaml", []),
        ("README.md", []),
    ],
)
def test_who_supervises_is_asked(work: Path, forge: str, path: str, owners: list[str]) -> None:
    assert asked(work, forge, path) == owners


def test_the_file_itself_is_watched_over(work: Path) -> None:
    everybody = ["zhang@example.cn", "li@example.cn"]
    assert asked(work, "github", OWNERS_PATHS["github"]) == everybody
    assert asked(work, "gitlab", OWNERS_PATHS["gitlab"]) == everybody
    assert asked(work, "gitlab", ".gitlab-ci.yml") == everybody


def test_gitea_knows_people_by_their_accounts_alone(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (work / OWNERS_PATHS["gitea"]).read_text("utf-8")
    assert "example.cn" not in text
    assert "登记的人员没有平台账号" in text
    accounts = "accounts:\n  区政府法制办: '@jinshui/fazhi'\n  li@example.cn: '@lisi'\n\n"
    replace(work, "qingdan.yaml", "controlled:\n", f"{accounts}controlled:\n")
    commit(work, "登记账号\n\nReason: 启用平台\n")
    assert qingdan(work, "validate") == 0
    said = capsys.readouterr().out
    assert said.count("QD424") == 3
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    for forge in OWNERS_PATHS:
        assert asked(work, forge, "lists/powers/JS-CG.yaml") == ["@jinshui/fazhi"]
        assert asked(work, forge, "lists/fees/JS-CG.yaml") == ["@lisi"]
        assert asked(work, forge, "systems/portal.yaml") == ["@lisi"]
        assert asked(work, forge, "systems/portalxyaml") == []
        assert asked(work, forge, "qingdan.yaml") == ["@jinshui/fazhi", "@lisi"]
    assert qingdan(work, "validate", "--fail-on", "info") == 0


def test_an_account_of_nobody_is_found(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, wrong in (("区法制局", True), ("no@example.cn", True), ("区财政局", False)):
        text = (work / "qingdan.yaml").read_text("utf-8")
        put(
            work,
            "qingdan.yaml",
            text.replace("controlled:\n", f"accounts: {{{key}: '@a'}}\ncontrolled:\n", 1),
        )
        capsys.readouterr()
        assert qingdan(work, "validate") == int(wrong)
        assert (f"“{key}”既不是角色" in capsys.readouterr().out) == wrong
        put(work, "qingdan.yaml", text)


def test_no_forge_sees_an_owner_in_a_comment(small: Path, qingdan: Run) -> None:
    """GitLab takes for owners what has an @ in a comment; a role may be called anything."""
    text = (small / "qingdan.yaml").read_text("utf-8").replace("区政府法制办", "'法 @evil #x'")
    put(small, "qingdan.yaml", text)
    put(small, "registers/staff.yaml", STAFF.replace("区政府法制办", "'法 @evil #x'"))
    put(small, ".gitlab-ci.yml", "x: 1\n")
    commit(small, "改名\n\nReason: 本例需要\n")
    assert qingdan(small, "doctor", "--fix", "--today", TODAY) == 0
    comments = [
        line
        for line in (small / OWNERS_PATHS["gitlab"]).read_text("utf-8").splitlines()
        if line.startswith("#")
    ]
    assert any("evil" in line for line in comments)
    assert not [line for line in comments if "@" in line]


# kept current


def test_who_leaves_makes_the_file_stale_until_it_is_renewed(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(work, "validate", "--fail-on", "info") == 0
    path = OWNERS_PATHS["github"]
    text = (work / path).read_text("utf-8")
    put(work, path, f"# 自己写在前面\n* all@example.cn\n{text}\n/docs/ docs@example.cn\n")
    replace(work, "registers/staff.yaml", "zhang@example.cn", "zhao@example.cn")
    commit(work, "换人\n\nReason: 岗位变动\n")
    capsys.readouterr()
    assert qingdan(work, "validate") == 0
    said = capsys.readouterr().out
    line = (
        (work / path)
        .read_text("utf-8")
        .splitlines()
        .index("/qingdan.yaml zhang@example.cn li@example.cn")
    )
    assert f"{path}:{line + 1}:1: 警告 QD424 平台归属文件从第{line + 1}行起" in said
    assert qingdan(work, "validate", "--fail-on", "warning", "--at", "HEAD") == 1
    assert qingdan(work, "validate", "--fail-on", "warning", "--at", "HEAD~1") == 0
    assert qingdan(work, "doctor", "--today", TODAY) == 0
    assert "qingdan doctor --fix" in capsys.readouterr().out
    head = git(work, "rev-parse", "HEAD")
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    assert path in capsys.readouterr().out
    assert git(work, "rev-parse", "HEAD~1") == head
    assert git(work, "status", "--porcelain") == ""
    after = (work / path).read_text("utf-8")
    assert after.startswith("# 自己写在前面\n* all@example.cn\n# >>> qingdan")
    assert after.endswith("# <<< qingdan\n\n/docs/ docs@example.cn\n")
    assert "zhang@" not in after
    assert qingdan(work, "validate", "--fail-on", "info", "--commits", "HEAD~1..HEAD") == 0
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    assert "没有改动" in capsys.readouterr().out
    assert git(work, "rev-parse", "HEAD~1") == head


def test_importing_staff_brings_the_files_along(
    work: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "姓名,单位,角色,邮箱\n赵某,JS-SFJ,区政府法制办,zhao@example.cn\n"
    table = put(tmp_path, "staff.csv", text)
    edited = OWNERS_PATHS["gitlab"]
    put(work, edited, "# 正在改\n" + (work / edited).read_text("utf-8"))
    words = ("import", str(table), "--register", "staff", "--today", TODAY)
    assert qingdan(work, *words) == 0
    changed = set(git(work, "show", "--name-only", "--format=", "HEAD").splitlines())
    assert changed == {"registers/staff.yaml", OWNERS_PATHS["github"]}
    assert asked(work, "github", "lists/powers/x.yaml") == ["zhang@example.cn", "zhao@example.cn"]
    capsys.readouterr()
    assert qingdan(work, "validate") == 0
    said = capsys.readouterr().out
    assert said.count("QD424") == 1
    assert edited in said


def test_a_file_of_people_alone_is_theirs(work: Path, qingdan: Run) -> None:
    path = OWNERS_PATHS["github"]
    put(work, path, "* all@example.cn\n")
    commit(work, "自己写")
    assert qingdan(work, "validate", "--fail-on", "info") == 0
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    assert (work / path).read_text("utf-8") == "* all@example.cn\n"
    put(work, path, "* all@example.cn\n# >>> qingdan\n# <<< qingdan\n")
    commit(work, "请程序生成")
    assert qingdan(work, "validate", "--fail-on", "warning") == 1
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    assert asked(work, "github", "lists/powers/x.yaml") == ["zhang@example.cn"]
    assert asked(work, "github", "README.md") == []
    assert (work / path).read_text("utf-8").startswith("* all@example.cn\n# >>> qingdan：")


def test_what_is_not_committed_is_not_taken_along(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = OWNERS_PATHS["github"]
    text = (work / path).read_text("utf-8").replace("zhang@", "mine@")
    put(work, path, text)
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 4
    assert f"{path}有尚未提交的改动" in capsys.readouterr().err
    assert (work / path).read_text("utf-8") == text


def test_what_is_written_by_hand_stays_byte_for_byte(work: Path, qingdan: Run) -> None:
    path = OWNERS_PATHS["github"]
    raw = "# 自己写的\n".encode("gb18030") + (work / path).read_bytes().replace(b"zhang@", b"old@")
    put(work, path, raw)
    commit(work, "GBK 的注释")
    assert qingdan(work, "validate", "--fail-on", "warning") == 1
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 0
    assert (work / path).read_bytes() == raw.replace(b"old@", b"zhang@")
    assert qingdan(work, "validate", "--fail-on", "info") == 0


@pytest.mark.parametrize("linked", [".github", ".github/CODEOWNERS"])
def test_no_link_is_followed(
    work: Path, qingdan: Run, tmp_path: Path, linked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path / "outside"
    (work / ".github").rename(outside)
    text = (outside / "CODEOWNERS").read_text("utf-8").replace("zhang@", "old@")
    put(outside, "CODEOWNERS", text)
    if linked == ".github":
        (work / linked).symlink_to(outside)
    else:
        put(work, ".github/workflows/qingdan.yml", "on: push\n")
        (work / linked).symlink_to(outside / "CODEOWNERS")
    commit(work, "链接")
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 4
    assert "是链接" in capsys.readouterr().err
    table = put(
        tmp_path, "s.csv", "姓名,单位,角色,邮箱\n赵某,JS-SFJ,区政府法制办,zhao@example.cn\n"
    )
    words = ("import", str(table), "--register", "staff", "--today", TODAY)
    assert qingdan(work, *words) == 0
    assert sorted(path.name for path in outside.iterdir()) == ["CODEOWNERS", "workflows"]
    assert (outside / "CODEOWNERS").read_text("utf-8") == text


def test_a_broken_register_makes_no_owners(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, "registers/staff.yaml", "staff: 3\n")
    commit(work, "改坏\n\nReason: 本例需要\n")
    capsys.readouterr()
    assert qingdan(work, "validate") == 1
    assert "QD424" not in capsys.readouterr().out
    assert qingdan(work, "doctor", "--fix", "--today", TODAY) == 3
    assert "zhang@" in (work / OWNERS_PATHS["github"]).read_text("utf-8")


def test_a_file_that_forges_read_first_is_told(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, "CODEOWNERS", "* all@example.cn\n")
    capsys.readouterr()
    assert qingdan(work, "doctor", "--today", TODAY) == 0
    assert "先读CODEOWNERS" in capsys.readouterr().out


def test_beneath_the_top_of_a_repository_no_forge_would_read_it(
    tmp_path: Path, small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    top = tmp_path / "top"
    folder = top / "清单"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    git(small, "worktree", "list")
    folder.mkdir()
    for path in git(small, "ls-files").splitlines():
        put(folder, path, (small / path).read_bytes())
    put(folder, ".gitlab-ci.yml", "x: 1\n")
    commit(top, "开始\n\nReason: 迁入\n")
    capsys.readouterr()
    qingdan(folder, "doctor", "--today", TODAY)
    assert "不在仓库的最上层" in capsys.readouterr().out
    assert qingdan(folder, "doctor", "--fix", "--today", TODAY) == 0
    assert not (folder / OWNERS_PATHS["gitlab"]).exists()


@pytest.mark.parametrize(
    ("words", "laid"),
    [((), set(OWNERS_PATHS)), (("--forge", "gitlab"), {"gitlab"}), (("--forge", "none"), set())],
)
def test_a_new_workspace_comes_with_the_files_of_its_forges(
    words: tuple[str, ...], laid: set[str], tmp_path: Path, qingdan: Run
) -> None:
    folder = tmp_path / "new"
    assert run_command(["init", str(folder), "--profile", "town", *words]) == 0
    tracked = set(git(folder, "ls-files").splitlines())
    assert {forge for forge, path in OWNERS_PATHS.items() if path in tracked} == laid
    assert qingdan(folder, "validate", "--fail-on", "info", "--commits", "HEAD") == 0
    for forge in laid:
        assert "还没有登记人员" in (folder / OWNERS_PATHS[forge]).read_text("utf-8")


# marks


LINES = st.lists(
    st.sampled_from(["* a@example.cn", "# words", "", "# >>> qingdan：旧", "# <<< qingdan", "/x"]),
    max_size=12,
)


@given(LINES, st.booleans())
def test_what_people_wrote_stays_and_once_is_enough(lines: list[str], ended: bool) -> None:
    text = "\n".join(lines) + ("\n" if ended and lines else "")
    made = renewed(text, BLOCK)
    assert made.count(BLOCK) == 1
    assert has_block(made)
    assert renewed(made, BLOCK) == made
    assert first_difference(made, BLOCK) == 0
    assert first_difference(made.replace("\n", "\r\n"), BLOCK) == 0
    assert first_difference(made + "# <<< qingdan\n", BLOCK) == made.count("\n") + 1
    if not has_block(text):
        assert made == BLOCK + text + ("" if text.endswith("\n") or not text else "\n")


def test_lines_outside_of_a_whole_block_are_all_kept() -> None:
    text = "one\n# >>> qingdan：旧\nold\n# <<< qingdan\ntwo\n# <<< qingdan\nthree\n# >>> qingdan：旧\nfour"
    assert renewed(text, BLOCK) == f"one\n{BLOCK}two\nthree\nfour\n"


def test_a_file_full_of_marks_is_read_in_a_moment() -> None:
    assert renewed("# >>> qingdan\n" * 50_000, BLOCK) == BLOCK
