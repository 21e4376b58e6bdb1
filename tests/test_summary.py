"""From a closed set to its report: dose, fatigue, sides, the picture's quality, a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck import summary
from formcheck.exercises.declare import Dose
from formcheck.motion.view import View
from formcheck.results import DoseItem, Measure, Rep, Side, State, Verdict

GOOD = View(
    posture="upright",
    facing="front",
    yaw_deg=2.0,
    elevation_deg=3.0,
    height_share=0.7,
    in_frame_share=1.0,
    found_share=1.0,
    brightness=120.0,
    frame_rate_hz=30.0,
    duration_s=20.0,
)
DOSE = Dose("3 x 10-12 a side", 10, 12, sets=3, hold_s=2.0, lowering_low_s=3.0, lowering_high_s=4.0)


def rep(
    index: int = 1,
    side: Side | None = "left",
    complete: bool = True,
    lift: float | None = 0.5,
    hold_s: float = 2.0,
    lowering_s: float | None = 3.0,
    states: dict[str, State] | None = None,
) -> Rep:
    """One repetition."""
    return Rep(
        index=index,
        side=side,
        start_s=index,
        turn_s=index + 0.4,
        end_s=index + 0.8,
        complete=complete,
        hold_s=hold_s,
        lowering_s=lowering_s,
        measures={"lift": Measure(value=lift, unit="m", error=None if lift is None else 0.1)},
        verdicts=tuple(verdict(check, state, index) for check, state in (states or {}).items()),
    )


def verdict(check: str, state: State, index: int = 1) -> Verdict:
    """Of one check."""
    return Verdict(check=check, title=f"{check} right", finding=f"{check} wrong", state=state, value=3.0, reps=(index,))


def items(reps: list[Rep], dose: Dose = DOSE) -> dict[str, DoseItem]:
    """Adherence by name."""
    return {item.name: item for item in summary.adherence(dose, reps).items}


def test_a_good_picture_is_no_problem() -> None:
    assert summary.quality_problem(GOOD) == ""
    assert summary.picture_advice(GOOD, 0) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"found_share": 0.39}, "39%"),
        ({"frame_rate_hz": 8.0}, "8 frames a second"),
        ({"height_share": 0.1}, "too small"),
        ({"brightness": 10.0}, "too dark"),
    ],
)
def test_a_bad_picture_says_what_to_change(changes: dict[str, float], word: str) -> None:
    assert word in summary.quality_problem(replace(GOOD, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"found_share": 0.8}, "80%"),
        ({"frame_rate_hz": 12.0}, "12 frames a second"),
        ({"height_share": 0.2}, "small"),
        ({"brightness": 30.0}, "dark"),
        ({"in_frame_share": 0.5}, "leave the picture"),
    ],
)
def test_a_poor_picture_is_judged_with_advice(changes: dict[str, float], word: str) -> None:
    view = replace(GOOD, **changes)  # type: ignore[arg-type]
    assert summary.quality_problem(view) == ""
    assert [word in line for line in summary.picture_advice(view, 0)] == [True]


def test_unknown_brightness_is_no_problem() -> None:
    view = replace(GOOD, brightness=float("nan"))
    assert summary.quality_problem(view) == ""
    assert summary.picture_advice(view, 0) == []


def test_a_film_with_a_part_missing_is_told() -> None:
    (line,) = summary.picture_advice(GOOD, 200)
    assert "200 frames of the film could not be read" in line


def test_a_withheld_verdict_says_nothing_but_why() -> None:
    taken = summary.withheld(verdict("lean", "fault"), "Too dark.")
    assert (taken.state, taken.value, taken.cue, taken.reason, taken.view_fit) == (
        "not_assessed",
        None,
        "",
        "Too dark.",
        0,
    )


def test_faults_are_counted_in_complete_repetitions() -> None:
    reps = [
        rep(1, states={"lean": "fault", "hold": "ok"}),
        rep(2, states={"lean": "fault", "hold": "watch"}),
        rep(3, complete=False, states={"lean": "fault"}),
    ]
    assert summary.fault_counts(reps, []) == {"lean": 2, "hold": 0}


def test_faults_of_a_run_are_counted_in_its_verdicts() -> None:
    assert summary.fault_counts([], [verdict("lean", "fault"), verdict("lean", "ok")]) == {"lean": 1}


def test_enough_repetitions_meet_the_dose() -> None:
    assert items([rep(i) for i in range(10)])["repetitions, left"].met is True
    assert items([rep(i) for i in range(9)])["repetitions, left"].met is False


def test_partial_repetitions_do_not_count() -> None:
    done = items([*(rep(i) for i in range(9)), rep(10, complete=False)])["repetitions, left"]
    assert (done.done, done.met) == ("9", False)


def test_each_side_has_its_dose() -> None:
    done = items([*(rep(i, "left") for i in range(10)), *(rep(i, "right") for i in range(3))])
    assert [done[f"repetitions, {side}"].met for side in ("left", "right")] == [True, False]
    assert "other side" not in done


def test_the_side_that_is_not_there_is_neither_met_nor_missed() -> None:
    assert items([rep()])["other side"].met is None


def test_an_exercise_of_both_sides_at_once_has_no_other_side() -> None:
    assert set(items([rep(side=None)], replace(DOSE, per_side=False))) == {"repetitions", "hold", "lowering"}


@pytest.mark.parametrize(("hold_s", "met"), [(2.0, True), (1.7, True), (1.69, False)])
def test_hold_is_met_within_a_seventh(hold_s: float, met: bool) -> None:
    assert items([rep(hold_s=hold_s)])["hold"].met is met


@pytest.mark.parametrize(("lowering_s", "met"), [(3.0, True), (2.55, True), (2.5, False)])
def test_lowering_is_met_within_a_seventh(lowering_s: float, met: bool) -> None:
    assert items([rep(lowering_s=lowering_s)])["lowering"].met is met


def test_a_tempo_is_met_only_when_every_repetition_meets_it() -> None:
    item = items([rep(hold_s=2.5), rep(hold_s=1.0)])["hold"]
    assert item.met is False
    assert "1 of 2" in item.done


def test_what_the_guide_does_not_prescribe_is_no_item() -> None:
    assert set(items([rep()], Dose("as you like"))) == set()
    assert summary.adherence(Dose("as you like"), [rep()]).text == "as you like"


def test_nothing_done_is_no_dose() -> None:
    assert items([])["repetitions"].met is False


def test_fatigue_is_the_last_third_against_the_first() -> None:
    lifts = [0.5, 0.5, 0.45, 0.4, 0.3, 0.3]
    (change,) = summary.fatigue([rep(i, lift=lift) for i, lift in enumerate(lifts)])
    assert (change.measure, change.unit) == ("lift", "m")
    assert (change.first_third, change.last_third, change.change) == (0.5, 0.3, -0.2)
    assert change.beyond_error


def test_a_change_within_the_error_is_told_as_such() -> None:
    (change,) = summary.fatigue([rep(i, lift=0.5 - 0.01 * i) for i in range(6)])
    assert not change.beyond_error


def test_five_repetitions_tell_no_fatigue() -> None:
    assert summary.fatigue([rep(i) for i in range(5)]) == ()
    assert summary.fatigue([*(rep(i) for i in range(5)), rep(6, complete=False)]) == ()


def test_what_was_not_measured_tells_no_fatigue() -> None:
    assert summary.fatigue([rep(i, lift=None) for i in range(6)]) == ()


def test_left_is_compared_with_right() -> None:
    (pair,) = summary.asymmetry([rep(1, "left", lift=0.6), rep(2, "right", lift=0.4), rep(3, "right", lift=0.3)])
    assert (pair.measure, pair.left, pair.right, pair.difference) == ("lift", 0.6, 0.35, 0.25)
    assert pair.beyond_error


def test_a_difference_within_both_errors_is_told_as_such() -> None:
    (pair,) = summary.asymmetry([rep(1, "left", lift=0.5), rep(2, "right", lift=0.4)])
    assert not pair.beyond_error


def test_one_side_alone_is_compared_with_nothing() -> None:
    assert summary.asymmetry([rep(1), rep(2)]) == ()
    assert summary.asymmetry([rep(1, "left"), rep(2, "right", complete=False)]) == ()


def test_side_difference_needs_both() -> None:
    known, unknown = Measure(value=1.0, unit="cm", error=0.1), Measure(value=None, unit="cm")
    assert summary.side_difference("width", known, unknown) is None
    pair = summary.side_difference("width", known, known)
    assert pair is not None
    assert pair.difference == 0.0


@pytest.mark.parametrize(
    ("reps", "verdicts", "contacts", "text"),
    [
        ([], [], 0, "No repetition of this exercise was seen."),
        (
            [rep()],
            [verdict("a", "ok")],
            0,
            "1 complete repetition (1 left). No fault found in what could be judged.",
        ),
        (
            [rep(1), rep(2, "right"), rep(3, "right", complete=False)],
            [
                verdict("a", "fault"),
                verdict("b", "watch"),
                verdict("a", "watch"),
                verdict("c", "not_assessed"),
            ],
            0,
            "2 complete repetitions (1 left, 1 right) and 1 partial. To mend: a wrong. To watch: b wrong. "
            "Not assessed: c right.",
        ),
        ([], [verdict("a", "not_assessed")], 33, "33 foot contacts. Not assessed: a right."),
    ],
)
def test_the_result_in_a_sentence(reps: list[Rep], verdicts: list[Verdict], contacts: int, text: str) -> None:
    assert summary.sentence(reps, verdicts, contacts) == text
