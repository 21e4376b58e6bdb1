"""Whose set it is, and whether a track stayed with that person."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from formcheck.pose.mediapipe_estimator import Image, PeopleSurvey, PoseEstimator
from formcheck.pose.model_store import ModelFile
from formcheck.pose.people import Scene, Sighting, distinct, followed, jumps, link, region_of
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack

MakePose = Callable[..., Pose]
SIZE = (640, 480)
TIMES = tuple(float(t) for t in range(10))
FPS = 30


def see(make_pose: MakePose, *people: dict[str, object], times: tuple[float, ...] = TIMES) -> Scene:
    """Surveys in which everybody is seen every time; ``bends`` makes a person exercise."""
    surveys = []
    for t_s in times:
        bent = 0.2 * (t_s % 2)
        poses = [
            make_pose(
                t_s,
                bent=bent if person.get("bends") else 0.0,
                **{k: v for k, v in person.items() if k != "bends"},
            )
            for person in people
        ]
        surveys.append((t_s, [Sighting.of(pose) for pose in poses]))
    return link(surveys, SIZE)


def track_along(make_pose: MakePose, *centres: tuple[float, float]) -> PoseTrack:
    return PoseTrack.from_poses([make_pose(i / FPS, centre_px=centre) for i, centre in enumerate(centres)])


def test_one_person_seen_again_and_again_is_one_person(make_pose: MakePose) -> None:
    scene = see(make_pose, {"centre_px": (320.0, 240.0)})

    assert scene.summary.seen == 1
    assert scene.summary.scored == "the only person"
    assert scene.summary.box_px == pytest.approx((270.0, 140.0, 100.0, 200.0))
    assert scene.summary.others_px == ()


def test_nobody_seen_is_nobody() -> None:
    scene = link([(t_s, []) for t_s in TIMES], SIZE)

    assert scene.summary.seen == 0
    assert scene.summary.box_px is None


def test_the_larger_of_two_is_scored(make_pose: MakePose) -> None:
    scene = see(
        make_pose,
        {"centre_px": (500.0, 240.0), "height_px": 120.0},
        {"centre_px": (150.0, 240.0), "height_px": 220.0},
    )

    assert scene.summary.seen == 2
    assert scene.summary.scored == "the largest of 2, left of centre"
    assert len(scene.summary.others_px) == 1


def test_of_two_alike_the_one_in_the_middle_is_scored(make_pose: MakePose) -> None:
    scene = see(make_pose, {"centre_px": (560.0, 240.0)}, {"centre_px": (320.0, 240.0)})

    assert scene.summary.scored.endswith("of 2, in the middle")


def test_of_two_alike_the_one_who_moves_is_scored(make_pose: MakePose) -> None:
    scene = see(make_pose, {"centre_px": (220.0, 240.0)}, {"centre_px": (420.0, 240.0), "bends": True})

    assert scene.summary.scored.endswith("of 2, right of centre")


def test_somebody_seen_once_is_a_ghost(make_pose: MakePose) -> None:
    person = [(t_s, [Sighting.of(make_pose(t_s))]) for t_s in TIMES]
    person[4][1].append(Sighting.of(make_pose(4.0, centre_px=(60.0, 60.0), height_px=60.0)))

    assert link(person, SIZE).summary.seen == 1


def test_in_a_single_survey_once_is_enough(make_pose: MakePose) -> None:
    assert see(make_pose, {}, times=(0.0,)).summary.seen == 1


def test_two_who_pass_each_other_stay_two(make_pose: MakePose) -> None:
    surveys = [
        (
            t_s,
            [
                Sighting.of(make_pose(t_s, centre_px=(100.0 + 45 * t_s, 200.0))),
                Sighting.of(make_pose(t_s, centre_px=(540.0 - 45 * t_s, 300.0), height_px=300.0)),
            ],
        )
        for t_s in TIMES
    ]

    scene = link(surveys, SIZE)

    assert [len(person.sightings) for person in scene.people] == [10, 10]


def test_the_order_of_sightings_makes_no_difference(make_pose: MakePose) -> None:
    one, two = {"centre_px": (150.0, 240.0)}, {"centre_px": (450.0, 240.0), "height_px": 260.0}

    assert see(make_pose, one, two).summary == see(make_pose, two, one).summary


def test_a_limb_within_a_larger_box_is_nobody(make_pose: MakePose) -> None:
    person = Sighting.of(make_pose())
    limb = Sighting.of(make_pose(centre_px=(330.0, 290.0), height_px=80.0))
    neighbour = Sighting.of(make_pose(centre_px=(400.0, 240.0)))

    assert distinct([limb, person, neighbour]) == [person, neighbour]


def test_a_track_on_the_person_is_followed(make_pose: MakePose) -> None:
    scene = see(make_pose, {})
    track = track_along(make_pose, *[(320.0 + i % 3, 240.0) for i in range(FPS * 9 + 1)])

    assert jumps(track).size == 0
    assert followed(track, scene)


def test_a_track_that_leaps_to_somebody_else_is_not_followed(make_pose: MakePose) -> None:
    scene = see(make_pose, {})
    track = track_along(make_pose, *[(320.0 if i < 100 else 120.0, 240.0) for i in range(FPS * 9 + 1)])

    assert jumps(track) == pytest.approx([100 / FPS])
    assert not followed(track, scene)


def test_a_track_of_somebody_else_throughout_is_not_followed(make_pose: MakePose) -> None:
    scene = see(make_pose, {})
    track = track_along(make_pose, *[(120.0, 240.0)] * (FPS * 9 + 1))

    assert jumps(track).size == 0
    assert not followed(track, scene)


def test_a_track_that_loses_a_person_who_is_there_is_not_followed(make_pose: MakePose) -> None:
    scene = see(make_pose, {})
    poses = [make_pose(i / FPS) if i < 120 else Pose.nobody(i / FPS, SIZE) for i in range(FPS * 9 + 1)]

    assert not followed(PoseTrack.from_poses(poses), scene)


def test_a_brisk_walk_is_no_jump(make_pose: MakePose) -> None:
    track = track_along(make_pose, *[(20.0 + 10 * i, 240.0) for i in range(60)])

    assert jumps(track).size == 0


def test_the_region_holds_the_person_with_a_margin_inside_the_frame(make_pose: MakePose) -> None:
    scene = see(make_pose, {"centre_px": (320.0, 240.0)})

    assert region_of(scene.people[0], SIZE) == (220.0, 90.0, 200.0, 300.0)
    assert region_of(scene.people[0], (380, 300)) == (220.0, 90.0, 160.0, 210.0)


def test_on_a_real_clip_two_people_are_told_apart(model: ModelFile, two_people: list[Image]) -> None:
    size = (two_people[0].shape[1], two_people[0].shape[0])
    with PeopleSurvey(model) as survey:
        surveys = [
            (i / FPS, survey.look(two_people[i], i / FPS, size)) for i in range(0, len(two_people), 15)
        ]
    scene = link(surveys, size)
    with PoseEstimator(model) as estimator:
        track = PoseTrack.from_poses(
            [estimator.estimate(frame, i / FPS, size) for i, frame in enumerate(two_people)]
        )

    assert scene.summary.seen == 2
    assert scene.summary.scored.startswith("the largest of 2")
    woman, man = scene.people
    assert woman.box_px[1] > man.box_px[1], "she walks below, he is on the wall"
    assert np.isclose(jumps(track), 5.6, atol=0.2).any(), "MediaPipe leaps from him to her"
    assert not followed(track, scene)
