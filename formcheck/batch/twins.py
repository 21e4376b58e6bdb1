"""Recordings that are likely the same file under two names: the second waits until the first is scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

from formcheck.batch.plan import Entry
from formcheck.batch.sources import is_url

__all__ = ["waves"]

_ENDS_BYTES = 1 << 16


def waves(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entries in two waves: first one of each likely content, then those that will find it scored.

    Only files of equal size are looked into, and of these only both ends: a wrong guess costs waiting, or the
    same work done twice, never a result.
    """
    by_size: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_size[entry.stamp.size_bytes if entry.stamp else -1].append(entry)
    first: list[Entry] = []
    second: list[Entry] = []
    for alike in by_size.values():
        seen: set[str] = set()
        for entry in alike:
            likeness = _likeness(entry) if len(alike) > 1 else ""
            (second if likeness in seen else first).append(entry)
            seen.add(likeness)
    return first, second


def _likeness(entry: Entry) -> str:
    if is_url(entry.path):
        return entry.stamp.version if entry.stamp and entry.stamp.version else entry.path
    try:
        with open(entry.path, "rb") as file:  # noqa: PTH123 - names that are no text are paths too
            head = file.read(_ENDS_BYTES)
            file.seek(-min(_ENDS_BYTES, file.seek(0, 2)), 2)
            return blake2b(head + file.read(), digest_size=16).hexdigest()
    except OSError:
        return entry.path
