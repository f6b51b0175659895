"""Rules name what exists and can be obeyed: a rule that could never find anything must not pass for one that finds nothing.

Regulations that are listed (QD703), owners and those asked that are roles (QD402), checks that are built in (QD701), options they
take (QD709), fragments that can be judged by (QD708), laws that are registered (QD710); and what the settings
say of rules, they say of rules that are there (QD712).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.registry import FINDINGS_OF
from qingdan.core.checks.report import found
from qingdan.core.checks.sound_settings import GENERIC_ROLES
from qingdan.core.places import LAWS_PATH, SETTINGS_PATH
from qingdan.core.rules import fragments
from qingdan.core.rules.options import OPTIONS, taken
from qingdan.core.rules.subjects import described
from qingdan.model.codes import CODES
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Everything in the packs that points at nothing, and in the settings that points at no rule."""
    for path, document in book.documents.items():
        if path.startswith("rules/"):
            yield from _unlisted(book, path, document)
    for rule in book.rules:
        yield from _roles(rule, book)
        yield from _built_in(rule, book, schemas)
        yield from _fragments(rule, schemas)
        yield from _overrides(rule, book)
    if book.settings:
        yield from _matches(book.settings, book)


def _unlisted(book: Book, path: str, document: Doc) -> Iterator[Finding]:
    regulation = str(cast("Doc", document["regulation"])["id"])
    if book.settings and regulation not in book.settings.regulations:
        yield found(
            "QD703",
            f"规章“{regulation}”没有列入 qingdan.yaml 的 regulations。",
            path,
            ("regulation", "id"),
            fix="请列入该规章，或移走这个规则文件。",
        )


def _roles(rule: Rule, book: Book) -> Iterator[Finding]:
    roles = book.settings.roles if book.settings else {}
    if roles and rule.owner not in roles and rule.owner not in GENERIC_ROLES:
        fix = "请改为 qingdan.yaml 的 roles 中的角色，或在那里写明这个角色由哪个单位承担。"
        yield _on(rule, "QD402", f"责任角色“{rule.owner}”没有定义。", "owner", fix=fix)
    for place, role in enumerate(rule.of):
        if roles and role not in roles:
            fix = "请改为 qingdan.yaml 的 roles 中的角色；不限于哪个角色的，删去 of。"
            yield _on(rule, "QD402", f"被检查的角色“{role}”没有定义。", "of", place, fix=fix)


def _built_in(rule: Rule, book: Book, schemas: Schemas) -> Iterator[Finding]:
    if not rule.check:
        return
    if rule.check not in FINDINGS_OF:
        near = likest(rule.check, FINDINGS_OF, 1)
        guess = f"是不是“{near[0]}”？" if near else ""
        fix = f"{guess}可用的有：{'、'.join(sorted(FINDINGS_OF))}；由人回答的写 manual。"
        yield _on(rule, "QD701", f"没有名为“{rule.check}”的内置检查。", "answer", "check", fix=fix)
        return
    for name, values in rule.options.items():
        at = ("answer", "options", name)
        if name not in taken(rule.check):
            can = "、".join(taken(rule.check)) or "没有"
            message = f"内置检查“{rule.check}”没有“{name}”这个选项。"
            yield _on(rule, "QD709", message, *at, fix=f"可用的选项：{can}。")
        elif not isinstance(values, list) or not values:
            message = f"选项“{name}”应当是列表（每项以“- ”开头），至少写一项。"
            yield _on(rule, "QD709", message, *at, fix="请改为列表；不需要的，删去这个选项。")
        else:
            choices = OPTIONS[name].choices(rule.check, book, schemas)
            wrong = [str(value) for value in values if value not in choices]
            if wrong and (choices or book.settings):  # unreadable settings name nothing
                message = f"选项“{name}”没有“{'、'.join(wrong)}”这样的值。"
                yield _on(
                    rule, "QD709", message, *at, fix=f"可用的有：{'、'.join(choices) or '没有'}。"
                )


def _fragments(rule: Rule, schemas: Schemas) -> Iterator[Finding]:
    if rule.schema is None:
        return
    about = described(rule.target, schemas)
    for key, part in (("schema", rule.schema), ("when", rule.when)):
        for fault in fragments.faults(part, about) if part is not None else ():
            message = f"规则{rule.key}用不了：{fault.message}。"
            yield _on(rule, "QD708", message, "answer", key, *fault.at, fix=fault.fix)
    if not fragments.asserts(rule.schema):
        message = f"规则{rule.key}用不了：没有写任何要求，什么都符合。"
        fix = "请在 schema 中写明要求，例如 required: [promised_limit]。"
        yield _on(rule, "QD708", message, "answer", "schema", fix=fix)


def _overrides(rule: Rule, book: Book) -> Iterator[Finding]:
    if "laws" in book.unread:
        return
    laws = cast("list[Doc]", book.documents.get(LAWS_PATH, {}).get("laws") or [])
    titles = [str(law["title"]) for law in laws]
    for place, override in enumerate(rule.overridden):
        if override.law not in titles:
            near = likest(override.law, titles, 1)
            guess = f"是不是《{near[0]}》？" if near else ""
            message = f"从其规定所依的《{override.law}》不在依据名册中。"
            fix = f"{guess}请核对名称，或在 registers/laws.yaml 中登记。"
            yield _on(rule, "QD710", message, "overridden", place, "law", fix=fix)
        for spot, code in enumerate(override.items):
            if not book.entries.has(code) and not book.unread:
                message = f"从其规定所指的事项“{code}”不在任何清单中。"
                at = ("overridden", place, "items", spot)
                yield _on(rule, "QD710", message, *at, fix="请核对编号。")


def _matches(settings: Settings, book: Book) -> Iterator[Finding]:
    """Deductions and limits that name a code or a rule which is not there, and so never count."""
    keys = {rule.key for rule in book.rules}
    limits = settings.rectification.limits if settings.rectification else ()
    lines = [
        (("scoring", "deductions", place), line.match)
        for place, line in enumerate(settings.scoring.deductions)
    ] + [(("rectification", "limits", place), line.match) for place, line in enumerate(limits)]
    for at, words in lines:
        for place, word in enumerate(words):
            if ("/" in word and word not in keys) or (word[:2] == "QD" and word not in CODES):
                near = likest(word, [*keys, *CODES], 1)
                guess = f"是不是“{near[0]}”？" if near else ""
                message = f"“{word}”既不是问题编码，也不是现有规则的编号，永远不会计入。"
                fix = f"{guess}请改为现有的规则（如 jinshui-powers/14-8）或问题编码。"
                yield found("QD712", message, SETTINGS_PATH, (*at, "match", place), fix=fix)


def _on(rule: Rule, code: str, message: str, *at: str | int, fix: str) -> Finding:
    return found(code, message, rule.path, ("rules", rule.index, *at), fix=fix)
