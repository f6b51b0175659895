"""``explain``: what a finding means, why it matters, how to cure it, with a bad and a good example."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.core.text import strict
from qingdan.model.codes import CODES
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest
from qingdan.render import manual
from qingdan.repo import resources

if TYPE_CHECKING:
    from qingdan.model.findings import Code
    from qingdan.model.values import Doc


def run(code: str) -> int:
    """Print the page of a code (``QD207``, ``qd207`` or its name), or the list of all without one."""
    if not code:
        sys.stdout.write(manual.index(CODES.values()))
        return 0
    known = _known(code)
    sys.stdout.write(manual.page(known, page(known.id)))
    return 0


def page(code: str) -> Doc:
    """The manual's page of a code as data: what, why, cure, articles, a bad and a good example.

    An example's ``show`` holds what is printed and what the tests run, by file: a few lines that stand in
    the sample workspace beside the pages (``base``), or stand there in place of those that ``replaces``
    names (without it, of the other example's); a whole file where the sample has none; nothing (null)
    where the file is missing. ``提交说明`` is the message of the commit that makes the change.
    """
    value, _ = strict.read((resources.manual() / f"{code}.yaml").read_text("utf-8"))
    return value if isinstance(value, dict) else {}


def _known(code: str) -> Code:
    """The code of an id or a name; UsageError with a guess for what is neither."""
    names = {known.name: known for known in CODES.values()}
    found = CODES.get(code.upper()) or names.get(code.lower())
    if found:
        return found
    near = (
        [known for known in CODES if code and known.startswith(code.upper())]
        or likest(code.upper(), CODES, 1, 0.6)
        or likest(code.lower(), names, 1, 0.6)
    )
    guess = f"是不是“{near[0]}”？" if near else "运行 qingdan explain 可查看全部。"
    raise UsageError(f"没有“{code}”这个问题编码。{guess}")
