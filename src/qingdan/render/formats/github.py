"""GitHub Actions workflow commands, which a pull request shows beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.codes import CODES
from qingdan.render.formats.concise import with_cure
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from qingdan.model.findings import Finding, Verdict

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(verdict: Verdict) -> str:
    """A ``::error file=…::`` line a finding."""
    return "".join(f"{visible(_line(finding))}\n" for finding in verdict.findings)


def _line(finding: Finding) -> str:
    facts = {"file": finding.path, "line": finding.line, "col": finding.column}
    given = {key: value for key, value in facts.items() if value}
    given["title"] = f"{finding.code} {CODES[finding.code].title}"
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in given.items())
    return f"::{_LEVELS[finding.severity]} {properties}::{_data(with_cure(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
