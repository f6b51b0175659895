"""Every code has a page in the manual, and the examples printed there are true."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from examples_support import UNKNOWN_COMMIT, findings, spots_of, stage
from qingdan.cli.main import run
from qingdan.commands.explain import page
from qingdan.core.text import strict
from qingdan.model.codes import CODES
from qingdan.repo import resources

REQUIRED = {"what", "why", "cure", "bad", "good"}
OPTIONAL = {"articles", "scene", "also", "replaces", "before"}
LONGEST = 22


@pytest.fixture
def sample(built: Path, tmp_path: Path) -> Path:
    """The sample workspace to work in."""
    return Path(shutil.copytree(built, tmp_path / "base"))


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_is_found(
    code: str, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(sample, code, "bad")
    also: Any = page(code).get("also", [])
    assert findings(sample, code, capsys) == (1, {code, *also})


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_is_clean(
    code: str, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(sample, code, "good")
    assert findings(sample, code, capsys) == (0, set())


def test_codes_and_pages_correspond() -> None:
    assert sorted(path.stem for path in resources.manual().glob("*.yaml")) == sorted(CODES)
    names = [code.name for code in CODES.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_it_must(code: str) -> None:
    data: Any = page(code)
    assert data.keys() >= REQUIRED
    assert data.keys() <= REQUIRED | OPTIONAL
    assert all(data[key].endswith("。") for key in ("what", "why", "cure"))
    assert set(data.get("also", [])) <= CODES.keys() - {code}
    for side in ("bad", "good"):
        shown = data[side]["show"].values()
        assert sum(len(text.splitlines()) for text in shown if text) <= LONGEST
    assert data["bad"] != data["good"]


def test_the_articles_are_of_regulations_that_ship() -> None:
    titles = {_regulation(path) for path in resources.folder("rules").glob("*.yaml")}
    for code in CODES:
        cited = re.findall("《(.+?)》", str(page(code).get("articles", "")))
        assert set(cited) <= titles, code


def _regulation(path: Path) -> str:
    data: Any = strict.read(path.read_text("utf-8"))[0]
    return str(data["regulation"]["title"])


@pytest.mark.parametrize("code", CODES)
def test_explain_prints_the_page(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for word in (code, code.lower(), CODES[code].name, CODES[code].name.upper()):
        assert run(["explain", word]) == 0
        printed.append(capsys.readouterr().out)
    assert len(set(printed)) == 1
    data: Any = page(code)
    assert printed[0].startswith(f"{code} {CODES[code].title}（{CODES[code].name}，")
    assert all(data[key] in printed[0] for key in ("what", "why", "cure"))
    _, bad, good = re.split("^(?:错误|正确)的例子：$", printed[0], flags=re.MULTILINE)
    for side, part in (("bad", bad), ("good", good)):
        for path, text in data[side]["show"].items():
            assert f"  # {path}" in part
            assert text is None or spots_of(part, text)


def test_explain_alone_lists_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in lines] == list(CODES)
    assert all(CODES[line[:5]].title in line for line in lines)


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("QD2077", "是不是“QD207”"),
        ("qd20", "是不是“QD2"),
        ("promise-over-statutry", "是不是“promise-over-statutory”"),
        ("Duplicate_Code", "是不是“duplicate-code”"),
        ("承诺", "运行 qingdan explain 可查看全部"),
    ],
)
def test_an_unknown_code_is_answered_with_a_guess(
    word: str, guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", word]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"没有“{word}”这个问题编码" in said.err
    assert guess in said.err


def test_the_sample_as_shipped_is_valid(tmp_path: Path, qingdan: Run) -> None:
    base = shutil.copytree(resources.manual() / "base", tmp_path / "base")
    assert UNKNOWN_COMMIT in (base / "ledger/publications/2026-01-08-first.yaml").read_text("utf-8")
    assert qingdan(base, "validate", "--fail-on", "info") == 0


def test_the_sample_as_filed_is_clean(sample: Path, qingdan: Run) -> None:
    assert qingdan(sample, "validate", "--commits", "HEAD~1..HEAD", "--fail-on", "info") == 0
    assert qingdan(sample, "fmt", "--check") == 0
