"""What the output folder does when there is no room, and addresses that are no folder."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from formcheck.batch.engines.base import Watch
from formcheck.batch.errors import NoSpaceError
from formcheck.batch.lease import leasing
from formcheck.batch.runner import Options, run_batch
from formcheck.batch.sources import search
from formcheck.batch.storage import LocalStorage, UrlStorage, open_storage, telling_full
from formcheck.errors import OutputError, UsageError
from tests.batch.conftest import Clinic, Seen


class FullDisk(LocalStorage):
    """A folder whose disk is full once two results are there."""

    def writing(self, name: str) -> AbstractContextManager[Path]:
        full = name.startswith("results/") and len(self.names("results")) >= 2
        return _full(name) if full else super().writing(name)


@contextmanager
def _full(name: str) -> Iterator[Path]:
    with telling_full(name):
        raise OSError(errno.ENOSPC, "No space left on device")
        yield Path(name)


def test_no_space_left_is_told_and_the_next_run_goes_on(clinic: Clinic) -> None:
    with pytest.raises(NoSpaceError, match="no space left") as caught:
        run_batch(clinic.plan(), FullDisk(clinic.out), clinic.engine, clinic.model.sha256, Options(), Seen(), Watch())
    assert caught.value.exit_code == 7
    finished = clinic.run()
    assert finished.failed == 0
    assert 0 < finished.scored_now <= 3


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, NoSpaceError), (errno.EDQUOT, NoSpaceError), (errno.EROFS, OutputError)]
)
def test_errors_of_writing_are_told_apart(code: int, kind: type[OutputError]) -> None:
    with pytest.raises(OutputError) as caught, telling_full("there"):
        raise OSError(code, "told by the system")
    assert type(caught.value) is kind


@pytest.mark.parametrize("make", [lambda folder: str(folder), lambda folder: f"file://{folder}"])
def test_a_file_is_whole_or_absent_wherever_it_is_kept(tmp_path: Path, make: object) -> None:
    storage = open_storage(make(tmp_path / "out"))  # type: ignore[operator]
    storage.write("results/ab/one.json", b"1")
    with suppress(KeyError), storage.writing("results/ab/two.json") as path:
        path.write_bytes(b"half")
        raise KeyError
    assert storage.names("results") == {"results/ab/one.json"}
    assert storage.read("results/ab/one.json") == b"1"
    storage.remove("results/ab/one.json")
    assert not storage.exists("results/ab/one.json")
    assert storage.names("none") == set()


def test_two_runs_at_one_address_are_refused(clinic: Clinic) -> None:
    address = f"file://{clinic.out}"
    storage = open_storage(address)
    assert isinstance(storage, UrlStorage)
    with leasing(storage), pytest.raises(UsageError, match=r"another run is at work .* try again in \d+ s"):
        clinic.run(place=address)
    assert clinic.run(place=address).failed == 0
    assert not storage.exists(".lock")


def test_what_a_killed_run_said_at_an_address_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcheck.batch.lease.SETTLE_S", 0.0)
    storage = UrlStorage(f"file://{tmp_path}")
    said = {"token": "other", "pid": 1, "host": "elsewhere", "until": time.time() - 1}
    storage.write(".lock", json.dumps(said).encode())
    with leasing(storage):
        assert json.loads(storage.read(".lock"))["until"] > time.time()


def test_of_two_that_begin_at_once_one_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = UrlStorage(f"file://{tmp_path}")
    later = {"token": "other", "pid": 1, "host": "elsewhere", "until": time.time() + 60}
    monkeypatch.setattr(time, "sleep", lambda _: storage.write(".lock", json.dumps(later).encode()))
    with pytest.raises(UsageError, match="process 1 on elsewhere"), leasing(storage):
        pass
    assert json.loads(storage.read(".lock"))["token"] == "other"


def test_recordings_at_an_address_are_found_with_their_stamps(tmp_path: Path) -> None:
    (tmp_path / "clamshell").mkdir()
    for name in ("a.mp4", "b.txt", ".c.mp4"):
        (tmp_path / "clamshell" / name).write_bytes(b"film")
    result = search([f"file://{tmp_path}"])
    assert [(Path(found.path).name, found.stamp.size_bytes) for found in result.found] == [("a.mp4", 4)]
    assert result.skipped == {"files that are no videos": 1, "hidden files and folders": 1}


def test_an_address_that_nothing_reads_is_refused_in_one_line() -> None:
    with pytest.raises(UsageError, match="nosuch://") as caught:
        open_storage("nosuch://bucket")
    assert "\n" not in str(caught.value)
    assert isinstance(open_storage("file:///tmp"), UrlStorage)
