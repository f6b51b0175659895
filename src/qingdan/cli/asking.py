"""At a terminal, what was not said is asked for, and what is possible is offered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer
from msgspec.structs import replace

from qingdan.cli.values import parse_day
from qingdan.core.adjustments.fields import with_fields
from qingdan.core.adjustments.request import Request, clock
from qingdan.core.adjustments.words import kinds, meant, triggers
from qingdan.model.errors import CalendarError, RefusedError, UsageError
from qingdan.render import days

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from qingdan.cli.requests import Said
    from qingdan.core.schema import Schema
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Doc, Item, Settings

_OCCURRED = "情形发生日期（依据变动的，为公布之日，YYYY-MM-DD）"
SHOWN = 15
"""So many choices are listed at once."""


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmation(*, asked: bool) -> Callable[[str], bool] | None:
    """The question whether what is shown shall be committed; None where nothing is asked."""
    if not (asked and at_terminal()):
        return None

    def ask(preview: str) -> bool:
        _say(preview)
        while True:
            answer = _ask("确认提交？（y 提交，n 放弃）").lower()
            if answer in {"y", "yes", "是", "n", "no", "否"}:
                return answer in {"y", "yes", "是"}
            _say("请回答 y 或 n。")

    return ask


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True)).strip()


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _wrong(item: Item, assignment: str, schema: Schema) -> str:
    """What the schema has against a new value, before anything else is asked; empty for nothing."""
    after = with_fields(item.data, [assignment], schema)
    document: Doc = {"list": item.list, "unit": item.unit, "items": [after]}
    found = next(iter(schema.findings(document, item.path)), None)
    return f"{found.message}{found.fix}" if found else ""


class Asking:
    """Questions about one adjustment. Without a terminal nothing is asked: what is missing is an error."""

    def __init__(self, opened: Opened, today: date, said: Said) -> None:
        """``said``: what the command line gave."""
        self.opened, self.today, self.said = opened, today, said
        self.terminal = at_terminal()
        self._book: Book | None = None

    @property
    def book(self) -> Book:
        """The lists, read once."""
        if self._book is None:
            self._book = self.opened.book_to_ask(self.opened.snapshot())
        return self._book

    def code(self, given: str, command: str) -> str:
        """A code that is there, or the item found by search; ``command`` names the verb in the example."""
        if given:
            if self.terminal and not self.book.entries.has(given):
                raise UsageError(f"没有编号为“{given}”的事项。不写编号可按名称查找。")
            return given
        if not self.terminal:
            return self._required("", "职权编号", f"qingdan adjust {command} 编号")
        while True:
            words = _ask("要调整哪个事项？请输入编号，或名称中的几个字")
            if words in self.book.items:
                return words
            found = self._search(words)
            if not found:
                _say(f"没有找到“{words}”，请换几个字。")
                continue
            if len(found) > SHOWN:
                _say(
                    f"共找到{len(found)}项，只列出前{SHOWN}项；要缩小范围请按 Ctrl-C 退出，换更具体的字再来。"
                )
            return self._choose(
                {item.code: self._card(item) for item in found[:SHOWN]}, "选哪一项（序号）"
            )

    def _search(self, words: str) -> list[Item]:
        parts = words.split()
        entries = self.book.entries if parts else ()
        alike = (e.code for e in entries if all(w in e.name or w in e.code for w in parts))
        items = self.book.items
        return [items[code] for code in dict.fromkeys(alike) if code in items]

    def _card(self, item: Item) -> str:
        kind = item.type or self.opened.schemas[item.list].title
        return f"{item.name}（{item.code}，{kind}，{item.state}）"

    def require_edits(self) -> None:
        """RefusedError before any question, where no list has been edited."""
        if self.terminal and not self.opened.repository.status(["lists"]):
            raise RefusedError("工作区里没有对清单的改动。")

    def assignments(self, code: str, given: list[str]) -> list[str]:
        """Field and value, asked for where none was given."""
        if given or not self.terminal:
            if not given:
                raise UsageError(
                    "请写明改什么，例如 qingdan adjust set 编号 promised_limit=5个工作日。"
                )
            return given
        item = self.book.items.get(code)
        if item is None:
            return given
        schema = self.opened.schemas[item.list]
        fields = {
            key: f"{schema.label(('items', 0, key))}（现为：{value}）"
            for key, value in item.data.items()
            if isinstance(value, str | int) and key != "code"
        }
        field = self._choose(fields, "改哪个要素（序号）")
        label = schema.label(("items", 0, field))
        while True:
            assignment = f"{field}={_ask(f'“{label}”改为')}"
            wrong = _wrong(item, assignment, schema)
            if not wrong:
                return [assignment]
            _say(wrong)

    def request(self, kind: str) -> Request:
        """The request, with everything that was not said asked for."""
        settings = self.opened.settings()
        labels = triggers(self.opened.schemas)
        said = self.said
        trigger = meant(said.trigger, labels) or self._trigger(
            {key: labels[key] for key in settings.triggers}
        )
        occurred = self._date(said.occurred, _OCCURRED, "--occurred")
        applied = parse_day(said.applied, "--applied") if said.applied else self.today
        effective = parse_day(said.effective, "--effective") if said.effective else None
        request = Request(
            meant(said.kind, kinds(self.opened.schemas)) or kind,
            trigger,
            occurred,
            "",
            applied,
            said.evidence,
            said.basis,
            effective,
            said.late_reason,
        )
        late = self._clock(request, settings)
        reason = self._text(said.reason, "调整理由", "--reason")
        late_reason = said.late_reason
        if late and not late_reason and self.terminal:
            late_reason = self._insist("申请已经逾期，请写明逾期理由")
        return replace(request, reason=reason, late_reason=late_reason)

    def lacking(self, keys: Sequence[str]) -> dict[str, Any]:
        """What some rows of a workbook do not say, asked once for all of them; nothing without a terminal."""
        if not self.terminal or not keys:
            return {}
        _say("有的行没有填写调整信息，请统一写明（已填写的行以其所填为准）：")
        settings = self.opened.settings()
        labels = triggers(self.opened.schemas)
        questions: dict[str, Callable[[], Any]] = {
            "trigger": lambda: self._trigger({key: labels[key] for key in settings.triggers}),
            "occurred": lambda: self._date("", _OCCURRED, "--occurred"),
            "reason": lambda: self._insist("调整理由"),
        }
        return {key: questions[key]() for key in keys}

    def confirm(self) -> Callable[[str], bool] | None:
        """The last question before the commit; None where nothing is to be asked."""
        return confirmation(asked=not (self.said.yes or self.said.dry_run))

    def _clock(self, request: Request, settings: Settings) -> bool:
        """Show the deadline with its days at a terminal; whether it has passed."""
        try:
            deadline = clock(request, settings, self.opened.calendar())
        except CalendarError:
            return False
        if deadline is None:
            return False
        if self.terminal:
            _say(
                f"申请期限：{deadline.last}（自{deadline.start}起{deadline.limit}）\n{days.chain(deadline)}"
            )
        return request.applied > deadline.last

    def _trigger(self, offered: Mapping[str, str]) -> str:
        if not self.terminal:
            return self._required(
                "", "调整情形（--trigger）", "、".join(f"{k}（{v}）" for k, v in offered.items())
            )
        return self._choose(dict(offered), "属于哪种调整情形（序号）")

    def _choose(self, choices: Mapping[str, str], question: str) -> str:
        keys = list(choices)
        for number, label in enumerate(choices.values(), 1):
            _say(f"  {number}. {label}")
        while True:
            answer = _ask(question)
            if answer in choices:
                return answer
            if answer.isdecimal() and 1 <= int(answer) <= len(keys):
                return keys[int(answer) - 1]
            if answer:
                _say(f"请输入 1 到 {len(keys)}。")

    def _date(self, given: str, question: str, option: str) -> date:
        if given or not self.terminal:
            return parse_day(
                self._required(given, f"情形发生日期（{option}）", "形如 2026-11-18"), option
            )
        while True:
            try:
                day = parse_day(_ask(question), "您输入")
            except UsageError as error:
                _say(str(error))
                continue
            if day <= self.today:
                return day
            _say(f"{day}还没有到；依据变动的以公布之日为发生日，施行日期另用 --effective 写明。")

    def _text(self, given: str, question: str, option: str) -> str:
        if given or not self.terminal:
            return self._required(given, f"{question}（{option}）", "请写明")
        return self._insist(question)

    def _insist(self, question: str) -> str:
        """An answer that is not empty."""
        while True:
            answer = _ask(question)
            if answer:
                return answer
            _say("不能为空，请写明。")

    @staticmethod
    def _required(given: str, what: str, example: str) -> str:
        if not given:
            raise UsageError(f"缺少{what}：{example}。")
        return given
