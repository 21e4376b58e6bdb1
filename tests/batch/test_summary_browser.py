"""The summary in a real Chromium: sorting, searching, and on paper."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page, sync_playwright

from formcheck.batch.summary.facts import Collected
from formcheck.batch.summary.pages import render_index
from formcheck.batch.summary.words import IndexRow

CHROMIUM = Path("/usr/bin/chromium")
PEOPLE = 60


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; Debian's package chromium brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def summary(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    path = tmp_path / "summary.html"
    path.write_text(render_index(Collected(), [], [_row(n) for n in range(PEOPLE)], ()), encoding="utf-8")
    page = chromium.new_page()
    page.goto(path.as_uri())
    yield page
    page.close()


def _row(number: int) -> IndexRow:
    """Every third person runs: steps instead of repetitions, and nothing to be unsure of."""
    runs, unsure = number % 3 == 0, number % 4
    count = (number * 37) % PEOPLE
    return IndexRow(
        person=f"person {number}",
        href="#",
        exercise="Running" if runs else "Clamshell",
        sets=1,
        sessions=1,
        last="",
        reps=f"{count} steps" if runs else str(count),
        reps_sort=count,
        faults="",
        faults_sort=None,
        unsure="" if runs else str(unsure),
        unsure_sort=None if runs else unsure,
        blind="",
        blind_sort=None,
        change="no dates",
        change_mark="not_assessed",
        change_sort=0,
        sides="one side measured",
        sides_mark="not_assessed",
        sides_sort=0,
    )


def _column(page: Page, title: str) -> list[str]:
    titles = page.locator("#all thead th").all_inner_texts()
    at = [each.strip() for each in titles].index(title) + 1
    return [text.strip() for text in page.locator(f"#all tbody tr td:nth-child({at})").all_inner_texts()]


def test_steps_are_sorted_among_repetitions(summary: Page) -> None:
    summary.locator("#all thead button", has_text="Repetitions").click()
    shown = [int(text.removesuffix(" steps")) for text in _column(summary, "Repetitions")]
    assert shown == sorted(shown)
    summary.locator("#all thead button", has_text="Repetitions").click()
    assert [int(text.removesuffix(" steps")) for text in _column(summary, "Repetitions")] == shown[::-1]


def test_blank_cells_come_last_both_ways(summary: Page) -> None:
    button = summary.locator("#all thead button", has_text="Not sure")
    for descending in (False, True):
        button.click()
        shown = _column(summary, "Not sure")
        told = [int(text) for text in shown if text]
        assert told == sorted(told, reverse=descending)
        assert shown[len(told) :] == [""] * (PEOPLE // 3)


def test_searching_leaves_the_rows_that_hold_all_words(summary: Page) -> None:
    summary.get_by_label("Search").fill("RUNNING 5")
    summary.get_by_text(f"of {PEOPLE} rows").wait_for()
    shown = summary.locator("#all tbody tr:visible").all_inner_texts()
    assert 0 < len(shown) < PEOPLE
    assert all("Running" in text and "5" in text for text in shown)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not here")
def test_headings_stand_on_every_printed_page_of_a_table(summary: Page, tmp_path: Path) -> None:
    pdf = tmp_path / "summary.pdf"
    summary.pdf(path=str(pdf), prefer_css_page_size=True)
    pages = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout.split("\f")
    tables = [page for page in pages if "one side measured" in page]
    assert len(tables) > 1
    assert all("Not sure" in page for page in tables)
