"""The register of staff: what it may hold, and the signatures that rest on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run, put
from qingdan.core.people import known_by, staff
from qingdan.repo.signatures import allowed_signers

STAFF = "registers/staff.yaml"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZha2VmYWtlZmFrZWZha2VmYWtlZmFrZWZha2VmYWtl"


def person(email: str, unit: str = "JS-SFJ", role: str = "区政府法制办", more: str = "") -> str:
    return f"- name: 甲\n  unit: {unit}\n  roles:\n  - {role}\n  email: {email}\n{more}"


def found(qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> set[str]:
    capsys.readouterr()
    qingdan(folder, "validate", *words, "--format", "json")
    return {finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]}


@pytest.mark.parametrize(
    ("entries", "codes"),
    [
        (person("a@js.example", more=f"  key: {KEY}\n"), set()),
        (person("a@js.example") + person("a@js.example"), {"QD405"}),
        (person("a@js.example", unit="JS-XX"), {"QD410"}),
        (person("a@js.example", role="区法制办"), {"QD402"}),
        (person("不是邮箱"), {"QD106"}),
        (person("a@js.example", more="  key: 随便写的\n"), {"QD106"}),
        (person("a@js.example", more="  phone: 0371-1\n"), {"QD107"}),
    ],
)
def test_the_register_is_judged(
    entries: str,
    codes: set[str],
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = found(qingdan, small, capsys)
    put(small, STAFF, f"staff:\n{entries}")
    assert found(qingdan, small, capsys) - before == codes


def test_a_key_stands_for_one_e_mail() -> None:
    people = staff({"staff": [{"name": "甲", "unit": "A", "email": "A@js.example", "key": KEY}]})
    assert allowed_signers(people) == f'A@js.example namespaces="git" {KEY}\n'
    assert known_by("a@JS.example", people) == people[0]
    assert known_by("b@js.example", people) is None
