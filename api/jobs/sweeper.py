"""Cleans up behind everybody: results past their time, videos that were to go, files whose rows never came."""

from __future__ import annotations

import shutil
import threading
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, and_, or_, select

from api.access.audit import AuditLog
from api.access.logins import Logins
from api.analyses import Analyses
from api.database.engine import Database
from api.database.tables import Analysis, Clip, Job, WorkerSeen
from api.errors import StorageError
from api.problems import DATABASE_ERRORS, ProblemError
from api.settings import Settings
from api.storage.local import LocalStore
from api.storage.store import Store

__all__ = ["Sweeper", "delete_videos"]

BATCH: Final = 200

FORGET_WORKERS: Final = timedelta(hours=1)

T = TypeVar("T")

_log = structlog.get_logger()


class Sweeper:
    """A thread that sweeps now and then; several servers may sweep at the same time."""

    def __init__(self, database: Database, store: Store, settings: Settings) -> None:
        self._database, self._store, self._settings = database, store, settings
        self._analyses = Analyses(database, store, settings)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Sweep from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End after the sweep that is under way."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._settings.sweep_s):
            try:
                self.sweep()
            except (*DATABASE_ERRORS, StorageError) as error:
                _log.warning("sweep_put_off", error=type(error).__name__)

    def sweep(self) -> None:
        """Sweep once. Raises StorageError and SQLAlchemy's errors; what is left waits for the next time."""
        with self._database.reading() as session:
            now = self._database.now(session)
        self._expire(now)
        self._delete_videos(now)
        self._delete_orphans(now)
        self._clear_work(now)
        self._forget_unreadable(now)
        self._forget_workers(now)
        self._forget_accesses(now)
        self._forget_logins(now)

    def _expire(self, now: datetime) -> None:
        """Delete analyses past their retention."""
        if not self._settings.retention_days:
            return
        before = now - timedelta(days=self._settings.retention_days)
        with self._database.reading() as session:
            old = session.scalars(select(Job.analysis_id).where(Job.finished_at < before).limit(BATCH)).all()
        for analysis_id in old:
            try:
                self._analyses.delete(analysis_id, None)
            except ProblemError:
                continue  # another server was first
        if old:
            _log.info("expired", analyses=len(old))

    def _delete_videos(self, now: datetime) -> None:
        """Videos that were scored, where the worker was ended before it deleted them; and those long given up."""
        given_up = now - timedelta(days=self._settings.retry_days)
        with self._database.reading() as session:
            left = session.scalars(_of_no_more_use(select(Clip.analysis_id), given_up).distinct().limit(BATCH)).all()
        for analysis_id in left:
            delete_videos(self._database, self._store, analysis_id, given_up)

    def _delete_orphans(self, now: datetime) -> None:
        """Folders whose row never came, or went: left by uploads that were cut off, or by late workers."""
        grace = timedelta(seconds=2 * self._settings.upload_total_s + self._settings.max_job_s)
        old = {name for name, changed in self._store.folders("analyses") if changed and changed < now - grace}
        for name in sorted(filter(_is_id, old)):
            with self._database.reading() as session:
                known = session.get(Analysis, name) is not None
            if not known:
                self._store.delete_folder(f"analyses/{name}")
                _log.info("orphan_deleted", analysis=name)
        if isinstance(self._store, LocalStore):
            self._store.sweep_partials(now - grace)

    def _clear_work(self, now: datetime) -> None:
        """Working folders of workers on this machine that were killed: nobody holds their lease."""
        work = self._settings.data_dir / "work"
        found = [path.name for path in work.iterdir()] if work.is_dir() else []
        with self._database.reading() as session:
            held = set(session.scalars(select(Job.lease).where(Job.state == "running", Job.lease.in_(found))))
        for lease in set(found) - held:
            # A worker whose lease was lost clears up itself as soon as it notices; this is for those that cannot.
            changed = (work / lease).stat().st_mtime if (work / lease).exists() else now.timestamp()
            if changed < now.timestamp() - self._settings.lease_s:
                shutil.rmtree(work / lease, ignore_errors=True)

    def _forget_unreadable(self, now: datetime) -> None:
        """Live sets that could not be understood, after the time for which results are kept."""
        if not self._settings.retention_days:
            return
        before = (now - timedelta(days=self._settings.retention_days)).timestamp()
        for folder in (self._settings.data_dir / "live").glob("unreadable-*"):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)

    def _forget_workers(self, now: datetime) -> None:
        with self._database.writing() as session:
            for worker in session.scalars(select(WorkerSeen).where(WorkerSeen.seen_at < now - FORGET_WORKERS)):
                session.delete(worker)

    def _forget_logins(self, now: datetime) -> None:
        with self._database.writing() as session:
            Logins.forget(session, now)

    def _forget_accesses(self, now: datetime) -> None:
        if self._settings.audit_days:
            with self._database.writing() as session:
                AuditLog.forget(session, now - timedelta(days=self._settings.audit_days))


def delete_videos(database: Database, store: Store, analysis_id: str, given_up: datetime | None = None) -> None:
    """Delete the recordings of an analysis that is scored, or was given up before ``given_up``; then forget where.

    What waits for another try keeps its recordings, and so does who asked to.
    """
    with database.writing() as session:
        for clip in session.scalars(_of_no_more_use(select(Clip), given_up).where(Clip.analysis_id == analysis_id)):
            assert clip.source_key is not None
            store.delete(clip.source_key)
            clip.source_key = None


def _of_no_more_use(query: Select[T], given_up: datetime | None) -> Select[T]:
    """Clips whose recording nobody will ask for."""
    over: ColumnElement[bool] = Job.state.in_(("done", "failed"))
    if given_up is not None:
        over = or_(over, and_(Job.state == "dead", Job.finished_at < given_up))
    ended = query.join(Analysis, Analysis.id == Clip.analysis_id).join(Job, Job.analysis_id == Analysis.id)
    return ended.where(Clip.source_key.is_not(None), Analysis.keep_video.is_(False), over)


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
