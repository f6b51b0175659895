"""A long history for a generated district: its promised limits are adjusted one commit after the other, each with its record.

Git's importer makes it, since ten thousand commits by hand would take hours.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generate import generate

from qingdan.core.schema import Schemas
from qingdan.core.text.canonical import emit
from qingdan.model.workspace import Doc
from qingdan.repo import resources

FIRST = datetime(2025, 1, 2, 2, tzinfo=UTC)
DAYS = 630
_LIMIT = "  promised_limit: "


def make(folder: Path, items: int, commits: int) -> None:
    """A workspace with its history below ``folder``; its files are those of the last commit."""
    generate(folder, items)
    (folder / "ledger").mkdir()
    git = ("git", "-C", str(folder))
    subprocess.run((*git, "init", "-q", "-b", "main"), check=True)
    stream = "".join(_stream(folder, commits)).encode()
    subprocess.run((*git, "fast-import", "--quiet"), input=stream, check=True)
    subprocess.run((*git, "reset", "-q", "--hard", "main"), check=True)


def _stream(folder: Path, commits: int) -> Iterator[str]:
    """The commits as git's importer reads them."""
    layout = Schemas(resources.schema_texts())["adjustment"].layout
    paths = sorted(path for path in folder.rglob("*.yaml") if ".git" not in path.parts)
    files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}
    record = emit(_registered(), layout)
    first = files | {f"ledger/adjustments/2024/{_registered()['id']}.yaml": record}
    yield _commit(FIRST - timedelta(days=3), "建库\n", first)
    chance, lists = random.Random(7), [path for path in files if path.startswith("lists/")]
    for number in range(commits):
        moment = FIRST + timedelta(days=DAYS) * number / commits
        path = chance.choice(lists)
        files[path], made = _adjusted(files[path], path, moment, number)
        where = f"ledger/adjustments/{moment.year}/{made['id']}.yaml"
        yield _commit(
            moment, f"调整 承诺时限 {number}\n", {path: files[path], where: emit(made, layout)}
        )


def _adjusted(text: str, path: str, moment: datetime, number: int) -> tuple[str, Doc]:
    """The list with one promised limit changed, and the record of it; every ninth one comes late."""
    chunks = text.split("\n- code: ")
    place = 1 + number % (len(chunks) - 1)
    chunk = chunks[place]
    code, start = chunk.split("\n", 1)[0], chunk.index(_LIMIT) + len(_LIMIT)
    end = chunk.index("\n", start)
    before = chunk[start:end]
    after = "20个工作日" if before != "20个工作日" else "19个工作日"
    chunks[place] = chunk[:start] + after + chunk[end:]
    day = moment.date()
    made: Doc = {
        "id": f"{day}-{code}-{number}",
        "kind": "change",
        "items": [code],
        "trigger": "internal",
        "occurred": f"{day - timedelta(days=number % 5)}",
        "within": "5个工作日",
        "deadline": f"{day - timedelta(days=1) if number % 9 == 0 else day + timedelta(days=3)}",
        "applied": f"{day}",
        "reason": "压减办理环节用时",
        "changes": [{"item": code, "field": "promised_limit", "before": before, "after": after}],
        "steps": [
            {
                "stage": "申请",
                "by": Path(path).stem,
                "started": f"{day}",
                "done": f"{day}",
                "result": "已提出",
            }
        ],
    }
    if number % 9 == 0:
        made["late_reason"] = "会签用时较长"
    return "\n- code: ".join(chunks), made


def _registered() -> Doc:
    return {
        "id": "2024-12-30-powers",
        "kind": "register",
        "lists": ["powers"],
        "trigger": "streamlined",
        "occurred": "2024-12-30",
        "deadline": "none",
        "applied": "2024-12-30",
        "reason": "首次建库",
        "steps": [
            {
                "stage": "申请",
                "by": "JS-SFJ",
                "started": "2024-12-30",
                "done": "2024-12-30",
                "result": "已提出",
            }
        ],
    }


def _commit(moment: datetime, message: str, files: dict[str, str]) -> str:
    lines = [
        f"commit refs/heads/main\ncommitter 测试 <t@qingdan.example> {int(moment.timestamp())} +0800\n"
    ]
    lines.append(_data(message))
    lines += [f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()]
    return "".join(lines)


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
