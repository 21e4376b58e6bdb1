"""What holds for every page: headers, labels, contrast, narrow screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.settings import Settings
from tests.api.conftest import QUICK, Served, serving

PAGES = ("/", "/upload", "/upload/form?exercise=single_leg_box_squat", "/analyses", "/privacy", "WAITING", "CONFIRM")

CONTRAST = """() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.matches(":disabled, option")) continue;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName} ${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(1)}`);
  }
  return poor;
}"""

UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, iframe, video, progress")]
  .filter((field) => !(field.labels && field.labels.length) && !field.title && !field.textContent.trim()
    && !field.getAttribute("aria-label") && !field.getAttribute("aria-labelledby"))
  .map((field) => field.outerHTML)"""

BROKEN = """() => [...document.querySelectorAll("[aria-describedby], [aria-labelledby], label[for]")]
  .flatMap((each) => ["aria-describedby", "aria-labelledby", "for"].map((name) => each.getAttribute(name) || ""))
  .flatMap((names) => names.split(" ")).filter((name) => name && !document.getElementById(name))"""


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, tuple[str, ...]]]:
    """A server, and every page of it that needs no result."""
    with serving(Settings(data_dir=tmp_path_factory.mktemp("looks"), **QUICK)) as server:
        film = tmp_path_factory.mktemp("film") / "film"
        film.write_bytes(b"film")
        analysis = "/analyses/" + server.upload(film).json()["id"]
        places = {"WAITING": analysis, "CONFIRM": f"{analysis}/delete"}
        yield server, tuple(places.get(page, page) for page in PAGES)


def test_no_page_lets_anything_foreign_in(paths: tuple[Served, tuple[str, ...]]) -> None:
    server, every = paths
    for path in (*every, "/analyses/nonsense"):
        answer = server.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://", answer.text), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_on_a_narrow_screen(
    chromium: Browser, paths: tuple[Served, tuple[str, ...]], scheme: str
) -> None:
    server, every = paths
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in every:
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate(UNNAMED) == [], path
        assert page.evaluate(BROKEN) == [], path
        assert page.locator("h1").count() == 1
        assert page.get_attribute("html", "lang") == "en"
    context.close()


def test_the_first_tab_leads_past_the_navigation(chromium: Browser, paths: tuple[Served, tuple[str, ...]]) -> None:
    server, _ = paths
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.url + "/upload/form?exercise=clamshell")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    order = ["file", "side", "mirrored", "blur_faces", "keep_video", "Upload and score"]
    assert [each for each in seen if each in order] == order
    context.close()


def test_style_and_scripts_are_kept_by_version(paths: tuple[Served, tuple[str, ...]]) -> None:
    server, _ = paths
    page = server.http.get("/").text
    for link in re.findall(r'"(/static/[^"]*)"', page):
        answer = server.http.get(link)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        plain = server.http.get(link.partition("?")[0])
        assert plain.headers["cache-control"] == "no-cache"
        known = {"If-None-Match": plain.headers["etag"]}
        assert server.http.get(link, headers=known).status_code == 304
    assert server.http.get("/static/..%2Fframe.py").status_code == 404


def test_the_live_page_is_shown_once_there_is_one(tmp_path: Path) -> None:
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    with serving(Settings(data_dir=tmp_path, **QUICK)) as server:
        server.app.state.routes = [route for route in server.app.state.routes if getattr(route, "path", "") != "/live"]
        assert 'href="/live"' not in server.http.get("/").text
        server.app.state.routes.append(Route("/live", lambda _: PlainTextResponse("live")))
        assert server.http.get("/").text.count('href="/live"') == 2
