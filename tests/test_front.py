"""What the command line offers, and that it loads no more of it than was asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from qingdan.cli import front

HEAVY = {
    "git",
    "rich",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "ruamel",
    "yaml",
    "openpyxl",
    "docx",
}


def loaded(*words: str) -> tuple[str, set[str]]:
    """What a command prints, and the modules that were loaded for it."""
    code = (
        "import sys\nfrom qingdan.cli.main import run\n"
        f"run({list(words)!r})\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout, set(done.stderr.splitlines())


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_what_needs_no_command_loads_none(word: str) -> None:
    said, modules = loaded(word)
    assert said
    rooms = {f"qingdan.cli.{module}" for module, _ in front.OFFERED.values()}
    assert modules & rooms == set()
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    # start-up is what typer takes and little more: no noun of ours is made before it is needed
    assert {name for name in modules if name.startswith("qingdan.model.")} == {
        "qingdan.model.errors"
    }


def test_a_command_loads_its_own_module_alone() -> None:
    said, modules = loaded("deadline", "2026-09-29", "--within", "3个工作日")
    assert said.startswith("2026-10-09")
    others = {
        f"qingdan.cli.{module}" for name, (module, _) in front.OFFERED.items() if name != "deadline"
    }
    others -= {f"qingdan.cli.{front.OFFERED['deadline'][0]}"}
    assert modules & others == set()


def test_everything_offered_is_there_and_everything_there_is_offered() -> None:
    folder = Path(front.__file__).parent
    for path in folder.glob("*.py"):
        import_module(f"qingdan.cli.{path.stem}")
    group: Any = typer.main.get_group(front.app)
    assert set(group.registered) == set(front.OFFERED)
    for name, command in group.registered.items():
        module, said = front.OFFERED[name]
        assert command.help == said
        assert name == command.name
        assert (folder / f"{module}.py").is_file()


def test_help_lists_what_is_offered_in_order() -> None:
    said, _ = loaded("--help")
    listed = [
        line.split()[0] for line in said.partition("命令：\n")[2].splitlines() if line[2:3] != " "
    ]
    assert [name for name in listed if name in front.OFFERED] == list(front.OFFERED)


def test_a_command_that_is_not_offered_gets_a_guess() -> None:
    with pytest.raises(KeyError):
        front.Rooms(dict)["publich"]
    assert "publich" not in front.Rooms(dict)
