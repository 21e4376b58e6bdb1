"""Logging in with a key, where keys are needed."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from api.access.keys import KeyRing
from api.access.logins import LOGIN_COOKIE
from api.database.engine import Database
from api.database.migrate import migrate
from api.settings import Settings
from tests.api.conftest import QUICK, Served, serving


class Locked:
    """A server that asks for a key, one that it knows, and a browser."""

    def __init__(self, served: Served, ring: KeyRing) -> None:
        self.served, self.ring = served, ring
        self.key_id, self.key = self.fresh_key()

    def fresh_key(self, per_minute: int = 10_000) -> tuple[str, str]:
        new = self.ring.create("desk", ["read", "write"], per_minute, None)
        return new.row.id, new.text

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.served.url, timeout=30)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("locked"), keys_required=True, **QUICK)
    database = Database(settings.database_url)
    migrate(database)
    ring = KeyRing(database)
    ring.create("first", ["read"], 60, None)
    with serving(settings) as served:
        yield Locked(served, ring)
    database.dispose()


@pytest.fixture
def browser(locked: Locked) -> Iterator[httpx2.Client]:
    with locked.browser() as browser:
        yield browser


def log_in(browser: httpx2.Client, key: str) -> str:
    """The token that the browser holds from now on."""
    assert browser.post("/login", data={"key": key}).status_code == 303
    return str(browser.cookies[LOGIN_COOKIE])


def test_without_a_key_every_page_leads_to_the_login_and_back(locked: Locked, browser: httpx2.Client) -> None:
    answer = browser.get("/upload/form?exercise=clamshell")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fupload%2Fform%3Fexercise%3Dclamshell"
    form = browser.get(answer.headers["location"])
    assert form.status_code == 200
    assert 'type="password"' in form.text
    action = form.text.partition('<form class="narrow"')[2].partition('action="')[2].partition('"')[0]
    back = browser.post(action.replace("&amp;", "&"), data={"key": f" {locked.key} "})
    assert back.status_code == 303
    assert back.headers["location"] == "/upload/form?exercise=clamshell"
    page = browser.get(back.headers["location"])
    assert page.status_code == 200
    assert "Log out" in page.text


def test_no_browser_keeps_the_key_itself(locked: Locked, browser: httpx2.Client) -> None:
    answer = browser.post("/login", data={"key": locked.key})
    cookie = answer.headers["set-cookie"]
    assert locked.key[-43:] not in cookie
    assert cookie.startswith(f"{LOGIN_COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert locked.key[-43:] not in answer.text


@pytest.mark.parametrize("key", ["", "wrong", "formcheck_rïght", "a\r\nX: y"])
def test_an_unknown_key_is_told_beside_the_field(browser: httpx2.Client, key: str) -> None:
    answer = browser.post("/login", data={"key": key})
    assert answer.status_code == 401
    assert "does not know that key" in answer.text.partition('id="key-error"')[2].partition("</p>")[0]
    assert "set-cookie" not in answer.headers


def test_a_key_that_asked_too_often_is_told_to_wait(locked: Locked, browser: httpx2.Client) -> None:
    _, key = locked.fresh_key(per_minute=1)
    log_in(browser, key)
    answer = browser.post("/login", data={"key": key})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"])
def test_the_login_leads_to_this_server_only(locked: Locked, browser: httpx2.Client, there: str) -> None:
    assert browser.post("/login", params={"next": there}, data={"key": locked.key}).status_code == 404


def test_logging_out_ends_the_login_for_whoever_has_its_cookie(locked: Locked, browser: httpx2.Client) -> None:
    token = log_in(browser, locked.key)
    with locked.browser() as elsewhere:
        elsewhere.cookies.set(LOGIN_COOKIE, token)
        assert elsewhere.get("/analyses").status_code == 200
        answer = browser.post("/logout")
        assert answer.status_code == 303
        assert f'{LOGIN_COOKIE}=""' in answer.headers["set-cookie"]
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert elsewhere.get("/analyses").headers["location"].startswith("/login")
        assert elsewhere.get("/v1/analyses").status_code == 401
    assert locked.served.http.get("/v1/analyses", headers={"X-API-Key": locked.key}).status_code == 200


def test_a_revoked_key_ends_its_logins_with_the_next_request(locked: Locked, browser: httpx2.Client) -> None:
    key_id, key = locked.fresh_key()
    log_in(browser, key)
    assert browser.get("/analyses").status_code == 200
    locked.ring.revoke(key_id)
    assert browser.get("/analyses").headers["location"].startswith("/login")
    refused = browser.get("/v1/analyses")
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:formcheck:problem:unknown-key")
    assert "log in again" in refused.json()["detail"]


def test_another_site_s_page_cannot_use_the_cookie(locked: Locked, browser: httpx2.Client) -> None:
    log_in(browser, locked.key)
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/analyses?exercise=clamshell", "/logout"):
            answer = browser.post(path, headers=headers, data={"exercise": "clamshell"}, files={"file": b"x"})
            assert answer.status_code == 403
    assert browser.get("/analyses").status_code == 200


def test_without_keys_there_is_no_login(server: Served) -> None:
    assert server.http.get("/login").headers["location"] == "/"
    assert server.http.post("/login", data={"key": "any"}).headers["location"] == "/"
    assert "set-cookie" not in server.http.post("/login", data={"key": "any"}).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Cookie": "a=b; {login}"}, 200),
        ({"Cookie": 'prefs={"a":1}; a[b]=c; {login}'}, 200),
        ({"Cookie": "{login}", "Authorization": "Bearer formcheck_wrong"}, 401),
        ({"Cookie": "{login}", "X-API-Key": "formcheck_wrong"}, 401),
        ({"Cookie": "{login}", "Authorization": "Basic a-proxy-asks"}, 200),
        ({"Cookie": "formcheck_login={key}"}, 401),
        ({"Cookie": "other=1"}, 401),
        ({"Cookie": ";;=;"}, 401),
        ({"Authorization": "Bearer {token}"}, 401),
        ({}, 401),
    ],
)
def test_a_key_that_is_sent_goes_before_the_login(
    locked: Locked, browser: httpx2.Client, headers: dict[str, str], status: int
) -> None:
    with locked.browser() as other:
        token = log_in(other, locked.key)
    known = {"{login}": f"{LOGIN_COOKIE}={token}", "{token}": token, "{key}": locked.key}
    for place, text in known.items():
        headers = {name: value.replace(place, text) for name, value in headers.items()}
    assert browser.get("/v1/analyses", headers=headers).status_code == status
