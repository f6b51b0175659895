"""What a path of the workspace is: which schema judges it, and whether it must be in canonical form."""

from __future__ import annotations

from dataclasses import dataclass

from qingdan.model.workspace import LISTS

REGISTERS = ("units", "laws", "holidays")
SETTINGS_PATH = "qingdan.yaml"
UNITS_PATH = "registers/units.yaml"
LAWS_PATH = "registers/laws.yaml"
HOLIDAYS_PATH = "registers/holidays.yaml"
IGNORED_NAMES = ("README.md", ".gitkeep", ".gitignore", ".gitattributes")


@dataclass(frozen=True, slots=True)
class Place:
    """``schema`` names the schema; ``canonical`` says that the tool writes the file, not a person."""

    schema: str
    canonical: bool = False


def place(path: str) -> Place | None:
    """The place of a path such as ``lists/powers/JS-YJ.yaml``; None for a file that nothing reads."""
    parts = path.split("/")
    if not path.endswith(".yaml"):
        return None
    match parts:
        case ["qingdan.yaml"]:
            return Place("workspace")
        case ["lists", name, _] if name in LISTS:
            return Place(name, canonical=True)
        case ["registers", name] if name.removesuffix(".yaml") in REGISTERS:
            return Place(name.removesuffix(".yaml"))
        case ["ledger", "adjustments", _, _]:
            return Place("adjustment", canonical=True)
        case ["ledger", "publications", _]:
            return Place("publication", canonical=True)
        case ["systems", _]:
            return Place("system")
        case ["rules", _]:
            return Place("rules")
    return None


def stem(path: str) -> str:
    """The file's name without folder and ending."""
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")


def list_path(name: str, unit: str) -> str:
    """Where the items of a unit stand."""
    return f"lists/{name}/{unit}.yaml"


def adjustment_path(record_id: str) -> str:
    """Where the record of an adjustment stands: a folder a year."""
    return f"ledger/adjustments/{record_id[:4]}/{record_id}.yaml"


def publication_path(record_id: str) -> str:
    """Where the record of a publication stands."""
    return f"ledger/publications/{record_id}.yaml"


def system_path(name: str) -> str:
    """Where the snapshot of a system stands."""
    return f"systems/{name}.yaml"
