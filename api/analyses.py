"""Analyses as a whole: rows and files together. Everything here blocks; routes call it in threads.

Order makes it safe. A file lies durably in the store before its row is written; rows go in the same transaction in
which their files are deleted; what a crash leaves in between is found by the sweeper (`api.jobs.sweeper`).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.database.engine import Database
from api.database.tables import Analysis, Clip, Job
from api.options import ClipOptions, RescoreOptions, UploadOptions
from api.problems import ProblemError
from api.settings import MB, Settings
from api.storage.store import Store
from api.uploads import StoredFile

__all__ = ["CURSOR_PATTERN", "Analyses", "Page", "folder_of", "landmarks_key", "may_be_known", "new_id", "source_key"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

CURSOR_PATTERN: Final = r"^[0-9]{16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""Of a list's cursor: when the last analysis was made, and its id."""

NOT_FOUND: Final = "there is no such analysis; it may have been deleted"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list, newest first; ``next_cursor`` leads to the rest, None at its end."""

    analyses: Sequence[Analysis]
    next_cursor: str | None


def new_id() -> str:
    """An id that cannot be guessed."""
    return str(uuid.uuid4())


def folder_of(analysis_id: str) -> str:
    """Where all files of an analysis lie."""
    return f"analyses/{analysis_id}"


def source_key(analysis_id: str, number: int) -> str:
    """Where the recording of clip 1 or 2 lies."""
    return f"{folder_of(analysis_id)}/source-{number}"


def may_be_known(error: BaseException) -> bool:
    """Whether a database that went away in mid-sentence may have heard us: then the sweeper decides about the files."""
    return bool(getattr(error, "connection_invalidated", False))


def landmarks_key(outputs: str, number: int) -> str:
    """Where an attempt stored the landmarks of clip 1 or 2."""
    return f"{outputs}/landmarks-{number}.npz"


class Analyses:
    """Creates, finds and deletes analyses. Raises ProblemError, StorageError, and SQLAlchemy's errors."""

    def __init__(self, database: Database, store: Store, settings: Settings) -> None:
        self._database, self._store, self._settings = database, store, settings

    def create(
        self,
        analysis_id: str,
        owner: str,
        options: UploadOptions,
        clips: Sequence[tuple[ClipOptions, StoredFile]],
        idempotency_key: str | None,
    ) -> Analysis:
        """Accept an upload whose files are stored; the analysis made before when the key was used for the same.

        Raises:
            ProblemError: 409 the key was used for something else, 503 too much is waiting.
        """
        analysis = Analysis(
            id=analysis_id,
            owner=owner,
            idempotency_key=idempotency_key,
            request_sha256=_request_sha256(options.model_dump(), [file.sha256 for _, file in clips]),
            keep_video=options.keep_video,
            blur_faces=options.blur_faces,
            overlay=options.overlay,
            limits=options.limits,
            clips=[_clip(number, clip, file) for number, (clip, file) in enumerate(clips, start=1)],
        )
        kept = self._add(analysis, options.priority)
        if kept.id != analysis_id:
            self.discard(analysis_id)
        return kept

    def rescore(
        self, analysis_id: str, owner: str | None, made_by: str, options: RescoreOptions, idempotency_key: str | None
    ) -> Analysis:
        """A new analysis of the stored landmarks with other limits.

        Raises:
            ProblemError: 404 no such analysis; 409 it has no result yet, or none at all, or the key was used for
                something else; 503 too much is waiting.
        """
        first = self.get(analysis_id, owner)
        if first.job.state != "done" or first.job.outputs is None:
            raise ProblemError(
                409, "no-result", f"the analysis is {first.job.state}; only a finished one is scored again"
            )
        again = Analysis(
            id=new_id(),
            owner=made_by,
            idempotency_key=idempotency_key,
            request_sha256=_request_sha256({"rescored": first.id, **options.model_dump()}, []),
            rescored_from=first.id,
            blur_faces=first.blur_faces,
            overlay=False,
            limits=options.limits,
        )
        with self._database.reading() as session:
            if (earlier := _earlier(session, again)) is not None:
                return earlier
        self.check_room()
        return self._with_landmarks(again, first, first.job.outputs, options.priority)

    def _with_landmarks(self, again: Analysis, first: Analysis, outputs: str, priority: int) -> Analysis:
        """Copy the first analysis's landmarks and queue; no copy stays of one that is refused."""
        try:
            again.clips = [self._again(outputs, again.id, clip) for clip in first.clips]
            kept = self._add(again, priority)
        except BaseException as error:
            if not may_be_known(error):
                self.discard(again.id)
            raise
        if kept.id != again.id:
            self.discard(again.id)
        return kept

    def discard(self, analysis_id: str) -> None:
        """Delete the files of an upload that was refused."""
        self._store.delete_folder(folder_of(analysis_id))

    def get(self, analysis_id: str, owner: str | None) -> Analysis:
        """One analysis with its clips and job. Raises ProblemError (404), also for somebody else's."""
        with self._database.reading() as session:
            return _found(session, analysis_id, owner)

    def page(self, owner: str | None, state: str | None, cursor: str | None, limit: int) -> Page:
        """The newest analyses, from ``cursor`` (of `CURSOR_PATTERN`) on."""
        query = _of(owner).order_by(Analysis.created_at.desc(), Analysis.id.desc()).limit(limit + 1)
        if state is not None:
            query = query.where(Job.state == state)
        if cursor is not None:
            query = query.where(tuple_(Analysis.created_at, Analysis.id) < tuple_(*_read_cursor(cursor)))
        with self._database.reading() as session:
            found = session.scalars(query).unique().all()
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return Page(found[:limit], more)

    def delete(self, analysis_id: str, owner: str | None) -> None:
        """Delete everything of an analysis; a job under way is cancelled, for its lease is gone with its row.

        Raises:
            ProblemError: 404 no such analysis.
            StorageError: the files could not be deleted; the analysis is as it was, try again.
        """
        with self._database.writing() as session:
            session.delete(_found(session, analysis_id, owner))
            session.flush()
            self._store.delete_folder(folder_of(analysis_id))

    def retry(self, analysis_id: str, owner: str | None) -> Analysis:
        """Queue a job that was given up once more. Raises ProblemError (404, 409)."""
        with self._database.writing() as session:
            analysis = _found(session, analysis_id, owner)
            job, now = analysis.job, self._database.now(session)
            if job.state != "dead":
                raise ProblemError(
                    409, "not-dead", f"the analysis is {job.state}; only one that was given up is tried again"
                )
            if any(clip.source_key is None for clip in analysis.clips):
                raise ProblemError(409, "no-recording", "the recording is deleted by now; upload it again")
            job.state, job.attempts, job.put_offs, job.finished_at = "queued", 0, 0, None
            job.queued_at = job.run_after = now
            job.kind = job.reason = None
            job.revision += 1
            return analysis

    def check_room(self) -> None:
        """Raises ProblemError (503) when too many analyses wait, StorageError when files have no room."""
        self._store.check(self._settings.min_free_mb * MB)
        with self._database.reading() as session:
            self._check_queue(session)

    def _check_queue(self, session: Session) -> None:
        waiting = session.scalar(select(func.count()).select_from(Job).where(Job.state == "queued")) or 0
        if waiting >= self._settings.max_queued:
            raise ProblemError(
                503, "queue-full", f"{waiting} analyses wait already; try again later", {"Retry-After": "60"}
            )

    def _add(self, analysis: Analysis, priority: int) -> Analysis:
        try:
            with self._database.writing() as session:
                if (earlier := _earlier(session, analysis)) is not None:
                    return earlier
                self._check_queue(session)
                now = self._database.now(session)
                analysis.created_at = now
                analysis.job = Job(priority=priority, queued_at=now, run_after=now)
                session.add(analysis)
            return analysis
        except IntegrityError:  # the same key at the same moment: the other one was first
            with self._database.reading() as session:
                if (earlier := _earlier(session, analysis)) is None:
                    raise
                return earlier

    def _again(self, outputs: str, fresh_id: str, clip: Clip) -> Clip:
        key = source_key(fresh_id, clip.number)
        sha256 = hashlib.sha256()
        with self._store.reading(landmarks_key(outputs, clip.number)) as track, self._store.writing(key) as copy:
            content = track.read()
            sha256.update(content)
            copy.write(content)
        options = ClipOptions(exercise=clip.exercise, side=clip.side, mirrored=clip.mirrored, region=None)
        return _clip(clip.number, options, StoredFile(key, sha256.hexdigest(), len(content)))


def _clip(number: int, options: ClipOptions, file: StoredFile) -> Clip:
    return Clip(
        number=number,
        exercise=options.exercise,
        side=options.side,
        mirrored=options.mirrored,
        region=options.region,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        source_key=file.key,
    )


def _request_sha256(options: dict[str, Any], files: Sequence[str]) -> str:
    text = json.dumps([options, files], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _of(owner: str | None) -> Select[Analysis]:
    query = select(Analysis).join(Analysis.job)
    return query if owner is None else query.where(Analysis.owner == owner)


def _found(session: Session, analysis_id: str, owner: str | None) -> Analysis:
    analysis = session.scalars(_of(owner).where(Analysis.id == analysis_id)).unique().one_or_none()
    if analysis is None:
        raise ProblemError(404, "not-found", NOT_FOUND)
    return analysis


def _earlier(session: Session, analysis: Analysis) -> Analysis | None:
    """The analysis that the same owner made with the same key. Raises ProblemError when it asked for something else."""
    if analysis.idempotency_key is None:
        return None
    same_key = _of(analysis.owner).where(Analysis.idempotency_key == analysis.idempotency_key)
    earlier = session.scalars(same_key).unique().one_or_none()
    if earlier is not None and earlier.request_sha256 != analysis.request_sha256:
        detail = "this Idempotency-Key was used for another request; take a fresh key for each new request"
        raise ProblemError(409, "key-reused", detail)
    return earlier


def _cursor(analysis: Analysis) -> str:
    return f"{(analysis.created_at - EPOCH) // timedelta(microseconds=1):016d}.{analysis.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    microseconds, _, analysis_id = cursor.partition(".")
    return EPOCH + timedelta(microseconds=int(microseconds)), analysis_id
