"""A server that is stopped, or killed, with a set running: what was done is there when it runs again."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bench.api_server import ServerProcess
from bench.postgresql import free_port
from formcheck.live.track_log import PACKED_POSES
from formcheck.pose.store import load_track
from formcheck.scoring import score
from tests.api.live.conftest import track
from tests.api.live.page import Page, page
from tests.golden.tracks import golden
from tests.streams import at_rate

EXERCISE = "single_leg_box_squat"


SETTINGS = {"workers": 0, "live_rate_hz": 2000, "min_free_mb": 0}


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[ServerProcess]:
    """A server as a process; it is ended with the block if it still runs."""
    server = ServerProcess(folder, {**SETTINGS, **settings})
    server.start()
    try:
        yield server
    finally:
        server.stop()


def analyses(server: ServerProcess) -> list[dict[str, Any]]:
    """All of them, newest first."""
    found: list[dict[str, Any]] = httpx2.get(f"{server.url}/v1/analyses").json()["analyses"]
    return found


def squats(page: Page) -> None:
    """One whole squat and the beginning of another."""
    page.hello(EXERCISE, input="landmarks")
    assert page.play(track("squat_clean_right", 12.0))[-1]["state"]["count"] == 1


def eventually(what: Any, within_s: float = 20.0) -> Any:
    ends_at = time.monotonic() + within_s
    while not (answer := what()):
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.05)
    return answer


def test_a_stop_saves_the_set_and_tells_where_and_a_kill_loses_the_last_part_only(tmp_path: Path) -> None:
    with running(tmp_path) as first, page(first.url) as page_:
        squats(page_)
        os.kill(first.pid, signal.SIGTERM)
        told = page_.summary()
        assert (told["summary"], told["saved"]) == (None, True)
        assert page_.until("error")["code"] == "server_stopping"
        assert page_.close_code() == 1012
    many = at_rate(golden("squat_clean_right"), 1.2 * PACKED_POSES / 18)
    with running(tmp_path) as second, page(second.url) as page_:
        assert [f"/analyses/{each['id']}" for each in analyses(second)] == [told["links"]["page"]]
        session = page_.hello(EXERCISE, input="landmarks")["session"]
        page_.play(pose for pose in many if pose.t_s < 18)
        second.kill()
    with running(tmp_path) as third:
        eventually(lambda: session in [each["id"] for each in analyses(third)])
        assert len(analyses(third)) == 2
        assert not (tmp_path / "data" / "live" / session).exists()
        waiting = httpx2.get(f"{third.url}/v1/analyses/{session}/video")  # the track, until a worker scores it
    (tmp_path / "track.npz").write_bytes(waiting.content)
    assert len(load_track(tmp_path / "track.npz")) == PACKED_POSES
    assert score(tmp_path / "track.npz", EXERCISE).reps_complete == 1


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of its own making, and its key."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here; Debian's package openssl brings it")
    return cert, key


def test_live_over_https(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    trusting = ssl.create_default_context(cafile=cert)
    trusting.check_hostname = False
    port = free_port()
    command = [sys.executable, "-m", "formcheck", "serve", "--port", str(port)]
    options = ["--workers", "0", "--ssl-certfile", cert, "--ssl-keyfile", key]
    environment = {**os.environ, "FORMCHECK_DATA_DIR": str(tmp_path / "data")}
    url = f"https://127.0.0.1:{port}"
    with subprocess.Popen([*command, *options], env=environment, stderr=subprocess.DEVNULL) as server:
        eventually(lambda: answers(url, trusting), 60)
        with page(url, ssl=trusting, origin=url) as page_:
            assert page_.hello(EXERCISE, input="landmarks")["kind"] == "welcome"
        server.terminate()


def answers(url: str, trusting: ssl.SSLContext) -> bool:
    try:
        return httpx2.get(f"{url}/healthz", verify=trusting).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("none.pem", "key.pem"), "No such file"),
        (("cert.pem", "cert.pem"), "certificate cannot be used"),
        ((None, "key.pem"), "--ssl-certfile as well"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_said_before_the_start(
    tmp_path: Path, certificate: tuple[Path, Path], names: tuple[str | None, str], told: str
) -> None:
    given = zip(("--ssl-certfile", "--ssl-keyfile"), names, strict=True)
    options = [part for option, name in given if name for part in (option, str(tmp_path / name))]
    command = [sys.executable, "-m", "formcheck", "serve", "--port", "0", *options]
    environment = {**os.environ, "FORMCHECK_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
