"""The live page as it looks: to be read from 3 m, on a phone and by a screen reader; and without script or https."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages import live_assets
from api.pages.live_assets import OnDevice
from api.settings import Settings
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.live import wording
from formcheck.live.records import Advice, Cue, LiveState, Mark, Stage, Tempo
from formcheck.pose.model_store import find_model
from tests.api.conftest import QUICK, Served, serving
from tests.api.pages.test_looks import BROKEN, CONTRAST, UNNAMED

VIEWING_M = 3.0
LEAST_ARC_MIN = 16.0
SCREEN_HEIGHT_M = 0.174
LAPTOP = {"width": 1366, "height": 768}
SMALL = ({"width": 360, "height": 740}, {"width": 740, "height": 360})

SHOW = """async ([state, notice]) => {
  const { Screen } = await import("/static/live-screen.js");
  const { words } = JSON.parse(document.getElementById("choose").dataset.script);
  document.getElementById("choose").hidden = true;
  document.getElementById("stage").hidden = false;
  window.shown ||= new Screen(words, "Clamshell", false);
  window.shown.draw(state, notice);
}"""

CAPITALS = """() => [...document.querySelectorAll("#cue-text, #count, #phase, #check-word, #seconds")]
  .filter((element) => element.checkVisibility() && element.textContent)
  .map((element) => {
    const { fontSize, fontWeight, fontFamily } = getComputedStyle(element);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    return [element.id, pen.measureText("H").actualBoundingBoxAscent];
  })"""

CUT = """() => [...document.querySelectorAll("#cue-text, #count, #phase, #check-word, #seconds, .tools button")]
  .filter((element) => element.checkVisibility() && element.textContent)
  .filter((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
  }).map((element) => element.id)"""


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(Settings(data_dir=tmp_path_factory.mktemp("live"), **QUICK)) as server:
        yield server


def state(stage: Stage, **shown: Any) -> LiveState:
    return LiveState(t_s=1.0, stage=stage, count_word="reps", **shown)


def cue(text: str, hint: str) -> Cue:
    return Cue(kind="fault", text=text, hint=hint, t_s=0.0, until_s=9.0)


def every_state() -> list[LiveState]:
    """All that can be said before and during a set, with the longest of everything else."""
    states = [state("ready", in_place=True, start_share=0.6)]
    for code, (text, why) in wording.ADVICE.items():
        states.append(state("setup", advice=Advice(code=code, text=text, hint=why or "", blocks=True)))
    for known in exercise_ids():
        for check in get_exercise(known).about.checks:
            states.append(state("counting", count=28, cue=cue(check.fault, check.cue)))
            states.append(state("counting", count=8, cue=cue(wording.praise(check.title), "")))
    tempo = Tempo(kind="lower", passed_s=2.2, goal_s=3.0)
    states += [state("counting", count=1888, phase=phase, phase_word=word) for phase, word in wording.PHASES.items()]
    states += [state("counting", count=18, tempo=tempo, phase_word=word) for word in wording.PHASES.values()]
    return states




def test_everything_said_in_a_set_can_be_read_from_three_metres(chromium: Browser, idle: Served) -> None:
    least_px = VIEWING_M * math.tan(math.radians(LEAST_ARC_MIN / 60)) / SCREEN_HEIGHT_M * LAPTOP["height"]
    context = chromium.new_context(viewport=LAPTOP, screen=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    for each in every_state():
        page.evaluate(SHOW, [each.model_dump(mode="json"), ""])
        small = [(name, round(px)) for name, px in page.evaluate(CAPITALS) if px < least_px - 0.5]
        assert small == [], (each.cue or each.advice or each.phase_word, least_px)
        assert page.evaluate(CUT) == [], each
    context.close()


@pytest.mark.parametrize("size", SMALL, ids=["upright", "on its side"])
def test_on_a_phone_nothing_is_cut_off(chromium: Browser, idle: Served, size: dict[str, int]) -> None:
    context = chromium.new_context(viewport=size, screen=size, device_scale_factor=3)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for each in every_state()[::3]:
        page.evaluate(SHOW, [each.model_dump(mode="json"), ""])
        assert page.evaluate(CUT) == [], each
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.evaluate(CONTRAST) == []
    context.close()


def test_the_count_takes_the_room_that_a_button_leaves(chromium: Browser, idle: Served) -> None:
    """Before a set there is one button more, which takes a line of its own on the smallest screens."""
    size = {"width": 320, "height": 480}
    context = chromium.new_context(viewport=size, screen=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    page.evaluate(SHOW, [state("setup").model_dump(mode="json"), ""])
    page.evaluate(SHOW, [state("counting", phase_word="lower").model_dump(mode="json"), ""])
    page.evaluate("document.getElementById('leave').hidden = true")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shown = page.evaluate("document.getElementById('count').style.fontSize")
    page.evaluate("window.shown.refit()")
    assert shown == page.evaluate("document.getElementById('count').style.fontSize")
    context.close()


def test_nothing_is_drawn_where_nothing_is_said(chromium: Browser, idle: Served) -> None:
    context = chromium.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    page.evaluate(SHOW, [state("counting", count=1, phase_word="hold").model_dump(mode="json"), ""])
    assert page.evaluate("getComputedStyle(document.getElementById('band')).borderLeftColor") == "rgba(0, 0, 0, 0)"
    assert page.locator("#cue-sign").locator("..").is_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_has_its_name_and_can_be_seen(chromium: Browser, idle: Served, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(BROKEN) == []
    page.evaluate("for (const part of document.querySelectorAll('#stage, #over')) part.hidden = false")
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(BROKEN) == []
    roles = page.evaluate("[...document.querySelectorAll('[role=status]')].map((one) => one.getAttribute('aria-live'))")
    assert "assertive" not in roles
    context.close()


def test_states_differ_by_more_than_colour(chromium: Browser, idle: Served) -> None:
    context = chromium.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    marks = tuple(Mark(check=name, title=name, state=name) for name in ("ok", "watch", "fault"))
    page.evaluate(SHOW, [state("counting", count=3, marks=marks).model_dump(mode="json"), ""])
    signs = page.evaluate("[...document.querySelectorAll('#answers use')].map((use) => use.getAttribute('href'))")
    assert signs == ["#sign-ok", "#sign-watch", "#sign-fault"]
    advice = Advice(code="raise", text="Raise the camera", hint="", blocks=False)
    seen = []
    for each in (state("setup", advice=advice), state("ready", in_place=True)):
        page.evaluate(SHOW, [each.model_dump(mode="json"), ""])
        seen.append(page.get_attribute("#check-sign", "href"))
    assert seen == ["#sign-watch", "#sign-ok"]
    context.close()


def test_every_exercise_shows_where_body_and_camera_go(chromium: Browser, idle: Served) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{idle.url}/live")
    for known in exercise_ids():
        page.locator("#exercise").select_option(known)
        shown = page.locator(".of:visible")
        expect(shown).to_have_count(1)
        expect(shown.locator("svg.drawing .camera")).to_have_count(2)
        assert get_exercise(known).about.camera in shown.inner_text()
        assert page.locator("#side-field").is_visible() == get_exercise(known).about.dose.per_side
    context.close()


def test_without_script_the_page_says_that_it_needs_it(plain: Page, idle: Served) -> None:
    plain.goto(f"{idle.url}/live")
    assert wording.PAGE["needs_script"] in plain.inner_text("main")
    expect(plain.locator("#choose")).to_be_hidden()


def test_only_the_worker_may_compile(idle: Served) -> None:
    policies = {path: idle.http.get(path).headers["content-security-policy"] for path in ("/live", "/live/worker.js")}
    assert "unsafe" not in policies["/live"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policies["/live/worker.js"]
    assert "connect-src 'self'" in policies["/live/worker.js"]
    for policy in policies.values():
        assert "http" not in policy


def test_mediapipe_s_files_are_served_from_here_and_kept(idle: Served) -> None:
    device = live_assets.on_device()
    if not device.available:
        pytest.skip(device.reason)
    addresses = [value for value in device.script_data().values() if isinstance(value, str)]
    for address in addresses:
        answer = idle.http.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
    assert idle.http.get(addresses[-1]).content == find_model().path.read_bytes()
    assert idle.http.get("/live/assets/0123456789abcdef/vision_bundle.mjs").status_code == 404


def test_where_mediapipe_s_files_are_missing_the_switch_says_why(
    idle: Served, plain: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = OnDevice(reason="it is missing: run `formcheck models --web`")
    monkeypatch.setattr("api.pages.live.on_device", lambda: missing)
    plain.goto(f"{idle.url}/live")
    page = plain.content()
    assert "run `formcheck models --web`" in page
    assert plain.locator("#on-device").is_disabled()
