"""The way in, and the one place where errors are caught."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from qingdan.cli import completing
from qingdan.cli.values import today
from qingdan.model.errors import QingdanError, RefusedError, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

BUG = 70
INTERRUPTED = 130

_SOON = 0.01
"""Seconds after which an interrupt that was dropped is raised again."""

_COLLECTED = 100_000
"""New values before garbage is looked for: of a command's values, all needed to its end, a search finds none."""


def main() -> None:
    """Run the command line and leave with its exit code; the one place where errors are caught."""
    prepare()
    completing.speak_plainly()
    if sys.platform == "win32":
        sys.exit(_refuse_windows())
    gc.set_threshold(_COLLECTED)
    _leave(run(sys.argv[1:]))


def _refuse_windows() -> int:
    """There are no forks there and no locks of files; a clerk shall not learn it from a traceback."""
    print(
        "qingdan：不能直接在 Windows 上运行。请装 WSL（在 PowerShell 中运行 wsl --install），在其中的 Linux 里使用。",
        file=sys.stderr,
    )
    return 2


def prepare() -> None:
    """Let Chinese pass, whatever the machine says of its language, a closed stream swallow what is said, no interrupt be lost."""
    sys.unraisablehook = _unraisable
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif not _speaks_chinese(stream.encoding):
            stream.reconfigure(encoding="utf-8")
        else:
            stream.reconfigure(errors="backslashreplace")


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """Raise an interrupt again that came where Python can only drop it: in a callback, while a module is loaded."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(lost)


def _speaks_chinese(encoding: str) -> bool:
    try:
        "清单".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _leave(code: int) -> NoReturn:
    """End the process at once: Python would take every value apart first, for a tenth of the time that commands take."""
    atexit._run_exitfuncs()  # noqa: SLF001 what a process does that it forked off, too
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def run(words: list[str]) -> int:
    """Run one command; its exit code. The one place where errors are caught."""
    try:
        code = _answered(words)
        sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 what is not expected is a bug, and says so
        return _failed(error)
    except KeyboardInterrupt:
        return _interrupted()
    if code == INTERRUPTED:  # typer makes this of an interrupt, and says nothing
        return _interrupted()
    return code if isinstance(code, int) else 0


def _answered(words: list[str]) -> object:
    match words:
        case ["validate"]:
            return _plain(Path())
        case ["-C", folder, "validate"] if Path(folder).is_dir():
            return _plain(Path(folder))
        case _:
            return front()(words, prog_name="qingdan", standalone_mode=False)


def _plain(folder: Path) -> int:
    """``validate`` as it is nearly always given, before anything is loaded that reads options: that would take half the time."""
    with _lacking("typing_extensions"):
        import msgspec  # noqa: F401 what it takes of that, ``typing`` has; it would take twice as long
    from qingdan.commands import validate
    from qingdan.repo.sources import find_workspace

    return validate.answer(find_workspace(folder.absolute()), validate.Options(today()))


@contextlib.contextmanager
def _lacking(name: str) -> Iterator[None]:
    """Import as where a module is not installed that others do without."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = cast("Any", None)  # so Python is told that there is none
    try:
        yield
    finally:
        del sys.modules[name]


@cache
def front() -> Any:
    """The commands, built once in a process, however many of them are run in it."""
    import typer

    from qingdan.cli import app as _shared  # noqa: F401 it registers the options of the whole program
    from qingdan.cli.front import app

    return typer.main.get_command(app)


def _failed(error: Exception) -> int:
    """Tell what went wrong in one sentence; the exit code for it."""
    import typer

    from qingdan.cli import chinese

    match error:
        case QingdanError():
            return _told(f"{error}", error.exit_code)
        case typer.Abort():
            return _interrupted()
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        case OSError():
            return _system(error)
        case chinese.ClickError():
            return _usage(error)
        case _:
            traceback.print_exception(error)
            print("qingdan：程序内部错误，请把以上内容报给维护人员。", file=sys.stderr)
            return BUG


def _told(sentence: str, code: int) -> int:
    """Say what went wrong; what it quotes of words, files and git does nothing to a terminal."""
    from qingdan.render.formats.visible import visible_lines

    print(f"qingdan：{visible_lines(sentence)}", file=sys.stderr)
    return code


def _interrupted() -> int:
    print("\n已中断，没有留下半途的改动。此前已经提交的仍在，可用 git log 核对。", file=sys.stderr)
    return INTERRUPTED


def _system(error: OSError) -> int:
    """A file that the system refused: a full disk, a folder without permission."""
    place = f"{error.filename}" if error.filename else "输出"
    _told(
        f"{place}不能读写：{reason(error)}。已有的提交和文件没有受损，解决后请重新运行。",
        RefusedError.exit_code,
    )
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return RefusedError.exit_code


def _usage(error: Exception) -> int:
    from qingdan.cli import chinese

    if type(error).__name__ == "NoArgsIsHelpError":
        print(chinese.help_text(str(error)), file=sys.stderr)
    else:
        path = getattr(getattr(error, "ctx", None), "command_path", "qingdan")
        return _told(f"{chinese.sentence(error)}用 {path} --help 查看用法。", 2)
    return 2
