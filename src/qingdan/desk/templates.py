"""The workspace's own templates of documents: read from a snapshot, and judged without running any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.checks.report import found
from qingdan.core.places import template_name
from qingdan.model.errors import UsageError, YamlRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Snapshot

QUARTER = "quarter.md"
"""The 季通报, which is filled with the bulletin of :mod:`qingdan.model.reports` and a letterhead."""


def texts(snapshot: Snapshot) -> dict[str, str]:
    """The templates of a workspace by name; UsageError for one that is no text."""
    return {name: _text(snapshot, path) for path, name in _own(snapshot)}


def template_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """What is wrong with them: not text, syntax, data that nobody gives (QD626); of no use (QD627)."""
    own: dict[str, str] = {}
    for path, name in _own(snapshot):
        try:
            own[name] = _text(snapshot, path)
        except UsageError as error:
            yield found("QD626", str(error), path, fix="请存为 UTF-8 编码的文本文件。")
    for name, text in own.items():
        yield from _judged(name, text, own)


def names(template: str) -> tuple[str, ...]:
    """The data that a template gets, by name; empty for one that only others include."""
    from qingdan.model.papers import TEMPLATES  # much, and most workspaces have no template
    from qingdan.model.reports import Bulletin

    if template == QUARTER:
        return (*Bulletin.__struct_fields__, "letterhead")
    return TEMPLATES[template].__struct_fields__ if template in TEMPLATES else ()


def _judged(name: str, text: str, own: Mapping[str, str]) -> Iterator[Finding]:
    from qingdan.render.official import filling

    path = f"{filling.FOLDER}/{name}"
    for line, sentence in filling.faults(text, names(name)):
        broken = found("QD626", f"{sentence}。", path, fix="请对照内置模板改正。")
        yield replace(broken, line=line, column=1)
    included = any(f'"{name}"' in other or f"'{name}'" in other for other in own.values())
    if name not in filling.builtin_names() and not included:
        message = f"没有叫“{name}”的内置模板，也没有别的模板引用它。"
        known = "、".join(sorted(filling.builtin_names()))
        yield found("QD627", message, path, fix=f"请改用内置模板的文件名：{known}；不用的请删除。")


def _own(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for path in snapshot.paths():
        name = template_name(path)
        if name:
            yield path, name


def _text(snapshot: Snapshot, path: str) -> str:
    try:
        return snapshot.read(path).decode("utf-8").replace("\r\n", "\n")
    except (UnicodeDecodeError, KeyError, YamlRefusedError):
        raise UsageError(f"{path}不是 UTF-8 编码的文本，不能作模板。") from None
