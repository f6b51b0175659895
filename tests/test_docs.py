"""The documents say what the program does: commands exist, transcripts are what is printed, links lead somewhere.

``--update-golden`` writes the table of codes and the transcripts anew from the program.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from numbering_support import REGULATIONS, document, rules, uncovered
from numbering_support import rows as numbering_rows
from qingdan.cli import chinese
from qingdan.cli.main import front
from qingdan.core.adjustments.words import kinds, triggers
from qingdan.core.checks.registry import BOOK_CHECKS, FINDINGS_OF, ITEM_CHECKS
from qingdan.core.rules.fragments import KEYWORDS
from qingdan.core.rules.options import OPTIONS, taken
from qingdan.core.rules.subjects import TARGETS
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.model.codes import CODES
from qingdan.model.items import LISTS
from qingdan.model.rules import Rule
from qingdan.render.manual import WORDS
from qingdan.repo import resources

ROOT = Path(__file__).parent.parent
FRONT = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
CODES_PAGE = ROOT / "docs" / "zh" / "codes.md"
FAMILIES = {
    "1": "文件和格式",
    "2": "清单之内、清单之间",
    "3": "公布和信息系统",
    "4": "名册和设置",
    "5": "提交和调整手续",
    "6": "台账",
    "7": "检查规则",
}

_FENCE = re.compile(r"^```(\w*)[ ]*([^\n]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HASH = re.compile(r"(?<![0-9A-Za-z_])(?=[0-9a-f]*[0-9])[0-9a-f]{7,40}(?![0-9A-Za-z_])")
_ABSOLUTE = re.compile(r"(?<![\w.…/:~)-])/[a-z][\w.-]*/[\w.-]+")
_HOST = re.compile(r"https?://([^/\s)>\"'`，。；）]+)")
_PUBLIC_HOSTS = ("keepachangelog.com", "semver.org", "peps.python.org", "json-schema.org")
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\blocalhost\b")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its language, what stands beside it, its lines."""

    language: str
    title: str
    text: str


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def fences(text: str) -> list[Fence]:
    return [Fence(*found.groups()) for found in _FENCE.finditer(text)]


def commands_in(fence: Fence) -> Iterator[list[str]]:
    """The qingdan command lines of a block, without the program's name and what the shell does around it."""
    if fence.language not in {"sh", "console", "yaml"}:
        return
    for line in fence.text.replace("\\\n", " ").splitlines():
        given = re.sub(r"^\s*(?:\$ |- run: |run: )", "", line)
        if fence.language == "console" and not line.startswith("$ "):
            continue
        if re.match(r"(?:\S*/)?qingdan ", given):
            words = shlex.split(given, comments=True)
            end = next((i for i, w in enumerate(words) if w in {"|", ">", "&&", ";"}), len(words))
            yield words[1:end]


def refusal(words: list[str], group: Any, parent: Any = None) -> str:
    """Why the program would not take these words; empty if it would."""
    try:
        context = group.make_context("qingdan", list(words), parent=parent)
        if not hasattr(group, "resolve_command"):
            return ""
        rest = [*context._protected_args, *context.args]  # noqa: SLF001 what a group leaves to its command
        _, command, rest = group.resolve_command(context, rest)
    except chinese.ClickError as error:
        return f"{' '.join(words)}: {error}"
    except typer.Exit:
        return ""
    return refusal(rest, command, context)


def known_options(words: list[str], command: Any) -> tuple[list[str], set[str]]:
    """What is left after the names of commands, and the options of the last one."""
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    options = {name for param in command.params for name in param.opts if name.startswith("-")}
    return words, options | {"-h", "--help"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_shown_is_one_the_program_takes(name: str) -> None:
    program = front()
    shown = [words for fence in fences(text_of(name)) for words in commands_in(fence)]
    assert [said for words in shown if (said := refusal(words, program))] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_named_in_a_sentence_exists(name: str) -> None:
    program: Any = front()
    prose = _FENCE.sub("", text_of(name))
    wrong = []
    for span in _SPAN.findall(prose):
        if not span.startswith("qingdan "):
            continue
        words = shlex.split(span)[1:]
        rest, options = known_options(words, program)
        named = rest == words and not words[0].startswith("-")
        if named or {w for w in rest if re.fullmatch(r"--?[a-zA-Z][\w-]*", w)} - options:
            wrong.append(span)
    assert wrong == []


def test_a_wrong_command_would_be_noticed() -> None:
    program = front()
    assert refusal(["publicise", "out"], program)
    assert refusal(["validate", "--no-such-option"], program)
    assert refusal(["adjust", "add"], program)
    assert not refusal(["-C", str(ROOT), "adjust", "set", "A-1", "note=x"], program)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_to_a_file_of_the_project(name: str) -> None:
    dead = []
    for link in _LINK.findall(_FENCE.sub("", text_of(name))):
        if link.startswith(("http://", "https://", "#", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path).resolve()
        inside = target.is_relative_to(ROOT) and target.exists()
        if not inside or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_names_a_place_outside_the_project(name: str) -> None:
    text = text_of(name)
    hosts = {host for host in _HOST.findall(text) if not host.endswith(".example")}
    assert hosts <= set(_PUBLIC_HOSTS)
    assert _ADDRESS.findall(text) == []
    assert _ABSOLUTE.findall(text) == []


@pytest.mark.parametrize("name", FRONT)
def test_the_two_commands_come_first(name: str) -> None:
    text = text_of(name)
    first = fences(text)[0]
    lines = [line.split("#")[0].strip() for line in first.text.splitlines()]
    assert lines == ["make demo", "make test"]
    before = [line for line in text[: text.index("```")].splitlines() if line.strip()]
    assert len(before) == 2, "a heading and one sentence"
    assert before[0].startswith("# ")
    assert len(re.findall(r"[.。](?:\s|$)", before[1])) == 1


def test_make_has_every_target_that_the_documents_name() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    hook = text_of(".pre-commit-config.yaml")
    named = set(re.findall(r"entry: make (\w+)", hook))
    assert named == {"lint", "types", "imports", "data"}
    for name in DOCUMENTS:
        text = text_of(name)
        named |= set(re.findall(r"`make (\w+)`", text))
        shell = [f.text for f in fences(text) if f.language == "sh"]
        named |= {w for block in shell for w in re.findall(r"^make (\w+)", block, re.MULTILINE)}
    assert named <= targets


# the manual of codes


def code_tables() -> str:
    """The tables of ``docs/zh/codes.md``, a family of codes each."""
    parts = []
    for digit, title in FAMILIES.items():
        rows = [
            f"| {code.id} | {WORDS[code.severity]} | {code.title} | `{code.name}` |"
            for code in CODES.values()
            if code.id[2] == digit
        ]
        head = ["| 编码 | 程度 | 问题 | 名称 |", "| --- | --- | --- | --- |"]
        parts.append("\n".join([f"### {digit}xx {title}", "", *head, *rows]))
    return "\n\n".join(parts)


def test_the_table_of_codes_is_current(request: pytest.FixtureRequest) -> None:
    assert {code[2] for code in CODES} == set(FAMILIES)
    page = CODES_PAGE.read_text("utf-8")
    begin, end = "<!-- codes: begin -->\n", "<!-- codes: end -->"
    current = f"{page.partition(begin)[0]}{begin}\n{code_tables()}\n\n{end}{page.partition(end)[2]}"
    if request.config.getoption("--update-golden"):
        CODES_PAGE.write_text(current, "utf-8")
    assert CODES_PAGE.read_text("utf-8") == current


# the table of rules


RULES_PAGE = ROOT / "docs" / "zh" / "rules.md"
WRITING_PAGE = ROOT / "docs" / "zh" / "rules-writing.md"


def answered(rule: Rule) -> str:
    """Who answers a rule."""
    if rule.by_machine:
        return "机器和人" if rule.by_person else "机器"
    return "人"


def rule_row(rule: Rule, article: str) -> str:
    of = "、".join(rule.of) or "各单位"
    return f"| {article} | `{rule.id}` | {rule.question} | {of} | {answered(rule)} |"


def rule_rows(name: str) -> Iterator[str]:
    """A line for each rule, in the order of the regulation's own numbering; articles without one say why."""
    every = rules(name)
    if name not in REGULATIONS:
        yield from (rule_row(rule, "本单位自定") for rule in every)
        return
    by_id, reasons = {rule.id: rule for rule in every}, uncovered(name)
    for row in numbering_rows(name):
        article = row["article"]
        for id_ in row.get("rules", ()):
            yield rule_row(by_id[id_], article)
        liable = [f"`{rule.id}`" for rule in every if article in rule.accountability]
        if not row.get("rules"):
            why = f"追责情形，可由{'、'.join(liable)}的问题引起" if liable else reasons[article]
            yield f"| {article} | － | {why} | － | － |"


def rule_tables() -> str:
    """The tables of ``docs/zh/rules.md``: the numbers of each pack, then its rules."""
    own = sorted(
        p.stem for p in resources.folder("rules").glob("*.yaml") if p.stem not in REGULATIONS
    )
    names = [*REGULATIONS, *own]
    titles = {name: document("rules", name)["regulation"]["title"] for name in names}
    kinds_ = ("机器", "机器和人", "人")
    parts = [
        f"| 规章 | 标识 | 规则 | {' | '.join(kinds_)} |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in names:
        who = [answered(rule) for rule in rules(name)]
        counts = " | ".join(str(who.count(kind)) for kind in kinds_)
        parts.append(f"| {titles[name]} | `{name}` | {len(who)} | {counts} |")
    head = ["| 条款 | 规则 | 检查内容 | 被检查的 | 回答 |", "| --- | --- | --- | --- | --- |"]
    for name in names:
        parts += ["", f"## {titles[name]}", "", *head, *rule_rows(name)]
    return "\n".join(parts)


def option_table() -> str:
    """Built-in checks with the options they take, and the codes of what they find."""
    rows = [
        f"| `{name}` | {'、'.join(f'`{option}`' for option in taken(name)) or '－'} | {'、'.join(codes)} |"
        for name, codes in FINDINGS_OF.items()
    ]
    return "\n".join(["| 内置检查 | 选项 | 报出的问题 |", "| --- | --- | --- |", *rows])


@pytest.mark.parametrize(
    ("path", "mark", "table"),
    [(RULES_PAGE, "rules", rule_tables), (WRITING_PAGE, "options", option_table)],
    ids=["rules", "options"],
)
def test_the_tables_of_rules_are_current(
    path: Path, mark: str, table: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    page = path.read_text("utf-8")
    begin, end = f"<!-- {mark}: begin -->\n", f"<!-- {mark}: end -->"
    current = f"{page.partition(begin)[0]}{begin}\n{table()}\n\n{end}{page.partition(end)[2]}"
    if request.config.getoption("--update-golden"):
        path.write_text(current, "utf-8")
    assert path.read_text("utf-8") == current


def test_the_page_on_writing_rules_names_what_there_is() -> None:
    page = text_of("docs/zh/rules-writing.md")
    rule = schemas()["rules"].node(("rules", 0))["properties"]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) >= {*rule, *TARGETS} - {"x"}
    assert set(KEYWORDS) <= set(re.findall(r"`([\w-]+)`", page))
    for option in OPTIONS:
        assert f"`{option}`" in page


# the pages that name fields, kinds and modules


@cache
def schemas() -> Schemas:
    return Schemas(resources.schema_texts())


@pytest.mark.parametrize("name", LISTS)
def test_the_fields_of_each_list_are_in_the_manual(name: str) -> None:
    page = text_of("docs/zh/lists.md")
    part = page.partition(f"（`{name}`）")[2].partition("\n### ")[0]
    shown = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", part, re.MULTILINE))
    schema = schemas()[name]
    keys = schema.node(("items", 0))["properties"]
    assert shown == {key: schema.label(("items", 0, key)) for key in keys}


@pytest.mark.parametrize("name", LISTS)
def test_the_manual_marks_what_is_required(name: str) -> None:
    page = text_of("docs/zh/lists.md")
    part = page.partition(f"（`{name}`）")[2].partition("\n### ")[0]
    marked = set(re.findall(r"^\| `(\w+)` \| [^|]+\| 必填 \|", part, re.MULTILINE))
    assert marked == set(schemas()[name].node(("items", 0))["required"])


def test_the_example_of_a_list_is_valid_and_canonical() -> None:
    example = next(f for f in fences(text_of("docs/zh/lists.md")) if f.language == "yaml")
    schema = schemas()["powers"]
    read = reading.read(example.text.encode(), schema.layout)
    assert read.canonical
    assert [finding.message for finding in schema.findings(read.value, "")] == []


def test_kinds_and_triggers_are_in_the_manual() -> None:
    rows = dict(
        re.findall(r"^\| `([a-z-]+)` \| ([^|]+?) \|", text_of("docs/zh/adjust.md"), re.MULTILINE)
    )
    assert rows == {**kinds(schemas()), **triggers(schemas())}


def test_every_section_of_the_settings_is_in_the_manual() -> None:
    page = text_of("docs/zh/settings.md")
    named = set(re.findall(r"^## .*`(\w+)`", page, re.MULTILINE))
    named |= set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert named >= set(schemas()["workspace"].document["properties"])


def test_the_architecture_names_what_is_there() -> None:
    page = _FENCE.sub("", text_of("docs/architecture.md"))
    spans = set(_SPAN.findall(page))
    source = ROOT / "src" / "qingdan"
    files = {span for span in spans if re.fullmatch(r"[\w/]+\.py", span) and "/" in span}
    assert files
    assert {f for f in files if not (source / f).is_file() and not (ROOT / f).is_file()} == set()
    calls = {found[1] for span in spans if (found := re.fullmatch(r"(?:\w+\.)*(\w+)\(\)", span))}
    assert calls
    assert calls - defined(source) == set()
    assert set(ITEM_CHECKS) | set(BOOK_CHECKS) <= spans


def defined(source: Path) -> set[str]:
    """Every function and class of the program."""
    kinds_ = (ast.FunctionDef, ast.ClassDef)
    trees = [ast.parse(path.read_text("utf-8")) for path in source.rglob("*.py")]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, kinds_)}


# transcripts


_WHO = tuple(f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL"))


@dataclass
class Session:
    """A terminal at which a document's commands are typed one after the other.

    ``day``: the day on which they are typed, by whoever the repository says; the test's own day and clerk if empty.
    """

    start: Path
    folder: Path
    day: str = ""

    def type(self, command: str) -> str:
        """What the command prints, both streams together, the start folder written ``…``."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return ""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.surroundings(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        printed = done.stdout.decode("utf-8").replace(str(self.start), "…")
        return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())

    def surroundings(self) -> dict[str, str]:
        """The environment of the terminal."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = str(self.start / "cache")
        env = os.environ | {"PATH": path, "COLUMNS": "80", "XDG_CACHE_HOME": kept}
        if self.day:
            moment = f"{self.day}T10:00:00+08:00"
            env = {key: value for key, value in env.items() if key not in _WHO}
            env |= {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        return env

    def replay(self, text: str) -> str:
        """A console block with what its commands print now."""
        lines = [line for line in text.splitlines() if line.startswith("$ ")]
        return "".join(f"{line}\n{self.type(line[2:])}" for line in lines)


def with_transcripts(text: str, session: Session) -> str:
    """A document with the transcripts of its console blocks as they are now."""

    def current(found: re.Match[str]) -> str:
        language, title, body = found.groups()
        if language in {"yaml", "csv"} and title:
            (session.folder / title).write_text(body, "utf-8")
        if language != "console":
            return found[0]
        session.day = title
        now = session.replay(body)
        return found[0] if masked(now) == masked(body) else found[0].replace(body, now)

    return _FENCE.sub(current, text)


def masked(text: str) -> str:
    """A text without commit ids."""
    return _HASH.sub("#", text)


TOURS = [name for name in DOCUMENTS if "```console" in text_of(name) and name != FRONT[1]]


def test_both_front_pages_give_the_same_tour() -> None:
    english, chinese_ = ([f for f in fences(text_of(n)) if f.language == "console"] for n in FRONT)
    assert english
    assert english == chinese_


@pytest.mark.parametrize("name", TOURS)
def test_transcripts_are_what_the_program_prints(
    name: str,
    samples: Callable[[str], Path],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    text = text_of(name)
    session = Session(tmp_path, tmp_path)
    if "\n$ qingdan init " not in text:
        session.folder = tmp_path / "jinshui"
        shutil.copytree(samples("district"), session.folder)
    current = with_transcripts(text, session)
    if request.config.getoption("--update-golden"):
        (ROOT / name).write_text(current, "utf-8")
        if name == FRONT[0]:
            copy_tour(current, ROOT / FRONT[1])
    assert masked(current) == masked(text_of(name))


def copy_tour(source: str, target: Path) -> None:
    """Put the one tour of a document in the place of another's."""
    tour, old = (
        next(f.text for f in fences(text) if f.language == "console")
        for text in (source, target.read_text("utf-8"))
    )
    target.write_text(target.read_text("utf-8").replace(old, tour), "utf-8")
