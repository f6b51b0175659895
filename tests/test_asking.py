"""The prompts, at a real pseudo-terminal: what is asked, offered, shown, and left as it was."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from conftest import TODAY, Run, commit, git, replace

CODE = "JS-YJ-QT-001"
FILE = "lists/powers/JS-YJ.yaml"
CHANGE = (CODE, "promised_limit=2个工作日")
TODAY_IS = ("--today", TODAY)

WHICH = "要调整哪个事项"
CHOICE = "选哪一项"
FIELD = "改哪个要素"
VALUE = "改为"
TRIGGER = "属于哪种调整情形"
OCCURRED = "情形发生日期（"
REASON = "调整理由"
LATE = "请写明逾期理由"
CONFIRM = "确认提交"

IN_TIME = "2026-11-16"
TOO_LATE = "2026-10-09"


class Terminal:
    """A command at a terminal; what it said so far, and its end."""

    def __init__(self, process: pexpect.spawn[str]) -> None:
        self.process = process
        self.heard = io.StringIO()
        process.logfile_read = self.heard

    @property
    def said(self) -> str:
        return self.heard.getvalue().replace("\r\n", "\n")

    def wait(self, question: str) -> None:
        self.process.expect_exact(question)

    def answer(self, question: str, words: str) -> None:
        self.wait(question)
        self.process.sendline(words)

    def interrupt(self, question: str = "") -> None:
        """Ctrl-C as people press it: again where nothing happens. Python loses one that comes just before it reads."""
        if question:
            self.wait(question)
        self.process.expect_exact(": ")
        for _ in range(3):
            self.process.sendintr()
            if self.process.expect_exact(["已中断", pexpect.TIMEOUT], timeout=5) == 0:
                return

    def answers(self, *pairs: tuple[str, str]) -> None:
        for question, words in pairs:
            self.answer(question, words)

    def choose(self, label: str, question: str) -> None:
        """Give the number under which ``label`` was offered."""
        self.wait(question)
        number = re.findall(rf"(?m)^ +([0-9]+)\. {re.escape(label)}", self.said)[-1]
        self.process.sendline(number)

    def end(self) -> int:
        self.process.expect(pexpect.EOF)
        self.process.close()
        assert self.process.exitstatus is not None, self.said
        assert "Traceback" not in self.said
        return self.process.exitstatus


def _heed_ctrl_c() -> None:
    """What a shell starts in the background ignores it, and so would all that we start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def at_terminal(folder: Path, *words: str, command: str = "adjust") -> Iterator[Terminal]:
    process = pexpect.spawn(
        sys.executable,
        ["-m", "qingdan", "-C", str(folder), command, *words],
        encoding="utf-8",
        timeout=60,
        dimensions=(60, 120),
        env=os.environ | {"PYTHONUTF8": "1"},
        preexec_fn=_heed_ctrl_c,
    )
    process.delaybeforesend = None
    try:
        yield Terminal(process)
    finally:
        process.close(force=True)


@pytest.fixture
def unchanged(district: Path) -> Iterator[None]:
    """The workspace must be at the end as it was at the beginning."""
    head = git(district, "rev-parse", "HEAD")
    status = git(district, "status", "--porcelain")
    texts = {path: (district / path).read_bytes() for path in (FILE, "qingdan.yaml")}
    yield
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == status
    assert {path: (district / path).read_bytes() for path in texts} == texts
    assert not (district / ".git/qingdan/journal.json").exists()


def test_with_no_words_at_all_everything_is_asked_for(district: Path) -> None:
    before = git(district, "rev-parse", "HEAD")
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.answer(WHICH, "应急 预案")
        terminal.choose("生产经营单位生产安全事故应急预案备案", CHOICE)
        terminal.choose("承诺办结时限（现为：3个工作日）", FIELD)
        terminal.answer(VALUE, "2个工作日")
        terminal.choose("内部职能调整、流程优化", TRIGGER)
        terminal.answers((OCCURRED, IN_TIME), (REASON, "压减环节用时"), (CONFIRM, "y"))
        assert terminal.end() == 0
    assert git(district, "rev-parse", "HEAD~1") == before
    assert git(district, "log", "-1", "--format=%(trailers:only,unfold)").splitlines() == [
        "Adjustment: change",
        f"Item: {CODE}",
        "Trigger: internal",
        f"Occurred: {IN_TIME}",
        "Deadline: 2026-11-23",
        "Reason: 压减环节用时",
        f"Record: {TODAY}-{CODE}",
    ]
    assert "promised_limit: 2个工作日" in (district / FILE).read_text("utf-8")
    assert git(district, "status", "--porcelain") == ""


@pytest.mark.usefixtures("unchanged")
def test_a_value_of_the_wrong_form_is_asked_again_at_once(district: Path) -> None:
    with at_terminal(district, "set", CODE, *TODAY_IS) as terminal:
        terminal.choose("承诺办结时限（现为：3个工作日）", FIELD)
        terminal.answers((VALUE, "2天"), (VALUE, "两个工作日"), (VALUE, "2个工作日"))
        terminal.wait(TRIGGER)
        assert "“承诺办结时限”的值“2天”写法不对，应当形如 20个工作日" in terminal.said
        terminal.interrupt()
        assert terminal.end() == 130


@pytest.mark.usefixtures("unchanged")
def test_a_search_without_a_hit_is_asked_again_and_a_code_needs_no_search(district: Path) -> None:
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.answers((WHICH, "没有这样的事项"), (WHICH, CODE))
        terminal.wait(FIELD)
        assert "没有找到“没有这样的事项”" in terminal.said
        assert CHOICE not in terminal.said
        terminal.interrupt()
        assert terminal.end() == 130


@pytest.mark.usefixtures("unchanged")
def test_more_hits_than_are_listed_are_mentioned(district: Path) -> None:
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.answer(WHICH, "JS")
        terminal.wait(CHOICE)
        assert "  15. " in terminal.said
        assert "  16. " not in terminal.said
        assert re.search(r"共(找到)?\d+项", terminal.said), terminal.said
        terminal.interrupt()
        assert terminal.end() == 130


@pytest.mark.usefixtures("unchanged")
def test_what_is_offered_is_in_chinese(district: Path) -> None:
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.answer(WHICH, "食品经营许可")
        terminal.wait(CHOICE)
        offered = re.findall(r"(?m)^  [0-9]+\. (.*)$", terminal.said)
        terminal.interrupt()
        assert terminal.end() == 130
    assert len(offered) > 1
    assert not [line for line in offered if "approvals" in line]


@pytest.mark.parametrize("wrong", ["0", "8", "-1", "二", "", "internal-ish"])
@pytest.mark.usefixtures("unchanged")
def test_a_number_that_was_not_offered_is_asked_again(district: Path, wrong: str) -> None:
    with at_terminal(district, "set", *CHANGE, *TODAY_IS) as terminal:
        terminal.answer(TRIGGER, wrong)
        terminal.wait(TRIGGER)
        assert ("请输入 1 到 7" in terminal.said) == bool(wrong)
        terminal.interrupt()
        assert terminal.end() == 130


@pytest.mark.parametrize("given", ["5", "internal"])
def test_the_trigger_is_chosen_by_its_number_or_its_key(district: Path, given: str) -> None:
    words = ("--occurred", IN_TIME, "--reason", "压减", "--yes")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.answer(TRIGGER, given)
        assert terminal.end() == 0
    assert git(district, "log", "-1", "--format=%(trailers:key=Trigger,valueonly)") == "internal"


@pytest.mark.parametrize("wrong", ["昨天", "2026-02-30", "2026/11/16", "11月16日", ""])
@pytest.mark.usefixtures("unchanged")
def test_a_date_that_is_none_is_asked_again(district: Path, wrong: str) -> None:
    with at_terminal(district, "set", *CHANGE, "--trigger", "internal", *TODAY_IS) as terminal:
        terminal.answers((OCCURRED, wrong), (OCCURRED, IN_TIME))
        terminal.interrupt(REASON)
        assert terminal.end() == 130


@pytest.mark.usefixtures("unchanged")
def test_a_day_that_is_yet_to_come_is_asked_again(district: Path) -> None:
    with at_terminal(district, "set", *CHANGE, "--trigger", "internal", *TODAY_IS) as terminal:
        terminal.answer(OCCURRED, "2026-12-01")
        asked = terminal.process.expect_exact([OCCURRED, REASON])
        terminal.interrupt()
        assert terminal.end() == 130
        assert asked == 0


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_reason_of_nothing_is_asked_again(district: Path, blank: str) -> None:
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--yes")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.answers((REASON, blank), (REASON, "压减"))
        assert terminal.end() == 0
    assert git(district, "log", "-1", "--format=%(trailers:key=Reason,valueonly)") == "压减"


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_late_reason_of_nothing_is_asked_again(district: Path, blank: str) -> None:
    words = ("--trigger", "internal", "--occurred", TOO_LATE, "--reason", "压减", "--yes")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.answers((LATE, blank), (LATE, "材料补正"))
        assert terminal.end() == 0
    assert git(district, "log", "-1", "--format=%(trailers:key=Late-Reason,valueonly)") == (
        "材料补正"
    )


@pytest.mark.usefixtures("unchanged")
def test_the_deadline_is_shown_with_its_days_before_the_reason_is_asked(district: Path) -> None:
    with at_terminal(district, "set", *CHANGE, "--trigger", "internal", *TODAY_IS) as terminal:
        terminal.answer(OCCURRED, IN_TIME)
        terminal.wait(REASON)
        shown = terminal.said
        terminal.interrupt()
        assert terminal.end() == 130
    assert "申请期限：2026-11-23（自2026-11-16起5个工作日）" in shown
    assert "2026-11-16  当日不计入" in shown
    assert "2026-11-21  不计  星期六，休息日" in shown
    assert "2026-11-23  第5日  星期一，截止日" in shown


def test_a_late_reason_is_asked_for_when_it_is_late(district: Path) -> None:
    with at_terminal(district, "set", *CHANGE, "--trigger", "internal", *TODAY_IS) as terminal:
        terminal.answers((OCCURRED, TOO_LATE), (REASON, "压减"), (LATE, "材料补正"))
        terminal.answer(CONFIRM, "y")
        assert terminal.end() == 0
        assert "申请期限：2026-10-15" in terminal.said
        assert "已逾期" in terminal.said
    assert git(district, "log", "-1", "--format=%(trailers:key=Late-Reason,valueonly)") == (
        "材料补正"
    )


@pytest.mark.parametrize(
    ("words", "occurred"), [((), IN_TIME), (("--late-reason", "材料补正"), TOO_LATE)]
)
def test_a_late_reason_is_asked_for_neither_in_time_nor_twice(
    district: Path, words: tuple[str, ...], occurred: str
) -> None:
    with at_terminal(
        district, "set", *CHANGE, "--trigger", "internal", *words, *TODAY_IS
    ) as terminal:
        terminal.answers((OCCURRED, occurred), (REASON, "压减"), (CONFIRM, "y"))
        assert terminal.end() == 0
        assert LATE not in terminal.said


@pytest.mark.usefixtures("unchanged")
def test_the_preview_is_shown_and_no_is_no(district: Path) -> None:
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.wait(CONFIRM)
        preview = terminal.said
        terminal.process.sendline("n")
        assert terminal.end() == 4
        assert "已放弃，没有提交，文件没有改动" in terminal.said
    assert "-  promised_limit: 3个工作日" in preview
    assert "+  promised_limit: 2个工作日" in preview
    assert f"Record: {TODAY}-{CODE}" in preview


@pytest.mark.usefixtures("unchanged")
def test_an_answer_neither_yes_nor_no_is_asked_again_in_chinese(district: Path) -> None:
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.answers((CONFIRM, "也许"), (CONFIRM, "n"))
        assert terminal.end() == 4
        assert "Error" not in terminal.said


QUESTIONS = (
    (WHICH, "预案"),
    (CHOICE, "1"),
    (FIELD, "promised_limit"),
    (VALUE, "2个工作日"),
    (TRIGGER, "internal"),
    (OCCURRED, TOO_LATE),
    (REASON, "压减"),
    (LATE, "材料补正"),
    (CONFIRM, "y"),
)


@pytest.mark.parametrize("place", range(len(QUESTIONS)), ids=[q for q, _ in QUESTIONS])
@pytest.mark.usefixtures("unchanged")
def test_ctrl_c_at_any_question_leaves_everything_as_it_was(district: Path, place: int) -> None:
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.answers(*QUESTIONS[:place])
        terminal.interrupt(QUESTIONS[place][0])
        assert terminal.end() == 130
        assert terminal.said.rstrip().endswith(
            "已中断，没有留下半途的改动。此前已经提交的仍在，可用 git log 核对。"
        )


@pytest.mark.usefixtures("unchanged")
def test_ctrl_d_is_an_end_too(district: Path) -> None:
    with at_terminal(district, "set", *TODAY_IS) as terminal:
        terminal.wait(WHICH)
        terminal.process.sendeof()
        assert terminal.end() == 130


def test_after_ctrl_c_at_the_last_question_the_same_words_work(district: Path) -> None:
    words = ("set", *CHANGE, "--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减")
    with at_terminal(district, *words, *TODAY_IS) as terminal:
        terminal.interrupt(CONFIRM)
        assert terminal.end() == 130
    with at_terminal(district, *words, *TODAY_IS) as terminal:
        terminal.answer(CONFIRM, "y")
        assert terminal.end() == 0
    assert git(district, "log", "-1", "--format=%(trailers:key=Record,valueonly)") == (
        f"{TODAY}-{CODE}"
    )


def test_yes_is_never_asked_for_twice(district: Path) -> None:
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减", "--yes")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        assert terminal.end() == 0
        assert CONFIRM not in terminal.said


@pytest.mark.usefixtures("unchanged")
def test_a_dry_run_asks_for_what_is_missing_but_not_for_a_yes(district: Path) -> None:
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--dry-run")
    with at_terminal(district, "set", *CHANGE, *words, *TODAY_IS) as terminal:
        terminal.answer(REASON, "压减")
        assert terminal.end() == 0
        assert CONFIRM not in terminal.said
        assert "试运行" in terminal.said


@pytest.mark.usefixtures("unchanged")
def test_an_unknown_code_is_refused_before_anything_is_asked(district: Path) -> None:
    with at_terminal(district, "set", "JS-YJ-QT-01", "note=x", *TODAY_IS) as terminal:
        terminal.process.expect([pexpect.EOF, TRIGGER])
        said = terminal.said
    assert "没有编号为“JS-YJ-QT-01”的事项" in said
    assert TRIGGER not in said


def test_removal_is_asked_for_and_confirmed(district: Path) -> None:
    with at_terminal(district, "remove", *TODAY_IS) as terminal:
        terminal.answers((WHICH, "应急预案"), (CHOICE, "1"), (TRIGGER, "streamlined"))
        terminal.answers((OCCURRED, IN_TIME), (REASON, "上级取消"))
        terminal.wait(CONFIRM)
        assert "+  state: 取消" in terminal.said
        terminal.process.sendline("y")
        assert terminal.end() == 0
    assert git(district, "log", "-1", "--format=%(trailers:key=Adjustment,valueonly)") == "remove"
    assert "ended: '2026-11-20'" in (district / FILE).read_text("utf-8")


@pytest.mark.usefixtures("unchanged")
def test_removal_refused_removes_nothing(district: Path) -> None:
    words = ("--trigger", "streamlined", "--occurred", IN_TIME, "--reason", "上级取消")
    with at_terminal(district, "remove", CODE, *words, *TODAY_IS) as terminal:
        terminal.answer(CONFIRM, "n")
        assert terminal.end() == 4


def _edit(district: Path) -> bytes:
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 2个工作日")
    return (district / FILE).read_bytes()


def test_edits_are_filed_after_a_yes(district: Path) -> None:
    edited = _edit(district)
    with at_terminal(district, "commit", *TODAY_IS) as terminal:
        terminal.answers((TRIGGER, "internal"), (OCCURRED, IN_TIME), (REASON, "压减"))
        terminal.wait(CONFIRM)
        assert "-  promised_limit: 3个工作日" in terminal.said
        terminal.process.sendline("y")
        assert terminal.end() == 0
    assert (district / FILE).read_bytes() == edited
    assert git(district, "status", "--porcelain") == ""
    assert git(district, "log", "-1", "--format=%(trailers:key=Item,valueonly)") == CODE


@pytest.mark.parametrize("end", ["n", "Ctrl-C"])
def test_edits_that_are_not_filed_stay_as_they_are(district: Path, end: str) -> None:
    edited = _edit(district)
    head = git(district, "rev-parse", "HEAD")
    words = ("--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减")
    with at_terminal(district, "commit", *words, *TODAY_IS) as terminal:
        terminal.wait(CONFIRM)
        if end == "n":
            terminal.process.sendline("n")
        else:
            terminal.interrupt()
        assert terminal.end() == (4 if end == "n" else 130)
    assert (district / FILE).read_bytes() == edited
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == f"M {FILE}"


@pytest.mark.usefixtures("unchanged")
def test_with_nothing_edited_nothing_is_asked(district: Path) -> None:
    with at_terminal(district, "commit", *TODAY_IS) as terminal:
        terminal.process.expect([pexpect.EOF, TRIGGER])
        said = terminal.said
    assert "没有对清单的改动" in said
    assert TRIGGER not in said


WHY = ("--trigger", "internal", "--occurred", IN_TIME, "--reason", "压减")


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (("set",), "职权编号"),
        (("set", CODE), "写明改什么"),
        (("set", *CHANGE), "--trigger"),
        (("set", *CHANGE, *WHY[:2]), "--occurred"),
        (("set", *CHANGE, *WHY[:4]), "--reason"),
        (("set", *CHANGE, *WHY[:2], "--occurred", TOO_LATE, *WHY[4:]), "--late-reason"),
        (("remove",), "职权编号"),
        (("remove", CODE), "--trigger"),
        (("commit",), "--trigger"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_without_a_terminal_what_is_missing_is_an_error_and_nothing_is_asked(
    district: Path, words: tuple[str, ...], missing: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qingdan", "-C", str(district), "adjust", *words, *TODAY_IS],
        input=b"1\n1\n1\n2026-11-16\ny\ny\n",
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8")
    assert done.returncode in {2, 4}
    assert done.stdout == b""
    assert said.startswith("qingdan：")
    assert len(said.splitlines()) == 1
    assert missing in said


@pytest.mark.usefixtures("unchanged")
def test_the_example_for_a_missing_code_names_the_command_that_was_used(district: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qingdan", "-C", str(district), "adjust", "remove"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert "qingdan adjust remove 编号" in done.stderr.decode("utf-8")


def test_without_a_terminal_all_said_is_filed_without_a_question(district: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "qingdan", "-C", str(district)),
            *("adjust", "set", *CHANGE, *WHY, *TODAY_IS),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert git(district, "log", "-1", "--format=%(trailers:key=Item,valueonly)") == CODE


def test_a_publication_is_shown_and_confirmed(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = "2026-09-17-JS-CG-XK-001"
    late = ("--late-reason", "会期", "--today", TODAY)
    with monkeypatch.context() as patch:
        patch.setenv("GIT_AUTHOR_EMAIL", "legal@qingdan.example")
        assert qingdan(small, "review", "pass", record, *late) == 0
    head = git(small, "rev-parse", "HEAD")
    words = ("--record", *TODAY_IS)
    with at_terminal(small, *words, command="publish") as terminal:
        terminal.answer(CONFIRM, "n")
        assert terminal.end() == 4
        assert terminal.said.index(f"{record}  变更") < terminal.said.index(CONFIRM)
        assert "已放弃，没有登记" in terminal.said
    assert git(small, "rev-parse", "HEAD") == head
    assert git(small, "status", "--porcelain") == ""
    with at_terminal(small, *words, command="publish") as terminal:
        terminal.answer(CONFIRM, "y")
        assert terminal.end() == 0
        assert terminal.said.count("公布记录：") == 1
    assert git(small, "rev-parse", "HEAD~1") == head


def test_what_changes_while_a_publication_is_read_is_not_published_unseen(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ("--late-reason", "会期", "--today", TODAY)
    with monkeypatch.context() as patch:
        patch.setenv("GIT_AUTHOR_EMAIL", "legal@qingdan.example")
        assert qingdan(small, "review", "pass", "2026-09-17-JS-CG-XK-001", *late) == 0
    with at_terminal(small, "--record", *TODAY_IS, command="publish") as terminal:
        terminal.wait(CONFIRM)
        replace(small, "lists/powers/JS-CG.yaml", "期满", "期满再")
        head = commit(small, "改正文字\n")
        terminal.process.sendline("y")
        assert terminal.end() == 4
        assert "确认期间" in terminal.said
    assert git(small, "rev-parse", "HEAD") == head
