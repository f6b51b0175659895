"""What a measurement was made on: without that its seconds say nothing."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from qingdan import __version__

_OWN = ("yaml-rs", "jsonschema-rs", "typer")
_MODEL = re.compile(r"(?m)^model name\s*: (.*)$")


def described(peers: Mapping[str, str]) -> dict[str, str]:
    """Machine and versions, by Chinese name."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "处理器": f"{_processor()}，{os.cpu_count()}核",
        "内存": f"{pages / 2**30:.0f} GB",
        "系统": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "git": _said("git", "--version").removeprefix("git version "),
        "Node.js": _said("node", "--version").removeprefix("v") or "没有",
        "qingdan": __version__,
        **{name: version(name) for name in _OWN},
        **peers,
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = _MODEL.search(info.read_text("utf-8")) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _said(*words: str) -> str:
    """What a program says; empty where it is not there."""
    try:
        return subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
