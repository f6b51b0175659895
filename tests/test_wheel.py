"""The built wheel, away from the checkout, can do everything."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the checkout, installed into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(PROJECT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("qingdan-*.whl")
    target = folder / "installed"
    zipfile.ZipFile(wheel).extractall(target)
    return target


def test_what_ships_is_in_it(unpacked: Path) -> None:
    data = unpacked / "qingdan" / "data"
    for name in ("schemas", "rules", "lists"):
        shipped = {
            p.relative_to(PROJECT / name) for p in (PROJECT / name).rglob("*") if p.is_file()
        }
        packed = {p.relative_to(data / name) for p in (data / name).rglob("*") if p.is_file()}
        assert packed == shipped
    assert (unpacked / "qingdan" / "manual" / "QD207.yaml").is_file()
    assert (unpacked / "qingdan" / "numbering" / "huiji-safety.yaml").is_file()
    assert (unpacked / "qingdan" / "templates" / "official" / "quarter.md").is_file()
    assert (unpacked / "qingdan" / "py.typed").is_file()


@pytest.mark.parametrize("profile", ["district", "town", "bureau"])
def test_it_works_away_from_the_checkout(profile: str, unpacked: Path, tmp_path: Path) -> None:
    def run(*words: str, finds: bool = False) -> str:
        command = [sys.executable, "-m", "qingdan", *words]
        surroundings = os.environ | {"PYTHONPATH": str(unpacked), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=tmp_path, env=surroundings, capture_output=True, check=not finds
        )
        return done.stdout.decode("utf-8")

    where = "import qingdan; print(qingdan.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        check=True,
    )
    assert Path(found.stdout.decode().strip()).is_relative_to(unpacked)
    run("init", "place", "--profile", profile, "--sample")
    assert "没有发现问题" in run("-C", "place", "validate", "--commits", "HEAD")
    assert "比对" in run("-C", "place", "check", "--today", "2026-11-20", finds=True)
    assert "未通过" not in run("-C", "place", "check", "--test")
    run("-C", "place", "report", "--quarter", "2026Q3", "--today", "2026-11-20")
    assert (tmp_path / "place/reports/2026Q3.html").is_file()
    assert "怎么改" in run("explain", "QD207")
