"""Registering delegations in the commit that adjusts their items: neither the item nor its delegation has to go first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.plan import Beside
from qingdan.core.places import DELEGATIONS_PATH
from qingdan.core.text import reading
from qingdan.core.units import called
from qingdan.model.errors import RefusedError, YamlRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Unit


_NAME = "delegations"


def registering(entries: Sequence[Doc], book: Book, raw: bytes | None, schema: Schema) -> Beside:
    """The register, whose file holds ``raw``, with valid entries added; nothing where all are there.

    RefusedError for a number under which something else is registered: what is renewed is registered anew.
    """
    known = _by_id(book.documents.get(DELEGATIONS_PATH, {}))
    fresh = {str(entry["id"]): entry for entry in entries if known.get(str(entry["id"])) != entry}
    taken = "、".join(key for key in fresh if key in known)
    if taken:
        raise RefusedError(
            f"委托编号“{taken}”已经登记，内容不同；续办的请用新的编号另登一条，登记有误的先改正{DELEGATIONS_PATH}。"
        )
    if not fresh:
        return Beside()
    if raw is not None and DELEGATIONS_PATH not in book.documents:
        raise RefusedError(
            f"{DELEGATIONS_PATH}的内容不合要求，请先运行 qingdan validate 查看并改正。"
        )
    text = _with(raw, fresh, schema)
    return Beside({DELEGATIONS_PATH: text}, tuple(_told(fresh.values(), book.units)))


def edited(before: Book, now: Book, raw: bytes, codes: Collection[str]) -> Beside:
    """The register as somebody edited it, where what is new in it is about one of the items; else nothing."""
    old, new = (_by_id(book.documents.get(DELEGATIONS_PATH, {})) for book in (before, now))
    fresh = [entry for key, entry in new.items() if old.get(key) != entry]
    if not any(code in codes for entry in fresh for code in _items(entry)):
        return Beside()
    return Beside({DELEGATIONS_PATH: raw}, tuple(_told(fresh, now.units)))


def brought(
    before: bytes | None, after: bytes | None, now: bytes | None, schema: Schema
) -> bytes | None:
    """The register as it stands now with what one commit added to it.

    None where the commit did anything else, or what it added has a number that is taken.
    """
    try:
        old, new, standing = (_entries_in(raw, schema) for raw in (before, after, now))
    except YamlRefusedError:
        return None
    fresh = {key: entry for key, entry in new.items() if key not in old}
    if any(new.get(key) != entry for key, entry in old.items()) or fresh.keys() & standing.keys():
        return None
    return _with(now, fresh, schema)


def _with(raw: bytes | None, fresh: Mapping[str, Doc], schema: Schema) -> bytes:
    from qingdan.core.importing.registers import entered  # most adjustments register nothing

    return entered(raw, _NAME, fresh, schema)


def _entries_in(raw: bytes | None, schema: Schema) -> dict[str, Doc]:
    """The entries of the register's file, none without one; YamlRefusedError where it is not valid."""
    if raw is None:
        return {}
    value = reading.read(raw, schema.layout).value
    for finding in schema.findings(value, DELEGATIONS_PATH):
        raise YamlRefusedError(finding.code, finding.message)
    return _by_id(cast("Doc", value))


def _by_id(document: Doc) -> dict[str, Doc]:
    entries = cast("list[Doc]", document.get(_NAME) or [])
    return {str(entry["id"]): entry for entry in entries}


def _items(entry: Doc) -> list[str]:
    return cast("list[str]", entry["items"])


def _told(entries: Iterable[Doc], units: Mapping[str, Unit]) -> Iterable[str]:
    """A line on each delegation that is registered."""
    for entry in entries:
        grantor, grantee = (called(str(entry[key]), units) for key in ("from", "to"))
        until = f"至{entry['end']}止" if "end" in entry else ""
        what = "、".join(_items(entry))
        yield f"登记委托{entry['id']}：{grantor}委托{grantee}行使{what}，自{entry['start']}起{until}"
