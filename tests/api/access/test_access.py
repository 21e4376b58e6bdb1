"""A server with keys lets in whoever brings one, shows each its own analyses, and records who read what."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.access.audit import AuditLog
from api.access.keys import KeyRing
from api.app import create_app
from api.database.engine import Database
from api.database.migrate import migrate
from api.database.tables import AuditEntry, Job
from api.jobs.sweeper import Sweeper
from api.settings import Settings
from formcheck.errors import UsageError
from tests.api.conftest import QUICK, Served, serving
from tests.commands import Ended, run_here


class Keyed:
    """A server that needs keys, and its key ring."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.ring = KeyRing(served.app.state.services.database)

    def key(self, *scopes: str, per_minute: int = 10_000, same_as: str | None = None) -> str:
        return self.ring.create("test", scopes or ["read", "write", "delete"], per_minute, None, same_as).text

    def ask(self, method: str, path: str, key: str | None, **given: Any) -> httpx2.Response:
        headers = {**given.pop("headers", {}), **({"Authorization": f"Bearer {key}"} if key else {})}
        return self.served.http.request(method, path, headers=headers, **given)

    def upload(self, key: str, clip: Path) -> str:
        answer = self.served.upload(clip, headers={"Authorization": f"Bearer {key}"})
        analysis_id: str = answer.json()["id"]
        return analysis_id

    def recorded(self, analysis_id: str) -> set[tuple[str, int, int]]:
        log = AuditLog(self.served.app.state.services.database)
        return {(row.action, row.status, row.count) for row in log.entries(analysis_id=analysis_id)}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    folder = tmp_path_factory.mktemp("keyed")
    settings = Settings(data_dir=folder, keys_required=True, **QUICK)
    database = Database(settings.database_url)
    migrate(database)
    KeyRing(database).create("first", ["read"], 60, None)
    database.dispose()
    with serving(settings) as served:
        yield Keyed(served)


def id_of(key: str) -> str:
    return key.split("_")[1]


def test_without_a_key_nothing_is_told(keyed: Keyed) -> None:
    for path in ("/v1/analyses", "/v1/exercises", "/metrics"):
        answer = keyed.ask("GET", path, None)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.json()["type"] == "urn:formcheck:problem:key-missing"
        assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert keyed.ask("GET", "/healthz", None).status_code == 200


def test_a_wrong_key_is_told_from_none(keyed: Keyed) -> None:
    for wrong in ("formcheck_000000000000_" + "A" * 43, "nonsense"):
        answer = keyed.ask("GET", "/v1/analyses", wrong)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:formcheck:problem:unknown-key")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_either_header_carries_the_key(keyed: Keyed) -> None:
    key = keyed.key("read")
    get = keyed.served.http.get
    assert get("/v1/analyses", headers={"X-API-Key": key}).status_code == 200
    assert get("/v1/analyses", headers={"Authorization": f"bearer {key}"}).status_code == 200
    assert get("/v1/analyses", headers={"Authorization": f"Basic {key}"}).status_code == 401
    assert get(f"/v1/analyses?key={key}").status_code == 401, "an address stands in logs and histories"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("read", "GET", "/v1/analyses"),
        ("write", "POST", "/v1/analyses"),
        ("delete", "DELETE", "/v1/analyses/0b9c6f5e-5d0a-4f0e-9d4f-2f1f6a1c7e11"),
        ("metrics", "GET", "/metrics"),
    ],
)
def test_each_scope_opens_its_own_door_only(keyed: Keyed, scope: str, method: str, path: str) -> None:
    others = [one for one in ("read", "write", "delete", "metrics", "admin") if one != scope]
    answer = keyed.ask(method, path, keyed.key(*others))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:formcheck:problem:scope-missing")
    assert f'scope="{scope}"' in answer.headers["www-authenticate"]
    assert keyed.ask(method, path, keyed.key(scope)).status_code in (200, 404, 415)


def test_too_many_requests_are_told_when_to_come_again(keyed: Keyed) -> None:
    key = keyed.key("read", per_minute=2)
    statuses = [keyed.ask("GET", "/v1/exercises", key).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    answer = keyed.ask("GET", "/v1/exercises", key)
    assert answer.headers["content-type"] == "application/problem+json"
    assert 1 <= int(answer.headers["retry-after"]) <= 30


def test_each_key_sees_its_own_analyses(keyed: Keyed, clip: Path) -> None:
    one, other = keyed.key(), keyed.key()
    mine = keyed.upload(one, clip)
    for method, path in (
        ("GET", ""),
        ("GET", "/events"),
        ("GET", "/result"),
        ("GET", "/report"),
        ("GET", "/overlay"),
        ("GET", "/video"),
        ("GET", "/landmarks"),
        ("GET", "/export.csv"),
        ("POST", "/retry"),
        ("DELETE", ""),
    ):
        answer = keyed.ask(method, f"/v1/analyses/{mine}{path}", other)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:formcheck:problem:not-found"), path
    rescored = keyed.ask("POST", f"/v1/analyses/{mine}/rescore", other, json={})
    assert rescored.status_code == 404
    assert mine not in keyed.ask("GET", "/v1/analyses", other).text
    assert keyed.ask("GET", f"/v1/analyses/{mine}", one).status_code == 200
    for sees in (keyed.key("read", same_as=id_of(one)), keyed.key("read", "admin")):
        assert keyed.ask("GET", f"/v1/analyses/{mine}", sees).status_code == 200
        assert mine in keyed.ask("GET", "/v1/analyses", sees).text


def test_a_replaced_key_s_analyses_are_the_new_one_s(keyed: Keyed, clip: Path) -> None:
    old = keyed.key()
    mine = keyed.upload(old, clip)
    new = keyed.ring.rotate(id_of(old), timedelta(0)).text
    assert keyed.ask("GET", f"/v1/analyses/{mine}", old).status_code == 401
    assert keyed.ask("GET", f"/v1/analyses/{mine}", new).status_code == 200


def test_a_revoked_key_is_out_with_the_next_request(keyed: Keyed) -> None:
    key = keyed.key("read")
    assert keyed.ask("GET", "/v1/analyses", key).status_code == 200
    keyed.ring.revoke(id_of(key))
    assert keyed.ask("GET", "/v1/analyses", key).status_code == 401


def test_the_same_idempotency_key_of_two_keys_makes_two_analyses(keyed: Keyed, clip: Path) -> None:
    ids = set()
    for key in (keyed.key(), keyed.key()):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "same"}
        ids.add(keyed.served.upload(clip, headers=headers).json()["id"])
    assert len(ids) == 2


def test_last_use_is_noted(keyed: Keyed) -> None:
    key = keyed.key("read")
    keyed.ask("GET", "/v1/exercises", key)
    (row,) = [row for row in keyed.ring.all() if row.id == id_of(key)]
    assert row.last_used_at is not None
    assert datetime.now(UTC) - row.last_used_at < timedelta(minutes=5)


def test_who_read_what_is_recorded_with_its_answer(keyed: Keyed, clip: Path) -> None:
    one, other = keyed.key(), keyed.key()
    mine = keyed.upload(one, clip)
    for _ in range(3):
        keyed.ask("GET", f"/v1/analyses/{mine}", one)
    keyed.ask("GET", f"/v1/analyses/{mine}/report", other)
    keyed.ask("DELETE", f"/v1/analyses/{mine}", one)
    counts = keyed.recorded(mine)
    assert ("POST /v1/analyses", 202, 1) in counts, "who made it"
    assert ("GET /v1/analyses/{analysis_id}/report", 404, 1) in counts
    assert ("DELETE /v1/analyses/{analysis_id}", 204, 1) in counts
    read = [count for action, status, count in counts if (action, status) == ("GET /v1/analyses/{analysis_id}", 200)]
    assert sum(read) == 3, "an hour may begin in between"
    listed = {row.action for row in AuditLog(keyed.served.app.state.services.database).entries(key_id=id_of(other))}
    assert listed == {"GET /v1/analyses/{analysis_id}/report"}


def test_what_is_made_from_another_is_recorded_with_both(keyed: Keyed, clip: Path) -> None:
    key = keyed.key()
    first = keyed.upload(key, clip)
    services = keyed.served.app.state.services
    with services.database.writing() as session:
        job = session.get(Job, first)
        job.state, job.outputs = "done", f"analyses/{first}/made"
    with services.store.writing(f"analyses/{first}/made/landmarks-1.npz") as track:
        track.write(b"landmarks")
    again = keyed.ask("POST", f"/v1/analyses/{first}/rescore", key, json={}).json()["id"]
    for one in (first, again):
        assert ("POST /v1/analyses/{analysis_id}/rescore", 202, 1) in keyed.recorded(one)


def test_what_cannot_be_recorded_is_not_told(keyed: Keyed, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = keyed.key()
    mine = keyed.upload(key, clip)
    database = keyed.served.app.state.services.database
    with database.writing() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    answer = keyed.ask("GET", f"/v1/analyses/{mine}", key)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:formcheck:problem:database-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    with database.writing() as session:
        session.connection().exec_driver_sql("DROP TRIGGER full")
    assert keyed.ask("GET", f"/v1/analyses/{mine}", key).status_code == 200


def test_the_record_ends_with_its_retention(keyed: Keyed) -> None:
    key = keyed.key("read")
    services = keyed.served.app.state.services
    keyed.ask("GET", "/v1/analyses", key)
    log = AuditLog(services.database)
    with services.database.writing() as session:
        for row in session.query(AuditEntry).filter(AuditEntry.key_id == id_of(key)):
            row.last_at -= timedelta(days=364)
    Sweeper(services.database, services.store, keyed.served.settings).sweep()
    assert log.entries(key_id=id_of(key))
    shorter = keyed.served.settings.model_copy(update={"audit_days": 363.0})
    Sweeper(services.database, services.store, shorter).sweep()
    assert not log.entries(key_id=id_of(key))


def test_no_key_stands_in_a_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, keys_required=True, **{**QUICK, "log_level": "debug"})
    database = Database(settings.database_url)
    migrate(database)
    key = KeyRing(database).create("x", ["read"], 60, None).text
    database.dispose()
    with serving(settings) as served:
        assert served.http.get("/v1/analyses", headers={"X-API-Key": key}).status_code == 200
        assert served.http.get("/v1/analyses", headers={"X-API-Key": key + "x"}).status_code == 401
    err = capfd.readouterr().err
    assert '"/v1/analyses"' in err
    assert key[-43:] not in err


def test_the_document_tells_how_to_send_a_key_where_one_is_needed(keyed: Keyed, tmp_path: Path) -> None:
    document = keyed.served.http.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "header"}
    assert document["paths"]["/v1/analyses"]["get"]["security"] == [{"bearer": []}, {"header": []}]
    assert "security" not in document["paths"]["/healthz"]["get"]
    assert "security" not in json.dumps(create_app(Settings(data_dir=tmp_path)).openapi())


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"]
)
def test_behind_a_proxy_nobody_counts_as_this_machine(idle_server: Served, header: str) -> None:
    answer = idle_server.http.get("/v1/analyses", headers={header: "127.0.0.1"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:formcheck:problem:keys-needed")


def test_a_server_for_others_does_not_start_without_a_valid_key(tmp_path: Path) -> None:
    from api.app import check_access

    settings = Settings(host="0.0.0.0", data_dir=tmp_path)
    with pytest.raises(UsageError, match="formcheck keys create"):
        check_access(settings)
    database = Database(settings.database_url)
    ring = KeyRing(database)
    key = ring.create("x", ["read"], 60, None).row
    check_access(settings)
    ring.revoke(key.id)
    with pytest.raises(UsageError, match="none that is valid"):
        check_access(settings)
    database.dispose()


def command(folder: Path, *arguments: str) -> Ended:
    return run_here(*arguments, FORMCHECK_DATA_DIR=str(folder))


def test_the_command_makes_lists_replaces_and_ends_keys(tmp_path: Path) -> None:
    assert command(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0").code == 2
    made = command(tmp_path, "keys", "create", "desk", "--scopes", "read, write", "--days", "90")
    key = made.out.strip()
    assert key.startswith("formcheck_")
    assert key not in made.err
    new = command(tmp_path, "keys", "rotate", id_of(key), "--overlap-hours", "1").out.strip()
    assert command(tmp_path, "keys", "revoke", id_of(new)).code == 0
    listed = json.loads(command(tmp_path, "keys", "list", "--json").out)
    assert [(row["id"], row["state"], row["replaced_by"]) for row in listed] == [
        (id_of(key), "valid", id_of(new)),
        (id_of(new), "revoked", None),
    ]
    assert key not in json.dumps(listed)
    unknown = command(tmp_path, "keys", "revoke", "nosuchkey")
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)
    shutil.rmtree(tmp_path)
