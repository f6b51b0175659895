"""A module of our own run in a process apart, with a clock: for work that what is not trusted may stretch."""

from __future__ import annotations

import os
import subprocess
import sys

from qingdan.model.errors import UsageError


def run(module: str, told: bytes, seconds: int, what: str) -> bytes:
    """What the module writes when it reads ``told``; UsageError about ``what`` if it takes too long or does not end well."""
    command = [sys.executable, "-P", "-B", "-m", module]
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "SYSTEMROOT"}}
    try:
        done = subprocess.run(
            command,
            input=told,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**kept, "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"{what}：运行超过{seconds}秒，已经停止。") from None
    if done.returncode:
        raise UsageError(f"{what}：运行时间过长或者占用内存过多，已经停止。")
    return done.stdout
