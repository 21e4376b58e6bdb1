"""A raised hand, standing still and leaving are told from everything that people do while exercising."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.live.gestures import Held, Place, Stillness, raised_hand
from formcheck.pose.landmarks import Side
from formcheck.pose.pose import Pose
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from tests.golden.tracks import golden, golden_names
from tests.live.bodies import standing_still, with_hand_up

SHARED = Path(__file__).resolve().parents[3] / "shared" / "tracks"
LYING = [name for name in golden_names() if name.startswith(("clamshell", "bridge"))]


def real_tracks() -> list[Any]:
    if not SHARED.is_dir():
        return [pytest.param("", marks=pytest.mark.skip(reason="../shared is not here"))]
    return sorted(json.loads((SHARED / "tracks.json").read_text(encoding="utf-8")))


def longest_raised_s(track: PoseTrack) -> float:
    held, longest_s = Held(1e9), 0.0
    for pose in track:
        held.update(pose.t_s, raised_hand(pose) is not None)
        longest_s = max(longest_s, np.nan_to_num(pose.t_s - held.since_s))
    return float(longest_s)


@pytest.mark.parametrize("name", golden_names())
def test_nobody_who_exercises_raises_a_hand(name: str) -> None:
    assert longest_raised_s(golden(name)) < 0.5


@pytest.mark.parametrize("name", real_tracks())
def test_no_real_person_who_exercises_raises_a_hand(name: str) -> None:
    assert longest_raised_s(load_track(SHARED / f"{name}.npz")) < 0.5


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", ["squat_clean_right", "clamshell_clean_right", "bridge_clean_right"])
def test_a_raised_hand_is_seen_standing_and_lying(name: str, side: Side) -> None:
    pose = golden(name)[60]
    assert raised_hand(pose) is None
    assert raised_hand(with_hand_up(pose, side)) == side


@pytest.mark.parametrize("name", LYING)
def test_arms_stretched_overhead_while_lying_are_not_up(name: str) -> None:
    assert not any(raised_hand(with_hand_up(pose, along="head")) for pose in golden(name))


def test_both_arms_up_is_no_sign() -> None:
    pose = golden("squat_clean_right")[60]
    assert raised_hand(with_hand_up(with_hand_up(pose, "left"), "right")) is None


def test_a_guessed_hand_is_no_sign() -> None:
    pose = with_hand_up(golden("squat_clean_right")[60])
    assert raised_hand(replace(pose, visibility=np.full_like(pose.visibility, 0.3))) is None


def test_nobody_raises_no_hand() -> None:
    assert raised_hand(Pose.nobody(0.0, (640, 480))) is None


def test_a_lapse_is_forgiven_and_a_pause_is_not() -> None:
    held = Held(1.0)
    assert [held.update(t_s, so) for t_s, so in [(0.0, True), (0.4, True), (0.5, False), (0.6, True)]][-1] == 0.6
    assert held.update(1.2, False) == 0.0
    assert held.update(1.3, True) == 0.0


def test_holding_still_fills_in_two_seconds() -> None:
    still = Stillness(2.0)
    shares = [still.update(pose) for pose in standing_still(golden("squat_clean_right"), 1.0, 3.0)]
    assert shares[25] == pytest.approx(0.5, abs=0.05)
    assert shares[-1] == 1.0


def test_moving_is_not_still() -> None:
    still = Stillness(2.0)
    squat = golden("squat_clean_right")
    moving = [still.update(pose) for pose in squat if 4.5 < pose.t_s < 9.5]
    assert max(moving[50:]) < 1.0


@pytest.mark.parametrize("name", golden_names())
def test_whoever_exercises_stays_in_place(name: str) -> None:
    place, away = Place(), Held(5.0)
    assert max(away.update(pose.t_s, place.left(pose)) for pose in golden(name)) < 0.5


def test_standing_up_from_the_mat_is_leaving() -> None:
    place = Place()
    assert not place.left(golden("clamshell_clean_right")[60])
    upright = replace(golden("squat_clean_right")[60], size_px=(640, 480))
    assert place.left(upright)


def test_walking_across_the_picture_is_leaving() -> None:
    place = Place()
    pose = replace(golden("squat_clean_right")[60], size_px=(4000, 640))
    assert not place.left(pose)
    assert place.left(replace(pose, image_px=pose.image_px + np.array([400.0, 0.0, 0.0])))
