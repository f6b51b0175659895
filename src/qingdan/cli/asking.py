"""At a terminal, what was not said is asked for, and what is possible is offered."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from qingdan.cli.values import parse_day
from qingdan.core.adjustments.request import Request, clock
from qingdan.core.adjustments.words import triggers
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CalendarError, UsageError
from qingdan.render import days

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from qingdan.cli.requests import Said
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Item

SHOWN = 15
"""So many choices are listed at once."""


class Asking:
    """Questions about one adjustment. Without a terminal nothing is asked: what is missing is an error."""

    def __init__(self, opened: Opened, today: date, said: Said) -> None:
        """``said``: what the command line gave."""
        self.opened, self.today, self.said = opened, today, said
        self.terminal = sys.stdin.isatty() and sys.stderr.isatty()
        self._book: Book | None = None

    @property
    def book(self) -> Book:
        """The lists, read once."""
        if self._book is None:
            self._book = self.opened.book(keep_items=True)
        return self._book

    def code(self, given: str) -> str:
        """A code, or the item found by search."""
        if given or not self.terminal:
            return self._required(given, "职权编号", "qingdan adjust set 编号 要素=新值")
        while True:
            words = self._ask("要调整哪个事项？请输入编号，或名称中的几个字")
            if words in self.book.items:
                return words
            found = [
                item
                for item in self.book.items.values()
                if all(w in item.name or w in item.code for w in words.split())
            ]
            if not found:
                self._say(f"没有找到“{words}”，请换几个字。")
                continue
            chosen = self._choose(
                {item.code: _card(item) for item in found[:SHOWN]}, "选哪一项（序号）"
            )
            if chosen:
                return chosen

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
        field = self._choose(fields, "改哪个要素（序号）") or ""
        label = schema.label(("items", 0, field))
        return [f"{field}={self._ask(f'“{label}”改为')}"]

    def request(self, kind: str) -> Request:
        """The request, with everything that was not said asked for."""
        settings = require_settings(self.book)
        labels = triggers(self.opened.schemas)
        said = self.said
        trigger = said.trigger or self._trigger({key: labels[key] for key in settings.triggers})
        occurred = self._date(
            said.occurred, "情形发生日期（依据变动的，为公布之日，YYYY-MM-DD）", "--occurred"
        )
        applied = parse_day(said.applied, "--applied") if said.applied else self.today
        effective = parse_day(said.effective, "--effective") if said.effective else None
        request = Request(
            said.kind or kind,
            trigger,
            occurred,
            "",
            applied,
            said.evidence,
            said.basis,
            effective,
            said.late_reason,
        )
        late = self._clock(request)
        reason = self._text(said.reason, "调整理由", "--reason")
        late_reason = said.late_reason
        if late and not late_reason and self.terminal:
            late_reason = self._ask("申请已经逾期，请写明逾期理由")
        return replace(request, reason=reason, late_reason=late_reason)

    def confirm(self) -> Callable[[str], bool] | None:
        """The last question before the commit; None where nothing is to be asked."""
        if not self.terminal or self.said.yes or self.said.dry_run:
            return None

        def ask(preview: str) -> bool:
            self._say(preview)
            return typer.confirm("确认提交？", default=True, err=True)

        return ask

    def _clock(self, request: Request) -> bool:
        """Show the deadline with its days at a terminal; whether it has passed."""
        try:
            deadline = clock(request, require_settings(self.book), self.opened.calendar())
        except CalendarError:
            return False
        if deadline is None:
            return False
        if self.terminal:
            self._say(
                f"申请期限：{deadline.last}（自{deadline.start}起{deadline.limit}）\n{days.chain(deadline)}"
            )
        return request.applied > deadline.last

    def _trigger(self, offered: Mapping[str, str]) -> str:
        if not self.terminal:
            return self._required(
                "", "调整情形（--trigger）", "、".join(f"{k}（{v}）" for k, v in offered.items())
            )
        return self._choose(dict(offered), "属于哪种调整情形（序号）") or ""

    def _choose(self, choices: Mapping[str, str], question: str) -> str:
        keys = list(choices)
        for number, label in enumerate(choices.values(), 1):
            self._say(f"  {number}. {label}")
        while True:
            answer = self._ask(question)
            if answer in choices:
                return answer
            if answer.isdecimal() and 1 <= int(answer) <= len(keys):
                return keys[int(answer) - 1]
            self._say(f"请输入 1 到 {len(keys)}。")

    def _date(self, given: str, question: str, option: str) -> date:
        if given or not self.terminal:
            return parse_day(
                self._required(given, f"情形发生日期（{option}）", "形如 2026-11-18"), option
            )
        while True:
            try:
                return parse_day(self._ask(question), option)
            except UsageError as error:
                self._say(str(error))

    def _text(self, given: str, question: str, option: str) -> str:
        return (
            given
            if given or not self.terminal
            else self._required(self._ask(question), question, option)
        )

    @staticmethod
    def _required(given: str, what: str, example: str) -> str:
        if not given:
            raise UsageError(f"缺少{what}：{example}。")
        return given

    @staticmethod
    def _ask(question: str) -> str:
        return str(typer.prompt(question, err=True)).strip()

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr)


def _card(item: Item) -> str:
    return f"{item.name}（{item.code}，{item.type or item.list}，{item.state}）"
