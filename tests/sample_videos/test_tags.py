"""Printed tags on rendered people: the card's shape, where it goes, and what is written down about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.tag.design import DEFAULT, QUIET_PER_SIDE, STRIP_PER_SIDE
from formcheck.tag.detect import cells
from sample_videos import tag_clips
from sample_videos.catalogue import CLIPS
from sample_videos.renderer import card as cards
from sample_videos.renderer.card import Card
from sample_videos.renderer.motions import motion_for
from sample_videos.renderer.motions.base import Motion
from sample_videos.renderer.motions.running import BELT_M, RunningMotion
from sample_videos.renderer.motions.touch import Touch
from sample_videos.renderer.person import Person
from sample_videos.renderer.plan import ClipPlan, TagPlan
from sample_videos.renderer.rotations import about_z_deg, angle_between_deg, angle_of_deg, turn_of_deg
from sample_videos.renderer.tag_truth import tag_truth
from sample_videos.renderer.truth import truth_record

FORWARD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])  # right, up, out of a card in front
SQUAT = CLIPS["squat_valgus"]


def _worn(tag: TagPlan, duration_s: float = 10.0) -> Card:
    return Card(tag, "pelvis", np.array([0.0, -0.12, 1.0]), FORWARD, (0, 0, 0), duration_s)


def test_the_card_is_the_product_s_card() -> None:
    assert DEFAULT.front_id == tag_clips.FRONT
    assert DEFAULT.back_id == tag_clips.BACK
    assert cards.QUIET_PER_SIDE == QUIET_PER_SIDE
    assert cards.STRIP_PER_SIDE == STRIP_PER_SIDE
    assert len(cells(DEFAULT.dictionary, DEFAULT.front_id)) == cards.MARKER_CELLS
    assert TagPlan(1).side_m == DEFAULT.side_m
    assert TagPlan(1).dictionary == DEFAULT.dictionary


def test_corners_go_round_from_the_upper_left() -> None:
    right, up = cards.corners_m(TagPlan(27)).T[:2] / 0.05
    assert np.allclose(np.stack([right, up], axis=1), [[-1, 1], [1, 1], [1, -1], [-1, -1]])


@pytest.mark.parametrize("tag", [TagPlan(27, bend_deg=30.0), TagPlan(27, crease_deg=20.0)])
def test_bent_and_creased_cards_keep_their_size_along_the_surface(tag: TagPlan) -> None:
    along = np.linspace(-0.05, 0.05, 201)
    for right, up in ((along, np.zeros_like(along)), (np.zeros_like(along), along)):
        line = cards.sheet_m(tag, right, up)
        assert np.linalg.norm(np.diff(line, axis=0), axis=1).sum() == pytest.approx(0.10, rel=1e-4)


def test_a_bend_turns_the_edges_back_and_a_crease_brings_the_lower_half_out() -> None:
    bent, creased = (cards.corners_m(tag) for tag in (TagPlan(27, bend_deg=30.0), TagPlan(27, crease_deg=20.0)))
    assert (bent[:, 2] < -0.001).all()
    assert np.allclose(creased[:2, 2], 0.0)
    assert (creased[2:, 2] > 0.01).all()


def test_a_worn_card_turns_with_the_pelvis_and_no_other_way(person: Person) -> None:
    motion, card = motion_for(person, SQUAT), _worn(TagPlan(27))
    for t_s in (0.5, 6.0, 9.0):
        placement = motion.placement(t_s)
        assert np.allclose(card.rotation(placement, t_s), placement.rotation("pelvis") @ FORWARD)


def test_a_card_that_slides_or_flutters_turns_by_itself(person: Person) -> None:
    placement = motion_for(person, SQUAT).placement(0.0)
    sliding, fluttering = _worn(TagPlan(27, slide_deg=9.0)), _worn(TagPlan(27, flutter_deg=12.0))
    since = sliding.rotation(placement, 1.0).T @ sliding.rotation(placement, 9.0)
    assert np.allclose(since, about_z_deg(9.0))
    swings = [angle_of_deg(FORWARD.T @ fluttering.moved_axes(float(t))) for t in np.linspace(0.0, 2.0, 200)]
    assert max(swings) == pytest.approx(12.0, abs=0.1)
    top = np.array([[0.0, cards.half_card_m(fluttering.tag)[2], 0.0]])
    assert np.ptp([fluttering.points_m(placement, t, top) for t in (0.0, 0.1, 0.2)], axis=0).max() < 1e-9


def _truth(motion: Motion, plan: ClipPlan, card: Card) -> dict[str, np.ndarray]:
    frames = round(motion.duration_s * plan.fps)
    return dict(tag_truth(motion, plan, [card], [np.ones(1)] * frames).arrays)


def test_truth_has_the_pelvis_and_the_card_of_every_frame(person: Person) -> None:
    plan = replace(SQUAT, fps=5)
    motion = motion_for(person, plan)
    arrays = _truth(motion, plan, _worn(TagPlan(27)))
    placement = motion.placement(2.0)
    assert arrays["pelvis_turn_deg"][10] == pytest.approx(turn_of_deg(placement.rotation("pelvis")), abs=0.01)
    shown = plan.camera.project_px(_worn(TagPlan(27)).corners_m(placement, 2.0))
    assert arrays["corners_px"][10, 0] == pytest.approx(shown, abs=0.01)
    assert arrays["facing_deg"].min() < 25.0
    assert len({len(values) for values in arrays.values()}) == 1


def test_a_drop_of_the_pelvis_is_in_the_measures_and_in_the_frames(person: Person) -> None:
    plan = replace(CLIPS["squat_partial_left"], fps=10)
    motion = motion_for(person, plan)
    card = _worn(TagPlan(27))
    frames = round(motion.duration_s * plan.fps)
    tags = tag_truth(motion, plan, [card], [np.ones(1)] * frames)
    record = truth_record(motion, plan, tags)
    dropped = [rep["measures"]["pelvic_drop_change_deg"] for rep in record["reps"]]
    assert dropped[3] == pytest.approx(12.0, abs=1.5)
    assert np.abs(dropped[:3]).max() < 2.0
    at = round(record["reps"][3]["turn_s"] * plan.fps)
    start = round(record["events"]["set_up_end_s"] * plan.fps)
    assert tags.arrays["drop_deg"][at] - tags.arrays["drop_deg"][start] == pytest.approx(dropped[3], abs=0.6)


def test_without_a_tag_nothing_is_written_about_one(person: Person) -> None:
    record = truth_record(motion_for(person, SQUAT), SQUAT)
    assert "tags" not in record
    assert not any("change" in name for rep in record["reps"] for name in rep["measures"])


def test_a_runner_stands_first_and_then_runs_as_without_standing(person: Person) -> None:
    plan = CLIPS["running_rear_faulty"]
    assert plan.run is not None
    running = motion_for(person, plan)
    stood = motion_for(person, replace(plan, run=replace(plan.run, stand_s=2.0)))
    assert isinstance(running, RunningMotion)
    assert isinstance(stood, RunningMotion)
    assert stood.duration_s == running.duration_s + 2.0
    assert stood.contact_times_s("left") == pytest.approx([t + 2.0 for t in running.contact_times_s("left")])
    still = [stood.joints_m(t) for t in (0.2, 1.2)]
    assert np.linalg.norm(still[0]["left_ankle"] - still[1]["left_ankle"]) < 0.01
    assert stood.person.lowest_sole_m(stood.placement(1.0), "right") == pytest.approx(BELT_M, abs=0.02)


def test_a_hand_is_laid_over_the_card_for_a_while(person: Person) -> None:
    motion = motion_for(person, SQUAT)
    touch = Touch("left", "pelvis", np.array([0.13, -0.16, 1.0]), 3.0, 2.0)
    before, after = motion.joints_m(1.0), motion.joints_m(4.5)
    motion.touches = (touch,)
    assert np.allclose(motion.joints_m(1.0)["left_wrist"], before["left_wrist"])
    there = motion.placement(4.5).points_m("pelvis", touch.wrist_rest_m)
    assert motion.joints_m(4.5)["left_wrist"] == pytest.approx(there, abs=0.01)
    assert np.allclose(motion.joints_m(4.5)["right_wrist"], after["right_wrist"])


def test_turns_are_rotation_vectors() -> None:
    assert turn_of_deg(about_z_deg(30.0)) == pytest.approx([0.0, 0.0, 30.0])
    assert turn_of_deg(about_z_deg(-170.0)) == pytest.approx([0.0, 0.0, -170.0])
    assert np.abs(turn_of_deg(about_z_deg(180.0))) == pytest.approx([0.0, 0.0, 180.0])
    assert turn_of_deg(np.eye(3)) == pytest.approx([0.0, 0.0, 0.0])
    assert angle_between_deg(turn_of_deg(FORWARD), [1.0, 0.0, 0.0]) == pytest.approx(0.0, abs=1e-4)
