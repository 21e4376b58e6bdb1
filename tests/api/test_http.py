"""Every answer is well-formed: problems, headers, health, metrics, the OpenAPI document, and who is let in."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.app import create_app
from api.settings import Settings, settings_table
from formcheck.errors import UsageError
from tests.api.conftest import QUICK, Served, serving


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("PUT", "/v1/analyses", 405),
        ("GET", "/v1/analyses/no-uuid", 422),
        ("GET", "/v1/analyses?limit=0", 422),
        ("GET", "/v1/exercises/yoga", 404),
        ("POST", "/v1/analyses", 415),
        ("POST", "/v1/analyses/0b9c6f5e-5d0a-4f0e-9d4f-2f1f6a1c7e11/rescore", 422),
    ],
)
def test_every_error_is_a_problem(idle_server: Served, method: str, path: str, status: int) -> None:
    answer = idle_server.http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert set(body) >= {"type", "title", "status", "detail"}
    assert answer.headers["x-request-id"]
    assert (status == 405) == ("allow" in answer.headers)


def test_a_request_id_is_kept_when_it_is_harmless(idle_server: Served) -> None:
    kept = idle_server.http.get("/healthz", headers={"X-Request-ID": "abc-1"})
    assert kept.headers["x-request-id"] == "abc-1"
    replaced = idle_server.http.get("/healthz", headers={"X-Request-ID": "a b"})
    assert replaced.headers["x-request-id"] != "a b"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"limits": [', "body: this is no JSON from character 12 on"),
        ('{"limits": {"clamshell": {"no_such": 1}}}', "limits: clamshell"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_in_plain_words(idle_server: Served, body: str, told: str) -> None:
    address = "/v1/analyses/0b9c6f5e-5d0a-4f0e-9d4f-2f1f6a1c7e11/rescore"
    answer = idle_server.http.post(address, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(told)


def test_somebody_with_a_browser_gets_a_page(idle_server: Served) -> None:
    asked = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path, status in (("/nothing/here", 404), ("/logout", 405)):
        answer = idle_server.http.get(path, headers=asked)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "nothing to see" in answer.text
    assert idle_server.http.get("/v1/nothing", headers=asked).headers["content-type"] == "application/problem+json"


def test_an_origin_that_is_no_address_is_foreign(idle_server: Served) -> None:
    assert idle_server.http.post("/v1/analyses", headers={"Origin": "http://["}).status_code == 403


def test_a_body_that_never_comes_is_not_waited_for(idle_server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.guard.BODY_S", 0.2)
    address = "/v1/analyses/0b9c6f5e-5d0a-4f0e-9d4f-2f1f6a1c7e11/rescore"
    with socket.create_connection(("127.0.0.1", int(idle_server.url.rpartition(":")[2])), timeout=20) as half:
        head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        half.sendall(f"{head}Content-Length: 20\r\n\r\n{{".encode())
        assert half.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/exercises", "/v1/analyses", "/openapi.json"])
def test_head_answers_like_get_without_the_body(idle_server: Served, path: str) -> None:
    whole, head = idle_server.http.get(path), idle_server.http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]
    assert head.headers["x-request-id"]


def test_head_of_what_is_not_there_or_streams_ends_at_once(idle_server: Served, clip: Path) -> None:
    assert idle_server.http.head("/nothing/here").status_code == 404
    made = idle_server.upload(clip).json()
    for _ in range(3):
        assert idle_server.http.head(f"{made['links']['self']}/events").status_code == 200
    services = idle_server.app.state.services
    ends_at = time.monotonic() + 10
    while services.streams.value < idle_server.settings.max_streams:  # a place is free soon after the answer
        assert time.monotonic() < ends_at, "its place is still held"
        time.sleep(0.02)
    refused = idle_server.http.request("PUT", "/v1/exercises")
    assert refused.headers["allow"] == "GET, HEAD"
    assert idle_server.http.head(f"{made['links']['self']}/rescore").status_code == 405


def test_the_catalogue_holds_limits_and_sources(idle_server: Served) -> None:
    exercises = idle_server.http.get("/v1/exercises").json()
    assert {one["id"] for one in exercises} >= {"clamshell", "running_rear", "running_side"}
    for one in exercises:
        assert one["checks"]
        assert all(limit["source"] and limit["low"] <= limit["default"] <= limit["high"] for limit in one["limits"])
    assert idle_server.http.get(f"/v1/exercises/{exercises[0]['id']}").json() == exercises[0]


def test_a_server_without_workers_lives_and_is_not_ready(idle_server: Served) -> None:
    assert idle_server.http.get("/healthz").json() == {"status": "ok"}
    answer = idle_server.http.get("/readyz")
    assert answer.status_code == 503
    expected = {
        "status": "unavailable",
        "database": "ok",
        "storage": "ok",
        "workers": "unavailable",
        "workers_alive": 0,
    }
    assert answer.json() == expected


def test_metrics_tell_queue_and_requests(idle_server: Served, clip: Path) -> None:
    idle_server.upload(clip)
    page = idle_server.http.get("/metrics").text
    assert 'formcheck_jobs{state="queued"} 1.0' in page
    assert "formcheck_oldest_queued_seconds" in page
    assert 'formcheck_request_seconds_count{method="POST",route="/v1/analyses",status="202"}' in page


def test_metrics_count_outcomes_by_kind(server: Served, tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"no film")
    server.finished(server.upload(tmp_path / "no.mp4").json()["id"])
    page = server.http.get("/metrics").text
    assert 'formcheck_job_attempts_total{kind="SourceError",outcome="failed"}' in page
    assert 'formcheck_job_seconds_bucket{kind="SourceError",le="+Inf",outcome="failed"}' in page


def test_logs_are_json_without_names(tmp_path: Path, clip: Path, capfd: pytest.CaptureFixture[str]) -> None:
    named = tmp_path / "Jane Doe.webm"
    named.write_bytes(clip.read_bytes())
    with serving(Settings(data_dir=tmp_path / "data", **{**QUICK, "log_level": "info"})) as served:
        served.upload(named, headers={"X-Request-ID": "jd-1"})
    err = capfd.readouterr().err
    (line,) = [json.loads(line) for line in err.splitlines() if "jd-1" in line]
    assert (line["event"], line["route"], line["status"]) == ("request", "/v1/analyses", 202)
    assert "Jane" not in err


def test_the_document_is_complete(idle_server: Served) -> None:
    document = idle_server.http.get("/openapi.json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation.get("summary") and operation.get("description") for operation in operations)
    named = set(document["components"]["schemas"])
    referred = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert referred <= named


def test_another_address_needs_keys_or_a_plain_word(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="FORMCHECK_ALLOW_OPEN"):
        create_app(Settings(host="0.0.0.0", keys_required=False, data_dir=tmp_path))
    assert Settings(host="0.0.0.0", data_dir=tmp_path).with_keys
    assert not Settings(host="127.0.0.1", data_dir=tmp_path).with_keys
    create_app(Settings(host="0.0.0.0", keys_required=False, allow_open=True, data_dir=tmp_path))


def test_only_this_machine_s_own_names_are_answered_without_keys(idle_server: Served) -> None:
    answer = idle_server.http.get("/v1/analyses", headers={"Host": "attacker.example"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:formcheck:problem:unknown-host")


def test_a_page_of_another_site_changes_nothing(idle_server: Served, clip: Path) -> None:
    headers = {"Origin": "https://attacker.example"}
    answer = idle_server.upload(clip, headers=headers, expect=403)
    assert answer.json()["type"] == "urn:formcheck:problem:foreign-origin"
    own = {"Origin": idle_server.url}
    assert idle_server.upload(clip, headers=own).status_code == 202


def test_too_little_room_is_a_503_and_ends_by_itself(tmp_path: Path, clip: Path) -> None:
    with serving(Settings(data_dir=tmp_path, **{**QUICK, "min_free_mb": 10**9})) as full:
        answer = full.upload(clip, expect=503)
        assert answer.json()["type"] == "urn:formcheck:problem:storage-full"
        assert int(answer.headers["retry-after"]) > 0
        assert full.http.get("/readyz").json()["storage"] == "unavailable"


def test_the_table_of_settings_is_the_code_s(root: Path) -> None:
    assert (root / "docs" / "configuration.md").read_text(encoding="utf-8") == settings_table()


def test_the_app_is_found_by_uvicorn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import api.app

    monkeypatch.delitem(vars(api.app), "app", raising=False)
    monkeypatch.setenv("FORMCHECK_DATA_DIR", str(tmp_path))
    made: Any = api.app.app
    assert made is api.app.app
    assert made.state.settings.data_dir == tmp_path


def test_the_socket_decides_who_is_let_in_without_keys(tmp_path: Path) -> None:
    """Whatever uvicorn was told to listen on: without keys only loopback is served."""
    app = create_app(Settings(data_dir=tmp_path, **QUICK))

    async def asked() -> httpx2.Response:
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=_listening_on(app, "192.0.2.1"))
            async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.get("/v1/analyses")

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:formcheck:problem:keys-needed")


def _listening_on(app: Any, address: str) -> Any:
    async def called(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await app({**scope, "server": (address, 8000)}, receive, send)

    return called
