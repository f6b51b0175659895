"""Documents: plain data through a sandboxed template to Markdown, and Markdown to a page.

Templates only lay out; a name that is not in the data is an error, and what comes from the data can never
become markup.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.reports import Bulletin

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&])")
_BLANKS = re.compile(r"\n{3,}")


def _literal(value: object) -> object:
    """A text as Markdown that shows exactly this text, on one line."""
    if isinstance(value, str):
        return _SPECIAL.sub(r"\\\1", " ".join(value.split()))
    return value


def day_words(text: str) -> str:
    """``2026-07-10`` as 2026年7月10日; an empty text stays empty."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return f"{int(year)}年{int(month)}月{int(day)}日" if text else ""


@cache
def _markdown() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("qingdan", "templates"),
        undefined=StrictUndefined,
        finalize=_literal,
        trim_blocks=True,
        lstrip_blocks=False,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["day"] = day_words
    return environment


@cache
def pages() -> ImmutableSandboxedEnvironment:
    """The templates of HTML pages: what comes from the data is always escaped."""
    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("qingdan", "templates"), undefined=StrictUndefined, autoescape=True
    )


def quarter_markdown(bulletin: Bulletin) -> str:
    """The 季通报 as Markdown."""
    return markdown("quarter.md", context(bulletin))


def markdown(template: str, data: Mapping[str, object]) -> str:
    """A template of Markdown filled with data; every text shows as it is."""
    return _BLANKS.sub("\n\n", _markdown().get_template(template).render(**data))


def context(bulletin: Bulletin) -> dict[str, Any]:
    """The data of a bulletin as a template, or a program, gets it."""
    return asdict(bulletin)


def literal(text: str) -> str:
    """A text as Markdown that shows exactly this text, on one line."""
    return str(_literal(text))


def wrapped(template: str, title: str, data: Mapping[str, object]) -> str:
    """A template of HTML filled with data, in a self-contained page; what comes from the data is text."""
    body = pages().get_template(template).render(**data)
    return pages().get_template("page.html").render(title=title, body=Markup(body))  # noqa: S704 autoescaped


def page(markdown: str) -> str:
    """A Markdown document as a self-contained HTML page; raw HTML in it is shown, never run."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    title = next((line[2:] for line in markdown.split("\n") if line.startswith("# ")), "")
    body = (
        renderer.render(markdown)
        .replace("<table>", '<div class="wide"><table>')
        .replace("</table>", "</table></div>")
    )
    return pages().get_template("page.html").render(title=title, body=Markup(body))  # noqa: S704 markdown-it escaped it
