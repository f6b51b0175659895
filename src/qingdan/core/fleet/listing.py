"""The list of repositories: read strictly from its file, or made from addresses alone."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.fleet import addresses
from qingdan.core.text import strict
from qingdan.core.text.decoding import decode
from qingdan.model.errors import UsageError, YamlRefusedError
from qingdan.model.findings import place_of
from qingdan.model.fleet import Fleet, Listed, Terms
from qingdan.model.settings import Deduction, Group, Scoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Places, Pointer

_ENDS = re.compile(r"(/|\.git)+$")


def from_file(raw: bytes, file: str, schema: Schema) -> Fleet:
    """The fleet of a list file; UsageError, a sentence with its line, for the first thing that is wrong in it."""
    try:
        value, places = strict.read(decode(raw))
    except YamlRefusedError as error:
        raise UsageError(f"{file}第{error.line}行：{error.message}") from None
    for wrong in schema.findings(value, file):
        raise _wrong(file, places, wrong.at, f"{wrong.message}{wrong.fix}")
    document = cast("Mapping[str, Any]", value)
    rows = document["repositories"]
    for at, sentence in _faults(rows):
        raise _wrong(file, places, at, sentence)
    return Fleet(
        document["title"],
        tuple(Listed(**row) for row in rows),
        _terms(document["ranking"], rows) if "ranking" in document else None,
    )


def from_addresses(given: Sequence[str]) -> Fleet:
    """A fleet of addresses, each called by its last part, or by the whole where another is called so, too."""
    for at in given:
        why = addresses.refused(at)
        if why:
            raise UsageError(why)
    if len(set(given)) < len(given):
        twice = next(at for at in given if given.count(at) > 1)
        raise UsageError(f"同一个仓库写了两遍：{addresses.shown(twice)}。")
    short = [_last(at) for at in given]
    counts = Counter(short)
    names = [
        name if counts[name] == 1 else addresses.shown(at)
        for name, at in zip(short, given, strict=True)
    ]
    return Fleet("", tuple(map(Listed, names, given)))


def _last(at: str) -> str:
    return re.split(r"[/:]", _ENDS.sub("", addresses.shown(at)))[-1] or at


def _wrong(file: str, places: Places, at: Pointer, sentence: str) -> UsageError:
    line, _ = place_of(places, at)
    return UsageError(f"{file}第{line}行：{sentence}")


def _faults(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[Pointer, str]]:
    """What no schema can say of the repositories, in the order of the file."""
    names: dict[str, int] = {}
    known: dict[tuple[str | None, ...], int] = {}
    for place, row in enumerate(rows):
        name, at = row["name"], row["at"]
        if name in names:
            yield (
                ("repositories", place, "name"),
                f"名称“{name}”与第{names[name]}项相同，请改为不同的名称。",
            )
        names[name] = place + 1
        if why := addresses.refused(at):
            yield ("repositories", place, "at"), why
        same = (at, row.get("branch"), row.get("folder"))
        if same in known:
            yield ("repositories", place, "at"), f"与第{known[same]}项“{at}”是同一个仓库。"
        known[same] = place + 1
        if "branch" in row and (why := addresses.refused_branch(row["branch"])):
            yield ("repositories", place, "branch"), why
        if _leaves(row.get("folder", "")):
            yield (
                ("repositories", place, "folder"),
                f"“{row['folder']}”应当是仓库里的文件夹，例如 lists/jinshui。",
            )


def _leaves(folder: str) -> bool:
    """Whether a folder is none below the top of a repository."""
    parts = folder.split("/")
    return bool(folder) and bool({"", ".", ".."} & set(parts))


def _terms(ranking: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> Terms:
    groups = dict.fromkeys(row["group"] for row in rows if "group" in row)
    scoring = Scoring(
        ranking["full"],
        ranking["source"],
        tuple(
            Deduction(line["title"], tuple(line["match"]), line["points"], line["cap"])
            for line in ranking["deductions"]
        ),
        ranking.get("lowest", 0),
        tuple(map(Group, groups)),
    )
    return Terms(scoring, ranking.get("per", 0))
