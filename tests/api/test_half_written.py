"""Room that ends while an upload is written: a 503, nothing half-left, and all is well again afterwards.

The server runs in a process of its own that may write files up to a size; to it that is a full disk.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from bench.api_server import ServerProcess

ROOM_BYTES = 2_000_000


@dataclass(frozen=True)
class Limited:
    """A server, its stored files, and how large a file it may write."""

    http: httpx2.Client
    files: Path
    pid: int

    def let_write(self, size_bytes: int) -> None:
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))

    def upload(self, **files: bytes) -> httpx2.Response:
        return self.http.post("/v1/analyses", data={"exercise": "running_rear"}, files=files)

    def left(self) -> list[Path]:
        return [path for path in self.files.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limited]:
    folder = tmp_path_factory.mktemp("limited")
    server = ServerProcess(folder, {"workers": 0, "min_free_mb": 0, "log_level": "error"})
    server.start()
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        yield Limited(client, folder / "data" / "files", server.pid)
    server.stop()


@pytest.mark.parametrize(
    "files",
    [
        {"file": b"x" * 2 * ROOM_BYTES},
        {"file": b"x" * (ROOM_BYTES // 2), "second_file": b"y" * 2 * ROOM_BYTES},
    ],
    ids=["the only one", "the second of two"],
)
def test_an_upload_that_finds_no_room_leaves_nothing(limited: Limited, files: dict[str, bytes]) -> None:
    limited.let_write(ROOM_BYTES)
    refused = limited.upload(**files)
    limited.let_write(resource.RLIM_INFINITY)
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:formcheck:problem:storage-full"
    assert int(refused.headers["retry-after"]) > 0
    assert limited.left() == []
    assert limited.http.get("/v1/analyses").json()["analyses"] == []

    made = limited.upload(**files)
    assert made.status_code == 202
    assert {path.stat().st_size for path in limited.left()} == {len(content) for content in files.values()}
    assert limited.http.delete(made.json()["links"]["self"]).status_code == 204
    assert limited.left() == []


def test_an_upload_whose_row_finds_no_room_leaves_nothing(limited: Limited) -> None:
    made = limited.upload(file=b"x").json()["links"]["self"]
    limited.let_write(1)  # less than the files of the database have already
    refused = limited.upload(file=b"x")
    limited.let_write(resource.RLIM_INFINITY)
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert len(limited.left()) == 1
    assert limited.http.get(made).status_code == 200
    assert limited.upload(file=b"x").status_code == 202
