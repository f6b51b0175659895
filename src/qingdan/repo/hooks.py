"""Git's hooks as files: where they belong, what stands in them, putting them there and taking them away.

A hook that was there before is kept beside ours as ``NAME.local`` and runs first.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from qingdan.model.errors import CannotAnswerError, RefusedError, reason
from qingdan.repo import files
from qingdan.repo.git import GitError, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

State = Literal["absent", "foreign", "outdated", "current"]
"""Nothing there, somebody else's, ours of another version or for another program, ours."""

LOCAL = ("pre-commit", "pre-merge-commit", "commit-msg")
SERVER = ("pre-receive",)

_MARK = "# qingdan-hook"
_KEPT = ".local"
_SCRIPT = """\
#!/bin/sh
# qingdan-hook 1：由 qingdan hook install 写入，请勿手改；卸下用 qingdan hook install --remove{server}
here=$(dirname -- "$0")
python={python}
{before}if [ -x "$python" ] && "$python" -P -c 'import qingdan' 2>/dev/null; then
  set -- "$python" -P -m qingdan hook {command} "$@"
elif command -v qingdan >/dev/null 2>&1; then
  set -- qingdan hook {command} "$@"
else
{elsewhere}  echo 'qingdan：没有找到 qingdan 程序，不能核对，{refused}。' >&2
  echo "请重新安装程序，再运行 qingdan hook install{server}；不再使用的，删除 $0（同名加 .local 的是原有钩子，改回原名即可）。" >&2
  exit 1
fi
{call}
"""
_BEFORE = """\
if [ -x "$here/{file}.local" ]; then "$here/{file}.local" "$@" || exit $?; fi
"""
_ELSEWHERE = """\
  [ -n "$(git ls-files -- ':(top,glob)**/qingdan.yaml')" ] || exit 0
"""
"""Without the program, repositories that hold no workspace are none of our business."""
_BEFORE_ON_SERVER = """\
PYTHONIOENCODING=utf-8; export PYTHONIOENCODING
lines=$(cat)
if [ -x "$here/{file}.local" ]; then printf '%s\\n' "$lines" | "$here/{file}.local" "$@" || exit $?; fi
"""
"""Git on a server shows what is UTF-8, whatever the server's own language."""


class HookFolder(Struct, frozen=True):
    """The folder in which git looks for hooks. ``shared``: it does not lie in this repository's git directory."""

    path: Path
    shared: bool


class Hook(Struct, frozen=True):
    """One hook: git's name for it, the file it is, the program that it calls."""

    name: str
    path: Path
    python: str

    @property
    def kept(self) -> Path:
        """Where the hook that was there before is kept."""
        return self.path.with_name(self.path.name + _KEPT)

    @property
    def script(self) -> str:
        """What stands in the file."""
        command = "pre-commit" if self.name == "pre-merge-commit" else self.name
        on_server = self.name in SERVER
        before = _BEFORE_ON_SERVER if on_server else _BEFORE
        return _SCRIPT.format(
            python=shlex.quote(self.python),
            server=" --server 仓库.git" if on_server else "",
            before=before.format(file=self.path.name),
            command=command,
            elsewhere="" if on_server else _ELSEWHERE,
            refused="没有接收" if on_server else "没有提交",
            call='printf \'%s\\n\' "$lines" | "$@"' if on_server else 'exec "$@"',
        )

    @property
    def state(self) -> State:
        """What stands there now."""
        try:
            found = self.path.read_text("utf-8", "replace")
        except FileNotFoundError:
            return "foreign" if os.path.lexists(self.path) else "absent"
        except OSError:
            return "foreign"
        if _MARK not in found:
            return "foreign"
        runs = os.access(self.path, os.X_OK)
        return "current" if found == self.script and runs else "outdated"


def folder_of(workspace: Path) -> HookFolder:
    """Where the repository around a folder has its hooks; ``core.hooksPath`` is respected.

    CannotAnswerError where there is no repository.
    """
    try:
        place = workspace / text(workspace, "rev-parse", "--git-path", "hooks")
        common = workspace / text(workspace, "rev-parse", "--git-common-dir")
    except GitError:
        raise CannotAnswerError(
            f"{workspace}不在 git 仓库中。请先用 qingdan init 建立工作区，或运行 git init。"
        ) from None
    path = place.resolve()
    return HookFolder(path, not path.is_relative_to(common.resolve()))


def hooks_in(folder: Path, names: tuple[str, ...], python: str) -> tuple[Hook, ...]:
    """The hooks of these names; where a server keeps a folder ``NAME.d`` of hooks, ours goes into it."""
    found = ((name, folder / f"{name}.d") for name in names)
    return tuple(
        Hook(name, many / "qingdan" if many.is_dir() else folder / name, python)
        for name, many in found
    )


def install(hook: Hook) -> str:
    """Write a hook; the Chinese words for what was done. RefusedError where two hooks are there already."""
    state = hook.state
    if state == "current":
        return "已经是最新的"
    if state == "foreign" and os.path.lexists(hook.kept):
        raise RefusedError(
            f"{hook.path}不是 qingdan 写的，而{hook.kept.name}也已经有了；请先把两个合并成一个，再安装。"
        )
    try:
        if state == "foreign":
            hook.path.rename(hook.kept)
        files.replace(hook.path, hook.script.encode())
        hook.path.chmod(0o755)
    except OSError as error:
        raise RefusedError(f"不能写入{hook.path}：{reason(error)}。") from None
    done: Mapping[State, str] = {
        "absent": "已安装",
        "outdated": "已更新",
        "foreign": f"已安装，原有的钩子改名为 {hook.kept.name}，每次先运行它",
    }
    return done[state]


def remove(hook: Hook) -> str:
    """Take a hook away and put back what was there before; the Chinese words for what was done."""
    state = hook.state
    if state == "absent":
        return "没有安装"
    if state == "foreign":
        return "不是 qingdan 写的，没有动"
    try:
        hook.path.unlink()
        with contextlib.suppress(FileNotFoundError):
            hook.kept.rename(hook.path)
            return "已卸下，原有的钩子已恢复原名"
    except OSError as error:
        raise RefusedError(f"不能删除{hook.path}：{reason(error)}。") from None
    return "已卸下"
