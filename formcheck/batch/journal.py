"""What was tried with which outcome, one line an attempt: lets a run go on without asking every file again.

The stored results are the truth, the journal only remembers them: without it a run goes on all the same, but
reads every recording once to know it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from formcheck.batch.plan import Entry
from formcheck.batch.sources import Stamp
from formcheck.batch.storage import LocalStorage, Storage, telling_full

__all__ = ["Attempt", "Journal", "identity", "read_journal"]

FOLDER: Final = "journal"
_LINES_A_PART: Final = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one recording.

    Attributes:
        id: of the recording and what it was scored as, see `identity`.
        content: sha256 of the recording; empty when it could not be read.
        result: key of the stored result; empty when it failed.
        kind, reason: why it failed, as a word and as a sentence without file names.
        retryable: the recording is not to blame for certain; the next run tries again.
        scored: False where the result was there already.
        frames: how many were read, for the rates that are shown.
        film: it has pictures to draw on; False for a stored track.
    """

    id: str
    stamp: Stamp | None
    content: str = ""
    result: str = ""
    kind: str = ""
    reason: str = ""
    retryable: bool = False
    scored: bool = True
    frames: int = 0
    film: bool = True

    @property
    def failed(self) -> bool:
        return not self.result


def identity(entry: Entry, secret: bytes = b"") -> str:
    """Names a recording and what it is scored as, without telling either; ``secret`` keeps names from being guessed."""
    said = json.dumps([entry.path, entry.exercise, entry.side, entry.mirrored])
    return blake2b(said.encode(), key=secret[:64], digest_size=12).hexdigest()


def read_journal(storage: Storage) -> dict[str, Attempt]:
    """The last attempt at each recording; a line that a power cut left half-written is passed over."""
    last: dict[str, Attempt] = {}
    for name in sorted(storage.names(FOLDER)):
        for line in storage.read(name).splitlines():
            attempt = _parsed(line)
            if attempt is not None:
                last[attempt.id] = attempt
    return last


def _parsed(line: bytes) -> Attempt | None:
    try:
        known: Any = json.loads(line)
        if not isinstance(known, dict) or not isinstance(known.get("id"), str):
            return None
        stamp = known.pop("stamp")
        return Attempt(stamp=Stamp(*stamp) if stamp else None, **known)
    except (ValueError, TypeError, KeyError):
        return None


class Journal:
    """Takes down attempts as they end; each run writes parts of its own, so none is ever changed.

    On this machine a line is on the disk when `add` returns. At an address lines go out by the hundred: a
    run that is killed forgets the last ones, and the next finds their results in place.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._part = _next_part(storage.names(FOLDER))
        self._waiting: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._send()

    def add(self, attempt: Attempt) -> None:
        """Take down one attempt. Raises NoSpaceError, OutputError."""
        stamp = attempt.stamp and [attempt.stamp.size_bytes, attempt.stamp.version]
        line = json.dumps({**asdict(attempt), "stamp": stamp}) + "\n"
        if isinstance(self._storage, LocalStorage):
            _append(self._storage.root / f"{FOLDER}/{self._part:06d}.jsonl", line)
            return
        self._waiting.append(line)
        if len(self._waiting) >= _LINES_A_PART:
            self._send()

    def _send(self) -> None:
        if self._waiting:
            self._storage.write(f"{FOLDER}/{self._part:06d}.jsonl", "".join(self._waiting).encode())
            self._part += 1
            self._waiting.clear()


def _append(path: Path, line: str) -> None:
    with telling_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())


def _next_part(names: Iterable[str]) -> int:
    return max((int(Path(name).stem) for name in names if Path(name).stem.isdigit()), default=0) + 1
