"""The forge's owners file (CODEOWNERS): whom a forge asks to look at a change of which files.

Made from the settings (who supervises what) and the register of staff (who has which role). It is a hint: who may
approve is judged by ``validate --commits``. What is made stands between two marks; what people write around it stays.

GitHub and GitLab take patterns like those of ``.gitignore`` and e-mail addresses, GitHub from ``.github/`` first,
GitLab from ``.gitlab/``; GitLab also takes for owners what has an @ in a comment. Gitea and Forgejo take regular
expressions over the whole path, in which a backslash is written twice, and know people by their accounts alone.
"""

from __future__ import annotations

import re
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.places import SETTINGS_PATH, list_folder, system_path
from qingdan.model.patterns import pattern
from qingdan.model.settings import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.model.people import Person
    from qingdan.model.settings import Settings

START = "# >>> qingdan"
END = "# <<< qingdan"
_BLOCK = pattern(rf"^{START}.*\n(?:(?!{START}|{END}).*\n)*{END}.*\n?", re.MULTILINE)
_MARK = pattern(rf"^(?:{START}|{END}).*\n?", re.MULTILINE)
_HEAD = f"{START}：由 qingdan.yaml 和 registers/staff.yaml 生成，请勿手改；更新请运行 qingdan doctor --fix"
_ABOUT = "# 供平台提示由谁审核；谁可以审核，以 qingdan validate --commits 的核对为准"
_BY_ACCOUNT = "gitea"
"""The forge that knows people by their accounts alone."""
_FORGE_OWN = {
    "github": (".github/",),
    "gitlab": (".gitlab/", ".gitlab-ci.yml"),
    "gitea": (".gitea/",),
}
"""Where a forge keeps the owners file and what it runs: who may change these decides about all the rest."""


class Owned(Struct, frozen=True):
    """A file, or with a slash at its end a folder, and the roles that watch over it."""

    path: str
    roles: tuple[str, ...]


def owned(forge: str, settings: Settings) -> Iterator[Owned]:
    """What is watched over in a workspace: what all of it rests on, the lists, the systems, the publications."""
    watching = {
        kept.id: _distinct((kept.supervisor, kept.duties_supervisor))
        for kept in settings.lists.values()
    }
    leads = _distinct(role for roles in watching.values() for role in roles)
    for path in (SETTINGS_PATH, "registers/", "rules/", *_FORGE_OWN[forge]):
        yield Owned(path, leads)
    for name, roles in watching.items():
        yield Owned(list_folder(name), roles)
    for name, system in settings.systems.items():
        yield Owned(system_path(name), (system.owner,))
    publishing = [stage.by for stage in settings.stages if stage.publishes]
    if publishing:
        named = (role for by in publishing for role in (leads if by == LEAD else (by,)))
        yield Owned("ledger/publications/", _distinct(named))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def block(forge: str, settings: Settings, people: Sequence[Person]) -> str:
    """What stands between the marks, and they themselves."""
    lines = [_HEAD, _ABOUT]
    for roles, several in groupby(owned(forge, settings), key=lambda one: one.roles):
        lines += _rules(forge, roles, (one.path for one in several), settings, people)
    return "\n".join([*lines, END]) + "\n"


def _rules(
    forge: str,
    roles: Sequence[str],
    paths: Iterable[str],
    settings: Settings,
    people: Sequence[Person],
) -> Iterator[str]:
    """A comment that names the roles, and a rule a path; without anybody to name the rules are comments, too."""
    named = _distinct(name for role in roles for name in _named(role, settings, people))
    known = [name for name in named if name.startswith("@") or forge != _BY_ACCOUNT]
    lacking = "" if known else "，还没有登记人员" if not named else "，登记的人员没有平台账号"
    yield f"# {_harmless('、'.join(roles))}{lacking}"
    for path in paths:
        yield " ".join([_pattern(forge, path), *known]) if known else f"# {_pattern(forge, path)}"


def _named(role: str, settings: Settings, people: Iterable[Person]) -> Iterator[str]:
    """How a forge is told of those who have a role: the role's own account (a team), else each one's account or e-mail."""
    if role in settings.accounts:
        yield settings.accounts[role]
        return
    for person in people:
        if role in person.roles:
            yield settings.accounts.get(person.email, person.email)


def _pattern(forge: str, path: str) -> str:
    if forge != _BY_ACCOUNT:
        return f"/{path}"
    return path.replace(".", r"\\.") + (".*" if path.endswith("/") else "")


def _harmless(text: str) -> str:
    """Words from the settings on one line of comment, in which no forge sees an owner."""
    return "".join(text.split()).replace("@", "＠")


def has_block(text: str) -> bool:
    """Whether anything of it says that it was made."""
    return _MARK.search(text) is not None


def renewed(text: str, wanted: str) -> str:
    """A file with the block as it is wanted, where it stood or at the top; what people wrote around it stays.

    Further blocks go, and marks that have lost their counterpart.
    """
    text = text if text.endswith("\n") or not text else f"{text}\n"
    found = _BLOCK.search(text)
    before, after = (text[: found.start()], text[found.end() :]) if found else ("", text)
    return _by_hand(before) + wanted + _by_hand(after)


def _by_hand(text: str) -> str:
    return _MARK.sub("", _BLOCK.sub("", text))


def first_difference(text: str, wanted: str) -> int:
    """The line of a file at which it is not as it would be made, from 1; 0 where it is."""
    text = text.replace("\r\n", "\n")
    pairs = zip_longest(text.split("\n"), renewed(text, wanted).split("\n"))
    return next((line for line, (is_, would_be) in enumerate(pairs, 1) if is_ != would_be), 0)
