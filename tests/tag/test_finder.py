"""A tag worn at the hips is found and its angles are right; what is no such tag is told apart."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.pose.pose import Array
from formcheck.pose.tag_seen import TagSeen
from formcheck.tag.design import DEFAULT, TagDesign
from formcheck.tag.detect import Refinement
from formcheck.tag.finder import TagFinder
from formcheck.video.frame import Frame, Image
from formcheck.video.shrink import shrink
from tests.tag.scenes import SIZE_PX, Worn, flipped, frame_of, pasted, person, room, turned


def found(image: Image, finder: TagFinder | None = None, index: int = 0) -> TagSeen | None:
    return (finder or TagFinder()).see(person(index / 30), frame_of(image, index)).tag


def off_deg(tag: TagSeen, true: Array) -> float:
    """How far the nearer of both solutions is from the truth."""
    turns = [cv2.Rodrigues(rotation)[0].T @ true for rotation in tag.rotations]
    return min(float(np.degrees(np.linalg.norm(cv2.Rodrigues(turn)[0]))) for turn in turns)


@pytest.mark.parametrize(
    "turn", [(0, 0, 0), (20, -35, 10), (-15, 50, -30), (0, 30, 90)], ids=["square", "left", "right", "lying"]
)
def test_a_tag_at_the_hips_is_read_to_half_a_degree(turn: tuple[float, float, float]) -> None:
    worn = Worn(turned(*turn), side_px=44)

    tag = found(pasted(room(), worn))

    assert tag is not None
    assert (tag.code, tag.face, tag.mirrored) == (DEFAULT.front_id, "front", False)
    assert np.abs(tag.corners_px - worn.corners_px).max() < 0.3
    assert off_deg(tag, worn.rotation) < 0.5
    assert tag.alike > 0.9


def test_the_better_solution_comes_first_and_both_fit_where_the_tag_faces_the_camera() -> None:
    slanted, square = (found(pasted(room(), Worn(turned(0, angle)))) for angle in (45, 4))

    assert slanted is not None
    assert square is not None
    assert slanted.errors_px[0] < 0.1 < slanted.errors_px[1]
    assert square.errors_px[1] < 0.1


def test_corners_laid_over_the_print_beat_corners_alone() -> None:
    def worst(refinement: Refinement) -> float:
        truths = [turned(10, angle, 5) for angle in (-40, -25, 25, 40)]
        seen = [found(pasted(room(3), Worn(true, side_px=36)), TagFinder(refinement=refinement)) for true in truths]
        return max(off_deg(tag, true) for tag, true in zip(seen, truths, strict=True) if tag)

    assert worst("template") < min(worst("subpixel"), worst("apriltag"))


def test_upside_down_is_the_same_tag_turned() -> None:
    tag = found(pasted(room(), Worn(turned(0, 30, 180))))

    assert tag is not None
    assert off_deg(tag, turned(0, 30, 180)) < 0.5


def test_a_mirrored_tag_is_found_as_such_and_reads_as_the_picture_mirrored_back() -> None:
    worn = Worn(turned(5, 30, 10), at_px=(600, 400))

    tag = found(flipped(pasted(room(), worn)))

    assert tag is not None
    assert tag.mirrored
    back = tag.in_mirror(SIZE_PX[0])
    assert not back.mirrored
    assert np.abs(back.corners_px - worn.corners_px).max() < 0.3
    assert off_deg(tag, worn.rotation) < 0.5


def test_a_tag_is_followed_once_it_was_seen() -> None:
    finder = TagFinder()
    seen = []
    for i in range(20):
        worn = Worn(turned(0, 30 + i), at_px=(620 + 3 * i, 400 - 2 * i))
        seen.append(found(pasted(room(i), worn), finder, i))

    assert all(tag is not None for tag in seen)


def test_until_a_tag_was_seen_only_every_quarter_of_a_second_is_looked_at() -> None:
    finder = TagFinder()
    with_tag, without = pasted(room(), Worn(turned(0, 30))), room()

    seen = [found(without if i == 0 else with_tag, finder, i) is not None for i in range(12)]

    assert seen == [False] * 8 + [True] * 4


def test_the_tag_at_the_hips_is_taken_and_not_somebody_elses() -> None:
    own, other = Worn(turned(0, 30)), Worn(turned(0, -30), at_px=(250, 400))

    tag = found(pasted(pasted(room(), other), own))

    assert tag is not None
    assert off_deg(tag, own.rotation) < 0.5
    assert found(pasted(room(), other)) is None


def test_another_code_is_reported_as_what_it_is_and_gives_way_to_the_right_one() -> None:
    strange = Worn(turned(0, 30), code=5)

    tag = found(pasted(room(), strange))
    both = found(pasted(pasted(room(), strange), Worn(turned(0, 30), at_px=(720, 470))))

    assert tag is not None
    assert (tag.code, tag.face) == (5, None)
    assert both is not None
    assert both.code == DEFAULT.front_id


def test_a_clinics_own_dictionary_and_codes() -> None:
    design = TagDesign(dictionary="APRILTAG_36h11", front_id=3, back_id=4)
    worn = Worn(turned(0, 35), code=4, dictionary="APRILTAG_36h11", side_px=60)

    tag = found(pasted(room(), worn), TagFinder(design))

    assert tag is not None
    assert tag.face == "back"
    assert off_deg(tag, worn.rotation) < 0.5


def test_a_hand_over_a_corner_hides_the_tag() -> None:
    image = pasted(room(), Worn(turned(0, 20)))
    cv2.circle(image, (622, 380), 16, (190, 150, 130), -1)

    assert found(image) is None


def test_where_nobody_is_found_nobody_wears_a_tag() -> None:
    image = pasted(room(), Worn(turned(0, 20)))
    nobody = replace(person(0.0), image_px=np.full((33, 3), np.nan))

    assert TagFinder().see(nobody, frame_of(image)).tag is None


def test_of_a_shrunk_frame_the_original_is_looked_at() -> None:
    worn = Worn(turned(0, 35), side_px=30)
    full = pasted(room(), worn)
    blue_first = np.ascontiguousarray(full[..., ::-1])
    small = shrink(full, 400)

    tag = TagFinder().see(person(0.0), Frame(0, 0.0, small, SIZE_PX, 100.0, (0, 0, *SIZE_PX), blue_first)).tag

    assert tag is not None
    assert off_deg(tag, worn.rotation) < 1.0


def test_a_part_of_the_picture_gives_corners_in_the_whole_one() -> None:
    worn = Worn(turned(0, 35))
    part = np.ascontiguousarray(pasted(room(), worn)[100:700, 300:1000])

    tag = TagFinder().see(person(0.0), Frame(0, 0.0, part, SIZE_PX, 100.0, (300, 100, 700, 600))).tag

    assert tag is not None
    assert np.abs(tag.corners_px - worn.corners_px).max() < 0.3


def test_a_poster_that_was_taken_for_the_tag_while_that_was_hidden_is_left_again() -> None:
    finder = TagFinder()
    poster, worn = Worn(turned(0, -20), at_px=(760, 420)), Worn(turned(0, 30), at_px=(640, 410))
    both, only_poster = pasted(pasted(room(), poster), worn), pasted(room(), poster)

    seen = [found(only_poster if 20 <= i < 40 else both, finder, i) for i in range(80)]

    places = [round(float(tag.corners_px[:, 0].mean())) if tag else None for tag in seen]
    assert set(places[:20]) == {640}
    assert set(places[20:40]) == {760}
    assert set(places[71:]) == {640}


def test_a_tag_that_is_partly_covered_for_a_moment_is_followed_on() -> None:
    finder, truths, read = TagFinder(), [], []
    for i in range(24):
        worn = Worn(turned(0, 25 + 0.5 * i), at_px=(620 + 2 * i, 400 + 3 * i))
        image = pasted(room(i), worn)
        if 8 <= i < 16:  # the lower right corner
            x, y = worn.corners_px[2]
            cv2.circle(image, (round(x), round(y)), 9, (120, 95, 80), -1)
        truths.append(worn.rotation)
        read.append(found(image, finder, i))

    assert all(tag is not None for tag in read)
    assert max(off_deg(tag, true) for tag, true in zip(read, truths, strict=True) if tag) < 4


def test_a_tag_that_is_gone_is_not_seen_any_more() -> None:
    finder = TagFinder()

    seen = [found(pasted(room(), Worn(turned(0, 30))) if i < 5 else room(), finder, i) is not None for i in range(15)]

    assert seen == [True] * 5 + [False] * 10
