"""The main job on the sample district, shown step by step: ``make demo``."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

TODAY = "2026-11-20"
SAMPLE = "jinshui"
DRIFT = ("JS-SC-XK-001", "JS-MZ-QT-001")
"""The portal's rows that are made to disagree: a longer promise here, a row lost there."""

QINGDAN = [sys.executable, "-m", "qingdan"]


def main(folder: Path) -> None:
    """Lay out the sample below ``folder`` (anew each time) and walk through the job."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    work = folder / SAMPLE
    heading("1. 建立金水区样例工作区（样例数据，不作为法律依据），重放一年的办理历史")
    qingdan("init", str(work), "--profile", "district", "--sample")
    run(["git", "-C", str(work), "log", "--oneline", "--date=short", "-8", "--format=%h %ad %s"])

    heading("2. 检查清单和历次调整手续：qingdan validate")
    qingdan("-C", str(work), "validate", "--commits", "HEAD")

    heading("3. 政务服务网导出的事项表与公开的清单不一致：qingdan check")
    table = drifted(newest_table(work), folder / "政务服务网导出.csv")
    qingdan("-C", str(work), "systems", "take", "portal", str(table), "--today", TODAY)
    qingdan("-C", str(work), "check", "--today", TODAY, expect=1)

    heading("4. 办理一次调整，一行改动、一份记录、一次提交：qingdan adjust")
    qingdan(
        *(
            "-C",
            str(work),
            "adjust",
            "set",
            "JS-YJ-QT-001",
            "承诺办结时限=2个工作日",
        ),
        *("--trigger", "internal", "--occurred", "2026-11-16", "--today", TODAY, "--yes"),
        *("--reason", "压减办理环节用时"),
    )
    run(["git", "-C", str(work), "show", "--stat", "--format=", "HEAD"])
    run(["git", "-C", str(work), "show", "--unified=0", "--format=", "HEAD", "--", "lists"])
    qingdan("-C", str(work), "validate", "--commits", "HEAD~1..HEAD")

    heading("5. 生成季通报：qingdan report --quarter")
    qingdan("-C", str(work), "report", "--quarter", "--today", TODAY)

    program = Path(os.path.relpath(Path(sys.executable).parent / "qingdan"))
    place = Path(os.path.relpath(work))
    heading("接下来可以试")
    print(f"  用浏览器打开  {place}/reports/2026Q3.html")
    print(f"  查看一个问题  {program} explain QD304")
    print(f"  自己办一次    {program} -C {place} adjust set")
    print("  运行全部测试  make test")


def newest_table(work: Path) -> Path:
    """The table that the sample's portal snapshot was taken from."""
    name = next(
        line.partition(": ")[2].strip("'")
        for line in (work / "systems" / "portal.yaml").read_text("utf-8").splitlines()
        if line.startswith("file: ")
    )
    return Path(__file__).parent.parent / "lists" / SAMPLE / "story" / name


def drifted(source: Path, target: Path) -> Path:
    """The portal's table as it might come back one day: one promise changed, one row lost."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    longer, lost = DRIFT
    for row in rows:
        if row["职权编号"] == longer:
            row["承诺办结时限"] = "20个工作日"
    with target.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["职权编号"] != lost)
    return target


def heading(text: str) -> None:
    """A line that tells what comes."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def shown(command: list[str]) -> list[str]:
    """A command as a person types it."""
    return [
        "qingdan" if word == "-m" else word
        for word in command
        if word not in {sys.executable, "qingdan"}
    ]


def qingdan(*words: str, expect: int = 0) -> None:
    """Run qingdan and stop the demonstration if it does not end as it should."""
    run([*QINGDAN, *words], expect=expect)


def run(command: list[str], expect: int = 0) -> None:
    """Show a command and run it as the sample's clerk."""
    print(f"\n$ {' '.join(shown(command))}", flush=True)
    clerk = {
        "GIT_AUTHOR_NAME": "演示经办人",
        "GIT_AUTHOR_EMAIL": "demo@qingdan.example",
        "GIT_COMMITTER_NAME": "演示经办人",
        "GIT_COMMITTER_EMAIL": "demo@qingdan.example",
        "GIT_AUTHOR_DATE": f"{TODAY}T15:00:00+08:00",
        "GIT_COMMITTER_DATE": f"{TODAY}T15:00:00+08:00",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PAGER": "cat",
    }
    done = subprocess.run(command, env=os.environ | clerk, check=False)
    if done.returncode != expect:
        sys.exit(f"演示中断：这一步应以{expect}结束，实际为{done.returncode}。")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
