"""Which program this is, told by what it is made of: a developer's edit makes another one."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from zlib import crc32

from qingdan import __version__
from qingdan.repo import resources

_JUDGES = ("yaml_rs", "yaml", "jsonschema_rs", "jsonschema")
"""The packages on which it depends what is found in a file."""


def program() -> str:
    """A text that is another one for every other program: version, Python, and each file of code and schemas."""
    facts: list[object] = [__version__, sys.version]
    for folder in (str(resources.package()), str(resources.folder("schemas"))):
        _visit(folder, facts)
    for name in _JUDGES:
        spec = find_spec(name)
        facts.append(_status(os.path.dirname(spec.origin)) if spec and spec.origin else "")  # noqa: PTH120 pathlib costs more than all this
    return f"{__version__} {crc32(repr(facts).encode('utf-8', 'surrogatepass'))}"


def _visit(folder: str, facts: list[object]) -> None:
    with os.scandir(folder) as found:
        for each in sorted(found, key=lambda each: each.name):
            if each.is_dir() and each.name != "__pycache__":
                _visit(each.path, facts)
            elif each.name.endswith((".py", ".json", ".md")):
                facts.append((each.name, *_status(each.path)))


def _status(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 the same
    return status.st_size, status.st_mtime_ns
