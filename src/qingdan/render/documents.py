"""What documents and pages share: literal text, days in words, and pages of HTML from templates.

Templates only lay out; a name that is not in the data is an error, and what comes from the data can never
become markup.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&])|^(?=[#+=-])")
_NUMBERED = re.compile(r"^([0-9]+)([.)])(?=\s|$)")


def literal(text: str) -> str:
    """A text as Markdown that shows exactly this text, on one line."""
    plain = " ".join(text.split())
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain))


def day_words(text: str) -> str:
    """``2026-07-10`` as 2026年7月10日; an empty text stays empty."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return f"{int(year)}年{int(month)}月{int(day)}日" if text else ""


@cache
def pages() -> ImmutableSandboxedEnvironment:
    """The templates of HTML pages: what comes from the data is always escaped."""
    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("qingdan", "templates"), undefined=StrictUndefined, autoescape=True
    )


def wrapped(template: str, title: str, data: Mapping[str, object]) -> str:
    """A template of HTML filled with data, in a self-contained page; what comes from the data is text."""
    body = pages().get_template(template).render(**data)
    return pages().get_template("page.html").render(title=title, body=Markup(body))  # noqa: S704 autoescaped
