"""Decode in the background while the frame before is being looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["read_ahead"]

T = TypeVar("T")


def read_ahead(source: Iterable[T], depth: int = 8) -> Iterator[T]:
    """The items of ``source`` in order, up to ``depth`` of them fetched ahead by a thread.

    An error of the source is raised here, at its place in the order. When the consumer leaves
    early (break, an error, Ctrl-C) the fetch under way is waited for and the thread ends.
    """
    items = iter(source)
    end = object()
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")
    try:
        ahead = deque(worker.submit(next, items, end) for _ in range(depth))
        while (item := ahead.popleft().result()) is not end:
            ahead.append(worker.submit(next, items, end))
            yield item  # type: ignore[misc]
    finally:
        worker.shutdown(cancel_futures=True)
