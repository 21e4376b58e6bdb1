"""The cookie of people who logged in with a key: it stands for the Authorization header that programs send."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["KEY_COOKIE", "KeyCookie", "with_key"]

KEY_COOKIE: Final = "formcheck_key"


class KeyCookie:
    """Middleware: a request with the cookie and without a key in its header goes on with the header.

    A header of another kind is a proxy's in front of us, such as a password it asks for.

    So there is one way to tell who is calling. Other sites' pages cannot use the cookie to change anything: it is
    SameSite, and `api.guard` looks at where a request comes from.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            key = _key_of(headers.get("cookie", ""))
            if key and not headers.get("authorization", "").lower().startswith("bearer "):
                scope = with_key(scope, key)
        await self._app(scope, receive, send)


def with_key(scope: Scope, key: str) -> Scope:
    """The same request, as a program with this key would send it."""
    others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", b"Bearer " + key.encode("latin-1", "replace"))]}


def _key_of(cookies: str) -> str:
    return cookie_parser(cookies).get(KEY_COOKIE, "")
