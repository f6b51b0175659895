"""The trial of a whole district, small: three layouts imported, exported, edited, brought back, compared."""

from __future__ import annotations

from pathlib import Path

from trial import Size, Trial

from qingdan.cli.main import run as run_command


def test_a_small_district_from_the_tables_to_the_drifted_portal(tmp_path: Path) -> None:
    trial = Trial(tmp_path, lambda *words: run_command(list(words)), Size(6, 60, 4, 9))
    trial.run()
    assert len(trial.steps) == 9
    assert trial.steps[-1][2].startswith("9 of 9 drifts")
