"""From an upload to its result and its deletion, on a server with a real worker."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from formcheck.pose.store import load_track
from formcheck.scoring import score
from tests.api.conftest import Served


@pytest.fixture(scope="module")
def scored(server: Served, clip: Path) -> dict[str, Any]:
    """An analysis that is done; tests leave it alone."""
    location = server.upload(clip).headers["Location"]
    done = server.finished(location.rpartition("/")[2])
    assert done["state"] == "done", done
    return done


@pytest.fixture(scope="module")
def base(scored: dict[str, Any]) -> str:
    return f"/v1/analyses/{scored['id']}"


def test_the_result_is_the_command_line_s_byte_for_byte(server: Served, base: str, clip: Path, tmp_path: Path) -> None:
    written = tmp_path / "set.json"
    command = [sys.executable, "-m", "formcheck", "check", str(clip), "--exercise", "clamshell", "-q"]
    subprocess.run([*command, "--json", str(written)], check=True, timeout=120)
    assert server.http.get(f"{base}/result").content == written.read_bytes()


def test_the_analysis_holds_result_and_files(server: Served, base: str, scored: dict[str, Any], clip: Path) -> None:
    assert scored["progress"] == 1
    assert scored["result"] == server.http.get(f"{base}/result").json()
    assert scored["second_result"] is None
    (of_clip,) = scored["clips"]
    assert of_clip["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert of_clip["size_bytes"] == clip.stat().st_size


def test_the_video_is_gone_once_it_is_scored(server: Served, scored: dict[str, Any], clip: Path) -> None:
    assert server.http.get(f"/v1/analyses/{scored['id']}").json()["clips"][0]["video_kept"] is False
    assert server.http.get(f"/v1/analyses/{scored['id']}/video").status_code == 404
    digest, size = hashlib.sha256(clip.read_bytes()).hexdigest(), clip.stat().st_size
    kept = [path for path in server.settings.data_dir.rglob("*") if path.is_file() and path.stat().st_size == size]
    assert not [path for path in kept if hashlib.sha256(path.read_bytes()).hexdigest() == digest]


def test_the_video_stays_when_asked_to(server: Served, clip: Path) -> None:
    made = server.upload(clip, keep_video="true", overlay="false").json()
    done = server.finished(made["id"])
    assert done["clips"][0]["video_kept"] is True
    assert server.http.get(f"/v1/analyses/{made['id']}/overlay").status_code == 404
    assert server.http.get(f"/v1/analyses/{made['id']}/video").content == clip.read_bytes()
    assert server.http.delete(f"/v1/analyses/{made['id']}").status_code == 204


def test_the_report_is_one_page(server: Served, base: str) -> None:
    page = server.http.get(f"{base}/report")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.startswith("<!doctype html>")


def test_the_landmarks_score_the_same_without_the_video(server: Served, base: str, tmp_path: Path) -> None:
    track = tmp_path / "track.npz"
    track.write_bytes(server.http.get(f"{base}/landmarks").content)
    assert len(load_track(track)) > 50
    assert score(track, "clamshell").to_json() + "\n" == server.http.get(f"{base}/result").text


def test_the_overlay_is_sent_whole_or_in_parts(server: Served, base: str) -> None:
    whole = server.http.get(f"{base}/overlay")
    assert whole.status_code == 200
    assert whole.headers["accept-ranges"] == "bytes"
    part = server.http.get(f"{base}/overlay", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    end = server.http.get(f"{base}/overlay", headers={"Range": "bytes=-50"})
    assert end.content == whole.content[-50:]
    rest = server.http.get(f"{base}/overlay", headers={"Range": f"bytes={len(whole.content) - 7}-"})
    assert rest.content == whole.content[-7:]


def test_a_range_beyond_the_end_is_refused(server: Served, base: str) -> None:
    beyond = server.http.get(f"{base}/overlay", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"].startswith("bytes */")


@pytest.mark.parametrize("what", ["result", "report", "overlay", "landmarks", "export.csv"])
def test_what_the_client_has_is_not_sent_again(server: Served, base: str, what: str) -> None:
    first = server.http.get(f"{base}/{what}")
    again = server.http.get(f"{base}/{what}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("kind", ["csv", "parquet", "trc", "mot", "c3d"])
def test_every_export_is_a_download(server: Served, base: str, kind: str) -> None:
    answer = server.http.get(f"{base}/export.{kind}")
    assert answer.status_code == 200, answer.text
    assert answer.content
    assert answer.headers["content-disposition"] == f'attachment; filename="formcheck-1.{kind}"'


def test_events_tell_the_way_and_end_with_it(server: Served, clip: Path) -> None:
    made = server.upload(clip, overlay="false").json()
    events = list(followed(server, made["id"]))
    assert [event["event"] for event in events[:-1]] == ["progress"] * (len(events) - 1)
    assert events[-1]["event"] == "done"
    progress = [event["data"]["progress"] for event in events]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    later = list(followed(server, made["id"], {"Last-Event-ID": events[-1]["id"]}))
    assert later == []


def followed(server: Served, analysis_id: str, headers: dict[str, str] | None = None) -> Any:
    with server.http.stream("GET", f"/v1/analyses/{analysis_id}/events", headers=headers or {}, timeout=60) as stream:
        event: dict[str, Any] = {}
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("event", "id", "data"):
                event[name] = json.loads(value) if name == "data" else value
            elif not line and event:
                yield event
                event = {}


def test_other_limits_are_scored_without_the_video(server: Served, scored: dict[str, Any], base: str) -> None:
    name = server.http.get("/v1/exercises/clamshell").json()["limits"][0]
    limits = {"clamshell": {name["name"]: name["high"]}}
    answer = server.http.post(f"{base}/rescore", json={"limits": limits})
    assert answer.status_code == 202, answer.text
    again = server.finished(answer.json()["id"])
    assert again["rescored_from"] == scored["id"]
    assert again["result"]["provenance"]["params"][name["name"]] == name["high"]
    assert again["result"]["view"] == scored["result"]["view"]
    assert server.http.get(f"/v1/analyses/{again['id']}/overlay").status_code == 404


def test_a_refused_rescore_leaves_no_copy_of_the_landmarks(server: Served, base: str) -> None:
    files = server.settings.data_dir / "files" / "analyses"
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = server.http.post(f"{base}/rescore", json={"limits": {}}, headers=key).json()
    server.finished(made["id"])
    before = set(files.iterdir())
    other = {"limits": {"clamshell": {"hold_limit_s": 1.0}}}
    for _ in range(2):
        assert server.http.post(f"{base}/rescore", json=other, headers=key).status_code == 409
    assert server.http.post(f"{base}/rescore", json={"limits": {}}, headers=key).json()["id"] == made["id"]
    assert set(files.iterdir()) == before


def test_a_stored_track_gets_no_annotated_film(server: Served, base: str, tmp_path: Path) -> None:
    track = tmp_path / "set.npz"
    track.write_bytes(server.http.get(f"{base}/landmarks").content)
    made = server.finished(server.upload(track, overlay="true").json()["id"])
    assert made["state"] == "done", made
    assert server.http.get(f"/v1/analyses/{made['id']}/overlay").status_code == 404


def test_limits_in_the_form_are_those_of_the_command_line(server: Served, clip: Path) -> None:
    limit = server.http.get("/v1/exercises/clamshell").json()["limits"][0]
    toml = f"[clamshell]\n{limit['name']} = {limit['high']}\n"
    made = server.upload(clip, limits=toml, overlay="false").json()
    assert made["limits"] == {"clamshell": {limit["name"]: limit["high"]}}
    done = server.finished(made["id"])
    assert done["result"]["provenance"]["params"][limit["name"]] == limit["high"]


def test_an_exercise_that_nobody_named_is_recognised(server: Served, root: Path) -> None:
    made = server.upload(root / "bench/data/clamshell_test_01.npz", exercise="auto")
    done = server.finished(made.json()["id"])
    assert done["state"] == "done", done
    assert done["result"]["exercise"] == "clamshell"
    assert done["result"]["provenance"]["recognised"]["explained"] > 0.2
    page = server.http.get(f"/analyses/{done['id']}", headers={"Accept": "text/html"}).text
    assert "<h1>Clamshell</h1>" in page


def test_a_movement_that_tells_no_exercise_fails_with_its_reason(server: Served, root: Path) -> None:
    made = server.upload(root / "bench/data/squat_test_26.npz", exercise="auto")
    done = server.finished(made.json()["id"])
    assert done["state"] == "failed"
    assert "none of the exercises" in done["failure"]["detail"]


def test_two_views_of_a_run_make_one_report(server: Served, run_clips: tuple[Path, Path]) -> None:
    rear, side = run_clips
    with rear.open("rb") as first, side.open("rb") as second:
        files = {"file": first, "second_file": second}
        data = {"exercise": "running_rear", "overlay": "false"}
        made = server.http.post("/v1/analyses", data=data, files=files)
    assert made.status_code == 202, made.text
    done = server.finished(made.json()["id"])
    assert done["state"] == "done", done["failure"]
    assert done["result"]["exercise"] == "running_rear"
    assert done["second_result"]["exercise"] == "running_side"
    page = server.http.get(f"/v1/analyses/{done['id']}/report").text
    assert done["result"]["title"] in page
    assert done["second_result"]["title"] in page
    second = server.http.get(f"/v1/analyses/{done['id']}/result", params={"clip": 2}).json()
    assert second == done["second_result"]


def test_a_film_that_cannot_be_read_fails_with_its_reason(server: Served, tmp_path: Path) -> None:
    text = tmp_path / "person's name.mp4"
    text.write_bytes(b"this is no film\n" * 100)
    failed = server.finished(server.upload(text).json()["id"])
    assert failed["state"] == "failed"
    assert failed["failure"]["kind"] == "SourceError"
    assert "person" not in failed["failure"]["detail"]
    assert failed["clips"][0]["video_kept"] is False
    answer = server.http.get(f"/v1/analyses/{failed['id']}/report")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:formcheck:problem:no-result")


def test_a_deletion_takes_everything(server: Served, clip: Path) -> None:
    done = server.finished(server.upload(clip, overlay="false", keep_video="true").json()["id"])
    assert list(server.settings.data_dir.rglob(f"*{done['id']}*"))
    assert server.http.delete(f"/v1/analyses/{done['id']}").status_code == 204
    assert not list(server.settings.data_dir.rglob(f"*{done['id']}*"))
    for path in ("", "/result", "/report", "/landmarks", "/events"):
        assert server.http.get(f"/v1/analyses/{done['id']}{path}").status_code == 404
    assert server.http.delete(f"/v1/analyses/{done['id']}").status_code == 404


def test_a_deletion_stops_work_under_way(server: Served, samples: Path, clip: Path) -> None:
    made = server.upload(samples / "squat_valgus.mp4", exercise="single_leg_box_squat").json()
    for event in followed(server, made["id"]):
        if event["data"].get("stage") == "scoring":
            assert server.http.delete(f"/v1/analyses/{made['id']}").status_code == 204
        if event["event"] == "deleted":
            break
    next_one = server.finished(server.upload(clip, overlay="false").json()["id"], within_s=60)
    assert next_one["state"] == "done"
    assert not list(server.settings.data_dir.rglob(f"*{made['id']}*"))


def test_an_unknown_analysis_is_not_found(server: Served) -> None:
    answer = server.http.get(f"/v1/analyses/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
