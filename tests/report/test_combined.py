"""Two views of a run as one page: nothing of either is lost, and no name occurs twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from formcheck.report.combined import combine_reports, same_run_note
from formcheck.report.html import render_report
from formcheck.results import SetReport
from formcheck.scoring import analyse


@pytest.fixture(scope="module")
def views(root: Path) -> tuple[tuple[SetReport, str], tuple[SetReport, str]]:
    """Report and page of a run from behind and from the side."""

    def view(name: str) -> tuple[SetReport, str]:
        scored = analyse(root / "tests" / "golden" / f"{name}_faulty.npz", exercise=name)
        return scored.report, render_report(scored.report, scored.trace, scored.track)

    return view("running_rear"), view("running_side")


def test_both_views_stand_in_one_page(views: tuple[tuple[SetReport, str], ...]) -> None:
    (rear, first), (side, second) = views
    page = combine_reports(first, second, "A <note>")
    assert page.count("<main>") == page.count("<html") == 1
    assert page.count(rear.title) >= 2
    assert page.count(side.title) >= 2
    assert "A &lt;note&gt;" in page


def test_no_name_occurs_twice_and_each_one_referred_to_exists(views: tuple[tuple[SetReport, str], ...]) -> None:
    page = combine_reports(views[0][1], views[1][1])
    names = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, count in names.items() if count > 1] == []
    assert set(re.findall(r'(?:aria-labelledby="|href="#)([^"]+)"', page)) <= set(names)


def test_recordings_of_two_runs_are_told(views: tuple[tuple[SetReport, str], ...]) -> None:
    rear, side = views[0][0], views[1][0]
    assert "may not show the same run" in same_run_note(rear, side)
    assert same_run_note(rear, rear) == ""


def test_something_else_is_no_report(views: tuple[tuple[SetReport, str], ...]) -> None:
    with pytest.raises(ValueError, match="no report"):
        combine_reports(views[0][1], "<html></html>")
