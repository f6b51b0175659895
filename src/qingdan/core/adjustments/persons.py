"""What tells who a person is comes into a list or its records by no adjustment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.privacy import belongs, numbers, refuse_personal, strings, suspicious
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.adjustments.request import Request
    from qingdan.core.schema import Schemas

_SAID = ("reason", "late_reason", "evidence", "basis")
_SHOWN = 5


def refuse_persons(request: Request, changes: Iterable[ItemChange], schemas: Schemas) -> None:
    """UsageError for what the clerk says that tells of a person, and for persons' numbers that come into items.

    Of items numbers alone are looked at: their texts speak of 申请人 and 当事人 as such.
    """
    label = schemas["adjustment"].label
    refuse_personal({label((name,)): str(getattr(request, name)) for name in _SAID})
    found = [where for change in changes for where in _numbers(change, schemas)]
    if found:
        more = f"等{len(found)}处" if len(found) > _SHOWN else ""
        raise UsageError(
            f"{'，'.join(found[:_SHOWN])}{more}，没有办理。"
            "清单不写个人信息，请删去；办公电话写在电话要素中，或者在号码前面写明“电话”。"
        )


def _numbers(change: ItemChange, schemas: Schemas) -> Iterator[str]:
    """Where a change brings in which number, in words."""
    if change.after is None:
        return
    stood = {text for _, text in strings(change.before.data)} if change.before else set()
    fresh = [(at, text) for at, text in strings(change.after.data) if text not in stood]
    if not any(suspicious("\n".join(text for _, text in fresh).encode())):
        return
    for at, text in fresh:
        where = schemas[change.item.list].path_label(("items", 0, *at))
        for one in numbers(text):
            if not belongs(text, one, where):
                yield f"{change.code}的“{where}”中有疑似{one.title}（{one.masked}）"
