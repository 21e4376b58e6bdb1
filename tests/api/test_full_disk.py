"""A disk that fills up, with the database on it: clean answers meanwhile, nothing lost, and it goes on with room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.settings import Settings
from bench.api_server import ServerProcess
from formcheck.video.open_source import open_source
from tests.api.conftest import QUICK, Served, serving

MOUNT = 'mount -t tmpfs -o size={size} tmpfs "$FORMCHECK_DATA_DIR" && exec "$@"'

SMALL = {"workers": 0, "min_free_mb": 0, "log_level": "warning"}


@contextmanager
def small_disk(tmp_path: Path, size: str, **settings: Any) -> Iterator[ServerProcess]:
    """A server whose data folder is a disk of that size, in a mount namespace of its own."""
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*inside, "true"], check=False).returncode:
        pytest.skip("no user namespaces here, and so no small disk")
    (tmp_path / "data").mkdir()
    within = [*inside, "sh", "-c", MOUNT.format(size=size), "sh"]
    server = ServerProcess(tmp_path, {**SMALL, **settings}, within=within)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def inside(server: ServerProcess) -> list[str]:
    """Begins a command that sees the server's disk."""
    return ["nsenter", "-t", str(server.pid), "-U", "-m", "--preserve-credentials"]


def upload(server: ServerProcess, content: bytes) -> httpx2.Response:
    return httpx2.post(f"{server.url}/v1/analyses", files={"file": content}, data={"exercise": "clamshell"}, timeout=60)


def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    ends_at = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends_at, "it never came true"
        time.sleep(0.05)


def test_a_full_disk_is_a_503_and_ends_with_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, "4m") as server:
        accepted, refused = [], []
        for _ in range(12):
            answer = upload(server, b"\0" * 600_000)
            (accepted if answer.status_code == 202 else refused).append(answer)
        assert accepted
        assert refused
        for answer in refused:
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
        assert httpx2.get(f"{server.url}/healthz", timeout=60).status_code == 200
        subprocess.run([*inside(server), "mount", "-o", "remount,size=32m", tmp_path / "data"], check=True)
        assert upload(server, b"\0" * 600_000).status_code == 202
        listed = httpx2.get(f"{server.url}/v1/analyses", timeout=60).json()["analyses"]
        assert {answer.json()["id"] for answer in accepted} < {one["id"] for one in listed}
        assert len(listed) == len(accepted) + 1, "what was refused left nothing"


@contextmanager
def ballast(server: ServerProcess, leaving_bytes: int) -> Iterator[None]:
    """Something else on the disk that leaves only so much room."""
    place = server.folder / "data" / "ballast"
    asked = [*inside(server), "df", "--output=avail", "-B1", place.parent]
    free = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()[1])
    subprocess.run([*inside(server), "fallocate", "-l", str(free - leaving_bytes), place], check=True)
    yield
    subprocess.run([*inside(server), "rm", place], check=True)


@contextmanager
def worker(server: ServerProcess, **settings: Any) -> Iterator[Callable[[], str]]:
    """A worker on the server's disk; yields what reads its log."""
    named = {f"FORMCHECK_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, "FORMCHECK_DATA_DIR": str(server.folder / "data"), **named}
    log = server.folder / "worker.log"
    with log.open("wb") as told:
        command = [*inside(server), sys.executable, "-m", "formcheck", "worker"]
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
    try:
        yield lambda: log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.wait(60)


def test_nothing_is_scored_while_the_result_would_find_no_room(tmp_path: Path, root: Path) -> None:
    with small_disk(tmp_path, "40m", min_free_mb=25) as server, ExitStack() as full:
        made = upload(server, (root / "bench/data/clamshell_test_01.npz").read_bytes()).json()
        full.enter_context(ballast(server, leaving_bytes=4_000_000))
        with worker(server, min_free_mb=25) as log:
            until(lambda: log().count("StorageFullError") >= 2)
            waiting = now(server, made)
            assert (waiting["state"], waiting["attempts"], waiting["progress"]) == ("queued", 0, 0.0)
            full.close()
            until(lambda: now(server, made)["state"] == "done")
            assert now(server, made)["attempts"] == 1


def test_a_film_that_a_full_disk_cut_short_is_no_result(tmp_path: Path, clip: Path) -> None:
    with small_disk(tmp_path, "40m") as server, ExitStack() as full:
        made = upload(server, clip.read_bytes()).json()
        full.enter_context(ballast(server, leaving_bytes=clip.stat().st_size + 600_000))
        with worker(server, min_free_mb=0, retry_after_s=0.1) as log:
            until(lambda: '"outcome": "OutputError"' in log())
            assert now(server, made)["state"] in ("queued", "running")
            full.close()
            until(lambda: now(server, made)["state"] == "done")
        film = tmp_path / "overlay.webm"
        film.write_bytes(httpx2.get(f"{server.url}{made['links']['overlay']}", timeout=60).content)
    assert frames_of(film) == frames_of(clip)


def frames_of(film: Path) -> int:
    with open_source(film) as frames:
        return sum(1 for _ in frames)


def now(server: ServerProcess, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = httpx2.get(f"{server.url}{made['links']['self']}", timeout=60).json()
    return found


def test_what_is_scored_waits_for_the_storage_and_is_not_scored_anew(tmp_path: Path, clip: Path) -> None:
    with serving(Settings(data_dir=tmp_path, **{**QUICK, "workers": 1, "drain_s": 1})) as served:
        made = served.upload(clip).json()
        files = tmp_path / "files"
        until(lambda: analysis(served, made)["progress"] > 0)
        files.rename(tmp_path / "elsewhere")
        until(lambda: analysis(served, made)["stage"] == "waiting for storage")
        assert analysis(served, made)["state"] == "running"
        (tmp_path / "elsewhere").rename(files)
        assert served.finished(made["id"])["attempts"] == 1
        assert served.http.get(made["links"]["result"]).status_code == 200
        counted = served.http.get("/metrics").text
        assert "retried" not in counted, "one attempt, and that one done"


def analysis(served: Served, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = served.http.get(made["links"]["self"]).json()
    return found
