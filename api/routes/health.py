"""For operators: is the process alive, can it work, and how is it doing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import func, select

from api.access.caller import needs
from api.database.tables import WorkerSeen
from api.dependencies import Parts
from api.errors import StorageError
from api.metrics import metrics_page
from api.problems import DATABASE_ERRORS, documented
from api.services import Services
from api.settings import MB

__all__ = ["router"]

router = APIRouter(tags=["operation"])


State = Literal["ok", "unavailable"]


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """``status`` is ok when everything is. ``storage`` covers room on the disk; ``workers`` a heartbeat of late."""

    status: State
    database: State
    storage: State
    workers: State
    workers_alive: int


_UNREADY: Final[dict[int | str, dict[str, Any]]] = {503: {"model": Readiness, "description": "Something is not."}}


@router.get("/healthz", operation_id="healthz")
async def healthz() -> Health:
    """Whether the process answers; nothing else is looked at."""
    return Health()


@router.get("/readyz", responses=_UNREADY, operation_id="readyz")
def readyz(response: Response, services: Parts) -> Readiness:
    """Whether uploads can be taken and will be scored."""
    alive = _workers_alive(services)
    storage = _storage_ok(services)
    all_well = bool(alive) and storage
    response.status_code = 200 if all_well else 503
    response.headers["Cache-Control"] = "no-store"
    return Readiness(
        status=_word(all_well),
        database=_word(alive is not None),
        storage=_word(storage),
        workers=_word(bool(alive)),
        workers_alive=alive or 0,
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus text format.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(401, 403, 429, 503),
    },
    dependencies=[Depends(needs("metrics"))],
    operation_id="metrics",
)
def metrics(services: Parts) -> Response:
    """Requests of this process; queue, workers and outcomes of all servers on this database."""
    return Response(metrics_page(services.database), media_type="text/plain; version=0.0.4; charset=utf-8")


def _workers_alive(services: Services) -> int | None:
    """None when the database does not answer."""
    try:
        with services.database.reading() as session:
            since = services.database.now(session) - timedelta(seconds=services.settings.lease_s)
            return session.scalar(select(func.count()).select_from(WorkerSeen).where(WorkerSeen.seen_at > since)) or 0
    except DATABASE_ERRORS:
        return None


def _storage_ok(services: Services) -> bool:
    try:
        services.store.check(services.settings.min_free_mb * MB)
    except StorageError:
        return False
    return True


def _word(well: bool) -> State:
    return "ok" if well else "unavailable"
