"""``check``: everything that a machine can answer of the rules, over tree and world."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from conftest import replace
from qingdan.desk.opening import judge, open_workspace
from qingdan.desk.world import every_finding

DAY = date(2026, 9, 17)
POWERS = "lists/powers/JS-CG.yaml"


def codes(folder: Path, today: date = DAY) -> list[str]:
    """The codes of all findings, in order of place."""
    opened = open_workspace(folder)
    snapshot = opened.snapshot()
    book, _ = judge(opened, snapshot, keep_items=True)
    return [finding.code for finding in every_finding(opened, book, snapshot, today)]


def test_every_finding_is_that_of_the_tree_and_of_the_world(small: Path) -> None:
    assert "QD304" not in codes(small)
    replace(
        small,
        POWERS,
        "  post_supervision:\n  - 占用、挖掘期间每周巡查一次，期满核验恢复情况。\n",
        "",
    )
    replace(small, "systems/portal.yaml", "promised_limit: 8个工作日", "promised_limit: 5个工作日")
    found = codes(small)
    assert "QD219" in found, "what validate finds"
    assert "QD304" in found, "what check finds"
