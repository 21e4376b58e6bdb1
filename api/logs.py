"""Logs as JSON lines on stderr, with a request id; never a file name, a person's name or a frame."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import REQUEST_SECONDS
from api.problems import defect_response

__all__ = ["RequestLog", "set_up_logs"]

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = structlog.get_logger()


def set_up_logs(level: str) -> None:
    """Every log of this process, the libraries' included, becomes one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    for name in ("uvicorn", "uvicorn.error"):  # `uvicorn api.app:app` has set up its own by now
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # `RequestLog` tells the same, without addresses
    logging.getLogger("uvicorn.error").addFilter(_without_addresses)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for quiet in ("botocore", "s3fs", "fsspec", "alembic", "urllib3", "aiobotocore"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


def _without_addresses(record: logging.LogRecord) -> bool:
    """Uvicorn tells who opens a WebSocket; `api.live.connection` tells that somebody does."""
    return "WebSocket" not in str(record.msg)


class RequestLog:
    """Gives each request an id, and logs and measures it under its route, not its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        status, started_answer, started = 500, False, time.perf_counter()

        async def answering(message: Message) -> None:
            nonlocal status, started_answer
            if message["type"] == "http.response.start":
                status, started_answer = message["status"], True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answering)
            except Exception as error:  # the server's edge: told in the log, and in an answer that has its id
                response = defect_response(error)
                if started_answer:
                    raise
                await response(scope, receive, answering)
            finally:
                self._tell(scope, status, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        REQUEST_SECONDS.labels(scope["method"] if route != "unknown" else "other", route, str(status)).observe(took_s)
        if route not in ("/healthz", "/readyz", "/metrics"):
            _log.info("request", method=scope["method"], route=route, status=status, seconds=round(took_s, 4))
