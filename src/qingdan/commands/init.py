"""``init``: a new workspace of a profile, empty or with its sample lists and their history."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.adjustments.differences import ItemChange
from qingdan.core.adjustments.plan import Footing, plan
from qingdan.core.adjustments.request import Request
from qingdan.core.places import SETTINGS_PATH, UNITS_PATH
from qingdan.core.text.handwritten import blank_register, for_jurisdiction, without_line_units
from qingdan.desk import laying
from qingdan.desk.filing import file_change, now_in
from qingdan.desk.mending import owners_files
from qingdan.desk.opening import Opened, judge, require_settings
from qingdan.desk.samples import story
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit
from qingdan.repo import git, hooks
from qingdan.repo.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path


class Options(Struct, frozen=True):
    """What the command line said; ``name``, ``short`` and ``division`` replace those of the profile.

    ``forge``: the one whose checks are laid out; all of them if none is named.
    """

    profile: str
    sample: bool
    today: date
    name: str = ""
    short: str = ""
    division: str = ""
    pinned: bool = False
    forge: str = ""
    python: str = sys.executable

    @property
    def forges(self) -> tuple[str, ...]:
        """The forges whose files are laid out: all of them unless one was named, or ``none``."""
        named = {"": tuple(laying.FORGES), "none": ()}
        return named.get(self.forge, (self.forge,))


def run(folder: Path, options: Options) -> int:
    """Lay out, prove and commit a workspace; nothing is touched where something already is."""
    if options.profile not in laying.PROFILES:
        raise UsageError(
            f"没有“{options.profile}”这个模板，可用：district（区）、town（镇）、bureau（局）。"
        )
    if options.sample and (options.name or options.short or options.division):
        raise UsageError(
            "样例工作区的名称和区划是固定的；--name、--short、--division 请不要与 --sample 同用。"
        )
    if options.division and not re.fullmatch("[0-9]{12}", options.division):
        raise UsageError(f"区划代码“{options.division}”应为12位数字，例如 410102000000。")
    if options.forge not in {"", "none", *laying.FORGES}:
        raise UsageError(
            f"没有“{options.forge}”这个平台，可用：{'、'.join(laying.FORGES)}；都不要的写 none。"
        )
    with laying.whole_or_not_at_all(folder):
        git.init(folder, "main")
        if options.sample:
            return _sample(folder, options)
        return _empty(folder, options)


def _sample(folder: Path, options: Options) -> int:
    source = laying.sample(options.profile)
    told = story.read(source / laying.STORY)
    opened = Opened(folder, story.clerk(told["register"]["day"]))
    laying.lay(folder, laying.texts_of(source))
    _with_shared(opened, options.forges)
    _register(opened, told["register"])
    steps = story.replay(folder, source / laying.STORY, _progress)
    sys.stdout.write(
        f"已建立样例工作区 {folder}（样例数据，不作为法律依据），含{steps}步办理历史。\n"
    )
    sys.stdout.write(f"下一步：qingdan -C {folder} validate\n")
    return 0


def _empty(folder: Path, options: Options) -> int:
    opened = Opened(folder)
    opened.repository.identity({})
    texts = laying.texts_of(laying.sample(options.profile))
    kept = {path: texts[path] for path in (SETTINGS_PATH, UNITS_PATH)}
    blank = {
        f"registers/{name}.yaml": blank_register(opened.schemas[name].title, name)
        for name in ("officers", "delegations", "laws", "staff")
    }
    laying.lay(folder, kept | blank)
    settings = require_settings(opened.book())
    changes = {"name": options.name, "short": options.short, "division": options.division}
    short = options.short or settings.short
    laying.lay(
        folder,
        {
            SETTINGS_PATH: for_jurisdiction(texts[SETTINGS_PATH], changes),
            UNITS_PATH: without_line_units(texts[UNITS_PATH], settings, (settings.short, short)),
        },
    )
    laying.lay(folder, {f"lists/{name}/.gitkeep": b"" for name in settings.lists})
    laying.lay(
        folder,
        {
            f"{place}/.gitkeep": b""
            for place in ("ledger/adjustments", "ledger/publications", "systems")
        },
    )
    _with_shared(opened, options.forges)
    message = f"建立工作区：{options.name or settings.name}\n\nReason: 按{options.profile}模板建立清单工作区\n"
    _commit_all(opened, message, options.today if options.pinned else None)
    _hooked(folder, options.python)
    sys.stdout.write(
        f"已建立空的工作区 {folder}。\n"
        "下一步：核对 qingdan.yaml 和 registers/units.yaml，"
        "再用 qingdan import 导入各单位的表格（或用 qingdan adjust add 列入事项）。\n"
    )
    return 0


def _with_shared(opened: Opened, forges: Iterable[str]) -> None:
    settings = require_settings(opened.book())
    laying.lay(opened.root, laying.shared(frozenset(settings.regulations)))
    laying.lay(opened.root, laying.forge_files(forges, settings.branch))
    laying.lay(opened.root, owners_files(opened))
    _, findings = judge(opened, opened.snapshot())
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise RefusedError(
            f"没有建立工作区：{errors[0].path}第{errors[0].line}行，{errors[0].message}"
        )


def _hooked(folder: Path, python: str) -> None:
    """Install the hooks of a workspace that is for work; the sample is for trying out, mistakes included."""
    place = hooks.folder_of(folder)
    if place.shared:
        print(
            f"提示：core.hooksPath 指向{place.path}，可能由多个仓库共用，没有安装钩子；"
            "要装的请运行 qingdan hook install。",
            file=sys.stderr,
        )
        return
    for hook in hooks.hooks_in(place.path, hooks.LOCAL, python):
        hooks.install(hook)


def _register(opened: Opened, told: dict[str, str]) -> None:
    """The first entry of whole lists is one 建库 commit."""
    from datetime import date

    book = opened.book(keep_items=True)
    settings = require_settings(book)
    day = date.fromisoformat(told["day"])
    lists = tuple(
        name for name in settings.lists if any(entry.list == name for entry in book.entries)
    )
    request = Request(
        "register",
        told["trigger"],
        date.fromisoformat(told["occurred"]),
        told["reason"],
        day,
        lists=lists,
    )
    changes = [ItemChange(item.code, None, item) for item in book.items.values()]
    by = settings.holder(settings.lists[lists[0]].supervisor, day)
    footing = Footing({}, settings, opened.calendar(), opened.schemas, (), by)
    ready = plan(request, changes, footing)
    record = {path: text for path, text in ready.texts.items() if path.startswith("ledger/")}
    laying.lay(opened.root, record)
    _commit_all(opened, ready.message, None)


def _commit_all(opened: Opened, message: str, day: date | None) -> str:
    """Commit everything that was laid out."""
    paths = sorted(opened.repository.status())
    edits = tuple(FileEdit(path, raw, raw) for path, raw in now_in(opened, paths).items())
    journal = Journal(opened.repository)
    with journal.lock():
        return file_change(opened, journal, Change(edits, message, takes_edits=True), day)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\r正在重放样例历史 {done}/{of}", end=end, file=sys.stderr, flush=True)
