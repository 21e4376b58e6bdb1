"""Every error as RFC 9457 ``application/problem+json``: what is wrong, which value, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from api.errors import MissingFileError, StorageError, StorageFullError
from formcheck.errors import FormcheckError

__all__ = [
    "DATABASE_ERRORS",
    "Problem",
    "ProblemError",
    "add_handlers",
    "defect_response",
    "documented",
    "http_problem",
    "invalid_field",
    "problem_response",
]

MEDIA_TYPE: Final = "application/problem+json"

RETRY_AFTER_S: Final = 5

CLIENT_GONE: Final = 499
"""As nginx counts requests whose client went away."""

DATABASE_ERRORS: Final = (DBAPIError, PoolTimeoutError)
"""What SQLAlchemy raises when the database is lost, locked or full."""

_log = structlog.get_logger()


class InvalidField(BaseModel):
    """One value of a request that cannot be right."""

    field: str = Field(examples=["exercise"])
    detail: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """An RFC 9457 problem. ``type`` names the kind and never changes; ``detail`` is for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:formcheck:problem:not-found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no such analysis; it may have been deleted",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[InvalidField] | None = None


class ProblemError(Exception):
    """Ends a request with a problem. ``kind`` is the last part of its type."""

    def __init__(self, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.headers = status, kind, detail, dict(headers or {})


def invalid_field(name: str, detail: str) -> RequestValidationError:
    """One field of a form that cannot be right, told as pydantic's findings are."""
    return RequestValidationError([{"type": "value_error", "loc": ("body", name[:40]), "msg": detail}])


def problem_response(
    status: int,
    kind: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: list[InvalidField] | None = None,
) -> Response:
    """A problem as a response; 503 always says when to come again."""
    problem = Problem(
        type=f"urn:formcheck:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors,
    )
    usual = {"Cache-Control": "no-store", **({"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {})}
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, status, {**usual, **(headers or {})}, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of an operation, for its OpenAPI ``responses``."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def add_handlers(app: FastAPI) -> None:
    """Turn every exception that was foreseen into a problem; `api.logs` tells of others."""
    app.add_exception_handler(ProblemError, _told)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(FormcheckError, _formcheck)
    app.add_exception_handler(ClientDisconnect, _gone)
    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, _database)


async def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(error.status, error.kind, error.detail, error.headers)


async def http_problem(request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown address, a method that is not taken, a body that is too large."""
    assert isinstance(error, HTTPException)
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    phrase = HTTPStatus(error.status_code).phrase
    kind = "too-large" if error.status_code == 413 else phrase.lower().replace(" ", "-")
    return problem_response(error.status_code, kind, _DETAILS.get(error.status_code, str(error.detail)), headers)


def _allowed(request: Request) -> str:
    """Every method this address takes; Starlette names those of the first route with that path only."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] != Match.NONE:
            found |= getattr(route, "methods", None) or set()
    if "GET" in found:
        found.add("HEAD")  # see `api.guard.HeadAsGet`
    return ", ".join(sorted(found))


_DETAILS: Final = {
    400: "the body cannot be read; /openapi.json says what it holds",
    404: "there is nothing under this address; /openapi.json names those that exist",
    405: "this address does not take this method; see the Allow header",
    408: "the body did not come in time; send it again",
    413: "the body is larger than allowed here",
}


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return invalid(error.errors())


def invalid(details: Sequence[Any]) -> Response:
    """422 for values that pydantic refused."""
    errors = [_field(item) for item in details]
    first = errors[0]
    return problem_response(422, "invalid-request", f"{first.field}: {first.detail}", errors=errors)


def _field(item: Any) -> InvalidField:
    if item["type"] == "json_invalid":
        return InvalidField(field="body", detail=f"this is no JSON from character {item['loc'][-1]} on")
    # Our own validators' words need no introduction.
    return InvalidField(field=_place(item["loc"]), detail=item["msg"].removeprefix("Value error, "))


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in ("body", "query", "path", "header")) or str(loc[0])


async def _formcheck(_request: Request, error: Exception) -> Response:
    if isinstance(error, MissingFileError):
        return problem_response(404, "file-missing", str(error))
    if isinstance(error, StorageError):
        _log.warning("storage_unavailable", error=str(error))
        kind = "storage-full" if isinstance(error, StorageFullError) else "storage-unavailable"
        return problem_response(503, kind, str(error))
    return problem_response(422, "invalid-request", str(error))


async def _database(_request: Request, error: Exception) -> Response:
    _log.warning("database_unavailable", error=type(error).__name__)
    return problem_response(503, "database-unavailable", "the database does not answer; try again in a few seconds")


async def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody reads the answer; the log's line tells how often."""
    return Response(status_code=CLIENT_GONE)


def defect_response(error: Exception) -> Response:
    """What nobody foresaw, for the log and for whoever asked."""
    _log.error("defect", error=type(error).__name__, exc_info=error)
    return problem_response(500, "internal-error", "this is a defect of the server; its log says more")
