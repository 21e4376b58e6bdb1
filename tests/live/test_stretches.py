"""A stretch in front of the camera: a ring that fills with the seconds held, and what was held said aloud."""

from __future__ import annotations

import pytest

from formcheck.exercises.registry import get_exercise
from formcheck.live.coach import TempoWatch
from tests.golden.tracks import golden, truth
from tests.live.bodies import play
from tests.streams import at_rate

NAME = "flexor_clean_left"


def test_the_ring_fills_toward_the_guides_seconds() -> None:
    live = play(at_rate(golden(NAME), 25.0), "hip_flexor_stretch")
    tempos = [state.tempo for state in live.states if state.tempo is not None]
    assert {(tempo.kind, tempo.goal_s) for tempo in tempos} == {("hold", 45.0)}
    assert max(tempo.passed_s for tempo in tempos) > 3.0


def test_what_was_held_is_said_and_summed_up() -> None:
    live = play(at_rate(golden(NAME), 25.0), "hip_flexor_stretch")
    (rep,) = live.reps
    assert not rep.complete
    assert any(cue.text == f"Held for {rep.hold_s:.0f} seconds" for cue in live.cues)
    assert live.states[-1].count_word == "holds"
    report = live.result().summary.report
    assert report is not None
    assert report.holds is not None
    assert report.holds[0].longest_s == pytest.approx(truth(NAME)["reps"][0]["hold_s"], abs=1.0)


def test_a_hold_that_was_too_short_is_called_a_hold_and_said_in_sentences() -> None:
    live = play(at_rate(golden(NAME), 25.0), "hip_flexor_stretch")
    (mend,) = live.result().summary.to_mend
    assert mend.text.endswith("(hold 1)")
    (held,) = [cue for cue in live.cues if cue.kind == "count"]
    assert held.hint.startswith("Held for")


def test_a_long_hold_is_ticked_off_in_tens() -> None:
    watch = TempoWatch(get_exercise("hip_flexor_stretch").about)
    beeps = [(t_s, wish.beep) for t_s in range(50) for wish in watch.update(float(t_s), "hold")[1]]
    assert beeps == [(10, "tick"), (20, "tick"), (30, "tick"), (40, "tick"), (45, "done")]
