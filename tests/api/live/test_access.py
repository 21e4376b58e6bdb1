"""Who may begin a live set, whose it is, and that no page of another site can."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from api.access.audit import AuditLog
from api.access.keys import KeyRing
from api.database.engine import Database
from api.database.migrate import migrate
from api.settings import Settings
from tests.api.conftest import Served, serving
from tests.api.live.conftest import LIVE, Connect, track
from tests.api.live.page import page

EXERCISE = "single_leg_box_squat"


@dataclass(frozen=True)
class Keyed:
    """A server that needs keys."""

    served: Served
    database: Database

    def key(self, *scopes: str, per_minute: int = 600) -> str:
        """A new key."""
        return KeyRing(self.database).create("test", scopes or ("read", "write"), per_minute, None).text

    def login(self, key: str) -> str:
        """The cookie of a browser that logged in with this key."""
        return str(httpx2.post(f"{self.served.url}/login", data={"key": key}).headers["set-cookie"].partition(";")[0])

    def refusal(self, **options: Any) -> dict[str, Any]:
        """What is answered to who is not let in."""
        with page(self.served.url, **options) as refused:
            told = refused.next()
            assert refused.close_code() == 1008
        return told


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("keyed"), keys_required=True, **LIVE)
    database = Database(settings.database_url)
    settings.data_dir.mkdir(exist_ok=True)
    migrate(database)
    KeyRing(database).create("first", ["read"], 60, None)
    with serving(settings) as served:
        yield Keyed(served, database)
    database.dispose()


def bearer(key: str) -> dict[str, Any]:
    return {"additional_headers": {"Authorization": f"Bearer {key}"}}


def test_who_brings_no_key_or_a_wrong_one_is_told_why(keyed: Keyed) -> None:
    missing = keyed.refusal()
    assert (missing["code"], missing["problem"], missing["fatal"]) == ("access", "key-missing", True)
    assert missing["detail"].startswith("This server needs an API key")
    assert keyed.refusal(**bearer("formcheck_wrong"))["problem"] == "unknown-key"
    assert keyed.refusal(**bearer(keyed.key("read")))["problem"] == "scope-missing"


def test_a_key_comes_as_header_or_as_the_cookie_of_a_page(keyed: Keyed) -> None:
    key = keyed.key()
    for options in (
        bearer(key),
        {"additional_headers": {"X-API-Key": key}},
        {"additional_headers": {"Cookie": keyed.login(key)}, "origin": keyed.served.url},
    ):
        with page(keyed.served.url, **options) as let_in:
            assert let_in.hello(input="landmarks")["kind"] == "welcome"
            let_in.say(kind="bye")


def test_a_key_that_connects_too_often_is_told_to_wait(keyed: Keyed) -> None:
    key = keyed.key("read", "write", per_minute=1)
    with page(keyed.served.url, **bearer(key)) as first:
        first.hello(input="landmarks")
        first.say(kind="bye")
    assert keyed.refusal(**bearer(key))["problem"] == "too-many-requests"


def test_a_set_belongs_to_its_key_and_is_on_record(keyed: Keyed) -> None:
    mine, theirs = keyed.key(), keyed.key()
    with page(keyed.served.url, **bearer(mine)) as first:
        welcome = first.hello(EXERCISE, input="landmarks")
        first.play(track("squat_clean_right", 10.0))
        with page(keyed.served.url, **bearer(theirs)) as thief:
            assert thief.hello(EXERCISE, input="landmarks", resume=welcome["resume"])["resumed"] is False
            thief.say(kind="bye")
        told = first.stop()
    assert told["saved"]
    address = told["links"]["analysis"]
    assert keyed.served.http.get(address, headers={"X-API-Key": mine}).status_code == 200
    assert keyed.served.http.get(address, headers={"X-API-Key": theirs}).status_code == 404
    actions = [(row.action, row.status) for row in AuditLog(keyed.database).entries(analysis_id=welcome["session"])]
    assert ("WS /v1/live", 201) in actions


def test_a_page_of_another_site_is_refused_whatever_cookie_it_has(keyed: Keyed, live_server: Served) -> None:
    key = keyed.key()
    cookie = {"additional_headers": {"Cookie": keyed.login(key)}}
    for url, options in ((keyed.served.url, cookie), (live_server.url, {})):
        for origin in ("https://elsewhere.example", "null", url.replace("http", "https").replace("127", "128")):
            with pytest.raises(InvalidStatus) as refused, page(url, origin=origin, **options):
                pass
            assert refused.value.response.status_code == 403


def test_another_name_that_leads_here_is_refused(live_server: Served) -> None:
    port = int(live_server.url.rpartition(":")[2])
    there = socket.create_connection(("127.0.0.1", port))
    with pytest.raises(InvalidStatus) as refused, page(f"http://rebound.example:{port}", sock=there):
        pass
    assert refused.value.response.status_code == 400


def test_the_own_page_is_let_in(live_server: Served, connect: Connect) -> None:
    with connect(origin=live_server.url) as own:
        assert own.hello(input="landmarks")["kind"] == "welcome"


def test_live_can_be_turned_off(tmp_path: Path) -> None:
    with serving(Settings(data_dir=tmp_path, **{**LIVE, "live_people": 0})) as off, page(off.url) as refused:
        assert refused.next()["code"] == "live_off"
        assert refused.close_code() == 1008
