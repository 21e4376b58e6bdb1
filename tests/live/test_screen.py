"""What is drawn can be read from 3 m, by everybody, and shows the person as in a mirror."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import ImageFont

from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.live import screen, wording
from formcheck.live.records import Advice, Cue, LiveState, Tempo
from formcheck.live.screen import FAR_PX, HEIGHT_PX, WIDTH_PX, draw_live, draw_summary, far_px
from formcheck.report.overlay import COLOURS
from formcheck.report.paint import Line, wrap
from tests.golden.tracks import golden
from tests.live.bodies import play
from tests.streams import at_rate

STATE = LiveState(t_s=1.0, stage="counting", count=3, count_word="reps", phase="rest", phase_word="ready")
GREY = np.full((480, 640, 3), 110, dtype=np.uint8)
GROUND = np.array([16, 20, 26])


def capital_px(size_px: int) -> float:
    """Height of a capital as the font draws it."""
    from matplotlib import get_data_path

    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf", size_px)
    top, bottom = font.getbbox("H")[1::2]
    return bottom - top


@pytest.mark.parametrize("height_px", [480, 720, 1080, 2160])
def test_capitals_subtend_sixteen_minutes_of_arc_at_three_metres(height_px: int) -> None:
    capital_m = capital_px(far_px(height_px)) / height_px * 0.174
    assert math.degrees(math.atan(capital_m / 3.0)) * 60 >= 15.9


def words_to_read() -> list[str]:
    """Everything that is told large while somebody exercises."""
    checks = [check for exercise in exercise_ids() for check in get_exercise(exercise).about.checks]
    return [
        *(check.fault for check in checks),
        *(wording.praise(check.title) for check in checks),
        *(text for text, _ in wording.ADVICE.values()),
        wording.no_picture_for(5),
        wording.CAMERA_LOST,
        wording.CAMERA_BACK,
        wording.SET_OVER,
        wording.READY,
    ]


def test_all_that_is_told_large_fits_into_two_lines() -> None:
    room = WIDTH_PX - 2 * 24 - FAR_PX - 12 - 24
    shown = {text: wrap(Line(text, FAR_PX, bold=True), room, most=2) for text in words_to_read()}
    assert [text for text, lines in shown.items() if any("…" in line.text for line in lines)] == []


def test_the_count_is_larger_still() -> None:
    assert capital_px(screen._COUNT_PX) > 2 * capital_px(FAR_PX)


def test_the_picture_is_mirrored_for_the_eye() -> None:
    image = GREY.copy()
    image[:, :200] = (200, 30, 30)  # what the camera sees on its left
    drawn = draw_live(image, None, STATE, "Squat")
    reds = np.argwhere((drawn[:, :, 0] > 180) & (drawn[:, :, 1] < 60))[:, 1]
    assert reds.min() > (screen._COLUMN_PX + WIDTH_PX) / 2


def test_the_figure_lies_on_the_mirrored_person() -> None:
    track = golden("squat_valgus")
    pose = track[300]
    image = np.full((track.size_px[1], track.size_px[0], 3), 60, dtype=np.uint8)
    plain, drawn = draw_live(image, None, STATE, ""), draw_live(image, pose, STATE, "")
    changed = np.argwhere((plain != drawn).any(axis=2))[:, 1]
    room = WIDTH_PX - screen._COLUMN_PX
    scale = (HEIGHT_PX - screen._BAND_PX) / track.size_px[1]
    left = screen._COLUMN_PX + (room - track.size_px[0] * scale) / 2
    mirrored_x = track.size_px[0] - np.nanmean(pose.image_px[11:, 0])
    assert changed.mean() == pytest.approx(left + mirrored_x * scale, abs=25)


def test_the_picture_given_is_not_drawn_on() -> None:
    image = GREY.copy()
    draw_live(image, golden("squat_valgus")[100], STATE, "")
    assert (image == 110).all()


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (1080, 1920), (90, 1200), (1200, 90)])
def test_every_shape_of_picture_fits(size: tuple[int, int]) -> None:
    drawn = draw_live(np.full((*size, 3), 110, dtype=np.uint8), None, STATE, "Squat")
    assert drawn.shape == (HEIGHT_PX, WIDTH_PX, 3)


def test_states_are_told_by_marks_as_well_as_colours() -> None:
    marks = [screen._CUE_MARKS[kind] for kind in ("fault", "praise", "advice", "start", "end", "gap")]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize("colour", [*COLOURS.values(), screen.SOFT, screen.WHITE])
def test_large_words_stand_out_from_the_ground(colour: tuple[int, int, int]) -> None:
    def luminance(rgb: tuple[int, ...]) -> float:
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    contrast = (luminance(colour) + 0.05) / (luminance(screen._GROUND) + 0.05)
    assert contrast >= 7.0


def test_what_changes_shows() -> None:
    """Each part of the state draws something of its own."""
    cue = Cue(kind="fault", text="Knee drifts inward", hint="Slow down.", t_s=1.0, until_s=3.0)
    advice = Advice(code="raise", text="Raise the camera", hint="", blocks=False)
    base = draw_live(GREY, None, STATE, "")
    for change in (
        {"count": 4},
        {"cue": cue},
        {"tempo": Tempo(kind="hold", passed_s=1.0, goal_s=2.0)},
        {"stop_share": 0.5},
        {"stage": "setup", "advice": advice},
        {"stage": "ready", "in_place": True},
        {"notice": wording.no_picture_for(5)},
        {"phase_word": "lower"},
    ):
        assert (draw_live(GREY, None, STATE.model_copy(update=change), "") != base).any(), change
    assert (draw_live(GREY, None, STATE, "", wording.CAMERA_LOST) != base).any()


def test_the_summary_shows_what_to_mend() -> None:
    summary = play(at_rate(golden("squat_valgus"), 10.0), "single_leg_box_squat").result().summary
    drawn = draw_summary(summary, "Single-leg box squat")
    fault = np.array(COLOURS["fault"])
    assert (np.abs(drawn.astype(int) - fault).sum(axis=2) < 30).sum() > 1000
    assert (draw_summary(None, "Squat") != drawn).any()
