"""``make bench``: ``qingdan validate`` with every check on, beside check-jsonschema doing the schema alone, on the same files."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from generate import generate
from rich.console import Console
from rich.table import Table

from qingdan.repo import resources

ITEMS = 4000
ROUNDS = 3


def main(folder: Path) -> None:
    """Generate the corpus, time the commands in turn, print the table; stop if a command finds fault."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "district"
    work.mkdir(parents=True)
    print(f"Generating {ITEMS} items ...", file=sys.stderr)
    generate(work, ITEMS)
    files = sorted(str(path) for path in (work / "lists" / "powers").glob("*.yaml"))
    size = sum(Path(file).stat().st_size for file in files)
    bin_ = Path(sys.executable).parent
    schema = str(resources.folder("schemas") / "powers.schema.json")
    commands = {
        "qingdan validate": [str(bin_ / "qingdan"), "-C", str(work), "validate"],
        "check-jsonschema": [str(bin_ / "check-jsonschema"), "--schemafile", schema, *files],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(ROUNDS):
        print(f"Round {number + 1} of {ROUNDS} ...", file=sys.stderr)
        for name, command in commands.items():
            times[name].append(timed(command))
    show(times, len(files), size)


def timed(command: Sequence[str]) -> float:
    """Seconds a command takes as a whole process; it must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def show(times: dict[str, list[float]], files: int, size: int) -> None:
    """The table, and the median of the ratios taken round by round."""
    table = Table(
        title=f"{ITEMS} items, {files} files, {size / ITEMS / 1000:.2f} KB an item, {ROUNDS} rounds in turn"
    )
    for column in ("command", "min s", "median s", "max s", "times qingdan"):
        table.add_column(column, justify="left" if column == "command" else "right")
    own = times["qingdan validate"]
    for name, seconds in times.items():
        ratio = statistics.median(one / other for one, other in zip(seconds, own, strict=True))
        figures = (min(seconds), statistics.median(seconds), max(seconds))
        table.add_row(name, *(f"{figure:.2f}" for figure in figures), f"{ratio:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
