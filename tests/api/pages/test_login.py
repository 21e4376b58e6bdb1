"""Logging in with a key, where keys are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anyio
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.access.caller import ALL_SCOPES, Caller, OpenAccess
from api.pages.key_cookie import KEY_COOKIE, KeyCookie
from api.problems import ProblemError
from api.settings import Settings
from tests.api.conftest import QUICK, Served, serving


class OneKey:
    """Knows one key, as keys are sent by programs."""

    def identify(self, request: Request) -> Caller:
        if request.headers.get("authorization") != "Bearer formcheck_right":
            raise ProblemError(401, "unknown-key", "this API key is unknown")
        return Caller("clinic", ALL_SCOPES)


@pytest.fixture
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that asks for a key. It is started open, for the keys themselves are tested elsewhere."""
    with serving(Settings(data_dir=tmp_path_factory.mktemp("locked"), **QUICK)) as served:
        services = served.app.state.services
        settings = services.settings.model_copy(update={"keys_required": True})
        served.app.state.settings = settings
        assert isinstance(services.access, OpenAccess)
        served.app.state.services = replace(services, settings=settings, access=OneKey())
        yield served


def test_without_a_key_every_page_leads_to_the_login_and_back(locked: Served) -> None:
    answer = locked.http.get("/upload/form?exercise=clamshell")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fupload%2Fform%3Fexercise%3Dclamshell"
    form = locked.http.get(answer.headers["location"])
    assert form.status_code == 200
    assert 'type="password"' in form.text
    action = form.text.partition('<form class="narrow"')[2].partition('action="')[2].partition('"')[0]
    back = locked.http.post(action.replace("&amp;", "&"), data={"key": " formcheck_right "})
    assert back.status_code == 303
    assert back.headers["location"] == "/upload/form?exercise=clamshell"
    cookie = back.headers["set-cookie"]
    assert cookie.startswith(f"{KEY_COOKIE}=formcheck_right;")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("key", ["", "wrong", "formcheck_rïght", "a\r\nX: y"])
def test_an_unknown_key_is_told_beside_the_field(locked: Served, key: str) -> None:
    answer = locked.http.post("/login", data={"key": key})
    assert answer.status_code == 401
    assert "does not know that key" in answer.text.partition('id="key-error"')[2].partition("</p>")[0]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"])
def test_the_login_leads_to_this_server_only(locked: Served, there: str) -> None:
    answer = locked.http.post("/login", params={"next": there}, data={"key": "formcheck_right"})
    assert answer.status_code == 404


def test_logging_out_forgets_the_key(locked: Served) -> None:
    answer = locked.http.post("/logout")
    assert answer.status_code == 303
    assert f'{KEY_COOKIE}=""' in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_without_keys_there_is_no_login(server: Served) -> None:
    assert server.http.get("/login").headers["location"] == "/"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"cookie": f"a=b; {KEY_COOKIE}=formcheck_right"}, "Bearer formcheck_right"),
        ({"cookie": f'prefs={{"a":1}}; a[b]=c; {KEY_COOKIE}=formcheck_right'}, "Bearer formcheck_right"),
        ({"cookie": f"{KEY_COOKIE}=theirs", "authorization": "Bearer own"}, "Bearer own"),
        ({"cookie": f"{KEY_COOKIE}=theirs", "authorization": "Basic a-proxy-asks"}, "Bearer theirs"),
        ({"cookie": "other=1"}, None),
        ({"cookie": ";;=;"}, None),
        ({}, None),
    ],
)
def test_the_cookie_stands_for_the_header(sent: dict[str, str], told: str | None) -> None:
    seen: list[Headers] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(Headers(scope=scope))

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nothing is read or sent here")

    scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in sent.items()]}
    anyio.run(KeyCookie(app), scope, nothing, nothing)
    assert seen[0].get("authorization") == told
