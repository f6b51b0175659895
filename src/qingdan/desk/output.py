"""Results to stdout or to files, in the formats asked for; everything else goes to stderr."""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from qingdan.model.errors import UsageError
from qingdan.render.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from qingdan.model.findings import Finding, Verdict
    from qingdan.model.rules import Yielded


def show(verdict: Verdict, formats: Sequence[str]) -> None:
    """Write a verdict in each format: ``json`` to stdout, ``sarif=FILE`` to a file."""
    write(in_formats(verdict), formats)


def in_formats(verdict: Verdict) -> dict[str, Callable[[], str]]:
    """Every format of findings, to what makes a verdict's text in it."""
    told = replace(verdict, findings=tuple(map(_without_numbers, verdict.findings)))
    return {name: partial(_rendered, name, told) for name in FORMATS}


def _rendered(name: str, verdict: Verdict) -> str:
    return FORMATS[name](verdict)


def _without_numbers(finding: Finding) -> Finding:
    """A finding as it may be shown: what it quotes of a file holds no number of a person."""
    from qingdan.core.privacy import without_numbers

    message, fix = without_numbers(finding.message), without_numbers(finding.fix)
    if (message, fix) == (finding.message, finding.fix):
        return finding
    return replace(finding, message=message, fix=fix)


def write(texts: Mapping[str, Callable[[], str | bytes]], formats: Sequence[str]) -> None:
    """Write what was asked for, ``NAME`` to stdout or ``NAME=FILE`` to a file; ``texts`` are those there are.

    What is made of bytes, as a workbook is, goes to a file alone.
    """
    chosen = [(name, target) for name, _, target in (text.partition("=") for text in formats)]
    if sum(not target for _, target in chosen) > 1:
        raise UsageError("只能有一种格式输出到屏幕，其余请写成 --format sarif=文件 的形式。")
    _refuse_unknown(chosen, texts)
    for name, target in chosen:
        text = texts[name]()
        if not target:
            _to_screen(name, text)
        else:
            _to_file(Path(target), text)


def _to_file(path: Path, text: str | bytes) -> None:
    from qingdan.repo import files

    files.write(path, text.encode() if isinstance(text, str) else text)


def _to_screen(name: str, text: str | bytes) -> None:
    if isinstance(text, bytes):
        raise UsageError(f"{name} 不能输出到屏幕，请写成 --format {name}=文件 的形式。")
    sys.stdout.write(_coloured(text) if name == "text" and _colours() else text)


def tell_excepted(hidden: Iterable[Finding]) -> None:
    """Say on stderr how many findings approved exceptions hide, and of which kinds; nothing where they hide none."""
    counts = Counter(finding.code for finding in hidden)
    if counts:
        sys.stdout.flush()  # first what was found
        kinds = "、".join(f"{code} {count}个" for code, count in sorted(counts.items()))
        print(f"另有{counts.total()}个问题属已批准的例外，没有列出（{kinds}）。", file=sys.stderr)


def tell_yielded(yielded: Iterable[Yielded]) -> None:
    """Say on stderr which rules gave way to which law (从其规定), and how often; nothing where none did."""
    tell_gave_way((each.rule, each.law.law, each.law.article) for each in yielded)


def tell_gave_way(yielded: Iterable[tuple[str, str, str]]) -> None:
    """The same of rule, law and article."""
    counts = Counter(yielded)
    sys.stdout.flush()
    for (rule, law, article), number in sorted(counts.items()):
        print(
            f"从其规定：规则{rule}有{number}处依《{law}》{article}，不作为问题，没有列出。",
            file=sys.stderr,
        )


def _refuse_unknown(chosen: Sequence[tuple[str, str]], known: Collection[str]) -> None:
    """UsageError before anything is written: a format that is not there, two for one file."""
    for name, _ in chosen:
        if name not in known:
            raise UsageError(f"没有“{name}”这种输出格式，可用：{'、'.join(known)}。")
    files = [target for _, target in chosen if target]
    twice = next((file for file in files if files.count(file) > 1), "")
    if twice:
        raise UsageError(f"两种格式不能存入同一个文件：{twice}。")


def screen() -> tuple[int | None, bool]:
    """How wide the terminal is in cells (None where the output goes elsewhere), and whether it shows colours."""
    if not sys.stdout.isatty():
        return None, False
    from shutil import get_terminal_size

    return get_terminal_size().columns, _colours()


def _colours() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _coloured(text: str) -> str:
    """The text format for a terminal; rich leaves the colours out where NO_COLOR asks for it."""
    from rich.console import Console
    from rich.highlighter import RegexHighlighter
    from rich.theme import Theme

    class Words(RegexHighlighter):
        highlights: ClassVar[Sequence[str]] = [
            r"(?P<error>错误 QD\d+)",
            r"(?P<warning>警告 QD\d+)",
            r"(?P<info>提示 QD\d+)",
            r"(?m)^(?P<place>\S+:\d+:\d+:)",
        ]

    theme = Theme({"error": "bold red", "warning": "yellow", "info": "cyan", "place": "bold"})
    console = Console(theme=theme, highlighter=Words(), soft_wrap=True)
    with console.capture() as capture:
        console.print(text, end="", markup=False)
    return capture.get()
