"""Twelve weeks of somebody who does what `formcheck today` says, against the guide line by line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from formcheck.programme.entries import Entry, RunEntry, SetEntry
from formcheck.programme.guide import Guide
from formcheck.programme.state import ProgrammeState, state_of
from tests.programme.make_golden import MORNINGS, golden, said
from tests.programme.person import monday

WEDNESDAY, THURSDAY, FRIDAY = (timedelta(days=n) for n in (2, 3, 4))


class Story:
    """The story as it is told: the state on the morning of a day."""

    def __init__(self, entries: list[Entry], guide: Guide) -> None:
        self.entries, self.guide = entries, guide

    def morning(self, day: date) -> ProgrammeState:
        return state_of([e for e in self.entries if e.on < day], self.guide, day)

    def levels(self, day: date) -> dict[str, str]:
        return {dose.exercise.id: dose.level.words for dose in self.morning(day).strength.doses}

    def days(self, kind: type, first: date, last: date) -> list[date]:
        return sorted({e.on for e in self.entries if isinstance(e, kind) and first <= e.on < last})


@pytest.fixture(scope="module")
def told(story: list[Entry], guide: Guide) -> Story:
    return Story(story, guide)


def test_it_begins_in_phase_1_with_the_three_lying_exercises_three_sets_each(told: Story) -> None:
    state = told.morning(monday(1))
    assert state.standing.phase == 1
    asked = [dose.exercise for dose in state.strength.doses]
    assert [(e.id, e.sets, e.reps_low, e.reps_high) for e in asked] == [
        ("clamshell", 3, 15, 20),
        ("side_lying_hip_abduction", 3, 12, 15),
        ("glute_bridge", 3, 15, 15),
    ]
    assert state.weaker.side is None, "nothing is in the record yet, so nothing is assumed"


def test_strength_work_falls_on_three_days_a_week_and_never_on_consecutive_ones(told: Story) -> None:
    for week in range(1, 13):
        days = told.days(SetEntry, monday(week), monday(week + 1))
        assert [day.weekday() for day in days] == [0, 2, 4]


def test_from_the_second_session_on_the_leg_with_the_faults_goes_first(told: Story) -> None:
    weaker = told.morning(monday(1) + WEDNESDAY).weaker
    assert (weaker.side, weaker.known_by) == ("left", "measured")
    assert "of the left leg's judged repetitions had a fault, 0% of the right leg's" in weaker.why


def test_the_first_week_meets_the_dose_but_not_cleanly(told: Story) -> None:
    """20 clamshells with 4 faults on the left: 16 clean are enough; 15 lifts with 4 faults are not."""
    needs = {need.words: need for need in told.morning(monday(2)).needs}
    assert needs["Clamshell: 3 x 15 clean reps a side in the last 2 sessions"].met
    assert not needs["Side-lying hip abduction: 3 x 12 clean reps a side in the last 2 sessions"].met


def test_the_band_comes_after_3_x_20_clean_and_easy_clamshells_on_both_sides(told: Story) -> None:
    first_clean = monday(2)
    assert told.levels(first_clean)["clamshell"] == "without a band"
    assert told.levels(first_clean + timedelta(days=1))["clamshell"] == "with a band"


def test_the_ankle_weight_the_lower_band_and_the_lower_box_come_once_the_top_of_the_dose_is_easy(told: Story) -> None:
    assert told.levels(monday(2) + WEDNESDAY)["side_lying_hip_abduction"] == "with a 1-2 lb (0.45-0.9 kg) ankle weight"
    # Week 3 was not easy: the walk's band goes lower in week 4 only.
    assert told.levels(monday(4))["lateral_band_walk"] == "band above the knees"
    assert told.levels(monday(4) + WEDNESDAY)["lateral_band_walk"] == "band lower, at the ankles"
    # Nor was week 6: the box is lowered in week 7.
    assert told.levels(monday(7))["single_leg_box_squat"] == "18-20 in (46-51 cm) box"
    assert told.levels(monday(7) + WEDNESDAY)["single_leg_box_squat"] == "a lower box, under 18 in (46 cm)"


@pytest.mark.parametrize(
    ("week", "phase"), list(enumerate((1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 3, 3), start=1))
)
def test_phases_go_on_after_their_weeks_and_back_after_the_warning_sign(told: Story, week: int, phase: int) -> None:
    assert told.morning(monday(week)).standing.phase == phase


def test_running_begins_pain_free_and_after_strength_work_without_pain(told: Story) -> None:
    needs = {need.words: need for need in told.morning(monday(9) - timedelta(days=1)).needs}
    assert needs["pain-free for 5-7 days"].met
    assert needs["all strength work without pain"].met
    run = told.morning(monday(9)).run
    assert run is not None
    assert (run.week, run.week_minutes, run.today_minutes) == (1, 30, 10)


def test_the_second_week_of_running_adds_a_tenth_and_no_more(told: Story) -> None:
    run = told.morning(monday(10)).run
    assert run is not None
    assert (run.week, run.week_minutes, run.today_minutes) == (2, 33, 11)


def test_the_cadence_to_aim_for_is_the_runners_own_and_5_to_10_percent(told: Story) -> None:
    target = told.morning(monday(9) + WEDNESDAY).cadence
    assert target is not None
    assert (target.own_spm, target.low_spm, target.high_spm) == (163.0, 171, 179)


def test_the_painful_run_sends_back_a_phase_at_once(told: Story) -> None:
    state = state_of(told.entries, told.guide, monday(10) + WEDNESDAY)
    assert [sign.sign.id for sign in state.standing.signs] == ["run_pain"]
    move = state.standing.moves[-1]
    assert (move.on, move.before, move.after) == (monday(10) + WEDNESDAY, 4, 3)
    assert state.run is None
    assert not told.days(RunEntry, monday(10) + THURSDAY, monday(14)), "and nothing is run after it"


def test_the_sign_is_over_after_five_pain_free_days(told: Story) -> None:
    """Thursday of week 10 still had pain; Friday to Tuesday had none."""
    assert told.morning(monday(11) + timedelta(days=1)).standing.signs
    assert not told.morning(monday(11) + WEDNESDAY).standing.signs


@pytest.mark.parametrize("week", MORNINGS)
def test_today_says_on_each_monday_what_was_reviewed(told: Story, week: int) -> None:
    """`python -m tests.programme.make_golden` writes them anew."""
    assert said(told.entries, told.guide, week) == golden(week).read_text(encoding="utf-8")
