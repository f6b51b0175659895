"""Findings as text, one module a format; chosen from :data:`FORMATS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.render.formats import concise, github, gitlab, json, junit, markdown, sarif, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qingdan.model.findings import Verdict

FORMATS: Mapping[str, Callable[[Verdict], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "markdown": markdown.render,
}
"""Name of an output format to the function that writes a verdict in it; each ends with a line break."""
