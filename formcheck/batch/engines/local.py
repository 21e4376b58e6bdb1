"""The engine of one machine: spawned processes, each with the pose model loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import takewhile
from queue import Empty, SimpleQueue
from threading import Event
from types import TracebackType
from typing import Self

from formcheck.batch.engines.base import Watch
from formcheck.batch.journal import Attempt
from formcheck.batch.work import Job, Work, score_recording
from formcheck.workers.worker import OnProgress, Worker

__all__ = ["LocalEngine"]


class LocalEngine:
    """``workers`` processes, made when first needed, each looked after by a thread of this one."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._idle: SimpleQueue[Worker] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._idle.empty():
            self._idle.get().close()

    def run(self, job: Job, works: Iterator[Work], watch: Watch) -> Iterator[Attempt]:
        """See `formcheck.batch.engines.base.Engine`."""
        cancel = Event()
        under_way: set[Future[Attempt | None]] = set()
        with ExitStack() as ending:
            threads = ending.enter_context(ThreadPoolExecutor(self._workers, thread_name_prefix="batch"))
            ending.callback(cancel.set)  # runs first: what is under way when the iterator is closed is given up
            for work in takewhile(lambda _: not watch.stop.is_set(), works):
                under_way.add(threads.submit(self._score, job, work, watch, cancel))
                if len(under_way) > self._workers:  # one more than there are workers, so that none waits for us
                    ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    yield from _attempts(ended)
            while under_way:
                ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from _attempts(ended)

    def _score(self, job: Job, work: Work, watch: Watch, cancel: Event) -> Attempt | None:
        """Score with a free worker; None when the run was stopped before its turn came."""
        if cancel.is_set() or watch.stop.is_set():
            return None
        worker = self._free_worker()
        try:
            return score_recording(job, work, worker, _counting(watch), cancel.is_set)
        finally:
            self._idle.put(worker)

    def _free_worker(self) -> Worker:
        try:
            return self._idle.get_nowait()
        except Empty:
            return Worker()


def _attempts(ended: set[Future[Attempt | None]]) -> Iterator[Attempt]:
    for future in sorted(ended, key=lambda future: future.exception() is not None):  # what went well is not lost
        attempt = future.result()
        if attempt is not None:
            yield attempt


def _counting(watch: Watch) -> OnProgress:
    seen = 0

    def on_progress(done: int, _: int | None) -> None:
        nonlocal seen
        watch.on_frames(done - seen)
        seen = done

    return on_progress
