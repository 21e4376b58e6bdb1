"""Who read or changed which analysis: one row for each hour, key, address and answer, with a count.

The row is written before the answer is sent: what cannot be recorded is not told. It holds a key's id and an
analysis's id, never a name of a person or a file, and outlives both until its own retention ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from anyio.to_thread import run_sync
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import Caller
from api.database.engine import Database
from api.database.tables import AuditEntry
from api.problems import DATABASE_ERRORS, problem_response

__all__ = ["Audit", "AuditLog"]

UNRECORDED: Final = "the database does not take the record of this access, and without it nothing is told; try again"

_MADE: Final = re.compile(r"(?:/v1)?/analyses/([0-9a-f-]{36})")
"""Location of an analysis: of the one that was made, or tried again."""

_log = structlog.get_logger()


class AuditLog:
    """The record. Raises SQLAlchemy's errors while the database is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, caller: Caller, action: str, analysis_id: str, status: int) -> None:
        """Count one access in this hour's row."""
        with self._database.writing() as session:
            now = self._database.now(session)
            dialect = sqlite if self._database.is_sqlite else postgresql
            row = dialect.insert(AuditEntry).values(
                hour=now.replace(minute=0, second=0, microsecond=0),
                key_id=caller.key_id,
                action=action,
                analysis_id=analysis_id,
                status=status,
                owner=caller.id,
                count=1,
                first_at=now,
                last_at=now,
            )
            more = {"count": AuditEntry.count + 1, "last_at": now}
            session.execute(
                row.on_conflict_do_update(index_elements=list(AuditEntry.__mapper__.primary_key), set_=more)
            )

    def entries(
        self, *, key_id: str | None = None, analysis_id: str | None = None, limit: int = 100
    ) -> Sequence[AuditEntry]:
        """The newest accesses, of one key or to one analysis where asked."""
        query = select(AuditEntry).order_by(AuditEntry.last_at.desc(), AuditEntry.action).limit(limit)
        if key_id is not None:
            query = query.where(AuditEntry.key_id == key_id)
        if analysis_id is not None:
            query = query.where(AuditEntry.analysis_id == analysis_id)
        with self._database.reading() as session:
            return session.scalars(query).all()

    @staticmethod
    def forget(session: Session, before: datetime) -> None:
        """Delete what is older than its retention."""
        session.execute(delete(AuditEntry).where(AuditEntry.last_at < before))


class Audit:
    """Middleware next to the routes: notes each answer to a key that is about analyses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        scope.setdefault("state", {})
        refused = False

        async def noting(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and not await _noted(scope, message):
                refused = True
                await problem_response(503, "database-unavailable", UNRECORDED)(scope, receive, send)
            elif not refused:
                await send(message)

        await self._app(scope, receive, noting)


async def _noted(scope: Scope, start: Message) -> bool:
    """Whether this answer is recorded, or need not be."""
    caller: Caller | None = scope["state"].get("caller")
    path = getattr(scope.get("route"), "path", "")
    concerned = _concerned(scope, start)
    if scope["method"] == "GET" and path.endswith("/analyses"):
        concerned = {""}  # the list
    if caller is None or not caller.key_id or not concerned:
        return True
    log = AuditLog(scope["app"].state.services.database)
    try:
        for analysis_id in sorted(concerned):
            await run_sync(log.note, caller, f"{scope['method']} {path}", analysis_id, start["status"])
    except DATABASE_ERRORS as error:
        _log.warning("database_unavailable", error=type(error).__name__)
        return False
    return True


def _concerned(scope: Scope, start: Message) -> set[str]:
    """The analyses that the address names, and the one that the answer leads to because it was made."""
    asked = scope.get("path_params", {}).get("analysis_id")
    made = _MADE.fullmatch(Headers(raw=start["headers"]).get("location", ""))
    return {each[:36] for each in (str(asked or ""), made[1] if made else "") if each}
