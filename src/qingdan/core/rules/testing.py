"""``check --test``: whether the good and bad examples beside each rule are what they are said to be (QD711)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.registry import FINDINGS_OF, ITEM_CHECKS, SCHEMA_CHECKS
from qingdan.core.checks.report import found
from qingdan.core.rules import options
from qingdan.core.rules.judging import SchemaRule, usable
from qingdan.core.rules.subjects import TARGETS, Subject
from qingdan.model.items import LISTS, Entry, Item
from qingdan.model.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

CODE = "QD711"
_CURE = "请改正规则或者例子。"
_STOCK: Doc = {
    "code": "LIZI-001",
    "name": "例子",
    "state": "在用",
    "basis": [{"law": "例子", "check": "未核对"}],
}
"""What an example of an item need not say."""


def trials(book: Book, schemas: Schemas) -> Iterator[Trial]:
    """Every rule of the packs put to its examples, in order."""
    for rule in book.rules:
        yield _trial(rule, book, schemas)


def _trial(rule: Rule, book: Book, schemas: Schemas) -> Trial:
    count = len(rule.good) + len(rule.bad)
    if rule.schema is not None:
        flaws = tuple(_by_schema(rule, schemas))
        return Trial(rule.key, "未通过" if flaws else "通过", count, flaws)
    if not rule.check:
        unasked = tuple(_unasked(rule, "由人回答的规则"))
        return Trial(rule.key, "未通过" if unasked else "由人回答", 0, unasked)
    if count and rule.check in {*ITEM_CHECKS, *SCHEMA_CHECKS}:
        flaws = tuple(_by_check(rule, book, schemas))
        return Trial(rule.key, "未通过" if flaws else "通过", count, flaws)
    unasked = tuple(_unasked(rule, "看整个工作区的内置检查"))
    chosen = rule.options.get("codes")
    codes = tuple(map(str, chosen)) if isinstance(chosen, list) else FINDINGS_OF.get(rule.check, ())
    return Trial(rule.key, "未通过" if unasked or not codes else "内置检查", 0, unasked, codes)


def _unasked(rule: Rule, what: str) -> Iterator[Finding]:
    """Examples that nothing can be put to."""
    if rule.good or rule.bad:
        message = f"规则{rule.key}写了例子，但{what}用不上例子。"
        yield _on(rule, message, "examples", fix="请删去 examples。")


def _by_schema(rule: Rule, schemas: Schemas) -> Iterator[Finding]:
    if not usable(rule, schemas):
        message = f"规则{rule.key}的写法用不了，无从检验。"
        yield _on(rule, message, "answer", fix="请先运行 qingdan validate 查看并改正。")
        return
    ready = SchemaRule(rule)
    yield from _lacking(rule, ready)
    for place, example in enumerate(rule.good):
        if ready.breaks(example):
            subject = Subject(example, _schema_of(rule, example), "", ())
            why = next(ready.violations(subject, schemas)).message
            message = f"规则{rule.key}的第{place + 1}个正例{why}"
            yield _on(rule, message, "examples", "good", place, fix=_CURE)
    for place, example in enumerate(rule.bad):
        if not ready.breaks(example):
            message = f"规则{rule.key}的第{place + 1}个反例没有被查出来。"
            yield _on(rule, message, "examples", "bad", place, fix=_CURE)


def _lacking(rule: Rule, ready: SchemaRule) -> Iterator[Finding]:
    """Sides without an example that the rule is about: they would prove nothing."""
    for side, word, examples in (("good", "正例", rule.good), ("bad", "反例", rule.bad)):
        if not examples:
            message = f"规则{rule.key}没有{word}。"
            fix = f"请在 examples 的 {side} 中写一个{word}，写出有关的要素即可。"
            yield _on(rule, message, fix=fix)
        elif not any(ready.condition.accepts(example) for example in examples):
            message = f"规则{rule.key}的{word}没有一个在适用范围（when）之内，什么也检验不了。"
            yield _on(rule, message, "examples", side, fix="请补写一个适用这条规则的例子。")


def _schema_of(rule: Rule, example: Doc) -> str:
    names = TARGETS[rule.target].schemas
    return str(example["list"]) if example.get("list") in names else names[0]


def _by_check(rule: Rule, book: Book, schemas: Schemas) -> Iterator[Finding]:
    for side, examples in (("good", rule.good), ("bad", rule.bad)):
        for place, example in enumerate(examples):
            item = _item(rule, example)
            wrong = _unfit(item, schemas[item.list])
            hit = None if wrong or not book.settings else _found(rule, item, book, schemas)
            said = wrong or _said(side, hit)
            if said:
                message = (
                    f"规则{rule.key}的第{place + 1}个{'正' if side == 'good' else '反'}例{said}"
                )
                yield _on(rule, message, "examples", side, place, fix=_CURE)


def _said(side: str, hit: Finding | None) -> str:
    if side == "good" and hit:
        return f"被查出问题：{hit.message}"
    return "没有被查出来。" if side == "bad" and not hit else ""


def _item(rule: Rule, example: Doc) -> Item:
    name = str(example.get("list") or (rule.target if rule.target in LISTS else LISTS[0]))
    name = name if name in LISTS else LISTS[0]
    data = _STOCK | {key: value for key, value in example.items() if key != "list"}
    return Item(name, "", f"lists/{name}/LIZI.yaml", 0, data)


def _unfit(item: Item, schema: Schema) -> str:
    """Why an example is no item; what it leaves out of itself does not count."""
    document: Doc = {"list": item.list, "unit": "LIZI", "items": [item.data]}
    flaws = schema.findings(document, item.path)
    return next(
        (
            f"不是合格的事项：{flaw.message}"
            for flaw in flaws
            if not (flaw.code == "QD109" and flaw.at[:-1] == ("items", 0))
        ),
        "",
    )


def _found(rule: Rule, item: Item, book: Book, schemas: Schemas) -> Finding | None:
    """What the rule's check finds in an item, if the rule asks about it."""
    if rule.check in ITEM_CHECKS:
        findings = ITEM_CHECKS[rule.check]((item,), cast("Settings", book.settings))
    else:
        findings = SCHEMA_CHECKS[rule.check]((item,), schemas[item.list])
    entry = Entry(item.list, "", item.path, 0, item.code, item.name, item.type, item.state)
    return next((f for f in findings if options.asks(rule, f, entry, book)), None)


def _on(rule: Rule, message: str, *at: str | int, fix: str) -> Finding:
    return found(CODE, message, rule.path, ("rules", rule.index, *at), fix=fix)
