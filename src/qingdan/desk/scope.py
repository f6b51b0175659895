"""The part of a workspace that a command was asked about: a unit, a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.adjustments.words import list_titles, meant, offered
from qingdan.core.searching import near_codes
from qingdan.core.units import unit_called
from qingdan.model.codes import CODES
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from qingdan.core.schema import Schemas
    from qingdan.model.workspace import Book, Entry


def unit_asked(text: str, book: Book) -> str:
    """The code of the unit asked about, by code or name; empty for none asked, UsageError for a stranger.

    Silence would look like success.
    """
    return unit_called(text, book.units) if text else ""


def list_called(text: str, schemas: Schemas) -> str:
    """A list by id or title; empty for none asked, UsageError for one that is none."""
    titles = list_titles(schemas)
    name = meant(text, titles)
    if name and name not in LISTS:
        raise UsageError(f"没有“{name}”这类清单，可选：{offered(LISTS, titles)}。")
    return name


def entry_called(code: str, book: Book) -> Entry:
    """The entry of an item's code; UsageError with a guess for a stranger."""
    entries = {entry.code: entry for entry in book.entries}
    if code in entries:
        return entries[code]
    near = near_codes(entries, code)
    guess = f"是不是“{near[0]}”（{entries[near[0]].name}）？" if near else ""
    raise UsageError(f"没有编号为“{code}”的事项。{guess}")


def unknown_rule(text: str, book: Book) -> UsageError:
    """That this is neither a rule nor a kind of finding, with a guess."""
    near = likest(text, [*(rule.key for rule in book.rules), *CODES], 1, 0.75)
    guess = f"是不是“{near[0]}”？" if near else ""
    return UsageError(
        f"没有“{text}”这条规则或问题编码。{guess}规则写成“规则包/编号”，如 jinshui-powers/14-8；"
        "问题编码用 qingdan explain 查对。"
    )
