"""The sample's inspections: planned, drawn, recorded and closed with the same engine that clerks use.

What people answered stands in a story file: the answers that are findings, and for the rest what is expected.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.inspections.following import Done
from qingdan.core.inspections.planning import Wanted
from qingdan.core.inspections.questions import Basis
from qingdan.core.inspections.recording import Entry, Filled, Said, Stamp
from qingdan.core.text import strict
from qingdan.desk.inspections import drawing, inspecting, sheets
from qingdan.desk.inspections.inspecting import Manner
from qingdan.desk.reports import conferring
from qingdan.model.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from qingdan.core.inspections.questions import Form
    from qingdan.desk.opening import Opened

    _Step = Mapping[str, Any]


def _plan(opened: Opened, step: _Step, _folder: Path) -> None:
    first, last = (date.fromisoformat(step.get(key, step["day"])) for key in ("from", "to"))
    training = step.get("training")
    wanted = Wanted(
        step["kind"],
        tuple(step["units"]),
        first,
        last,
        period=step["period"],
        members=tuple(step.get("members", ())),
        packs=tuple(step.get("packs", ())),
        focus=tuple(step.get("focus", ())),
        training=(training["day"], training["what"]) if training else None,
    )
    inspecting.plan_inspection(opened, wanted, _manner(step))


def _manner(step: _Step) -> Manner:
    return Manner(date.fromisoformat(step["day"]))


def _draw(opened: Opened, step: _Step, folder: Path) -> None:
    file = folder / step["table"] if "table" in step else None
    table = (file.name, file.read_bytes()) if file else None
    wanted = drawing.Drawing(step["of"], step["count"], step.get("by", ""), table=table)
    drawing.draw_for(opened, step["inspection"], wanted, _manner(step))


def _notify(opened: Opened, step: _Step, _folder: Path) -> None:
    inspecting.notify(opened, step["inspection"], step.get("document", ""), _manner(step))


def _record(opened: Opened, step: _Step, folder: Path) -> None:
    """Fill in the sheets of all units as the story says, and record them at once."""
    book = opened.book()
    case = inspecting.case_of(book, step["inspection"])
    basis = Basis(opened.repository.resolve("HEAD"), step["day"])
    told = cast("Mapping[str, Any]", strict.read((folder / step["file"]).read_text("utf-8"))[0])
    forms = sheets.forms(opened, case, book, case.units, basis)
    filled = [_filled(form, told, step["file"]) for form in forms.values()]
    sheets.record_forms(opened, case.id, filled, Said(step["day"]), _manner(step))


def _filled(form: Form, told: _Step, name: str) -> Filled:
    said = {**told["all"], **told.get("units", {}).get(form.unit.code, {})}
    stamp = Stamp(form.case.id, form.unit.code, form.basis.commit, form.basis.day, form.digest)
    return Filled(
        name,
        sha256_of(f"{form.case.id}{form.unit.code}".encode()),
        stamp,
        answers=tuple(_answers(form, said)),
        samples=tuple(_samples(form, said)),
        materials=tuple(Entry("", (kind,), "有") for kind in form.materials),
        interviews=tuple(
            Entry("", (kind,), str(count)) for kind, count in said.get("interviews", {}).items()
        ),
        practices=tuple(Entry("", (), text) for text in said.get("practices", ())),
        problems=tuple(
            _entry((row.get("rule", ""), "", row.get("gravity", "")), row)
            for row in said.get("problems", ())
        ),
    )


def _entry(key: tuple[str, ...], row: _Step) -> Entry:
    evidence = tuple({"path": text} for text in row.get("evidence", ()))
    return Entry("", key, row["answer"], evidence, row.get("note", ""))


def _answers(form: Form, said: _Step) -> Iterator[Entry]:
    """What the story says of a rule; where it says nothing, what agrees with the machine, or is expected."""
    own = said.get("answers", {})
    idle = said.get("not_applicable", ())
    for rule in form.rules:
        if rule.key in own:
            yield _entry((rule.key,), own[rule.key])
        elif rule.key in idle:
            yield Entry("", (rule.key,), "不适用")
        elif form.for_people(rule):
            yield Entry("", (rule.key,), form.machine(rule) or rule.expected)


def _samples(form: Form, said: _Step) -> Iterator[Entry]:
    """What the story says of a sample by its place: which one it is, chance decides."""
    own = said.get("samples", {})
    for place, (of, member) in enumerate(form.samples, 1):
        yield _entry((of, member), own.get(f"{of}{place}", {"answer": "合格"}))


def _feedback(opened: Opened, step: _Step, _folder: Path) -> None:
    """Feed back to each unit; chance may have decided which units these are."""
    opinions = step["opinions"]
    for unit in inspecting.case_of(opened.book(), step["inspection"]).units:
        opinion = opinions.get(unit, opinions["all"])
        inspecting.feed_back(opened, step["inspection"], unit, opinion, _manner(step))


def _close(opened: Opened, step: _Step, _folder: Path) -> None:
    sheets.close(opened, step["inspection"], (), "", _manner(step))


def _follow(opened: Opened, step: _Step, _folder: Path) -> None:
    done = _done(step)
    inspecting.follow(opened, step["inspection"], step["stage"], done, _manner(step))


def _done(step: _Step) -> Done:
    return Done(date.fromisoformat(step["day"]), step["document"], step.get("audience", ""))


def _confer(opened: Opened, step: _Step, _folder: Path) -> None:
    meeting = conferring.Meeting(step["period"], step["document"], step.get("note", ""))
    conferring.confer(opened, meeting, _manner(step))


STEPS: Mapping[str, Callable[[Opened, _Step, Path], None]] = {
    "inspect-plan": _plan,
    "inspect-draw": _draw,
    "inspect-notify": _notify,
    "inspect-record": _record,
    "inspect-feedback": _feedback,
    "inspect-close": _close,
    "inspect-follow": _follow,
    "inspect-confer": _confer,
}
"""What a step of a story does, by its name."""
