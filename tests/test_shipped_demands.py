"""What the shipped profiles and packs make of the regulations' demands: found by the machine, by the right article."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Run, Samples, put
from qingdan.repo import resources

Capture = pytest.CaptureFixture[str]
Rows = list[dict[str, str]]

PORTALS = {
    "district": ("jinshui", "JS-SC-XK-001", "《金水区行政权力清单运行监督检查办法》第二十二条第（三）项"),
    "town": ("liuzhai", "LZ-CJ-XK-001", "《刘寨镇行政权力清单运行监督检查办法》第二十一条第（三）项"),
    "bureau": ("huiji", "HJ-YJ-XK-001", "《惠济区安全生产监督管理局“四单一网”清单运行配套机制》第二十九条"),
}  # fmt: skip
"""Profile to its sample, an item that asks for materials, and what an extra step or material may touch."""


def of(samples: Samples, profile: str, folder: Path) -> Path:
    """A sample of one's own."""
    return Path(shutil.copytree(samples(profile), folder / profile))


def checked(qingdan: Run, folder: Path, capsys: Capture, *words: str) -> list[Any]:
    capsys.readouterr()
    qingdan(folder, "check", "--today", TODAY, "--format", "json", *words)
    findings: list[Any] = json.loads(capsys.readouterr().out)["findings"]
    return findings


def portal(place: str) -> Rows:
    """The newest table of the portal that a sample's story takes."""
    newest = max((resources.folder("lists") / place / "story").glob("portal-*.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def take(qingdan: Run, folder: Path, rows: Rows) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = put(folder.parent, "portal.csv", text.getvalue())
    assert qingdan(folder, "systems", "take", "portal", str(file), "--today", TODAY) == 0


# the systems


@pytest.mark.parametrize("profile", PORTALS)
def test_steps_materials_and_bases_of_the_portal_are_compared(
    profile: str, samples: Samples, tmp_path: Path, qingdan: Run, capsys: Capture
) -> None:
    place, code, liable = PORTALS[profile]
    folder, rows = of(samples, profile, tmp_path), portal(place)
    row = next(row for row in rows if row["职权编号"] == code)
    row["运行流程"] += "→专家评审"
    row["申请材料"] += "；无违法记录证明"
    row["实施依据"] += "；《某某暂行规定》第三条"
    capsys.readouterr()
    take(qingdan, folder, rows)
    assert "未取的列" not in capsys.readouterr().out
    every = checked(qingdan, folder, capsys)
    found = {f["code"]: f for f in every if f["item"] == code and f["path"].startswith("systems/")}
    assert set(found) == {"QD311", "QD312", "QD304"}
    assert "“专家评审”" in found["QD311"]["message"]
    assert "“无违法记录证明”" in found["QD312"]["message"]
    assert "“某某暂行规定”" in found["QD304"]["message"]
    for kind in ("QD311", "QD312"):
        assert liable in found[kind]["accountability"]
