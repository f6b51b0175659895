"""Every file of the ledger was only ever appended to, and ``validate --commits`` names each that was not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conftest import Run, commit, git, put

RECORDS = (
    "adjustments",
    "publications",
    "findings",
    "inspections/*/inspection",
    "inspections/*/sheets",
    "rectifications",
    "results",
    "complaints",
    "periods",
)
"""Each kind of record of the ledger."""
SERVED = "2026-10-16"


def one_of_each(folder: Path) -> dict[str, str]:
    """A file of each kind of record, by kind."""
    paths = git(folder, "ls-files", "ledger").splitlines()
    patterns = {kind: f"ledger/{kind.replace('*', '[^/]+')}[/.]" for kind in RECORDS}
    return {
        kind: next(path for path in paths if re.match(pattern, path))
        for kind, pattern in patterns.items()
    }


def rewritten(text: str) -> str:
    """A record in which one day of what was done is another."""
    day = re.search(
        r"(?m)^ *(?:- )?(?:done|served|from|published|received|held|date|day): '(\d{4}-\d\d)-(\d\d)'",
        text,
    )
    assert day, text[:400]
    other = "11" if day[2] != "11" else "12"
    return text[: day.start(2)] + other + text[day.end(2) :]


@pytest.mark.parametrize("way", ["rewritten", "removed"])
def test_a_record_that_was_not_appended_to_is_found_by_its_commit(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    found = Path(git(district, "ls-files", "ledger/findings").splitlines()[0]).stem
    unit = found.split("-", 1)[1].rsplit("-", 1)[0]
    issue = ("rectify", "issue", "--unit", unit, "--finding", found, "--today", SERVED)
    assert qingdan(district, *issue) == 0
    since = git(district, "rev-parse", "HEAD")
    changed: dict[str, str] = {}
    for kind, path in one_of_each(district).items():
        if way == "removed":
            (district / path).unlink()
        else:
            put(district, path, rewritten((district / path).read_text("utf-8")))
        commit(district, f"改动{kind}\n")
        changed[git(district, "rev-parse", "HEAD")] = path
    capsys.readouterr()
    words = ("validate", "--commits", f"{since}..HEAD", "--format", "json")
    assert qingdan(district, *words) == 1
    rows = json.loads(capsys.readouterr().out)["findings"]
    told = [str(row) for row in rows if row["code"] in {"QD511", "QD530"}]
    for sha, path in changed.items():
        assert [row for row in told if sha[:10] in row and path in row], (path, told)
