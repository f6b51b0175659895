"""What decides about rectifications: the workspace, its settings, its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.units import called
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.calendar import Calendar
    from qingdan.model.settings import Rectification, Settings
    from qingdan.model.workspace import Book


class Ground(Struct, frozen=True):
    """A workspace with its settings and the day on which something is done."""

    book: Book
    settings: Settings
    calendar: Calendar
    today: date

    @property
    def rules(self) -> Rectification:
        """What the settings say of rectification; UsageError where they say nothing."""
        if self.settings.rectification is None:
            raise UsageError(
                "qingdan.yaml 没有 rectification（整改）一节，不知道期限和抄报对象；请先补上。"
            )
        return self.settings.rectification

    def holder(self, role: str, day: date) -> str:
        """The code of the unit that holds a role; the role itself where nobody does (another level of government)."""
        return self.settings.holder(role, day) or role

    def named(self, party: str) -> str:
        """A role with the unit that holds it, or a unit, in words."""
        if party not in self.settings.roles:
            return called(party, self.book.units)
        unit = called(self.settings.holder(party, self.today), self.book.units)
        return party if unit in {"", party} else f"{party}（{unit}）"

    def refuse_unknown_role(self, role: str) -> None:
        """UsageError for a role that the settings do not define."""
        if role not in self.settings.roles:
            raise UsageError(f"没有“{role}”这个角色。{self._guess(role, [*self.settings.roles])}")

    def refuse_unknown_party(self, party: str) -> None:
        """UsageError for what is neither a role nor a unit's code."""
        known = [*self.settings.roles, *self.book.units]
        if party not in known:
            raise UsageError(f"“{party}”既不是角色，也不是单位编号。{self._guess(party, known)}")

    @staticmethod
    def _guess(word: str, known: list[str]) -> str:
        near = likest(word, known, 1, 0.6)
        return f"是不是“{near[0]}”？" if near else "角色写在 qingdan.yaml 的 roles 中。"
