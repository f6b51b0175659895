"""A sheet as people get it to fill in: pages of a workbook, or a text; both know what they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import wording
from qingdan.core.inspections.questions import ANSWERS, FOUND, INTERVIEWS, VERDICTS
from qingdan.core.ledger.inspections import latest, rows
from qingdan.core.tables import cells
from qingdan.core.text.canonical import emit
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.inspections.questions import Form
    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.rules import Rule
    from qingdan.model.values import Doc, Value

FORMAT = "1"
"""The version of the form's layout."""
STAMP = "底稿"
_SHOWN = 3
"""So many findings are shown beside a question; all of them stand on a page of their own."""
_LONGEST_TITLE = 120
_SPARE = 12
"""Empty rows where people write what nobody asked."""


class Field(Struct, frozen=True):
    """A column of a page: its width, its choices, whether people write in it."""

    key: str
    width: int
    open: bool = False
    choices: tuple[str, ...] = ()


EVIDENCE = Field("evidence", 22, open=True)
NOTE = Field("note", 20, open=True)
PAGES: Mapping[str, tuple[Field, ...]] = {
    "answers": (
        Field("rule", 18),
        Field("article", 22),
        Field("question", 36),
        Field("machine", 9),
        Field("found", 26),
        Field("answer", 7, open=True, choices=ANSWERS),
        EVIDENCE,
        NOTE,
    ),
    "samples": (
        Field("of", 9),
        Field("member", 30),
        Field("answer", 10, open=True, choices=VERDICTS),
        EVIDENCE,
        NOTE,
    ),
    "materials": (
        Field("kind", 48),
        Field("answer", 9, open=True, choices=FOUND),
        EVIDENCE,
        NOTE,
    ),
    "interviews": (Field("kind", 24), Field("count", 12, open=True)),
    "practices": (Field("what", 80, open=True), EVIDENCE),
    "problems": (
        Field("what", 50, open=True),
        Field("rule", 18, open=True),
        Field("item", 18, open=True),
        Field("gravity", 9, open=True, choices=("轻微", "一般", "严重")),
        EVIDENCE,
    ),
}
"""The pages of a form by the part of the sheet that they fill, in their order."""


def document(form: Form) -> Doc:
    """The form as a document: what is asked, and what has been answered so far."""
    return {
        "inspection": form.case.id,
        "title": form.case.record["title"],
        "unit": form.unit.code,
        "commit": form.basis.commit,
        "day": form.basis.day,
        "digest": form.digest,
        "answers": list(_questions(form)),
        "samples": list(_samples(form)),
        "materials": list(_materials(form)),
        "interviews": [{"kind": kind, "count": ""} for kind in INTERVIEWS],
        "practices": [],
        "problems": [],
    }


def text(form: Form, schema: Schema) -> str:
    """The form as YAML to be filled in."""
    head = (
        f"# {_heading(form)}\n"
        "# 只填 answer（回答）、evidence（证据，每项写“文件或出处｜日期｜说明”）、note（说明）等空着的内容，其余不要改动。\n"
        "# 座谈访谈只写人次，不写姓名。practices（经验做法）和 problems（存在问题）按需要逐项增加，写法：\n"
        "# practices:\n# - what: 做法\n# problems:\n# - what: 问题\n#   evidence: [文件或出处]\n"
    )
    return head + emit(document(form), schema.layout)


def _heading(form: Form) -> str:
    """What stands above the form: one line, short enough for the head of a printed page."""
    title = wording.one_line(str(form.case.record["title"]))
    return f"{title[:_LONGEST_TITLE]}（{wording.one_line(form.unit.short)[:40]}）"


def grids(form: Form, schemas: Schemas) -> list[Grid]:
    """The form as the pages of a workbook."""
    doc, schema = document(form), schemas["form"]
    found = [
        _page(key, cast("list[Doc]", doc[key]), form, schema)
        for key in PAGES
        if doc[key] or key in _FREE
    ]
    return [found[0], *_facts(form, schemas["sheet"]), *found[1:], _stamp(doc)] if found else []


_FREE = ("practices", "problems")
_UNSETTLED = "没有可以比对的数据，或者发现的问题不专属本单位，机器没有判断。"


def _page(key: str, entries: list[Doc], form: Form, schema: Schema) -> Grid:
    columns = tuple(
        Column(
            field.key,
            schema.label((key, 0, field.key)),
            field.width,
            field.choices,
            note=_hint(field.key),
            open=field.open,
        )
        for field in PAGES[key]
    )
    lines = tuple(tuple(_cell(entry.get(field.key)) for field in PAGES[key]) for entry in entries)
    empty = ("",) * len(columns)
    spare = (empty,) * _SPARE if key in _FREE else ()
    return Grid(
        schema.label((key,)),
        columns,
        (*lines, *spare),
        printed=_heading(form),
        form=True,
        above=_above(key, form),
    )


def _above(key: str, form: Form) -> tuple[str, ...]:
    """What stands above a page: of what it is, and how it is filled in."""
    asked = sum(map(form.for_people, form.rules))
    how = {
        "answers": f"只填白色的格：前{asked}项请逐项回答，后面{len(form.rules) - asked}项机器已经回答，不同意的才填。"
        "回答有问题的，在“证据”中写明出处。",
        "samples": "只填白色的格：逐一写明结论，不合格的在“证据”中写明出处。",
        "materials": "只填白色的格：查阅了的写“有”，单位没有的写“没有”。",
        "interviews": "只填白色的格：写人次，不写姓名。",
        "practices": "只填白色的格：一行写一条，没有的空着。",
        "problems": "只填白色的格：检查表以外发现的问题，一行写一个，写明证据；没有的空着。",
    }
    return _heading(form), how[key]


def _hint(key: str) -> str:
    return {
        "evidence": f"每行一件：文件或出处{cells.BAR}日期{cells.BAR}说明；文件与本表放在一起的，录入时自动计算摘要。",
        "count": "只写人次，不写姓名。",
        "note": "不同意机器结果的，在这里写明理由。",
    }.get(key, "")


def _cell(value: Value | None) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _facts(form: Form, schema: Schema) -> Iterator[Grid]:
    """The page of what the machine found, for reading only."""
    at = ("machine", "findings", 0)
    keys = (("code", 9), ("severity", 7), ("item", 18), ("fact", 70), ("place", 40))
    words = schema.node((*at, "severity"))["x-labels"]
    lines = tuple(
        tuple(words.get(fact.get(key), _cell(fact.get(key))) for key, _ in keys)
        for fact in form.facts
    )
    if lines:
        columns = tuple(Column(key, schema.label((*at, key)), width) for key, width in keys)
        yield Grid(schema.label(at[:1]), columns, lines, printed=_heading(form), form=True)


def _stamp(doc: Doc) -> Grid:
    """The hidden page: what the form was made from."""
    keys = ("inspection", "unit", "commit", "day", "digest")
    lines = (("format", FORMAT), *((key, str(doc[key])) for key in keys))
    columns = (Column("key", "项目", 12, hidden=True), Column("value", "内容", 44, hidden=True))
    return Grid(STAMP, columns, lines)


def _questions(form: Form) -> Iterator[Doc]:
    """What people must answer comes first, then what the machine answers alone."""
    known = latest(rows(form.sheet, "answers"), "rule")
    for rule in sorted(form.rules, key=form.for_people, reverse=True):
        title = form.regulations.get(rule.regulation, rule.regulation)
        yield {
            "rule": rule.key,
            "article": f"《{title}》{rule.article}",
            "question": rule.question,
            "machine": form.machine(rule) or "由人回答",
            "found": list(_shown(form.found(rule))) or _open(form, rule),
            **_before(known.get((rule.key,))),
        }


def _open(form: Form, rule: Rule) -> list[Value]:
    return [_UNSETTLED] if rule.key in form.said.unsettled else []


def _shown(facts: tuple[Doc, ...]) -> Iterator[str]:
    for fact in facts[:_SHOWN]:
        yield f"{fact['fact']}{_named(fact)}"
    if len(facts) > _SHOWN:
        yield f"……共{len(facts)}个，见“机器检查结果”"


def _named(fact: Doc) -> str:
    return f"（{fact['item']}）" if "item" in fact else ""


def _samples(form: Form) -> Iterator[Doc]:
    known = latest(rows(form.sheet, "samples"), "of", "member")
    for of, member in form.samples:
        yield {"of": of, "member": member, **_before(known.get((of, member)))}


def _materials(form: Form) -> Iterator[Doc]:
    known = latest(rows(form.sheet, "materials"), "kind")
    for kind in form.materials:
        yield {"kind": kind, **_before(known.get((kind,)))}


def _before(entry: Doc | None) -> Doc:
    """What has been answered, in the words in which it is read back."""
    found = entry or {}
    evidence = cast("list[Doc]", found.get("evidence") or [])
    return {
        "answer": found.get("answer", ""),
        "evidence": cast("Value", [shown(row) for row in evidence]),
        "note": found.get("explanation", found.get("note", "")),
    }


def shown(evidence: Doc) -> str:
    """A piece of evidence on a line: 文件或出处｜日期｜说明."""
    parts = [str(evidence.get(key, "")) for key in ("path", "date", "note")]
    return cells.BAR.join(parts).rstrip(cells.BAR)
