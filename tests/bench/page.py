"""The table of a run: on the terminal, as JSON, as Markdown, and in the documents between their marks."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rows import Limit, Outcome, Span, cold, memory, starting

from qingdan.model.charts import Chart, Series
from qingdan.render.charts.svg import svg

HEADS = ("规模", "本工具", "用时（秒）", "对照", "对照用时（秒）", "结果", "限", "")
_MARK = "<!-- {0} -->"
_TABLES, _MAIN = "bench", "bench:main"
_PAGE, _CURVE = "docs/zh/speed.md", "docs/pictures/memory.svg"
_FROM_PAGE = "../pictures/memory.svg"
_MISSED, _KEPT, _NOT_MEASURED = "未达到", "达到", "未测"


@dataclass(frozen=True, slots=True)
class Result:
    """A run: on what, at which scale, on which day, and its rows."""

    machine: Mapping[str, str]
    scale: str
    day: str
    outcomes: Sequence[Outcome]


# --- rows as text ---------------------------------------------------------------------------


def cells(outcome: Outcome) -> tuple[str, ...]:
    """A row of the table, under :data:`HEADS`."""
    return (
        outcome.size,
        outcome.what,
        _seconds(outcome.own),
        outcome.against,
        _seconds(outcome.floor),
        _figure(outcome),
        _limit(outcome),
        _mark(outcome),
    )


def _seconds(span: Span | None) -> str:
    """The smallest and the middle, with as many digits as mean something."""
    if span is None:
        return ""
    return " / ".join(
        f"{value:.3f}" if value < 1 else f"{value:.2f}" for value in (span.least, span.median)
    )


def _figure(outcome: Outcome) -> str:
    if outcome.figure is None:
        return outcome.note
    if outcome.unit != "倍":
        return (
            f"{outcome.figure:.0f} {outcome.unit}"
            if outcome.unit == "MB"
            else f"{outcome.figure:.2f}秒"
        )
    told = f"{outcome.figure:.1f}" if outcome.figure >= 10 else f"{outcome.figure:.2f}"
    return f"对照用时为{told}倍" if outcome.faster else f"用时为对照的{told}倍"


def _limit(outcome: Outcome) -> str:
    if outcome.limit is None:
        return ""
    word = "至多" if outcome.limit.sense == "most" else "至少"
    return f"{word}{outcome.limit.value:g}{' ' if outcome.unit == 'MB' else ''}{outcome.unit}"


def _mark(outcome: Outcome) -> str:
    if outcome.figure is None:
        return _NOT_MEASURED
    return {None: "", True: _KEPT, False: f"**{_MISSED}**"}[outcome.met]


# --- where it goes --------------------------------------------------------------------------


def keep(result: Result, folder: Path) -> None:
    """The run below ``folder``, as data and as Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(one) | {"met": one.met} for one in result.outcomes]
    text = json.dumps(asdict(result) | {"outcomes": rows}, ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(text + "\n", "utf-8")
    (folder / "results.md").write_text(markdown(result), "utf-8")


def kept(folder: Path) -> Result:
    """The last run below ``folder``; SystemExit where there is none."""
    path = folder / "results.json"
    if not path.is_file():
        raise SystemExit("还没有测过：请先运行 make bench。")
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Result(**data | {"outcomes": [_outcome(row) for row in data["outcomes"]]})


def _outcome(row: Mapping[str, Any]) -> Outcome:
    known = {key: value for key, value in row.items() if key != "met"}
    spans = {key: row[key] and Span(**row[key]) for key in ("own", "floor")}
    return Outcome(**{**known, **spans, "limit": row["limit"] and Limit(**row["limit"])})


def show(result: Result) -> None:
    """The table on the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{result.day}，{result.machine['处理器']}，{result.scale}", show_lines=False
    )
    for head in HEADS:
        table.add_column(head, overflow="fold")
    for subject, rows in _by_subject(result.outcomes):
        table.add_section()
        table.add_row(f"[bold]{subject}[/bold]")
        for row in rows:
            table.add_row(*(cell.replace("**", "") for cell in cells(row)))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    print(summary(result.outcomes))


def summary(outcomes: Iterable[Outcome]) -> str:
    """How many limits are kept, and which are not."""
    limited = [one for one in outcomes if one.limit]
    missed = [_named(one) for one in limited if one.met is False]
    unmeasured = sum(one.met is None for one in limited)
    told = f"有限的{len(limited)}行：达到{sum(one.met is True for one in limited)}行"
    told += f"，未测{unmeasured}行" if unmeasured else ""
    return f"{told}，未达到{len(missed)}行{'：' if missed else ''}{'；'.join(missed)}。"


def _named(outcome: Outcome) -> str:
    words = (
        outcome.subject,
        outcome.size,
        outcome.what,
        outcome.against and f"比{outcome.against}",
    )
    return " ".join(filter(None, words))


def markdown(result: Result, picture: str = "") -> str:
    """The run as it stands in the page: what it was made on, a table a subject, the ``picture`` of the curve."""
    machine = "；".join(f"{name} {value}" for name, value in result.machine.items())
    parts = [
        f"{result.day}测得，规模 `{result.scale}`。{machine}。\n",
        f"{summary(result.outcomes)}\n",
    ]
    for subject, rows in _by_subject(result.outcomes):
        parts.append(f"### {subject}\n")
        parts.append(
            _memory(rows) + picture
            if subject == memory.SUBJECT
            else _table(HEADS, map(cells, rows))
        )
    told = "".join(f"- {line}\n" for line in libraries(result.outcomes))
    return "\n".join([*parts, *(["### 快不过这些库\n", told] if told else [])])


def libraries(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Where a library is the limit: what it takes of our own time."""
    for one in outcomes:
        if not (one.own and one.floor):
            continue
        share = f"{100 * one.floor.median / one.own.median:.0f}%"
        if one.against == cold.PARSED and one.what == cold.ONE:
            count = int(one.size.removesuffix("项").replace(",", ""))
            pace = one.floor.least / count * 1_000_000
            yield f"yaml_rs：{one.size}，每千项解析要{pace:.0f}毫秒，占冷检查（一核）用时的{share}。"
        elif one.against == starting.TYPER and one.what == "qingdan --version":
            ours = f"启动一次要{one.own.least * 1000:.0f}毫秒"
            yield f"typer：装载它的进程要{one.floor.least * 1000:.0f}毫秒，{ours}，几乎都用在装载上。"


def _memory(rows: Sequence[Outcome]) -> str:
    heads = ("规模", "", "最多占用", "限", "")
    found = ((row.size, row.what, _figure(row), _limit(row), _mark(row)) for row in rows)
    return _table(heads, found)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _by_subject(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    for subject, rows in groupby(outcomes, key=lambda one: one.subject):
        yield subject, list(rows)


# --- the documents --------------------------------------------------------------------------


def update(folder: Path, root: Path) -> None:
    """Put the last run into the page and the front pages, and draw the curve."""
    result = kept(folder)
    page = root / _PAGE
    text = page.read_text("utf-8")
    drawn = curve(result.outcomes)
    picture = f"\n![{drawn.alt}]({_FROM_PAGE})\n"
    page.write_text(between(text, _TABLES, f"\n{markdown(result, picture)}\n"), "utf-8")
    (root / _CURVE).write_text(svg(drawn) + "\n", "utf-8")
    for name, words in (("README.md", _ENGLISH), ("README.zh-CN.md", _CHINESE)):
        front = root / name
        front.write_text(
            between(front.read_text("utf-8"), _MAIN, main_figure(result, words)), "utf-8"
        )


def between(text: str, mark: str, new: str) -> str:
    """The text with what stands between two marks replaced; SystemExit where the marks are not there."""
    start, end = _MARK.format(mark), _MARK.format(f"/{mark}")
    if start not in text or end not in text:
        raise SystemExit(f"文档中没有 {start} 和 {end} 这一对记号。")
    head, _, rest = text.partition(start)
    return f"{head}{start}\n{new}{end}{rest.partition(end)[2]}"


_ENGLISH = "Measured on {day} with {cores} cores, {size} items: check-jsonschema took {0} times as long, ajv {1} times.\n"
_CHINESE = (
    "{day}在{cores}核机器上测得，{size}个事项：check-jsonschema 的用时是它的{0}倍，ajv 是{1}倍。\n"
)
_CORES = re.compile(r"(\d+)核")


def main_figure(result: Result, words: str) -> str:
    """The one sentence of the front pages: the peers at the largest size at which both were measured."""
    found: dict[str, list[float]] = {}
    for one in result.outcomes:
        if one.faster and one.figure is not None and one.against.startswith(("check-", "ajv")):
            found.setdefault(one.size, []).append(one.figure)
    whole = {size: figures for size, figures in found.items() if len(figures) == 2}
    if not whole:
        raise SystemExit("这次没有测到 check-jsonschema 和 ajv。")
    size, figures = list(whole.items())[-1]
    cores = _CORES.search(result.machine["处理器"])
    told = [f"{figure:.1f}" for figure in sorted(figures, reverse=True)]
    return words.format(
        *told, day=result.day, cores=cores[1] if cores else "?", size=size.removesuffix("项")
    )


def curve(outcomes: Iterable[Outcome]) -> Chart:
    """The memory by the number of items, evenly spaced: what grows in proportion is a straight line."""
    rows = [one for one in outcomes if one.subject == memory.SUBJECT and one.figure is not None]
    count = {one: int(one.size.removesuffix("项").replace(",", "")) for one in rows}
    most = max(count.values(), default=0)
    step = most // memory.PARTS
    spaced = [one for one in rows if step and count[one] % step == 0]
    sizes = list(dict.fromkeys(one.size for one in spaced))
    series = tuple(
        Series(name, tuple(_round(one.figure) for one in spaced if one.what == name))
        for name in dict.fromkeys(one.what for one in spaced)
    )
    alt = f"冷检查占用的内存：{'、'.join(f'{one.size}{one.what}{_round(one.figure)} MB' for one in spaced)}。"
    return Chart("memory", "lines", "冷检查占用的内存", "MB", tuple(sizes), series, alt)


def _round(value: float | None) -> int:
    return round(value or 0)
