"""JUnit XML, which every CI shows: a suite a file, a test case a finding.

CI viewers know passed, failed and skipped. Errors and warnings are failures (a passed case is not looked at),
what is only 提示 is skipped; ``type`` says which. A run without findings is one case that passed: viewers take
a report without cases for a run that never happened.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from qingdan.model.codes import CODES
from qingdan.render.formats import text
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.model.findings import Finding, Verdict

_NOT_XML = re.compile("[\ufffe\uffff]")
"""What :func:`visible` lets through and XML has no way to write."""


def render(verdict: Verdict) -> str:
    """An XML document; nothing in it depends on the clock."""
    root = ET.Element("testsuites", name="qingdan")
    suites = _by_file(verdict.findings) if verdict.findings else {"": ()}
    for path, findings in suites.items():
        _suite(root, path, findings)
    _counts(root, root.iter("testcase"))
    ET.SubElement(root[-1], "system-out").text = _safe(
        "\n".join((text.summary(verdict), *verdict.hints))
    )
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n'


def _by_file(findings: Iterable[Finding]) -> Mapping[str, Sequence[Finding]]:
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.path, []).append(finding)
    return files


def _suite(root: ET.Element, path: str, findings: Sequence[Finding]) -> None:
    suite = ET.SubElement(root, "testsuite", name=_safe(path) or "qingdan")
    names: Counter[str] = Counter()
    for finding in findings:
        name = _name(finding)
        names[name] += 1
        _case(suite, finding, f"{name}（{names[name]}）" if names[name] > 1 else name)
    if not findings:
        ET.SubElement(suite, "testcase", classname="qingdan", name="没有发现问题", time="0")
    _counts(suite, suite.iter("testcase"))


def _name(finding: Finding) -> str:
    """Without place and message: a viewer follows a case over runs by its name."""
    what = f"{finding.code} {CODES[finding.code].title}"
    return f"{what}：{finding.item}" if finding.item else what


def _case(suite: ET.Element, finding: Finding, name: str) -> None:
    path = _safe(finding.path)
    where = {"file": path, "line": str(max(finding.line, 1))} if path else {}
    group = path.removesuffix(".yaml") or "qingdan"
    case = ET.SubElement(
        suite, "testcase", {"classname": group, "name": _safe(name), "time": "0", **where}
    )
    message = _safe(finding.message)
    if finding.severity == "info":
        ET.SubElement(case, "skipped", message=message)
        return
    failure = ET.SubElement(case, "failure", type=finding.severity, message=message)
    failure.text = "\n".join(map(_safe, text.block(finding)))


def _counts(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    results = [child.tag for case in cases for child in (*case, case)]
    for key, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        element.set(key, str(results.count(tag)))
    element.set("errors", "0")


def _safe(words: str) -> str:
    """Text as XML can hold it: line breaks stay, what would be refused is shown by its code."""
    lines = "\n".join(map(visible, words.split("\n")))
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", lines)
