"""Numbers are rounded by their error band, and sentences say what a person needs."""

from __future__ import annotations

import math

import pytest

from formcheck.report import outline, quantities, wording


@pytest.mark.parametrize(
    ("value", "unit", "error", "shown"),
    [
        (14.23, "deg", 2.4, "14°"),
        (14.23, "deg", 0.4, "14.2°"),
        (0.0412, "1", 0.012, "0.04"),
        (0.0412, "trunk lengths", 0.03, "4% of trunk"),
        (0.356, "share", None, "36%"),
        (1.96, "s", 0.1, "2.0 s"),
        (-0.8, "cm", 0.4, "−0.8 cm"),
        (-0.04, "deg", 2.0, "0°"),
        (166.4, "spm", None, "166 steps/min"),
        (3.0, "furlongs", 0.5, "3.0 furlongs"),
        (None, "deg", 2.0, "–"),
        (math.nan, "deg", 2.0, "–"),
    ],
)
def test_number_shows_no_more_digits_than_its_error_allows(
    value: float | None, unit: str, error: float | None, shown: str
) -> None:
    assert quantities.number(value, unit, error) == shown


def test_an_error_band_is_not_rounded_to_look_smaller() -> None:
    assert quantities.with_error(22.0, "deg", 2.5) == "22 ± 3°"
    assert quantities.with_error(0.17, "1", 0.012) == "0.17 ± 0.01"
    assert quantities.with_error(3.2, "s", None) == "3.2 s"


def test_a_limit_keeps_every_digit_it_was_declared_with() -> None:
    assert quantities.limit(6.6, "deg") == "6.6°"
    assert quantities.limit(0.135, "1") == "0.135"
    assert quantities.limit(0.130921, "1") == "0.131"
    assert quantities.limit(0.15, "torso") == "15% of trunk"


def test_moments_past_a_minute_show_minutes() -> None:
    assert quantities.moment(12.44) == "12.4 s"
    assert quantities.moment(59.99) == "60.0 s"
    assert quantities.moment(72.4) == "1:12.4"
    assert quantities.moment(119.99) == "2:00.0"


def test_lists_read_as_a_sentence() -> None:
    assert wording.listed([]) == ""
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b"]) == "a and b"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"


def test_ids_become_words_without_their_unit() -> None:
    assert wording.in_words("opening_angle_deg") == "Opening angle"
    assert wording.in_words("fppa_deg") == "Knee angle in the image (FPPA)"
    assert wording.measure_words("shank_angle_left") == "Shank from the vertical at contact, left"
    assert wording.measure_words("depth") == "Depth of the movement"


def test_each_state_has_its_own_mark_and_word() -> None:
    assert len(set(wording.STATE_MARKS.values())) == len(set(wording.STATE_WORDS.values())) == 4
    assert set(wording.STATE_MARKS) == set(wording.STATE_WORDS) == set(wording.SEVERITY)


def test_headline_names_faults_with_how_often_they_were_seen(squat) -> None:
    assert outline.headline(squat.report) == (
        "Two things to mend: knee drifts inward (2 of 4 reps) and lowering too fast (1 of 4 reps)."
    )


def test_headline_of_a_clean_set_says_what_was_not_judged(lying) -> None:
    roll, feet = lying.report.verdicts
    report = lying.report.model_copy(update={"verdicts": (feet, roll)})
    assert outline.headline(report) == "Good form in what could be judged."
    assert outline.lead(report) == "5 complete reps. Not judged: pelvis still."
    assert outline.overall(report) == "ok"


def test_no_praise_where_the_most_important_check_could_not_be_judged(lying) -> None:
    assert outline.headline(lying.report) == "Pelvis still could not be judged; no fault in the rest."
    assert outline.overall(lying.report) == "not_assessed"


def test_a_fault_is_said_first_even_where_the_first_check_is_unjudged(squat) -> None:
    fault, _, blind = squat.report.verdicts
    report = squat.report.model_copy(update={"verdicts": (blind, fault)})
    assert outline.headline(report) == "One thing to mend: knee drifts inward (2 of 4 reps)."
    assert outline.overall(report) == "fault"


def test_a_watch_is_no_accusation_and_brings_its_reason(side_run) -> None:
    stride, cadence = side_run.report.verdicts
    neutral = cadence.model_copy(update={"reason": "The guide's range is 170-180."})
    report = side_run.report.model_copy(update={"verdicts": (neutral,)})
    assert outline.headline(report) == "No fault; keep an eye on: cadence."
    assert wording.advice_with_reason(neutral) == "The guide's range is 170-180. Raise your own cadence by 5 to 10%."
    assert wording.advice_with_reason(stride) == "Take shorter, quicker steps."
    blind = stride.model_copy(update={"state": "not_assessed"})
    both = report.model_copy(update={"verdicts": (blind, neutral)})
    assert outline.headline(both) == (
        "Foot under the hip could not be judged; no fault in the rest; keep an eye on: cadence."
    )


def test_headline_without_a_rep_claims_nothing(nothing) -> None:
    assert outline.headline(nothing.report) == "No repetition was counted."
    assert outline.overall(nothing.report) == "not_assessed"


def test_headline_when_nothing_could_be_judged_does_not_praise(lying) -> None:
    blind = lying.report.model_copy(update={"verdicts": lying.report.verdicts[:1], "reps": ()})
    assert outline.headline(blind) == "Counted, but the form could not be judged from this recording."
    assert outline.overall(blind) == "not_assessed"
