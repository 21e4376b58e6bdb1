"""A card worn off the middle is told from a pelvis that drops, as far as that can be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formcheck.pose.tag_seen import Array
from formcheck.tag.angles import Start, mean_turn, roll_deg, twist_deg
from formcheck.tag.heading import Placed, level_left_of, up_of_lying, weighed

UP = np.array([0.0, -1.0, 0.0])
FACING = np.diag([1.0, -1.0, -1.0])


def worn(off_deg: float) -> Start:
    """A front card so far round the waist of somebody upright."""
    turn = Rotation.from_rotvec(off_deg * UP, degrees=True).as_matrix() @ FACING
    left = turn[:, 0]
    return Start(turn, left, UP, np.cross(left, UP), UP)


def squatted(start: Start, pitch_deg: float, left_sinks_deg: float) -> Placed:
    left, chest = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, -1.0])
    drop = Rotation.from_rotvec(-left_sinks_deg * chest, degrees=True)
    moved = drop * Rotation.from_rotvec(pitch_deg * left, degrees=True)
    return Placed(moved.as_matrix() @ start.turn, 1)


def drops(off_deg: float, sinks_deg: list[float], references: int = 0) -> tuple[Array, Array]:
    start = worn(off_deg)
    placed = [squatted(start, 27.0, each) for each in sinks_deg]
    level = [Placed(squatted(start, 27.0, 0.0).turn, 0)] * references
    lifted = weighed(start, UP, [*placed, *level], 4.5)[: len(placed)]
    return np.array([-each.value for each in lifted]), np.array([each.sd for each in lifted])


@pytest.mark.parametrize("off_deg", [-8.0, -3.0, 0.0, 5.0])
def test_level_repetitions_put_the_card_in_its_place(off_deg: float) -> None:
    read, sd = drops(off_deg, [0.0, 12.0, 0.0])

    assert read == pytest.approx([0.0, 12.0, 0.0], abs=1.2)
    assert sd.max() < 2


def test_what_all_share_is_between_both_and_known_to_be_doubtful() -> None:
    read, sd = drops(0.0, [10.0, 10.0, 10.0])

    assert 3 < read.mean() < 11
    assert sd.min() > 2


def test_a_lift_on_both_legs_settles_it() -> None:
    read, sd = drops(0.0, [10.0, 10.0, 10.0], references=1)

    assert read == pytest.approx([10.0, 10.0, 10.0], abs=1.0)
    assert sd.max() < 1.5


def test_the_mean_of_turns_is_the_turn_in_their_middle() -> None:
    axis = np.array([0.6, 0.0, 0.8])
    turns = Rotation.from_rotvec(np.linspace(10, 30, 21)[:, None] * axis, degrees=True).as_matrix()

    assert twist_deg(mean_turn(turns)[None], axis)[0] == pytest.approx(20.0, abs=0.01)


def test_a_twist_is_the_part_about_its_axis() -> None:
    head = np.array([0.0, 0.0, 1.0])
    rolled = Rotation.from_rotvec([0, 0, 25], degrees=True) * Rotation.from_rotvec([8, 0, 0], degrees=True)

    assert twist_deg(rolled.as_matrix()[None], head)[0] == pytest.approx(25.0, abs=0.1)


def lying(camera_down_deg: float, spine_off_deg: float) -> tuple[Start, Array]:
    """Somebody on the back, the left toward a level camera that looks down, and where up is."""
    down = np.radians(camera_down_deg)
    up = np.array([0.0, -np.cos(down), -np.sin(down)])
    left = np.array([0.0, np.sin(down), -np.cos(down)])
    spine = Rotation.from_rotvec(spine_off_deg * left, degrees=True).apply([1.0, 0.0, 0.0])
    turn = np.column_stack([left, spine, np.cross(left, spine)])
    return Start(turn, left, spine, np.cross(left, spine), spine), up


@pytest.mark.parametrize("camera_down_deg", [0.0, 40.0])
def test_up_is_told_by_what_is_level_more_than_by_the_trunk_of_landmarks(camera_down_deg: float) -> None:
    start, up = lying(camera_down_deg, spine_off_deg=15.0)

    told = up_of_lying(start)

    assert np.degrees(np.arccos(told @ up)) < 2.0
    assert np.degrees(np.arccos(start.chest @ up)) == pytest.approx(15.0)


def test_repetitions_that_drop_alike_are_not_put_down_to_a_card_far_off_the_middle() -> None:
    told, sd = drops(0.0, [11.0, 11.5, 12.0])

    assert told == pytest.approx([11.0, 11.5, 12.0], abs=2.0)
    assert (sd < 4.0).all()


@pytest.mark.parametrize("size_deg", [2.0, 15.0, 25.0])
def test_a_roll_is_told_whole_although_the_bodys_axis_is_known_but_roughly(size_deg: float) -> None:
    start = worn(0.0)
    off = Rotation.from_rotvec(15.0 * np.array([0.0, 0.0, 1.0]), degrees=True)
    rolled = Rotation.from_rotvec(size_deg * off.apply(start.spine), degrees=True).as_matrix()

    assert roll_deg(rolled, start) == pytest.approx(size_deg, rel=0.03)
    assert roll_deg(rolled.T, start) == pytest.approx(-roll_deg(rolled, start))


def test_a_card_turned_in_its_own_plane_on_a_slope_still_tells_the_left() -> None:
    left = np.array([1.0, 0.0, 0.0])
    slope = Rotation.from_rotvec(20.0 * left, degrees=True)
    turn = (slope * Rotation.from_matrix(FACING) * Rotation.from_rotvec([0, 0, 24.0], degrees=True)).as_matrix()

    told = level_left_of(turn, turn[:, 0], UP)

    assert np.degrees(np.arccos(told @ left)) < 0.1
