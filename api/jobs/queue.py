"""The queue: claim, heartbeat, finish. Exactly one result for each job, whatever is killed when.

A claim draws a new lease. Every later change asks for that lease, so that a worker that was thought lost and comes
back late changes nothing: each call tells by its answer whether the lease still held.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, CursorResult, and_, case, or_, select, update
from sqlalchemy.orm import Session

from api.database.engine import Database
from api.database.tables import Job, WorkerSeen
from api.jobs.tallies import tally
from api.settings import Settings

__all__ = ["Claim", "JobQueue"]

LOST: Final = "lost"
"""Kind of failure of a job whose worker was not heard of any more."""

LONGEST_WAIT_S: Final = 900.0
"""Between two tries of a job that was put off, however often."""

Outcome = Literal["done", "failed", "dead", "queued"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours for as long as the lease holds.

    ``attempt`` counts from 1, without those that were put off, which are ``put_offs``.
    """

    analysis_id: str
    lease: str
    attempt: int
    started_at: datetime
    put_offs: int


class JobQueue:
    """The jobs table as a queue. Raises SQLAlchemy's errors while the database is lost."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._lease = timedelta(seconds=settings.lease_s)

    def anything_due(self) -> bool:
        """Whether it is worth to claim; asked without a write lock, for idle workers ask often."""
        with self._database.reading() as session:
            now = self._database.now(session)
            due = or_(and_(Job.state == "queued", Job.run_after <= now), _expired(now))
            return session.scalars(select(Job.analysis_id).where(due).limit(1)).first() is not None

    def claim(self) -> Claim | None:
        """The next job by priority and age, or None. Jobs of lost workers are taken up again."""
        with self._database.writing() as session:
            now = self._database.now(session)
            self._take_back(session, now)
            due = select(Job).where(Job.state == "queued", Job.run_after <= now)
            due = due.order_by(Job.priority.desc(), Job.queued_at, Job.analysis_id).limit(1)
            job = session.scalars(due.with_for_update(skip_locked=True, of=Job)).first()
            return None if job is None else self._claimed(job, now)

    def heartbeat(self, claim: Claim, progress: float, stage: str) -> bool:
        """Keep the lease and tell how far the work is; False when the job is no longer ours."""
        with self._database.writing() as session:
            now = self._database.now(session)
            moved = case((or_(Job.progress != progress, Job.stage != stage), 1), else_=0)
            return _changed(
                session,
                _held(claim),
                leased_until=now + self._lease,
                progress=progress,
                stage=stage,
                revision=Job.revision + moved,
            )

    def finish(self, claim: Claim, outputs: str) -> bool:
        """The files in ``outputs`` are the result; False when the job is no longer ours."""
        return self._end(claim, "done", outputs=outputs, progress=1.0, stage="", kind=None, reason=None)

    def fail(self, claim: Claim, kind: str, reason: str) -> bool:
        """The input cannot be scored, and trying again would not help."""
        return self._end(claim, "failed", stage="", kind=kind, reason=reason)

    def retry(self, claim: Claim, kind: str, reason: str) -> bool:
        """The attempt broke: try again later, or give up when it was the last one allowed."""
        if claim.attempt >= self._settings.max_attempts:
            return self._end(claim, "dead", stage="", kind=kind, reason=reason)
        wait_s = self._backoff_s(claim.attempt)
        return self._requeue(claim, kind, reason, wait_s=wait_s, attempts=claim.attempt, put_offs=claim.put_offs)

    def put_off(self, claim: Claim, kind: str, reason: str) -> bool:
        """Try again, later each time, as often as it takes: what broke has nothing to do with this job."""
        put_offs = claim.put_offs + 1
        wait_s = min(self._backoff_s(min(put_offs, 20)), LONGEST_WAIT_S)
        return self._requeue(claim, kind, reason, wait_s=wait_s, attempts=claim.attempt - 1, put_offs=put_offs)

    def release(self, claim: Claim) -> bool:
        """Give the job back unfinished, as when the server stops; this attempt does not count."""
        return self._requeue(claim, None, None, wait_s=0.0, attempts=claim.attempt - 1, put_offs=claim.put_offs)

    def seen(self, worker_id: str, busy: bool) -> None:
        """Note that this worker lives."""
        with self._database.writing() as session:
            session.merge(WorkerSeen(id=worker_id, seen_at=self._database.now(session), busy=busy))

    def gone(self, worker_id: str) -> None:
        """This worker stops."""
        with self._database.writing() as session:
            if row := session.get(WorkerSeen, worker_id):
                session.delete(row)

    def _take_back(self, session: Session, now: datetime) -> None:
        """Jobs whose worker was lost: queued again, or given up after too many tries."""
        lost = select(Job).where(_expired(now)).with_for_update(skip_locked=True, of=Job)
        for job in session.scalars(lost):
            spent = job.attempts >= self._settings.max_attempts
            job.state = "dead" if spent else "queued"
            job.run_after = now + timedelta(seconds=self._backoff_s(job.attempts))
            job.finished_at = now if spent else None
            job.lease, job.leased_until, job.stage = None, None, ""
            job.revision += 1
            job.kind = LOST
            job.reason = f"the worker was lost {job.attempts} times while it had this job"
            if spent:
                tally(session, f"dead:{LOST}", 0.0)
        session.flush()

    def _claimed(self, job: Job, now: datetime) -> Claim:
        job.state, job.lease, job.leased_until = "running", str(uuid.uuid4()), now + self._lease
        job.started_at, job.progress, job.stage = now, 0.0, "starting"
        job.attempts += 1
        job.revision += 1
        return Claim(job.analysis_id, job.lease, job.attempts, now, job.put_offs)

    def _end(self, claim: Claim, state: Outcome, **values: Any) -> bool:
        with self._database.writing() as session:
            now = self._database.now(session)
            values |= {"finished_at": now, "lease": None, "leased_until": None, "revision": Job.revision + 1}
            held = _changed(session, _held(claim), state=state, **values)
            if held:
                kind = values.get("kind")
                took_s = (now - claim.started_at).total_seconds()
                tally(session, f"{state}:{kind}" if kind else state, took_s)
            return held

    def _requeue(
        self, claim: Claim, kind: str | None, reason: str | None, *, wait_s: float, attempts: int, put_offs: int
    ) -> bool:
        with self._database.writing() as session:
            now = self._database.now(session)
            held = _changed(
                session,
                _held(claim),
                state="queued",
                run_after=now + timedelta(seconds=wait_s),
                attempts=attempts,
                put_offs=put_offs,
                lease=None,
                leased_until=None,
                progress=0.0,
                stage="",
                kind=kind,
                reason=reason,
                revision=Job.revision + 1,
            )
            if held and kind:
                tally(session, f"retried:{kind}", (now - claim.started_at).total_seconds())
            return held

    def _backoff_s(self, attempts: int) -> float:
        return float(self._settings.retry_after_s * 2 ** (attempts - 1))


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == "running", Job.leased_until < now)


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(Job.analysis_id == claim.analysis_id, Job.state == "running", Job.lease == claim.lease)


def _changed(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    done = session.execute(update(Job).where(where).values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1
