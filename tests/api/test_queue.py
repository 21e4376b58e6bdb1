"""The queue gives each job to one worker at a time and takes one result, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.analyses import Analyses, new_id
from api.database.engine import Database
from api.database.tables import Analysis, Job, Tally
from api.jobs.queue import Claim, JobQueue
from api.options import UploadOptions
from api.settings import Settings
from api.storage.local import LocalStore
from api.uploads import StoredFile


class Desk:
    """A queue and the means to fill it and to look at it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.settings = Settings(data_dir=folder, min_free_mb=0, lease_s=30, max_attempts=2, retry_after_s=60)
        self.queue = JobQueue(database, self.settings)
        self.analyses = Analyses(database, LocalStore(folder), self.settings)

    def add(self, priority: int = 0) -> str:
        options = UploadOptions(exercise="clamshell", priority=priority)
        clips = [(options.clips(False)[0], StoredFile("analyses/x/source-1", "0" * 64, 1))]
        return self.analyses.create(new_id(), "", options, clips, None).id

    def claimed(self) -> Claim:
        claim = self.queue.claim()
        assert claim is not None
        return claim

    def job(self, analysis_id: str) -> Job:
        return self.analyses.get(analysis_id, None).job

    def let_pass(self, seconds_s: float) -> None:
        """Move every job's times into the past."""
        with self.database.writing() as session:
            for job in session.query(Job):
                job.run_after -= timedelta(seconds=seconds_s)
                if job.leased_until is not None:
                    job.leased_until -= timedelta(seconds=seconds_s)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "desk")


def test_higher_priority_goes_first_then_the_oldest(desk: Desk) -> None:
    first, second, urgent = desk.add(), desk.add(), desk.add(priority=5)
    assert [desk.claimed().analysis_id for _ in range(3)] == [urgent, first, second]
    assert desk.queue.claim() is None


def test_no_job_is_claimed_twice_by_workers_that_ask_at_once(desk: Desk) -> None:
    added = {desk.add() for _ in range(40)}

    def work(_: int) -> list[str]:
        claims = []
        while (claim := desk.queue.claim()) is not None:
            claims.append(claim.analysis_id)
        return claims

    with ThreadPoolExecutor(8) as threads:
        claimed = [one for some in threads.map(work, range(8)) for one in some]
    assert sorted(claimed) == sorted(added)


def test_a_finished_job_is_done_and_counted(desk: Desk) -> None:
    analysis_id = desk.add()
    assert desk.queue.finish(desk.claimed(), "analyses/x/y")
    job = desk.job(analysis_id)
    assert (job.state, job.progress, job.outputs) == ("done", 1.0, "analyses/x/y")
    with desk.database.reading() as session:
        assert [(row.outcome, row.count) for row in session.query(Tally)] == [("done", 1)]


def test_a_lost_worker_s_job_goes_to_another_and_its_late_result_is_refused(desk: Desk) -> None:
    analysis_id = desk.add()
    late = desk.claimed()
    assert desk.queue.claim() is None
    desk.let_pass(31)
    assert desk.queue.claim() is None  # it waits before its second try
    desk.let_pass(61)
    second = desk.claimed()
    assert second.attempt == 2
    assert not desk.queue.heartbeat(late, 0.5, "scoring")
    assert not desk.queue.finish(late, "late")
    assert desk.queue.finish(second, "second")
    assert not desk.queue.finish(second, "again")
    assert desk.job(analysis_id).outputs == "second"


def test_a_heartbeat_keeps_the_lease_and_tells_progress(desk: Desk) -> None:
    analysis_id = desk.add()
    claim = desk.claimed()
    desk.let_pass(29)
    revision = desk.job(analysis_id).revision
    assert desk.queue.heartbeat(claim, 0.25, "scoring")
    desk.let_pass(29)
    assert desk.queue.claim() is None
    job = desk.job(analysis_id)
    assert (job.progress, job.stage, job.revision) == (0.25, "scoring", revision + 1)
    assert desk.queue.heartbeat(claim, 0.25, "scoring")
    assert desk.job(analysis_id).revision == revision + 1  # nothing new, nothing to tell


def test_a_broken_attempt_is_tried_again_later_and_then_given_up(desk: Desk) -> None:
    analysis_id = desk.add()
    assert desk.queue.retry(desk.claimed(), "died", "ended by SIGKILL")
    assert desk.job(analysis_id).state == "queued"
    assert desk.queue.claim() is None
    desk.let_pass(61)
    assert desk.queue.retry(desk.claimed(), "died", "ended by SIGKILL")
    job = desk.job(analysis_id)
    assert (job.state, job.kind, job.reason) == ("dead", "died", "ended by SIGKILL")


def test_a_job_that_kills_its_workers_is_given_up_with_its_reason(desk: Desk) -> None:
    analysis_id = desk.add()
    for _ in range(2):
        desk.claimed()
        desk.let_pass(31)  # the lease runs out
        assert desk.queue.claim() is None
        desk.let_pass(61)  # so does the wait before the next try
    job = desk.job(analysis_id)
    assert (job.state, job.kind) == ("dead", "lost")
    assert "2 times" in (job.reason or "")


def test_a_job_given_back_does_not_count_as_tried(desk: Desk) -> None:
    analysis_id = desk.add()
    assert desk.queue.release(desk.claimed())
    assert desk.job(analysis_id).attempts == 0
    assert desk.claimed().attempt == 1


def test_a_job_put_off_waits_longer_each_time_and_keeps_all_its_tries(desk: Desk) -> None:
    analysis_id = desk.add()
    for wait_s in (60, 120, 240, 480, 900, 900):
        assert desk.queue.put_off(desk.claimed(), "StorageError", "the disk is full")
        desk.let_pass(wait_s - 5)
        assert desk.queue.claim() is None
        desk.let_pass(6)
    assert desk.job(analysis_id).attempts == 0
    assert desk.claimed().attempt == 1


def test_a_job_that_is_tried_again_by_hand_is_put_off_shortly_again(desk: Desk) -> None:
    analysis_id = desk.add()
    for _ in range(5):
        assert desk.queue.put_off(desk.claimed(), "StorageError", "the disk is full")
        desk.let_pass(900)
    for _ in range(2):
        assert desk.queue.retry(desk.claimed(), "died", "ended by SIGKILL")
        desk.let_pass(900)
    desk.analyses.retry(analysis_id, None)
    assert desk.queue.put_off(desk.claimed(), "StorageError", "the disk is full")
    desk.let_pass(61)
    assert desk.claimed().attempt == 1


def test_a_deleted_job_cannot_be_finished(desk: Desk) -> None:
    analysis_id = desk.add()
    claim = desk.claimed()
    desk.analyses.delete(analysis_id, None)
    assert not desk.queue.heartbeat(claim, 0.5, "scoring")
    assert not desk.queue.finish(claim, "late")
    with desk.database.reading() as session:
        assert session.query(Analysis).count() == session.query(Job).count() == 0


def test_durations_are_counted_in_their_bucket(desk: Desk) -> None:
    desk.add(), desk.add()
    for _ in range(2):
        claim = desk.claimed()
        early = replace(claim, started_at=claim.started_at - timedelta(seconds=25))
        desk.queue.fail(early, "SourceError", "no video")
    with desk.database.reading() as session:
        row = session.query(Tally).one()
        assert (row.outcome, row.up_to_s, row.count) == ("failed:SourceError", 30.0, 2)
        assert row.seconds_s == pytest.approx(50, abs=5)


def test_times_come_from_one_clock(desk: Desk) -> None:
    with desk.database.reading() as session:
        assert abs(desk.database.now(session).timestamp() - time.time()) < 60
