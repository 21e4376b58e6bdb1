"""The worker process: made warm once, then one task after another until the pipe closes."""

from __future__ import annotations

from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING, Final

from formcheck.atomic import PARTIAL_TAG
from formcheck.workers.confine import allow_cpu, confine, end_with_parent
from formcheck.workers.messages import Progress, Ready
from formcheck.workers.settings import WorkerSettings

if TYPE_CHECKING:
    from formcheck.workers.task import Task

__all__ = ["main"]

PROGRESS_EVERY_S: Final = 0.1


def main(pipe: Connection, settings: WorkerSettings) -> None:
    """Serve tasks from ``pipe``. Everything heavy is imported after the limits are set."""
    confine(settings)
    end_with_parent()
    from formcheck.workers.perform import perform
    from formcheck.workers.warm import warm_up

    warm_up()
    pipe.send(Ready(PARTIAL_TAG))
    while (task := _next(pipe)) is not None:
        allow_cpu(task.timeout_s)
        pipe.send(perform(task, _Reporter(pipe)))


def _next(pipe: Connection) -> Task | None:
    try:
        task: Task | None = pipe.recv()
    except EOFError:
        return None
    return task


class _Reporter:
    """Sends progress, not more often than anybody looks."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._next_s = 0.0

    def __call__(self, done: int, expected: int | None) -> None:
        now_s = monotonic()
        if now_s >= self._next_s or done == expected:
            self._next_s = now_s + PROGRESS_EVERY_S
            self._pipe.send(Progress(done, expected))
