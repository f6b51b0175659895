"""Which findings are new: old ones are known again when files are renamed, lines move and lists are renumbered."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.places import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qingdan.model.findings import Finding

_PATH = re.compile(r"(?:lists|registers|ledger|systems|rules)/[^\s“”（）：，。、]+?\.yaml")
_NUMBER = re.compile(r"第[0-9]+(?=[项行列])")


def newly(
    findings: Iterable[Finding],
    before: Iterable[Finding],
    renamed: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """The findings that were not there before; of two alike, one more is one new.

    ``renamed``: path then to path now. What stands where it stood is known first, then what says the same of the
    same item or file, then what differs only in numbers of lines and places and in the paths that it quotes.
    """
    new = list(findings)
    old = [_moved(finding, renamed or {}) for finding in before]
    for key in (_place, _fact, _loosely):
        new, old = _without(new, old, key), _without(old, new, key)
    return tuple(new)


def _without(
    some: list[Finding], others: list[Finding], key: Callable[[Finding], object]
) -> list[Finding]:
    """``some`` without as many as there are of each key among ``others``; the first ones go."""
    known = Counter(map(key, others))
    rest: list[Finding] = []
    for finding in some:
        if known[key(finding)]:
            known[key(finding)] -= 1
        else:
            rest.append(finding)
    return rest


def _moved(finding: Finding, renamed: Mapping[str, str]) -> Finding:
    """An old finding as it would read now: its path, and the paths and the file's own name in its message."""
    path = renamed.get(finding.path, finding.path)
    message = _PATH.sub(lambda quoted: renamed.get(quoted[0], quoted[0]), finding.message)
    if path != finding.path:
        message = message.replace(f"“{stem(finding.path)}”", f"“{stem(path)}”")
    return replace(finding, path=path, message=message)


def _subject(finding: Finding) -> str:
    return finding.item or finding.path


def _place(finding: Finding) -> object:
    return (*_fact(finding), finding.at)


def _fact(finding: Finding) -> tuple[str, str, str]:
    return (finding.code, _subject(finding), finding.message)


def _loosely(finding: Finding) -> object:
    message = _NUMBER.sub("第#", _PATH.sub("#", finding.message))
    return (finding.code, _subject(finding), message)
