"""A worker: claims a job, fetches its recordings, has them scored, stores what came out, finishes the job.

The scoring itself runs in yet another process with limits (`formcheck.workers.worker.Worker`): whatever a hostile
recording does there, this process stays to tell about it. ``python -m api.worker`` is started by `api.supervisor`;
``formcheck worker`` runs one alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import structlog

from api.analyses import Analyses, folder_of
from api.database.engine import Database
from api.database.migrate import migrate, open_database
from api.database.tables import Analysis
from api.errors import MissingFileError, StorageError, StorageFullError
from api.jobs.queue import Claim, JobQueue
from api.jobs.scoring import Scored, Watch, score_clips, store_outputs
from api.jobs.sweeper import delete_videos
from api.logs import set_up_logs
from api.problems import DATABASE_ERRORS, ProblemError
from api.settings import MB, Settings
from api.storage.local import LocalStore
from api.storage.store import open_store
from formcheck.errors import FormcheckError, OutputError
from formcheck.workers.settings import WorkerSettings
from formcheck.workers.task import CANCELLED, START, Failure
from formcheck.workers.worker import Worker

__all__ = ["JobWorker", "check_connections", "main", "run_until_told"]

MIB: Final = 1 << 20

SEEN_EVERY_S: Final = 5.0
BEAT_S: Final = 1.0
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
LONGEST_STORING_PAUSE_S: Final = 4.0
"""Short enough to give the job back in time when the server stops."""

ROOM: Final = 1 / 5
"""Of the room that uploads leave free: with less nothing is begun, so that what comes out can be stored."""

STORAGE: Final = "StorageError"

NOBODYS_FAULT: Final = frozenset((STORAGE, OutputError.__name__, START))
"""What has nothing to do with the recording: tried again, later each time, until it is over."""

T = TypeVar("T")

_log = structlog.get_logger()


class JobWorker:
    """One worker. `run` returns when ``stop`` is set and the job under way is finished or given back."""

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._settings, self._stop = settings, stop
        self._id = str(uuid.uuid4())
        self._database = Database(settings.database_url)
        self._queue = JobQueue(self._database, settings)
        self._seen_at = 0.0

    def run(self) -> None:
        """Work until told to stop. A lost database or store is waited for."""
        settings = self._settings
        self._store = open_store(settings.storage_url, settings.storage_options)
        self._work = LocalStore(settings.data_dir / "work")
        self._analyses = Analyses(self._database, self._store, settings)
        with Worker(WorkerSettings(memory=settings.max_memory_mb * MIB)) as self._scorer:
            self._persistently(lambda: migrate(self._database))
            while not self._stop.is_set():
                if not self._persistently(self._work_once):
                    self._stop.wait(settings.poll_s)
        self._try_once(lambda: self._queue.gone(self._id))
        self._database.dispose()

    def _work_once(self) -> bool:
        """Do the next job, if there is one."""
        if time.monotonic() - self._seen_at > SEEN_EVERY_S:
            self._queue.seen(self._id, busy=False)
            self._seen_at = time.monotonic()
        if not self._queue.anything_due():
            return False
        self._check_room()
        claim = self._queue.claim()
        if claim is None:
            return False
        with structlog.contextvars.bound_contextvars(analysis=claim.analysis_id, attempt=claim.attempt):
            self._do(claim)
        return True

    def _check_room(self) -> None:
        """Raises StorageError where what comes out would find no place: nothing is scored in vain."""
        need_bytes = round(ROOM * self._settings.min_free_mb * MB)
        for place in (self._work, self._store):
            place.check(need_bytes)

    def _do(self, claim: Claim) -> None:
        try:
            analysis = self._analyses.get(claim.analysis_id, None)
        except ProblemError:
            return  # deleted since it was claimed
        watch = Watch()
        with self._heart(claim, watch):
            outcome = self._outcome(claim, analysis, watch)
        held = bool(self._persistently(lambda: self._told(claim, outcome, watch)))
        self._clean_up(claim, held, outcome)

    def _outcome(self, claim: Claim, analysis: Analysis, watch: Watch) -> str | Failure:
        """Where everything that came out lies in the store, or why nothing does."""
        try:
            with self._working_folder(claim) as folder:
                scored = score_clips(analysis, self._scorer, self._store, folder, self._settings, watch)
                if isinstance(scored, Failure):
                    return scored
                return self._stored(scored, f"{folder_of(claim.analysis_id)}/{claim.lease}", watch)
        except MissingFileError as error:
            return Failure("MissingFileError", str(error), retryable=True)
        except StorageError as error:
            return Failure(STORAGE, str(error), retryable=True)

    def _stored(self, scored: Scored, outputs: str, watch: Watch) -> str | Failure:
        """Put everything below ``outputs``, again and again while there is no place: it is not scored anew for that."""
        watch.stage, pause_s = "storing", FIRST_PAUSE_S
        while True:
            try:
                store_outputs(scored, self._store, outputs)
                return outputs
            except StorageError as error:
                watch.stage = "waiting for room" if isinstance(error, StorageFullError) else "waiting for storage"
                _log.warning("storing_put_off", error=type(error).__name__)
            if watch.cancelled():
                return Failure(CANCELLED, "the result could not be stored before the end", retryable=True)
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_STORING_PAUSE_S)

    def _told(self, claim: Claim, outcome: str | Failure, watch: Watch) -> bool:
        """Write the outcome to the queue; whether the job was still ours."""
        if isinstance(outcome, str):
            return self._queue.finish(claim, outcome)
        if outcome.kind == CANCELLED:
            return not watch.lost and self._queue.release(claim)
        if outcome.kind in NOBODYS_FAULT:
            end = self._queue.put_off
        else:
            end = self._queue.retry if outcome.retryable else self._queue.fail
        return end(claim, outcome.kind, outcome.message[:1000])

    def _clean_up(self, claim: Claim, held: bool, outcome: str | Failure) -> None:
        """Delete what nobody will ask for. What fails here is left to the sweeper."""
        done = isinstance(outcome, str)
        _log.info("job_ended", held=held, outcome="done" if isinstance(outcome, str) else outcome.kind)
        if held:
            self._try_once(lambda: delete_videos(self._database, self._store, claim.analysis_id))
        if not (held and done):
            self._try_once(lambda: self._discard(claim))

    def _discard(self, claim: Claim) -> None:
        """This attempt's files; all of them where the analysis is gone."""
        folder = folder_of(claim.analysis_id)
        try:
            self._analyses.get(claim.analysis_id, None)
        except ProblemError:
            self._store.delete_folder(folder)
            return
        self._store.delete_folder(f"{folder}/{claim.lease}")

    @contextmanager
    def _working_folder(self, claim: Claim) -> Iterator[Path]:
        """Named after the lease, so that the sweeper knows when nobody needs it."""
        folder = self._settings.data_dir / "work" / claim.lease
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"there is no place to work in ({error.strerror}); check the disk") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _heart(self, claim: Claim, watch: Watch) -> Iterator[None]:
        """Keep the lease while the block runs; notices when it is lost, and when time is up after a stop."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(claim, watch, over), name="heart", daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()

    def _beat(self, claim: Claim, watch: Watch, over: threading.Event) -> None:
        stopped_at: float | None = None
        while not over.wait(min(BEAT_S, self._settings.lease_s / 4)):
            try:
                if not self._queue.heartbeat(claim, round(watch.progress, 3), watch.stage):
                    watch.lost = True
                    return
                if time.monotonic() - self._seen_at > SEEN_EVERY_S:
                    self._queue.seen(self._id, busy=True)
                    self._seen_at = time.monotonic()
            except DATABASE_ERRORS:
                _log.warning("heartbeat_put_off")
            if self._stop.is_set():
                stopped_at = stopped_at or time.monotonic()
                watch.out_of_time = time.monotonic() - stopped_at > self._settings.drain_s

    def _persistently(self, step: Callable[[], T]) -> T | None:
        """Do the step again and again while the database is lost; None when told to stop meanwhile."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return step()
            except (*DATABASE_ERRORS, StorageError) as error:
                _log.warning("waiting", error=type(error).__name__)
            if self._stop.wait(pause_s):
                return None
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _try_once(self, step: Callable[[], object]) -> None:
        try:
            step()
        except (*DATABASE_ERRORS, StorageError) as error:
            _log.warning("left_to_the_sweeper", error=type(error).__name__)


def run_until_told(settings: Settings, stop: threading.Event) -> None:
    """Run one worker in this process until ``stop`` is set."""
    set_up_logs(settings.log_level)
    _log.info("worker_started", pid=os.getpid())
    JobWorker(settings, stop).run()
    _log.info("worker_stopped", pid=os.getpid())


def check_connections(settings: Settings) -> None:
    """Before a worker starts by itself: whether there is anything to work for.

    Raises:
        UsageError: a setting cannot be right, or a newer version of formcheck made the database.
        FormcheckError: the database does not answer, or the stored files cannot be reached.
    """
    open_database(settings.database_url).dispose()
    open_store(settings.storage_url, settings.storage_options)


def main() -> None:
    """A supervised worker: settings on the first line of stdin, whose end means that the server is gone."""
    settings = Settings.model_validate_json(sys.stdin.readline())
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_await_end, args=(stop,), name="lifeline", daemon=True).start()
    try:
        run_until_told(settings, stop)
    except FormcheckError as error:
        _log.error("worker_cannot_work", error=str(error))
        sys.exit(error.exit_code)


def _await_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main()
