"""``--at``: the lists as they stood in a revision, or at the end of a day."""

from __future__ import annotations

import json

import pytest

from conftest import Run, Samples, git

ITEM = "JS-JB-JF-001"
"""Its limit went from 15 to 12 working days on 2026-11-12."""
ADDED = "JS-RS-CF-003"
"""Entered on 2026-05-20."""


@pytest.mark.parametrize(
    ("day", "limit"), [("2026-11-11", "15个工作日"), ("2026-11-12", "12个工作日")]
)
def test_a_day_is_its_end(
    day: str, limit: str, samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    district = samples("district")
    capsys.readouterr()
    assert qingdan(district, "show", ITEM, "--at", day, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["item"]["promised_limit"] == limit
    assert qingdan(district, "export", "--list", "powers", "--format", "json", "--at", day) == 0
    items = [item for document in json.loads(capsys.readouterr().out) for item in document["items"]]
    assert [item["promised_limit"] for item in items if item["code"] == ITEM] == [limit]


@pytest.mark.parametrize(("day", "code"), [("2026-05-19", 3), ("2026-05-20", 0)])
def test_what_was_not_there_is_not_found(
    day: str, code: int, samples: Samples, qingdan: Run
) -> None:
    assert qingdan(samples("district"), "find", ADDED, "--at", day) == code


def test_a_revision_serves_as_well(samples: Samples, qingdan: Run) -> None:
    district = samples("district")
    first = git(district, "rev-list", "--max-parents=0", "HEAD")
    assert qingdan(district, "find", ADDED, "--at", first) == 3
    assert qingdan(district, "validate", "--at", "2026-05-19") == 0


@pytest.mark.parametrize(
    ("day", "said"), [("2020-01-01", "还没有任何提交"), ("2026-02-30", "不是真实存在的日期")]
)
def test_a_day_that_cannot_be(
    day: str, said: str, samples: Samples, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["show", ITEM], ["find", ITEM], ["export"], ["validate"]):
        assert qingdan(samples("district"), *words, "--at", day) == 2
        assert said in capsys.readouterr().err
