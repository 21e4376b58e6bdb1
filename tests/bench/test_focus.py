"""The clips of the second volume: enough of each fault, balanced, from where it can be judged, and split by body."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bench.cast import BODIES, OUTFITS, TEST, TUNE
from bench.faults import GRADES
from bench.focus import LETTERS, NEAR_MISSES, SHEETS, focus_clips
from bench.placing import EDGE, PRESCRIBED
from bench.plans import bench_clips, first_volume
from bench.reach import AIMS, COMMANDS
from bench.series import SHORT, BenchClip
from sample_videos.renderer.plan import RUNNING_SIDE, SINGLE_LEG_BOX_SQUAT

PARTS = (TUNE, TEST)
LEAST = {TUNE: 12, TEST: 20}
FRAME_BUDGET = 55_000
CHECKS = [
    (exercise, check) for exercise, letters in LETTERS.items() for check in sorted(set(sum(letters.values(), ())))
]


@pytest.fixture(scope="module")
def clips() -> list[BenchClip]:
    """The second volume as it is made."""
    return focus_clips()


def _faults(clips: list[BenchClip]) -> Counter[tuple[str, str, str, str]]:
    """How often each fault can be judged: once a repetition or foot, the far leg's over-stride left out."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for clip in clips:
        exercise = clip.plan.exercise
        faults = [fault for faults in clip.intended for fault in faults]
        sides = [clip.plan.side] if exercise == RUNNING_SIDE else list(clip.intended_by_side)
        faults += [fault for side in sides for fault in clip.intended_by_side.get(side, {}).values()]
        found.update((clip.part, exercise, fault.check, fault.grade) for fault in faults)
    return found


def test_same_seed_gives_the_same_clips_and_another_seed_others(clips: list[BenchClip]) -> None:
    assert focus_clips() == clips
    assert all(a.plan.camera != b.plan.camera for a, b in zip(clips, focus_clips(seed=8), strict=True))


def test_it_comes_after_the_first_volume_and_shares_no_name_with_it(clips: list[BenchClip]) -> None:
    everything = bench_clips()
    before = [*first_volume(), *clips]
    assert everything[: len(before)] == before
    assert len({clip.name for clip in everything}) == len(everything)
    for clip in clips:
        assert clip.name.startswith(f"{SHORT[clip.plan.exercise]}_{clip.part}_f")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("exercise", "check"), CHECKS)
def test_both_volumes_together_have_enough_of_each_fault(part: str, exercise: str, check: str) -> None:
    found = _faults([clip for clip in bench_clips() if clip.placing.place in (PRESCRIBED, EDGE)])
    for grade in ("moderate", "severe"):
        assert found[part, exercise, check, grade] >= LEAST[part]


@pytest.mark.parametrize("part", PARTS)
def test_moderate_and_severe_faults_are_about_equally_many(clips: list[BenchClip], part: str) -> None:
    found = _faults(clips)
    for exercise, check in CHECKS:
        moderate, severe = (found[part, exercise, check, grade] for grade in ("moderate", "severe"))
        assert abs(moderate - severe) <= 2, (exercise, check)
        assert not found[part, exercise, check, GRADES[0]]


def test_nothing_else_is_wrong_with_any_repetition(clips: list[BenchClip]) -> None:
    wanted = set(CHECKS)
    for clip in clips:
        if clip.negative:
            continue
        told = [rep.faults for rep in clip.plan.reps] or list(clip.plan.run.faults.values() if clip.plan.run else ())
        assert {(clip.plan.exercise, check) for faults in told for check in faults} <= wanted
        assert all(rep.amplitude > 0.9 for rep in clip.plan.reps)


@pytest.mark.parametrize("part", PARTS)
def test_sets_are_mixed_and_some_are_all_clean_or_all_faulty(clips: list[BenchClip], part: str) -> None:
    for exercise in SHORT:
        sets = [clip.intended for clip in clips if clip.part == part and clip.plan.exercise == exercise]
        shares = [float(np.mean([bool(faults) for faults in reps])) for reps in sets if reps]
        if not shares:
            continue
        assert min(shares) == 0.0
        assert shares.count(1.0) >= 2
        assert shares.count(1.0) <= 0.35 * len(shares)
        assert 0.4 < np.mean(shares) < 0.75


def test_cameras_stand_where_it_can_be_judged(clips: list[BenchClip]) -> None:
    places = Counter(clip.placing.place for clip in clips)
    assert set(places) == {PRESCRIBED, EDGE}
    assert places[EDGE] / places.total() == pytest.approx(0.3, abs=0.05)


def test_parts_keep_to_their_bodies_and_outfits(clips: list[BenchClip]) -> None:
    for part in PARTS:
        mine = [clip.plan for clip in clips if clip.part == part]
        assert {plan.body for plan in mine} == set(BODIES[part])
        assert {plan.outfit for plan in mine} == set(OUTFITS[part])


def test_any_beginning_is_balanced_over_the_parts(clips: list[BenchClip]) -> None:
    for length in range(20, len(clips) + 1, 5):
        tune = np.mean([clip.part == TUNE for clip in clips[:length]])
        assert 0.25 < tune < 0.55
    counts = Counter(clip.plan.exercise for clip in clips[:100])
    assert max(counts.values()) - min(counts.values()) <= 1


def test_near_misses_show_something_else(clips: list[BenchClip]) -> None:
    negatives = [clip for clip in clips if clip.negative]
    planned = [miss for parts in NEAR_MISSES.values() for misses in parts.values() for miss in misses]
    assert Counter(clip.plan.shows for clip in negatives) == Counter(miss.shows for miss in planned)
    squats = [clip for clip in negatives if clip.plan.exercise == SINGLE_LEG_BOX_SQUAT]
    assert Counter(clip.part for clip in squats) == {TUNE: 4, TEST: 3}
    assert all(clip.plan.shows != clip.plan.exercise for clip in negatives)


def test_letters_on_the_sheets_are_known() -> None:
    for exercise, parts in SHEETS.items():
        for sheet in parts.values():
            assert set(sheet.lower()) <= {" ", ".", *LETTERS[exercise]}


def test_every_body_has_its_commands_and_graver_faults_need_more() -> None:
    assert set(COMMANDS) == {body.name for bodies in BODIES.values() for body in bodies}
    for commands in COMMANDS.values():
        assert set(commands) == set(AIMS)
        assert all(0.0 < moderate < severe for moderate, severe in commands.values())


def test_there_are_not_too_many_frames(clips: list[BenchClip]) -> None:
    assert sum(clip.frames for clip in clips) < FRAME_BUDGET
