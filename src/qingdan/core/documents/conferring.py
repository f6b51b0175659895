"""The documents of a 研判会商: agenda and materials before it, minutes and 请示 after it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import periods
from qingdan.core.ledger.conferring import decisions, duty_of
from qingdan.core.reports.conferring import topics
from qingdan.core.settings import cite
from qingdan.core.wording import chinese_day, sentence
from qingdan.model.errors import UsageError
from qingdan.model.papers import (
    ConferenceMaterials,
    ConferenceMinutes,
    ConferenceRequest,
    Letterhead,
    Resolved,
)

if TYPE_CHECKING:
    from qingdan.core.ledger.conferring import Decision
    from qingdan.core.reports.conferring import Hot
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_CLOSING = "研究提出解决问题的办法和建议，议定责任单位和完成期限。"


class Given(Struct, frozen=True):
    """What the office gives a paper: number, day, signer, contact; ``to`` is who gets it, if not whom the settings say."""

    number: str = ""
    dated: str = ""
    signer: str = ""
    to: str = ""
    contact: str = ""


def materials(hot: Hot, given: Given) -> ConferenceMaterials:
    """会议议程和材料: what is hot, with its figures; a sentence where nothing is."""
    ground = hot.ground
    settings = hot.now.settings or ground.settings
    duty = duty_of(settings)
    found = topics(hot)
    sections = tuple(each.section for each in found if each.section)
    agenda = [each.agenda for each in found if each.section]
    title = ground.quarter.title
    if sections:
        opening = f"提请对{title}清单运行中的下列{len(sections)}个方面进行集中研判。"
    else:
        quiet = "".join(each.quiet for each in found)
        opening = f"{title}清单运行中没有需要集中研判的突出问题：{quiet}"
    return ConferenceMaterials(
        letterhead=_letterhead(duty.owner, hot.now, hot.today, given),
        jurisdiction=settings.name,
        name=duty.name,
        period=title,
        last=str(ground.quarter.last),
        commit=ground.end.commit,
        opening=opening,
        basis=cite(duty.source, settings.regulations),
        host=duty.owner,
        members=duty.members,
        agenda=(*agenda, _CLOSING) if agenda else ("通报本季度清单运行情况。", _CLOSING),
        topics=sections,
        quiet=tuple(each.quiet for each in found if each.quiet) if sections else (),
    )


class Conference(Struct, frozen=True):
    """A meeting on record; ``hot`` is what was to be conferred upon, None while the quarter runs."""

    record: Doc
    book: Book
    hot: Hot | None = None

    @property
    def settings(self) -> Settings:
        """The workspace's settings."""
        return cast("Settings", self.book.settings)

    @property
    def day(self) -> date:
        """The day on which it was held."""
        return date.fromisoformat(str(self.record["day"]))

    @property
    def period(self) -> str:
        """The quarter in words."""
        span = periods.named(str(self.record["period"]))
        return span.title if span else str(self.record["period"])

    def texts(self, key: str) -> tuple[str, ...]:
        """Texts of the record."""
        return tuple(map(str, cast("list[str]", self.record.get(key) or ())))

    def topics(self) -> tuple[str, ...]:
        """What was conferred upon: the first sentence of each section of the materials."""
        every = topics(self.hot) if self.hot else ()
        return tuple(each.section.sentences[0] for each in every if each.section)

    def decisions(self) -> tuple[Resolved, ...]:
        """What it decided, and what has been carried out."""
        own = [
            each
            for each in decisions(self.book, str(self.record["period"]))
            if each.path.endswith(f"/{self.record['id']}.yaml")
        ]
        return tuple(self._resolved(each) for each in own)

    def _resolved(self, each: Decision) -> Resolved:
        text, owner = sentence(each.text), each.owner(self.book.units)
        return Resolved(each.number, text, owner, str(each.due), _state(each))


def _state(each: Decision) -> str:
    if each.done is None:
        return ""
    day = date.fromisoformat(str(each.done["done"]))
    return f"（已于{chinese_day(day)}办结：{each.done['reason']}）"


def minutes(of: Conference, given: Given) -> ConferenceMinutes:
    """会议纪要, as far as the record tells."""
    duty = duty_of(of.settings)
    host = str(of.record["by"])
    number = given.number or _number(str(of.record.get("document", "")))
    head = _letterhead(host, of.book, of.day, Given(number, given.dated or str(of.day)))
    return ConferenceMinutes(
        letterhead=head,
        jurisdiction=of.settings.name,
        name=duty.name,
        period=of.period,
        day=str(of.day),
        host=host,
        basis=cite(duty.source, of.settings.regulations),
        attended=of.texts("attended"),
        note=sentence(of.record.get("note")),
        topics=of.topics(),
        decisions=of.decisions(),
        proposals=tuple(map(sentence, of.texts("proposals"))),
        to=_addressee(of, given),
    )


def _number(document: str) -> str:
    """A document's number, where its name is one: 金政服纪〔2026〕3号."""
    return document if "〔" in document and document.endswith("号") else ""


def request(of: Conference, given: Given) -> ConferenceRequest:
    """请示; UsageError where nothing is proposed, or to nobody."""
    duty, to = duty_of(of.settings), _addressee(of, given)
    proposals = tuple(map(sentence, of.texts("proposals")))
    if not proposals:
        raise UsageError(
            "这次会商没有提请研究的建议，不必请示；有建议的，请用 --proposal 登记后再生成。"
        )
    if not to:
        raise UsageError(
            f"请用 --to 写明向谁请示（角色或机关名称），或者在 qingdan.yaml 的 periods“{duty.name}”一项写 submits_to。"
        )
    host = str(of.record["by"])
    return ConferenceRequest(
        letterhead=_letterhead(host, of.book, of.day, given),
        to=to,
        jurisdiction=of.settings.name,
        name=duty.name,
        period=of.period,
        day=str(of.day),
        proposals=proposals,
        minutes=str(of.record.get("document", "")),
        basis=cite(duty.source, of.settings.regulations),
        attended=of.texts("attended"),
        topics=of.topics(),
        decisions=of.decisions(),
    )


def _addressee(of: Conference, given: Given) -> str:
    wanted = given.to or duty_of(of.settings).submits_to
    unit = of.settings.holder(wanted, of.day)
    return of.book.units[unit].name if unit in of.book.units else wanted


def _letterhead(role: str, book: Book, day: date, given: Given) -> Letterhead:
    unit = book.settings.holder(role, day) if book.settings else ""
    issuer = book.units[unit].name if unit in book.units else role
    return Letterhead(issuer, given.number, given.dated, given.signer, contact=given.contact)
