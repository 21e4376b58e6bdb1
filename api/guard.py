"""Outermost rules: bodies stay small but for uploads, HEAD works where GET does, and a web page elsewhere cannot use
a visitor's own server.

Without keys a browser is the only thing between a stranger's page and the recordings on this machine: such a page may
send forms here, or call itself by a name that leads to 127.0.0.1. So only the machine's own names are answered,
and what changes something must come from a page of this server.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from api.settings import Settings

__all__ = ["UPLOAD_PATHS", "BodyLimit", "HeadAsGet", "OwnPagesOnly"]

UPLOAD_PATHS: Final = frozenset(("/v1/analyses", "/analyses"))
"""Where `api.uploads` reads the body, with bounds of its own."""

MAX_BODY_BYTES: Final = 256 * 1024

TOO_LARGE: Final = f"the body is larger than the {MAX_BODY_BYTES // 1024} KiB allowed here"

SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


BODY_S: Final = 30.0
"""A body that is not an upload is there after this long."""


class BodyLimit:
    """413 for bodies larger than any that is not an upload, told or not; 408 for slow ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") in UPLOAD_PATHS:
            return await self._app(scope, receive, send)
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length[:20]) > MAX_BODY_BYTES:
            answer = problem_response(413, "too-large", TOO_LARGE, {"Connection": "close"})
            return await answer(scope, receive, send)
        received, whole, ends_at = 0, False, anyio.current_time() + BODY_S

        async def counting() -> Message:
            nonlocal received, whole
            if whole:  # from now on what is waited for is that the client goes away
                return await receive()
            message = await _before(ends_at, receive)
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, counting, send)


async def _before(ends_at: float, receive: Receive) -> Message:
    with anyio.move_on_at(ends_at):
        return await receive()
    raise HTTPException(408)


class HeadAsGet:
    """Answers HEAD with what GET would answer, but for the body. Streams end with their headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)
        as_get = {**scope, "method": "GET"}
        with anyio.CancelScope() as answering:

            async def without_body(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await send(message)
                    await send({"type": "http.response.body", "body": b""})
                    answering.cancel()

            await self._app(as_get, receive, without_body)
        scope.update(as_get, method="HEAD")  # the log names the route


class OwnPagesOnly:
    """400 for foreign names of this server while it is open, 403 for changes that another site's page asks for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._by_own_names = not settings.with_keys and not settings.allow_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            if self._by_own_names and not _is_own_name(host):
                answer = problem_response(400, "unknown-host", "this server answers to localhost and 127.0.0.1 only")
                return await answer(scope, receive, send)
            if _is_change(scope) and _is_foreign(headers, host):
                answer = problem_response(
                    403, "foreign-origin", "a page of another site asked for this; it is not done"
                )
                return await answer(scope, receive, send)
        await self._app(scope, receive, send)


def _is_own_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _is_change(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _is_foreign(headers: Headers, host: str) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != host
    except ValueError:
        return True
