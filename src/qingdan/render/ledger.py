"""Findings of the ledger as lines and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from qingdan.model.findings import SEVERITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qingdan.model.findings import Severity
    from qingdan.model.values import Doc, Value

COLUMNS = (
    "id",
    "state",
    "unit",
    "item",
    "code",
    "rules",
    "severity",
    "gravity",
    "source",
    "found",
    "fact",
)
_FORMULA = ("=", "+", "-", "@", "\t")


def lines(
    records: Sequence[Doc], state: Callable[[Doc], str], called: Callable[[str], str]
) -> list[str]:
    """Findings, two lines each: who they are and how they stand, what was found."""
    found: list[str] = []
    for record in records:
        about = record.get("item") or called(str(record["unit"]))
        code = record.get("code") or "、".join(cast("list[str]", record.get("rules") or ()))
        words = (record["id"], state(record), record["found"], about, code, record.get("gravity"))
        found.append("  ".join(str(word) for word in words if word))
        found += [f"    {record['fact']}"]
    return found


def as_csv(
    records: Sequence[Doc],
    state: Callable[[Doc], str],
    labels: Mapping[str, str],
    called: Callable[[str], str],
) -> str:
    """A table that Excel opens: BOM, headings (``labels`` of the columns), no cell taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([labels[key] for key in COLUMNS])
    for record in records:
        row: dict[str, Value] = {
            **record,
            "state": state(record),
            "unit": called(str(record["unit"])),
        }
        row["severity"] = SEVERITY_WORDS[cast("Severity", record["severity"])]
        row["rules"] = "、".join(cast("list[str]", record.get("rules") or ()))
        writer.writerow([_cell(str(row.get(key, ""))) for key in COLUMNS])
    return "\ufeff" + out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
