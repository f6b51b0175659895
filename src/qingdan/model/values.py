"""The accepted YAML subset as Python sees it."""

from __future__ import annotations

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
"""What a document of the accepted YAML subset can hold."""


Doc = dict[str, Value]
"""A mapping of the accepted subset, such as one list item."""
