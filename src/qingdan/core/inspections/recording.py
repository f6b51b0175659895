"""What people answered, brought into the sheet: rule by rule, appended, never overwritten.

An answer that is a finding needs evidence (S2 第四条); one that says all is well where a machine found something
needs an explanation; one that differs from what was answered before needs a reason; what two people answer
differently needs a choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.inspections.questions import ANSWERS, FOUND, VERDICTS, bad
from qingdan.core.ledger.inspections import latest, rows
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.inspections.questions import Form
    from qingdan.model.values import Doc, Value


class Entry(Struct, frozen=True):
    """A line that somebody filled in: what it is about, what it says, where it stands in his file."""

    where: str
    key: tuple[str, ...]
    answer: str
    evidence: tuple[Doc, ...] = ()
    note: str = ""


class Stamp(Struct, frozen=True):
    """What a filled form says it is."""

    inspection: str
    unit: str
    commit: str
    day: str
    digest: str


class Filled(Struct, frozen=True):
    """A form that came back. Each part holds lines by what they answer; ``asked`` are the questions as they stand in it."""

    name: str
    sha256: str
    stamp: Stamp
    asked: tuple[tuple[str, str, str], ...] = ()
    answers: tuple[Entry, ...] = ()
    samples: tuple[Entry, ...] = ()
    materials: tuple[Entry, ...] = ()
    interviews: tuple[Entry, ...] = ()
    practices: tuple[Entry, ...] = ()
    problems: tuple[Entry, ...] = ()


class Said(Struct, frozen=True):
    """What whoever records says besides: the day, a reason for corrections, choices between two answers."""

    day: str
    reason: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


class _Part(Struct, frozen=True):
    """A part of the sheet whose entries answer something: how it is called, named and answered."""

    key: str
    names: tuple[str, ...]
    choices: tuple[str, ...]


_ANSWERS = _Part("answers", ("rule",), ANSWERS)
_SAMPLES = _Part("samples", ("of", "member"), VERDICTS)
_MATERIALS = _Part("materials", ("kind",), FOUND)


def record(form: Form, filled: Sequence[Filled], said: Said) -> Doc:
    """The unit's sheet with what the forms say at the end of each part; RefusedError naming all that cannot be."""
    problems = [why for each in filled for why in _misfits(each, form)]
    _refuse(problems)
    sheet: Doc = {
        "id": form.unit.code,
        "inspection": form.case.id,
        "machine": form.said.row,
        **form.sheet,
    }
    fresh = [each for each in filled if each.sha256 not in _taken(sheet)]
    for part in (_ANSWERS, _SAMPLES, _MATERIALS):
        found, whys = _answered(part, fresh, form, said)
        problems += whys
        sheet = _grown(sheet, part.key, found)
    problems += [why for each in fresh for why in _unfounded(each, form)]
    _refuse(problems)
    sheet = _grown(sheet, "interviews", [row for each in fresh for row in _counts(each, said)])
    sheet = _grown(sheet, "practices", _new(sheet, "practices", fresh, said))
    sheet = _grown(sheet, "problems", _new(sheet, "problems", fresh, said))
    return _grown(sheet, "taken", [{"sha256": each.sha256, "day": said.day} for each in fresh])


def refuse_unused(said: Said, filled: Sequence[Filled]) -> None:
    """UsageError for a choice about something that nobody answered."""
    parts = (_ANSWERS, _SAMPLES, _MATERIALS)
    known = {
        entry.key[-1] for each in filled for part in parts for entry in getattr(each, part.key)
    }
    for name in said.choices:
        if name not in known:
            near = likest(name, known, 1)
            guess = f"是不是“{near[0]}”？" if near else ""
            raise UsageError(f"--choose 写的“{name}”不在交来的检查表中。{guess}")


def taken_before(form: Form, each: Filled) -> bool:
    """Whether this very file was recorded before."""
    return each.sha256 in _taken(form.sheet)


def _taken(sheet: Doc) -> set[str]:
    return {str(row["sha256"]) for row in rows(sheet, "taken")}


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise RefusedError(f"以下{len(problems)}处不能录入，没有提交，文件没有改动：\n{listed}")


def _grown(sheet: Doc, key: str, found: Iterable[Doc]) -> Doc:
    more = list(found)
    return sheet | {key: cast("Value", [*rows(sheet, key), *more])} if more else sheet


def _misfits(each: Filled, form: Form) -> Iterator[str]:
    """Why a file is none of this sheet: of another inspection, edited in its questions, or overtaken."""
    rules = {rule.key: rule for rule in form.rules}
    for where, key, question in each.asked:
        rule = rules.get(key)
        if rule is None:
            yield f"{where}：检查规则“{key}”不在这次检查之内，请不要增加规则；另外发现的问题写在“存在问题”中。"
        elif question and question != rule.question:
            yield f"{where}：检查内容被改动了，应为“{rule.question}”；请恢复原文，只填写空着的栏目。"
    if each.stamp.digest != form.digest:
        yield (
            f"{each.name}：底稿已经过时，检查内容、抽取结果或查阅材料在它生成以后有了变动；"
            f"请用 qingdan inspect sheet {form.case.id} --unit {form.unit.code} 重新生成，已经录入的不会丢失。"
        )


def _answered(
    part: _Part, filled: Sequence[Filled], form: Form, said: Said
) -> tuple[list[Doc], list[str]]:
    """The rows that a part grows by, and what cannot be taken."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for each in filled:
        for entry in getattr(each, part.key):
            if entry.answer or entry.note or entry.evidence:
                groups.setdefault(entry.key, []).append(entry)
    known = latest(rows(form.sheet, part.key), *part.names)
    found: list[Doc] = []
    problems: list[str] = []
    for key, entries in groups.items():
        whys = list(_wrong(part, entries, form, said))
        problems += whys
        if not whys:
            row, why = _row(part, _chosen(entries, said), known.get(key), form, said)
            found += [row] if row else []
            problems += [why] if why else []
    return found, problems


def _wrong(part: _Part, entries: Sequence[Entry], form: Form, said: Said) -> Iterator[str]:
    for entry in entries:
        if not entry.answer:
            yield f"{entry.where}：写了证据或说明，没有写回答；请从{'、'.join(part.choices)}中选一个。"
        elif entry.answer not in part.choices:
            yield f"{entry.where}：“{entry.answer}”不是可选的回答，请从{'、'.join(part.choices)}中选一个。"
    if entries[0].key not in _allowed(part, form):
        yield f"{entries[0].where}：“{'、'.join(entries[0].key)}”不在这张检查表之内。"
    name = entries[0].key[-1]
    given = dict.fromkeys(entry.answer for entry in entries)
    if said.choices.get(name, entries[0].answer) not in given:
        yield f"“--choose {name}={said.choices[name]}”：没有人这样回答，交来的回答：{'、'.join(given)}。"
    elif len(given) > 1 and name not in said.choices:
        told = "；".join(f"{entry.where}写“{entry.answer}”" for entry in entries)
        yield f"“{name}”的回答不一致：{told}。请商定后用 --choose {name}=回答 写明以哪个为准。"


def _allowed(part: _Part, form: Form) -> set[tuple[str, ...]]:
    if part is _ANSWERS:
        return {(rule.key,) for rule in form.rules}
    return set(form.samples) if part is _SAMPLES else {(kind,) for kind in form.materials}


def _chosen(entries: Sequence[Entry], said: Said) -> Entry:
    """What several people's lines come to: the answer chosen, the evidence and words of those who gave it."""
    answer = said.choices.get(entries[0].key[-1], entries[0].answer)
    same = [entry for entry in entries if entry.answer == answer] or list(entries)
    evidence: list[Doc] = []
    for entry in same:
        evidence += [row for row in entry.evidence if row not in evidence]
    notes = dict.fromkeys(entry.note for entry in same if entry.note)
    return Entry(same[0].where, same[0].key, answer, tuple(evidence), "；".join(notes))


def _row(
    part: _Part, entry: Entry, before: Doc | None, form: Form, said: Said
) -> tuple[Doc | None, str]:
    """The row to be appended, None if it would say nothing new; and why it cannot be."""
    if before and _says_the_same(entry, before):
        return None, ""
    corrects = before is not None and before["answer"] != entry.answer
    if corrects and not said.reason:
        was = cast("Doc", before)
        return None, (
            f"{entry.where}：“{entry.key[-1]}”已于{was['day']}录入为“{was['answer']}”，这里写“{entry.answer}”；"
            "确须更正的，请用 --reason 写明理由，原来的回答会保留。"
        )
    why = _unproved(part, entry, form)
    words: Doc = {"note": entry.note}
    if part is _ANSWERS and contradicts(entry.answer, entry.key[0], form):
        words = {"explanation": entry.note}
        why = why or _unexplained(entry, form)
    row: Doc = dict(zip(part.names, entry.key, strict=True))
    row |= {"answer": entry.answer, **words, "evidence": list(entry.evidence)}
    row |= {"reason": said.reason if corrects else "", "day": said.day}
    return {key: value for key, value in row.items() if value not in ("", [])}, why


def _says_the_same(entry: Entry, before: Doc) -> bool:
    """Whether a line adds nothing to what is recorded: a form that was made of the record comes back with it."""
    evidence = cast("list[Doc]", before.get("evidence") or [])
    words = {str(before.get(key, "")) for key in ("note", "explanation")}
    bare = [{key: value for key, value in row.items() if key != "sha256"} for row in evidence]
    given = [
        {key: value for key, value in row.items() if key != "sha256"} for row in entry.evidence
    ]
    return (
        before["answer"] == entry.answer and entry.note in words and all(r in bare for r in given)
    )


def _unproved(part: _Part, entry: Entry, form: Form) -> str:
    rules = {rule.key: rule for rule in form.rules}
    is_bad = (
        entry.answer == bad(rules[entry.key[0]])
        if part is _ANSWERS
        else part is _SAMPLES and entry.answer == VERDICTS[1]
    )
    if not is_bad or entry.evidence or (part is _ANSWERS and form.found(rules[entry.key[0]])):
        return ""
    return f"{entry.where}：“{entry.key[-1]}”答“{entry.answer}”是认定有问题，须有证据；请在证据栏写明文件或出处。"


def contradicts(answer: str, rule: str, form: Form) -> bool:
    """Whether an answer says that all is well where the machine found something."""
    asked = next((each for each in form.rules if each.key == rule), None)
    return asked is not None and answer != bad(asked) and bool(form.found(asked))


def _unexplained(entry: Entry, form: Form) -> str:
    if entry.note:
        return ""
    rule = next(each for each in form.rules if each.key == entry.key[0])
    facts = form.found(rule)
    return (
        f"{entry.where}：“{rule.key}”答“{entry.answer}”，机器检查却发现{len(facts)}个问题（例如“{facts[0]['fact']}”）；"
        "机器的结果不能改，请核对，确认无误的在说明栏写明理由。"
    )


def _unfounded(each: Filled, form: Form) -> Iterator[str]:
    """What is wrong with counts and with problems that somebody wrote freely."""
    for entry in each.interviews:
        if entry.answer and not (entry.answer.isdecimal() and len(entry.answer) < 6):
            yield f"{entry.where}：“{entry.answer}”不是人次，请写数字；只记人次，不写姓名。"
    for entry in each.problems:
        rule, _item, gravity = entry.key
        if not entry.evidence:
            yield f"{entry.where}：问题“{entry.answer}”没有证据，请在证据栏写明文件或出处。"
        if rule and rule not in form.citable:
            yield f"{entry.where}：检查规则“{rule}”不在这次检查的规则包之内；不属于哪一条的请空着。"
        if gravity not in {"", "轻微", "一般", "严重"}:
            yield f"{entry.where}：情节“{gravity}”不在可选范围内：轻微、一般、严重。"


def _counts(each: Filled, said: Said) -> Iterator[Doc]:
    for entry in each.interviews:
        if entry.answer and int(entry.answer):
            yield {"kind": entry.key[0], "count": int(entry.answer), "day": said.day}


def _new(sheet: Doc, key: str, filled: Sequence[Filled], said: Said) -> Iterator[Doc]:
    """Practices and problems that are not on the sheet yet."""
    seen = {str(row["what"]) for row in rows(sheet, key)}
    for each in filled:
        for entry in getattr(each, key):
            if entry.answer not in seen:
                seen.add(entry.answer)
                rule, item, gravity = entry.key if key == "problems" else ("", "", "")
                row: Doc = {"what": entry.answer, "rule": rule, "item": item, "gravity": gravity}
                row |= {"evidence": list(entry.evidence), "day": said.day}
                yield {name: value for name, value in row.items() if value not in ("", [])}
