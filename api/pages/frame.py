"""What all pages share: their router, security headers, templates, and errors told as pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.access.caller import Access, Caller
from api.errors import StorageError
from api.pages.static import address
from api.problems import DATABASE_ERRORS, ProblemError
from formcheck.exercises.registry import get_exercise
from formcheck.report import quantities, wording

__all__ = ["render", "router", "see_other"]

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
    return await run_sync(_error_page, request, problem)


def _error_page(request: Request, problem: ProblemError) -> Response:
    if problem.status == 401:
        there = request.url.path if request.method == "GET" else "/"
        return see_other(f"/login?next={quote(there)}")
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
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A page from ``templates/``; blocks, for who is asking may have to be looked up."""
    content = _environment.get_template(template).render(
        request=request, settings=request.app.state.settings, caller=_caller(request), live=_has_live(request), **context
    )
    return HTMLResponse(content, status, dict(headers or {}))


def _caller(request: Request) -> Caller | None:
    """Who is asking; None for a stranger, to whom some pages are open."""
    access: Access = request.app.state.services.access
    try:
        return access.identify(request)
    except ProblemError:
        return None


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


def _exercise_title(exercise_id: str) -> str:
    return get_exercise(exercise_id).title


def _lasting(days: float) -> str:
    return wording.plural(round(days), "day") if days >= 1 else wording.plural(max(1, round(days * 24)), "hour")


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
        "exercise_title": _exercise_title,
        "lasting": _lasting,
        "sentence": wording.sentence,
    }
    made.globals |= {"w": wording, "q": quantities, "static": address}
    return made


_environment: Final = _made_environment()
