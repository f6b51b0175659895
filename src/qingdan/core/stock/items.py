"""Whole items, each file of them read when an item of it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from qingdan.model.items import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qingdan.core.stock.shelf import Stock

_FILES = 128
"""So many files are kept: who asks for an item asks for it again, or for its neighbours."""


class AskedItems(Mapping[str, Item]):
    """Code to item, for one that asks for a few."""

    def __init__(self, stock: Stock, read: Callable[[str], tuple[Item, ...]]) -> None:
        """``read`` gives the items of a file that are valid."""
        self._stock = stock
        self._read = lru_cache(_FILES)(read)

    def __getitem__(self, code: str) -> Item:
        """The item of a code, the last of doubles; KeyError where there is none that is valid."""
        for path in sorted(self._stock.having(code), reverse=True):
            for item in reversed(self._read(path)):
                if item.code == code:
                    return item
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        """The codes of all valid items."""
        return iter(dict.fromkeys(entry.code for entry in self._stock if entry.is_valid))

    def __len__(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)
