"""Stored files are whole or absent, wherever they lie."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.errors import MissingFileError, StorageError, StorageFullError
from api.storage.local import LocalStore
from api.storage.store import Store, open_store


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, object]]:
    """Options for an S3 server of these tests' own, with a bucket named formcheck."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": "x", "secret": "x", "client_kwargs": {"endpoint_url": f"http://{host}:{port}"}}
    import fsspec

    fsspec.filesystem("s3", **options).mkdir("formcheck")
    yield options
    server.stop()


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store of each kind, empty."""
    if request.param == "folder":
        return open_store(str(tmp_path / "files"), {})
    if request.param == "memory":
        return open_store(f"memory://{tmp_path.name}", {})
    return open_store(f"s3://formcheck/{tmp_path.name}", request.getfixturevalue("s3"))


def write(store: Store, key: str, content: bytes) -> None:
    with store.writing(key) as file:
        file.write(content)


def test_what_was_written_is_read_back(store: Store, tmp_path: Path) -> None:
    write(store, "analyses/a/source-1", b"0123456789")
    assert store.size_bytes("analyses/a/source-1") == 10
    with store.reading("analyses/a/source-1") as file:
        file.seek(4)
        assert file.read(3) == b"456"
    store.fetch("analyses/a/source-1", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"0123456789"


def test_a_local_file_is_put(store: Store, tmp_path: Path) -> None:
    (tmp_path / "made").write_bytes(b"made")
    store.put(tmp_path / "made", "analyses/a/b/report.html")
    with store.reading("analyses/a/b/report.html") as file:
        assert file.read() == b"made"


def test_a_write_that_breaks_leaves_nothing(store: Store) -> None:
    def broken() -> None:
        with store.writing("analyses/a/source-1") as file:
            file.write(b"half")
            raise RuntimeError("the client went away")

    with pytest.raises(RuntimeError, match="went away"):
        broken()
    with pytest.raises(MissingFileError):
        store.size_bytes("analyses/a/source-1")


def test_a_folder_goes_with_everything_in_it_and_nothing_else(store: Store) -> None:
    for key in ("analyses/a/source-1", "analyses/a/lease/result-1.json", "analyses/ab/source-1"):
        write(store, key, b"x")
    assert {name for name, _ in store.folders("analyses")} == {"a", "ab"}
    store.delete_folder("analyses/a")
    store.delete_folder("analyses/a")
    assert {name for name, _ in store.folders("analyses")} == {"ab"}
    with pytest.raises(MissingFileError):
        store.size_bytes("analyses/a/lease/result-1.json")
    assert store.size_bytes("analyses/ab/source-1") == 1


def test_one_file_goes(store: Store) -> None:
    write(store, "analyses/a/source-1", b"x")
    write(store, "analyses/a/source-2", b"x")
    store.delete("analyses/a/source-1")
    store.delete("analyses/a/source-1")
    assert store.size_bytes("analyses/a/source-2") == 1
    with pytest.raises(MissingFileError):
        store.size_bytes("analyses/a/source-1")


def test_an_empty_store_has_no_folders_and_answers(store: Store) -> None:
    assert list(store.folders("analyses")) == []
    store.check(1)


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "analyses/../../x", "a//b", ".hidden", "A", "a b", ""])
def test_no_key_leads_out_of_the_store(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        store.size_bytes(key)


def test_too_little_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError, match="make room"):
        LocalStore(tmp_path / "files").check(1 << 60)


def test_a_disk_that_fills_up_while_writing_is_told(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")

    def fill() -> None:
        with store.writing("analyses/a/source-1"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StorageFullError, match="full"):
        fill()
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_files_are_for_this_user_only(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")
    write(store, "analyses/a/source-1", b"x")
    assert (tmp_path / "files/analyses/a/source-1").stat().st_mode & 0o077 == 0
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


def test_an_unreachable_server_is_told(tmp_path: Path) -> None:
    client = {"endpoint_url": "http://127.0.0.1:9"}
    once = {"retries": {"max_attempts": 0}, "connect_timeout": 1}
    store = open_store("s3://x", {"key": "x", "secret": "x", "client_kwargs": client, "config_kwargs": once})
    with pytest.raises(StorageError, match="cannot be reached"):
        store.check(0)
