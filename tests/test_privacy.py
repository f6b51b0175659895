"""Who a person is gets in by no command, and what was planted by hand gets out in no format."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from conftest import TODAY, Run, commit, git, put, replace
from qingdan.core.schema import Schemas
from qingdan.render.formats import FORMATS
from qingdan.repo import resources
from rectify_support import enter_findings, manual, the_only

IDENTITY, CARD, MOBILE = "11010519491231002X", "6222021001116245702", "13812345678"
PLANTED = (IDENTITY, CARD)
LIST, UNITS = "lists/powers/JS-CG.yaml", "registers/units.yaml"
UNIT = ("  lead_section: 法制科\n", "  lead_section: 法制科{}\n")
WHY = ("--trigger", "internal", "--occurred", TODAY)
ASKED = re.compile(
    "投诉人|举报人|反映人|来电人|相对人|当事人|身份证|证件号码|住址|银行|姓名|电话|手机|性别|年龄"
)
OF_OFFICES = {"units", "staff", "officers"}
"""Registers in which an office's telephone stands, and who works there."""
CONFIDENCE = {"complaint": {"反映人要求保密"}}
"""That somebody asked for confidence; not who."""


def every_title(name: str) -> set[str]:
    """What the fields of a schema are called, by keys and by titles."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for key, child in (node.get("properties") or {}).items():
                found.update((str(key), str(child.get("title", ""))))
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(json.loads(resources.schema_texts()[name]))
    return found


@pytest.mark.parametrize("name", sorted(set(resources.schema_texts()) - OF_OFFICES))
def test_no_schema_has_a_field_for_who_a_person_is(name: str) -> None:
    titles = every_title(name)
    asked = {title for title in titles if ASKED.search(title)} - CONFIDENCE.get(name, set())
    assert not asked
    assert not {"person", "complainant", "identity", "mobile", "birthday"} & titles


def test_the_registers_of_offices_have_no_numbers_of_persons() -> None:
    for name in OF_OFFICES:
        assert not {t for t in every_title(name) if re.search("身份证|银行|住址|手机|投诉人", t)}
    assert len(Schemas(resources.schema_texts())["complaint"].document["properties"]) > 1


def objects(folder: Path) -> bytes:
    """Every object of the repository, unpacked."""
    words = ["git", "-C", str(folder), "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(words, capture_output=True, check=True).stdout


@pytest.mark.parametrize("number", PLANTED)
def test_no_command_writes_a_number_into_git(
    small: Path,
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    number: str,
) -> None:
    (found,) = enter_findings(small, manual("JS-CG", "办事大厅没有张贴清单"))
    photo = str(put(tmp_path, f"{number}.jpg", b"\xff\xd8"))
    hotline = (
        f"工单编号,来电时间,来电类别,承办单位,内容\nA-1,2026-09-01,投诉,JS-CG,市民{number}反映\n"
    )
    decided = f"决定书文号,职权编号,实施主体,送达日期\n{number},JS-CG-XK-001,JS-CG,2026-09-01\n"
    table, results = put(tmp_path, "热线.csv", hotline), put(tmp_path, "结果.csv", decided)
    adjust = ("adjust", "set", "JS-CG-XK-001")
    issue = ("rectify", "issue", "--unit", "JS-CG", "--finding", found)
    common = ("--channel", "12345热线", "--kind", "投诉", "--unit", "JS-CG", "--day", "2026-09-01")
    refused: tuple[tuple[str, ...], ...] = (
        (*adjust, "promised_limit=7个工作日", *WHY, "--reason", f"当事人{number}申请"),
        (*adjust, f"responsible={number}", *WHY, "--reason", "调整"),
        (*issue, "--requirement", f"向{number}说明"),
        ("ledger", "complaint", "--reference", "A-1", *common, "--about", number),
        ("ledger", "complaint", "--from", str(table)),
        ("ledger", "results", str(results)),
        ("ledger", "void", found, "--reason", f"与{number}无关"),
        ("ledger", "close", found, "--evidence", photo),
    )
    head = git(small, "rev-parse", "HEAD")
    for words in refused:
        capsys.readouterr()
        code = qingdan(small, *words, "--today", TODAY)
        said = capsys.readouterr()
        assert code in {2, 4} or git(small, "rev-parse", "HEAD") == head, words
        assert number not in said.err.replace(photo, ""), words
        assert number not in said.out, words
    assert git(small, "rev-parse", "HEAD") == head
    assert qingdan(small, *issue, "--today", TODAY) == 0
    name = str(the_only(small)["id"])
    head = git(small, "rev-parse", "HEAD")
    for step in (
        ("reply", name, "--done", f"已向{number}说明", "--evidence", str(table)),
        ("reply", name, "--done", "已经改正", "--evidence", photo),
        ("void", name, "--reason", number),
    ):
        assert qingdan(small, "rectify", *step, "--today", TODAY) == 2, step
    assert git(small, "rev-parse", "HEAD") == head
    assert number.encode() not in objects(small)


@pytest.mark.parametrize(
    ("field", "reason", "where"),
    [
        ("note=联系人王小明13812345678", "调整", "备注"),
        ("promised_limit=7个工作日", "应市民王小明13812345678的要求", "理由"),
        ("promised_limit=7个工作日", "投诉人王小明反映时限过长", "理由"),
    ],
)
def test_no_adjustment_takes_in_whom_somebody_can_be_reached_by(
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    field: str,
    reason: str,
    where: str,
) -> None:
    head = git(small, "rev-parse", "HEAD")
    words = ("adjust", "set", "JS-CG-XK-001", field, *WHY, "--reason", reason, "--today", TODAY)
    assert qingdan(small, *words) == 2
    said = capsys.readouterr()
    assert where in said.err
    assert "13812345678" not in said.err + said.out
    assert git(small, "rev-parse", "HEAD") == head
    assert not git(small, "status", "--porcelain")


def test_a_telephone_of_an_office_and_what_stood_before_are_taken(
    small: Path, qingdan: Run
) -> None:
    """A town's office has a mobile for its telephone; of what stands already, QD638 tells."""
    words = ("adjust", "set", "JS-CG-XK-001", *WHY, "--reason", "写明咨询方式", "--today", TODAY)
    assert qingdan(small, *words, "note=咨询电话13812345678") == 0
    replace(small, LIST, "咨询电话13812345678", "值班员13812345678")
    commit(small, "手工改动\n")
    assert qingdan(small, *words, "promised_limit=7个工作日") == 0


def opened_up(path: Path) -> str:
    """All that is in a file; of a workbook or a document, all parts."""
    raw = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        return raw.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def plant(folder: Path, name: str) -> None:
    """Write numbers by hand into every kind of file, past the hooks."""
    both = "".join(f"当事人{number}。" for number in PLANTED)
    replace(folder, UNITS, UNIT[0], UNIT[1].format(both))
    replace(folder, LIST, "  state: 在用\n", f"  state: {IDENTITY}\n")
    other = folder / "lists/powers/JS-YJ.yaml"
    text = other.read_text("utf-8")
    other.write_text(re.sub(r"(?m)^(  name: .*)$", rf"\g<1>{CARD}", text, count=1), "utf-8")
    (record, *_) = sorted((folder / "ledger/adjustments").rglob("*.yaml"))
    text = record.read_text("utf-8")
    record.write_text(re.sub(r"(?m)^(reason: .*)$", rf"\g<1>{IDENTITY}", text), "utf-8")
    for file in (folder / "ledger/findings").rglob("*.yaml"):
        replace(folder, str(file.relative_to(folder)), "fact: ", f"fact: {both}")
    notice = f"ledger/rectifications/{name[:4]}/{name}.yaml"
    replace(folder, notice, "requirements:\n- ", f"requirements:\n- {both}")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", "手工改动")


def test_what_was_planted_by_hand_gets_out_in_no_format(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    enter_findings(small, manual("JS-CG", "办事大厅没有张贴清单"))
    assert qingdan(small, "rectify", "issue", "--unit", "JS-CG", "--today", TODAY) == 0
    name = str(the_only(small)["id"])
    plant(small, name)
    out = tmp_path / "out"
    out.mkdir()
    capsys.readouterr()
    for form in FORMATS:
        for command, *day in (("validate",), ("check", "--today", TODAY)):
            qingdan(small, command, "--format", f"{form}={out / (command + form)}", *day)
            qingdan(small, command, "--format", form, *day)
    seen = (out / "validatejson").read_text("utf-8")
    assert {"QD637", "QD609"} <= {row["code"] for row in json.loads(seen)["findings"]}
    for form in ("xlsx", "csv", "json", "docx", "html", "md", "national"):
        words = ("--format", form, "--out", str(out / f"清单.{form}"))
        qingdan(small, "export", "--list", "powers", *words)
        qingdan(small, "export", "--register", "units", *words)
    for paper in ("整改通知书", "抄报", "告知函"):
        shown = ("rectify", "show", name, "--document", paper, "--out", str(out))
        assert qingdan(small, *shown) in {2, 4}
    for ledger in ("目标绩效考核台账", "联合督查工作台账"):
        qingdan(small, "rectify", "list", "--ledger", ledger, "--out", str(out), "--today", TODAY)
    qingdan(small, "report", "2026Q3", "--out", str(out), "--today", "2026-10-09")
    qingdan(small, "due", "--ics", str(out / "期限.ics"), "--today", TODAY)
    said = capsys.readouterr()
    told = [said.out, said.err, *(opened_up(path) for path in out.rglob("*") if path.is_file())]
    assert len(told) > 2 * len(FORMATS)
    for number in PLANTED:
        assert not [text for text in told if number in text], number


def test_a_mobile_number_is_a_warning_where_no_telephone_is_asked_for(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def warned() -> list[tuple[str, str]]:
        capsys.readouterr()
        assert qingdan(small, "validate", "--format", "json") == 0
        rows = json.loads(capsys.readouterr().out)["findings"]
        return [(row["code"], row["severity"]) for row in rows]

    replace(small, UNITS, UNIT[0], UNIT[1].format(f"，电话{MOBILE}"))
    replace(small, UNITS, "phone: 0371-00000114", f"phone: '{MOBILE}'")
    assert warned() == []
    replace(small, UNITS, f"，电话{MOBILE}", MOBILE)
    assert warned() == [("QD638", "warning")]
    commit(small, "登记\n")
