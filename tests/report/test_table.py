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
