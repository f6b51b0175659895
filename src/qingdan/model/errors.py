"""Errors that end a command: one class a cause, each with its sentence and exit code.

Findings (:mod:`qingdan.model.findings`) are data and never raised; these are for what makes an answer
impossible. One place catches them (:mod:`qingdan.cli.main`).
"""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "同名的文件已经存在",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EROFS: "磁盘是只读的",
    errno.ELOOP: "是链接",
    errno.ENAMETOOLONG: "名称过长",
}


def reason(error: OSError) -> str:
    """Why the system refused a file, in Chinese words."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno}（{error.strerror}）")


class QingdanError(Exception):
    """Base of all expected errors; ``exit_code`` is what the process returns."""

    exit_code = 2


class UsageError(QingdanError):
    """The command's words or the workspace's configuration are wrong."""

    exit_code = 2


class CannotAnswerError(QingdanError):
    """The question has no answer here: no repository, shallow history, a holiday year not published."""

    exit_code = 3


class RefusedError(QingdanError):
    """A guard refused; nothing has been changed."""

    exit_code = 4


class CalendarError(CannotAnswerError):
    """A day lies in a year whose holidays are not published."""

    def __init__(self, year: int) -> None:
        """``year``: the calendar year, such as 2027."""
        super().__init__(
            f"{year}年的放假安排尚未公布或未录入，不能推算工作日。"
            f"国务院办公厅公布后，请升级程序，或在 registers/holidays.yaml 的 years 中录入{year}年。"
        )
        self.year = year

    @property
    def pending(self) -> str:
        """What is said of a last day that cannot be told for this reason."""
        return f"{self.year}年的放假安排没有登记，截止日期待定"


class YamlRefusedError(QingdanError):
    """A text is not YAML of the accepted subset; ``code`` is the finding it becomes.

    ``line`` and ``column`` count from 1.
    """

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        """``code``: a finding code such as ``QD102``; ``message``: one Chinese sentence."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column
