"""The caller of a request and what it may do; routes declare their scope with ``Depends(needs("read"))``.

Whoever implements `Access` decides from the request who is calling. Without keys that is `OpenAccess`: everybody
who can reach the loopback address is the one user of this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal, Protocol

from starlette.requests import HTTPConnection

from api.problems import ProblemError
from api.settings import Settings

__all__ = ["ALL_SCOPES", "CHALLENGE", "Access", "Caller", "OpenAccess", "Scope", "needs"]

Scope = Literal["read", "write", "delete", "metrics", "admin"]
"""``admin`` extends the others to the analyses of all keys, and allows nothing by itself."""

ALL_SCOPES: Final[frozenset[Scope]] = frozenset(("read", "write", "delete", "metrics", "admin"))

CHALLENGE: Final = 'Bearer realm="formcheck"'

FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""What proxies add: behind one, everybody seems to call from this machine."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. ``id`` owns what it creates, ``key_id`` is the key it came with; "" where no keys are needed."""

    id: str
    scopes: frozenset[Scope]
    key_id: str = ""

    @property
    def owner(self) -> str | None:
        """Whose analyses may be seen; None for everybody's."""
        return None if "admin" in self.scopes else self.id


class Access(Protocol):
    """Decides who is calling."""

    def identify(self, request: HTTPConnection) -> Caller:
        """The caller; may block. Raises ProblemError (401, 403, 429)."""


class OpenAccess:
    """No keys: whoever is let in may do everything."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def identify(self, request: HTTPConnection) -> Caller:
        # uvicorn may have been told to listen elsewhere than FORMCHECK_HOST says: the socket knows.
        if not self._settings.allow_open and (not _on_loopback(request) or _forwarded(request)):
            raise ProblemError(
                403,
                "keys-needed",
                "this server has no API keys and is meant for its own machine; set FORMCHECK_KEYS_REQUIRED=true,"
                " or FORMCHECK_ALLOW_OPEN=true to let everybody in",
            )
        return Caller("", ALL_SCOPES)


def _forwarded(request: HTTPConnection) -> bool:
    return any(name in request.headers for name in FORWARDED)


def _on_loopback(request: HTTPConnection) -> bool:
    server = request.scope.get("server")
    if server is None or server[1] is None:  # a socket file: its permissions decide
        return True
    try:
        return ip_address(server[0]).is_loopback
    except ValueError:
        return str(server[0]) == "localhost"


def needs(scope: Scope) -> Callable[[HTTPConnection], Caller]:
    """A dependency, of requests and of WebSockets: the caller, when it may do this."""

    def caller(request: HTTPConnection) -> Caller:
        access: Access = request.app.state.services.access
        who = access.identify(request)
        request.state.caller = who  # for `api.access.audit`
        if scope not in who.scopes:
            challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
            detail = f"this API key lacks the scope {scope!r}"
            raise ProblemError(403, "scope-missing", detail, {"WWW-Authenticate": challenge})
        return who

    return caller
