"""A whole year of each sample jurisdiction, made by the commands that clerks type: ``make year``.

What is done on which day stands in ``docs/year/``; here it is only carried out, as the sample's clerk on that day, so
that the history is the same on every machine. Everything in it is made up.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingdan.cli.main import run as qingdan
from qingdan.core.schema import Schemas
from qingdan.core.text import strict
from qingdan.desk.laying import sample
from qingdan.desk.samples.story import clerk
from qingdan.repo.resources import schema_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YEARS = Path(__file__).parent / "year"
PROFILES = ("district", "town", "bureau")
_PATIENT = ("adjust", "publish", "import")
"""Commands that ask before they commit."""
_TIMELESS = ("export", "validate", "init")
"""Commands that take no ``--today``, or say it themselves."""


class YearError(Exception):
    """A step of the year did not end as it should."""


@dataclass(frozen=True)
class Year:
    """A year under way: the ``folder`` with the workspace and what lies beside it, and what was printed."""

    folder: Path
    profile: str
    transcript: StringIO

    @property
    def work(self) -> Path:
        """The workspace."""
        return self.folder / self.profile

    @property
    def tables(self) -> Path:
        """The tables that come from systems, windows and archives, before they are taken in."""
        return self.folder / f"{self.profile}-tables"

    @property
    def sample(self) -> Path:
        """The sample jurisdiction as it was when the year began."""
        return self.tables / "sample"

    def has(self, name: str) -> bool:
        """Whether the workspace has items in a list."""
        return any((self.work / "lists" / name).glob("*.yaml"))


def make(folder: Path, profile: str, until: str = "") -> Year:
    """Make the year of a profile below ``folder``, anew, or its days up to ``until``; YearError where a step fails."""
    year = Year(folder, profile, StringIO())
    for path in (year.work, year.tables):
        shutil.rmtree(path, ignore_errors=True)
    year.tables.mkdir(parents=True)
    told = _told(YEARS / f"{profile}.yaml")
    shutil.copytree(sample(profile), year.sample)
    _change(year.sample, told.get("sample", {}))
    for name, text in told.get("files", {}).items():
        (year.tables / name).write_text(text, "utf-8")
    for day in told["days"]:
        if until and day["day"] > until:
            break
        for step in day["do"]:
            _step(year, day["day"], step)
    return year


def _told(path: Path) -> Any:
    return strict.read(path.read_text("utf-8"))[0]


def _step(year: Year, day: str, step: str | Mapping[str, Any]) -> None:
    """One step: a command, or what hands do that no command does."""
    if isinstance(step, str):
        _command(year, day, step)
    elif "each" in step:
        for names in _each(year, step["each"]):
            for line in step["run"]:
                _command(year, day, line, names)
    elif "fails" in step:
        _command(year, day, step["run"], code=step["fails"])
    else:
        (kind,) = step
        _HANDS[kind](year, day, step[kind])


def _each(year: Year, lists: Mapping[str, list[str] | str]) -> Iterator[dict[str, str]]:
    """The names of a loop together, as many times as the lists are long; a text means the units of an inspection."""
    known = [_drawn(year, found) if isinstance(found, str) else found for found in lists.values()]
    for values in zip(*known, strict=True):
        yield dict(zip(lists, values, strict=True))


def _drawn(year: Year, name: str) -> list[str]:
    """The units that an inspection has sheets of: chance decided which."""
    found = (year.work / "ledger" / "inspections").glob(f"{name}*/sheets/*.yaml")
    return sorted(path.stem for path in found)


def _command(
    year: Year,
    day: str,
    line: str,
    names: Mapping[str, str] | None = None,
    code: int = 0,
    place: Path | None = None,
) -> str:
    """Run a command as it is typed; what it printed. YearError where it does not end with ``code``."""
    known = {name: str(getattr(year, name)) for name in ("work", "tables", "sample")}
    known |= names or {}
    if "{record}" in line:
        known["record"] = _git(year, day, "log", "-1", "--format=%(trailers:key=Record,valueonly)")
    _, *rest = (word.format_map(known) for word in shlex.split(line))
    if rest[0] not in _TIMELESS:
        rest += ["--today", day]
    if rest[0] in _PATIENT:
        rest.append("--yes")
    where = [] if rest[0] == "init" else ["-C", str(place or year.work)]
    own = _person(day, reviews=rest[0] == "review")
    heard = StringIO()
    with redirect_stdout(heard), redirect_stderr(heard), _surroundings(own):
        ended = qingdan([*where, *rest])
    year.transcript.write(f"# {day}\n$ qingdan {shlex.join(rest)}\n{heard.getvalue()}")
    if ended != code:
        raise YearError(f"{day} qingdan {shlex.join(rest)}: {ended}\n{heard.getvalue()}")
    return heard.getvalue()


def _person(day: str, *, reviews: bool) -> dict[str, str]:
    """Who works: the sample's clerk, or for reviews a second person."""
    name = {"NAME": "样例审核人", "EMAIL": "reviewer@qingdan.example"} if reviews else {}
    roles = ("GIT_AUTHOR", "GIT_COMMITTER")
    return clerk(day) | {f"{role}_{key}": text for role in roles for key, text in name.items()}


@contextmanager
def _surroundings(own: Mapping[str, str]) -> Iterator[None]:
    """Environment variables, for as long as a command runs in this process."""
    before = {key: os.environ.get(key) for key in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _git(year: Year, day: str, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(year.work), *words],
        env=os.environ | clerk(day),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise YearError(f"{day} git {shlex.join(words)}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


def _lay(year: Year, _day: str, paths: list[str]) -> None:
    """Lay the sample's own files into the workspace, in place of the empty ones."""
    for path in paths:
        shutil.copyfile(year.sample / path, year.work / path)


def _register(year: Year, day: str, lists: list[str]) -> None:
    """Enter the sample's lists from a workbook, as an office does that kept them in Excel until then."""
    file = year.tables / "lists.xlsx"
    _command(year, day, f"qingdan export -o {shlex.quote(str(file))}", place=year.sample)
    which = " ".join(f"--list {name}" for name in lists)
    _command(year, day, f"qingdan import {shlex.quote(str(file))} {which}")


def _edit(year: Year, day: str, told: Mapping[str, Any]) -> None:
    """Change files by hand and commit them with the reason, as people do with settings and registers."""
    _change(year.work, told["files"])
    message = f"{told['message']}\n\nReason: {told['reason']}\n"
    _git(year, day, "commit", "-q", "-a", "-m", message)


def _change(folder: Path, files: Mapping[str, list[list[str]]]) -> None:
    """Put new texts in place of old ones, each of which stands in its file once; YearError where one does not."""
    for path, changes in files.items():
        text = (folder / path).read_text("utf-8")
        for old, new in changes:
            if text.count(old) != 1:
                raise YearError(f"{path}: {old!r} stands there {text.count(old)} times")
            text = text.replace(old, new)
        (folder / path).write_text(text, "utf-8")


def _take(year: Year, day: str, told: Mapping[str, Any]) -> None:
    """Take in what a system holds: what the lists say ``at`` a day, with what is otherwise there or ``lost``."""
    name = told["system"]
    file = year.tables / f"{name}-{day}.csv"
    _write(file, list(_system_rows(year, day, told)))
    _command(year, day, f"qingdan systems take {name} {shlex.quote(str(file))}")


def _system_rows(year: Year, day: str, told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    settings = _told(year.work / "qingdan.yaml")["systems"][told["system"]]
    other, lost, spoken = (told.get(key, {}) for key in ("otherwise", "lost", "spoken"))
    for name in filter(year.has, settings["holds"]["lists"]):
        labels = _labels(name)
        for item in _listed(year, day, name, told.get("at", day)):
            code = item[labels["code"]]
            if code in lost or item.get("权责类别") not in settings["holds"].get(
                "types", [item.get("权责类别")]
            ):
                continue
            row = {
                heading: _as_shown(field, item.get(labels.get(field, ""), ""))
                for heading, field in settings["columns"].items()
            }
            row = {heading: spoken.get(text, text) for heading, text in row.items()}
            yield row | other.get(code, {})


def _listed(year: Year, day: str, name: str, at: str) -> list[dict[str, str]]:
    """The items in use of a list as they stood at the end of a day."""
    file = year.tables / "lists.csv"
    where = f"--at {at} -o {shlex.quote(str(file))} --force"
    _command(year, day, f"qingdan export --list {name} --format csv {where}")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [row for row in csv.DictReader(opened) if row["事项状态"] == "在用"]


def _labels(name: str) -> dict[str, str]:
    """Field to its column in an exported table."""
    schema = Schemas(schema_texts())[name]
    fields = schema.node(("items", 0))["properties"]
    return {"unit": "实施主体"} | {key: schema.label(("items", 0, key)) for key in fields}


def _as_shown(field: str, text: str) -> str:
    """A cell as systems show it: laws with their articles, steps with their limits."""
    rows = [line.split("｜") for line in text.splitlines()]
    if field == "basis":
        return "；".join(f"《{row[0]}》{row[1]}" for row in rows)
    if field == "flow":
        return "→".join(f"{row[0]}（{row[1]}）" if row[1] else row[0] for row in rows)
    return text


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _review(year: Year, day: str, stages: list[str]) -> None:
    """Pass every adjustment that waits at these stages, role by role, as the queue shows them."""
    for stage in stages:
        queue = json.loads(_command(year, day, "qingdan due --kind review --format json"))
        for clock in queue["clocks"]:
            if clock["duty"] == stage:
                roles = [role.partition("（")[0] for role in clock["owner"].split("、")]
                for role in roles:
                    asked = f" --as {shlex.quote(role)}" if len(roles) > 1 else ""
                    _command(year, day, f"qingdan review pass {clock['record']}{asked}")


def _sheets(year: Year, day: str, told: Mapping[str, Any]) -> None:
    """Print the sheets of an inspection, fill them in as people would, and record them all."""
    name, folder = told["inspection"], year.tables / f"sheets-{day}-{told['inspection'][11:]}"
    _command(year, day, f"qingdan inspect sheet {name} --out {shlex.quote(str(folder))}")
    said = _told(sample(year.profile) / told["like"]) if "like" in told else told
    expected = _expected(year)
    files = sorted(folder.glob("*.yaml"))
    for file in files:
        sheet = _told(file)
        own = {**said.get("all", {}), **said.get("units", {}).get(sheet["unit"], {})}
        own |= told.get("units", {}).get(sheet["unit"], {})
        file.write_text(json.dumps(_filled(sheet, own, expected), ensure_ascii=False), "utf-8")
    _command(year, day, f"qingdan inspect record {name} {shlex.join(map(str, files))}")


def _expected(year: Year) -> dict[str, str]:
    """Rule to the answer that is no finding."""
    found = {}
    for path in sorted((year.work / "rules").glob("*.yaml")):
        pack = _told(path)
        for rule in pack["rules"]:
            found[f"{pack['regulation']['id']}/{rule['id']}"] = rule.get("expected", "是")
    return found


def _filled(
    sheet: dict[str, Any], own: Mapping[str, Any], expected: Mapping[str, str]
) -> dict[str, Any]:
    """A sheet with what was answered, and for the rest what agrees with the machine or is expected."""
    idle, answers, samples = (own.get(key, {}) for key in ("not_applicable", "answers", "samples"))
    for row in sheet["answers"]:
        machine = row["machine"] if row["machine"] in {"是", "否"} else ""
        said = "不适用" if row["rule"] in idle else machine or expected[row["rule"]]
        row.update({"answer": said} | answers.get(row["rule"], {}))
    for place, row in enumerate(sheet["samples"], 1):
        row.update({"answer": "合格"} | samples.get(f"{row['of']}{place}", {}))
    for row in sheet["materials"]:
        row["answer"] = "有"
    for row in sheet["interviews"]:
        row["count"] = str(own.get("interviews", {}).get(row["kind"], ""))
    sheet["practices"] = [{"what": text} for text in own.get("practices", ())]
    return sheet


_HANDS = {
    "lay": _lay,
    "register": _register,
    "edit": _edit,
    "take": _take,
    "review": _review,
    "sheets": _sheets,
}
"""What is done by hand, by its name."""


def main(folder: Path) -> int:
    """Make the years of all profiles below ``folder``, with a transcript beside each."""
    for profile in PROFILES:
        begun = time.monotonic()
        year = make(folder, profile)
        (folder / f"{profile}.txt").write_text(year.transcript.getvalue(), "utf-8")
        commits = _git(year, "2025-12-31", "rev-list", "--count", "HEAD")
        took = time.monotonic() - begun
        print(
            f"{profile}: {commits} commits in {took:.0f} s, see {os.path.relpath(year.work)}/reports"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
