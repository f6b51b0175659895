"""Approved exceptions of list items: they hide the findings they are for, and are judged themselves.

An exception stands in the item that it is for, names one kind of finding, its reason, the role that approved
it and its last day. What it hides is counted and said, never lost. One that hides nothing any more (QD704),
has expired (QD705) or rests on nothing (QD706) is a finding; those cannot be excepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.checks.registry import ITEM_CODES
from qingdan.core.checks.report import on_item
from qingdan.model.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry, Exemption
    from qingdan.model.rules import Yielded
    from qingdan.model.workspace import Book

EXCEPTABLE = frozenset(
    {
        "QD203", "QD204", "QD205", "QD206", "QD207", "QD209", "QD210", "QD211", "QD212", "QD213", "QD214",
        "QD215", "QD216", "QD217", "QD218", "QD219", "QD301", "QD303", "QD304", "QD305", "QD310", "QD311",
        "QD312", "QD401", "QD408", "QD409", "QD413", "QD414", "QD417", "QD418", "QD419", "QD420", "QD421",
    }
)  # fmt: skip
"""Kinds of finding about what a list item says. Files, codes, commits and rules know no exceptions."""


class Sifted(Struct, frozen=True):
    """Findings to be shown, with those about the exceptions; findings that are excepted; those overridden by a law."""

    shown: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    yielded: tuple[Yielded, ...] = ()


class _Claim(Struct, frozen=True):
    """One exception in its item."""

    entry: Entry
    place: int
    exemption: Exemption

    @property
    def key(self) -> tuple[str, str]:
        """The item and the kind of finding."""
        return (self.entry.code, self.exemption.finding)


def sift(findings: Iterable[Finding], book: Book, judged: Collection[str]) -> Sifted:
    """What the exceptions of a book leave of the findings of a run without a clock.

    ``judged`` are the kinds of finding that the run makes: of others it cannot say that an exception is unused.
    """
    every, claims = list(findings), list(_claims(book))
    flaws = [_flaw(claim, book) for claim in claims]
    sound = [claim for claim, flaw in zip(claims, flaws, strict=True) if flaw is None]
    orphans = [
        _on(claim, "QD706", *flaw) for claim, flaw in zip(claims, flaws, strict=True) if flaw
    ]
    sifted = _sift(every, sound, _knowable(judged, book, every))
    return Sifted((*sifted.shown, *orphans), sifted.hidden)


def sift_on(
    findings: Iterable[Finding], book: Book, judged: Collection[str], today: date
) -> Sifted:
    """The same on a day: exceptions that have expired hide nothing and are findings (QD705)."""
    every = list(findings)
    sound = [claim for claim in _claims(book) if _flaw(claim, book) is None]
    over = [claim for claim in sound if claim.exemption.until < today.isoformat()]
    sifted = _sift(
        every, [claim for claim in sound if claim not in over], _knowable(judged, book, every)
    )
    return Sifted((*sifted.shown, *map(_expired, over)), sifted.hidden)


def _claims(book: Book) -> Iterator[_Claim]:
    for entry in book.entries.exempted():
        for place, exemption in enumerate(entry.exemptions):
            yield _Claim(entry, place, exemption)


def _sift(findings: list[Finding], claims: list[_Claim], judged: Collection[str]) -> Sifted:
    keys = {claim.key for claim in claims}
    shown = [finding for finding in findings if (finding.item, finding.code) not in keys]
    hidden = [finding for finding in findings if (finding.item, finding.code) in keys]
    return Sifted((*shown, *_unused(claims, hidden, judged)), tuple(hidden))


def _unused(
    claims: Iterable[_Claim], hidden: Iterable[Finding], judged: Collection[str]
) -> Iterator[Finding]:
    used = {(finding.item, finding.code) for finding in hidden}
    seen: set[tuple[str, str]] = set()
    for claim in claims:
        code = claim.exemption.finding
        if claim.key in seen:
            message = f"同一个事项对{code}写了不止一个例外。"
            yield _on(claim, "QD704", message, "请只留一个，其余的按程序删去。")
        elif claim.key not in used and code in judged:
            message = f"事项已经没有{code}（{CODES[code].title}）的问题，例外用不着了。"
            yield _on(claim, "QD704", message, "请按程序删去这个例外（exceptions）。")
        seen.add(claim.key)


def _expired(claim: _Claim) -> Finding:
    code, until = claim.exemption.finding, claim.exemption.until
    message = f"对{code}（{CODES[code].title}）的例外已于{until}到期，不再有效。"
    fix = "请改正原问题并按程序删去这个例外；确需继续的，重新报批后按程序调整有效期。"
    return _on(claim, "QD705", message, fix)


def _flaw(claim: _Claim, book: Book) -> tuple[str, str] | None:
    """Why an exception rests on nothing, and what to do; None for a sound one."""
    code, approver = claim.exemption.finding, claim.exemption.approver
    if code not in CODES:
        return f"例外所指的问题编码“{code}”不存在。", "请用 qingdan explain 查对问题编码。"
    if code not in EXCEPTABLE:
        title = CODES[code].title
        return f"{code}（{title}）这类问题不能例外。", "请改正问题本身，并删去这个例外。"
    if book.settings and approver not in book.settings.roles:
        known = "、".join(book.settings.roles)
        return (
            f"批准例外的“{approver}”不是 qingdan.yaml 中的角色。",
            f"请写 roles 中的角色：{known}。",
        )
    if claim.entry.state == "取消":
        return "事项已经取消，例外没有着落。", "请删去这个例外（exceptions）。"
    return None


def _on(claim: _Claim, code: str, message: str, fix: str) -> Finding:
    return on_item(code, claim.entry, message, "exceptions", claim.place, fix=fix)


def _knowable(judged: Collection[str], book: Book, findings: Iterable[Finding]) -> frozenset[str]:
    """The kinds of which it is certain that there is no finding where none was made.

    Checks across files keep silent about what stands in a file that cannot be read, and nothing is compared
    with a system that was not taken in.
    """
    if book.settings is None:
        return frozenset()
    unread = bool(book.unread)
    untaken = any(finding.code == "QD307" for finding in findings)
    return frozenset(
        code
        for code in judged
        if not (unread and code not in ITEM_CODES) and not (untaken and code[2] == "3")
    )
