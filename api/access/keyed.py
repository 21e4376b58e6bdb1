"""Who is calling, by API key: ``Authorization: Bearer ...``, or ``X-API-Key: ...``."""

from __future__ import annotations

from math import ceil

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from api.access.caller import CHALLENGE, Caller
from api.access.keys import KeyRing, scopes_of
from api.access.limits import RateLimit
from api.database.engine import Database
from api.problems import ProblemError
from formcheck.errors import UsageError

__all__ = ["KeyAccess", "check_keys_exist"]


class KeyAccess:
    """Lets in whoever brings a valid key, as often as that key may."""

    def __init__(self, database: Database) -> None:
        self._ring, self._limit = KeyRing(database), RateLimit(database)

    def identify(self, request: HTTPConnection) -> Caller:
        text = _presented(request.headers)
        if text is None:
            detail = "this server needs an API key: send 'Authorization: Bearer formcheck_...'"
            raise ProblemError(401, "key-missing", detail, {"WWW-Authenticate": CHALLENGE})
        key = self._ring.find(text)
        if key is None:
            detail = "this API key is unknown, expired or revoked; ask whoever runs this server for another"
            raise ProblemError(401, "unknown-key", detail, {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})
        if wait_s := self._limit.take(key.id, key.per_minute):
            detail = f"this API key may make {key.per_minute} requests a minute; wait as Retry-After says"
            raise ProblemError(429, "too-many-requests", detail, {"Retry-After": str(ceil(wait_s))})
        return Caller(key.owner, scopes_of(key), key.id)


def _presented(headers: Headers) -> str | None:
    scheme, _, text = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return text.strip()
    return headers.get("x-api-key")


def check_keys_exist(database: Database) -> None:
    """Raises UsageError when keys are needed to get in, and there is none that is valid."""
    if not KeyRing(database).any_valid():
        raise UsageError(
            "this server needs API keys and there is none that is valid: make one with `formcheck keys create NAME`,"
            " or set FORMCHECK_ALLOW_OPEN=true to let everybody in who reaches it"
        )
