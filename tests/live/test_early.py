"""A fault is told while the repetition is under way, and nobody is warned of what is not there."""

from __future__ import annotations

import pytest

from tests.golden.tracks import truth
from tests.live.bodies import SETS, played

TOO_LITTLE = {"lowering_time"}
"""Known only when the repetition is over."""


@pytest.mark.parametrize("name", SETS)
def test_a_clean_repetition_is_not_warned_of(name: str) -> None:
    for told in truth(name)["reps"]:
        during = {c for t_s, c in played(name).warnings() if told["start_s"] <= t_s <= told["end_s"] + 0.5}
        assert during <= set(told["faults"]), told["index"]


@pytest.mark.parametrize("name", SETS)
def test_what_the_end_of_a_repetition_finds_was_told_before(name: str) -> None:
    """Every fault of the verdicts at a repetition's end, but for those that only its end can show."""
    missed = []
    for event in played(name).events:
        if event.kind != "rep":
            continue
        found = {v.check for v in event.rep.verdicts if v.state == "fault"} - TOO_LITTLE
        told = {c for t_s, c in played(name).warnings() if event.rep.start_s <= t_s <= event.t_s}
        missed += [(event.rep.index, check) for check in found - told]
    assert missed == [] or all(check in ("hips_short", "lift_height", "pelvic_drop") for _, check in missed)


def test_a_hold_that_was_cut_short_is_told_when_lowering_begins() -> None:
    [(told_s, _)] = [w for w in played("clamshell_faulty_left").warnings() if w[1] == "hold_time"]
    rep = truth("clamshell_faulty_left")["reps"][3]
    assert rep["turn_s"] < told_s < rep["end_s"] + 0.1


def test_sitting_down_is_told_while_sitting() -> None:
    [(told_s, _)] = [w for w in played("squat_valgus").warnings() if w[1] == "box_touch"]
    rep = truth("squat_valgus")["reps"][4]
    assert told_s < rep["turn_s"] + rep["hold_s"] / 2


def test_the_warning_is_in_the_state_until_the_repetition_is_over() -> None:
    said = played("squat_valgus")
    [first, *_] = [state.t_s for state in said.states if state.warning == "knee_valgus"]
    rep = next(rep for rep in said.reps if rep.index == 2)
    assert rep.start_s < first < rep.turn_s
    assert all(state.warning is None for state in said.states if rep.end_s + 0.5 < state.t_s < rep.end_s + 1.0)
