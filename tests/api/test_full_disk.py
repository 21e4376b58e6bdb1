"""A disk that fills up, with the database on it: clean answers meanwhile, nothing lost, and it goes on with room."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from bench.api_server import ServerProcess

MOUNT = 'mount -t tmpfs -o size=4m tmpfs "$FORMCHECK_DATA_DIR" && exec "$@"'


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose data folder is a disk of 4 MB, in a mount namespace of its own."""
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*inside, "true"], check=False).returncode:
        pytest.skip("no user namespaces here, and so no small disk")
    (tmp_path / "data").mkdir()
    settings = {"workers": 0, "min_free_mb": 0, "log_level": "warning"}
    server = ServerProcess(tmp_path, settings, within=[*inside, "sh", "-c", MOUNT, "sh"])
    server.start()
    yield server
    server.stop()


def upload(server: ServerProcess, size_bytes: int) -> httpx2.Response:
    files = {"file": b"\0" * size_bytes}
    return httpx2.post(f"{server.url}/v1/analyses", files=files, data={"exercise": "clamshell"}, timeout=60)


def test_a_full_disk_is_a_503_and_ends_with_room(small_disk: ServerProcess, tmp_path: Path) -> None:
    accepted, refused = [], []
    for _ in range(12):
        answer = upload(small_disk, 600_000)
        (accepted if answer.status_code == 202 else refused).append(answer)
    assert accepted
    assert refused
    for answer in refused:
        assert answer.status_code == 503, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
    assert httpx2.get(f"{small_disk.url}/healthz", timeout=60).status_code == 200
    more = ["nsenter", "-t", str(small_disk.pid), "-U", "-m", "--preserve-credentials"]
    subprocess.run([*more, "mount", "-o", "remount,size=32m", tmp_path / "data"], check=True)
    assert upload(small_disk, 600_000).status_code == 202
    listed = httpx2.get(f"{small_disk.url}/v1/analyses", timeout=60).json()["analyses"]
    assert {answer.json()["id"] for answer in accepted} < {one["id"] for one in listed}
    assert len(listed) == len(accepted) + 1, "what was refused left nothing"
