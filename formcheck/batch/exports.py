"""Files for other programs, made of stored results and tracks: no recording is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formcheck.batch.index import Record
from formcheck.batch.pool import in_order
from formcheck.batch.rows import DamagedResultError, read_result
from formcheck.batch.storage import Storage
from formcheck.batch.store import folder_of, name_of
from formcheck.errors import SourceError
from formcheck.export.formats import write_export
from formcheck.pose.store import load_track

__all__ = ["write_exports"]


@dataclass(frozen=True, slots=True)
class _Export:
    """Writes one file; can be called in another process."""

    storage: Storage

    def __call__(self, asked: tuple[str, Record]) -> bool:
        """False where the set cannot be written this way, such as too short a track for a motion file."""
        kind, record = asked
        try:
            report = read_result(self.storage, record.result)
            with self.storage.reading(name_of("track", record.track)) as path:
                track = load_track(path)
            with self.storage.writing(name_of(kind, record.result)) as path:
                write_export(kind, report, track, path)
        except (SourceError, DamagedResultError):
            return False
        return True


def write_exports(storage: Storage, records: Iterable[Record], kinds: Sequence[str], workers: int) -> int:
    """Write what is not there yet, for every result and each of ``kinds`` ("trc", "mot", "c3d").

    Returns:
        How many files could not be made of their set.

    Raises:
        NoSpaceError, OutputError: they cannot be written.
    """
    there = set().union(*(storage.names(folder_of(kind)) for kind in kinds))
    asked = [
        (kind, record)
        for record in records
        if record.result and not record.duplicate_of
        for kind in kinds
        if name_of(kind, record.result) not in there
    ]
    return sum(not made for made in in_order(_Export(storage), asked, workers))
