"""The command line's own English (help headings, usage errors) in Chinese: typer brings no translation."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from qingdan.cli import completing

if TYPE_CHECKING:
    from collections.abc import Iterator

ClickError: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of all usage errors that typer raises; it has no public name."""

_HELP = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示这份帮助。"),
    ("Install completion for the current shell.", "为当前 shell 安装自动补全。"),
    (
        "Show completion for the current shell, to copy it or customize the installation.",
        "显示当前 shell 的补全脚本。",
    ),
    ("Install completion for the specified shell.", "为指定的 shell 安装自动补全。"),
    (
        "Show completion for the specified shell, to copy it or customize the installation.",
        "显示指定 shell 的补全脚本。",
    ),
    ("[default: ", "[缺省："),
    ("[required]", "[必填]"),
)

_ERRORS = (
    (r"No such command '(.*)'\.(?: Did you mean (.*)\?)?", "没有“{0}”这个命令{1}。"),
    (
        r"No such option: (\S+?)(?: \(Possible options: (.*)\))?",
        "没有“{0}”这个选项{1}。",
    ),
    (r"No such option: (\S+?)(?: Did you mean (.*)\?)?", "没有“{0}”这个选项{1}。"),
    (
        r"(?s)Missing (?:argument|option|parameter) '(.*)'\..*()",
        "缺少“{0}”{1}。",
    ),
    (r"Missing command\.()()", "请写明要用哪个命令{0}{1}。"),
    (
        r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)()",
        "多出了不认识的参数“{0}”{1}。",
    ),
    (r"Option '?(\S+?)'? requires an argument\.?()", "选项“{0}”后面缺少内容{1}。"),
)
"""What typer says to what we say, with its guess; compiled when something is said, not at every start."""

_VALUES = (
    (r"'?(.*?)'? is not a valid (?:int|integer|float)(?: range)?\.", "“{name}”的值“{0}”不是数。"),
    (r"'?(.*?)'? is not in the range (.*)\.", "“{name}”的值“{0}”超出范围（{1}）。"),
    (r"(?s).*", "“{name}”的值不对。"),
)
"""What typer says of a value to what we say."""

_SAID = (
    (r"(\S+) completion installed in (.*)", r"已为 \1 安装自动补全：\2"),
    (r"Completion will take effect once you restart the terminal", "重新打开终端后生效。"),
    (r"Shell (.*) is not supported\.", r"不认识 \1 这种 shell，可用 bash、zsh、fish、PowerShell。"),
)
"""What typer says when completion is installed."""

_BARE = frozenset({"--branch"})
"""Options that may stand without their value."""


def help_text(text: str) -> str:
    """A help page with its headings in Chinese."""
    for english, chinese in _HELP:
        wrapped = r"\s+".join(re.escape(word) for word in english.split(" "))
        text = re.sub(wrapped if english.endswith(".") else re.escape(english), chinese, text)
    return text


def sentence(error: Any) -> str:
    """A usage error as a Chinese sentence."""
    said = str(error.format_message())
    value = re.fullmatch(r"(?s)Invalid value for '?(.*?)'?: (.*)", said)
    if value:
        return _of_value(value[1].replace("' / '", "、"), value[2])
    for pattern, chinese in _ERRORS:
        found = re.fullmatch(pattern, said)
        if found:
            guess = found[2] or ""
            said = chinese.format(
                found[1],
                f"，是不是 {guess.replace(chr(39), '').replace(', ', '、')}？" if guess else "",
            )
            return said.replace("？。", "？")
    return said


def _of_value(name: str, said: str) -> str:
    """What is wrong with the value of an option or argument."""
    matches = ((re.fullmatch(english, said), chinese) for english, chinese in _VALUES)
    return next(chinese.format(*found.groups(), name=name) for found, chinese in matches if found)


@contextlib.contextmanager
def installing() -> Iterator[None]:
    """Say in Chinese what typer says meanwhile of the completion that it installs."""
    heard = io.StringIO()
    try:
        with contextlib.redirect_stdout(heard):
            yield
    finally:
        text = heard.getvalue()
        for english, chinese in _SAID:
            text = re.sub(english, chinese, text)
        sys.stdout.write(text)


def with_empty_values(words: list[str]) -> list[str]:
    """The words, with an empty value where an option of ``_BARE`` has none: typer cannot say so itself."""
    following = [*words[1:], "-"]
    return [
        f"{word}=" if word in _BARE and after.startswith("-") else word
        for word, after in zip(words, following, strict=False)
    ]


class Group(TyperGroup):
    """A group whose help is Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_text(super().get_help(ctx))


class Command(TyperCommand):
    """A command whose help is Chinese, and in which some options may go without their value."""

    def __init__(self, *words: Any, **attrs: Any) -> None:
        """Its parameters complete what they are called after."""
        super().__init__(*words, **attrs)
        completing.attach(self.params)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; ``--branch`` before another option, or at the end, has an empty value."""
        return super().parse_args(ctx, with_empty_values(args))

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_text(super().get_help(ctx))
