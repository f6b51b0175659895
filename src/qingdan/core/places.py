"""What a path of the workspace is: which schema judges it, and whether it must be in canonical form."""

from __future__ import annotations

import re

from msgspec import Struct

from qingdan.model.items import LISTS

REGISTERS = ("units", "officers", "delegations", "laws", "holidays", "staff")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{1,63}")
"""What a code of an item or a unit may be: it also names files."""
SETTINGS_PATH = "qingdan.yaml"
UNITS_PATH = "registers/units.yaml"
LAWS_PATH = "registers/laws.yaml"
OFFICERS_PATH = "registers/officers.yaml"
DELEGATIONS_PATH = "registers/delegations.yaml"
HOLIDAYS_PATH = "registers/holidays.yaml"
STAFF_PATH = "registers/staff.yaml"
ADJUSTMENTS = "ledger/adjustments/"
IGNORED_NAMES = ("README.md", ".gitkeep", ".gitignore", ".gitattributes")


class Place(Struct, frozen=True):
    """``schema`` names the schema; ``canonical`` says that the tool writes the file, not a person."""

    schema: str
    canonical: bool = False


_PLACES = (
    (re.compile(r"qingdan\.yaml"), "workspace", False),
    (re.compile(rf"lists/({'|'.join(LISTS)})/[^/]+\.yaml"), "", True),
    (re.compile(rf"registers/({'|'.join(REGISTERS)})\.yaml"), "", False),
    (re.compile(r"ledger/adjustments/[^/]+/[^/]+\.yaml"), "adjustment", True),
    (re.compile(r"ledger/publications/[^/]+\.yaml"), "publication", True),
    (re.compile(r"ledger/findings/[^/]+/[^/]+\.yaml"), "finding", True),
    (re.compile(r"ledger/inspections/[^/]+/inspection\.yaml"), "inspection", True),
    (re.compile(r"ledger/inspections/[^/]+/sheets/[^/]+\.yaml"), "sheet", True),
    (re.compile(r"ledger/periods/[^/]+/[^/]+\.yaml"), "held", True),
    (re.compile(r"ledger/complaints/[^/]+/[^/]+\.yaml"), "complaint", True),
    (re.compile(r"ledger/results/[^/]+/[^/]+\.yaml"), "results", True),
    (re.compile(r"ledger/rectifications/[^/]+/[^/]+\.yaml"), "rectification", True),
    (re.compile(r"systems/[^/]+\.yaml"), "system", False),
    (re.compile(r"rules/[^/]+\.yaml"), "rules", False),
)
"""Pattern of a path, schema (empty: the path names it), whether it must be canonical."""
_TEMPLATE = re.compile(r"templates/([0-9A-Za-z_][0-9A-Za-z_.-]*[.]md)")


def place(path: str) -> Place | None:
    """The place of a path such as ``lists/powers/JS-YJ.yaml``; None for a file that nothing reads."""
    for pattern, schema, canonical in _PLACES:
        found = pattern.fullmatch(path)
        if found:
            return Place(schema or found[1], canonical)
    return None


def template_name(path: str) -> str:
    """The name of a workspace's own template, such as ``quarter.md``; empty for any other path."""
    found = _TEMPLATE.fullmatch(path)
    return found[1] if found else ""


def below(path: str, wanted: str) -> bool:
    """Whether a path is ``wanted`` or stands in that folder; ``.`` is the whole workspace."""
    return wanted in {"", ".", path} or path.startswith(wanted.rstrip("/") + "/")


def stem(path: str) -> str:
    """The file's name without folder and ending."""
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")


def list_folder(name: str) -> str:
    """Where a list stands, with a slash at its end."""
    return f"lists/{name}/"


def list_path(name: str, unit: str) -> str:
    """Where the items of a unit stand."""
    return f"{list_folder(name)}{unit}.yaml"


def adjustment_path(record_id: str) -> str:
    """Where the record of an adjustment stands: a folder a year."""
    return f"ledger/adjustments/{record_id[:4]}/{record_id}.yaml"


def publication_path(record_id: str) -> str:
    """Where the record of a publication stands."""
    return f"ledger/publications/{record_id}.yaml"


def finding_path(record_id: str) -> str:
    """Where a finding of the ledger stands: a folder a year."""
    return f"ledger/findings/{record_id[:4]}/{record_id}.yaml"


def inspection_path(record_id: str) -> str:
    """Where the record of an inspection stands: in a folder with its sheets."""
    return f"ledger/inspections/{record_id}/inspection.yaml"


def sheet_path(inspection: str, unit: str) -> str:
    """Where a unit's sheet of an inspection stands."""
    return f"ledger/inspections/{inspection}/sheets/{unit}.yaml"


def held_path(period: str, record_id: str) -> str:
    """Where the record stands that something recurring was held: a folder a period."""
    return f"ledger/periods/{period}/{record_id}.yaml"


def complaint_path(record_id: str) -> str:
    """Where a complaint stands: a folder a year."""
    return f"ledger/complaints/{record_id[:4]}/{record_id}.yaml"


def results_path(record_id: str) -> str:
    """Where a unit's results of a quarter stand: ``2026Q3-JS-SC`` in a folder a quarter."""
    quarter, _, unit = record_id.partition("-")
    return f"ledger/results/{quarter}/{unit}.yaml"


def rectification_path(record_id: str) -> str:
    """Where the record of a rectification stands: a folder a year."""
    return f"ledger/rectifications/{record_id[:4]}/{record_id}.yaml"


def record_path(path: str, record_id: str) -> str:
    """Where a record found at ``path`` of the ledger should stand, by its own id."""
    _, kind, folder, *rest = path.split("/")
    if kind == "inspections" and len(rest) > 1:
        return sheet_path(folder, record_id)
    if kind == "periods":
        return held_path(folder, record_id)
    return _RECORD_PATHS.get(kind, adjustment_path)(record_id)


_RECORD_PATHS = {
    "publications": publication_path,
    "findings": finding_path,
    "inspections": inspection_path,
    "complaints": complaint_path,
    "results": results_path,
    "rectifications": rectification_path,
}
"""Folder of the ledger to where a record stands in it by its id alone."""


def system_path(name: str) -> str:
    """Where the snapshot of a system stands."""
    return f"systems/{name}.yaml"
