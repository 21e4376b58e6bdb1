"""Files for other programs, made of stored results and tracks: no recording is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from formcheck.batch.index import Record
from formcheck.batch.pool import in_order
from formcheck.batch.storage import Storage
from formcheck.batch.store import folder_of, name_of
from formcheck.batch.stored import DamagedError, read_result, read_track
from formcheck.errors import SourceError
from formcheck.export.formats import write_export

__all__ = ["write_exports"]


@dataclass(frozen=True, slots=True)
class _Export:
    """Writes one file; can be called in another process."""

    storage: Storage

    def __call__(self, asked: tuple[str, Record]) -> str:
        """Why the set cannot be written this way, such as too short a track for a motion file; else empty."""
        kind, record = asked
        try:
            report = read_result(self.storage, record.result)
            track = read_track(self.storage, record.track)
            with self.storage.writing(name_of(kind, record.result)) as path:
                write_export(kind, report, track, path)
        except (SourceError, DamagedError) as error:
            return f"{kind}: {error}"
        return ""


def write_exports(storage: Storage, records: Iterable[Record], kinds: Sequence[str], workers: int) -> Mapping[str, int]:
    """Write what is not there yet, for every result and each of ``kinds``, which are of `store.EXPORTS`.

    Returns:
        Why files could not be made of their set, with how many.

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
    return Counter(filter(None, in_order(_Export(storage), asked, workers)))
