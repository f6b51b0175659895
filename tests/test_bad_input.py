"""Every file may be hostile: a sentence, a place, never a traceback, nothing outside, nothing hanging."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.build import build
from qingdan.core.schema import Schemas
from qingdan.desk.documents import folder
from qingdan.desk.rectification.attaching import Taken, lay
from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit
from qingdan.repo import resources
from qingdan.repo.git import Repository
from qingdan.repo.journal import SUFFIX, Journal
from qingdan.repo.sources import WorkTree

FILE = "lists/powers/JS-YJ.yaml"
CODE = "JS-CG-XK-001"


def findings(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> list[dict[str, object]]:
    capsys.readouterr()
    qingdan(folder, "validate", "--format", "json", *words)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    found: list[dict[str, object]] = json.loads(captured.out)["findings"]
    return found


def first(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], path: str = FILE
) -> tuple[object, ...]:
    found = [f for f in findings(qingdan, folder, capsys) if f["path"] == path]
    return (found[0]["code"], found[0]["line"], found[0]["message"])


HEAD = "list: powers\nunit: JS-YJ\nitems:\n"


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        ((HEAD + "- code: 应急\n").encode("gb18030"), "QD103", 4),
        (b"\xef\xbb\xbf" + HEAD.encode() + b"[]\n", "QD102", 1),
        ((HEAD + "- code:\tA-1\n").encode(), "QD102", 4),
        ((HEAD + "- code: A-1\n  code: A-2\n").encode(), "QD104", 5),
        ((HEAD + "- &a\n  code: A-1\n- *a\n").encode(), "QD102", 4),
        ((HEAD + "- code: !!str A-1\n").encode(), "QD102", 4),
        ((HEAD + "- code: A-1\n  name: a\x07b\n").encode(), "QD102", 5),
        ((HEAD + "- code: A-1\n  name: a\u2028b\n").encode(), "QD102", 5),
        ((HEAD + "- code: A-1\n  name: 准予\u202e案备\n").encode(), "QD102", 5),
        ((HEAD + "- code: A-1\n  name: 备\u200b案\n").encode(), "QD102", 5),
        ((HEAD + '- code: A-1\n  name: "备\\u2066案"\n').encode(), "QD102", 5),
        (b"list: powers\x00\n", "QD102", 1),
        ((HEAD + "- code: 'A-1\n").encode(), "QD101", 5),
        ((HEAD + "- code： A-1\n  name: x\n").encode(), "QD101", 4),
        ((HEAD + "- code: A-1\n  name：甲\n  type：乙\n  state: 在用\n").encode(), "QD101", 6),
        (b"list: powers\nunit\xef\xbc\x9aJS-YJ\nitems: []\n", "QD101", 2),
        (b"list: powers\nunit: JS-YJ\nitems: []\n---\nlist: powers\n", "QD102", 4),
        (b"", "QD106", 1),
        (b"- a\n- b\n", "QD106", 1),
        (b"\xff\xfe\x00\x01", "QD103", 1),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    raw: bytes,
    code: str,
    line: int,
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(district, FILE, raw)
    assert first(qingdan, district, capsys)[:2] == (code, line)


def test_impossible_date(district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
    text = (district / FILE).read_text("utf-8")
    start = text.index("issued: '")
    put(
        district,
        FILE,
        text[:start] + "issued: '2026-13-30'" + text[start + len("issued: '2026-13-30'") :],
    )
    code, line, message = first(qingdan, district, capsys)
    assert code == "QD106"
    assert line == text[:start].count("\n") + 1
    assert "2026-13-30" in str(message)


@pytest.mark.parametrize("day", ["9999-99-99", "9999-12-31", "0001-01-01", "2026-13-30"])
def test_the_deadline_of_a_record_is_a_day(
    day: str, small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = (small / "ledger/adjustments").glob("2026/*.yaml")
    path = record.relative_to(small).as_posix()
    (deadline,) = (row for row in record.read_text("utf-8").splitlines() if "deadline: " in row)
    replace(small, path, deadline, f"deadline: '{day}'")
    assert first(qingdan, small, capsys, path)[0] == "QD106"
    for words in (("review", "show", record.stem), ("log", CODE), ("report", "--quarter")):
        assert qingdan(small, *words) in {0, 1, 2, 3}, words


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("command", ["due", "check", "report --week"])
def test_a_day_beyond_all_calendars_is_refused_at_once(
    command: str, day: str, small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, *command.split(), "--today", day) == 2
    assert "年份应在1900至2199之间" in capsys.readouterr().err


def test_a_folder_with_a_file_s_name(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (district / FILE).unlink()
    (district / FILE).mkdir()
    assert first(qingdan, district, capsys)[0] == "QD108"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside.yaml", "JS-SC.yaml"])
def test_links_are_never_followed(
    target: str, district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (district / FILE).unlink()
    (district / FILE).symlink_to(target)
    code, _, message = first(qingdan, district, capsys)
    assert code == "QD108"
    assert "链接" in str(message)
    git(district, "add", "-A")
    git(district, "commit", "-qm", "a link")
    assert any(
        f["path"] == FILE and f["code"] == "QD108"
        for f in findings(qingdan, district, capsys, "--at", "HEAD")
    )


def test_a_linked_folder(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (district / "lists" / "powers").rename(tmp_path / "away")
    (district / "lists" / "powers").symlink_to(tmp_path / "away")
    assert first(qingdan, district, capsys, "lists/powers")[0] == "QD108"


ADJUST = (
    *("adjust", "set", CODE, "promised_limit=7个工作日", "--trigger", "internal"),
    *("--occurred", "2026-11-18", "--reason", "优化流程", "--today", "2026-11-20", "--yes"),
)


def outside(tmp_path: Path) -> Path:
    """A folder of somebody else's, with a file in it."""
    folder = tmp_path / "outside"
    put(folder, "mine", "mine\n")
    return folder


def unharmed(folder: Path) -> bool:
    """Whether nothing was written there."""
    return [path.name for path in folder.iterdir()] == ["mine"] and (
        folder / "mine"
    ).read_text() == "mine\n"


def test_a_change_is_not_written_through_a_link_that_waits_for_it(
    small: Path, qingdan: Run, tmp_path: Path
) -> None:
    """What a file is written to before it takes its place is no file that came with the workspace."""
    theirs, (held,) = outside(tmp_path), small.glob("lists/powers/JS-CG.yaml")
    held.with_name(f"{held.name}{SUFFIX}").symlink_to(theirs / "mine")
    commit(small, "a trap")
    assert qingdan(small, *ADJUST) == 0
    assert unharmed(theirs)
    assert not held.is_symlink()


def test_a_change_is_not_written_into_a_linked_folder(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs, folder = outside(tmp_path), small / "ledger/adjustments/2026"
    folder.rename(tmp_path / "away")
    folder.symlink_to(theirs)
    head, before = commit(small, "a trap"), (small / "lists/powers/JS-CG.yaml").read_bytes()
    steps: list[str] = []
    change = Change((FileEdit("ledger/adjustments/2026/x.yaml", None, b"x\n"),), "x")
    with pytest.raises(RefusedError, match="链接"):
        Journal(Repository(small)).file(change, {}, steps.append)
    assert steps == []
    assert qingdan(small, *ADJUST) == 4
    assert "ledger/adjustments/2026" in capsys.readouterr().err
    assert unharmed(theirs)
    assert git(small, "rev-parse", "HEAD") == head
    assert (small / "lists/powers/JS-CG.yaml").read_bytes() == before


@pytest.mark.parametrize("link", ["reports", "reports/inspections"])
def test_reports_do_not_leave_the_workspace_by_a_link(
    link: str, small: Path, tmp_path: Path
) -> None:
    theirs, here = outside(tmp_path), small / link
    here.parent.mkdir(exist_ok=True)
    here.symlink_to(theirs)
    with pytest.raises(RefusedError, match="工作区之外"):
        folder(small, None, "inspections", "x")
    assert folder(small, tmp_path / "elsewhere") == tmp_path / "elsewhere"
    here.unlink()
    (small / "shelf").mkdir()
    here.symlink_to(small / "shelf")
    assert folder(small, None) == small / "reports"


def test_a_bulletin_is_not_written_through_a_link(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = outside(tmp_path)
    (small / "reports").symlink_to(theirs)
    words = ("report", "--quarter", "2026Q3", "--format", "md", "--today", "2026-11-20")
    assert qingdan(small, *words) == 4
    assert "工作区之外" in capsys.readouterr().err
    assert unharmed(theirs)


@pytest.mark.parametrize("link", ["attachments", "attachments/.gitignore"])
def test_copies_of_evidence_do_not_leave_the_workspace_by_a_link(link: str, tmp_path: Path) -> None:
    theirs, root = outside(tmp_path), tmp_path / "w"
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(theirs if link == "attachments" else theirs / "mine")
    with contextlib.suppress(RefusedError):
        lay(root, Taken(copies={"attachments/x/scan.pdf": b"scan"}))
    assert unharmed(theirs)


def test_a_pipe_does_not_hang(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (district / FILE).unlink()
    os.mkfifo(district / FILE)
    assert first(qingdan, district, capsys)[0] == "QD108"


def test_a_stray_file_is_mentioned(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(district, "lists/powers/JS-YJ.yml", "list: powers\n")
    assert first(qingdan, district, capsys, "lists/powers/JS-YJ.yml")[0] == "QD111"


def test_no_settings(district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
    put(district, "qingdan.yaml", "format: [1\n")
    assert first(qingdan, district, capsys, "qingdan.yaml")[0] == "QD101"
    assert qingdan(district, "check") == 3


def test_an_inspection_without_settings(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its papers cite by the settings, and its next step follows from them."""
    put(bureau, "qingdan.yaml", "format: [1\n")
    head = commit(bureau, "break the settings")
    (name, *_) = (path.name for path in (bureau / "ledger/inspections").glob("*-self-*"))
    for words in (
        ("show", name),
        ("show", name, "--document", "评分表"),
        ("notify", name, "--document", "惠应急〔2026〕1号"),
        ("follow", name, "通报"),
    ):
        capsys.readouterr()
        assert qingdan(bureau, "inspect", *words, "--today", "2026-11-20") == 3, words
        assert "qingdan.yaml 缺失或有误" in capsys.readouterr().err
    assert git(bureau, "rev-parse", "HEAD") == head


def test_an_empty_list(district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
    put(district, "lists/negative/JS-ZJ.yaml", "list: negative\nunit: JS-ZJ\nitems: []\n")
    assert findings(qingdan, district, capsys) == []


@pytest.mark.parametrize("canonical", [True, False])
def test_a_list_of_five_thousand_items(
    canonical: bool, district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (district / "lists/negative/JS-FG.yaml").read_text("utf-8")
    start = text.index("- code:")
    item = text[start : text.index("- code:", start + 1)]
    code = item.split("\n", 1)[0].removeprefix("- code: ")
    many = "".join(item.replace(code, f"JS-FG-N-{number:05d}") for number in range(5000))
    head = "list: negative\nunit: JS-ZJ\nitems:\n"
    put(district, "lists/negative/JS-ZJ.yaml", head + many + ("" if canonical else "# 完\n"))
    found = findings(qingdan, district, capsys)
    assert [f["code"] for f in found] == ([] if canonical else ["QD105"])


def test_one_broken_item_does_not_hide_the_others(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 三天")
    replace(district, FILE, "flow:\n  - step: ", "flow:\n  - stepp: ")
    codes = [f["code"] for f in findings(qingdan, district, capsys)]
    assert "QD203" not in codes
    assert {"QD106", "QD107"} <= set(codes)


def test_settings_that_point_at_nothing(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, "qingdan.yaml", "unit: JS-SFJ", "unit: JS-XXX")
    replace(
        district, "qingdan.yaml", "source: jinshui-powers 第六条", "source: jinshui-power 第六条"
    )
    replace(district, "qingdan.yaml", "supervisor: 区财政局", "supervisor: 市财政局")
    found = [f for f in findings(qingdan, district, capsys) if f["path"] == "qingdan.yaml"]
    assert {f["code"] for f in found} == {"QD402", "QD403", "QD404"}
    assert all(f["line"] != 1 for f in found)


def test_hostile_names_do_not_escape(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(district, "lists/powers/a\nb::error::x.yaml", "list: powers\n")
    capsys.readouterr()
    qingdan(district, "validate", "--format", "github")
    assert all(line.startswith("::") for line in capsys.readouterr().out.splitlines())


def test_fmt_puts_in_form_and_refuses_to_lose_comments(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    good = (district / FILE).read_bytes()
    put(district, FILE, good.replace(b"level: ", b"level:   "))
    assert qingdan(district, "fmt", "--check") == 1
    assert qingdan(district, "fmt") == 0
    assert (district / FILE).read_bytes() == good
    assert qingdan(district, "fmt", "--check") == 0
    commented = good.replace(b"- code: JS-YJ-QT-001\n", b"- code: JS-YJ-QT-001 # important\n")
    put(district, FILE, commented)
    capsys.readouterr()
    assert qingdan(district, "fmt", FILE) == 1
    assert "有注释" in capsys.readouterr().err
    assert (district / FILE).read_bytes() == commented


def test_disk_full_or_read_only(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(district, "as it is")
    put(district, "reports", "a file where a folder should be")
    assert qingdan(district, "report", "--quarter", "2026Q3", "--today", "2026-11-20") == 2
    assert "不能写入" in capsys.readouterr().err


def test_escapes_cannot_reach_the_terminal(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        district, FILE, "name: 生产经营单位生产安全事故应急预案备案", 'name: "预案\\u001b[2J备案"'
    )
    assert first(qingdan, district, capsys)[0] == "QD102"
    git(district, "checkout", "-q", "--", FILE)
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 2个工作日")
    commit(district, "改一改\x1b]0;pwned\x07\u202e")
    for form in ("text", "concise", "github"):
        capsys.readouterr()
        assert qingdan(district, "validate", "--commits", "HEAD~1..", "--format", form) == 1
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\\u001b]0;pwned" in out


def test_merge_conflict_left_in_a_file(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        district,
        FILE,
        "  promised_limit: 3个工作日\n",
        "<<<<<<< HEAD\n  promised_limit: 3个工作日\n=======\n  promised_limit: 2个工作日\n>>>>>>> one\n",
    )
    code, line, message = first(qingdan, district, capsys)
    assert code == "QD101"
    assert "合并冲突" in str(message)
    assert (
        (district / FILE).read_text("utf-8").splitlines()[int(str(line)) - 1].startswith("<<<<<<<")
    )


def test_a_file_that_cannot_be_opened_hides_no_other(small: Path) -> None:
    tree = WorkTree(small)
    assert FILE in tree.paths()
    (small / FILE).unlink()
    (small / FILE).mkdir()  # to root, who runs tests too, no permission is denied
    book, found = build(tree, Schemas(resources.schema_texts()))
    assert [(f.code, f.path, f.message) for f in found if f.code == "QD108"] == [
        ("QD108", FILE, "这不是普通文件。")
    ]
    assert book.unread == {"powers"}
    assert book.units


def test_a_mark_that_nobody_sees_is_told_with_its_cure(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(small, FILE, b"\xef\xbb\xbf" + (small / FILE).read_bytes())
    code, line, message = first(qingdan, small, capsys)
    assert (code, line) == ("QD102", 1)
    assert "编码选 UTF-8（不带 BOM）" in str(message)


def test_a_full_width_colon_is_told_as_such(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(small, FILE, HEAD + "- code: A-1\n  name：甲\n  type: 乙\n")
    assert first(qingdan, small, capsys) == (
        "QD101", 5, "冒号是全角的“：”，YAML 要用半角冒号，后面加一个空格。"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("validate", "--at", "^HEAD"), 3),
        (("validate", "--since", "^HEAD"), 3),
        (("show", CODE, "--at", "^HEAD"), 3),
        (("diff", "^HEAD"), 2),
        (("diff", "^HEAD..HEAD"), 2),
    ],
)
def test_what_git_leaves_out_is_no_version(
    words: tuple[str, ...], code: int, small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, *words) == code
    assert "没有“^HEAD”这个版本" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [("show", "\x1b[2J"), ("validate", "--at", "\u202e"), ("validate", "--at"), ("\x1b[2J",)],
)
def test_a_refusal_does_nothing_to_a_terminal(
    words: tuple[str, ...], small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, *words) in {2, 3}
    said = capsys.readouterr().err
    assert said.startswith("qingdan：")
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("import", "/dev/zero", "--list", "powers", "--unit", "JS-CG"),
        ("adjust", "import", "/dev/zero"),
        ("adjust", "add", "--from", "/dev/zero", *ADJUST[4:]),
        ("ledger", "complaint", "--from", "/dev/zero"),
        ("ledger", "results", "/dev/zero"),
        ("systems", "take", "portal", "/dev/zero"),
    ],
)
def test_a_file_without_end_is_not_read_to_its_end(
    words: tuple[str, ...], small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, *words) == 2
    assert "超过256MB" in capsys.readouterr().err
