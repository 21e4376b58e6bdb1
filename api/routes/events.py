"""``GET /v1/analyses/{id}/events``: state and progress as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.database.tables import FINAL_STATES, Analysis
from api.dependencies import Parts, Reader
from api.problems import DATABASE_ERRORS, ProblemError, documented
from api.records import ProgressEvent, failure_of

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["analyses"])

POLL_S: Final = 0.5
RECONNECT_MS: Final = 2000


async def _place(services: Parts) -> AsyncIterator[None]:
    """A dependency that holds one of the places there are for followers, until the stream ends."""
    try:
        services.streams.acquire_nowait()
    except anyio.WouldBlock as error:
        detail = "too many clients follow analyses; ask for the analysis itself now and then"
        raise ProblemError(503, "too-many-streams", detail) from error
    try:
        yield
    finally:
        services.streams.release()


def _known(
    analysis_id: UUID,
    request: Request,
    caller: Reader,
    services: Parts,
) -> Analysis:
    """A dependency, so that an unknown analysis is a 404 and not an empty stream."""
    return services.analyses.get(str(analysis_id), caller.owner)


@router.get(
    "/analyses/{analysis_id}/events",
    response_class=EventSourceResponse,
    responses=documented(401, 403, 404, 422, 429, 503),
    dependencies=[Depends(_place)],
    operation_id="follow_analysis",
)
async def events(
    first: Annotated[Analysis, Depends(_known)],
    services: Parts,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """One event for each change: `progress`, and at the end `done`, `failed`, `dead` or `deleted`.

    An event's id is the analysis's revision; a client that comes back with Last-Event-ID hears what is new to it.
    The stream ends after the last event, when the server stops, or after `FORMCHECK_MAX_STREAM_S`: then the client
    comes again.
    """
    told, analysis = last_event_id, first
    ends_s = anyio.current_time() + services.settings.max_stream_s
    while True:
        revision = str(analysis.job.revision)
        if revision != told:
            yield _event(analysis, revision)
            told = revision
        if analysis.job.state in FINAL_STATES or services.stopping.is_set() or anyio.current_time() > ends_s:
            return
        await anyio.sleep(POLL_S)
        try:
            analysis = await run_sync(services.analyses.get, first.id, None)
        except ProblemError:
            yield ServerSentEvent(event="deleted", data={"state": "deleted"})
            return
        except DATABASE_ERRORS:
            return


def _event(analysis: Analysis, revision: str) -> ServerSentEvent:
    job = analysis.job
    kind = job.state if job.state in FINAL_STATES else "progress"
    data = ProgressEvent(state=job.state, progress=job.progress, stage=job.stage, failure=failure_of(analysis))
    return ServerSentEvent(event=kind, id=revision, retry=RECONNECT_MS, data=data)
