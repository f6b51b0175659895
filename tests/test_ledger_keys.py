"""The keys of findings: no two facts of a run share one, and a fact keeps its key while the files around it change."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingdan.core.build import build
from qingdan.core.citing import cite
from qingdan.core.ledger.findings import key_of, keys
from qingdan.core.text import strict
from qingdan.core.text.canonical import emit
from qingdan.model.findings import Finding
from qingdan.model.workspace import Book, Texts
from register_support import base, schemas

Documents = dict[str, Any]
PATHS = ("lists/powers/JS-CG.yaml", "lists/powers/JS-YJ.yaml", "lists/fees/JS-CG.yaml",
         "lists/approvals/JS-YJ.yaml", "registers/units.yaml", "registers/laws.yaml")  # fmt: skip
BASE: Documents = {path: strict.read(text)[0] for path, text in base().items()}
WORDS = ("待定", "90个工作日", "JS-ZZ-XK-009", "不存在的办法", "JS-CG-XK-001", "2026-02-30")
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def spots(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [spot for key, child in children for spot in ((*at, key), *spots(child, (*at, key)))]


def parent(value: Any, at: tuple[Any, ...]) -> Any:
    for step in at[:-1]:
        value = value[step]
    return value


@st.composite
def edited(draw: st.DrawFn) -> Documents:
    """The workspace with up to eight fields taken out, doubled or written over."""
    documents = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 8))):
        path = draw(st.sampled_from(PATHS))
        places = spots(documents[path])
        if not places:
            continue
        at = draw(st.sampled_from(places))
        holder, verb = parent(documents[path], at), draw(st.sampled_from(["out", "twice", "word"]))
        if verb == "out":
            del holder[at[-1]]
        elif verb == "twice" and isinstance(holder, list):
            holder.insert(at[-1], copy.deepcopy(holder[at[-1]]))
        elif isinstance(holder[at[-1]], str):
            holder[at[-1]] = draw(st.sampled_from(WORDS))
    return documents


def run(documents: Documents) -> tuple[Book, list[Finding]]:
    files = {path: emit(value).encode() for path, value in documents.items()}
    book, found = build(Texts(dict(files)), schemas(), keep_items=True)
    return book, list(cite(found, book))


def facts(documents: Documents) -> set[tuple[str, str]]:
    """Key and code of what is wrong in lists, besides their form."""
    book, found = run(documents)
    named = zip(keys(found, book), found, strict=True)
    return {(key, f.code) for key, f in named if f.path.startswith("lists/") and f.code != "QD105"}


@SLOW
@given(edited())
def test_no_two_facts_of_a_run_share_a_key(documents: Documents) -> None:
    book, found = run(documents)
    names = keys(found, book)
    assert len(set(names)) == len(names)
    codes = [item["code"] for path, doc in documents.items() if path.startswith("lists/") and isinstance(doc, dict)
             for item in doc.get("items") or () if isinstance(item, dict) and "code" in item]  # fmt: skip
    if len(set(map(str, codes))) == len(codes) and not any(f.code == "QD106" for f in found):
        plain = [key_of(finding, book) for finding in found if finding.path.startswith("lists/")]
        assert len(set(plain)) == len(plain), "only an item's double may need a number"


ABOVE: dict[str, Any] = BASE["lists/powers/JS-CG.yaml"]["items"][0] | {
    "code": "JS-CG-AA-001",
    "name": "排在最前面的事项",
}


@SLOW
@given(edited(), st.booleans())
def test_a_fact_keeps_its_key_when_items_come_above_and_values_change(
    documents: Documents, comments: bool
) -> None:
    items = documents["lists/powers/JS-CG.yaml"]
    if not isinstance(items, dict) or not isinstance(items.get("items"), list):
        return
    before = facts(documents)
    after = copy.deepcopy(documents)
    after["lists/powers/JS-CG.yaml"]["items"].insert(0, copy.deepcopy(ABOVE))
    if comments:
        for item in after["lists/powers/JS-CG.yaml"]["items"]:
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                item["name"] += "（修订）"
    with_code = {fact for fact in before if fact[0].split("|")[1].startswith("JS-CG-")}
    assert with_code <= facts(after) | {fact for fact in with_code if fact[1] in {"QD201", "QD218"}}
