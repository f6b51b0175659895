"""What can be wrong with a machine, a repository and a workspace before anything is done there; nothing is changed."""

from __future__ import annotations

import os
import platform
import re
import shlex
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from qingdan import __version__
from qingdan.core import settings as settings_of
from qingdan.core.build import examine
from qingdan.core.calendar import Calendar
from qingdan.core.places import SETTINGS_PATH, UNITS_PATH
from qingdan.core.text import reading
from qingdan.desk.laying import schema_files
from qingdan.desk.mending import owners_files, stale
from qingdan.desk.opening import Opened
from qingdan.desk.signing import Wanted, how, missing, people_at, stale_signers
from qingdan.model.errors import (
    CalendarError,
    CannotAnswerError,
    QingdanError,
    UsageError,
    YamlRefusedError,
)
from qingdan.model.history import SHANGHAI
from qingdan.repo import git, hooks
from qingdan.repo.cache import OFF, Cache
from qingdan.repo.journal import Journal
from qingdan.repo.sources import find_workspace
from qingdan.repo.whereabouts import git_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from qingdan.repo.git import Repository

State = Literal["正常", "注意", "有问题"]

_OLDEST_GIT = (2, 31)
"""The first with ``--diff-merges=first-parent``, by which merges are read."""
_MEND = "qingdan doctor --fix"
_READ_FIRST = ("CODEOWNERS", "docs/CODEOWNERS")
"""Where GitLab and Gitea look for an owners file before they look where ours is."""
_ANNOUNCED_FROM = 11
"""The month in which the State Council usually announces next year's holidays."""


class Point(Struct, frozen=True):
    """One thing looked at: its Chinese name, how it is, what that means, what to type (empty: nothing)."""

    name: str
    state: State
    said: str
    cure: str = ""


class Machine(Struct, frozen=True):
    """What is known of the machine without asking git: its clock, its Python, what its terminal writes."""

    now: datetime
    today: date
    python: str
    encoding: str


def points(start: Path, machine: Machine) -> Iterator[Point]:
    """Everything that can be looked at from a folder; outside a workspace the machine alone."""
    yield _program(machine)
    yield _terminal(machine)
    yield _time_zone(machine)
    try:
        yield _git_version(start)
        settings = git.configured(start)
    except QingdanError as error:
        yield Point("git 程序", "有问题", f"{error}")
        return
    yield _identity(settings)
    opened = _opened(start)
    yield _signing(settings, opened)
    yield _messages(settings)
    yield _merging(settings)
    if opened is None:
        yield Point(
            "工作区", "注意", "这里不是工作区，只检查了本机。", "用 -C 指明工作区再运行一次。"
        )
        yield _calendar(Calendar(), machine.today)
        return
    yield from _workspace(opened, machine, settings)


def _opened(start: Path) -> Opened | None:
    try:
        return Opened(find_workspace(start))
    except UsageError:
        return None


def _workspace(opened: Opened, machine: Machine, settings: Mapping[str, str]) -> Iterator[Point]:
    yield from (_document(opened, path) for path in (SETTINGS_PATH, UNITS_PATH))
    yield _schemas(opened)
    try:
        yield _calendar(opened.calendar(), machine.today)
    except QingdanError as error:
        yield Point("日历", "有问题", f"{error}")
    try:
        repository = opened.repository
    except CannotAnswerError as error:
        yield Point("仓库", "有问题", f"{error}")
        return
    yield _repository(repository)
    yield _depth(repository, settings)
    yield _clock(repository, machine)
    yield _hooks(opened, machine)
    yield _owners(opened)
    yield _signers(opened)
    yield _line_ends(repository, settings)
    yield _names(repository, settings)
    yield _half_done(repository)
    yield _kept(opened)


def _program(machine: Machine) -> Point:
    python = platform.python_version()
    return Point("程序", "正常", f"qingdan {__version__}，Python {python}（{machine.python}）。")


def _terminal(machine: Machine) -> Point:
    if machine.encoding.lower().replace("-", "") == "utf8":
        return Point("终端编码", "正常", "UTF-8。")
    said = f"终端按 {machine.encoding} 显示，有的汉字可能显示不出来。"
    return Point("终端编码", "注意", said, "export LANG=C.UTF-8")


def _time_zone(machine: Machine) -> Point:
    offset = machine.now.utcoffset() or timedelta()
    if offset == SHANGHAI.utcoffset(None):
        return Point("时区", "正常", "北京时间。")
    hours = f"{offset.total_seconds() / 3600:+g}"
    said = f"机器的时区是 UTC{hours}；程序一律按北京时间判断日期，git log 显示的时间会与此不同。"
    return Point("时区", "注意", said, "sudo timedatectl set-timezone Asia/Shanghai")


def _git_version(start: Path) -> Point:
    said = git.text(start, "--version").removeprefix("git version ")
    numbers = re.match(r"([0-9]+)\.([0-9]+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST_GIT:
        wanted = ".".join(map(str, _OLDEST_GIT))
        return Point("git 程序", "有问题", f"版本{said}太旧，需要{wanted}以上。", "请升级 git。")
    return Point("git 程序", "正常", f"版本{said}。")


def _identity(settings: Mapping[str, str]) -> Point:
    name = os.environ.get("GIT_AUTHOR_NAME") or settings.get("user.name")
    email = os.environ.get("GIT_AUTHOR_EMAIL") or settings.get("user.email")
    if name and email:
        return Point("经办人", "正常", f"{name} <{email}>。")
    cure = 'git config --global user.name "姓名"；git config --global user.email "邮箱"'
    return Point("经办人", "有问题", "没有登记姓名和邮箱，不能办理调整。", cure)


def _signing(settings: Mapping[str, str], opened: Opened | None) -> Point:
    email = os.environ.get("GIT_AUTHOR_EMAIL") or settings.get("user.email", "")
    asked = Wanted(_signatures_required(opened), people_at(opened.root), email) if opened else None
    said, cure = missing(settings, asked or Wanted())
    return Point("签名", "有问题" if said else "正常", said or how(settings), cure)


def _signatures_required(opened: Opened) -> bool:
    try:
        value = reading.read(opened.snapshot().read(SETTINGS_PATH)).value
    except (KeyError, YamlRefusedError):
        return False
    sound = isinstance(value, dict) and opened.schemas["workspace"].accepts(value)
    return sound and settings_of.settings(value, opened.schemas).required.signatures


def _signers(opened: Opened) -> Point:
    stale = stale_signers(opened.root)
    if not stale:
        return Point("签名人名单", "正常", "不必装，或已与工作人员名册一致。")
    return Point("签名人名单", "注意", stale, "qingdan hook install")


def _messages(settings: Mapping[str, str]) -> Point:
    keys = {
        "i18n.commitencoding": "i18n.commitEncoding",
        "i18n.logoutputencoding": "i18n.logOutputEncoding",
    }
    odd = [
        name
        for key, name in keys.items()
        if settings.get(key, "UTF-8").lower() not in {"utf-8", "utf8"}
    ]
    if not odd:
        return Point("提交说明编码", "正常", "UTF-8。")
    said = f"{'、'.join(odd)}不是 UTF-8，手写的提交说明在别的机器上可能是乱码。"
    cure = "；".join(f"git config --global {name} UTF-8" for name in odd)
    return Point("提交说明编码", "注意", said, cure)


def _merging(settings: Mapping[str, str]) -> Point:
    squashing = [
        key
        for key, value in settings.items()
        if key.startswith("branch.") and key.endswith(".mergeoptions") and "--squash" in value
    ]
    if not squashing:
        pull = {"true": "变基", "merges": "变基", "interactive": "变基"}
        said = pull.get(settings.get("pull.rebase", ""), "合并")
        advice = "托管平台上请选“合并提交”或“变基”，不要选“压缩合并”，那会丢掉提交说明的尾行。"
        return Point("合并方式", "正常", f"git pull 用{said}。{advice}")
    said = f"{squashing[0]}设成了压缩合并，提交说明的尾行会丢掉，只能以调整记录为准。"
    return Point("合并方式", "注意", said, f"git config --unset {squashing[0]}")


def _calendar(calendar: Calendar, today: date) -> Point:
    year = today.year - 1
    while _is_known(calendar, year + 1):
        year += 1
    cure = f"国务院办公厅公布后升级程序，或在 registers/holidays.yaml 的 years 中录入{year + 1}年。"
    if year < today.year:
        return Point("日历", "有问题", f"没有{today.year}年的放假安排，推算不了工作日。", cure)
    if year == today.year and today.month >= _ANNOUNCED_FROM:
        said = f"放假安排只到{year}年底，跨年的期限推算不了。"
        return Point("日历", "注意", said, cure)
    return Point("日历", "正常", f"放假安排到{year}年底。")


def _is_known(calendar: Calendar, year: int) -> bool:
    try:
        calendar.day(date(year, 7, 1))
    except (CalendarError, ValueError):
        return False
    return True


def _document(opened: Opened, path: str) -> Point:
    found = examine(path, opened.snapshot(), opened.schemas, None, keep=False).findings
    errors = [finding for finding in found if finding.severity == "error"]
    if not errors:
        return Point(path, "正常", "内容合要求。")
    said = f"有{len(errors)}处错误：{errors[0].message}"
    return Point(path, "有问题", said, f"qingdan validate {path}")


def _schemas(opened: Opened) -> Point:
    behind = stale(opened, schema_files())
    if not behind:
        return Point("schemas", "正常", "与程序一致。")
    names = "、".join(path.removeprefix("schemas/") for path in behind)
    said = f"{names}与程序自带的不一样，编辑器的提示会不准；核对不受影响。"
    return Point("schemas", "注意", said, _MEND)


def _owners(opened: Opened) -> Point:
    """The forges' owners files: whether they are what settings and staff say, and whether the forge reads them."""
    name = "平台归属文件"
    if opened.repository.prefix:
        return Point(
            name, "正常", "工作区不在仓库的最上层，平台不读这里的归属文件，请自行在最上层维护。"
        )
    try:
        wanted = owners_files(opened)
    except CannotAnswerError as error:
        return Point(name, "注意", f"{error}")
    behind = stale(opened, wanted)
    if behind:
        said = f"{'、'.join(behind)}与 qingdan.yaml、registers/staff.yaml 不一致，平台会提示错误的审核人。"
        return Point(name, "注意", said, _MEND)
    first = [path for path in _READ_FIRST if (opened.root / path).exists()]
    if first and wanted:
        said = f"GitLab、Gitea 先读{first[0]}，读到了就不读程序生成的；GitHub 不受影响。"
        return Point(
            name, "注意", said, f"把{first[0]}的内容并入 .gitlab、.gitea 下的 CODEOWNERS 后移走"
        )
    return Point(name, "正常", "与设置、名册一致。" if wanted else "没有使用托管平台的文件。")


def _repository(repository: Repository) -> Point:
    """Where the repository is, and whether git is in the middle of something: then nothing can be committed."""
    branch = repository.branch()
    what, verb = repository.unfinished()
    if what:
        said = f"有一次{what}还没有完成，不能办理调整。"
        cure = f"改好冲突的文件后 git {verb} --continue；放弃的，git {verb} --abort"
        return Point("仓库", "有问题", said, cure)
    if not branch:
        said = f"{repository.top}，现在不在任何分支上（游离的 HEAD），不能办理调整。"
        return Point("仓库", "注意", said, "git switch main")
    return Point("仓库", "正常", f"{repository.top}，分支{branch}。")


def _depth(repository: Repository, settings: Mapping[str, str]) -> Point:
    if repository.is_shallow:
        said = "历史不完整（浅克隆），不能逐次核对提交、生成通报。"
        return Point("历史", "有问题", said, "git fetch --unshallow")
    partial = "extensions.partialclone" in settings or any(
        key.startswith("remote.") and key.endswith(".promisor") for key in settings
    )
    if partial:
        said = "这是部分克隆，缺的内容用到时才下载，断网时不能核对。"
        return Point("历史", "注意", said, "请重新完整克隆（不带 --filter）。")
    return Point("历史", "正常", "完整。")


def _clock(repository: Repository, machine: Machine) -> Point:
    if not repository.has_commits:
        return Point("时钟", "注意", "还没有任何提交。", "请先提交一次。")
    last = repository.log("HEAD", only=True)[0].committed
    if last > machine.now + timedelta(hours=1):
        said = f"最近一次提交的时间是{last:%Y-%m-%d %H:%M}，比机器的时间还晚；申请日期会记错。"
        return Point("时钟", "有问题", said, "请校准机器的时间。")
    return Point("时钟", "正常", f"{machine.now:%Y-%m-%d %H:%M}，晚于最近一次提交。")


def _hooks(opened: Opened, machine: Machine) -> Point:
    place = hooks.folder_of(opened.root)
    found = hooks.hooks_in(place.path, hooks.LOCAL, machine.python)
    missing = [hook.name for hook in found if hook.state in {"absent", "foreign"}]
    old = [hook.name for hook in found if hook.state == "outdated"]
    cure = "qingdan hook install" + (" --force-shared" if place.shared else "")
    if missing:
        said = f"没有安装{'、'.join(missing)}，没有手续的改动提交时不会被发现，推送后才会。"
        return Point("git 钩子", "注意", said, cure)
    if old:
        return Point("git 钩子", "注意", f"{'、'.join(old)}是旧的，或指向别处的程序。", cure)
    return Point("git 钩子", "正常", f"已安装（{place.path}）。")


def _line_ends(repository: Repository, settings: Mapping[str, str]) -> Point:
    said = repository.say("check-attr", "eol", "--", SETTINGS_PATH)
    if said.endswith(": lf"):
        return Point("换行", "正常", ".gitattributes 规定一律用 LF。")
    add = "printf '*.yaml text eol=lf\\n' >> .gitattributes"
    if settings.get("core.autocrlf", "") == "true" or settings.get("core.eol") == "crlf":
        said = "git 会把换行改成 CRLF，清单就不是规范格式了。"
        return Point("换行", "有问题", said, f"git config core.autocrlf false；{add}")
    return Point("换行", "注意", "没有规定换行，别人在 Windows 上可能提交成 CRLF。", add)


def _names(repository: Repository, settings: Mapping[str, str]) -> Point:
    names = repository.git("ls-files", "-z").decode("utf-8", "surrogateescape")
    if names.isascii() or settings.get("core.quotepath") == "false":
        return Point("中文文件名", "正常", "git 能照样显示。")
    said = "core.quotePath 没有关闭，git 会把中文文件名显示成一串数字。"
    return Point("中文文件名", "注意", said, "git config --global core.quotePath false")


def _half_done(repository: Repository) -> Point:
    journal = Journal(repository)
    if journal.held:
        return Point("办理中的调整", "注意", "另一个 qingdan 命令正在办理，请等它结束。")
    if journal.pending:
        said = "上一次办理中途被打断，文件可能改了一半。"
        return Point("办理中的调整", "有问题", said, "qingdan validate（会先自动复原）")
    lock = repository.folder / "index.lock"
    if lock.exists():
        said = f"有一个 git 命令正在进行，或上次中途退出留下了{lock}。"
        return Point("办理中的调整", "注意", said, f"确认没有别的 git 在运行后：rm {lock}")
    return Point("办理中的调整", "正常", "没有办了一半的。")


_KEPT: Mapping[str, tuple[State, str]] = {
    "none": ("正常", "还没有，下次检查时生成。"),
    "usable": ("正常", "可用，由 qingdan {version} 生成，{told}。随时可以删除，下次检查重新生成。"),
    "another": (
        "正常",
        "由另一份程序（qingdan {version}）留下，{told}。不采用，下次检查时自动更换。",
    ),
    "elsewhere": ("正常", "从别处复制而来，{told}。不采用，下次检查时自动更换。"),
    "busy": ("正常", "另一个 qingdan 命令正在写入，{told}。"),
    "damaged": ("注意", "已损坏，{told}。不采用，检查结果不受影响，但可能变慢。"),
    "foreign": (
        "注意",
        "不是文件，或者属于别的用户，{told}。不采用，也不改动，每次都全部重新检查。",
    ),
}
"""What it means how the cache is."""


def _kept(opened: Opened) -> Point:
    """What ``validate`` left for the next run under the git directory."""
    name = "检查缓存"
    folder = git_folder(opened.root)
    if folder is None:
        return Point(name, "正常", "没有 .git 目录可存，每次都全部重新检查。")
    cache = Cache(opened.root, folder)
    cache.close()
    found = cache.condition()
    told = f"{_sized(found.size)}（{cache.path}）"
    state, said = _KEPT[found.state]
    said = said.format(version=found.version, told=told)
    if os.environ.get(OFF):
        left = "" if found.state == "none" else f"以前留下的可以删除，{told}。"
        state, said = "正常", f"已用环境变量 {OFF} 关闭，每次都全部重新检查。{left}"
    if found.others:
        said += f"同一文件夹里另有{found.others}个，是别的工作区或别的用户的。"
    cure = "" if state == "正常" else f"rm -rf {shlex.quote(str(cache.path))}*"
    return Point(name, state, said, cure)


def _sized(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} KB"
