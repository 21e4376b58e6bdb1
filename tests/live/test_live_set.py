"""A live set counts and judges as the file would, starts and ends by itself, and never counts twice."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck import score_track
from formcheck.exercises.registry import get_exercise
from formcheck.live import wording
from formcheck.live.live_set import AWAY_S, HOLD_STILL_S, LONGEST_SET_S, LiveSet
from formcheck.live.records import LIVE_EVENT, LiveState, LiveSummary
from formcheck.live.track_log import PACKED_POSES
from formcheck.pose.pose import Pose
from formcheck.pose.store import load_track, save_track
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport
from tests.golden.tracks import golden, truth
from tests.live.bodies import (
    RUNS,
    SETS,
    SLOW_HZ,
    hand_up_between,
    nobody,
    play,
    played,
    squats,
    standing_still,
    with_hand_up,
)
from tests.streams import at_rate, between, later, spliced

SHARED = Path(__file__).resolve().parents[3] / "shared" / "tracks"
NAMES = (*SETS, *RUNS)
SQUAT = "squat_clean_right"
BETWEEN_S = truth(SQUAT)["reps"][0]["end_s"] + 0.6
"""At rest between the first squat and the second."""


@cache
def as_file(name: str) -> SetReport:
    """The same scored as a file."""
    return score_track(golden(name), get_exercise(truth(name)["exercise"])()).report


def real() -> list[Any]:
    if not SHARED.is_dir():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="../shared with the tracks is not here"))]
    seen = json.loads((SHARED / "tracks.json").read_text(encoding="utf-8"))
    return [(name, told) for name, told in seen.items() if "reps" in told and told["exercise"] in _KNOWN]


_KNOWN = {"single_leg_box_squat", "clamshell", "single_leg_glute_bridge"}


@pytest.mark.parametrize("name", SETS)
def test_live_counts_are_the_truth(name: str) -> None:
    one_sided = get_exercise(truth(name)["exercise"]).about.dose.per_side
    performed = [(rep["side"] if one_sided else None, rep["complete"]) for rep in truth(name)["reps"]]
    assert [(rep.side, rep.complete) for rep in played(name).reps] == performed
    assert played(name).states[-1].count == sum(complete for _, complete in performed)


@pytest.mark.parametrize("name", SETS)
def test_the_summary_counts_as_the_file_does(name: str) -> None:
    summary = played(name).result().summary
    assert summary.report is not None
    assert summary.report.reps_complete == as_file(name).reps_complete == summary.live_count


@pytest.mark.parametrize(("name", "told"), real())
def test_real_people_are_counted_as_by_eye(name: str, told: dict[str, Any]) -> None:
    said = play(load_track(SHARED / f"{name}.npz"), told["exercise"])
    assert said.states[-1].count == told["reps"]
    assert said.ended == []


@pytest.mark.parametrize("name", RUNS)
def test_steps_are_counted_as_they_fall(name: str) -> None:
    gait = as_file(name).gait
    assert gait is not None
    assert played(name).states[-1].count == pytest.approx(len(gait.contacts), abs=2)


@pytest.mark.parametrize("name", NAMES)
def test_a_set_starts_once_and_does_not_end_by_itself(name: str) -> None:
    assert len(played(name).started) == 1
    assert played(name).ended == []


@pytest.mark.parametrize("name", SETS)
def test_the_count_never_goes_back_and_goes_up_one_at_a_time(name: str) -> None:
    counts = [state.count for state in played(name).states]
    assert set(np.diff(counts)) <= {0, 1}


@pytest.mark.parametrize("name", NAMES)
def test_state_and_events_survive_the_json_round_trip(name: str) -> None:
    for state in played(name).states[::50]:
        assert LiveState.model_validate_json(state.model_dump_json()) == state
    for event in played(name).events:
        assert LIVE_EVENT.validate_json(event.model_dump_json()) == event
    summary = played(name).result().summary
    assert LiveSummary.model_validate_json(summary.model_dump_json(by_alias=True)) == summary


@pytest.mark.parametrize("name", ["squat_valgus", "bridge_faulty_left", "running_side_faulty"])
def test_a_recorded_set_scored_again_from_its_file_gives_the_same(name: str, tmp_path: Path) -> None:
    analysis = played(name).result().analysis
    assert analysis is not None
    save_track(analysis.track, tmp_path / "track.npz")
    again = score_track(load_track(tmp_path / "track.npz"), get_exercise(truth(name)["exercise"])())
    assert again.report == analysis.report


@pytest.mark.parametrize("name", SETS)
def test_what_was_revised_is_said(name: str) -> None:
    """Every difference between the counted repetitions and the final ones stands in the summary."""
    summary = played(name).result().summary
    assert summary.report is not None
    for said, final in zip(played(name).reps, summary.report.reps, strict=True):
        then = {v.check: v.state for v in said.verdicts}
        changed = {v.check for v in final.verdicts if then[v.check] != v.state}
        assert changed <= {r.check for r in summary.revisions if r.rep == final.index}
        for revision in summary.revisions:
            assert revision.text


def test_half_a_repetition_at_the_start_is_counted_and_the_summary_says_that_it_was_none() -> None:
    """A set that a key started in the middle of a movement: what was half is known once the whole ones are."""
    track = at_rate(golden("squat_valgus"), SLOW_HZ)
    first, second = truth("squat_valgus")["reps"][:2]
    middle_s = first["start_s"] + 0.4 * (first["turn_s"] - first["start_s"])
    live = LiveSet(get_exercise("single_leg_box_squat")(), track.info)
    live.start()
    for pose in between(track, middle_s, second["end_s"] + 1.5):
        live.update(pose)
    summary = live.finish().summary
    assert summary.report is not None
    assert (summary.live_count, summary.report.reps_complete) == (2, 1)
    (recounted,) = [revision for revision in summary.revisions if revision.check is None]
    assert (recounted.rep, recounted.live, recounted.final) == (1, wording.COUNTED, wording.NOT_COUNTED)
    assert "of your usual range" in recounted.text


def test_a_warning_in_a_repetition_that_is_not_judged_is_accounted_for() -> None:
    name = "clamshell_faulty_left"
    rep = truth(name)["reps"][1]
    track = golden(name)
    cut_s = rep["turn_s"] + 1.5
    first, second = between(track, 0.0, cut_s), later(between(track, cut_s, rep["end_s"] + 2.0), 2.0)
    said = play([*first, *second], "clamshell")
    assert [check for _, check in said.warnings()] == ["pelvic_roll"]
    summary = said.result().summary
    assert summary.report is not None
    assert [rep.complete for rep in summary.report.reps] == [True, False]
    (told,) = [revision for revision in summary.revisions if revision.rep == 2]
    assert (told.check, told.live, told.final) == ("pelvic_roll", "fault", "not_assessed")
    assert "not judged" in told.text


# Starting


def test_holding_still_in_place_starts_the_set() -> None:
    said = play(standing_still(golden(SQUAT), 1.0, 5.0), "single_leg_box_squat")
    assert [by for _, by in said.started] == ["held_still"]
    assert HOLD_STILL_S <= said.started[0][0] < HOLD_STILL_S + 1.5
    assert max(state.start_share for state in said.states) > 0.8


def test_a_slow_picture_does_not_keep_the_set_from_starting() -> None:
    slow = [pose for i, pose in enumerate(standing_still(golden(SQUAT), 1.0, 5.0)) if i % 2 == 0]
    said = play(slow, "single_leg_box_squat")
    assert any(state.advice and state.advice.code == "slow_camera" for state in said.states)
    assert [by for _, by in said.started] == ["held_still"]


def test_holding_still_where_the_camera_sees_nothing_useful_does_not_start() -> None:
    dark = [replace(pose, brightness=5.0) for pose in standing_still(golden(SQUAT), 1.0, 6.0)]
    said = play(dark, "single_leg_box_squat")
    assert said.started == []
    assert said.states[-1].advice is not None
    assert said.states[-1].advice.code == "light"
    assert any(cue.kind == "advice" for cue in said.cues)


def test_a_raised_hand_starts_the_set_even_from_a_place_that_is_not_ideal() -> None:
    track = between(golden("clamshell_low_camera_right"), 0.0, 3.0)
    said = play(hand_up_between(track, 1.0, 2.8), "clamshell")
    assert [by for _, by in said.started] == ["raised_hand"]


def test_a_first_repetition_starts_the_set_and_counts() -> None:
    said = played("clamshell_low_camera_right")
    assert [by for _, by in said.started] == ["movement"]
    assert said.reps[0].index == 1


def test_a_key_starts_the_set_at_once() -> None:
    live = LiveSet(get_exercise("single_leg_box_squat")(), golden(SQUAT).info)
    live.start()
    update = live.update(golden(SQUAT)[0])
    assert update.state.stage == "counting"


def test_nothing_starts_by_itself_where_that_is_not_wanted() -> None:
    said = play(squats(1), "single_leg_box_squat", hands_free=False)
    assert said.started == []


def test_what_was_done_before_the_button_is_no_part_of_the_set() -> None:
    track = squats()
    live = LiveSet(get_exercise("single_leg_box_squat")(), track.info, hands_free=False)
    for pose in track:
        if pose.t_s >= BETWEEN_S and live.state.stage != "counting":
            live.start()
        live.update(pose)
    summary = live.finish().summary
    assert summary.report is not None
    assert (summary.live_count, summary.report.reps_complete) == (1, 1)
    assert [revision for revision in summary.revisions if revision.check is None] == []


def test_going_away_before_the_start_forgets_what_was_seen() -> None:
    still = standing_still(golden(SQUAT), 1.0, 1.5)
    gone = nobody(1.5, 6.0, still[0].size_px)
    said = play([*still, *gone], "single_leg_box_squat")
    assert said.started == []
    assert said.states[-1].stage == "setup"
    assert said.result().analysis is None


# Ending


def test_walking_away_ends_the_set_and_does_not_belong_to_it() -> None:
    track = squats()
    gone = nobody(float(track.t_s[-1]), 8.0, track.size_px)
    said = play([*track, *gone], "single_leg_box_squat")
    assert [reason for _, reason in said.ended] == ["walked_away"]
    result = said.result()
    assert result.analysis is not None
    assert result.analysis.track.t_s[-1] < track.t_s[-1] + 1.0
    assert result.summary.report is not None
    assert result.summary.report.reps_complete == 2


def test_who_presses_a_button_has_time_to_get_into_place() -> None:
    """First upright at the button, then out of sight, then lying where the set is done."""
    name = "clamshell_faulty_left"
    rep = truth(name)["reps"][0]
    done = list(later(at_rate(between(golden(name), 0.0, rep["end_s"] + 1.5), SLOW_HZ), 15.0))
    upright = standing_still(golden(SQUAT), 1.0, 6.0)
    at_button = [replace(pose, size_px=done[0].size_px) for pose in upright]
    live = LiveSet(get_exercise("clamshell")(), golden(name).info)
    live.start()
    for pose in [*at_button, *nobody(6.0, 9.0, done[0].size_px), *done, *nobody(done[-1].t_s, 8.0, done[0].size_px)]:
        live.update(pose)
    assert live.state.count == 1
    assert live.state.ended == "walked_away"
    summary = live.finish().summary
    assert summary.report is not None
    assert summary.report.reps_complete == 1


def test_a_short_absence_does_not_end_the_set() -> None:
    track = squats(1)
    end_s = float(track.t_s[-1])
    gone = nobody(end_s, AWAY_S - 1.0, track.size_px)
    back = later(between(track, 0.0, 3.0), end_s + AWAY_S - 0.5)
    assert play([*track, *gone, *back], "single_leg_box_squat").ended == []


def test_a_raised_hand_ends_the_set() -> None:
    track = squats(1)
    tail = standing_still(track, float(track.t_s[-1]) - 0.1, 4.0, from_s=float(track.t_s[-1]) + 0.08)
    raised = [with_hand_up(p) if p.t_s > track.t_s[-1] + 1.0 else p for p in tail]
    said = play([*track, *raised], "single_leg_box_squat")
    assert [reason for _, reason in said.ended] == ["raised_hand"]
    assert len(said.reps) == 1


def test_the_hand_that_started_the_set_does_not_end_it() -> None:
    poses = [with_hand_up(pose) for pose in standing_still(golden(SQUAT), 1.0, 8.0)]
    said = play(poses, "single_leg_box_squat")
    assert [by for _, by in said.started] == ["raised_hand"]
    assert said.ended == []


def test_arms_overhead_while_lying_neither_start_nor_end() -> None:
    done = truth("bridge_clean_right")["reps"]
    track = between(golden("bridge_clean_right"), 0.0, done[1]["end_s"] + 1.5)
    said = play([with_hand_up(pose, along="head") for pose in track], "single_leg_glute_bridge")
    assert [by for _, by in said.started] == ["held_still"]
    assert said.ended == []
    assert len(said.reps) == 2


def test_a_run_that_stops_is_over() -> None:
    track = golden("running_side_clean")
    stands = standing_still(track, 3.0, 12.0, from_s=float(track.t_s[-1]) + 0.04)
    said = play([*track, *stands], "running_side")
    assert [reason for _, reason in said.ended] == ["stopped_running"]


def test_after_the_end_nothing_counts() -> None:
    track = squats()
    live = LiveSet(get_exercise("single_leg_box_squat")(), track.info)
    for pose in track:
        live.update(pose)
    counted = live.finish().summary.live_count
    for pose in later(track, 100.0):
        assert live.update(pose).events == ()
    assert live.finish().summary.live_count == counted == 2


# Time and trouble


def test_a_gap_between_repetitions_changes_nothing() -> None:
    track = squats()
    first, second = between(track, 0.0, BETWEEN_S), later(between(track, BETWEEN_S, 1e9), 5.0)
    said = play([*first, *second], "single_leg_box_squat")
    assert said.states[-1].count == 2
    assert [round(e.gap_s) for e in said.events if e.kind == "gap"] == [5]
    assert any(cue.kind == "gap" for cue in said.cues)
    assert said.result().summary.report is not None


def test_a_repetition_across_a_gap_is_not_judged_but_said() -> None:
    track = squats(3)
    bottom_s = truth(SQUAT)["reps"][1]["turn_s"]
    first, second = between(track, 0.0, bottom_s), later(between(track, bottom_s, 1e9), 5.0)
    said = play([*first, *second], "single_leg_box_squat")
    assert [rep.complete for rep in said.reps] == [True, False, True]
    cut = said.reps[1]
    assert cut.verdicts == ()
    assert "cut short" in cut.note
    report = said.result().summary.report
    assert report is not None
    assert [rep.complete for rep in report.reps] == [True, False, True]


def test_a_long_absence_closes_the_set_with_what_was_done() -> None:
    track = squats()
    after = later(between(track, BETWEEN_S, 1e9), 60.0)
    said = play([*between(track, 0.0, BETWEEN_S), *after], "single_leg_box_squat")
    assert [reason for _, reason in said.ended] == ["long_gap"]
    assert said.result().summary.live_count == 1


def test_a_set_that_nobody_ends_is_closed_after_an_hour() -> None:
    track = golden(SQUAT)
    live = LiveSet(get_exercise("single_leg_box_squat")(), track.info)
    live.start()
    poses = (replace(track[25], t_s=20.0 * i) for i in range(200))
    ended = next(state for pose in poses if (state := live.update(pose).state).stage == "ended")
    assert (ended.ended, ended.t_s) == ("too_long", LONGEST_SET_S + 20.0)


def test_duplicated_late_and_wild_stamps_change_nothing() -> None:
    poses = list(squats())
    doubled = [twice for pose in poses for twice in (pose, pose)]
    late = [p for i, pose in enumerate(poses) for p in ((pose, poses[max(0, i - 5)]) if i % 7 == 0 else (pose,))]
    wild = [
        p for i, pose in enumerate(poses) for p in ((replace(pose, t_s=1e7 + i), pose) if i % 50 == 25 else (pose,))
    ]
    expected = [rep.turn_s for rep in play(poses, "single_leg_box_squat").reps]
    assert len(expected) == 2
    for stream in (doubled, late, wild):
        assert [rep.turn_s for rep in play(stream, "single_leg_box_squat").reps] == expected


def test_a_wild_first_stamp_costs_a_second_and_no_repetition() -> None:
    first, *others = squats()
    usual, late = (play([start, *others], "single_leg_box_squat") for start in (first, replace(first, t_s=1e7)))
    assert [rep.complete for rep in late.reps] == [True, True]
    delays_s = [rep.turn_s - before.turn_s for rep, before in zip(late.reps, usual.reps, strict=True)]
    assert delays_s == pytest.approx([delays_s[0]] * 2, abs=0.01)
    assert 0 < delays_s[0] <= 1.0


def test_a_clock_put_back_loses_at_most_the_repetition_under_way() -> None:
    bottom_s = truth(SQUAT)["reps"][1]["turn_s"]
    poses = [pose if pose.t_s < bottom_s else replace(pose, t_s=pose.t_s - 3600.0) for pose in squats(3)]
    said = play(poses, "single_leg_box_squat")
    assert [rep.complete for rep in said.reps] == [True, False, True]


@pytest.mark.parametrize("rate_hz", [10.0, 15.0])
@pytest.mark.parametrize("name", [SQUAT, "clamshell_faulty_left"])
def test_a_slower_stream_counts_the_same(name: str, rate_hz: float) -> None:
    track = at_rate(golden(name), rate_hz)
    assert play(track, truth(name)["exercise"]).states[-1].count == truth_count(name)


def truth_count(name: str) -> int:
    return sum(rep["complete"] for rep in truth(name)["reps"])


def test_a_mirrored_camera_is_put_right() -> None:
    track = golden("clamshell_faulty_left").mirrored()
    said = play(replace(track, info=replace(track.info, mirrored=True)), "clamshell")
    assert {rep.side for rep in said.reps} == {"left"}
    straight = [check for _, check in played("clamshell_faulty_left").warnings()]
    assert [check for _, check in said.warnings()] == straight


def test_a_picture_of_another_size_closes_the_set() -> None:
    track = squats()
    poses = [pose if pose.t_s < 12.0 else replace(pose, size_px=(640, 480)) for pose in track]
    said = play(poses, "single_leg_box_squat")
    assert [reason for _, reason in said.ended] == ["picture_changed"]


def test_nobody_at_all_is_a_set_of_nothing() -> None:
    live = LiveSet(get_exercise("clamshell")(), golden(SQUAT).info)
    live.start()
    live.update(Pose.nobody(0.0, (640, 480)))
    result = live.finish()
    assert result.analysis is None
    assert result.summary.report is None
    assert result.summary.reason_text


def test_a_long_set_takes_no_more_memory_than_its_track() -> None:
    """Some minutes show the slope: beyond the packed track next to nothing may grow."""
    track = squats(1)
    live = LiveSet(get_exercise("single_leg_box_squat")(), track.info)
    rounds = (later(track, i * (float(track.t_s[-1]) + 0.08)) for i in count())
    poses = (pose for again in rounds for pose in again)
    tracemalloc.start()
    sizes = []
    for _ in range(4):
        for pose in islice(poses, PACKED_POSES):  # at the same point of each part of the track
            live.update(pose)
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert live.state.count >= 8
    assert (sizes[3] - sizes[1]) / (2 * PACKED_POSES) < 1200


def test_two_sides_in_one_set_go_on() -> None:
    first = golden("clamshell_clean_right")
    second = replace(golden("clamshell_faulty_left"), size_px=first.size_px)
    said = play(spliced(first, second), "clamshell")
    assert said.ended == []
    assert {rep.side for rep in said.reps} == {"left", "right"}


@pytest.mark.parametrize("name", ["running_rear_clean", "running_rear_crossover_both"])
def test_a_run_is_told_its_faults_while_it_goes_on(name: str) -> None:
    final = {v.check for v in as_file(name).verdicts if v.state == "fault"}
    assert {check for _, check in played(name).warnings()} == final


def test_a_track_that_is_given_is_not_changed() -> None:
    track: PoseTrack = squats(1)
    before = track.image_px.copy()
    play(track, "single_leg_box_squat")
    np.testing.assert_array_equal(track.image_px, before)
