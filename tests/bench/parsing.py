"""``python parsing.py FOLDER [PROCESSES]``: the floor: the fast parser alone on every YAML file of a workspace.

It knows nothing of qingdan, so that its start costs nothing but the parser's.
"""

from __future__ import annotations

import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import yaml_rs


def parse(path: Path) -> None:
    """Text to objects, which are let go."""
    yaml_rs.loads(path.read_bytes().decode(), parse_datetime=False)


def main(folder: Path, processes: int) -> None:
    """Parse every file, in this process or in several."""
    paths = sorted(path for path in folder.rglob("*.yaml") if ".git" not in path.parts)
    if processes == 1:
        for path in paths:
            parse(path)
        return
    with get_context("fork").Pool(processes) as pool:
        for _ in pool.imap_unordered(
            partial(parse), paths, chunksize=max(len(paths) // (processes * 8), 1)
        ):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
