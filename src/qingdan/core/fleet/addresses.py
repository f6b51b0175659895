"""Where a repository may be: a path, or a URL of a kind that runs nothing and that git knows by itself."""

from __future__ import annotations

import re

SCHEMES = ("https", "http", "ssh", "file")
"""The protocols that git may use here. Not ``git``, where nobody knows who answers, nor ``ext``, which runs commands."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_SSH = re.compile(r"[^/\\:]+:(?!//)")
_USER = re.compile(r"(?<=://)[^/\s]*@")
_SECRET = re.compile(r"(?<=://)[^/@\s]*:[^/\s]*@")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_BRANCH = re.compile(r"\.\.|@\{|//|[\x00-\x20\x7f~^:?*\[\\]|^[-/.@]|/\.|\.lock(/|$)|[/.]$")


def is_url(at: str) -> bool:
    """Whether an address is a URL, or ``user@host:path`` as ssh takes it."""
    return bool(_URL.match(at) or _SSH.match(at))


def shown(text: str) -> str:
    """An address, or what git says of one, without whoever signs in there and with what."""
    return _USER.sub("", text)


def refused(at: str) -> str:
    """Why an address is not taken, in a sentence; empty where it is."""
    if at.startswith("-"):
        return f"地址“{at}”以“-”开头，会被当作 git 的选项，不予使用。"
    if _HELPER.match(at):
        return f"地址“{at}”会使 git 运行别的程序，不予使用。可用：{_known()}。"
    scheme = _URL.match(at)
    if scheme and scheme[1].lower() not in SCHEMES:
        return f"地址“{shown(at)}”的协议 {scheme[1]} 不可用。可用：{_known()}。"
    if _SECRET.search(at):
        return (
            f"地址“{shown(at)}”中写有口令，不予使用：会被别人看到。"
            "请改用 git 的凭据管理（git help credentials）或者密钥。"
        )
    if is_url(at) and _CONTROL.search(at):
        return f"地址“{shown(at)}”中有空格或控制字符。"
    return ""


def refused_branch(branch: str) -> str:
    """Why a name is none of a branch, in a sentence; empty where it is."""
    return f"“{branch}”不能作分支名。" if _BRANCH.search(branch) or not branch else ""


def _known() -> str:
    return "、".join((*(f"{scheme}://" for scheme in SCHEMES), "用户@主机:路径", "本机路径"))
