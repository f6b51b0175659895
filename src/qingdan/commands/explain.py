"""``explain``: what a finding means, why it matters, how to cure it, with a bad and a good example."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

from qingdan.core.text import strict
from qingdan.model.codes import CODES
from qingdan.model.errors import UsageError
from qingdan.render import manual
from qingdan.repo import resources

if TYPE_CHECKING:
    from qingdan.model.workspace import Value


def run(code: str) -> int:
    """Print the page of a code (``QD207``, ``qd207`` or its name), or the list of all without one."""
    if not code:
        sys.stdout.write(manual.index(CODES.values()))
        return 0
    known = CODES.get(code.upper()) or next((c for c in CODES.values() if c.name == code), None)
    if known is None:
        near = difflib.get_close_matches(code.upper(), CODES, 1, 0.6)
        raise UsageError(
            f"没有“{code}”这个问题编码。"
            + (f"是不是“{near[0]}”？" if near else "运行 qingdan explain 可查看全部。")
        )
    sys.stdout.write(manual.page(known, page(known.id)))
    return 0


def page(code: str) -> dict[str, Value]:
    """The manual's page of a code as data: why, cure, bad and good example."""
    text = (resources.manual() / f"{code}.yaml").read_text("utf-8")
    value, _ = strict.read(text)
    return value if isinstance(value, dict) else {}
