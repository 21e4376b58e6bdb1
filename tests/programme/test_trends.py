"""Better is said only of what exceeds the error of measurement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.programme.diary import Diary
from formcheck.programme.entries import Entry, PainEntry, SetEntry
from formcheck.programme.guide import Guide, load_guide
from formcheck.programme.page import render_page
from formcheck.programme.state import state_of
from formcheck.programme.trend_words import rows_of
from formcheck.programme.trends import Point, Series, change_of, series_of

DAY = date(2026, 1, 5)
GUIDE = load_guide()


def series(values: list[float], error: float | None, good: str = "down") -> Series:
    points = tuple(Point(DAY + timedelta(days=2 * n), value, error) for n, value in enumerate(values))
    return Series("Clamshell", "hold", "left", "s", good, points)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "error", "good", "answer"),
    [
        ([9, 9, 9, 2, 2, 2], 1.0, "down", "better"),
        ([9, 9, 9, 2, 2, 2], 1.0, "up", "worse"),
        ([9, 9, 9, 2, 2, 2], 1.0, "neither", "lower"),
        ([9, 9, 9, 8, 8, 8], 1.0, "down", "no change"),
        ([9, 9, 9, 2, 2, 2], None, "down", "not compared"),
        ([9], 1.0, "down", "not compared"),
        ([9, 9, 9, 9], 0.0, "down", "no change"),
        ([9, 5], 1.0, "down", "better"),
    ],
)
def test_a_change_counts_beyond_both_ends_errors(
    values: list[float], error: float | None, good: str, answer: str
) -> None:
    assert change_of(series(values, error, good), GUIDE).answer == answer


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12), st.floats(2.01, 10))
def test_noise_within_the_error_is_never_a_change(noise: list[float], error: float) -> None:
    assert change_of(series([5 + n for n in noise], error), GUIDE).answer == "no change"


def test_what_nobody_could_judge_widens_the_error(guide: Guide) -> None:
    """From 4 faults in 20 to none would be better; with 10 of 20 unsure, it cannot be told."""

    def faults(clean: int, faulty: int, unsure: int, day: int) -> SetEntry:
        return SetEntry(
            on=DAY + timedelta(days=day),
            exercise="clamshell",
            side="left",
            reps_complete=20,
            reps_clean=clean,
            reps_fault=faulty,
            reps_unsure=unsure,
            quality="judged",
        )

    def answer(*entries: Entry) -> str:
        found = series_of(Diary.of(entries, guide, date.max))
        (share,) = [s for s in found if s.name == "reps with a fault"]
        return change_of(share, guide).answer

    assert answer(faults(16, 4, 0, 0), faults(20, 0, 0, 2)) == "better"
    assert answer(faults(16, 4, 0, 0), faults(10, 0, 10, 2)) == "no change"
    by_hand = [f.model_copy(update={"quality": "by hand"}) for f in (faults(16, 4, 0, 0), faults(20, 0, 0, 2))]
    assert answer(*by_hand) == "not compared"


@pytest.mark.parametrize(("last", "answer"), [(1, "no change"), (0, "better")])
def test_pain_changes_by_two_of_ten_or_not_at_all(guide: Guide, last: int, answer: str) -> None:
    pains = [PainEntry(on=DAY + timedelta(days=n), pain=pain) for n, pain in enumerate((2, 2, 2, last, last, last))]
    (found,) = series_of(Diary.of(pains, guide, date.max))
    assert change_of(found, guide).answer == answer


def test_faults_that_nobody_could_judge_are_a_range_and_no_number_in_its_middle(guide: Guide) -> None:
    unsure = [
        SetEntry(
            on=DAY + timedelta(days=2 * n),
            exercise="single_leg_glute_bridge",
            side="right",
            reps_complete=4,
            reps_clean=clean,
            reps_fault=0,
            reps_unsure=4 - clean,
            quality="judged",
        )
        for n, clean in enumerate((0, 0, 4, 4))
    ]
    found = [s for s in series_of(Diary.of(unsure, guide, date.max)) if s.name == "reps with a fault"]
    (row,) = rows_of(found, guide)
    assert (row.first, row.last, row.span) == ("0–100%", "0%", "0–100 → 0%")
    assert row.answer == "no change"


def test_the_page_tells_what_the_terminal_tells(story: list[Entry], guide: Guide) -> None:
    last = max(entry.on for entry in story)
    found = series_of(Diary.of(story, guide, last))
    page = render_page(state_of(story, guide, last), found, guide)
    rows = rows_of(found, guide)
    assert f"{sum(r.answer == 'better' for r in rows)} better" in page
    assert page.count('<svg class="plot"') == len({(s.group, s.name) for s in found if len(s.points) > 1})
    assert "<script" not in page
    assert "http:" not in page.replace("http://www.w3.org", "")
    assert "https:" not in page
    assert guide.caution in page


def test_the_page_of_an_empty_record_says_how_to_begin(guide: Guide) -> None:
    assert "Nothing is in the record yet" in render_page(state_of([], guide, DAY), [], guide)


def test_each_day_of_a_plot_has_its_month(story: list[Entry], guide: Guide) -> None:
    found = series_of(Diary.of(story, guide, date.max))
    page = render_page(state_of(story, guide, max(entry.on for entry in story)), found, guide)
    assert ">22 Jan<" in page


def test_a_plot_of_no_faults_shows_no_share_below_none(guide: Guide) -> None:
    clean = [
        SetEntry(on=DAY + timedelta(days=2 * n), exercise="glute_bridge", reps_complete=15, reps_clean=15)
        for n in range(3)
    ]
    (found,) = (s for s in series_of(Diary.of(clean, guide, date.max)) if s.name == "reps with a fault")
    assert "−" not in render_page(state_of(clean, guide, DAY), [found], guide).split("Over the weeks")[1]
