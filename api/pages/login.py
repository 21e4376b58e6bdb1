"""Logging in with an API key, where keys are needed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Query, Request, Response

from api.access.caller import Access
from api.dependencies import Parts
from api.pages.frame import render, router, see_other
from api.pages.key_cookie import KEY_COOKIE, with_key
from api.problems import ProblemError

__all__: list[str] = []

DAYS: Final = 30

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
    """Keep the key in a cookie that no script can read, when the server knows it."""
    if not services.settings.with_keys:
        return see_other(there)
    try:
        _check(services.access, request, key.strip())
    except ProblemError as error:
        if error.status not in (401, 403):
            raise
        return _form(request, there, "This server does not know that key. Ask whoever runs it for a valid one.")
    answer = see_other(there)
    answer.set_cookie(
        KEY_COOKIE,
        key.strip(),
        max_age=DAYS * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
def logout() -> Response:
    """Forget the key."""
    answer = see_other("/")
    answer.delete_cookie(KEY_COOKIE, httponly=True, samesite="lax")
    return answer


def _check(access: Access, request: Request, key: str) -> None:
    """Raises ProblemError when the server does not know this key."""
    if not key.isascii() or not key.isprintable() or not key:
        raise ProblemError(401, "unknown-key", "this is no key")
    access.identify(Request(with_key(request.scope, key)))


def _form(request: Request, there: str, error: str) -> Response:
    return render(
        request, "login.html.j2", status=401 if error else 200, title="Log in with a key", there=there, error=error
    )
