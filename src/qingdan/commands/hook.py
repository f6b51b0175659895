"""``hook``: install git's hooks, and what they call: pre-commit, commit-msg, pre-receive."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from qingdan.desk.hooks.staging import Staged
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.render.formats import concise
from qingdan.render.formats.visible import visible
from qingdan.repo import hooks
from qingdan.repo.git import GitError, HookRepository, text
from qingdan.repo.sources import find_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from qingdan.desk.hooks.receiving import Answer
    from qingdan.model.findings import Finding
    from qingdan.repo.hooks import Hook

_MOST = 20
"""So many findings are shown of one branch; the rest is counted."""
_BY_MESSAGE = frozenset({"QD509", "QD518"})
"""What a line in the message cures."""
_BY_PROGRAM = (
    "办理办法：先运行 git restore --staged . 撤出暂存（改动还在），"
    "再运行 qingdan adjust commit，由程序生成提交说明和调整记录。"
)
_KEPT = "写好的说明还在 {file} 里；改好后用 git commit -e -F {file} 提交。"


def run_install(workspace: Path, python: str, *, remove: bool, force_shared: bool) -> int:
    """Install the hooks of a clerk's repository, or take them away; says what was done with each."""
    folder = hooks.folder_of(workspace)
    if folder.shared and not force_shared:
        raise RefusedError(
            f"git 的 core.hooksPath 指向{folder.path}，不在本仓库之内，可能由多个仓库共用，没有动它。"
            "确要用那里的，请加 --force-shared；只管本仓库的，先运行"
            " git config core.hooksPath .git/hooks 再安装。"
        )
    _each(hooks.hooks_in(folder.path, hooks.LOCAL, python), remove=remove)
    _signers(workspace, remove=remove)
    return 0


def _signers(start: Path, *, remove: bool) -> None:
    """The file of signers, too, where a workspace's register has keys for it."""
    from qingdan.desk.signing import install_signers

    with contextlib.suppress(UsageError):  # no workspace here: hooks alone
        done = install_signers(find_workspace(start), remove=remove)
        if done:
            sys.stdout.write(f"签名人名单：{done[1]}（{done[0]}）\n")


def run_install_on_server(repository: Path, python: str, *, remove: bool) -> int:
    """Install the hook of a bare repository on a server, or take it away."""
    try:
        asked = ("rev-parse", "--is-bare-repository")
        bare = repository.is_dir() and text(repository, *asked) == "true"
    except GitError:
        bare = False
    if not bare:
        raise UsageError(
            f"{repository}不是裸仓库（服务器上供推送的仓库），--server 后面请写它的文件夹，例如 清单.git。"
        )
    folder = hooks.folder_of(repository)
    return _each(hooks.hooks_in(folder.path, hooks.SERVER, python), remove=remove)


def _each(found: Iterable[Hook], *, remove: bool) -> int:
    act: Callable[[Hook], str] = hooks.remove if remove else hooks.install
    for hook in found:
        sys.stdout.write(f"{hook.name}：{act(hook)}（{hook.path}）\n")
    return 0


def run_pre_commit(folder: Path) -> int:
    """Judge what is staged; 1 if it would newly break a list."""
    staged = Staged(HookRepository(folder))
    if staged.is_beside() or staged.is_proved():
        return 0
    from qingdan.desk.hooks.committing import judge_staged

    broken = judge_staged(staged)
    if not broken:
        return 0
    lines = ["没有提交，暂存的内容会新增以下问题："]
    lines += (line for one in broken for line in _lines(one.findings))
    lines.append("请改正后重新 git add，再提交；只是格式问题的，运行 qingdan fmt 即可。")
    _tell(lines)
    return 1


def run_commit_msg(folder: Path, file: Path) -> int:
    """Judge a message over what is staged; 1 if it does not stand up."""
    if not (folder / file).is_file():
        raise UsageError(f"没有提交说明文件{file}；hook commit-msg 由 git 在提交时调用。")
    staged, raw = Staged(HookRepository(folder)), (folder / file).read_bytes()
    if staged.is_beside(raw) or staged.is_proved(raw):
        return 0
    from qingdan.desk.hooks.committing import judge_message

    heard = judge_message(staged, raw)
    if heard.to_be_squashed:
        _tell(["这次提交留待并入原提交：推送前请运行 git rebase --autosquash，届时再核对手续。"])
        return 0
    findings = [finding for broken in heard.broken for finding in broken.findings]
    if not heard.refused:
        _tell(list(_lines(f for f in findings if f.severity == "warning")))
        return 0
    lines = ["没有提交，这次提交的手续不合要求：", *_lines(findings)]
    lines += [] if {f.code for f in findings} <= _BY_MESSAGE else [_BY_PROGRAM]
    _tell([*lines, _KEPT.format(file=file)])
    return 1


def run_pre_receive(folder: Path, given: str) -> int:
    """Answer a push; 1 refuses all of it, as git does."""
    from qingdan.desk.hooks import receiving

    found = receiving.answers(folder, receiving.updates(given))
    for answer in found:
        _tell(list(_answer(answer)))
    refused = [answer for answer in found if answer.refused]
    if refused and len(found) > len(refused):
        _tell(["同一次推送的其他分支和标签也没有接收；没有问题的可以单独推送。"])
    return int(bool(refused))


def _answer(answer: Answer) -> Iterable[str]:
    name = answer.update.branch or answer.update.ref
    if answer.why:
        return [f"没有接收 {name}：{answer.why}"]
    if answer.refused:
        start = f"{answer.update.old[:10]}.." if answer.update.old else ""
        cure = (
            f"在本机运行 qingdan validate --commits {start}{answer.update.new[:10]} 可再看一遍。"
            "没有手续的提交请撤回（git reset --soft HEAD~1，再 git restore --staged .），"
            "用 qingdan adjust commit 补办以后再推送。"
        )
        return [f"没有接收 {name}，推送的内容有以下问题：", *_lines(answer.findings), cure]
    if answer.commits is None:
        return []
    warnings = [finding for finding in answer.findings if finding.severity == "warning"]
    return [f"{name}：核对了{answer.commits}次提交，予以接收。", *_lines(warnings)]


def _lines(findings: Iterable[Finding]) -> Iterable[str]:
    """A finding a line, its cure below; after the first twenty only their number."""
    found = list(findings)
    for finding in found[:_MOST]:
        yield f"  {SEVERITY_WORDS[finding.severity]} {concise.line(finding)}"
        yield from ([f"    处理：{visible(finding.fix)}"] if finding.fix else [])
    if len(found) > _MOST:
        yield f"  ……另有{len(found) - _MOST}个问题。"


def _tell(lines: list[str]) -> None:
    """Words for the person at the other end; git passes stderr on."""
    if lines:
        print(f"qingdan：{lines[0].strip()}", *lines[1:], sep="\n", file=sys.stderr)
