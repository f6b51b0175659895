"""What a command was told to write: whole, at the end of no link, into a pipe; one sentence where it cannot be."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from conftest import put
from qingdan.model.errors import UsageError
from qingdan.repo import files


def test_a_file_is_written_in_folders_that_are_made(tmp_path: Path) -> None:
    files.write(tmp_path / "新" / "表.csv", b"1")
    files.write(tmp_path / "新" / "表.csv", b"2")
    assert (tmp_path / "新" / "表.csv").read_bytes() == b"2"
    assert [each.name for each in (tmp_path / "新").iterdir()] == ["表.csv"]


def test_nothing_is_written_at_the_end_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    end = tmp_path / "archive" / "a.csv"
    link = tmp_path / "a.csv"
    link.symlink_to(end)
    with pytest.raises(UsageError, match=f"不能写入{link}：是链接"):
        files.write(link, b"new")
    assert not end.exists()
    end.write_bytes(b"old")
    with pytest.raises(UsageError, match=f"不能写入{link}：是链接"):
        files.write(link, b"new")
    assert link.is_symlink()
    assert end.read_bytes() == b"old"


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", b"old")
    file.chmod(0o640)
    files.write(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    listener = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    listener.start()
    files.write(pipe, b"told")
    listener.join(10)
    assert heard == [b"told"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    ("name", "why"),
    [("folder", "是文件夹，不是文件"), ("file/x", "同名的文件已经存在|是文件，不是文件夹")],
)
def test_what_cannot_be_written_is_told_and_nothing_is_left(
    tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"here")
    with pytest.raises(UsageError, match=f"不能写入{tmp_path / name}：.*({why})"):
        files.write(tmp_path / name, b"raw")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"here"
