"""Closing a period: its record with editions, and what units object to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.ledger.held import APART, editions, record_id, supervisor
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qingdan.core.ledger.held import Scope
    from qingdan.model.periods import Span
    from qingdan.model.settings import Period, Settings
    from qingdan.model.values import Doc, Value

OBJECTED, UPHELD, CONCEDED = "申诉", "维持", "更正"
_HEAD = {"reference": ("发文字号", "--number"), "dated": ("成文日期", "--dated")}


class Edition(Struct, frozen=True):
    """What an edition of a report proves: the version it was made from, and the digest of every file of it.

    ``said`` is what people said, ``takes`` the records it rests on, ``scores`` (unit, score, sum, score for the year
    where that is another one) out of ``full``.
    """

    commit: str
    files: Mapping[str, bytes]
    said: Mapping[str, str] = field(default_factory=dict)
    takes: Sequence[str] = ()
    scores: Sequence[tuple[str, str, str, str]] = ()
    full: int = 0
    reference: str = ""
    dated: str = ""
    corrects: str = ""


def closed(old: Doc | None, duty: Period, span: Span, scope: Scope, settings: Settings) -> Doc:
    """The record to which an edition is to be added: the one that is there, or a new one without any."""
    if old:
        return old
    who = scope.unit or supervisor(duty, scope, settings)
    doc: Doc = {
        "id": record_id(duty, scope),
        "name": duty.name,
        "period": span.name,
        "by": who,
        "unit": scope.unit,
        "list": scope.list,
        "part": APART.get(scope.part, ""),
    }
    return {key: value for key, value in doc.items() if value}


def with_edition(record: Doc, edition: Edition, day: date) -> Doc:
    """The record with an edition more; RefusedError where it is closed and nothing is corrected, or the reverse."""
    known = editions(record)
    if known and not edition.corrects:
        raise RefusedError(
            f"{record['period']}的{record['name']}已于{known[-1]['day']}办结，不能重新办结；"
            "确有错误的，用 --correct 写明更正了什么，另出一版。"
        )
    if edition.corrects and not known:
        raise RefusedError("还没有办结，不必更正；请用 --record 办结。")
    _require_own_head(edition, known)
    made: Doc = {"number": len(known) + 1, "day": str(day), "commit": edition.commit}
    made |= {"corrects": edition.corrects, **edition.said}
    made |= {"reference": edition.reference, "dated": edition.dated}
    made |= {"digests": cast("Value", digests(edition.files)), "takes": list(edition.takes)}
    if edition.scores:
        made["full"] = edition.full
        made["scores"] = [_scored(*row) for row in edition.scores]
    kept = {key: value for key, value in made.items() if value not in ("", [])}
    first = {"day": str(day)} if not known else {}
    return record | first | {"editions": [*cast("list[Value]", known), kept]}


def _require_own_head(edition: Edition, known: Sequence[Doc]) -> None:
    """UsageError where the edition before was sent out under a number and a day, and a correction has none of its own."""
    before = known[-1] if known else {}
    given = {"reference": edition.reference, "dated": edition.dated}
    missing = [
        f"{word}（{option}）"
        for key, (word, option) in _HEAD.items()
        if before.get(key) and not given[key]
    ]
    if missing:
        was = "、".join(str(before[key]) for key in _HEAD if before.get(key))
        raise UsageError(f"上一版已印发（{was}），更正的一版须写明自己的{'、'.join(missing)}。")


def _scored(unit: str, score: str, words: str, yearly: str) -> Doc:
    row: Doc = {"unit": unit, "score": score, "arithmetic": words}
    return row | ({"yearly": yearly} if yearly else {})


def digests(files: Mapping[str, bytes]) -> list[Doc]:
    """Each file with its SHA-256, by name."""
    return [{"file": name, "sha256": sha256_of(files[name])} for name in sorted(files)]


def refuse_other_bytes(edition: Doc, files: Mapping[str, bytes]) -> None:
    """RefusedError where a closed report would come out otherwise than it was closed."""
    known = {str(row["file"]): row["sha256"] for row in cast("list[Doc]", edition["digests"])}
    other = [name for name, raw in files.items() if known.get(name) != sha256_of(raw)]
    if other:
        raise RefusedError(
            f"重新生成的{'、'.join(other)}与办结时登记的摘要不符，没有写出。多半是程序或者模板换了版本；"
            "请用办结时的版本生成，或者从存档取用原件。"
        )


def conceded(record: Doc, edition: Doc | None) -> dict[str, frozenset[str]]:
    """What an edition does not hold against units any more: all that was decided by its day; nothing in the first.

    ``edition`` None: the one that would be made now.
    """
    if edition and edition["number"] == 1:
        return {}
    found: dict[str, frozenset[str]] = {}
    for row in objections(record):
        if row["step"] == CONCEDED and (edition is None or str(row["day"]) <= str(edition["day"])):
            unit, facts = str(row["unit"]), cast("list[str]", row.get("match") or [])
            found[unit] = found.get(unit, frozenset()) | frozenset(facts)
    return found


def objections(record: Doc) -> list[Doc]:
    """The objections against a closed report and what was decided, in order."""
    return cast("list[Doc]", record.get("objections") or [])


def objected(record: Doc, unit: str, text: str, day: date) -> Doc:
    """The record with a unit's objection; RefusedError where one is still open."""
    if _open(record, unit):
        raise RefusedError(f"{unit}的申诉还没有决定，不能重复提出。")
    row: Doc = {"unit": unit, "day": str(day), "by": unit, "step": OBJECTED, "text": text}
    return _grown(record, row)


def decided(record: Doc, unit: str, by: str, ruling: tuple[str, str], facts: Sequence[str], day: date) -> Doc:  # fmt: skip
    """The record with a decision: ``ruling`` is 维持 or 更正 and why; ``facts`` are not held against the unit any more."""
    step, text = ruling
    if not _open(record, unit):
        raise RefusedError(f"{unit}没有等待决定的申诉。")
    row: Doc = {"unit": unit, "day": str(day), "by": by, "step": step, "text": text}
    return _grown(record, row | ({"match": list(facts)} if facts else {}))


def _open(record: Doc, unit: str) -> bool:
    own = [row for row in objections(record) if row["unit"] == unit]
    return bool(own) and own[-1]["step"] == OBJECTED


def _grown(record: Doc, row: Doc) -> Doc:
    return record | {"objections": cast("Value", [*objections(record), row])}
