"""``qingdan.yaml`` agrees with itself and with the registers.

Roles that are named exist (QD402), the units that hold them are in the register (QD403), an article is of
a regulation that is listed (QD404), controlled fields exist in the schemas (QD406).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.people import staff
from qingdan.core.places import SETTINGS_PATH, STAFF_PATH
from qingdan.model.settings import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.settings import Settings
    from qingdan.model.values import Value
    from qingdan.model.workspace import Book

ROLE_KEYS = (
    "supervisor",
    "duties_supervisor",
    "portal_supervisor",
    "confirmed_by",
    "duties_confirmed_by",
    "filed_with",
    "owner",
    "by",
    "organiser",
    "escalate_to",
    "accountability",
    "inform",
    "issuer",
    "members",
    "reports_to",
    "approver",
    "decided_by",
)
GENERIC_ROLES = ("发现问题的监督部门", "各单位", "牵头单位", "申请单位", "科室（队）")
"""Roles that mean whoever it concerns; they need no entry under ``roles``."""


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Everything in the settings that points at nothing."""
    document, settings = book.documents.get(SETTINGS_PATH), book.settings
    if document is None or settings is None:
        return
    if "units" not in book.unread:
        yield from _roles(book)
    for at, key, text in _strings(document, ()):
        if key in ROLE_KEYS and text not in settings.roles and text not in GENERIC_ROLES:
            fix = "请在 roles 中写明这个角色由哪个单位承担。"
            yield found("QD402", f"角色“{text}”没有定义。", SETTINGS_PATH, at, fix=fix)
        if key.endswith("source") and not text.startswith(OWN):
            regulation = text.partition(" ")[0]
            if regulation not in settings.regulations:
                fix = "请在 regulations 中列入该规章，或改正规章标识。"
                yield found(
                    "QD404", f"出处“{text}”所指的规章没有列入。", SETTINGS_PATH, at, fix=fix
                )
    yield from _controlled(book, schemas)
    if "staff" not in book.unread:
        yield from _accounts(book, settings)


def _accounts(book: Book, settings: Settings) -> Iterator[Finding]:
    """Accounts of nobody: of what is neither a role nor an e-mail of the register of staff."""
    emails = {person.email for person in staff(book.documents.get(STAFF_PATH))}
    for name in settings.accounts:
        if name not in settings.roles and name not in emails:
            yield found(
                "QD402",
                f"账号所属的“{name}”既不是角色，也不是工作人员名册中的邮箱。",
                SETTINGS_PATH,
                ("accounts", name),
                fix="请写 roles 中的角色，或者 registers/staff.yaml 中的邮箱。",
            )


def _roles(book: Book) -> Iterator[Finding]:
    for name, role in book.settings.roles.items() if book.settings else ():
        for place, holder in enumerate(role.holders):
            if holder.unit not in book.units:
                at = ("roles", name, "holders", place, "unit")
                message = f"承担“{name}”的单位“{holder.unit}”不在单位名册中。"
                yield found(
                    "QD403",
                    message,
                    SETTINGS_PATH,
                    at,
                    unit=holder.unit,
                    fix="请先在 registers/units.yaml 中登记。",
                )


def _controlled(book: Book, schemas: Schemas) -> Iterator[Finding]:
    for name, fields in book.settings.controlled.items() if book.settings else ():
        known = schemas[name].node(("items", 0)).get("properties", {})
        for field in sorted(fields - set(known)):
            at = ("controlled", "lists", name)
            yield found(
                "QD406",
                f"受控要素“{field}”不是{schemas[name].title}的要素。",
                SETTINGS_PATH,
                at,
                fix=f"可用的有：{'、'.join(known)}。",
            )


def _strings(value: Value, at: Pointer) -> Iterator[tuple[Pointer, str, str]]:
    """Every string below a value with its pointer and the key it stands under."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _strings(child, (*at, key))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _strings(child, (*at, place))
    elif isinstance(value, str):
        keys = [step for step in at if isinstance(step, str)]
        yield at, keys[-1] if keys else "", value
