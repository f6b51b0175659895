"""Completion as shells ask for it: real processes with a shell's variables; hostile files; the index of many lists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import put
from qingdan.cli.completing import KINDS
from qingdan.desk.offers import KINDS as OFFERED
from qingdan.desk.offers import offers
from qingdan.repo import resources
from qingdan.repo.whereabouts import workspace_around

PROGRAM = Path(sys.executable).parent / "qingdan"
ITEM = "- code: {code}\n  name: {name}\n  type: 行政许可\n"


def asked(folder: Path, words: str, shell: str = "fish") -> list[str]:
    """What a shell gets that asks for the last of these words; nothing may be said beside it."""
    variables = {
        "fish": {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_ARGS": words},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))},
    }
    env = os.environ | variables[shell] | {"_QINGDAN_COMPLETE": f"complete_{shell}"}
    done = subprocess.run([str(PROGRAM)], cwd=folder, env=env, capture_output=True, check=True)
    assert done.stderr == b""
    return [line for line in done.stdout.decode("utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its rules that only is read."""
    folder = tmp_path_factory.mktemp("completing") / "jinshui"
    shutil.copytree(resources.folder("lists") / "jinshui", folder)
    shutil.copytree(resources.folder("rules"), folder / "rules")
    return folder


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("qingdan show JS-YJ-QT", "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案"),
        ("qingdan log JS-YJ-QT", "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案"),
        ("qingdan adjust set JS-YJ-QT", "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案"),
        ("qingdan adjust remove JS-YJ-QT", "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案"),
        (
            "qingdan ledger finding --item JS-YJ-QT",
            "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案",
        ),
        ("qingdan log js-yj-qt", "JS-YJ-QT-001\t生产经营单位生产安全事故应急预案备案"),
        ("qingdan find --unit JS-YJ", "JS-YJ\t郑州市金水区应急管理局"),
        ("qingdan find --unit 郑州市金水区应急", "郑州市金水区应急管理局\tJS-YJ"),
        ("qingdan find --list po", "powers"),
        ("qingdan explain QD51", "QD510\t调整类型与改动不符"),
        ("qingdan ledger finding --rule jinshui-powers/14-8", "jinshui-powers/14-8"),
        ("qingdan ledger finding --rule QD304", "QD304"),
        ("qingdan check --pack jinshui-p", "jinshui-powers"),
        ("qingdan publish --channel 郑", "郑州市政务服务网"),
        ("qingdan lo", "log\t一个事项的来历：历次调整的内容、理由、用时、审核和公布。"),
        ("qingdan log --rev", "--reverse\t从最近一次列起；缺省从最早一次列起。"),
    ],
)
def test_what_is_begun_is_offered(sample: Path, words: str, first: str) -> None:
    assert asked(sample, words)[0].startswith(first)


def test_periods_are_those_that_are_over(sample: Path) -> None:
    quarters = asked(sample, "qingdan report --quarter 20")
    assert len(quarters) == 8
    assert all(len(name) == 6 and name[4] == "Q" for name in quarters)
    assert all(
        len(name) == 7 and name[4] == "-" for name in asked(sample, "qingdan report --month 20")
    )


def test_records_are_offered_by_their_files(small: Path) -> None:
    assert asked(small, "qingdan adjust revert 2026-09-17") == ["2026-09-17-JS-CG-XK-001"]
    assert asked(small, "qingdan review show 2026-09-17") == ["2026-09-17-JS-CG-XK-001"]


def test_every_kind_is_known() -> None:
    assert {kind for kind in KINDS.values() if kind != "periods"} == OFFERED.keys()


def test_names_are_no_matter_for_bash(sample: Path) -> None:
    assert asked(sample, "qingdan log JS-YJ-QT", "bash") == ["JS-YJ-QT-001"]


def test_bash_completes_a_code(sample: Path) -> None:
    """The script that typer writes for bash, sourced by bash, asked as at a press of the tabulator."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    script = subprocess.run(
        [str(PROGRAM)],
        env=os.environ | {"_QINGDAN_COMPLETE": "source_bash"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    ask = (
        f"{script}\nCOMP_WORDS=(qingdan log JS-YJ-QT)\nCOMP_CWORD=2\n"
        f'_qingdan_completion {PROGRAM}\nprintf "%s\\n" "${{COMPREPLY[@]}}"\n'
    )
    done = subprocess.run(
        [bash, "--norc", "-c", ask], cwd=sample, capture_output=True, check=True, encoding="utf-8"
    )
    assert (done.stdout, done.stderr) == ("JS-YJ-QT-001\n", "")


def test_installing_it_is_told_in_chinese(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    done = subprocess.run(  # typer looks which shell asks: it has to be the parent, and stay it
        [bash, "--norc", "-c", f"{PROGRAM} --install-completion; true"],
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    place = tmp_path / ".bash_completions" / "qingdan.sh"
    assert done.stdout == f"已为 bash 安装自动补全：{place}\n重新打开终端后生效。\n"
    assert "complete_bash" in place.read_text("utf-8")
    assert str(place) in (tmp_path / ".bashrc").read_text("utf-8")


def test_another_workspace_is_asked_by_c(sample: Path, tmp_path: Path) -> None:
    assert asked(tmp_path, f"qingdan -C {sample} log JS-YJ-QT")[0].startswith("JS-YJ-QT-001")


@pytest.mark.parametrize("words", ["qingdan log J", "qingdan -C /nowhere/at/all log J"])
def test_outside_of_a_workspace_nothing_is_said(tmp_path: Path, words: str) -> None:
    assert asked(tmp_path, words) == []


HOSTILE = (
    "A-$(touch pwned)",
    "A-`touch pwned`",
    'A-"; touch pwned; "',
    "A-'; touch pwned; '",
    "A-\\",
    "A-x y",
    "A-\x1b[31mred",
    "A-\x07",
    "A-\u202egnp",
    "A-(x)",
    "A-*",
    "-rf",
)


@pytest.mark.parametrize("shell", ["fish", "zsh", "bash"])
def test_nothing_that_a_shell_would_obey_is_told(tmp_path: Path, shell: str) -> None:
    put(tmp_path, "qingdan.yaml", "name: x\n")
    names = [code.replace("A-", "名称") for code in HOSTILE]
    entries = [ITEM.format(code=code, name="x") for code in HOSTILE]
    entries += [ITEM.format(code=f"A-{n:03d}", name=name) for n, name in enumerate(names)]
    put(tmp_path, "lists/powers/A.yaml", "list: powers\nunit: A\nitems:\n" + "".join(entries))
    (tmp_path / "lists" / "powers" / "$(touch pwned).yaml").write_text("x", "utf-8")
    (tmp_path / "lists" / "powers" / "B.yaml").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "lists" / "powers" / "C.yaml")
    text = "\n".join(asked(tmp_path, "qingdan log A", shell))
    assert "A-000" in text
    assert "A-011" in text
    told = text.removeprefix("_arguments '*: :((").removesuffix("))'")
    assert not set(told) & set("$`\\;*()[]\x1b\x07\u202e")
    assert "pwned" not in told.replace("名称", "").replace("touch pwned", "")
    assert {line.partition("\t")[0].split('"')[shell == "zsh"] for line in told.splitlines()} == {
        f"A-{number:03d}" for number in range(len(HOSTILE))
    }


def many(folder: Path, files: int = 40, size: int = 400) -> None:
    """Lists that are too large to be skimmed every time."""
    (folder / ".git").mkdir()
    put(folder, "qingdan.yaml", "name: x\n")
    for number in range(files):
        unit = f"U-{number:02d}"
        items = [
            ITEM.format(code=f"{unit}-XK-{n:03d}", name=f"事项{n}") + "  note: " + "长" * 90 + "\n"
            for n in range(size)
        ]
        place = put(
            folder,
            f"lists/powers/{unit}.yaml",
            f"list: powers\nunit: {unit}\nitems:\n" + "".join(items),
        )
        os.utime(place, (1_700_000_000, 1_700_000_000))


def codes(folder: Path, typed: str) -> list[str]:
    return [offer.value for offer in offers("items", folder, typed)]


def index_of(folder: Path) -> Path:
    (found,) = (folder / ".git" / "qingdan").iterdir()
    return found


def test_many_lists_are_answered_from_the_index_and_never_wrongly(tmp_path: Path) -> None:
    many(tmp_path)
    fresh = codes(tmp_path, "U-07-XK-01")
    assert fresh == [f"U-07-XK-01{n}" for n in range(10)]
    index = index_of(tmp_path)
    before = index.read_bytes()
    assert codes(tmp_path, "U-07-XK-01") == fresh
    assert index.read_bytes() == before
    place = tmp_path / "lists/powers/U-07.yaml"
    place.write_text(place.read_text("utf-8").replace("U-07-XK-013", "U-07-XK-01X"), "utf-8")
    assert "U-07-XK-01X" in codes(tmp_path, "U-07-XK-01")
    (tmp_path / "lists/powers/U-08.yaml").unlink()
    assert codes(tmp_path, "U-08") == []
    put(tmp_path, "lists/fees/U-99.yaml", "items:\n" + ITEM.format(code="U-99-SF-001", name="费"))
    assert codes(tmp_path, "U-99") == ["U-99-SF-001"]


def test_the_index_is_what_answers(tmp_path: Path) -> None:
    """A file that changes without its size and its time is not seen: so it was not read."""
    many(tmp_path)
    fresh = codes(tmp_path, "U-07-XK-01")
    place = tmp_path / "lists/powers/U-07.yaml"
    state = place.stat()
    place.write_text(place.read_text("utf-8").replace("U-07-XK-013", "U-07-XK-01X"), "utf-8")
    os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert codes(tmp_path, "U-07-XK-01") == fresh


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff" * 100])
def test_a_damaged_index_is_thrown_away(tmp_path: Path, damage: bytes) -> None:
    many(tmp_path)
    fresh = codes(tmp_path, "U-07-XK-01")
    index = index_of(tmp_path)
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2] + damage)
    assert codes(tmp_path, "U-07-XK-01") == fresh
    assert index.read_bytes() == whole
    index.write_bytes(whole.replace(b"U-07-XK-013", b"U-07-XK-01Z"))
    assert codes(tmp_path, "U-07-XK-01") == fresh


def test_where_no_index_can_be_kept_the_answer_is_the_same(tmp_path: Path) -> None:
    many(tmp_path)
    put(tmp_path, ".git/qingdan", "a file where the folder should be")
    assert len(codes(tmp_path, "U-07-XK-01")) == 10
    (tmp_path / ".git" / "qingdan").unlink()
    (tmp_path / ".git").rmdir()
    assert len(codes(tmp_path, "U-07-XK-01")) == 10


def test_of_very_many_the_beginnings_are_offered(tmp_path: Path) -> None:
    many(tmp_path)
    assert codes(tmp_path, "") == [f"U-{number:02d}-" for number in range(40)]
    assert codes(tmp_path, "U-1") == [f"U-{number:02d}-" for number in range(10, 20)]
    assert len(codes(tmp_path, "U-11-XK-1")) == 100


def test_the_workspace_is_found_as_everywhere(tmp_path: Path) -> None:
    put(tmp_path, "a/qingdan.yaml", "name: x\n")
    deep = tmp_path / "a" / "lists" / "powers"
    deep.mkdir(parents=True)
    assert workspace_around(deep) == tmp_path / "a"
    (tmp_path / "a" / "lists" / ".git").mkdir()
    assert workspace_around(deep) is None


def test_little_is_loaded_for_it() -> None:
    code = (
        "import sys\nfrom qingdan.desk.offers import offers\nfrom pathlib import Path\n"
        f"offers('items', Path({str(resources.folder('lists') / 'jinshui')!r}), 'JS')\n"
        "print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    heavy = {
        "yaml_rs",
        "yaml",
        "jsonschema_rs",
        "git",
        "subprocess",
        "dataclasses",
        "qingdan.model",
    }
    assert heavy & set(done.stdout.split()) == set()
