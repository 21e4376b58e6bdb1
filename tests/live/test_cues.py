"""One thing at a time, the most serious first, not over and over, and praise when it is mended."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.live.cues import Cuer, Wish, fault_wish
from formcheck.live.records import Cue
from tests.live.bodies import played

SAID = ("squat_valgus", "clamshell_faulty_left", "running_side_faulty")

SQUAT = get_exercise("single_leg_box_squat").about
KNEE, LEAN = fault_wish(SQUAT, "knee_valgus"), fault_wish(SQUAT, "trunk_lean")
COUNT = Wish("count", say="3.")


def said(cue: Cue | None) -> str | None:
    return cue.check if cue else None


def test_the_most_serious_comes_first() -> None:
    assert said(Cuer(SQUAT, "full").offer(0.0, [LEAN, KNEE])) == "knee_valgus"


def test_a_fault_is_not_repeated_within_seconds() -> None:
    cuer = Cuer(SQUAT, "full")
    assert [said(cuer.offer(t_s, [KNEE])) for t_s in (0.0, 5.0, 7.0, 9.0)] == ["knee_valgus", None, None, "knee_valgus"]


def test_while_one_is_said_a_lesser_one_waits() -> None:
    cuer = Cuer(SQUAT, "full")
    assert cuer.offer(0.0, [KNEE]) is not None
    assert cuer.offer(0.5, [COUNT]) is None
    assert cuer.offer(0.6, [LEAN]) is None


def test_a_count_that_comes_while_a_fault_is_said_follows_it() -> None:
    cuer = Cuer(SQUAT, "full")
    cuer.offer(0.0, [KNEE])
    said_s = 0.065 * len(KNEE.say)
    assert cuer.offer(said_s - 1.0, [COUNT]) is None
    assert cuer.offer(said_s - 0.1, []) is None
    late = cuer.offer(said_s + 0.1, [])
    assert late is not None
    assert late.say == "3."
    assert cuer.offer(said_s + 2.0, []) is None


def test_a_count_that_has_become_old_is_not_said_any_more() -> None:
    cuer = Cuer(SQUAT, "full")
    cuer.offer(0.0, [KNEE])
    assert cuer.offer(0.5, [COUNT]) is None
    assert cuer.offer(0.065 * len(KNEE.say) + 0.1, []) is None


def test_a_fault_breaks_in_on_a_count() -> None:
    cuer = Cuer(SQUAT, "full")
    assert cuer.offer(0.0, [COUNT]) is not None
    assert said(cuer.offer(0.2, [KNEE])) == "knee_valgus"


def test_a_count_is_said_with_the_fault_of_the_same_moment() -> None:
    cue = Cuer(SQUAT, "full").offer(0.0, [COUNT, KNEE])
    assert cue is not None
    assert cue.say == f"3. {SQUAT.check('knee_valgus').cue}"


def test_a_fault_is_said_in_the_guides_words() -> None:
    for exercise in exercise_ids():
        for check in get_exercise(exercise).about.checks:
            wish = fault_wish(get_exercise(exercise).about, check.id)
            assert (wish.text, wish.say) == (check.fault, check.cue)


def test_praise_comes_once_after_a_fault_was_told() -> None:
    cuer = Cuer(SQUAT, "full")
    cuer.offer(0.0, [KNEE])
    assert cuer.mended(["trunk_lean", "knee_valgus"]) == ["knee_valgus"]
    assert cuer.mended(["knee_valgus"]) == []


def test_off_is_silent_and_sparse_says_faults_only() -> None:
    assert Cuer(SQUAT, "off").offer(0.0, [KNEE, COUNT, Wish("end", "Over")]) is None
    sparse = Cuer(SQUAT, "sparse")
    assert sparse.offer(0.0, [COUNT]) is None
    assert said(sparse.offer(1.0, [KNEE])) == "knee_valgus"
    assert sparse.offer(12.0, [KNEE]) is None


@pytest.mark.parametrize("name", SAID)
def test_never_two_voices_at_once(name: str) -> None:
    """Whatever begins while something is said is more serious than that."""
    order = ("end", "start", "gap", "fault", "praise", "count", "ready", "advice", "tempo")
    spoken = [cue for cue in played(name).cues if cue.say]
    for before, after in pairwise(spoken):
        over_s = before.t_s + max(0.8, 0.065 * len(before.say))
        assert after.t_s >= over_s or order.index(after.kind) < order.index(before.kind)


def test_repetitions_are_counted_aloud() -> None:
    numbers = [cue.say for cue in played("squat_clean_right").cues if cue.kind == "count"]
    assert numbers == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize("name", ["squat_valgus", "clamshell_faulty_left"])
def test_no_number_is_left_out_because_a_fault_was_told(name: str) -> None:
    numbers = [match[1] for cue in played(name).cues if (match := re.match(r"(\d+)\.", cue.say))]
    assert numbers == [str(i) for i in range(1, len(numbers) + 1)]
    assert len(numbers) == played(name).states[-1].count


def test_the_hold_is_beeped_and_its_end_sounds_different() -> None:
    beeps = [cue.beep for cue in played("clamshell_faulty_left").cues if cue.kind == "tempo"]
    assert {"tick", "done"} == set(beeps)


def test_a_mended_fault_is_praised() -> None:
    praised = [cue.check for cue in played("squat_valgus").cues if cue.kind == "praise"]
    assert "knee_valgus" in praised


@pytest.mark.parametrize("name", ["clamshell_faulty_left", "running_side_faulty"])
def test_off_says_nothing_and_counts_all_the_same(name: str) -> None:
    assert played(name, "off").cues == []
    assert played(name, "off").states[-1].count == played(name).states[-1].count


@pytest.mark.parametrize("name", SAID)
def test_words_are_plain(name: str) -> None:
    for cue in played(name).cues:
        assert not re.search(r"[!_]", cue.text + cue.hint + cue.say)
