"""The page of `formcheck progress` in a real Chromium, as wide as a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, sync_playwright

from formcheck.programme.diary import Diary
from formcheck.programme.entries import Entry
from formcheck.programme.guide import Guide
from formcheck.programme.page import render_page
from formcheck.programme.state import state_of
from formcheck.programme.trends import series_of

CHROMIUM = Path("/usr/bin/chromium")
WIDTH_PX = 390


@pytest.fixture
def phone(story: list[Entry], guide: Guide, tmp_path: Path) -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; Debian's package chromium brings it")
    last = max(entry.on for entry in story)
    path = tmp_path / "progress.html"
    found = series_of(Diary.of(story, guide, last))
    path.write_text(render_page(state_of(story, guide, last), found, guide), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": 844})
        page.goto(path.as_uri())
        yield page
        browser.close()


@pytest.mark.parametrize("part", ["#changed ~ .wide tr td:last-child", "svg.plot"])
def test_answers_and_the_last_weeks_are_within_the_screen(phone: Page, part: str) -> None:
    rights = phone.eval_on_selector_all(part, "all => all.map(one => one.getBoundingClientRect().right)")
    assert rights
    assert max(rights) <= WIDTH_PX
