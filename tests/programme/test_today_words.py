"""What `formcheck today` asks for and names, so that nobody is stuck without knowing why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from formcheck.programme.entries import Entry, PainEntry, SetEntry, SignEntry
from formcheck.programme.guide import Guide
from formcheck.programme.state import state_of
from formcheck.programme.today_words import sections

DAY = date(2026, 1, 5)


def said(entries: list[Entry], guide: Guide, heading: str) -> str:
    state = state_of(entries, guide, DAY + timedelta(days=1))
    return "\n".join(line for part in sections(state, guide) if part.heading == heading for line in part.lines)


def in_phase_2(guide: Guide) -> Guide:
    """The programme begun with its second phase."""
    return guide.model_copy(update={"phases": guide.phases[1:]})


def walk(**told: Any) -> list[Entry]:
    """A whole session of clean band walks."""
    sets = [("lateral_band_walk", side) for side in ("left", "right") for _ in range(3)]
    return [SetEntry(on=DAY, exercise=e, side=s, reps_complete=15, reps_clean=15, **told) for e, s in sets]


def test_a_band_that_is_not_in_the_record_is_asked_for(guide: Guide) -> None:
    asked = said(walk(easy=True), in_phase_2(guide), "Not in the record")
    assert "--band" in asked
    assert "band lower, at the ankles" in asked


@pytest.mark.parametrize(
    "entries",
    [
        walk(easy=True, band="light"),
        walk(easy=True, band="none"),
        walk(easy=False),
        [],
    ],
    ids=["told", "told that there was none", "not easy, so that it would not help", "nothing done"],
)
def test_it_is_not_asked_for_without_need(guide: Guide, entries: list[Entry]) -> None:
    assert "--band" not in said(entries, in_phase_2(guide), "Not in the record")


def test_what_a_camera_could_not_tell_names_what_can(guide: Guide) -> None:
    """A bridge's sag is seldom seen without the tag: without a word nobody would know why nothing goes on."""
    unsure = SetEntry(
        on=DAY, exercise="single_leg_glute_bridge", side="left", reps_complete=10, reps_clean=0, reps_unsure=10
    )
    assert "formcheck tag" in said([unsure], in_phase_2(guide), "Not in the record")
    by_hand = unsure.model_copy(update={"reps_clean": None, "reps_unsure": None})
    asked = said([by_hand], in_phase_2(guide), "Not in the record")
    assert "film a set" in asked
    assert "tag" not in asked


def test_no_more_strength_work_on_the_day_of_a_warning_sign(guide: Guide) -> None:
    """Half a session is done and hurt: the other half is not asked for."""
    hurt = SetEntry(on=DAY, exercise="clamshell", side="left", reps_complete=15, pain_during=6)
    work = state_of([hurt], guide, DAY).strength
    assert "rest from it for the day" in work.rest
    assert work.next_day == DAY + timedelta(days=2)


def test_a_way_of_the_band_walk_is_no_leg(guide: Guide) -> None:
    """Faults while walking to the left are not the left leg's."""
    faults = {"left": 5, "right": 0}

    def weaker(exercise: str) -> str | None:
        sets = [
            SetEntry(on=DAY, exercise=exercise, side=side, reps_complete=15, reps_clean=15 - n, reps_fault=n)
            for side, n in faults.items()
        ]
        return state_of(sets, guide, DAY).weaker.side

    assert weaker("clamshell") == "left"
    assert weaker("lateral_band_walk") is None


def test_days_that_would_end_a_warning_sign_are_asked_for(guide: Guide) -> None:
    """Else it would stay for want of a word, and end with a physiotherapist."""
    sign = SignEntry(on=DAY - timedelta(days=3), sign="sharp_lateral_pain")
    free = PainEntry(on=DAY, pain=0)
    assert f"log pain LEVEL --date {DAY - timedelta(days=1)}" in said([sign, free], guide, "Not in the record")
    hurt = PainEntry(on=DAY - timedelta(days=1), pain=1)
    assert "log pain" not in said([sign, hurt, free], guide, "Not in the record")


def test_a_sign_of_another_programme_is_not_forgotten(guide: Guide) -> None:
    told = said([SignEntry(on=DAY, sign="tingling")], guide, "Warning signs")
    assert "'tingling'" in told
    assert "physiotherapist" in told


def test_a_long_silence_is_said(guide: Guide) -> None:
    state = state_of(walk(), guide, DAY + timedelta(days=15))
    assert "2026-01-05: this follows from then" in " ".join(sections(state, guide)[0].lines)
    fresh = state_of(walk(), guide, DAY + timedelta(days=14))
    assert "this follows from then" not in " ".join(sections(fresh, guide)[0].lines)


def test_the_names_that_the_commands_know_are_said(guide: Guide) -> None:
    how = said([], guide, "To log it")
    assert "ID: clamshell, side_lying_hip_abduction, glute_bridge" in how
    assert "roll_glutes, roll_outer_thigh, pigeon_pose" in how
    assert "formcheck log run" not in how


def test_before_a_physiotherapist_only_pain_is_to_be_logged(guide: Guide) -> None:
    how = said([SignEntry(on=DAY, sign="swelling")], guide, "To log it")
    assert "log pain" in how
    assert "clamshell" not in how
