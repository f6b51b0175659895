"""``qingdan.yaml`` and the registers as values; documents come here after their schema has accepted them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from qingdan.model.limits import Limit
from qingdan.model.patterns import pattern
from qingdan.model.settings import (
    Appeal,
    Audiences,
    Channel,
    Cited,
    Deduction,
    Edition,
    FollowUp,
    Group,
    Guard,
    Holder,
    Inspecting,
    InspectionKind,
    KeptList,
    MatchedLimit,
    Period,
    Rectification,
    Required,
    Results,
    Role,
    Scoring,
    Secret,
    Series,
    Settings,
    Stage,
    Subjects,
    SystemSettings,
    TimeLimit,
    Waiver,
    Weight,
)
from qingdan.model.workspace import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.core.schema import Schemas
    from qingdan.model.values import Value

_Map = Mapping[str, Any]

RESPONSIBLE = ("lead_section", "first_responsible", "contact")
"""Who answers for a unit's lists: fields of the register, as ``responsible`` in ``qingdan.yaml`` names them."""

_CITED = pattern(r"\b([a-z][0-9a-z-]*) (?=第)")
"""A regulation's id before an article, within other words."""


def settings(document: Value, schemas: Schemas) -> Settings:
    """The settings of a valid ``qingdan.yaml``."""
    top = cast("_Map", document)
    where, adjustment = top["jurisdiction"], top["adjustment"]
    online = top.get("online", {})
    return Settings(
        name=where["name"],
        short=where["short"],
        division=where["division"],
        profile=top["profile"],
        branch=top["branch"],
        regulations={entry["id"]: entry["title"] for entry in top["regulations"]},
        lists={key: _kept(key, entry, schemas) for key, entry in top["lists"].items()},
        roles={name: _role(name, entry) for name, entry in top["roles"].items()},
        controlled={key: frozenset(fields) for key, fields in top["controlled"]["lists"].items()},
        channels=tuple(
            Channel(entry["name"], tuple(entry.get("lists", ()))) for entry in top["channels"]
        ),
        systems={key: _system(key, entry) for key, entry in top.get("systems", {}).items()},
        apply_within=Limit.parse(adjustment["apply"]["within"]),
        apply_source=adjustment["apply"]["source"],
        triggers={entry["id"]: entry["source"] for entry in adjustment["triggers"]},
        stages=tuple(_stage(entry) for entry in adjustment["stages"]),
        scoring=_scoring(top["scoring"]),
        online_types=tuple(online.get("types", ())),
        online_steps=tuple(online.get("steps", ())),
        periods=tuple(_period(entry) for entry in top.get("periods", ())),
        subjects=_subjects(top.get("subjects", {})),
        complaint_parts=tuple(top.get("complaints", {}).get("required", ())),
        responsible_parts=tuple(top.get("responsible", {}).get("required", ())),
        headings=dict(top.get("headings", {})),
        guard=_guard(adjustment.get("guard", {})),
        required=_required(adjustment.get("require", {})),
        accounts=dict(top.get("accounts", {})),
        inspecting=_inspecting(top["inspections"]) if "inspections" in top else None,
        rectification=_rectification(top.get("rectification")),
        numbering={
            kind: Series(entry["word"], {int(y): n for y, n in entry.get("first", {}).items()})
            for kind, entry in top.get("numbering", {}).get("series", {}).items()
        },
        results=_results(top["results"]) if "results" in top else None,
        answers={
            entry["kind"]: TimeLimit(Limit.parse(entry["within"]), entry["source"])
            for entry in top.get("complaints", {}).get("within", ())
        },
        audiences=_audiences(top.get("audiences", {})),
    )


def _results(entry: _Map) -> Results:
    publish = TimeLimit(Limit.parse(entry["publish_within"]), entry["publish_source"])
    credit = (
        TimeLimit(Limit.parse(entry["credit_within"]), entry.get("credit_source", entry["source"]))
        if "credit_within" in entry
        else None
    )
    return Results(
        publish,
        tuple(entry["exemptions"]),
        entry["source"],
        tuple(entry.get("credit_types", ())),
        credit,
    )


def _period(entry: _Map) -> Period:
    return Period(
        entry["name"],
        entry["period"],
        entry["owner"],
        entry["source"],
        Limit.parse(entry["due"]),
        entry.get("held_by", ""),
        _day(entry.get("from")),
        tuple(entry.get("holds", ())),
        tuple(entry.get("members", ())),
        entry.get("submits_to", ""),
        entry["due_source"],
        entry.get("each") == "是",
    )


def _inspecting(entry: _Map) -> Inspecting:
    feedback = entry.get("feedback")
    return Inspecting(
        entry["organiser"],
        tuple(entry.get("members", ())),
        entry["source"],
        {kind["kind"]: _inspection_kind(kind) for kind in entry.get("kinds", ())},
        _cited(entry, "methods"),
        _cited(entry, "procedure"),
        _cited(entry, "measures"),
        _cited(entry, "materials"),
        feedback=Cited(feedback["text"], feedback["source"]) if feedback else None,
        stages=tuple(_follow_up(stage) for stage in entry.get("stages", ())),
        supervisory=tuple(entry.get("supervisory", ())),
    )


def _cited(entry: _Map, key: str) -> tuple[Cited, ...]:
    return tuple(Cited(part["text"], part["source"]) for part in entry.get(key, ()))


def _inspection_kind(entry: _Map) -> InspectionKind:
    members, packs, stages = (entry.get(key) for key in ("members", "packs", "stages"))
    return InspectionKind(
        entry["kind"],
        entry["source"],
        entry.get("organiser", ""),
        None if members is None else tuple(members),
        None if packs is None else tuple(packs),
        None if stages is None else tuple(stages),
    )


def _follow_up(entry: _Map) -> FollowUp:
    return FollowUp(
        entry["stage"],
        entry["by"],
        entry["source"],
        entry.get("reports_to", ""),
        tuple(entry.get("audience", ())),
        tuple(entry.get("kinds", ())),
    )


def _guard(entry: _Map) -> Guard:
    usual = Guard()
    return Guard(entry.get("items", usual.items), entry.get("share", usual.share))


def _required(entry: _Map) -> Required:
    return Required(entry.get("signatures") == "是", entry.get("second_person") == "是")


def _rectification(entry: _Map | None) -> Rectification | None:
    if entry is None:
        return None
    verify = entry.get("verify_within")
    return Rectification(
        Limit.parse(entry["within"]),
        entry["within_source"],
        entry["issuer"],
        entry["escalate_to"],
        entry["accountability"],
        entry["source"],
        entry.get("accountability_source", ""),
        tuple(entry.get("sanctions", ())),
        tuple(
            MatchedLimit(tuple(row["match"]), Limit.parse(row["within"]), row["source"])
            for row in entry.get("limits", ())
        ),
        tuple(entry.get("inform", ())),
        entry.get("assessment", ""),
        Limit.parse(verify) if verify else None,
        entry.get("verify_source", ""),
        entry.get("inform_source", ""),
    )


def _subjects(entry: _Map) -> Subjects:
    return Subjects(tuple(entry.get("types", ())), tuple(entry.get("officers", ())))


def _kept(key: str, entry: _Map, schemas: Schemas) -> KeptList:
    return KeptList(
        key,
        schemas[key].title,
        entry["supervisor"],
        entry["source"],
        entry.get("duties_supervisor", ""),
        entry.get("portal_supervisor", ""),
        entry.get("confirmed_by", ""),
        entry.get("filed_with", ""),
        entry.get("duties_confirmed_by", ""),
        entry.get("duties_source", ""),
        entry.get("portal_source", ""),
    )


def _role(name: str, entry: _Map) -> Role:
    holders = tuple(
        Holder(holder["unit"], date.fromisoformat(holder["from"]), _day(holder.get("to")))
        for holder in entry.get("holders", ())
    )
    return Role(name, entry["source"], holders, entry.get("each") == "是")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _system(key: str, entry: _Map) -> SystemSettings:
    holds = entry["holds"]
    return SystemSettings(
        key,
        entry["title"],
        entry["owner"],
        entry["source"],
        tuple(holds["lists"]),
        tuple(holds.get("types", ())),
        dict(entry["columns"]),
        {field: dict(values) for field, values in entry.get("values", {}).items()},
    )


def _stage(entry: _Map) -> Stage:
    within = Limit.parse(entry["within"]) if "within" in entry else None
    return Stage(
        entry["stage"],
        entry["by"],
        entry["from"],
        entry["source"],
        within,
        entry.get("result", ""),
        tuple(entry.get("channels", ())),
    )


def _scoring(entry: _Map) -> Scoring:
    deductions = tuple(
        Deduction(line["title"], tuple(line["match"]), line["points"], line["cap"])
        for line in entry["deductions"]
    )
    return Scoring(
        entry["full"],
        entry["source"],
        deductions,
        entry.get("lowest", 0),
        tuple(_group(group) for group in entry.get("groups", ())),
        tuple(_weight(weight) for weight in entry.get("weights", ())),
        tuple(_waiver(waiver) for waiver in entry.get("exemptions", ())),
        _appeal(entry["appeal"]) if "appeal" in entry else None,
    )


def _group(entry: _Map) -> Group:
    return Group(entry["name"], tuple(entry.get("kinds", ())), tuple(entry.get("units", ())))


def _weight(entry: _Map) -> Weight:
    return Weight(entry["part"], entry["percent"], tuple(entry.get("kinds", ())))


def _waiver(entry: _Map) -> Waiver:
    first, last = (date.fromisoformat(entry[key]) for key in ("from", "to"))
    return Waiver(
        entry["unit"], tuple(entry["match"]), first, last, entry["reason"], entry["approver"]
    )


def _appeal(entry: _Map) -> Appeal:
    return Appeal(Limit.parse(entry["within"]), entry["decided_by"], entry["source"])


def _audiences(entry: _Map) -> Audiences:
    editions = (
        Edition(each["audience"], frozenset(each["withhold"]), each["source"], each.get("to", ""))
        for each in entry.get("editions", ())
    )
    secrets = tuple(
        Secret(each["item"], each["ground"], frozenset(each["known_to"]))
        for each in entry.get("secret", ())
    )
    return Audiences({each.audience: each for each in editions}, secrets)


def units(document: Value) -> dict[str, Unit]:
    """The units of a valid ``registers/units.yaml``, by code."""
    entries = cast("Sequence[_Map]", cast("_Map", document)["units"])
    return {entry["code"]: _unit(place, entry) for place, entry in enumerate(entries)}


def _unit(place: int, entry: _Map) -> Unit:
    subject = entry.get("enforcement", {})
    return Unit(
        entry["code"],
        entry["name"],
        entry.get("short", entry["name"]),
        entry["kind"],
        entry.get("parent", ""),
        place,
        subject.get("confirmed", ""),
        subject.get("published", ""),
        tuple(entry.get("complaint", ())),
        tuple(key for key in RESPONSIBLE if key in entry),
        entry.get("complaint", {}).get("within", ""),
    )


def cite(source: str, regulations: Mapping[str, str]) -> str:
    """``jinshui-powers 第六条`` in words: the regulation's title and the article; so within other words, too."""
    name, _, article = source.partition(" ")
    if name in regulations:
        return f"《{regulations[name]}》{article}"
    return _CITED.sub(
        lambda found: f"《{regulations[found[1]]}》" if found[1] in regulations else found[0],
        source,
    )
