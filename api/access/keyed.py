"""Who is calling, by API key: ``Authorization: Bearer ...``, ``X-API-Key: ...``, or the cookie of a login.

Other sites' pages cannot use the cookie to change anything: it is SameSite, and `api.guard` looks at where a request
comes from.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from api.access.caller import CHALLENGE, Caller
from api.access.keys import KeyRing, scopes_of
from api.access.limits import RateLimit
from api.access.logins import LOGIN_COOKIE, Logins
from api.database.engine import Database
from api.database.tables import ApiKey
from api.problems import ProblemError
from formcheck.errors import UsageError

__all__ = ["KeyAccess", "check_keys_exist"]

UNKNOWN: Final = "this API key is unknown, expired or revoked; ask whoever runs this server for another"
OVER: Final = "this login is over, or its key is not valid any more; log in again"


class KeyAccess:
    """Lets in whoever brings a valid key, as often as that key may."""

    def __init__(self, database: Database) -> None:
        self._ring, self._limit, self._logins = KeyRing(database), RateLimit(database), Logins(database)

    def identify(self, request: HTTPConnection) -> Caller:
        # A header of another kind is a proxy's in front of us, such as a password it asks for.
        text, token = _presented(request.headers), request.cookies.get(LOGIN_COOKIE)
        if text is not None:
            key = self._admitted(self._ring.find(text), UNKNOWN)
        elif token:
            key = self._admitted(self._logins.key_of(token), OVER)
        else:
            detail = "this server needs an API key: send 'Authorization: Bearer formcheck_...'"
            raise ProblemError(401, "key-missing", detail, {"WWW-Authenticate": CHALLENGE})
        return Caller(key.owner, scopes_of(key), key.id)

    def log_in(self, text: str) -> str:
        """The token of a new login for whoever knows this key. Raises ProblemError (401, 429)."""
        return self._logins.begin(self._admitted(self._ring.find(text), UNKNOWN).id)

    def log_out(self, request: HTTPConnection) -> None:
        """End the login that the request's cookie holds, if it does."""
        if token := request.cookies.get(LOGIN_COOKIE):
            self._logins.end(token)

    def _admitted(self, key: ApiKey | None, otherwise: str) -> ApiKey:
        """``key``, when there is one that has not asked too often; ``otherwise`` says why there is none."""
        if key is None:
            challenge = f'{CHALLENGE}, error="invalid_token"'
            raise ProblemError(401, "unknown-key", otherwise, {"WWW-Authenticate": challenge})
        if wait_s := self._limit.take(key.id, key.per_minute):
            detail = f"this API key may make {key.per_minute} requests a minute; wait as Retry-After says"
            raise ProblemError(429, "too-many-requests", detail, {"Retry-After": str(ceil(wait_s))})
        return key


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
