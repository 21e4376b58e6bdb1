"""What is accepted lies safely; what is not is refused with a problem, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from tests.api.conftest import QUICK, Served, serving


def files_of(server: Served) -> list[Path]:
    return [path for path in (server.settings.data_dir / "files").rglob("*") if path.is_file()]


def problem(answer: Any, status: int, kind: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:formcheck:problem:{kind}"
    assert body["status"] == status
    detail: str = body["detail"]
    return detail


def test_an_accepted_upload_is_stored_and_waits(idle_server: Served, clip: Path) -> None:
    answer = idle_server.upload(clip)
    made = answer.json()
    assert answer.headers["Location"] == made["links"]["self"] == f"/v1/analyses/{made['id']}"
    assert made["state"] == "queued"
    (stored,) = files_of(idle_server)
    assert stored.read_bytes() == clip.read_bytes()
    detail = problem(idle_server.http.get(made["links"]["report"]), 409, "not-ready")
    assert "queued" in detail


def test_the_same_key_and_request_make_one_analysis(idle_server: Served, clip: Path) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = (idle_server.upload(clip, headers=key).json() for _ in range(2))
    assert first["id"] == again["id"]
    assert len(files_of(idle_server)) == 1
    with ThreadPoolExecutor(8) as threads:
        at_once = threads.map(
            lambda _: idle_server.upload(clip, headers={"Idempotency-Key": "k2"}).json()["id"], range(8)
        )
    assert len(set(at_once)) == 1
    assert len(files_of(idle_server)) == 2


def test_the_same_key_for_another_request_is_refused(idle_server: Served, clip: Path, tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k1"}
    idle_server.upload(clip, headers=key)
    problem(idle_server.upload(clip, headers=key, side="left", expect=409), 409, "key-reused")
    other = tmp_path / "other.webm"
    other.write_bytes(b"another film")
    problem(idle_server.upload(other, headers=key, expect=409), 409, "key-reused")
    assert len(files_of(idle_server)) == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"exercise": "yoga"}, "exercise"),
        ({"side": "both"}, "side"),
        ({"mirrored": "perhaps"}, "mirrored"),
        ({"mirrored": "1"}, "mirrored"),
        ({"region": "1,2,3"}, "region"),
        ({"region": "nan,0,1,1"}, "region"),
        ({"limits": "{"}, "limits"),
        ({"limits": '{"clamshell": {"no_such_limit": 1}}'}, "limits"),
        ({"limits": '{"clamshell": 3}'}, "limits"),
        ({"limits": "[" * 60_000}, "limits"),
        ({"limits": '{"clamshell": {"hold_limit_s": ' + "9" * 400 + "}}"}, "limits"),
        ({"priority": "11"}, "priority"),
        ({"surprise": "1"}, "surprise"),
        ({"second_side": "left"}, "second_side"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_stays(
    idle_server: Served, clip: Path, fields: dict[str, str], named: str
) -> None:
    answer = idle_server.upload(clip, **fields, expect=422)
    problem(answer, 422, "invalid-request")
    assert answer.json()["errors"][0]["field"].startswith(named)
    assert files_of(idle_server) == []


def test_a_form_without_its_file_is_refused(idle_server: Served) -> None:
    answer = idle_server.http.post("/v1/analyses", data={"exercise": "clamshell"}, files={"other": ("", b"x")})
    problem(answer, 422, "invalid-request")


def test_an_empty_file_is_refused(idle_server: Served, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    assert "empty" in problem(idle_server.upload(tmp_path / "empty.mp4", expect=422), 422, "invalid-request")
    assert files_of(idle_server) == []


def test_two_clips_are_the_two_views_of_a_run(idle_server: Served, clip: Path) -> None:
    with clip.open("rb") as first, clip.open("rb") as second:
        files = {"file": first, "second_file": second}
        answer = idle_server.http.post("/v1/analyses", data={"exercise": "clamshell"}, files=files)
    assert "one run" in problem(answer, 422, "invalid-request")
    assert files_of(idle_server) == []


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a\\..\\b", "/etc/shadow", "x" * 3000, "na\u0007me.mp4", "ü"])
def test_a_file_s_name_decides_nothing(idle_server: Served, clip: Path, name: str) -> None:
    answer = idle_server.http.post(
        "/v1/analyses", data={"exercise": "clamshell"}, files={"file": (name, clip.read_bytes())}
    )
    assert answer.status_code == 202, answer.text
    (stored,) = files_of(idle_server)
    assert stored.name == "source-1"
    assert name not in json.dumps(answer.json())


def test_another_type_of_body_is_refused(idle_server: Served) -> None:
    problem(idle_server.http.post("/v1/analyses", json={"exercise": "clamshell"}), 415, "unsupported-media-type")
    problem(idle_server.http.post("/v1/analyses"), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"this is no form"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nno name\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"y" * 20_000),
        ("multipart/form-data; boundary=" + "b" * 1000, b""),
    ],
)
def test_a_broken_form_is_refused(idle_server: Served, kind: str, body: bytes) -> None:
    problem(idle_server.http.post("/v1/analyses", content=body, headers={"Content-Type": kind}), 400, "bad-form")
    assert files_of(idle_server) == []


def test_a_field_that_is_twice_there_or_no_text_is_named(idle_server: Served) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="side"\r\n\r\n%s\r\n'
    for body in (part % b"left" + part % b"left", part % b"\xff"):
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = idle_server.http.post("/v1/analyses", content=body + b"--b--\r\n", headers=kind)
        problem(answer, 422, "invalid-request")
        assert answer.json()["errors"][0]["field"] == "side"


def test_what_nobody_foresaw_leaves_no_file(
    idle_server: Served, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(idle_server.app.state.services.analyses, "create", fail)
    answer = idle_server.upload(clip, expect=500)
    problem(answer, 500, "internal-error")
    assert answer.headers["x-request-id"]
    assert files_of(idle_server) == []


def test_a_client_that_goes_away_leaves_nothing(idle_server: Served, capfd: pytest.CaptureFixture[str]) -> None:
    connection = http.client.HTTPConnection(idle_server.url.removeprefix("http://"))
    connection.putrequest("POST", "/v1/analyses")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", "10000000")
    connection.endheaders()
    connection.send(b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"x" * 3_000_000)
    until(lambda: files_of(idle_server) != [])
    connection.close()
    until(lambda: files_of(idle_server) == [])
    until(lambda: 'route="/v1/analyses",status="499"' in idle_server.http.get("/metrics").text)
    assert "defect" not in capfd.readouterr().err
    assert idle_server.http.get("/v1/analyses").json()["analyses"] == []


def until(true: Any, within_s: float = 10.0) -> None:
    over = threading.Event()
    threading.Timer(within_s, over.set).start()
    while not true():
        assert not over.wait(0.02), "it never came true"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with small bounds."""
    folder = tmp_path_factory.mktemp("strict")
    bounds = {"max_upload_mb": 1, "upload_idle_s": 0.5, "max_uploads": 1, "upload_wait_s": 0.2, "max_queued": 2}
    with serving(Settings(data_dir=folder, **{**QUICK, **bounds})) as served:
        yield served


def test_a_file_too_large_is_refused(strict: Served, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(b"x" * 1_500_000)
    assert "1 MB" in problem(strict.upload(large, expect=413), 413, "too-large")
    assert files_of(strict) == []


def test_a_file_too_large_of_unknown_length_is_refused(strict: Served) -> None:
    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(20):
            yield b"x" * 100_000
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    problem(strict.http.post("/v1/analyses", content=body(), headers=headers), 413, "too-large")
    assert files_of(strict) == []


def test_a_field_too_large_is_refused(strict: Served, clip: Path) -> None:
    problem(strict.upload(clip, limits="#" * 70_000, expect=413), 413, "too-large")


def test_too_many_parts_are_refused(strict: Served, clip: Path) -> None:
    problem(strict.upload(clip, **{f"f{number}": "x" for number in range(60)}, expect=413), 413, "too-large")


def test_other_bodies_are_small(strict: Served) -> None:
    answer = strict.http.post("/v1/analyses/x/rescore", content=b" " * 300_000)
    problem(answer, 413, "too-large")


def stalled(server: Served) -> http.client.HTTPConnection:
    """An upload that stops in its middle."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/v1/analyses")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", "900000")
    connection.endheaders()
    connection.send(b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n')
    return connection


@contextmanager
def dripping(server: Served) -> Iterator[None]:
    """An upload that comes slowly, as long as the block lasts."""
    connection, over = stalled(server), threading.Event()

    def drip() -> None:
        while not over.wait(0.05):
            connection.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        connection.close()


def test_an_upload_that_stalls_is_ended(strict: Served) -> None:
    answer = stalled(strict).getresponse()
    assert answer.status == 408
    assert json.loads(answer.read())["type"] == "urn:formcheck:problem:upload-timeout"
    until(lambda: files_of(strict) == [])


def test_an_upload_that_finds_no_turn_is_told_when_to_come_again(strict: Served, clip: Path) -> None:
    with dripping(strict):
        until(lambda: any(path.suffix == ".partial" for path in files_of(strict)))
        answer = strict.upload(clip, expect=503)
    problem(answer, 503, "too-many-uploads")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_full_queue_is_told(strict: Served, clip: Path) -> None:
    for made in strict.http.get("/v1/analyses").json()["analyses"]:
        strict.http.delete(made["links"]["self"])
    until(lambda: strict.http.post("/v1/analyses", data={}, files={"x": ("", b"")}).status_code == 422)
    for _ in range(2):
        strict.upload(clip)
    answer = strict.upload(clip, expect=503)
    problem(answer, 503, "queue-full")
    assert len(files_of(strict)) == 2


def test_the_list_comes_in_pages_newest_first(idle_server: Served, clip: Path) -> None:
    made = [idle_server.upload(clip).json()["id"] for _ in range(5)]
    seen, address = [], "/v1/analyses?limit=2&state=queued"
    while address:
        page = idle_server.http.get(address).json()
        assert len(page["analyses"]) <= 2
        seen += [one["id"] for one in page["analyses"]]
        address = page["next"]
    assert seen == made[::-1]
    assert idle_server.http.get("/v1/analyses?state=done").json() == {"analyses": [], "next": None}
    problem(idle_server.http.get("/v1/analyses?cursor=nonsense"), 422, "invalid-request")
