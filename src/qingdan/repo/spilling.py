"""Bytes that memory is too small for: in a file without a name, gone with the process however that ends."""

from __future__ import annotations

import os
from typing import IO
from weakref import finalize


class Spill:
    """Where bytes go; the file is made with the first of them."""

    def __init__(self) -> None:
        """Nothing is there yet."""
        self._file: IO[bytes] | None = None
        self._end = 0

    def put(self, raw: bytes) -> tuple[int, int] | None:
        """Where they are now; None where the disk does not take them."""
        try:
            if self._file is None:
                import tempfile  # little is ever spilt

                self._file = tempfile.TemporaryFile(prefix="qingdan-", buffering=0)  # noqa: SIM115 closed with this
                finalize(self, self._file.close)
            os.pwrite(self._file.fileno(), raw, self._end)
        except OSError:
            return None
        spot = (self._end, len(raw))
        self._end += len(raw)
        return spot

    def get(self, spot: tuple[int, int]) -> bytes:
        """What was put there."""
        start, length = spot
        return os.pread(self._file.fileno(), length, start) if self._file else b""
