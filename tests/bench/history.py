"""A long history for a generated district: its promised limits are adjusted one commit after the other, each with its record.

Git's importer makes it, since ten thousand commits by hand would take hours.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from generate import generate

from qingdan.core.calendar import Calendar
from qingdan.core.deadlines import Deadlines
from qingdan.core.places import adjustment_path
from qingdan.core.schema import Schemas
from qingdan.core.text.canonical import emit
from qingdan.model.limits import Limit
from qingdan.model.values import Doc
from qingdan.repo import resources

FIRST = datetime(2025, 1, 2, 2, tzinfo=UTC)
DAYS = 630
_LIMIT, _WITHIN = "  promised_limit: ", "5个工作日"
_LATE = "会签用时较长"


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
    record = _registered()
    first = files | {adjustment_path(str(record["id"])): emit(record, layout)}
    yield _commit(FIRST - timedelta(days=3), _message("建库", record), first)
    chance, lists = random.Random(7), [path for path in files if path.startswith("lists/")]
    deadlines = Deadlines(Limit.parse(_WITHIN), Calendar())
    for number in range(commits):
        moment = FIRST + timedelta(days=DAYS) * number / commits
        path = chance.choice(lists)
        files[path], made = _adjusted(files[path], path, moment.date(), number, deadlines)
        where = adjustment_path(str(made["id"]))
        message = _message(f"调整 承诺办结时限（{made['id']}）", made)
        yield _commit(moment, message, {path: files[path], where: emit(made, layout)})


def _adjusted(
    text: str, path: str, day: date, number: int, deadlines: Deadlines
) -> tuple[str, Doc]:
    """The list with one promised limit changed, and the record of it; every ninth one comes late."""
    chunks = text.split("\n- code: ")
    place = 1 + number % (len(chunks) - 1)
    chunk = chunks[place]
    code, start = chunk.split("\n", 1)[0], chunk.index(_LIMIT) + len(_LIMIT)
    end = chunk.index("\n", start)
    before = chunk[start:end]
    after = "20个工作日" if before != "20个工作日" else "19个工作日"
    chunks[place] = chunk[:start] + after + chunk[end:]
    late = number % 9 == 0
    occurred = f"{day - timedelta(days=20 if late else number % 5)}"
    last = deadlines.last(occurred)
    step: Doc = {
        "stage": "申请",
        "by": Path(path).stem,
        "started": occurred,
        "due": last,
        "done": f"{day}",
        "result": "已提出",
    }
    made: Doc = {
        "id": f"{day}-{code}-{number}",
        "kind": "change",
        "items": [code],
        "trigger": "internal",
        "occurred": occurred,
        "within": _WITHIN,
        "deadline": last,
        "applied": f"{day}",
        "reason": "压减办理环节用时",
        **({"late_reason": _LATE} if late else {}),
        "changes": [{"item": code, "field": "promised_limit", "before": before, "after": after}],
        "steps": [step | ({"reason": _LATE} if late else {})],
    }
    return "\n- code: ".join(chunks), made


_TRAILERS = {
    "Adjustment": "kind", "List": "lists", "Item": "items", "Trigger": "trigger", "Occurred": "occurred",
    "Deadline": "deadline", "Reason": "reason", "Late-Reason": "late_reason", "Record": "id",
}  # fmt: skip


def _message(subject: str, record: Doc) -> str:
    """What a commit says of its record, as the program writes it."""
    told = ((key, record[name]) for key, name in _TRAILERS.items() if name in record)
    rows = ((key, value[0] if isinstance(value, list) else value) for key, value in told)
    return f"{subject}\n\n" + "".join(f"{key}: {value}\n" for key, value in rows)


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
