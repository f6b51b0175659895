"""The manual of findings as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.findings import SEVERITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Code
    from qingdan.model.values import Doc

WORDS = {"error": "错误", "warning": "警告", "info": "提示"}
_PARTS = (("含义", "what"), ("为什么", "why"), ("依据", "articles"), ("怎么改", "cure"))
_EXAMPLES = (("错误的例子", "bad"), ("正确的例子", "good"))
_ENCODINGS = {"gb18030": "GB18030（GBK）编码"}


def index(codes: Iterable[Code]) -> str:
    """A line a code."""
    return "".join(
        f"{code.id}  {SEVERITY_WORDS[code.severity]}  {code.title}（{code.name}）\n"
        for code in codes
    )


def page(code: Code, data: Doc) -> str:
    """One page: what, why, cure, examples."""
    return "\n".join(_lines(code, data)) + "\n"


def _lines(code: Code, data: Doc) -> Iterator[str]:
    yield f"{code.id} {code.title}（{code.name}，{SEVERITY_WORDS[code.severity]}）"
    for label, key in _PARTS:
        if data.get(key):
            yield f"\n{label}：{data[key]}"
    for label, key in _EXAMPLES:
        yield f"\n{label}："
        yield from _example(cast("Doc", data[key]))


def _example(example: Doc) -> Iterator[str]:
    """The lines of each file, below its name; they are those that the tests run."""
    note = _note(example)
    for place, (path, text) in enumerate(cast("Doc", example["show"]).items()):
        if place:
            yield ""
        if text is None:
            yield f"  # {path}（没有这个文件）"
            continue
        yield f"  # {path}{note}"
        yield from (f"  {line}".rstrip() for line in str(text).splitlines())


def _note(example: Doc) -> str:
    if example.get("link"):
        return "（是一个链接，指向：）"
    encoding = str(example.get("encode", ""))
    return f"（{_ENCODINGS.get(encoding, encoding)}）" if encoding else ""
