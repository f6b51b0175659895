"""Filling a template: Jinja2 in a sandbox over plain data; what comes from the data can never become markup.

While the template runs, each text of the data is only a mark in what comes out. So no text, whatever is in it, can change
the head's YAML or the body's Markdown; :class:`Filled` puts the texts back when these have been read.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from qingdan.model.errors import UsageError
from qingdan.render.documents import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = "templates"
"""Where a workspace keeps its own templates."""
BUILTIN = "builtin"
"""``{% extends "builtin/quarter.md" %}`` means the one that ships."""
MAX_OUTPUT = 2_000_000
MAX_SOURCE = 256 * 1024

_MARK = re.compile("\ue000([0-9]+)\ue001")
_MARKS = re.compile("[\ue000\ue001]")
_DIGITS = "零一二三四五六七八九"
_NOT_OURS = ("lipsum", "cycler", "joiner")
_OF_TEMPLATES = (
    RecursionError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)
"""What a workspace's template may bring about; from ours it would be a bug."""
_OF_JINJA = frozenset({"loop", "self", "super", "caller", "varargs", "kwargs"})
_REASONS = (
    (r"unexpected '(.*)'", "这里不应有“{}”"),
    (r"Encountered unknown tag '(.*?)'", "没有“{}”这种标签，或者它的位置不对"),
    (r"Unexpected end of template", "有标签没有结束（if、for、block、macro 等要有对应的 end）"),
    (r"No filter named '(.*?)'", "没有“{}”这个过滤器"),
    (r"No test named '(.*?)'", "没有“{}”这种判断"),
    (r"expected token '(.*?)', got '(.*?)'", "应为“{}”，写的是“{}”"),
    (r"Missing end of comment tag", "注释没有结束（应以“#}}”结束）"),
    (r"block '(.*?)' defined twice", "block“{}”写了两次"),
)


class Filled(Struct, frozen=True):
    """What the template ``name`` gave: ``text`` with marks, and the ``data`` that belongs in their places."""

    name: str
    text: str
    data: tuple[str, ...]

    def restored(self, text: str) -> str:
        """A piece of the text with the data in it."""
        return _MARK.sub(lambda mark: self.data[int(mark[1])], text)


class _Marks:
    """The texts of the data in the order of their marks, and how much has come out, texts and all.

    ``shown`` is the name of a template that may not go on for ever; empty for one that ships, which ends with its data.
    """

    def __init__(self, shown: str) -> None:
        self.places: dict[str, int] = {}
        self._shown = shown
        self._size = 0

    def mark(self, value: str) -> str:
        """What stands for a text while the template runs."""
        text = _MARKS.sub("", " ".join(value.split()))
        self.counted(text)
        return f"\ue000{self.places.setdefault(text, len(self.places))}\ue001" if text else ""

    def counted(self, text: str) -> str:
        """The text; UsageError once more has come out than any document holds."""
        self._size += len(text)
        if self._shown and self._size > MAX_OUTPUT:
            raise UsageError(f"{self._shown}生成的文字过长，超过{MAX_OUTPUT // 10_000}万字。")
        return text


class Ordinals:
    """Numbers for headings in a template: each call gives the next of 一, 二, 三 …."""

    def __init__(self) -> None:
        """Begin at 一."""
        self._number = 0

    def __call__(self) -> str:
        """The next number."""
        self._number += 1
        return chinese(self._number)


def chinese(number: int) -> str:
    """A number below a hundred as headings write it: 一, 十, 二十一."""
    tens, ones = divmod(int(number), 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def builtin_names() -> tuple[str, ...]:
    """The templates that ship, by file name; what they only share begins with ``_`` and is not among them."""
    return tuple(name for name in _shipped().list_templates() if not name.startswith("_"))


def builtin_text(name: str) -> str:
    """The text of a template that ships."""
    return _shipped().get_source(Environment(autoescape=True), name)[0]


def fill(name: str, data: Mapping[str, Any], texts: Mapping[str, str] | None = None) -> Filled:
    """A template filled with data. ``texts``: the workspace's own templates, which go before those that ship.

    UsageError with file and line for a template that is wrong. Nothing but these texts and the templates that ship is
    ever read. The workspace's templates may run long and take much: see :mod:`qingdan.render.official.confined`.
    """
    own = texts or {}
    shown = f"{FOLDER}/{name}" if name in own else f"{BUILTIN}/{name}"
    marks = _Marks(shown if name in own else "")
    environment = _environment(own, marks, sorted(data))
    try:
        text = "".join(map(marks.counted, environment.get_template(name).generate(**data)))
    except TemplateError as error:
        raise UsageError(_sentence(error, shown)) from None
    except _OF_TEMPLATES as error:
        if name not in own:
            raise
        raise UsageError(_sentence(error, shown)) from None
    return Filled(shown, text, tuple(marks.places))


def faults(text: str, known: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and sentence for what is wrong with a template that is not even filled: its syntax, names nobody gives.

    ``known`` are the names that there are; empty where that cannot be said. Nothing of the template is run.
    """
    if len(text) > MAX_SOURCE:
        yield 1, f"模板过长，超过{MAX_SOURCE // 1024}KB"
        return
    environment = _environment({}, _Marks(""), [])
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        yield error.lineno, f"模板语法有误，{_reason(error)}"
    except RecursionError:
        yield 1, "模板嵌套过深"
    else:
        yield from _unknown(tree, known, frozenset(environment.globals)) if known else ()


def _unknown(
    tree: nodes.Template, known: tuple[str, ...], own: frozenset[str]
) -> Iterator[tuple[int, str]]:
    names = list(tree.find_all(nodes.Name))
    made = {name.name for name in names if name.ctx != "load"} | _OF_JINJA | own | {*known}
    made |= {macro.name for macro in tree.find_all(nodes.Macro)}
    made |= {each.target for each in tree.find_all(nodes.Import)}
    for found in tree.find_all(nodes.FromImport):
        made |= {part if isinstance(part, str) else part[1] for part in found.names}
    for name in names:
        if name.name not in made:
            made.add(name.name)
            yield name.lineno, _missing(name.name, known)


def _environment(
    texts: Mapping[str, str], marks: _Marks, given: list[str]
) -> ImmutableSandboxedEnvironment:
    """The sandbox. ``marks`` collects the texts of the data; ``given`` are the names of the data."""

    def finalize(value: object) -> object:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if type(value) is str:  # what a macro or a block gave is Markup, and stays
            return marks.mark(value)
        return value

    class Missing(StrictUndefined):
        """A name that is not there: says so in Chinese, and what there is."""

        @property
        def _undefined_message(self) -> str:
            there = self._undefined_obj
            known = [str(key) for key in there] if isinstance(there, dict) else given
            return _missing(str(self._undefined_name), known)

    environment = ImmutableSandboxedEnvironment(
        loader=_loader(texts),
        undefined=Missing,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    environment.filters |= {"day": day_words, "chinese": chinese}
    environment.globals = {
        **{key: value for key, value in environment.globals.items() if key not in _NOT_OURS},
        "ordinals": Ordinals,
    }
    return environment


def _loader(texts: Mapping[str, str]) -> ChoiceLoader:
    def own(name: str) -> tuple[str, str, None] | None:
        return (texts[name], f"{FOLDER}/{name}", None) if name in texts else None

    return ChoiceLoader([FunctionLoader(own), _shipped(), PrefixLoader({BUILTIN: _shipped()})])


@cache
def _shipped() -> PackageLoader:
    return PackageLoader("qingdan", "templates/official")


def _sentence(error: Exception, shown: str) -> str:
    """File, line and what is wrong."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or shown}第{error.lineno}行：模板语法有误，{_reason(error)}。"
    kind = next((kind for kind in _WORDS if isinstance(error, kind)), Exception)
    words = _WORDS.get(kind, "模板不能这样处理数据（{error}）")
    return f"{_place(error, shown)}：{words.format(error=error)}。"


_WORDS: dict[type[Exception], str] = {
    TemplateNotFound: f"没有“{{error}}”这个模板；只能引用 {FOLDER}/ 里的，内置的写 {BUILTIN}/ 加文件名",
    UndefinedError: "{error}",
    SecurityError: "模板用了不允许的功能（{error}）",
    RecursionError: "模板相互引用过深，或者引用了自己",
    OverflowError: "循环的次数过多",
}


def _place(error: Exception, shown: str) -> str:
    """Where in the templates it happened: the innermost line of the traceback that is one of a template."""
    place, trace = shown, error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        if name.endswith(".md"):
            file = name if name.startswith(f"{FOLDER}/") else f"{BUILTIN}/{name.rsplit('/', 1)[-1]}"
            place = f"{file}第{trace.tb_lineno}行"
        trace = trace.tb_next
    return place


def _reason(error: TemplateSyntaxError) -> str:
    message = str(error.message)
    for pattern, words in _REASONS:
        found = re.match(pattern, message)
        if found:
            return words.format(*found.groups())
    return message


def _missing(name: str, known: list[str] | tuple[str, ...]) -> str:
    there = "、".join(map(str, known))
    return f"没有“{name}”这项数据" + (f"，可用的有：{there}" if there else "")
