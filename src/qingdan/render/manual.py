"""The manual of findings as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Code
    from qingdan.model.workspace import Doc

WORDS = {"error": "错误", "warning": "警告", "info": "提示"}


def index(codes: Iterable[Code]) -> str:
    """A line a code."""
    return "".join(
        f"{code.id}  {WORDS[code.severity]}  {code.title}（{code.name}）\n" for code in codes
    )


def page(code: Code, data: Doc) -> str:
    """One page: what, why, cure, examples."""
    return "\n".join(_lines(code, data)) + "\n"


def _lines(code: Code, data: Doc) -> Iterator[str]:
    yield f"{code.id} {code.title}（{code.name}，{WORDS[code.severity]}）"
    for label, key in (
        ("含义", "what"),
        ("为什么", "why"),
        ("怎么改", "cure"),
        ("依据", "articles"),
    ):
        if data.get(key):
            yield f"\n{label}：{data[key]}"
    for label, key in (("错误的例子", "bad"), ("正确的例子", "good")):
        yield f"\n{label}："
        for path, text in cast("dict[str, str]", cast("Doc", data[key])["show"]).items():
            yield f"  # {path}"
            yield from (f"  {line}" for line in str(text).rstrip("\n").split("\n"))
