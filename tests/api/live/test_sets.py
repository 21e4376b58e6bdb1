"""A set through the socket is counted as its file, told while it happens, and saved like an uploaded one."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.live.live_set import LiveSet
from formcheck.live.wording import catalogue
from formcheck.results import SetReport
from tests.api.conftest import Served
from tests.api.live.conftest import HZ, Connect, performed, pictures, rest_s, track
from tests.api.live.page import CLOCK_MS, events
from tests.golden.tracks import golden, names_of, richest, truth
from tests.live.bodies import SETS


def judged(report: dict[str, Any]) -> list[Any]:
    """Every repetition with its answers, and those on the whole set."""
    verdicts = [[(v["check"], v["state"]) for v in rep["verdicts"]] for rep in report["reps"]]
    whole = [(rep["side"], rep["complete"]) for rep in report["reps"]]
    return [whole, verdicts, [(v["check"], v["state"], v["side"]) for v in report["verdicts"]]]


@pytest.mark.parametrize("exercise", [known for known in exercise_ids() if names_of(known)])
def test_every_exercise_works_from_landmarks_as_it_does_without_a_server(connect: Connect, exercise: str) -> None:
    name = richest(exercise)
    filmed_hz = len(golden(name)) / golden(name).t_s[-1]
    poses = track(name, rest_s(name), HZ if filmed_hz > HZ else 2 * HZ)
    direct = LiveSet(get_exercise(exercise)(), poses.info)
    with connect() as page:
        page.hello(exercise, input="landmarks")
        updates = page.play(poses)
        told = page.stop()
    stamped = [replace(pose, t_s=(CLOCK_MS + 1000 * pose.t_s) / 1000) for pose in poses]
    happened = [event.model_dump(mode="json") for pose in stamped for event in direct.update(pose).events]
    for kind in ("stage", "rep", "warning"):
        assert len(events(updates, kind)) == sum(event["kind"] == kind for event in happened)
    said, alone = told["summary"], direct.finish().summary.model_dump(mode="json", by_alias=True)
    assert (said["live_count"], judged(said["report"])) == (alone["live_count"], judged(alone["report"]))
    if name in SETS:
        assert said["live_count"] == said["report"]["reps_complete"] == performed(name, rest_s(name)) > 1
    assert said["live_count"] >= 12 or truth(name)["reps"], "steps of a run"


@pytest.mark.parametrize("exercise", exercise_ids())
def test_every_exercise_can_be_begun_and_ended(connect: Connect, exercise: str) -> None:
    with connect() as page:
        assert page.hello(exercise, input="landmarks")["exercise"] == exercise
        page.say(kind="start")
        page.play(list(track("squat_clean_right"))[:60])
        assert page.stop()["summary"]["report"]["exercise"] == exercise


@pytest.mark.parametrize(("name", "reps", "until_s"), [("squat_valgus", 2, 16.0), ("clamshell_faulty_left", 2, 19.5)])
def test_films_are_counted_and_faults_told(
    connect: Connect, samples: Path, name: str, reps: int, until_s: float
) -> None:
    done = [rep for rep in truth(name)["reps"] if rep["complete"] and rep["end_s"] < until_s - 0.5]
    with connect() as page:
        page.hello(truth(name)["exercise"], overlay=True)
        updates = [page.frame(t_s, picture) for t_s, picture in pictures(samples / f"{name}.mp4", 2, until_s)]
        told = page.stop()
    assert all(update["kind"] == "update" for update in updates)
    assert len(done) >= reps
    assert told["summary"]["live_count"] == told["summary"]["report"]["reps_complete"] == len(done)
    faults = {fault for rep in done for fault in rep["faults"]}
    assert faults & {event["check"] for event in events(updates, "warning")}
    marks = [update["pose"] for update in updates if update["pose"]]
    assert len(marks) > len(updates) // 2
    assert all(len(pose) == 33 and -1 < pose[0][0] < 2 for pose in marks)


def saved(server: Served, told: dict[str, Any]) -> dict[str, Any]:
    """The analysis of a summary, once it is scored."""
    assert told["saved"], told["note"]
    return server.finished(told["links"]["analysis"].rpartition("/")[2])


def test_a_set_is_an_analysis_like_any_other(live_server: Served, connect: Connect) -> None:
    with connect() as page:
        welcome = page.hello(input="landmarks")
        page.play(track("clamshell_faulty_left"))
        told = page.stop()
        assert page.close_code() == 1000
    analysis, http = saved(live_server, told), live_server.http
    assert analysis["id"] == welcome["session"]
    assert (analysis["state"], analysis["expires_at"] is not None) == ("done", True)
    assert analysis["clips"][0]["video_kept"] is False
    result = http.get(told["links"]["result"])
    assert SetReport.model_validate_json(result.text) == SetReport.model_validate(told["summary"]["report"])
    assert http.get(told["links"]["report"]).headers["content-type"].startswith("text/html")
    assert http.get(told["links"]["page"]).status_code == 200
    assert http.get(f"{told['links']['analysis']}/export.csv").status_code == 200
    assert http.get(f"{told['links']['analysis']}/video").status_code == 404
    assert analysis["id"] in [each["id"] for each in http.get("/v1/analyses").json()["analyses"]]
    again = http.post(f"{told['links']['analysis']}/rescore", json={}).json()
    assert live_server.finished(again["id"])["result"]["reps"] == analysis["result"]["reps"]
    assert http.delete(told["links"]["analysis"]).status_code == 204
    assert http.get(told["links"]["page"]).status_code == 404


def test_other_limits_count_live_and_in_the_result(live_server: Served, connect: Connect) -> None:
    limit = live_server.http.get("/v1/exercises/single_leg_box_squat").json()["limits"][0]
    name, value = limit["name"], limit["high"]
    with connect() as page:
        page.hello("single_leg_box_squat", input="landmarks", limits={name: value})
        page.play(track("squat_valgus"))
        told = page.stop()
    assert saved(live_server, told)["limits"] == {"single_leg_box_squat": {name: value}}
    assert told["summary"]["report"]["provenance"]["params"][name] == value


def test_buttons_start_stop_and_change_what_is_said(connect: Connect) -> None:
    with connect() as page:
        page.hello("single_leg_box_squat", input="landmarks", hands_free=False, cues="off")
        poses = list(track("squat_clean_right"))
        assert page.pose(poses[0])["state"]["stage"] == "setup"
        page.say(kind="start")
        quiet = page.play(poses[1:150])
        assert quiet[0]["state"]["stage"] == "counting"
        assert not events(quiet, "cue")
        page.say(kind="cues", cues="full")
        assert events(page.play(poses[150:]), "cue")
        page.say(kind="stop")
        ended = page.until("update")
        assert (ended["seq"], ended["state"]["ended"]) == (None, "asked")
        assert page.summary()["summary"]["live_count"] == performed("squat_clean_right")


def test_a_mirrored_camera_does_not_swap_the_sides(connect: Connect) -> None:
    with connect() as page:
        page.hello("single_leg_box_squat", input="landmarks", mirrored=True)
        page.play(pose.mirrored() for pose in track("squat_clean_right"))
        report = page.stop()["summary"]["report"]
    assert {rep["side"] for rep in report["reps"]} == {"right"}


def test_a_set_that_never_began_leaves_nothing(live_server: Served, connect: Connect) -> None:
    with connect() as page:
        session = page.hello(input="landmarks")["session"]
        page.pose(track("clamshell_clean_right")[0])
        told = page.stop()
    assert (told["links"], told["saved"], told["summary"]["report"]) == (None, False, None)
    assert live_server.http.get(f"/v1/analyses/{session}").status_code == 404
    assert not (live_server.settings.data_dir / "live" / session).exists()


def test_several_people_each_have_their_own_set(connect: Connect) -> None:
    names = ("squat_clean_right", "clamshell_clean_right", "bridge_clean_right")
    with connect() as first, connect() as second, connect() as third:
        pages = dict(zip(names, (first, second, third), strict=True))
        for name, each in pages.items():
            each.hello(truth(name)["exercise"], input="landmarks")
        for poses in zip(*(track(name, 16.0) for name in names), strict=False):
            for each, pose in zip(pages.values(), poses, strict=True):
                each.pose(pose)
        for name, each in pages.items():
            assert each.stop()["summary"]["live_count"] == performed(name, 16.0) >= 1


def test_the_words_of_a_page_are_one_catalogue(live_server: Served) -> None:
    words = live_server.http.get("/v1/live/words").json()
    assert words == {name: _as_json(value) for name, value in catalogue().items()}
    assert words["advice"]["whole_body"][0] == "Step back"


def _as_json(value: Any) -> Any:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in value.items()} if isinstance(value, dict) else value


def test_metrics_tell_people_frames_and_delay(live_server: Served, connect: Connect) -> None:
    with connect() as page:
        page.hello(input="landmarks")
        page.pose(track("clamshell_clean_right")[0])
        ends_at = time.monotonic() + 5
        while 'formcheck_live_people{connected="yes"} 0.0' in (text := live_server.http.get("/metrics").text):
            assert time.monotonic() < ends_at
            time.sleep(0.1)
    assert 'formcheck_live_frames_total{outcome="answered"}' in text
    assert "formcheck_live_answer_seconds_bucket" in text
