"""How rules did at their examples, for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.render.formats.json import as_dict, dumped
from qingdan.render.formats.text import block
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.trials import Trial


def text(trials: Sequence[Trial], findings: Sequence[Finding]) -> str:
    """A line a rule, what failed in blocks, then the numbers."""
    lines = [*map(_line, trials)]
    lines += [visible(line) for finding in findings for line in block(finding)]
    lines.append(_summary(trials))
    return "\n".join(lines) + "\n"


def _line(trial: Trial) -> str:
    return visible(f"{trial.outcome}  {trial.key}{_how(trial)}")


def _how(trial: Trial) -> str:
    if trial.checked_by:
        return f"  由内置检查自带的例子检验（{'、'.join(trial.checked_by)}）"
    return f"  例子{trial.examples}个" if trial.examples else ""


def _summary(trials: Sequence[Trial]) -> str:
    counts = Counter(trial.outcome for trial in trials)
    said = "、".join(f"{outcome}{number}条" for outcome, number in counts.items())
    return f"共{len(trials)}条规则：{said}。" if trials else "没有可以检验的规则。"


def json(trials: Sequence[Trial], findings: Sequence[Finding]) -> str:
    """``{"rules": [{"rule", "outcome", "examples", "checked_by"}], "findings": […]}``."""
    return dumped({"rules": list(_rules(trials)), "findings": [as_dict(f) for f in findings]})


def _rules(trials: Sequence[Trial]) -> Iterator[dict[str, object]]:
    for trial in trials:
        yield {
            "rule": trial.key,
            "outcome": trial.outcome,
            "examples": trial.examples,
            "checked_by": list(trial.checked_by),
        }
