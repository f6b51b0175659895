"""Versions of lists in pieces, against the same versions read as a whole; long histories, against their commits one by one."""

from __future__ import annotations

import random
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import commit, git, put
from qingdan.core.adjustments.differences import item_changes
from qingdan.core.build import items_of
from qingdan.core.history.pieces import Cutter
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.desk.history.blobs import Blobs
from qingdan.desk.history.commits import History
from qingdan.desk.history.stepping import applicant
from qingdan.desk.opening import open_workspace
from qingdan.model.errors import CannotAnswerError, YamlRefusedError
from qingdan.repo import resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.items import Item
    from qingdan.model.values import Doc

SCHEMAS = Schemas(resources.schema_texts())
POWERS = SCHEMAS["powers"]
PATH = "lists/powers/JS-JB.yaml"
SOUND = (resources.folder("lists") / "jinshui" / PATH).read_bytes()
SNIPPETS = (
    b"- code: JS-JB-QR-001\n",
    b"items:\n",
    b"\nitems:\n- ",
    b"unit: JS-YJ\n",
    b"- - a\n",
    b"- \n",
    b"-\n",
    b"- code: 'no'\n  name: x\n",
    b"# note\n",
    b"  name: &a x\n",
    b"  name: *a\n",
    b"---\n",
    b"...\n",
    b"\t",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xe2\x80\xa8",
    b"  - - - -\n",
    b"? a\n",
    b'  name: "a\\u0009b"\n',
    b"  name: >\n    a\n",
    b"  code: JS-JB-QR-009\n",
)


def whole(raw: bytes) -> Doc | None:
    """The file read at once, as it was before there were pieces."""
    try:
        value = reading.read(raw, POWERS.layout).value
    except YamlRefusedError:
        return None
    return cast("Doc", value) if POWERS.accepts(value) else None


def items(raw: bytes) -> list[Item]:
    document = whole(raw)
    return items_of(PATH, document) if document else []


def in_pieces(cutter: Cutter, raw: bytes) -> list[Item] | None:
    version = cutter.cut(raw, "powers", POWERS)
    if version is None:
        return None
    assert version.text == raw
    lines = frozenset(piece.line for piece in version.pieces)
    found = list(cutter.items(version, PATH, lines))
    assert [piece.code for piece in version.pieces] == [item.code for item in found]
    return found


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """A list file after some edits: lines taken, doubled, moved, replaced by what is hostile."""
    lines = SOUND.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "double", "move", "insert", "replace", "split"))):
            case "drop":
                del lines[place]
            case "double":
                lines.insert(place, lines[place])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
            case "insert":
                lines.insert(place, draw(st.sampled_from(SNIPPETS)))
            case "replace":
                lines[place] = draw(st.sampled_from(SNIPPETS))
            case _:
                half = draw(st.integers(0, len(lines[place])))
                snippet = draw(st.sampled_from(SNIPPETS))
                lines[place] = lines[place][:half] + snippet + lines[place][half:]
        lines = lines or [b"\n"]
    return b"".join(lines)


@settings(max_examples=400, deadline=None)
@given(edited())
def test_a_file_that_is_cut_holds_what_it_holds_as_a_whole(raw: bytes) -> None:
    cutter = Cutter()
    assert in_pieces(cutter, SOUND) == items(SOUND)
    found = in_pieces(cutter, raw)
    if found is not None:
        assert whole(raw) is not None
        assert found == items(raw)


@pytest.mark.parametrize("path", sorted((resources.folder("lists")).glob("*/lists/*/*.yaml")))
def test_every_list_of_the_samples_is_cut(path: Path) -> None:
    name = path.parent.name
    raw = path.read_bytes()
    version = Cutter().cut(raw, name, SCHEMAS[name])
    assert (version.text if version else b"") == (b"" if b"\nitems: []\n" in raw else raw)


def test_a_file_of_another_list_is_not_believed() -> None:
    cutter = Cutter()
    assert cutter.cut(SOUND, "powers", POWERS)
    assert cutter.cut(SOUND, "fees", SCHEMAS["fees"]) is None


def test_versions_differ_in_pieces_as_they_do_as_a_whole(small: Path) -> None:
    """Items edited, moved to another unit, doubled, reordered, gone; files that cannot be cut on either side."""
    chunks = SOUND.removesuffix(b"\n").partition(b"\nitems:\n- ")[2].split(b"\n- ")
    chance = random.Random(7)
    git(small, "init", "-q")
    blobs = Blobs(open_workspace(small))
    versions = [_version(chance, chunks) for _ in range(60)]
    ids = [_kept(small, raw) for raw in versions]
    uncut = 0
    for (old, old_id), (new, new_id) in pairwise(zip(versions, ids, strict=True)):
        sides = blobs.sides([(PATH, old_id)], [(PATH, new_id)])
        assert item_changes(*sides) == item_changes(items(old), items(new))
        uncut += not in_pieces(Cutter(), new)
    assert 5 < uncut < 40


def _version(chance: random.Random, chunks: list[bytes]) -> bytes:
    kept = [chunk for chunk in chunks if chance.random() < 0.9] or chunks
    kept = [c.replace("科".encode(), "室".encode()) if chance.random() < 0.2 else c for c in kept]
    kept += [kept[0]] if chance.random() < 0.2 else []
    chance.shuffle(kept)
    unit = chance.choice((b"JS-JB", b"JS-JB", b"JS-YJ"))
    raw = b"list: powers\nunit: " + unit + b"\nitems:\n- " + b"\n- ".join(kept) + b"\n"
    return raw + chance.choice((b"", b"", b"", b"# note\n", b"- 1\n"))


def _kept(folder: Path, raw: bytes) -> str:
    words = ["git", "-C", str(folder), "hash-object", "-w", "--stdin"]
    return subprocess.run(words, input=raw, capture_output=True, check=True).stdout.decode().strip()


def test_a_long_history_is_judged_as_its_commits_one_by_one(small: Path) -> None:
    """So long that it is read in many batches, by all cores: every breach is found, in order."""
    count, bad = 5200, (7, 49, 50, 51, 2600, 5199)
    since = git(small, "rev-parse", "HEAD")
    _import(small, count, bad)
    history = History(open_workspace(small))
    judged, found = history.judge(f"{since}..main")
    assert judged == count
    told = [finding.message.partition("（")[2].partition("）")[0] for finding in found]
    assert told == [f"step {number}" for number in bad]
    assert found == tuple(
        f for number in bad for f in history.judge_one(f"main~{count - 1 - number}")
    )


def _import(folder: Path, count: int, bad: Sequence[int]) -> None:
    """Commits that each change how often one looks in, which is free; some the promised limit, which is not."""
    path = "lists/powers/JS-CG.yaml"
    text = (folder / path).read_text("utf-8")
    limits = ["promised_limit: 6个工作日", "promised_limit: 7个工作日"]
    stream, start = [b""], int(git(folder, "log", "-1", "--format=%ct"))
    for number in range(count):
        if number in bad:
            text = text.replace(limits[0], limits[1])
            limits.reverse()
        body = text.replace("每周巡查一次", f"第{number}次改为每周巡查").encode()
        message = f"step {number}\n".encode()
        stream += [
            b"commit refs/heads/main\ncommitter A <a@example.com> %d +0800\n" % (start + number),
            b"data %d\n%s\n" % (len(message), message),
            b"" if number else b"from refs/heads/main^0\n",
            f"M 100644 inline {path}\n".encode() + b"data %d\n%s\n" % (len(body), body),
        ]
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, input=b"".join(stream), check=True)


def test_what_is_held_has_a_bound_and_nothing_is_lost_by_it(district: Path) -> None:
    opened = open_workspace(district)
    commits = opened.repository.log("HEAD")
    changes = [change for commit in commits for change in commit.changes]
    files = [(c.path, c.after) for c in changes if c.after and c.path.startswith("lists/")]
    roomy, tight = Blobs(opened), Blobs(opened, bound=0)
    tight.load(files)
    tight.load(files[:1])
    assert len(tight) == 1
    for path, blob in files[-40:]:
        assert tight.document(path, blob) == roomy.document(path, blob)


def test_who_brought_many_records_is_found_as_who_brought_each(district: Path) -> None:
    """Of many one log is made, of each one of its own; a record brought twice depends on where one stands."""
    opened = open_workspace(district)
    repository = opened.repository
    paths = [path for _, _, path in repository.entries("HEAD", "ledger/adjustments")][:6]
    twice = paths[0]
    text = (district / twice).read_bytes()
    git(district, "rm", "-q", twice)
    commit(district, "take it away")
    put(district, twice, text)
    git(district, "add", "-A")
    git(district, "-c", "user.email=other@example.com", "commit", "-qm", "bring it again")
    head = repository.resolve("HEAD")
    steps = History(opened).steps
    many = steps.applicants([(head, path) for path in paths], head)
    assert len(many) == 6
    assert many == {(head, path): applicant(repository, head, path) for path in paths}


def test_a_blob_that_is_missing_is_said(small: Path) -> None:
    blobs = open_workspace(small).repository.blobs(["0" * 39 + "1"])
    with pytest.raises(CannotAnswerError, match="缺少对象000000000000"):
        list(blobs)
