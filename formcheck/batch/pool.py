"""Plain work on stored results and tracks, spread over processes and given back in order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Final, TypeVar

from formcheck.batch.errors import WorkersLostError
from formcheck.workers.confine import confine, end_with_parent
from formcheck.workers.settings import WorkerSettings

__all__ = ["in_order"]

_T = TypeVar("_T")
_R = TypeVar("_R")

_CHUNK: Final = 16
_AHEAD: Final = 4
"""Chunks under way for each process: enough to keep it busy, few enough that memory stays flat."""

_WORTH_A_PROCESS: Final = 64
"""A process takes two seconds to start."""


def in_order(function: Callable[[_T], _R], items: Iterable[_T], workers: int) -> Iterator[_R]:
    """The function's results in the order of the items, computed by ``workers`` processes; of few items, here.

    Args:
        function: of a module's top level, or a frozen record that can be called.

    Raises:
        WorkersLostError: a process was killed. Errors of the function come out as they are.
    """
    source = iter(items)
    head = list(islice(source, _WORTH_A_PROCESS))
    if workers == 1 or len(head) < _WORTH_A_PROCESS:
        yield from map(function, head)
        yield from map(function, source)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        try:
            yield from _spread(pool, function, _chunks(head, source), workers)
        except BrokenProcessPool as error:
            raise WorkersLostError("a working process was killed, perhaps for want of memory; try again") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _spread(
    pool: ProcessPoolExecutor, function: Callable[[_T], _R], chunks: Iterator[list[_T]], workers: int
) -> Iterator[_R]:
    under_way: deque[Future[list[_R]]] = deque()
    for chunk in chunks:
        under_way.append(pool.submit(_run, function, chunk))
        if len(under_way) > workers * _AHEAD:
            yield from under_way.popleft().result()
    while under_way:
        yield from under_way.popleft().result()


def _chunks(head: list[_T], rest: Iterator[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(head), _CHUNK):
        yield head[start : start + _CHUNK]
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _run(function: Callable[[_T], _R], chunk: list[_T]) -> list[_R]:
    return [function(item) for item in chunk]


def _begin() -> None:
    confine(WorkerSettings())
    end_with_parent()
