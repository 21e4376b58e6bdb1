"""Logging in with an API key, where keys are needed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Query, Request, Response

from api.access.keyed import KeyAccess
from api.access.logins import LOGIN_COOKIE, LOGIN_DAYS
from api.dependencies import Parts
from api.pages.frame import render, router, see_other
from api.problems import ProblemError

__all__: list[str] = []

UNKNOWN: Final = "This server does not know that key. Ask whoever runs it for a valid one."

Next = Annotated[str, Query(alias="next", max_length=300, pattern=r"^/([!-.0-\[\]-~][!-~]*)?$")]
"""An address of this server: "//" and "/\\" would lead to another."""


@router.get("/login")
def login_page(request: Request, services: Parts, there: Next = "/") -> Response:
    """The form; without keys there is nothing to log in to."""
    if not services.settings.with_keys:
        return see_other(there)
    return _form(request, there, "")


@router.post("/login")
def login(
    request: Request, services: Parts, key: Annotated[str, Form(max_length=500)] = "", there: Next = "/"
) -> Response:
    """Begin a login, when the server knows the key; its token goes into a cookie that no script can read."""
    if not isinstance(services.access, KeyAccess):
        return see_other(there)
    try:
        token = services.access.log_in(key.strip())
    except ProblemError as error:
        if error.status != 401:
            raise
        return _form(request, there, UNKNOWN)
    answer = see_other(there)
    answer.set_cookie(
        LOGIN_COOKIE,
        token,
        max_age=LOGIN_DAYS * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
def logout(request: Request, services: Parts) -> Response:
    """End the login, here and for whoever has its cookie."""
    if isinstance(services.access, KeyAccess):
        services.access.log_out(request)
    answer = see_other("/")
    answer.delete_cookie(LOGIN_COOKIE, httponly=True, samesite="lax")
    return answer


def _form(request: Request, there: str, error: str) -> Response:
    return render(
        request,
        "login.html.j2",
        status=401 if error else 200,
        title="Log in with a key",
        there=there,
        error=error,
        days=LOGIN_DAYS,
    )
