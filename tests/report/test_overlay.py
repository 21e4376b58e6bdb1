"""What stands on each frame, and that it is readable in frames of any shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.report.overlay import draw_overlay, overlay_state, write_overlay
from formcheck.report.overlay_state import Timeline
from formcheck.report.paint import Line, wrap

SIZES = [(320, 240), (240, 320), (64, 64), (540, 720), (1920, 1080), (1080, 1920)]


def test_the_counter_counts_complete_reps_as_they_end(squat) -> None:
    counts = [overlay_state(squat.report, squat.trace, t).count for t in (0.0, 4.9, 5.0, 9.0, 17.0, 21.0)]
    assert counts == [0, 0, 1, 2, 3, 4]
    assert overlay_state(squat.report, squat.trace, 5.0).count_word == "rep"


def test_running_counts_steps(rear_run) -> None:
    state = overlay_state(rear_run.report, rear_run.trace, 1.5)
    assert (state.count, state.count_word, state.phase) == (2, "steps", "running")


def test_a_fault_is_said_when_it_happens_and_for_two_seconds(squat) -> None:
    def texts(t_s: float) -> list[str]:
        return [n.text for n in overlay_state(squat.report, squat.trace, t_s).notices]

    assert texts(7.39) == []
    assert texts(7.4) == ["Knee drifts inward"]
    assert texts(8.1) == ["Knee drifts inward", "Lowering too fast"]
    assert texts(9.5) == ["Lowering too fast"]
    assert texts(10.0) == []


def test_a_fault_is_not_said_of_the_next_rep(squat) -> None:
    second = squat.report.reps[1]
    early = squat.report.reps[2].model_copy(update={"start_s": second.end_s})
    late = tuple(v.model_copy(update={"time_s": second.end_s}) for v in second.verdicts)
    reps = (squat.report.reps[0], second.model_copy(update={"verdicts": late}), early)
    timeline = Timeline.of(squat.report.model_copy(update={"reps": reps}), squat.trace)
    assert len(timeline.at(second.end_s - 0.3).notices) == 2
    assert timeline.at(second.end_s).notices == ()


def test_two_faults_above_the_gauge_are_short_so_that_the_legs_stay_in_view(squat) -> None:
    image = np.full((720, 540, 3), 90, dtype=np.uint8)
    both = replace(overlay_state(squat.report, squat.trace, 8.1), gauge=None)
    assert len(both.notices) == 2
    drawn = draw_overlay(image, None, both, low=True)
    assert (drawn[200:540] == 90).all()
    assert (drawn[540:] != 90).any()


def test_words_leave_a_head_at_the_top_free(squat) -> None:
    image = np.full((720, 540, 3), 90, dtype=np.uint8)
    state = replace(overlay_state(squat.report, squat.trace, 8.1), count=2)
    beside_counter = (slice(15, 180), slice(300, 540))
    high, low = (draw_overlay(image, None, state, low) for low in (False, True))
    assert (high[beside_counter] != 90).any()
    assert (low[beside_counter] == 90).all()
    assert (low[360:] != high[360:]).any()


def test_a_fault_brings_its_cue_and_the_lines_to_mark(squat) -> None:
    (notice,) = overlay_state(squat.report, squat.trace, 7.5).notices
    assert notice.cue.startswith("Raise the box")
    assert notice.lines == (("hip", "knee", "ankle"),)
    assert notice.side == "right"


def test_watches_accuse_nobody(squat) -> None:
    assert overlay_state(squat.report, squat.trace, 11.5).notices == ()


def test_a_partial_rep_is_explained(squat) -> None:
    (notice,) = overlay_state(squat.report, squat.trace, 17.1).notices
    assert (notice.state, notice.text) == ("not_assessed", "Not counted: too shallow")


def test_the_start_says_what_cannot_be_judged(squat) -> None:
    assert overlay_state(squat.report, squat.trace, 0.0).unjudged == ("Pelvis level",)
    assert overlay_state(squat.report, squat.trace, 6.0).unjudged == ()


def test_the_hold_timer_runs_only_while_holding(squat) -> None:
    held = [overlay_state(squat.report, squat.trace, t).hold_s for t in (2.5, 3.36, 3.56)]
    assert held[0] is None
    assert held[1] is not None
    assert held[2] == pytest.approx(held[1] + 0.2)


def test_the_gauge_shows_the_live_measure_with_its_limit_inside_the_bar(squat) -> None:
    gauge = overlay_state(squat.report, squat.trace, 7.5).gauge
    assert gauge is not None
    assert gauge.value == pytest.approx(14.0, abs=0.1)
    assert gauge.low < gauge.limit < gauge.high
    unseen = overlay_state(squat.report, squat.trace, 12.4).gauge
    assert unseen is not None
    assert unseen.value is None


def test_a_check_that_was_not_judged_has_no_gauge(squat) -> None:
    blind = tuple(v.model_copy(update={"state": "not_assessed"}) for v in squat.report.verdicts)
    report = squat.report.model_copy(update={"verdicts": blind, "reps": ()})
    assert overlay_state(report, squat.trace, 7.5).gauge is None


def test_the_gauge_follows_the_working_side(both_sides) -> None:
    limited = both_sides.trace.signals[1]
    sides = tuple(replace(limited, name=f"hip_{side}", title=side) for side in ("left", "right"))
    timeline = Timeline.of(both_sides.report, replace(both_sides.trace, signals=sides))
    titles = [gauge.title for t in (3.0, 15.0) if (gauge := timeline.at(t).gauge)]
    assert titles == ["Left", "Right"]


def test_moments_outside_the_trace_are_harmless(scored) -> None:
    for t_s in (-1.0, 1e6):
        assert overlay_state(scored.report, scored.trace, t_s).hold_s is None


@pytest.mark.parametrize("size_px", SIZES)
def test_every_frame_size_is_drawn_on_and_the_input_left_alone(both_sides, size_px: tuple[int, int]) -> None:
    image = np.full((size_px[1], size_px[0], 3), 90, dtype=np.uint8)
    state = overlay_state(both_sides.report, both_sides.trace, 15.8)
    drawn = draw_overlay(image, both_sides.track[395], state)
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    assert (drawn != image).any()
    assert (image == 90).all()


@pytest.mark.parametrize("ground", [0, 255])
def test_text_stands_out_from_black_and_white_footage(squat, ground: int) -> None:
    image = np.full((720, 540, 3), ground, dtype=np.uint8)
    drawn = draw_overlay(image, None, overlay_state(squat.report, squat.trace, 1.0))
    panel = drawn[30:110, 40:110].astype(int)
    assert panel.max() - np.median(panel) > 100


def test_unseen_landmarks_are_dim(squat) -> None:
    image = np.zeros((720, 540, 3), dtype=np.uint8)
    pose, state = squat.track[0], overlay_state(squat.report, squat.trace, 6.0)
    seen = draw_overlay(image, pose, state)
    unseen = draw_overlay(image, replace(pose, visibility=np.zeros(33)), state)
    body = (slice(250, 550), slice(200, 360))
    assert unseen[body].sum() < 0.5 * seen[body].sum()


def test_the_skeleton_fits_a_shrunk_frame(squat) -> None:
    state = overlay_state(squat.report, squat.trace, 6.0)
    half = draw_overlay(np.zeros((360, 270, 3), dtype=np.uint8), squat.track[0], state)
    hips = squat.track[0].image_px[[23, 24], :2].mean(axis=0) / 2
    assert half[round(hips[1]), round(hips[0])].min() > 150


def test_long_words_are_broken_and_cut_to_their_room() -> None:
    line = Line("Press through the heel " * 20, 20)
    lines = wrap(line, 200, most=2)
    assert len(lines) == 2
    assert lines[-1].text.endswith("…")
    assert all(part.width_px <= 200 for part in lines)
    assert wrap(Line("", 20), 200, most=2) == []


@dataclass(frozen=True)
class Film:
    t_s: float
    image: NDArray[np.uint8]


class Sink:
    def __init__(self) -> None:
        self.frames: list[tuple[float, NDArray[np.uint8]]] = []

    def write(self, image: NDArray[np.uint8], t_s: float) -> None:
        self.frames.append((t_s, image))


def test_the_film_gets_every_frame_at_its_time(squat) -> None:
    source = [Film(i / 25, np.zeros((180, 135, 3), dtype=np.uint8)) for i in range(180, 190)]
    sink = Sink()
    write_overlay(source, squat.report, squat.trace, squat.track, sink)
    assert [t for t, _ in sink.frames] == [f.t_s for f in source]
    state = Timeline.of(squat.report, squat.trace).at(source[5].t_s)
    np.testing.assert_array_equal(sink.frames[5][1], draw_overlay(source[5].image, squat.track[185], state, low=True))
