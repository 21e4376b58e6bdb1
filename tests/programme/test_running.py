"""The return to running: what one run is, and what holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from formcheck.programme.by_hand import remarks_on
from formcheck.programme.diary import Diary
from formcheck.programme.entries import Entry, PainEntry, RunEntry, SetEntry
from formcheck.programme.guide import Guide
from formcheck.programme.running import RunToday, run_today

FIRST = date(2026, 1, 5)
NEXT = FIRST + timedelta(days=7)
RUN_DAYS = tuple(FIRST + timedelta(days=n) for n in (0, 2, 4))


def run(on: date, **told: object) -> RunEntry:
    return RunEntry.model_validate({"on": on, "minutes": 10.0, "pain_during": 0, **told})


def asked(entries: Sequence[Entry], guide: Guide, day: date = NEXT) -> RunToday:
    return run_today(Diary.of(entries, guide, day), FIRST, day)


def test_a_week_in_full_and_without_pain_leads_on(guide: Guide) -> None:
    state = asked([run(day) for day in RUN_DAYS], guide)
    assert (state.week, state.week_minutes, state.today_minutes) == (2, 33, 11)


def test_what_was_filmed_of_a_run_is_no_second_run(guide: Guide) -> None:
    """From the side and from behind, and the whole of it by hand: one run, and one whose minutes are known."""
    filmed = [run(FIRST, minutes=None, pain_during=None, cadence_spm=170.0, quality="judged") for _ in range(2)]
    state = asked([*filmed, run(FIRST)], guide, FIRST + timedelta(days=2))
    assert (state.runs_done, state.done_minutes, state.today_minutes, state.ask) == (1, 10, 10, "")


def test_a_run_that_was_only_filmed_is_asked_for_its_minutes(guide: Guide) -> None:
    state = asked([run(FIRST, minutes=None)], guide, FIRST + timedelta(days=2))
    assert "formcheck log run --minutes" in state.ask
    assert state.today_minutes == 0


def test_pain_on_a_day_of_the_week_runs_the_week_again(guide: Guide) -> None:
    """The evening after the run is where it shows."""
    state = asked([*(run(day) for day in RUN_DAYS), PainEntry(on=RUN_DAYS[1], pain=2)], guide)
    assert (state.week, state.week_minutes) == (1, 30)
    assert RUN_DAYS[1].isoformat() in state.again


def test_no_run_is_asked_for_on_a_day_with_pain(guide: Guide) -> None:
    state = asked([PainEntry(on=FIRST, pain=1)], guide, FIRST)
    assert state.today_minutes == 0
    assert "pain today" in state.why


def test_a_run_without_its_pain_is_known_by_the_pain_of_its_day(guide: Guide) -> None:
    """So that what was left out can be told later."""
    silent = [run(day, pain_during=None) for day in RUN_DAYS]
    assert "pain level" in asked(silent, guide).ask
    told = asked([*silent, *(PainEntry(on=day, pain=0) for day in RUN_DAYS)], guide)
    assert (told.week, told.ask) == (2, "")


def test_minutes_that_nobody_told_are_not_none_at_all(guide: Guide) -> None:
    """By distance alone: the week is run again as it was, and not with no minutes for ever."""
    state = asked([run(day, minutes=None, km=2.0) for day in RUN_DAYS], guide)
    assert (state.week, state.week_minutes) == (1, 30)


@pytest.mark.parametrize(
    ("before", "entry", "says"),
    [
        ([], run(FIRST), "running is not yet due"),
        ([], run(FIRST, minutes=None, cadence_spm=170.0), ""),
    ],
)
def test_a_run_before_its_time_is_remarked_on(
    guide: Guide, before: list[Entry], entry: RunEntry, says: str
) -> None:
    said = " ".join(remarks_on(before, [entry], guide, FIRST))
    assert says in said
    assert bool(said) == bool(says)


def test_more_than_was_asked_for_is_remarked_on(guide: Guide, story: list[Entry]) -> None:
    running = next(entry.on for entry in story if isinstance(entry, RunEntry))
    before = [entry for entry in story if entry.on < running]
    assert "more than the 30 minutes" in " ".join(remarks_on(before, [run(running, minutes=45.0)], guide, running))
    assert not list(remarks_on(before, [run(running)], guide, running))
    day_after = running + timedelta(days=1)
    assert "a rest day follows a run" in " ".join(
        remarks_on([*before, run(running)], [run(day_after)], guide, day_after)
    )


def test_a_day_of_strong_pain_is_a_warning_sign(guide: Guide) -> None:
    worked = SetEntry(on=FIRST, exercise="clamshell", side="left", reps_complete=15)
    (said,) = remarks_on([worked], [PainEntry(on=NEXT, pain=7)], guide, NEXT)
    assert said.startswith("Warning sign: pain of 5 or more")
    assert "back a phase" not in said, "there is none before the first"
    assert not list(remarks_on([worked], [PainEntry(on=NEXT, pain=4)], guide, NEXT))


def test_the_pain_of_the_day_tells_of_strength_work_too(guide: Guide) -> None:
    worked = SetEntry(on=FIRST, exercise="clamshell", side="left", reps_complete=15)
    assert Diary.of([worked], guide, FIRST).pain_with(worked) is None
    assert Diary.of([worked, PainEntry(on=FIRST, pain=2)], guide, FIRST).pain_with(worked) == 2
    told = worked.model_copy(update={"pain_during": 0})
    assert Diary.of([told, PainEntry(on=FIRST, pain=2)], guide, FIRST).pain_with(told) == 0
