"""What ships with the program: schemas, rules, sample workspaces, the manual of findings.

In a checkout they are the project's own top-level folders; the wheel carries copies beside the code.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def package() -> Path:
    """The folder of the code."""
    return _PACKAGE


def folder(name: str) -> Path:
    """``schemas``, ``rules`` or ``lists``."""
    packed = _PACKAGE / "data" / name
    return packed if packed.is_dir() else _CHECKOUT / name


def schema_texts() -> dict[str, str]:
    """The schemas by which the tool judges: name to JSON text."""
    files = sorted(folder("schemas").glob("*.schema.json"))
    return {path.name.removesuffix(".schema.json"): path.read_text("utf-8") for path in files}


def forge_text(forge: str) -> str:
    """What a forge (``github``, ``gitlab``, ``gitea``) is to run, with ``@BRANCH@`` for the main branch."""
    return (_PACKAGE / "forge" / f"{forge}.yml").read_text("utf-8")


def manual() -> Path:
    """The folder with a page for each finding code."""
    return _PACKAGE / "manual"


def numbering() -> Path:
    """The folder with the numbering of each regulation: every article, what it is, and the rules that answer it."""
    return _PACKAGE / "numbering"
