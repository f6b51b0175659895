"""The commands that see to it that the rules are kept where work is done: ``hook``, ``doctor``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import TextOrJson, Today, day, leave, now, opened, start
from qingdan.cli.front import command, group
from qingdan.cli.values import one_of

hook_app = group("hook")


@hook_app.command("install", cls=chinese.Command, help="安装 git 钩子：提交和推送时自动核对。")
def install_command(
    server: Annotated[
        Optional[Path],
        typer.Option("--server", help="装到服务器上的这个裸仓库。", metavar="仓库.git"),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="卸下，恢复原有的钩子。")] = False,
    force_shared: Annotated[
        bool,
        typer.Option("--force-shared", help="core.hooksPath 指向多个仓库共用的文件夹时，也装。"),
    ] = False,
) -> None:
    from qingdan.commands import hook

    if server:
        leave(hook.run_install_on_server(start() / server, sys.executable, remove=remove))
    leave(hook.run_install(start(), sys.executable, remove=remove, force_shared=force_shared))


@hook_app.command("pre-commit", cls=chinese.Command, help="由 git 调用：核对暂存的内容。")
def pre_commit_command() -> None:
    from qingdan.commands import hook

    leave(hook.run_pre_commit(start()))


@hook_app.command("commit-msg", cls=chinese.Command, help="由 git 调用：核对提交说明和调整手续。")
def commit_msg_command(
    file: Annotated[Path, typer.Argument(help="提交说明所在的文件。", metavar="文件")],
) -> None:
    from qingdan.commands import hook

    leave(hook.run_commit_msg(start(), file))


@hook_app.command("pre-receive", cls=chinese.Command, help="由服务器上的 git 调用：核对推送。")
def pre_receive_command() -> None:
    from qingdan.commands import hook

    given = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    leave(hook.run_pre_receive(start(), given))


@command("doctor")
def doctor_command(
    form: TextOrJson = "text",
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="更新程序生成的文件（平台归属文件、schemas）并提交；其余的照提示办理。"
        ),
    ] = False,
    today: Today = None,
) -> None:
    from qingdan.commands import doctor
    from qingdan.desk.doctoring import Machine

    if fix:
        leave(doctor.run_fix(opened(), day(today) if today else None))
    chosen = one_of(form, ("text", "json"))
    machine = Machine(now(), day(today), sys.executable, sys.stdout.encoding or "")
    leave(doctor.run(start(), machine, chosen))
