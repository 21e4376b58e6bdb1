"""The schema that migrations make is the one the code uses, whoever starts first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.exc import IntegrityError

from api.database.engine import Database
from api.database.migrate import config_for, migrate
from api.database.tables import Base, Clip, WorkerSeen
from api.jobs.queue import JobQueue
from api.settings import Settings
from formcheck.errors import UsageError


def test_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_waits_in_a_database_of_an_earlier_version_goes_on_waiting(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        command.upgrade(config_for(connection), "0002")
        tables = MetaData()
        tables.reflect(connection)
        now = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
        analysis = {"id": "a", "owner": "", "created_at": now, "request_sha256": "", "limits": {}}
        analysis |= dict.fromkeys(("keep_video", "blur_faces", "overlay"), False)
        job = {"analysis_id": "a", "state": "queued", "queued_at": now, "run_after": now, "stage": ""}
        job |= dict.fromkeys(("priority", "attempts", "revision", "progress"), 0)
        connection.execute(tables.tables["analyses"].insert(), analysis)
        connection.execute(tables.tables["jobs"].insert(), job)
    migrate(database)
    claim = JobQueue(database, Settings()).claim()
    assert claim is not None
    assert (claim.analysis_id, claim.put_offs) == ("a", 0)
    database.dispose()


def test_several_servers_may_start_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate, databases))
    with databases[0].reading() as session:
        assert session.query(WorkerSeen).count() == 0
    for database in databases:
        database.dispose()


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    noon = datetime(2026, 3, 1, 12, 0, 0, 123456, timezone(timedelta(hours=5)))
    with database.writing() as session:
        session.add(WorkerSeen(id="a", seen_at=noon))
    with database.reading() as session:
        seen = session.get(WorkerSeen, "a")
        assert seen is not None
        assert seen.seen_at == noon
        assert seen.seen_at.tzinfo is UTC


def test_a_clip_needs_its_analysis(database: Database) -> None:
    orphan = Clip(
        analysis_id="none",
        number=1,
        exercise="x",
        side="auto",
        mirrored=False,
        sha256="",
        size_bytes=1,
        source_key=None,
    )
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(orphan)


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="mysql"):
        Database("mysql://localhost/x")
