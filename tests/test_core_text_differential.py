"""All readers of YAML agree on canonical text; on any other text ours refuses or agrees with ruamel.yaml.

What the accepted subset keeps as text and ruamel takes for a number (``0410105``, a code of 31 digits)
is the one difference by contract; dates stay text in ruamel too once its resolver for them is dropped.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest
import yaml
import yaml_rs
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver

import strategies as our
from qingdan.core.text import reading, strict
from qingdan.core.text.canonical import emit
from qingdan.core.text.decoding import decode
from qingdan.model.errors import YamlRefusedError

if TYPE_CHECKING:
    from qingdan.model.values import Doc, Value

SAMPLES = our.sample_paths()
FEW = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class Resolver(VersionedResolver):
    """YAML 1.2 without dates."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            first: [rule for rule in rules if rule[0] != _TIMESTAMP]
            for first, rules in super().versioned_resolver.items()
        }


def ruamel(text: str, kind: Literal["safe", "rt"] = "safe") -> list[object]:
    """The documents ruamel.yaml finds; YAMLError or ValueError for what it refuses."""
    parser = YAML(typ=kind, pure=True)
    parser.Resolver = Resolver
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [plain(document) for document in parser.load_all(text)]


def plain(value: Any) -> object:
    """Round-trip values without what they remember of their writing."""
    if isinstance(value, dict):
        return {plain(key): plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if value is None or isinstance(value, bool):
        return value
    if type(value).__name__ == "ScalarBoolean":
        return bool(value)
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def agree(mine: Value, theirs: object) -> bool:
    """Whether two readings are the same by the contract."""
    if isinstance(mine, dict):
        return (
            isinstance(theirs, dict)
            and len(mine) == len(theirs)
            and all(
                agree(key, their_key) and agree(child, their_child)
                for (key, child), (their_key, their_child) in zip(
                    mine.items(), theirs.items(), strict=True
                )
            )
        )
    if isinstance(mine, list):
        return (
            isinstance(theirs, list) and len(mine) == len(theirs) and all(map(agree, mine, theirs))
        )
    if isinstance(mine, str) and type(theirs) is int:
        return mine.isdecimal() and int(mine) == theirs and (mine[0] == "0" or len(mine) > 18)
    return type(mine) is type(theirs) and mine == theirs


def accepted(text: str) -> tuple[Value, bool] | None:
    """What the reader makes of a text, or None for a refusal, which must have a place and a sentence."""
    try:
        read = reading.read(text.encode())
    except YamlRefusedError as error:
        breaks = text.count("\n") + text.count("\r")
        assert error.code in {"QD101", "QD102", "QD104"}
        assert 1 <= error.line <= breaks + 2
        assert error.column >= 1
        assert error.message.endswith("。")
        return None
    return read.value, read.canonical


# canonical text


@FEW
@given(our.DOCS)
@example({"k": "0b101", "=": "=", "<<": "<<"})
@example({"k": ["1_000", "12:30:45", "1:2", "0o17", "2026-11-22", "no", "~"]})
@example({"k": "甲\n\n 乙\n"})
def test_all_readers_of_yaml_take_canonical_text_alike(doc: Doc) -> None:
    text = emit(doc)
    expected = repr(doc)
    assert repr(strict.read(text)[0]) == expected
    assert repr(yaml_rs.loads(text, parse_datetime=False)) == expected
    assert repr(ruamel(text)) == f"[{expected}]"
    assert repr(ruamel(text, "rt")) == f"[{expected}]"


@FEW
@given(our.DOCS)
def test_readers_of_yaml_1_1_too(doc: Doc) -> None:
    text = emit(doc)
    assert repr(yaml.load(text, Loader=yaml.CSafeLoader)) == repr(doc)


@pytest.mark.parametrize("text", our.ODD_TEXTS)
def test_odd_texts_are_text_for_all_readers(text: str) -> None:
    doc: Doc = {text + "k": text, "list": [text, "甲" + text, text + "甲", {text: text}]}
    written = emit(doc)
    assert ruamel(written) == ruamel(written, "rt") == [doc]
    assert yaml_rs.loads(written, parse_datetime=False) == doc
    assert strict.read(written)[0] == doc
    assert yaml.load(written, Loader=yaml.CSafeLoader) == doc


def test_every_character_is_itself_for_both_readers() -> None:
    """In a plain or quoted text, at its start, within it and at its end; planes 1 to 16 by samples."""
    codes = [*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 509), 0x10FFFF]
    characters = [chr(code) for code in codes if chr(code) not in our.HIDDEN_CHARACTERS]
    for frame in ("{}", "{}甲", "甲{}", "甲{}乙"):
        texts: list[Value] = [frame.format(character) for character in characters]
        written = emit({"k": texts})
        assert reading.read(written.encode()).canonical
        read = cast("dict[str, list[Value]]", strict.read(decode(written.encode()))[0])["k"]
        assert [one for one, other in zip(texts, read, strict=True) if one != other] == []


@pytest.mark.parametrize(
    "path", sorted(SAMPLES, key=lambda path: path.stat().st_size)[:12], ids=our.sample_id
)
def test_all_readers_take_the_samples_alike(path: Any) -> None:
    text = path.read_text("utf-8")
    value = strict.read(text)[0]
    assert yaml_rs.loads(text, parse_datetime=False) == value
    assert ruamel(text) == ruamel(text, "rt") == [value]


# any text

TABLE = (
    *(f"k: {word}\n" for word in our.YAML_WORDS),
    *(f"{word}: v\n" for word in our.YAML_WORDS),
    *(f"- {word}\n" for word in our.YAML_WORDS),
    *(f"k: {mark}\n" for mark in our.YAML_MARKS),
    *(f"k: [{mark}]\n" for mark in our.YAML_MARKS),
    *(f"k: 甲{odd}乙\n" for odd in (*our.UNUSUAL_CHARACTERS, *our.HIDDEN_CHARACTERS)),
    *(f"k: '甲{odd}乙'\n" for odd in (*our.UNUSUAL_CHARACTERS, *our.HIDDEN_CHARACTERS)),
    *("a: 1\na: 2\n", "{a: 1, a: 2}", "a: {b: 1, 'b': 2}\n", "a: &x 1\nb: *x\n", "b: *x\n"),
    *("a: &x {b: c}\nd:\n  <<: *x\n", "<<: {a: b}\n", "a: &a [*a]\n", "a: &x b\n"),
    *("k: !!python/name:os.system ''\n", "k: !!python/object/apply:os.system [ls]\n", "k: !x y\n"),
    *("k: !!str 1\n", "k: !!int '1'\n", "k: !!binary aGk=\n", "k: !!set {a, b}\n", "k: ! 1\n"),
    *("k:\tv\n", "k: v\t\n", "\tk: v\n", "k:\n\t- v\n", "k: v\t# c\n", "k: [a,\tb]\n", "- \ta\n"),
    *("k: v\r\nj: w\r\n", "k: v\rj: w\r", "k: 'a\r\n  b'\n", "k: |\r\n  a\r\n  b\r\n"),
    *("\ufeffk: v\n", "k: v\n\ufeff", "k: v\n---\nj: w\n", "k: v\n...\nj: w\n", "--- a\n--- b\n"),
    *("", "\n", " ", "# c\n", "---\n", "...\n", "--- # c\n", "null\n", "k: v", "  k: v\n"),
    *("1: a\n", "1.5: a\n", "true: a\n", "null: a\n", ": a\n", "[a, b]: c\n", "{a: b}: c\n"),
    *("? a\n: b\n", "? a\n", "? [a]\n: b\n", "? |\n a\n: b\n", "? a:\n  - b: c\n", "{? a, b: c}\n"),
    *(
        "%YAML 1.1\n---\nk: no\n",
        "%YAML 1.2\n---\nk: v\n",
        "%X y\n---\nk: v\n",
        "%TAG ! x:\n---\nk: v\n",
    ),
    *(
        "键：值\n",
        "k:v\n",
        "k :v\n",
        "k : v\n",
        '"k":v\n',
        '{"k":v}\n',
        "{k:v}\n",
        "[k: v]\n",
        "[a:b]\n",
    ),
    *(
        "k: a b\n",
        "k: a\n  b\n",
        "k: a\n\n  b\n",
        "k:\n  a\n  b\n",
        "a\nb\n",
        "'a\n b': c\n",
        "a\n b: c\n",
    ),
    *(
        "k: |\n  a\n",
        "k: |-\n  a\n",
        "k: |+\n  a\n\n",
        "k: >\n  a\n  b\n\n  c\n",
        "k: |2\n   a\n",
        "k: >-\n\n  a\n",
    ),
    *(
        'k: "a\\\n  b"\n',
        'k: "\\x41\\u4e00\\U0001F600"\n',
        'k: "\\0"\n',
        'k: "\\/"\n',
        'k: "\\L"\n',
    ),
    *('k: "\\ud800"\n', 'k: "\\ud83d\\ude00"\n', 'k: "\\q"\n', "k: 'a\n", 'k: "a\n', "k: 'a' b\n"),
    *(
        "k: [a, b,]\n",
        "k: [, a]\n",
        "k: [a b, c]\n",
        "k: {a, b}\n",
        "k: {a: b,}\n",
        "k: [a]b\n",
        "k: ]\n",
    ),
    *(
        "k:\n- a\n-\n- c\n",
        "k:\n- a\n - b\n",
        "k:\n  - a\n - b\n",
        "- - a\n  - b\n",
        "-a\n",
        "k: - a\n",
    ),
    *("k: #x\n", "k: a #x\n", "k: a#x\n", "#x\nk: a\n#y\n", "k:\n# x\n- a\n", "k: 'a #b' # c\n"),
    *(
        "a: b: c\n",
        "a:\n b: c\n  d: e\n",
        "a: b\n c: d\n",
        "a: b\n  c\n",
        "a:\n- b\nc: d\n",
        "a: b\nc\n",
    ),
    *(
        "k: 9" + "9" * 400 + ".5\n",
        "k: 1e400\n",
        "k: -" + "1" * 30 + "\n",
        "k: 0.1000000000000000055\n",
    ),
    *("k: " + "[" * 70 + "]" * 70 + "\n", "a" * 2000 + ": b\n", "k: " + "a" * 2000 + "\n"),
)
"""What parsers of YAML were found to read differently."""


@pytest.mark.parametrize("text", sorted(set(TABLE)))
def test_odd_yaml_is_refused_or_read_as_ruamel_reads_it(text: str) -> None:
    assert_refused_or_agreed(text)


def assert_refused_or_agreed(text: str) -> None:
    mine = accepted(text)
    if mine is None:
        return
    try:
        theirs = ruamel(text)
    except (YAMLError, ValueError) as error:
        raise AssertionError(f"only ours takes {text!r}, as {mine[0]!r}: {error}") from error
    assert len(theirs) <= 1
    assert agree(mine[0], theirs[0] if theirs else None), (mine[0], theirs)


@MANY
@given(our.yaml_soup())
def test_yaml_soup_is_refused_or_read_as_ruamel_reads_it(text: str) -> None:
    assert_refused_or_agreed(text)


CANONICAL = st.one_of(
    our.DOCS.map(emit),
    st.sampled_from(SAMPLES).map(lambda path: path.read_text("utf-8")[:700]),
)


@MANY
@given(our.mutated(CANONICAL))
def test_mutated_canonical_text_is_refused_or_read_as_ruamel_reads_it(text: str) -> None:
    assert_refused_or_agreed(text)


@MANY
@given(our.mutated(CANONICAL) | our.yaml_soup(*our.BLOCK_TEXT_PIECES))
def test_the_quick_and_the_strict_reader_never_differ(text: str) -> None:
    """What is found canonical is what the strict reader reads, and it writes itself again."""
    mine = accepted(text)
    try:
        slow = strict.read(decode(text.encode()))[0]
    except YamlRefusedError:
        assert mine is None
        return
    assert mine is not None
    assert repr(mine[0]) == repr(slow)
    if mine[1]:
        assert emit(cast("Doc", mine[0])) == text


@MANY
@given(our.yaml_soup(*our.BLOCK_TEXT_PIECES))
def test_block_texts_are_read_as_ruamel_reads_them_where_it_does(text: str) -> None:
    """libyaml takes some headers and indents of block texts that ruamel refuses; no value differs."""
    mine = accepted(text)
    try:
        theirs = ruamel(text)
    except (YAMLError, ValueError):
        return
    if mine is not None:
        assert len(theirs) <= 1
        assert agree(mine[0], theirs[0] if theirs else None)


@MANY
@given(our.mutated(CANONICAL) | our.yaml_soup(*our.BLOCK_TEXT_PIECES))
def test_what_can_be_read_can_be_put_in_order_without_change(text: str) -> None:
    """``fmt`` never changes a value."""
    mine = accepted(text)
    if mine is None or not isinstance(mine[0], dict):
        return
    tidy = accepted(emit(mine[0]))
    assert tidy is not None
    assert repr(tidy) == repr((mine[0], True))
