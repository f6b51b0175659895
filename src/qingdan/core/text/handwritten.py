"""Editing hand-written YAML with its comments kept, by ruamel.yaml's round trip."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qingdan.core.text.canonical import scalar

if TYPE_CHECKING:
    from qingdan.model.settings import Settings


def _yaml() -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.resolver import VersionedResolver

    class Texts(VersionedResolver):
        """Dates stay text both ways."""

        @property
        def versioned_resolver(self) -> Any:
            """The YAML 1.2 resolvers without the timestamp."""
            found = super().versioned_resolver
            return {
                k: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
                for k, pairs in found.items()
            }

    yaml = YAML()
    yaml.Resolver = Texts
    yaml.width = 4096
    yaml.preserve_quotes = True
    return yaml


def _round_trip(raw: bytes, change: Any) -> bytes:
    yaml = _yaml()
    document = yaml.load(raw.decode("utf-8"))
    change(document)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue().encode()


def for_jurisdiction(raw: bytes, values: Mapping[str, str]) -> bytes:
    """``qingdan.yaml`` with another jurisdiction's name, short name and division code, where given."""
    from ruamel.yaml.scalarstring import SingleQuotedScalarString

    before: dict[str, str] = {}

    def change(document: Any) -> None:
        place = document["jurisdiction"]
        before.update({key: str(place[key]) for key in values})
        for key, value in values.items():
            if value:
                place[key] = SingleQuotedScalarString(value) if value.isdecimal() else value

    if not any(values.values()):
        return raw
    head, _, rest = _round_trip(raw, change).decode("utf-8").partition("\n")
    if values.get("name"):
        head = head.replace(before["name"], values["name"])
    return f"{head}\n{rest}".encode()


def without_line_units(raw: bytes, settings: Settings, names: tuple[str, str]) -> bytes:
    """``registers/units.yaml`` with only the units that hold roles, and their parents.

    ``names``: the jurisdiction's short name in the register, and the one to put in its place.
    """
    wanted = {holder.unit for role in settings.roles.values() for holder in role.holders}

    def change(document: Any) -> None:
        parents = {unit["code"]: unit.get("parent", "") for unit in document["units"]}
        for code in list(wanted):
            while parents.get(code):
                code = parents[code]  # noqa: PLW2901 climbing
                wanted.add(code)
        document["units"] = [unit for unit in document["units"] if unit["code"] in wanted]

    text = _round_trip(raw, change).decode("utf-8")
    return text.replace(*names).encode() if names[0] != names[1] else text.encode()


def blank_register(title: str, key: str) -> bytes:
    """An empty register."""
    return f"# {title}\n{key}: []\n".encode()


def first_comment(text: str) -> int:
    """The line of the first comment of a readable text; 0 if there is none."""
    from ruamel.yaml import YAML
    from ruamel.yaml.tokens import CommentToken

    if "#" not in text:
        return 0
    yaml = YAML()
    lines: list[int] = []
    for token in yaml.scan(text):
        comments = getattr(token, "_comment", None) or ()
        for part in comments:
            group = part if isinstance(part, list) else [part]
            lines += [
                c.start_mark.line + 1
                for c in group
                if isinstance(c, CommentToken) and "#" in c.value
            ]
    return min(lines, default=0)


def with_entries(
    raw: bytes, key: str, name: str, entries: Mapping[str, Mapping[str, Any]]
) -> bytes:
    """A register with these entries added or brought up to date, comments and the order of the others kept.

    ``key`` is where the entries stand, ``name`` the field that tells them apart. Of an entry that is there, only
    what differs is touched.
    """

    def change(document: Any) -> None:
        if not document.get(key):
            document[key] = _plain([])
        known = {str(entry.get(name)): entry for entry in document[key]}
        for code, entry in entries.items():
            if code not in known:
                document[key].append(_plain(entry))
                continue
            for field, value in entry.items():
                if known[code].get(field) != value:
                    known[code][field] = _plain(value)

    return _round_trip(raw, change)


def _plain(value: Any) -> Any:
    """A value as ruamel writes it in block style, texts quoted where the canonical form quotes them."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

    if isinstance(value, Mapping):
        made = CommentedMap()
        made.update({key: _plain(part) for key, part in value.items()})
        return made
    if isinstance(value, list):
        return CommentedSeq([_plain(part) for part in value])
    if isinstance(value, str) and scalar(value)[0] in "'\"":
        return (
            SingleQuotedScalarString(value)
            if scalar(value)[0] == "'"
            else DoubleQuotedScalarString(value)
        )
    return value
