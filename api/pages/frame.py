"""What all pages share: their router, security headers, templates, and errors told as pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from api.access.caller import Caller
from api.access.logins import LOGIN_COOKIE
from api.errors import StorageError
from api.pages.assets import address
from api.problems import DATABASE_ERRORS, ProblemError
from api.records import AnalysisSummary
from formcheck.exercises.registry import AUTO, get_exercise
from formcheck.report import outline, quantities, wording

__all__ = ["BOTH_TITLE", "missing_page", "render", "router", "see_other", "title_of", "wants_page"]

BOTH_TITLE: Final = "Treadmill running, from behind and from the side"
RECOGNISED_TITLE: Final = "Exercise recognised from the movement"

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " media-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send "Origin: null" with our own forms, which the guard has to refuse.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

OWN_SITE: Final = ("same-origin", "none")
"""``Sec-Fetch-Site`` of a request that a page of this server, or the person, made."""

ADVICE: Final = {
    400: "Go back and send it again.",
    403: "Use a page of this server, with a key that may do this.",
    404: "Go to the list to see what there is.",
    405: "Go to the list to see what there is.",
    409: "Go back and load the page again to see how it stands.",
    413: "Go back and send a smaller file.",
    429: "Wait a minute, then try again.",
    503: "Wait a minute, then try again. Nothing was changed.",
}

_log = structlog.get_logger()


class PageRoute(APIRoute):
    """A route whose errors are pages, and whose every response carries the pages' headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            response = await _answered(handle, request)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return handle_page


router = APIRouter(include_in_schema=False, route_class=PageRoute)


async def _answered(handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Response:
    try:
        if request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") not in OWN_SITE:
            raise ProblemError(403, "foreign-origin", "a page of another site asked for this; it is not done")
        return await handle(request)
    except RequestValidationError:
        problem = ProblemError(404, "not-found", "there is nothing under this address")
    except ProblemError as error:
        problem = error
    except StorageError as error:
        _log.warning("storage_unavailable", error=str(error))
        problem = ProblemError(503, "storage-unavailable", str(error))
    except DATABASE_ERRORS as error:
        _log.warning("database_unavailable", error=type(error).__name__)
        problem = ProblemError(503, "database-unavailable", "the database does not answer")
    return _error_page(request, problem)


def wants_page(request: Request) -> bool:
    """Whether somebody looks with a browser at an address that is not the API's."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


async def missing_page(request: Request, error: Exception) -> Response:
    """An address that is not there, or not to be looked at, as a page."""
    assert isinstance(error, HTTPException)
    problem = ProblemError(error.status_code, "not-found", "there is nothing to see under this address")
    response = _error_page(request, problem)
    response.headers.update(HEADERS)
    return response


def _error_page(request: Request, problem: ProblemError) -> Response:
    if problem.status == 401:
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return see_other(f"/login?next={quote(there if request.method == 'GET' else '/', safe='')}")
    headers = {**({"Retry-After": "60"} if problem.status == 503 else {}), **problem.headers}
    return render(
        request,
        "error.html.j2",
        status=problem.status,
        headers=headers,
        title=HTTPStatus(problem.status).phrase,
        detail=wording.sentence(problem.detail),
        advice=ADVICE.get(problem.status, "Go back and try again."),
    )


def render(
    request: Request,
    template: str,
    *,
    caller: Caller | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page from ``templates/``; without what ``caller`` may not do, where one is known."""
    settings = request.app.state.settings
    content = _environment.get_template(template).render(
        settings=settings,
        here=request.url.path,
        live=_has_live(request),
        may_write=caller is None or "write" in caller.scopes,
        may_delete=caller is None or "delete" in caller.scopes,
        logged_in=settings.with_keys and LOGIN_COOKIE in request.cookies,
        **context,
    )
    return HTMLResponse(content, status, dict(headers or {}))


def _has_live(request: Request) -> bool:
    """Whether there is a live page to lead to."""
    return any(getattr(route, "path", "") == "/live" for route in request.app.state.routes)


def see_other(address: str) -> RedirectResponse:
    """303 to an address of this server."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.startswith("/") or address[1:2] in ("/", "\\"):
        raise ValueError(f"{address!r} is no address of this server")
    return RedirectResponse(address, 303)


def _when(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def title_of(record: AnalysisSummary) -> str:
    """What was filmed, as a heading."""
    if len(record.clips) == 2:
        return BOTH_TITLE
    shown = record.clips[0].exercise
    return RECOGNISED_TITLE if shown == AUTO else get_exercise(shown).title


def _lasting(days: float) -> str:
    return wording.plural(round(days), "day") if days >= 1 else wording.plural(max(1, round(days * 24)), "hour")


def _minutes(seconds_s: float) -> str:
    return f"{seconds_s / 60:g} minutes"


def _made_environment() -> Environment:
    made = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "when": _when,
        "title_of": title_of,
        "lasting": _lasting,
        "minutes": _minutes,
        "sentence": wording.sentence,
    }
    made.globals |= {"w": wording, "q": quantities, "o": outline, "static": address}
    return made


_environment: Final = _made_environment()
