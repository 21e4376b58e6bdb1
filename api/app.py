"""The server as an ASGI app: ``uvicorn api.app:app``, or `create_app` with settings of one's own.

A request's way: `logs` (id, log line) -> `guard` (body size, own pages only) -> a route in `routes/` or `pages/`, which
asks `access` who is calling -> `analyses` (rows and files) -> `database` and `storage`. Scoring happens elsewhere: a
worker process (`worker`) claims the job from the queue (`jobs.queue`), runs it in a confined process
(`formcheck.workers`) and stores what came out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.access.audit import Audit, AuditLog
from api.access.caller import OpenAccess
from api.access.document import add_security
from api.access.keyed import KeyAccess, check_keys_exist
from api.analyses import Analyses
from api.database.engine import Database
from api.database.migrate import open_database
from api.guard import BodyLimit, HeadAsGet, OwnPagesOnly
from api.jobs.sweeper import Sweeper
from api.live.drafts import Drafts
from api.live.house import House
from api.live.poses import PoseService
from api.live.sitting import Means
from api.logs import RequestLog, set_up_logs
from api.pages import router as pages
from api.pages.frame import missing_page, wants_page
from api.problems import Problem, add_handlers, http_problem
from api.routes import analyses, events, exercises, health, live, results, uploads
from api.services import Services
from api.settings import Settings, read_settings
from api.storage.store import Store, open_store
from api.supervisor import Supervisor
from formcheck.errors import FormcheckError, UsageError

__all__ = ["create_app"]

DESCRIPTION: Final = """
Upload a recording of one set of a rehabilitation exercise or of a treadmill run; get the same form check as the command
line gives. Training feedback, not medical advice.

Errors are RFC 9457 problems (`application/problem+json`). Every response carries `X-Request-ID`.
"""


def create_app(settings: Settings) -> FastAPI:
    """The app with these settings; it connects, migrates and starts its workers when its lifespan begins.

    Raises:
        UsageError: the settings would let strangers in.
    """
    check_exposure(settings)
    app = FastAPI(
        title="formcheck",
        version=version("formcheck"),
        summary="Form checks for rehabilitation exercises, from video.",
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.settings = settings
    add_handlers(app)
    app.add_exception_handler(HTTPException, _refused)
    routers = [module.router for module in (uploads, analyses, events, results, exercises, live, health)] + [pages]
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    app.add_middleware(Audit)
    app.add_middleware(OwnPagesOnly, settings=settings)
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestLog)
    _complete_document(app, settings)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """A page for whoever looks with a browser, a problem for programs."""
    return await (missing_page if wants_page(request) else http_problem)(request, error)


def check_exposure(settings: Settings) -> None:
    """Raises UsageError when another address than loopback would be served without keys, and nobody said so."""
    if not (settings.on_loopback or settings.with_keys or settings.allow_open):
        raise UsageError(
            f"{settings.host} can be reached by others and keys are off: leave FORMCHECK_KEYS_REQUIRED unset, or set"
            " FORMCHECK_ALLOW_OPEN=true to let everybody in who reaches it"
        )


def check_access(settings: Settings) -> None:
    """Before the server listens: whether it can work, and whether anybody could get in.

    Raises:
        UsageError: keys are needed and there is none that is valid; and what `open_database` raises.
        FormcheckError: the database does not answer, or the stored files cannot be reached.
    """
    _connected(settings).database.dispose()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    set_up_logs(settings.log_level)
    services = await run_sync(_connected, settings)
    app.state.services = services
    supervisor, sweeper = Supervisor(settings), Sweeper(services.database, services.store, settings)
    supervisor.start()
    sweeper.start()
    try:
        async with services.live.open():
            yield
    finally:
        services.stopping.set()
        with anyio.CancelScope(shield=True):
            await run_sync(sweeper.stop)
            await run_sync(supervisor.stop)
            await run_sync(services.database.dispose)


def _connected(settings: Settings) -> Services:
    database = open_database(settings.database_url)
    if settings.with_keys:
        check_keys_exist(database)
    store = open_store(settings.storage_url, settings.storage_options)
    analyses = Analyses(database, store, settings)
    return Services(
        settings=settings,
        database=database,
        store=store,
        analyses=analyses,
        access=KeyAccess(database) if settings.with_keys else OpenAccess(settings),
        uploads=anyio.Semaphore(settings.max_uploads),
        streams=anyio.Semaphore(settings.max_streams),
        live=_house(database, store, analyses, settings),
    )


def _house(database: Database, store: Store, analyses: Analyses, settings: Settings) -> House:
    means = Means(
        poses=PoseService(settings.live_people),
        drafts=Drafts(settings.data_dir / "live", analyses, store),
        audit=AuditLog(database),
        longest_s=settings.max_duration_s,
    )
    return House(settings.live_people, settings.live_rate_hz, settings.live_resume_s, means)


def _complete_document(app: FastAPI, settings: Settings) -> None:
    """Add `Problem`, to which the operations' responses refer, and keys where they are needed."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        document = make()
        schemas = document["components"]["schemas"]
        if "Problem" not in schemas:
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {})
            schemas["Problem"] = schema
            if settings.with_keys:
                add_security(document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def __getattr__(name: str) -> Any:
    """``app`` is made from the environment when it is first asked for, as by ``uvicorn api.app:app``.

    Ends the process with one line where it cannot start, as `formcheck serve` does.
    """
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        settings = read_settings()
        app = create_app(settings)
        check_access(settings)
    except FormcheckError as error:
        raise SystemExit(f"formcheck: {error}") from None
    globals()["app"] = app
    return app
