"""The terminal's table, at 80 columns, without colours, in poor encodings."""

from __future__ import annotations

import io

from rich.console import Console

from formcheck.report.table import print_report


def printed(report, encoding: str = "utf-8", width: int = 80) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    print_report(report, Console(file=stream, width=width))
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_every_set_fits_80_columns_without_escape_codes(scored) -> None:
    text = printed(scored.report)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert scored.report.title in text
    assert scored.report.disclaimer in text


def test_states_are_told_by_marks_and_words_not_colour(squat) -> None:
    text = printed(squat.report)
    assert "✗ 14%" in text
    assert "~ 9%" in text
    assert "✓ 3%" in text
    assert "not assessed" in text
    assert "not counted" in text
    assert "- Rep 4: too shallow" in text


def test_a_watch_is_listed_with_its_reason(side_run) -> None:
    stride, cadence = side_run.report.verdicts
    neutral = cadence.model_copy(update={"reason": "The guide's range is 170-180."})
    text = " ".join(printed(side_run.report.model_copy(update={"verdicts": (stride, neutral)})).split())
    assert "~ Cadence: The guide's range is 170-180. Raise your own cadence" in text
    assert "undecided zone around the limit, not the accuracy" in text


def test_whom_was_scored_is_told_where_several_were_seen(squat, side_run) -> None:
    assert "2 people were seen; scored: the largest of 2" in " ".join(printed(squat.report).split())
    assert "scored:" not in printed(side_run.report)


def test_reasons_without_a_remedy_do_not_stand_under_filming(squat, lying) -> None:
    assert "Not assessed\n- Pelvis level" in printed(squat.report).replace(" \n", "\n")
    assert "how to film it" not in printed(squat.report)
    assert "Not assessed, and how to film it" in printed(lying.report)


def test_a_set_without_a_rep_shows_no_verdicts_and_no_dose(squat) -> None:
    empty = squat.report.model_copy(update={"reps_complete": 0, "reps": squat.report.reps[3:4]})
    text = printed(empty)
    for absent in ("not met", "Verdict", "Knee", "To mend"):
        assert absent not in text
    assert "- The second toe is estimated" in text
    assert "Put the camera in front of you" in text
    assert "- Rep 4: too shallow" in text


def test_a_faulted_check_is_never_the_column_that_is_left_out(squat) -> None:
    first = squat.report.reps[0].verdicts[0]

    def filler(number: int):
        return first.model_copy(update={"check": f"other_{number}", "title": f"Other {number}"})

    extra = tuple(map(filler, range(4)))
    reps = tuple(
        r.model_copy(update={"verdicts": (*extra, *r.verdicts) if r.complete else ()}) for r in squat.report.reps
    )
    report = squat.report.model_copy(update={"reps": reps, "verdicts": (*extra, *squat.report.verdicts)})
    assert "✗ 14%" in printed(report)
    assert "✗ 1.1 s" in printed(report)


def test_long_units_and_titles_wrap_instead_of_being_cut(squat) -> None:
    drift = squat.report.verdicts[0].model_copy(
        update={"unit": "percent measured between both ankles", "title": "A very long title of a check " * 3}
    )
    words = printed(squat.report.model_copy(update={"verdicts": (drift,), "reps": ()})).split()
    assert words.count("ankles") == 2
    assert words.count("check") == 3


def test_checks_judged_in_no_rep_take_no_column(squat) -> None:
    blind = squat.report.verdicts[2]
    reps = tuple(r.model_copy(update={"verdicts": (*r.verdicts, blind)}) for r in squat.report.reps)
    assert printed(squat.report.model_copy(update={"reps": reps})) == printed(squat.report)


def test_cues_reasons_and_camera_advice_are_told(squat, lying) -> None:
    text = " ".join(printed(squat.report).split())
    assert "Knee drifts inward: Raise the box, slow down" in text
    assert "Pelvis level: The hip line drifts with depth" in text
    assert "Raise the camera and tilt it down." in printed(lying.report)


def test_an_encoding_without_the_marks_still_prints(squat) -> None:
    text = printed(squat.report, encoding="ascii")
    assert "x 14%" in text
    assert "16 +/- 2%" in text
    assert "?" not in text


def test_square_brackets_from_outside_are_text_not_markup(squat) -> None:
    odd = squat.report.model_copy(update={"title": "[bold]Squat[/bold]", "remarks": ("[link=x]y[/link]",)})
    text = printed(odd)
    assert "[bold]Squat[/bold]" in text
    assert "[link=x]y[/link]" in text
