"""The peers: other validators of YAML by a schema, pinned, installed below ``build/``, and proven before they are timed.

Each does the schema alone. Its time counts only after it was seen to accept good files and to refuse a planted fault.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from deriving import ruleset, yamale
from generate import generate
from timing import Command, FailedError, run

from qingdan.core.schema import Schemas
from qingdan.repo import resources

PINS = Path(__file__).parent / "peers"
_REFUSED = 40
"""Fewer items than this are enough to see whether a peer accepts and refuses."""


class MissingError(Exception):
    """A peer that cannot be measured here; says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A validator: its name, what it is installed by, and its words for the folder with the list files."""

    name: str
    room: str
    words: Callable[[Path, Path], Sequence[str]]


def _files(folder: Path) -> list[str]:
    return sorted(map(str, folder.glob("*.yaml")))


def _ajv(room: Path, folder: Path) -> list[str]:
    words = ["--spec=draft7", "--strict=false", "-c", "ajv-formats", "-s"]
    program = str(room / "node" / "node_modules" / ".bin" / "ajv")
    return [program, "validate", *words, str(room / "schema.json"), "-d", f"{folder}/*.yaml"]


def _spectral(room: Path, folder: Path) -> list[str]:
    program = str(room / "node" / "node_modules" / ".bin" / "spectral")
    words = ["lint", "-q", "--ignore-unknown-format", "-r", str(room / "ruleset.json")]
    return [program, *words, *_files(folder)]


def _check_jsonschema(room: Path, folder: Path) -> list[str]:
    program = str(room / "python" / "bin" / "check-jsonschema")
    return [program, "--schemafile", str(room / "schema.json"), *_files(folder)]


def _yamale(room: Path, folder: Path) -> list[str]:
    program = str(room / "python" / "bin" / "yamale")
    return [program, "-n", "auto", "-s", str(room / "schema.yaml"), str(folder)]


PEERS = (
    Peer("check-jsonschema", "python", _check_jsonschema),
    Peer("ajv", "node", _ajv),
    Peer("yamale", "python", _yamale),
    Peer("spectral", "node", _spectral),
)


@dataclass(eq=False)
class Peers:
    """The peers below a folder, installed when the first of their kind is asked for."""

    folder: Path
    reasons: dict[str, str] = field(default_factory=dict)

    def command(self, name: str, lists: Path) -> Command:
        """How a peer checks the files of a folder; MissingError where it is not to be had or cannot tell good from bad."""
        peer = next(peer for peer in PEERS if peer.name == name)
        if name not in self.reasons:
            self.reasons[name] = self._proof(peer)
        if self.reasons[name]:
            raise MissingError(self.reasons[name])
        return Command(peer.words(self.folder, lists))

    @cache  # noqa: B019 one object lives as long as the process
    def _installed(self, room: str) -> str:
        """Install what is pinned, unless it is there; why it could not be done, or nothing."""
        schema = Schemas(resources.schema_texts())["powers"]
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, document in (("schema.json", schema.document), ("ruleset.json", ruleset(schema))):
            (self.folder / name).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        (self.folder / "schema.yaml").write_text(yamale(schema), "utf-8")
        return _node(self.folder / room) if room == "node" else _python(self.folder / room)

    def _proof(self, peer: Peer) -> str:
        """Why a peer does not count, or nothing: it accepts good files and refuses each planted fault."""
        reason = self._installed(peer.room)
        if reason:
            return reason
        try:
            run(Command(peer.words(self.folder, self.trial / "good")))
        except FailedError as error:
            print(error, file=sys.stderr)
            return "没有通过无误的文件"
        for fault in ("missing", "wrong"):
            try:
                run(Command(peer.words(self.folder, self.trial / fault)))
            except FailedError:
                continue
            return "没有查出植入的错误"
        return ""

    @cached_property
    def trial(self) -> Path:
        """Folders with list files: ``good``; with a required field ``missing``; with a ``wrong`` word where few are allowed."""
        place = self.folder / "trial"
        shutil.rmtree(place, ignore_errors=True)
        generate(place / "district", _REFUSED)
        good = place / "district" / "lists" / "powers"
        for fault, old, new in (
            ("good", "", ""),
            ("missing", "  state: 在用\n", ""),
            ("wrong", "  state: 在用\n", "  state: 在办\n"),
        ):
            shutil.copytree(good, place / fault)
            last = max((place / fault).glob("*.yaml"))
            last.write_text(last.read_text("utf-8").replace(old, new, 1), "utf-8")
        return place

    def versions(self) -> dict[str, str]:
        """The version of each peer that is pinned."""
        pins = (PINS / "requirements.lock").read_text("ascii").split()
        found = dict(pin.split("==") for pin in pins if "==" in pin)
        node = json.loads((PINS / "package.json").read_text("ascii"))["dependencies"]
        known = {
            name.removeprefix("@stoplight/").removesuffix("-cli"): v for name, v in node.items()
        }
        known |= found
        return {peer.name: known[peer.name] for peer in PEERS}


def _python(room: Path) -> str:
    lock = PINS / "requirements.lock"
    if _stamped(room, lock):
        return ""
    print("安装 check-jsonschema、yamale …", file=sys.stderr)
    shutil.rmtree(room, ignore_errors=True)
    pip = [
        str(room / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    done = _done([sys.executable, "-m", "venv", str(room)]) and _done(
        [*pip, "--require-hashes", "-r", str(lock)]
    )
    return _stamp(room, lock) if done else "没有装上（pip 未成功）"


def _node(room: Path) -> str:
    lock = PINS / "package-lock.json"
    if shutil.which("npm") is None:
        return "本机没有 npm"
    if _stamped(room, lock):
        return ""
    print("安装 ajv、spectral …", file=sys.stderr)
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    for name in ("package.json", lock.name):
        shutil.copy(PINS / name, room)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return _stamp(room, lock) if _done(words, room) else "没有装上（npm ci 未成功）"


def _done(words: Sequence[str], folder: Path | None = None) -> bool:
    return subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode == 0


def _stamped(room: Path, lock: Path) -> bool:
    """Whether what this lock pins was installed there to the end."""
    stamp = room / "installed"
    return stamp.is_file() and stamp.read_text("ascii") == sha256(lock.read_bytes()).hexdigest()


def _stamp(room: Path, lock: Path) -> str:
    (room / "installed").write_text(sha256(lock.read_bytes()).hexdigest(), "ascii")
    return ""
