"""Rules of the regulations as packs write them, and the laws that prevail over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc


class Override(Struct, frozen=True):
    """Another law that prevails over a rule (从其规定): everywhere, or for these types or items only."""

    law: str
    article: str
    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    note: str = ""


class Rule(Struct, frozen=True):
    """A rule of a regulation's pack, at ``index`` in the file ``path``.

    It is answered by the built-in ``check`` with ``options``, or by the JSON Schema fragment ``schema`` on each
    subject that ``when`` accepts, or by a person; the parts that do not apply are empty or None. A person is asked
    where nothing else answers, and besides a machine where the pack says so; ``expected`` (是 or 否) is the answer
    that is no finding. ``good`` and ``bad`` are its examples. Where the article names who owes the duty, ``of`` are
    these roles, and nobody else is asked.
    """

    regulation: str
    id: str
    article: str
    question: str
    owner: str
    target: str
    check: str
    severity: str
    accountability: tuple[str, ...]
    path: str = ""
    index: int = 0
    options: Doc = field(default_factory=dict)
    schema: Doc | None = None
    when: Doc | None = None
    ask: bool = False
    expected: str = "是"
    remedy: str = ""
    materials: tuple[str, ...] = ()
    overridden: tuple[Override, ...] = ()
    good: tuple[Doc, ...] = ()
    bad: tuple[Doc, ...] = ()
    of: tuple[str, ...] = ()

    @property
    def by_machine(self) -> bool:
        """Whether a machine answers it."""
        return bool(self.check) or self.schema is not None

    @property
    def by_person(self) -> bool:
        """Whether a person is asked."""
        return self.ask or not self.by_machine

    @property
    def key(self) -> str:
        """Such as ``jinshui-powers/14-8``."""
        return f"{self.regulation}/{self.id}"


class Yielded(Struct, frozen=True):
    """A finding that is none, because another law prevails over the rule that asks about it (从其规定)."""

    finding: Finding
    rule: str
    law: Override
