"""What breaks comes back by itself, and nothing that was accepted is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.database.tables import Analysis, Job
from api.jobs.sweeper import Sweeper
from api.settings import Settings
from bench.postgresql import PostgresqlServer
from tests.api.conftest import QUICK, Served, postgresql_or_skip, serving


def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    ends_at = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends_at, "it never came true"
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    """Processes that ``pid`` started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == pid:
            found.add(int(stat.parent.name))
    return found


def workers_of_this_process() -> set[int]:
    return {pid for pid in children(os.getpid()) if b"api.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_a_killed_worker_s_job_is_done_by_the_next(tmp_path: Path, clip: Path) -> None:
    quick = {**QUICK, "workers": 1, "lease_s": 2, "drain_s": 1}
    before = workers_of_this_process()
    with serving(Settings(data_dir=tmp_path, **quick)) as served:
        made = served.upload(clip, overlay="false").json()
        until(lambda: state(served, made) == "running")
        for pid in workers_of_this_process() - before:
            os.kill(pid, signal.SIGKILL)
        done = served.finished(made["id"])
        assert (done["state"], done["attempts"]) == ("done", 2)
        outputs = {path.parent for path in (tmp_path / "files").rglob("result-1.json")}
        assert len(outputs) == 1
    assert workers_of_this_process() == before


def state(served: Served, made: dict[str, Any]) -> str:
    found: str = served.http.get(made["links"]["self"]).json()["state"]
    return found


def test_a_stopped_server_gives_its_work_back_in_time(tmp_path: Path, samples: Path) -> None:
    settings = Settings(data_dir=tmp_path, **{**QUICK, "workers": 1, "drain_s": 0.5})
    with serving(settings) as served:
        made = served.upload(samples / "squat_valgus.mp4", exercise="single_leg_box_squat").json()
        until(lambda: state(served, made) == "running")
        asked_at = time.monotonic()
    assert time.monotonic() - asked_at < 30
    with serving(Settings(data_dir=tmp_path, **QUICK)) as again:
        found = again.http.get(made["links"]["self"]).json()
        assert (found["state"], found["attempts"]) == ("queued", 0)
        recording = samples / "squat_valgus.mp4"
        assert again.http.get(f"{made['links']['self']}/video").content == recording.read_bytes()


@pytest.fixture
def own_postgresql() -> Iterator[PostgresqlServer]:
    with postgresql_or_skip() as server:
        yield server


def test_a_lost_database_is_a_503_and_ends_by_itself(
    own_postgresql: PostgresqlServer, tmp_path: Path, clip: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=own_postgresql.url, **{**QUICK, "workers": 1, "drain_s": 1})
    with serving(settings) as served:
        until(lambda: served.http.get("/readyz").status_code == 200)
        own_postgresql.stop()
        for answer in (served.upload(clip, expect=503), served.http.get("/v1/analyses"), served.http.get("/metrics")):
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:formcheck:problem:database-unavailable"
            assert int(answer.headers["retry-after"]) > 0
        assert served.http.get("/readyz").json()["database"] == "unavailable"
        assert served.http.get("/healthz").status_code == 200
        own_postgresql.start()
        until(lambda: served.http.get("/v1/analyses").status_code == 200)
        made = served.upload(clip, overlay="false").json()
        assert served.finished(made["id"])["state"] == "done"


def sweeper_of(served: Served, **changed: Any) -> Sweeper:
    services = served.app.state.services
    settings = served.settings.model_copy(update=changed)
    return Sweeper(services.database, services.store, settings)


def rewritten(served: Served, analysis_id: str, **values: Any) -> None:
    with served.app.state.services.database.writing() as session:
        for name, value in values.items():
            setattr(session.get(Job, analysis_id), name, value)


def test_results_past_their_time_are_deleted(idle_server: Served, clip: Path) -> None:
    old, young = (idle_server.upload(clip).json() for _ in range(2))
    now = datetime.now(UTC)
    rewritten(idle_server, old["id"], state="done", finished_at=now - timedelta(days=31))
    rewritten(idle_server, young["id"], state="done", finished_at=now - timedelta(days=29))
    sweeper_of(idle_server).sweep()
    assert idle_server.http.get(old["links"]["self"]).status_code == 404
    assert not list(idle_server.settings.data_dir.rglob(f"*{old['id']}*"))
    assert list(idle_server.settings.data_dir.rglob(f"*{young['id']}*"))


def test_a_video_that_its_worker_could_not_delete_is_deleted(idle_server: Served, clip: Path) -> None:
    scored, waiting, kept = (idle_server.upload(clip, keep_video=keep).json() for keep in ("false", "false", "true"))
    for made in (scored, kept):
        rewritten(idle_server, made["id"], state="failed", kind="SourceError", reason="x")
    sweeper_of(idle_server).sweep()
    sources = {path.parent.name for path in idle_server.settings.data_dir.rglob("source-1")}
    assert sources == {waiting["id"], kept["id"]}


def test_a_video_whose_scoring_was_given_up_waits_a_day_for_another_try(idle_server: Served, clip: Path) -> None:
    long_ago, lately = (idle_server.upload(clip).json() for _ in range(2))
    for made, hours in ((long_ago, 25), (lately, 23)):
        ended = datetime.now(UTC) - timedelta(hours=hours)
        rewritten(idle_server, made["id"], state="dead", kind="lost", reason="x", finished_at=ended)
    sweeper_of(idle_server).sweep()
    assert {path.parent.name for path in idle_server.settings.data_dir.rglob("source-1")} == {lately["id"]}
    assert idle_server.http.post(f"{lately['links']['self']}/retry").status_code == 202
    refused = idle_server.http.post(f"{long_ago['links']['self']}/retry")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:formcheck:problem:no-recording")


def test_files_whose_row_never_came_are_deleted_after_a_while(idle_server: Served, clip: Path) -> None:
    made, lost = (idle_server.upload(clip).json() for _ in range(2))
    with idle_server.app.state.services.database.writing() as session:
        session.delete(session.get(Analysis, lost["id"]))
    sweeper_of(idle_server).sweep()
    assert list(idle_server.settings.data_dir.rglob(f"*{lost['id']}*")), "it may still be on its way"
    long_ago = time.time() - 7 * 24 * 3600
    for analysis in (made, lost):
        os.utime(idle_server.settings.data_dir / "files" / "analyses" / analysis["id"], (long_ago, long_ago))
    partial = idle_server.settings.data_dir / "files" / ".0123.partial"
    partial.write_bytes(b"half")
    os.utime(partial, (long_ago, long_ago))
    sweeper_of(idle_server).sweep()
    assert not list(idle_server.settings.data_dir.rglob(f"*{lost['id']}*"))
    assert list(idle_server.settings.data_dir.rglob(f"*{made['id']}*"))
    assert not partial.exists()


def test_working_folders_of_killed_workers_are_cleared(idle_server: Served, clip: Path) -> None:
    made = idle_server.upload(clip).json()
    rewritten(idle_server, made["id"], state="running", lease="held", leased_until=datetime.now(UTC))
    work = idle_server.settings.data_dir / "work"
    long_ago = time.time() - 3600
    for lease in ("held", "lost", "fresh"):
        (work / lease).mkdir(parents=True)
        (work / lease / "source-1").write_bytes(b"video")
        if lease != "fresh":
            os.utime(work / lease, (long_ago, long_ago))
    sweeper_of(idle_server).sweep()
    assert {path.name for path in work.iterdir()} == {"held", "fresh"}


def test_live_sets_that_nobody_could_read_go_with_their_time(idle_server: Served) -> None:
    live = idle_server.settings.data_dir / "live"
    for name, days in (("unreadable-old", 31), ("unreadable-young", 29), ("open", 31)):
        (live / name).mkdir(parents=True)
        then = time.time() - days * 86400
        os.utime(live / name, (then, then))
    sweeper_of(idle_server).sweep()
    assert {path.name for path in live.iterdir()} == {"unreadable-young", "open"}


def test_what_was_given_up_can_be_tried_again(idle_server: Served, clip: Path) -> None:
    made = idle_server.upload(clip).json()
    assert idle_server.http.post(f"{made['links']['self']}/retry").status_code == 409
    rewritten(idle_server, made["id"], state="dead", kind="lost", reason="three times", attempts=3)
    dead = idle_server.http.get(made["links"]["self"]).json()
    assert dead["failure"] == {"kind": "lost", "detail": "three times"}
    again = idle_server.http.post(f"{made['links']['self']}/retry")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (202, "queued", 0)
