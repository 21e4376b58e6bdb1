"""A worker: runs tasks in a process of its own, and survives whatever they do to it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Final, Self

from formcheck.atomic import remove_partials
from formcheck.workers.messages import Progress, Ready
from formcheck.workers.process import Ended, WorkerProcess
from formcheck.workers.settings import WorkerSettings
from formcheck.workers.task import (
    CANCELLED,
    DIED,
    MEMORY,
    START,
    TIMEOUT,
    TOO_MUCH_MEMORY,
    Done,
    Failure,
    Outcome,
    Task,
)

__all__ = ["OnProgress", "Worker"]

OnProgress = Callable[[int, int | None], None]
"""Takes frames done, which never fall, and frames expected: None where unknown, more when a second look is needed."""

POLL_S: Final = 0.1
START_S: Final = 600.0
"""Measured 2 s on an idle machine, minutes where many start at once: a slow start is no reason to begin it anew."""

TOO_LONG: Final = "the recording took longer than is allowed here; cut it to one set"
LOST: Final = frozenset({CANCELLED, DIED, MEMORY, START, TIMEOUT})
"""After these the process is gone or not to be trusted."""


class Worker:
    """One process with the pose model warm, for one task at a time.

    A context manager. Not for several threads at once: give each thread a worker of its own.
    """

    def __init__(self, settings: WorkerSettings | None = None) -> None:
        self._settings = settings or WorkerSettings()
        self._start()

    @property
    def pid(self) -> int:
        """Of the present process; another one after it was replaced."""
        return self._process.pid

    def run(
        self,
        task: Task,
        on_progress: OnProgress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Do the task and wait for its outcome; a process that dies, hangs or is cancelled is replaced.

        Args:
            on_progress: called in this thread, about ten times a second.
            cancelled: asked about ten times a second; the task is given up when it says yes.
        """
        if not self._process.is_alive:  # it ended while it had nothing to do; no task was lost
            self._replace()
        outcome: Outcome | None = None
        try:
            outcome = self._attend(task, on_progress, cancelled)
        finally:  # Ctrl-C, or an error in on_progress, leaves a process behind that works for nobody
            if outcome is None or (isinstance(outcome, Failure) and outcome.kind in LOST):
                self._replace_lost(task)
        self._tasks += 1
        if self._tasks >= self._settings.recycle_after_tasks or self._process.rss > self._settings.recycle_above:
            self._replace()
        return outcome

    def close(self) -> None:
        """End the process; harmless when called twice."""
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        self._process = WorkerProcess(self._settings)
        self._partial_tag: str | None = None
        self._tasks = 0

    def _replace(self) -> None:
        self._process.kill()
        self._start()

    def _replace_lost(self, task: Task) -> None:
        """Start anew, and clear away what the old process was writing."""
        tag = self._partial_tag
        self._replace()
        if tag is not None:
            for folder in {path.resolve().parent for path in task.outputs.paths}:
                remove_partials(folder, tag)

    def _attend(self, task: Task, on_progress: OnProgress | None, cancelled: Callable[[], bool] | None) -> Outcome:
        watch = _Watch(self._process, self._settings.memory, cancelled)
        if self._partial_tag is None and (failure := self._await_ready(watch)) is not None:
            return failure
        try:
            return self._await_outcome(task, watch, on_progress)
        except Ended as ended:
            return _death(ended.code)

    def _await_ready(self, watch: _Watch) -> Failure | None:
        """None when it is ready; whatever else happens now, the recording has no part in it."""
        try:
            ready = watch.next_message(monotonic() + START_S)
        except Ended as ended:
            return _unstarted(f"ended {_how(ended.code)} before it was ready")
        if isinstance(ready, Failure):
            return ready if ready.kind == CANCELLED else _unstarted(_WHY_UNSTARTED[ready.kind])
        assert isinstance(ready, Ready), "a process says that it is ready before anything else"
        self._partial_tag = ready.partial_tag
        return None

    def _await_outcome(self, task: Task, watch: _Watch, on_progress: OnProgress | None) -> Outcome:
        self._process.send(task)
        deadline_s = monotonic() + task.timeout_s
        while isinstance(message := watch.next_message(deadline_s), Progress):
            if on_progress is not None:
                on_progress(message.done, message.expected)
        assert not isinstance(message, Ready), "a process is ready once"
        return message


class _Watch:
    """Waits for a process's next word, and gives up when it takes too long, too much, or nobody wants it."""

    def __init__(self, process: WorkerProcess, memory: int, cancelled: Callable[[], bool] | None) -> None:
        self._process = process
        self._memory = memory
        self._cancelled = cancelled

    def next_message(self, deadline_s: float) -> Ready | Progress | Done | Failure:
        """Raises Ended."""
        while (message := self._process.receive(POLL_S)) is None:
            if (reason := self._reason_to_stop(deadline_s)) is not None:
                return reason
        return self._reason_to_stop(deadline_s) or message if isinstance(message, Progress) else message

    def _reason_to_stop(self, deadline_s: float) -> Failure | None:
        if self._cancelled is not None and self._cancelled():
            return Failure(CANCELLED, "the task was cancelled", retryable=False)
        if monotonic() > deadline_s:
            return Failure(TIMEOUT, TOO_LONG, retryable=False)
        if self._process.rss > self._memory:
            return Failure(MEMORY, TOO_MUCH_MEMORY, retryable=False)
        return None


_WHY_UNSTARTED: Final = {
    TIMEOUT: f"was not ready after {START_S:.0f} s; this machine has too much to do",
    MEMORY: "needs more memory to start than it may use",
}


def _unstarted(why: str) -> Failure:
    return Failure(START, f"the process that scores recordings {why}", retryable=True)


def _death(code: int | None) -> Failure:
    """Why a process ended on its own."""
    if _how(code) == "by SIGXCPU":
        return Failure(TIMEOUT, "the recording took more processor time than is allowed here", retryable=False)
    return Failure(DIED, f"the process that read the recording ended {_how(code)}", retryable=True)


def _how(code: int | None) -> str:
    return f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with code {code}"
