"""One rule for every verdict: clear of the limit, beyond it, within the error band, or not to be judged."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.exercises.declare import Check
from formcheck.exercises.verdicts import Reading, judge, not_assessed, state_of, summarise
from formcheck.results import State, Verdict

CHECK = Check("lean", "Upright", "Lean", "Stand up straight.", "a source", "In front.")
VALUE = st.floats(-100, 100)
ERROR = st.floats(0, 20)


@pytest.mark.parametrize(
    ("value", "state"),
    [(5.0, "ok"), (7.99, "ok"), (8.0, "watch"), (10.0, "watch"), (12.0, "watch"), (12.01, "fault")],
)
def test_the_band_around_an_upper_limit(value: float, state: State) -> None:
    assert state_of(Reading(value, "deg", limit=10.0, error=2.0)) == state


@pytest.mark.parametrize(
    ("value", "state"),
    [(15.0, "ok"), (12.01, "ok"), (12.0, "watch"), (10.0, "watch"), (8.0, "watch"), (7.99, "fault")],
)
def test_the_band_around_a_lower_limit(value: float, state: State) -> None:
    assert state_of(Reading(value, "deg", limit=10.0, error=2.0, above=False)) == state


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_measured_is_not_judged(value: float) -> None:
    assert state_of(Reading(value, "deg", limit=10.0, error=2.0)) == "not_assessed"


def test_a_view_that_does_not_suit_is_not_judged() -> None:
    assert state_of(Reading(99.0, "deg", limit=10.0, error=2.0, view_fit=0.0)) == "not_assessed"


@given(VALUE, VALUE, ERROR)
def test_directions_mirror_each_other(value: float, limit: float, error: float) -> None:
    above = state_of(Reading(value, "deg", limit, error))
    assert state_of(Reading(-value, "deg", -limit, error, above=False)) == above


@given(VALUE, VALUE, ERROR, ERROR)
def test_doubt_never_accuses_and_never_acquits(value: float, limit: float, error: float, more: float) -> None:
    sure, unsure = (state_of(Reading(value, "deg", limit, e)) for e in (error, error + more))
    assert unsure in (sure, "watch")


@given(VALUE, st.floats(0, 50), VALUE, ERROR)
def test_worse_is_never_judged_better(value: float, worse: float, limit: float, error: float) -> None:
    order = ["ok", "watch", "fault"]
    states = [state_of(Reading(v, "deg", limit, error)) for v in (value, value + worse)]
    assert order.index(states[0]) <= order.index(states[1])


def test_a_verdict_carries_its_ground() -> None:
    reading = Reading(13.00004, "deg", 10.0, 2.0, time_s=3.5, view_fit=0.8, side="left", reason="two signals differ")
    verdict = judge(CHECK, reading, rep=4)
    assert verdict == Verdict(
        check="lean",
        title="Upright",
        finding="Lean",
        side="left",
        state="fault",
        value=13.0,
        unit="deg",
        limit=10.0,
        above=True,
        error=2.0,
        source="a source",
        reason="",
        cue="Stand up straight.",
        time_s=3.5,
        reps=(4,),
        view_fit=0.8,
    )


def test_only_what_is_to_mend_has_a_cue() -> None:
    cues = {
        state: judge(CHECK, Reading(value, "deg", 10.0, 2.0)).cue
        for state, value in (("ok", 1.0), ("watch", 10.0), ("fault", 20.0), ("not_assessed", math.nan))
    }
    assert cues == {"ok": "", "watch": CHECK.cue, "fault": CHECK.cue, "not_assessed": ""}


def test_what_is_not_assessed_keeps_its_reason_and_no_value() -> None:
    verdict = judge(CHECK, Reading(math.nan, "deg", 10.0, 2.0, reason="Show the left foot."))
    assert (verdict.state, verdict.value, verdict.reason, verdict.view_fit) == (
        "not_assessed",
        None,
        "Show the left foot.",
        0.0,
    )


def test_two_signals_that_must_agree_overrule_the_rule() -> None:
    verdict = judge(CHECK, Reading(20.0, "deg", 10.0, 2.0, reason="They do not agree."), state="watch")
    assert (verdict.state, verdict.value, verdict.reason) == ("watch", 20.0, "They do not agree.")


def verdict(state: State, value: float = 0.0, rep: int = 1) -> Verdict:
    """Of one repetition."""
    if state == "not_assessed":
        return not_assessed(CHECK, f"reason {value:g}", "left", rep)
    return judge(CHECK, Reading(value, "deg", 10.0, 2.0), rep, state=state)


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (("ok", "ok"), "ok"),
        (("ok", "watch", "ok"), "watch"),
        (("watch", "fault", "ok"), "fault"),
        (("not_assessed", "ok"), "not_assessed"),
        (("not_assessed", "ok", "ok"), "not_assessed"),
        (("not_assessed", "ok", "ok", "ok"), "ok"),
        (("not_assessed", "fault"), "fault"),
        (("not_assessed", "not_assessed"), "not_assessed"),
        ((), "not_assessed"),
    ],
)
def test_the_set_is_as_good_as_its_worst_repetition(states: tuple[State, ...], whole: State) -> None:
    assert summarise(CHECK, [verdict(state, 10.0, i) for i, state in enumerate(states)], "left").state == whole


def test_the_sets_fault_is_the_worst_and_names_all() -> None:
    whole = summarise(
        CHECK,
        [
            verdict("fault", 13.0, 1),
            verdict("ok", 1.0, 2),
            verdict("fault", 21.0, 3),
            verdict("watch", 10.0, 4),
        ],
        "left",
    )
    assert (whole.state, whole.value, whole.reps, whole.side) == ("fault", 21.0, (1, 3), "left")


def test_the_sets_ok_shows_the_closest_to_the_limit() -> None:
    whole = summarise(CHECK, [verdict("ok", 1.0, 1), verdict("ok", 7.0, 2)], None)
    assert (whole.value, whole.reps) == (7.0, (1, 2))


def test_the_most_frequent_reason_is_given() -> None:
    reasons = [verdict("not_assessed", value) for value in (1.0, 2.0, 2.0)]
    assert summarise(CHECK, reasons, None).reason == "reason 2"


def test_a_set_without_repetitions_says_so() -> None:
    whole = summarise(CHECK, [], "right")
    assert whole.side == "right"
    assert "no complete repetition" in whole.reason
