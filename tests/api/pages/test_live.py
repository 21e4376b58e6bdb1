"""The live page in a real Chromium whose camera plays a film: sets from set-up to summary, and what comes between."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from api.settings import Settings
from bench.api_server import ServerProcess
from formcheck.errors import ModelError
from formcheck.exercises.registry import get_exercise
from formcheck.live import wording
from formcheck.pose.web_runtime import find_web_runtime
from formcheck.results import SetReport
from tests.api.conftest import QUICK, Served, serving
from tests.api.pages.conftest import CHROMIUM, OPTIONS
from tests.api.pages.live_film import camera_film, line_to

pytestmark = pytest.mark.slow

CLIP = "clamshell_faulty_left"
TURNS_S = (26.6, 38.6)
"""Two repetitions of it: the first is dropped without a pause, in the second the pelvis rolls back."""
QUICK_S = (26.8, 30.6)
"""The first of them alone; played over and over it is a set."""
PATIENCE_MS = 60_000

LISTEN = """
window.said = []; window.announced = [];
Object.defineProperty(window, "speechSynthesis", {
  value: { getVoices: () => [{}], cancel() {}, speak: (words) => words.text && window.said.push(words.text) },
});
addEventListener("DOMContentLoaded", () => {
  const told = document.getElementById("told");
  if (told) new MutationObserver(() => window.announced.push(told.textContent)).observe(told, { childList: true });
});
"""
"""What is spoken and what screen readers are told; this browser has no voice of its own."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; Debian's package chromium brings it")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def quick(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repetition, over and over."""
    return camera_film(tmp_path_factory.mktemp("film") / "quick.mjpeg", samples / f"{CLIP}.mp4", *QUICK_S)


@contextmanager
def before_camera(playwright: Playwright, film: Path, *options: str) -> Iterator[Browser]:
    """A browser whose camera plays this film."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*OPTIONS, *camera, f"--use-file-for-fake-video-capture={film}", *options]
    )
    try:
        yield browser
    finally:
        browser.close()


@pytest.fixture(scope="module")
def looped(playwright: Playwright, quick: Path) -> Iterator[Browser]:
    with before_camera(playwright, quick) as browser:
        yield browser


@pytest.fixture
def page(looped: Browser) -> Iterator[Page]:
    """A page before whose camera the quick repetition is done over and over; errors of its script fail the test."""
    with opened(looped) as page:
        yield page


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, **options)
    context.add_init_script(LISTEN)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Security Policy" in said.text else None)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()
    assert errors == []


def switch_on(page: Page, url: str, exercise: str = "clamshell") -> None:
    page.goto(f"{url}/live#{exercise}")
    page.get_by_role("button", name=wording.PAGE["open"]).click()
    expect(page.locator("#stage")).to_be_visible(timeout=PATIENCE_MS)


def counted(page: Page) -> int:
    return int(page.locator("#count").inner_text())


def counts_to(page: Page, number: int) -> bool:
    """Wait until this many were counted; whether they were before the set was over."""
    for _ in range(PATIENCE_MS // 50):
        if counted(page) >= number:
            return True
        if page.locator("#over").is_visible():
            break
        page.wait_for_timeout(50)
    return False


def count_to(page: Page, number: int) -> None:
    """Wait until this many were counted."""
    if not counts_to(page, number):
        raise AssertionError(f"counted {counted(page)}, not {number}; {page.locator('#stage').inner_text()!r}")


@contextmanager
def set_counted(playwright: Playwright, film: Path, url: str, number: int) -> Iterator[Page]:
    """A page that counted this many in a film that is played once.

    Tried up to three times: where the machine has much else to do, pictures come too seldom to count.
    """
    for tries_left in (2, 1, 0):
        with before_camera(playwright, film) as browser, opened(browser) as page:
            switch_on(page, url)
            expect(page.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)
            if counts_to(page, number) or not tries_left:
                yield page
                return


def start_counting(page: Page) -> None:
    """By key, once the connection is there."""
    expect(page.locator("#stage[data-stage=setup], #stage[data-stage=ready]")).to_be_visible()
    expect(page.locator("#cue-text")).not_to_be_empty(timeout=PATIENCE_MS)
    page.keyboard.press("Space")
    expect(page.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)


def stop(page: Page) -> int:
    """End the set by key; the number that the summary names.

    It may be one less than was counted, for a key may start a set in the middle of a repetition; then it says so.
    """
    page.keyboard.press("Space")
    heading = page.locator("#over-title")
    expect(heading).to_be_visible(timeout=PATIENCE_MS)
    return int(heading.inner_text().split()[0])


def analysis_of(page: Page) -> str:
    return (page.locator("#report").get_attribute("href") or "").rpartition("/")[2]


def set_of(page: Page) -> str:
    """The set that this tab is in: the analysis it will be."""
    return str(page.evaluate("JSON.parse(sessionStorage.getItem('formcheck.live')).session"))


def analyses(server: Served) -> list[str]:
    return [one["id"] for one in server.http.get("/v1/analyses").json()["analyses"]]


def test_a_set_without_a_hand_from_set_up_to_summary(
    playwright: Playwright, server: Served, samples: Path, tmp_path: Path
) -> None:
    truth = json.loads((samples / f"{CLIP}.truth.json").read_text(encoding="utf-8"))
    reps = [rep for rep in truth["reps"] if TURNS_S[0] < rep["turn_s"] < TURNS_S[1]]
    film = camera_film(tmp_path / "set.mjpeg", samples / f"{CLIP}.mp4", *TURNS_S, still_s=4.0, empty_s=15.0)
    with set_counted(playwright, film, server.url, len(reps)) as page:
        expect(page.locator("#over")).to_be_visible(timeout=PATIENCE_MS)

        heading = page.locator("#over-title").inner_text()
        assert heading.split(",")[0] == f"{len(reps)} reps"
        expect(page.locator("#over-reason")).to_have_text(wording.ENDED["walked_away"])
        said, announced = page.evaluate("window.said"), page.evaluate("window.announced")
        about = get_exercise("clamshell").about
        faults = {about.check(check).cue for rep in reps for check in rep["faults"]}
        assert any(cue in line for cue in faults for line in said)
        assert [line for line in said if "1." in line or "2." in line]
        assert set(said) <= set(announced)
        assert not [line for line in announced if line.isdigit()], "each count is announced once, as it is said"
        page.get_by_role("link", name=wording.PAGE["whole_report"]).click()
        done = server.finished(page.url.rpartition("/")[2])
    assert done["state"] == "done", done
    report = SetReport.model_validate(done["result"])
    assert report.reps_complete == len(reps)
    found = {verdict.check for verdict in report.verdicts if verdict.state == "fault"}
    assert found & {check for rep in reps for check in rep["faults"]}


def test_a_reload_in_the_middle_takes_the_set_up_again(page: Page, server: Served) -> None:
    switch_on(page, server.url)
    start_counting(page)
    count_to(page, 2)
    its = set_of(page)
    page.reload()
    expect(page.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)
    done = counted(page)
    assert done >= 2
    count_to(page, done + 1)
    assert stop(page) >= done
    assert analysis_of(page) == its


def test_where_the_set_before_cannot_go_on_that_is_said_large_and_aloud(page: Page, server: Served) -> None:
    """As after a server that was killed."""
    switch_on(page, server.url)
    start_counting(page)
    page.evaluate(
        "() => { const kept = JSON.parse(sessionStorage.getItem('formcheck.live'));"
        " sessionStorage.setItem('formcheck.live', JSON.stringify({ ...kept, resume: 'gone' })); }"
    )
    page.reload()
    expect(page.locator("#cue-text")).to_have_text(wording.PAGE["set_lost"], timeout=PATIENCE_MS)
    assert wording.PAGE["set_lost"] in page.evaluate("window.said")
    expect(page.locator("#cue-text")).not_to_have_text(wording.PAGE["set_lost"], timeout=PATIENCE_MS)


def test_a_lost_connection_comes_back_with_the_set(page: Page, server: Served) -> None:
    with line_to(server.url) as line:
        switch_on(page, line.url)
        start_counting(page)
        count_to(page, 1)
        line.cut()
        expect(page.locator("#cue-text")).to_have_text(wording.PAGE["link_lost"], timeout=PATIENCE_MS)
        done = counted(page)
        page.wait_for_timeout(5000)
        assert page.evaluate("window.said").count(wording.PAGE["link_lost"]) == 1
        line.mend()
        expect(page.locator("#cue-text")).not_to_have_text(wording.PAGE["link_lost"], timeout=PATIENCE_MS)
        assert counted(page) >= done
        count_to(page, done + 1)
        assert stop(page) >= done


def test_a_camera_that_is_pulled_out_and_put_in_again(page: Page, server: Served) -> None:
    switch_on(page, server.url)
    start_counting(page)
    page.evaluate(
        "() => { const [track] = document.getElementById('video').srcObject.getVideoTracks();"
        " track.stop(); track.dispatchEvent(new Event('ended')); }"
    )
    expect(page.locator("#cue-text")).to_have_text(wording.CAMERA_LOST, timeout=PATIENCE_MS)
    expect(page.locator("#news")).to_have_text(wording.CAMERA_BACK, timeout=PATIENCE_MS)
    for told in ("window.announced", "window.said"):
        assert {wording.CAMERA_LOST, wording.CAMERA_BACK} <= set(page.evaluate(told))
    count_to(page, 2)
    assert stop(page) >= 1


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """Every tab of the browser stands still, as in a phone's pocket; its connections stay open."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    tabs = [process["id"] for process in found if process["type"] == "renderer"]
    assert tabs
    for tab in tabs:
        os.kill(tab, signal.SIGSTOP)
    try:
        yield
    finally:
        for tab in tabs:
            os.kill(tab, signal.SIGCONT)


def test_a_tab_that_slept_goes_on_with_its_set(looped: Browser, page: Page, server: Served) -> None:
    switch_on(page, server.url)
    start_counting(page)
    count_to(page, 1)
    its = set_of(page)
    with asleep(looped):
        time.sleep(4)
    done = counted(page)
    expect(page.locator("#cue-text")).to_have_text(re.compile("No picture for [3-6] seconds"), timeout=PATIENCE_MS)
    count_to(page, done + 1)
    assert stop(page) >= done
    assert analysis_of(page) == its


def test_a_tab_that_slept_too_long_finds_its_summary(
    looped: Browser, page: Page, server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(page, server.url)
    start_counting(page)
    count_to(page, 1)
    its = set_of(page)
    monkeypatch.setattr("api.live.connection.LONGEST_GAP_S", 2.0)
    with asleep(looped):
        time.sleep(5)
        assert its in analyses(server)
    expect(page.locator("#over-reason")).to_have_text(wording.ENDED["long_gap"], timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name=wording.PAGE["whole_report"])).to_be_visible()
    assert analysis_of(page) == its


def test_of_two_tabs_the_newer_one_has_the_set(page: Page, server: Served) -> None:
    switch_on(page, server.url)
    start_counting(page)
    with page.expect_popup() as opening:
        page.evaluate("window.open('/live')")
    newer = opening.value
    expect(newer.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)
    expect(page.locator("#problem")).to_contain_text(wording.REFUSALS["taken_over"], timeout=PATIENCE_MS)
    page.bring_to_front()
    page.get_by_role("button", name=wording.PAGE["take_back"]).click()
    expect(page.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)
    expect(newer.locator("#problem")).to_contain_text(wording.REFUSALS["taken_over"], timeout=PATIENCE_MS)
    count_to(page, 2)
    assert stop(page) >= 1


def test_video_never_leaves_the_device(page: Page, server: Served) -> None:
    try:
        find_web_runtime()
    except ModelError as error:
        pytest.skip(str(error))
    requests: list[str] = []
    sent: list[Any] = []
    page.context.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.goto(f"{server.url}/live")
    page.get_by_role("switch", name=wording.PAGE["on_device"]).check()
    page.get_by_role("button", name=wording.PAGE["open"]).click()
    expect(page.locator("#stage")).to_be_visible(timeout=PATIENCE_MS)
    start_counting(page)
    count_to(page, 2)
    assert stop(page) >= 1

    assert all(isinstance(message, str) for message in sent)
    kinds = {json.loads(message)["kind"] for message in sent}
    assert {"hello", "landmarks"} <= kinds <= {"hello", "landmarks", "start", "stop"}
    assert any(url.endswith(".wasm") for url in requests)
    assert all(url.startswith((server.url, "blob:")) for url in requests)
    result = server.finished(analysis_of(page))["result"]
    assert "in the browser" in json.dumps(result["provenance"])


def test_a_tag_is_read_from_larger_pictures(
    playwright: Playwright, server: Served, samples: Path, tmp_path: Path
) -> None:
    """From where this camera stands, landmarks alone show no pelvis."""
    clip = "clamshell_tag_low_right"
    film = camera_film(tmp_path / "tag.mjpeg", samples / f"{clip}.mp4", 2.0, 9.2, still_s=3.0)
    sent: list[bytes] = []
    with before_camera(playwright, film) as browser, opened(browser) as page:
        page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
        page.goto(f"{server.url}/live#clamshell")
        page.get_by_role("checkbox", name=wording.PAGE["tagged"]).check()
        page.get_by_role("button", name=wording.PAGE["open"]).click()
        expect(page.locator("#stage")).to_have_attribute("data-stage", "counting", timeout=PATIENCE_MS)
        count_to(page, 1)
        stop(page)
        result = server.finished(analysis_of(page))["result"]
    picture = next(message for message in sent if isinstance(message, bytes))
    assert cv2.imdecode(np.frombuffer(picture[16:], np.uint8), cv2.IMREAD_COLOR).shape == (720, 960, 3)
    states = [v["state"] for rep in result["reps"] for v in rep["verdicts"] if v["check"] == "pelvic_roll"]
    assert states
    assert "not_assessed" not in states


def test_everything_by_keyboard(page: Page, server: Served) -> None:
    page.goto(f"{server.url}/live")
    reach(page, "exercise")
    page.keyboard.type("Clamshell")
    reach(page, "open")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("s")
    expect(page.get_by_role("button", name=wording.PAGE["sound_off"])).to_be_visible()
    start_counting(page)
    count_to(page, 1)
    assert page.evaluate("window.said") == []
    stop(page)
    page.keyboard.press("Space")
    expect(page.locator("#stage")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#leave")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#choose")).to_be_visible()


def reach(page: Page, target: str) -> None:
    """By Tab; each stop on the way can be seen to have the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        at, outlined = page.evaluate(
            "[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle !== 'none']"
        )
        assert outlined, at
        if at == target:
            return
    raise AssertionError(f"{target} cannot be reached by keyboard")


def test_without_a_camera_the_page_says_what_to_do(playwright: Playwright, server: Served) -> None:
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
    with opened(browser, permissions=["camera"]) as page:
        page.goto(f"{server.url}/live")
        page.get_by_role("button", name=wording.PAGE["open"]).click()
        expect(page.get_by_role("alert")).to_have_text(wording.CAMERA_ERRORS["NotFoundError"])
    browser.close()


def test_a_camera_that_is_refused_is_told(playwright: Playwright, server: Served, quick: Path) -> None:
    options = [*OPTIONS, "--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
    with opened(browser) as page:
        page.goto(f"{server.url}/live")
        page.get_by_role("button", name=wording.PAGE["open"]).click()
        expect(page.get_by_role("alert")).to_have_text(wording.CAMERA_ERRORS["NotAllowedError"])
    browser.close()


def test_over_http_the_page_says_that_it_needs_https(playwright: Playwright, tmp_path: Path) -> None:
    name = "--host-resolver-rules=MAP clinic.test 127.0.0.1"
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*OPTIONS, name])
    with serving(Settings(data_dir=tmp_path, allow_open=True, **QUICK)) as server, opened(browser) as page:
        page.goto(f"{server.url}/live".replace("127.0.0.1", "clinic.test"))
        expect(page.get_by_role("alert")).to_have_text(wording.CAMERA_ERRORS["insecure"])
        page.get_by_role("button", name=wording.PAGE["open"]).click()
        expect(page.get_by_role("alert")).to_have_text(wording.CAMERA_ERRORS["insecure"])
    browser.close()


def test_a_full_server_says_so_and_a_stopped_one_keeps_the_set(looped: Browser, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, {"workers": 0, "min_free_mb": 0, "live_people": 1})
    server.start()
    try:
        with opened(looped) as page, opened(looped) as second:
            switch_on(page, server.url)
            start_counting(page)
            second.goto(f"{server.url}/live")
            second.get_by_role("button", name=wording.PAGE["open"]).click()
            expect(second.get_by_role("alert")).to_contain_text(
                wording.REFUSALS["full"].format(people=1), timeout=PATIENCE_MS
            )
            expect(second.get_by_role("button", name=wording.PAGE["again"])).to_be_visible()
            count_to(page, 1)
            os.kill(server.pid, signal.SIGTERM)
            expect(page.locator("#over-reason")).to_have_text(wording.PAGE["summary_missing"], timeout=PATIENCE_MS)
            server.stop()
            server.start()
            page.get_by_role("link", name=wording.PAGE["whole_report"]).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Clamshell")
    finally:
        server.stop()
