"""``report --quarter``: the 季通报 from the history of the main branch; the same bytes from the same commit."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qingdan.core.ledger import closing as ledger
from qingdan.core.ledger.held import Scope, duty_of, editions
from qingdan.core.reports.quarterly import bulletin
from qingdan.desk import closing, documents
from qingdan.desk.opening import require_settings
from qingdan.desk.periods import ground_of
from qingdan.desk.periods import wanted as asked
from qingdan.desk.templates import QUARTER
from qingdan.model.errors import RefusedError
from qingdan.model.papers import Letterhead

if TYPE_CHECKING:
    from pathlib import Path

    from qingdan.core.ledger.closing import Edition
    from qingdan.core.reports.quarterly import Ground
    from qingdan.desk.closing import Manner, Part
    from qingdan.desk.opening import Opened
    from qingdan.model.periods import Span
    from qingdan.model.reports import Bulletin
    from qingdan.model.workspace import Doc


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a period, and where: ``formats`` empty for all; ``number`` and ``dated`` as the office gives them.

    ``record`` closes it, ``corrects`` makes a new edition of what was closed.
    """

    period: str
    out: Path | None = None
    formats: tuple[str, ...] = ()
    number: str = ""
    dated: str = ""
    context: bool = False
    record: bool = False
    corrects: str = ""


def run(opened: Opened, wanted: Wanted, manner: Manner) -> int:
    """Make the bulletin of a quarter in each format, or print its data; a closed one as it was closed."""
    quarter = asked("quarter", wanted.period, manner.day)
    closes = wanted.record or bool(wanted.corrects)
    forms = documents.formats(() if closes else wanted.formats)
    ground = ground_of(opened, quarter)
    part, record = _closed(opened, quarter)
    old = editions(record)[-1] if record else None
    repeated = old if old and not wanted.corrects else None
    if record:
        ground = replace(ground, conceded=ledger.conceded(record, repeated))
    if repeated:
        _refuse_other(repeated, ground, wanted)
    made = _corrected(bulletin(ground), repeated or old, wanted)
    head = _head(ground, repeated, wanted)
    data = documents.plain(made) | {"letterhead": documents.plain(head)}
    if wanted.context:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return 0
    place = documents.office(opened.schemas, opened.snapshot(ground.commit), ground.closing)
    done = documents.written(place, documents.made(place, QUARTER, data), forms)
    contents = {f"{quarter.name}.{ending}": raw for ending, raw in done.items()}
    if repeated:
        ledger.refuse_other_bytes(repeated, contents)
    if closes:
        duty = closing.duty(require_settings(opened.book()), "quarter")
        part = part or closing.Part(duty, quarter, Scope())
        closing.close(opened, part, _edition(made, contents, head, wanted), manner)
    folder = wanted.out or opened.root / documents.REPORTS
    paths = documents.put_files(folder, contents)
    state = "已办结" if closes else "已生成"
    sys.stdout.write(f"{quarter.title}通报{state}：\n" + "".join(f"  {path}\n" for path in paths))
    return 0


def _closed(opened: Opened, quarter: Span) -> tuple[Part | None, Doc | None]:
    """The part that the bulletin of a quarter is, and its record; nothing where the settings know no such duty."""
    book = opened.book()
    duty = duty_of(require_settings(book), "quarter")
    part = closing.Part(duty, quarter, Scope()) if duty else None
    return part, closing.record_of(part, book) if part else None


def _refuse_other(repeated: Doc, ground: Ground, wanted: Wanted) -> None:
    """RefusedError where a closed bulletin is asked for otherwise than it was closed."""
    if repeated["commit"] != ground.commit:
        raise RefusedError(
            f"办结时季末的版本是{str(repeated['commit'])[:12]}，现在是{ground.commit[:12]}：历史已被改写，不能重新生成。"
        )
    head = {"reference": wanted.number, "dated": wanted.dated}
    if any(text and text != str(repeated.get(key, "")) for key, text in head.items()):
        raise RefusedError(
            f"已于{repeated['day']}办结，发文字号和成文日期不能改动；确有错误的，用 --correct 写明更正了什么。"
        )


def _corrected(made: Bulletin, old: Doc | None, wanted: Wanted) -> Bulletin:
    """A later edition says what it corrects."""
    corrects = wanted.corrects or str(old.get("corrects", "")) if old else ""
    if not old or not corrects:
        return made
    number = int(str(old["number"])) + (1 if wanted.corrects else 0)
    return replace(
        made, opening=f"{made.opening}本通报为第{number}版，更正第{number - 1}版：{corrects}"
    )


def _head(ground: Ground, repeated: Doc | None, wanted: Wanted) -> Letterhead:
    if repeated:
        return Letterhead(
            ground.issuer, str(repeated.get("reference", "")), str(repeated.get("dated", ""))
        )
    return Letterhead(ground.issuer, wanted.number, wanted.dated)


def _edition(
    made: Bulletin, contents: dict[str, bytes], head: Letterhead, wanted: Wanted
) -> Edition:
    scores = [(row.code, row.score, row.arithmetic) for row in made.ranking]
    return ledger.Edition(
        made.commit,
        contents,
        scores=scores,
        full=made.full,
        reference=head.number,
        dated=head.dated,
        corrects=wanted.corrects,
    )
