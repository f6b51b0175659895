"""The bench: its corpora are as promised, its times are of what they say, its table tells a limit that is missed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import page
import pytest
from corpora import Corpora
from deriving import ruleset, yamale
from generate import generate
from peering import PEERS, Peers
from rows import (
    Ground,
    Group,
    Limit,
    Outcome,
    Row,
    Scale,
    Span,
    beyond,
    first_code,
    of,
    past,
)
from run import SCALES, SUBJECTS, asked
from timing import WATCHED, Command, FailedError, held, in_turn, run

from qingdan.cli.main import run as run_command
from qingdan.core.schema import Schema, Schemas
from qingdan.repo import resources

ITEMS = 200
PYTHON = sys.executable


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    generate(folder, ITEMS)
    return folder


def texts(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


# --- corpora --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(
    district: Path, tmp_path: Path
) -> None:
    for name, seed in (("same", 20261120), ("other", 1)):
        generate(tmp_path / name, ITEMS, seed)
    assert texts(tmp_path / "same") == texts(district)
    assert texts(tmp_path / "other") != texts(district)


def test_items_are_as_long_as_real_ones_and_each_unit_has_its_file(district: Path) -> None:
    files = list((district / "lists" / "powers").glob("*.yaml"))
    size = sum(path.stat().st_size for path in files)
    assert 1400 <= size / ITEMS <= 1700
    assert len(files) == -(-ITEMS // 18)


def test_a_generated_district_is_faultless(
    district: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["-C", str(district), "validate", "--fail-on", "info"]) == 0
    assert f"{ITEMS}个事项，没有发现问题" in capfd.readouterr().out


def test_a_corpus_is_made_once_and_put_back_as_it_was(tmp_path: Path) -> None:
    corpora = Corpora(tmp_path)
    made = corpora.district(20)
    before, moment = texts(made), (made / ".git" / "HEAD").stat().st_mtime_ns
    path = next((made / "lists" / "powers").glob("*.yaml"))
    path.write_bytes(b"spoilt")
    subprocess.run(["git", "-C", made, "commit", "-qam", "spoil"], check=True)
    (made / "more.yaml").touch()
    again = Corpora(tmp_path).district(20)
    assert texts(again) == before
    assert (again / ".git" / "HEAD").stat().st_mtime_ns == moment


def test_a_long_history_keeps_the_discipline_and_has_late_ones(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = Corpora(tmp_path).past(20, 20)
    words = ["validate", "--commits", "HEAD", "--fail-on", "warning"]
    assert run_command(["-C", str(made), *words]) == 0
    assert "核对了21次提交" in capfd.readouterr().out
    log = subprocess.run(
        ["git", "-C", made, "log"], check=True, capture_output=True
    ).stdout.decode()
    assert log.count("Late-Reason: ") == 3


# --- peers ----------------------------------------------------------------------------------

SCHEMA = Schema(
    {
        "type": "object",
        "required": ["list", "items"],
        "properties": {
            "list": {"const": "powers"},
            "items": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["state"],
                    "properties": {
                        "state": {"allOf": [{"$ref": "#/definitions/state"}]},
                        "day": {"type": "string", "pattern": "^[0-9]{4}$"},
                        "visits": {"type": "integer", "minimum": 0, "maximum": 9},
                        "words": {"type": "array", "items": {"type": "string", "maxLength": 5}},
                        "any": {},
                    },
                },
            },
        },
        "definitions": {"state": {"type": "string", "enum": ["在用", "取消"]}},
    }
)


def test_yamale_is_given_types_required_enums_patterns_and_bounds() -> None:
    assert yamale(SCHEMA).splitlines() == [
        "list: enum('powers')",
        "items: list(include('top_items'), min=1)",
        "---",
        "top_items:",
        "  state: enum('在用', '取消')",
        "  day: regex('^[0-9]{4}$', required=False)",
        "  visits: int(min=0, max=9, required=False)",
        "  words: list(str(max=5), required=False)",
        "  any: any(required=False)",
    ]


def test_yamale_is_asked_for_every_field_of_an_item() -> None:
    schema = Schemas(resources.schema_texts())["powers"]
    head, _, rest = yamale(schema).partition("---\n")
    assert [line.partition(":")[0] for line in head.splitlines()] == ["list", "unit", "items"]
    fields = schema.node(("items", 0))["properties"]
    block = rest.partition("top_items:\n")[2].partition("\ntop_")[0]
    assert [line.strip().partition(":")[0] for line in block.splitlines()] == list(fields)


def test_spectral_applies_the_whole_schema_as_an_error() -> None:
    (rule,) = ruleset(SCHEMA)["rules"].values()
    assert (rule["given"], rule["severity"]) == ("$", "error")
    assert rule["then"] == {"function": "schema", "functionOptions": {"schema": SCHEMA.document}}


# --- timing ---------------------------------------------------------------------------------


def test_commands_take_turns_and_each_round_is_prepared() -> None:
    seen: list[str] = []

    def noting(name: str) -> Command:
        return Command([PYTHON, "-c", ""], before=lambda number: seen.append(f"{name}{number}"))

    rounds = list(in_turn({"a": noting("a"), "b": noting("b")}, 2))
    assert seen == ["a0", "b0", "a1", "b1"]
    assert all(each["a"] > 0 for each in rounds)


def test_a_command_that_ends_otherwise_than_it_should_is_not_timed() -> None:
    command = Command([PYTHON, "-c", "import sys; sys.exit('what went wrong')"])
    with pytest.raises(FailedError, match="what went wrong"):
        run(command)
    assert run(replace(command, codes=frozenset({1}))) > 0


def test_who_stops_the_bench_stops_what_it_timed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    child = (
        f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid()) + '.'); time.sleep(60)"
    )
    timed = Command([PYTHON, "-c", child])
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; from timing import Command, run; run({timed!r})"
    )
    bench = subprocess.Popen([PYTHON, "-c", code], stderr=subprocess.DEVNULL)
    while not (told.exists() and told.read_text().endswith(".")):
        assert bench.poll() is None
        time.sleep(0.02)
    bench.send_signal(signal.SIGINT)
    bench.wait()
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()[:-1]), 0)


@pytest.mark.skipif(not WATCHED, reason="no /proc on this system")
def test_the_memory_of_all_processes_is_counted_and_not_that_of_the_bench() -> None:
    ballast = bytearray(b"x") * 150_000_000
    hold = "x = bytearray(b'x') * 60_000_000; import time; time.sleep(0.6)"
    start = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {hold!r}])"
    found = held(Command([PYTHON, "-c", f"{start}; {hold}; p.wait()"]))
    assert 60_000_000 < found.largest < len(ballast)
    assert found.together > 120_000_000


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
def test_a_command_can_be_kept_on_one_core() -> None:
    code = "import os, sys; sys.exit(len(os.sched_getaffinity(0)))"
    run(Command([PYTHON, "-c", code], cores=1, codes=frozenset({1})))


# --- rows and the table ---------------------------------------------------------------------


def group(**commands: Command) -> Group:
    return Group("冷检查", "4,000项", commands, ROWS, rounds=1)


ROWS = (
    Row("validate", of("own"), "peer", of("peer"), faster=True, limit=Limit("least", 12)),
    Row("own beyond start", beyond("own", "start"), "peer", of("peer"), limit=Limit("most", 3)),
    Row("own", of("own"), limit=Limit("most", 10)),
)
ROUNDS = (
    {"own": 1.0, "peer": 10.0, "start": 0.5},
    {"own": 2.0, "peer": 50.0, "start": 1.0},
    {"own": 10.0, "peer": 110.0, "start": 9.0},
)


def outcomes() -> Iterator[Outcome]:
    return (group().outcome(row, ROUNDS) for row in ROWS)


def test_the_ratio_is_the_median_of_the_rounds_and_limits_go_both_ways() -> None:
    peer, beyond_start, seconds = outcomes()
    assert (peer.figure, peer.unit, peer.met) == (11.0, "倍", False)
    assert (peer.own, peer.floor) == (Span(1.0, 2.0), Span(10.0, 50.0))
    assert (beyond_start.figure, beyond_start.met) == (0.02, True)
    assert (seconds.figure, seconds.unit, seconds.met) == (2.0, "秒", True)


def test_the_table_marks_a_limit_that_is_missed() -> None:
    missed, kept, seconds = map(page.cells, outcomes())
    assert missed[-3:] == ("对照用时为11.0倍", "至少12倍", "**未达到**")
    assert kept[-3:] == ("用时为对照的0.02倍", "至多3倍", "达到")
    assert seconds[-3:] == ("2.00秒", "至多10秒", "达到")
    told = page.summary(outcomes())
    assert told == "有限的3行：达到2行，未达到1行：冷检查 4,000项 validate 比peer。"


def test_a_command_that_fails_leaves_its_rows_unmeasured_and_the_others_alone() -> None:
    broken = Command([PYTHON, "-c", "raise SystemExit(3)"])
    found = list(group(own=broken, peer=broken).outcomes())
    assert [page.cells(one)[-1] for one in found] == ["未测"] * 3
    assert all(one.failed and one.met is None and one.limit for one in found)


MEMORY = tuple(
    Outcome("内存", f"{size:,}项", what, figure=size / 100, unit="MB")
    for size in (4_000, 16_000, 32_000, 48_000, 64_000)
    for what in ("全部进程", "最大的进程")
)
OTHERS = (
    Outcome("冷检查", "64,000项", "validate", "ajv（只核对格式）", figure=1.84, faster=True),
    Outcome(
        "冷检查", "64,000项", "validate", "check-jsonschema（只核对格式）", figure=41.2, faster=True
    ),
    Outcome("冷检查", "4,000项", "validate", "yamale", note="本机没有 npm", faster=True),
)


def result() -> page.Result:
    every = (*outcomes(), *OTHERS, *MEMORY)
    return page.Result({"处理器": "某某，2核"}, "default", "2026-11-27", list(every))


def test_a_run_is_kept_and_read_again_as_it_was(tmp_path: Path) -> None:
    page.keep(result(), tmp_path)
    assert page.kept(tmp_path) == result()
    with pytest.raises(SystemExit, match="make bench"):
        page.kept(tmp_path / "none")


def test_the_curve_stands_on_evenly_spaced_sizes() -> None:
    chart = page.curve(MEMORY)
    assert chart.categories == ("16,000项", "32,000项", "48,000项", "64,000项")
    assert [row.values for row in chart.series] == [(160, 320, 480, 640)] * 2


def test_documents_are_updated_between_their_marks_and_nowhere_else(tmp_path: Path) -> None:
    page.keep(result(), tmp_path / "bench")
    for name in ("docs/zh", "docs/pictures"):
        (tmp_path / name).mkdir(parents=True)
    root = Path(__file__).parent.parent
    names = ("docs/zh/speed.md", "README.md", "README.zh-CN.md")
    for name in names:
        (tmp_path / name).write_bytes((root / name).read_bytes())
    for _ in range(2):
        page.update(tmp_path / "bench", tmp_path)
    found = [(tmp_path / name).read_text("utf-8") for name in names]
    assert "| 4,000项 | validate |  | yamale |  | 本机没有 npm |  | 未测 |\n" in found[0]
    assert "check-jsonschema took 41.2 times as long, ajv 1.8 times" in found[1]
    assert "check-jsonschema 的用时是它的41.2倍，ajv 是1.8倍" in found[2]
    assert "<svg" in (tmp_path / "docs" / "pictures" / "memory.svg").read_text("utf-8")
    for name, text in zip(names, found, strict=True):
        head = (root / name).read_text("utf-8").partition("<!-- bench")
        assert text.startswith(head[0] + head[1])
        assert text.endswith((root / name).read_text("utf-8").rpartition("<!-- /bench")[2])
    with pytest.raises(SystemExit, match="记号"):
        page.between("no marks", "bench", "")


def test_a_scale_or_a_subject_that_is_not_there_is_refused() -> None:
    assert asked("", "")[0].name == "default"
    assert asked("quick", "past")[0].city == 0
    for words in (("slow", ""), ("", "hot")):
        with pytest.raises(SystemExit, match="quick"):
            asked(*words)


def test_the_first_code_of_a_file_is_told(district: Path) -> None:
    assert first_code(district / "lists" / "powers" / "U-00000.yaml").startswith("U-00000-")


# --- the whole ------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_command_that_is_timed_succeeds(subject: str, tmp_path: Path) -> None:
    ground = Ground(tmp_path, Scale("tiny", "", rounds=1, district=36, city=0, commits=8))
    ground.peers = Peers(tmp_path, {peer.name: "不装" for peer in PEERS})
    found = list(SUBJECTS[subject].outcomes(ground))
    assert not [one for one in found if one.failed]
    measured = [one for one in found if one.figure is not None]
    assert measured
    assert all(one.figure and one.figure > 0 for one in measured if one.subject != past.SUBJECT)
    assert {one.note for one in found} <= {"", "不装"}


def test_a_cold_run_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    ground = Ground(tmp_path, SCALES[0])
    work = ground.corpora.district(20)
    run(ground.cold(work, "validate"))
    assert not list((work / ".git").rglob("*cache*"))
