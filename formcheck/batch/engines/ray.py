"""The engine of a cluster: Ray carries paths out and attempts back, recordings stay where they are stored.

One task a recording. A node that is lost gives its recordings to others; what it had stored already is found
there and not scored again.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from types import TracebackType
from typing import Any, Final, Self

from formcheck.batch.engines.base import Watch
from formcheck.batch.journal import Attempt
from formcheck.batch.store import Keys
from formcheck.batch.work import Job, Work, score_recording
from formcheck.errors import FormcheckError, UsageError
from formcheck.pose.model_store import find_model
from formcheck.workers.task import DIED
from formcheck.workers.worker import Worker

__all__ = ["RayEngine"]

MAX_RETRIES: Final = 5
"""How often a recording is begun anew after its node or process was lost."""

WAIT_S: Final = 1.0


class RayEngine:
    """Runs recordings on the Ray cluster at ``address``: ``HOST:6379``, ``auto``, or ``local`` to start one here.

    Raises:
        UsageError: Ray is not installed, there is no cluster at the address, or it refuses our token.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> Self:
        try:
            import ray
        except ImportError as error:
            raise UsageError("--ray needs Ray, which is not installed: pip install 'formcheck[cluster]'") from error
        try:
            _knock(self._address)
            ray.init(address=self._address, log_to_driver=False, logging_level="ERROR")
        except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
            why = " ".join(str(error).split())
            raise UsageError(
                f"no Ray cluster can be used at '{self._address}' ({why}): it has to run, with the token that"
                " is set here; see docs/cluster.md"
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import ray

        ray.shutdown()

    def run(self, job: Job, works: Iterator[Work], watch: Watch) -> Iterator[Attempt]:
        """See `formcheck.batch.engines.base.Engine`."""
        import ray

        score = ray.remote(num_cpus=1, max_retries=MAX_RETRIES)(_score)
        shared = ray.put(job)
        under_way: dict[Any, Work] = {}
        try:
            for work in takewhile(lambda _: not watch.stop.is_set(), works):
                under_way[score.remote(shared, work)] = work
                while len(under_way) >= _places():
                    yield from self._ended(under_way, watch)
            while under_way:
                yield from self._ended(under_way, watch)
        finally:
            for task in under_way:
                ray.cancel(task, force=True)

    def _ended(self, under_way: dict[Any, Work], watch: Watch) -> Iterator[Attempt]:
        """The attempts that ended meanwhile; none after a second, so that a stop is noticed."""
        import ray

        ended, _ = ray.wait(list(under_way), num_returns=1, timeout=WAIT_S)
        for task in ended:
            attempt = _result(task, under_way.pop(task))
            watch.on_frames(attempt.frames)
            yield attempt


def _knock(address: str) -> None:
    """Raises OSError when nobody listens at ``HOST:PORT``; Ray itself would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), timeout=WAIT_S * 5).close()


def _places() -> int:
    """How many tasks may be under way: one for each processor that the cluster has now, and some in waiting."""
    import ray

    processors = int(ray.cluster_resources().get("CPU", 1))
    return processors + processors // 4 + 1


def _result(task: Any, work: Work) -> Attempt:
    import ray

    try:
        outcome = ray.get(task)
    except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError):
        reason = f"the machine that read the recording was lost {MAX_RETRIES + 1} times"
        return Attempt(work.id, work.stamp, kind=DIED, reason=reason, retryable=True)
    if isinstance(outcome, FormcheckError):
        raise outcome
    assert isinstance(outcome, Attempt)
    return outcome


def _score(job: Job, work: Work) -> Attempt | FormcheckError:
    """Runs on the node; an error that ends the whole run is carried home as it is."""
    try:
        _check_same(job)
        return score_recording(job, work, _worker())
    except FormcheckError as error:
        return error


@cache
def _worker() -> Worker:
    """This process's one worker, with the pose model loaded once; Ray keeps the process for the next task."""
    return Worker()


def _check_same(job: Job) -> None:
    """Make sure that this node gives what the keys promise: the same model, checkers and limits."""
    if Keys.of(set(job.keys.scoring.exercises), job.limits, _model_sha256()) != job.keys:
        raise UsageError("a node has another version of formcheck or of the pose model; install the same everywhere")


@cache
def _model_sha256() -> str:
    return find_model().sha256
