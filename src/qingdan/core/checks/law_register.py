"""``registers/laws.yaml`` agrees with itself: dates that can follow one another (QD415), successors that are there (QD416)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.laws import laws
from qingdan.core.places import LAWS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.laws import Law
    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

_AFTER = (
    ("effective", "published"),
    ("amended", "published"),
    ("interpreted", "published"),
    ("repeal_published", "published"),
    ("repealed", "published"),
    ("repealed", "effective"),
    ("repealed", "amended"),
    ("repealed", "interpreted"),
)
"""Fields of which the first cannot be earlier than the second."""


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Laws whose dates contradict one another, and successors that are not in the register."""
    schema, known = schemas["laws"], laws(book)
    for law in known.values():
        for field, earlier in _AFTER:
            yield from _order(law, field, earlier, schema)
        if law.successor and law.successor not in known:
            label = schema.label(("laws", 0, "successor"))
            yield found(
                "QD416",
                f"《{law.title}》的“{label}”《{law.successor}》不在依据名册中。",
                LAWS_PATH,
                ("laws", law.place, "successor"),
                fix="请核对名称（写全称，不加书名号），或登记接替的依据。",
            )


def _order(law: Law, field: str, earlier: str, schema: Schema) -> Iterator[Finding]:
    """One finding for a pair of fields, with its first two days that are the wrong way round."""
    days = ((late, early) for late in _days(law, field) for early in _days(law, earlier))
    wrong = next(((late, early) for late, early in days if late < early), None)
    if wrong:
        names = [schema.label(("laws", 0, key)) for key in (field, earlier)]
        yield found(
            "QD415",
            f"《{law.title}》的{names[0]}（{wrong[0]}）早于{names[1]}（{wrong[1]}）。",
            LAWS_PATH,
            ("laws", law.place, field),
            fix="请对照公布该依据的公报或者官方文本核对日期。",
        )


def _days(law: Law, field: str) -> tuple[date, ...]:
    value: date | tuple[date, ...] | None = getattr(law, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
