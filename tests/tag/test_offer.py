"""Where the pelvis was not judged and a tag would have shown it, that is said; where one was worn, it is not."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from formcheck.exercises.registry import get_exercise
from formcheck.pose.track import PoseTrack
from formcheck.report import outline
from formcheck.report.html import render_report
from formcheck.report.table import print_report
from formcheck.scoring import Analysis, score_track
from tests.golden.tracks import golden
from tests.tag.test_worn_sets import ASKEW, LOW, ROLL
from tests.tag.worn import Card, wearing

OFFER = "This could have been measured by a printed tag"


def analysed(track: PoseTrack) -> Analysis:
    return score_track(track, get_exercise("clamshell")())


def pages_of(analysis: Analysis) -> tuple[str, str]:
    """The report as a page and in the terminal, on one line."""
    text = StringIO()
    print_report(analysis.report, Console(file=text, width=200))
    return render_report(analysis.report, analysis.trace, analysis.track), " ".join(text.getvalue().split())


def test_without_a_tag_it_is_offered() -> None:
    page, text = pages_of(analysed(golden(LOW)))

    for told in (page, text):
        assert f"{OFFER}: the front card, worn on the waistband." in told
        assert "formcheck tag" in told


def test_with_a_tag_it_is_not_and_the_value_says_who_measured_it() -> None:
    page, text = pages_of(analysed(wearing(golden(LOW), Card(turn_deg=ASKEW, motion_deg=ROLL))))

    for told in (page, text):
        assert OFFER not in told
        assert "by the tag" in told


def test_a_tag_that_was_worn_and_not_read_is_told_what_to_do_instead() -> None:
    hidden = analysed(wearing(golden(LOW), Card(turn_deg=ASKEW, seen=lambda t_s: t_s < 4.2)))

    (blind,) = (each for each in outline.not_assessed(hidden.report) if "Pelvis still" in each.titles)
    assert blind.reason.startswith("The tag was hidden")
    assert blind.tag == ""
