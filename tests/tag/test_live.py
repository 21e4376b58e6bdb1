"""A live set with a tag is judged by it, and what was seen of it is in the set's track."""

from __future__ import annotations

from formcheck.exercises.registry import get_exercise
from formcheck.live.live_set import LiveSet
from tests.golden.tracks import golden
from tests.tag.test_worn_sets import ASKEW, LOW, ROLL, of_reps
from tests.tag.worn import Card, wearing


def test_a_live_set_is_scored_with_its_tag() -> None:
    track = wearing(golden(LOW), Card(turn_deg=ASKEW, motion_deg=ROLL))
    live = LiveSet(get_exercise("clamshell")(), track.info)
    live.start()
    for pose in track:
        live.update(pose)

    result = live.finish()

    assert result.analysis is not None
    verdicts = of_reps(result.analysis.report, "pelvic_roll")
    assert [v.measured_by for v in verdicts] == ["tag"] * len(verdicts)
    assert "fault" in {v.state for v in verdicts}
    assert len(result.analysis.track.tags) == len(result.analysis.track)
