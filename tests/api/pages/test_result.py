"""From the upload to the result, its film, report and files; scoring again; and what cannot be scored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.pages.moments import moments_of
from api.pages.rescoring import entered
from bench.clips import shortened
from formcheck.report import outline
from formcheck.results import SetReport
from tests.api.conftest import Served


@pytest.fixture(scope="module")
def scored(server: Served, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A clamshell of one repetition that is too quick; its film is kept."""
    path = tmp_path_factory.mktemp("film") / "quick.webm"
    shortened(samples / "clamshell_faulty_left.mp4", path, 10.0)
    limits = "[clamshell]\nhold_limit_s = 10\nlowering_limit_s = 10"
    answer = server.upload(path, limits=limits, keep_video="true", blur_faces="true")
    done = server.finished(answer.json()["id"])
    assert done["state"] == "done", done
    return done


@pytest.fixture(scope="module")
def address(server: Served, scored: dict[str, Any]) -> str:
    return f"{server.url}/analyses/{scored['id']}"


def until(page: Page, expression: str) -> None:
    """Wait for it; Playwright's own way needs the eval that the pages' policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"this never came true: {expression}")


def test_with_script_an_upload_leads_to_its_result_by_itself(scripted: Page, server: Served, clip: Path) -> None:
    scripted.goto(server.url + "/upload/form?exercise=clamshell")
    scripted.get_by_label("Your recording").set_input_files(clip)
    scripted.get_by_role("button", name="Upload and score").click()
    expect(scripted.get_by_role("heading", name="The whole report")).to_be_visible(timeout=120_000)
    analysis_id = scripted.url.rpartition("/")[2]
    report = SetReport.model_validate(server.http.get(f"/v1/analyses/{analysis_id}/result").json())
    expect(scripted.locator(".verdict h2")).to_have_text(outline.headline(report))


def test_what_cannot_be_scored_says_why_and_what_to_do(plain: Page, server: Served, tmp_path: Path) -> None:
    path = tmp_path / "letter.mp4"
    path.write_bytes(b"Dear clinic" * 100)
    analysis_id = server.upload(path).json()["id"]
    failed = server.finished(analysis_id)
    plain.goto(f"{server.url}/analyses/{analysis_id}")
    expect(plain.get_by_role("heading", name="This recording could not be scored")).to_be_visible()
    assert failed["failure"]["detail"][1:] in plain.inner_text("main")
    plain.get_by_role("link", name="Upload another film").click()
    expect(plain.get_by_role("heading", name="Clamshell")).to_be_visible()


def test_the_summary_says_what_the_report_says(server: Served, scored: dict[str, Any]) -> None:
    report = SetReport.model_validate(scored["result"])
    page = server.http.get(f"/analyses/{scored['id']}").text
    assert outline.headline(report) in page
    for finding in outline.findings(report):
        assert finding.verdict.cue in page
    for blind in outline.not_assessed(report):
        assert blind.reason in page


def test_each_moment_moves_the_film_with_mouse_and_keyboard(
    scripted: Page, address: str, scored: dict[str, Any]
) -> None:
    moments = moments_of(SetReport.model_validate(scored["result"]))
    assert moments
    scripted.goto(address)
    buttons = scripted.locator("button.moment")
    expect(buttons).to_have_count(len(moments))
    for number, moment in enumerate(moments):
        assert moment.title in buttons.nth(number).inner_text()
        if number % 2:
            buttons.nth(number).click()
        else:
            buttons.nth(number).focus()
            scripted.keyboard.press("Enter")
        at = f"Math.abs(document.querySelector('video').currentTime - {moment.t_s}) < 0.01"
        until(scripted, f"{at} && !document.querySelector('video').seeking")
        expect(buttons.nth(number)).to_have_attribute("aria-current", "true")
    assert scripted.evaluate("document.querySelector('video').paused")


def test_without_script_each_moment_is_a_link_into_the_film(plain: Page, address: str, scored: dict[str, Any]) -> None:
    moments = moments_of(SetReport.model_validate(scored["result"]))
    plain.goto(address)
    links = [link.get_attribute("href") or "" for link in plain.locator("a.moment").all()]
    assert links == [f"/v1/analyses/{scored['id']}/overlay#t={moment.t_s:.3f}" for moment in moments]


def test_the_report_stands_on_the_page_in_full_height(scripted: Page, address: str) -> None:
    scripted.goto(address)
    frame = scripted.frame_locator("#report-frame")
    expect(frame.get_by_role("heading", name="Rep by rep")).to_be_visible()
    inner = scripted.frames[1]
    until(scripted, "document.getElementById('report-frame').clientHeight > 1500")
    assert inner.evaluate("document.documentElement.scrollHeight <= window.innerHeight + 1")


def test_nothing_in_a_report_can_run(scripted: Page, server: Served, scored: dict[str, Any], address: str) -> None:
    services = server.app.state.services
    outputs = services.analyses.get(scored["id"], None).job.outputs
    key = f"{outputs}/report.html"
    with services.store.reading(key) as file:
        good = file.read()
    act = "parent.document.title='broken'"
    evil = f'<img src="x" onerror="{act}"><script>{act}</script></main>'.encode()
    try:
        with services.store.writing(key) as file:
            file.write(good.replace(b"</main>", evil))
        for path in (address, f"{address}/report", f"{server.url}/v1/analyses/{scored['id']}/report"):
            page = scripted.context.new_page()
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.title() != "broken"
    finally:
        with services.store.writing(key) as file:
            file.write(good)
    frame = re.search(r"<iframe[^>]*>", server.http.get(f"/analyses/{scored['id']}").text)
    assert frame is not None
    assert 'sandbox="allow-same-origin"' in frame.group(0)


def test_every_file_can_be_had(server: Served, scored: dict[str, Any]) -> None:
    page = server.http.get(f"/analyses/{scored['id']}").text
    links = re.findall(r'href="(/v1/[^"#]*)" download', page)
    kinds = {link.rpartition("/")[2] for link in links}
    assert {"result", "landmarks", "overlay", "video", "export.csv", "export.trc", "export.mot"} <= kinds
    for link in links:
        answer = server.http.get(link)
        assert answer.status_code == 200, link
        assert answer.content


def test_scoring_again_takes_the_limits_of_the_form(plain: Page, server: Served, address: str) -> None:
    plain.goto(address)
    plain.get_by_text("Show the limits").click()
    assert plain.get_by_label("Hold limit s").input_value() == "10"
    plain.get_by_label("Hold limit s").fill("0,5")
    plain.get_by_label("Lowering limit s").fill("")
    plain.get_by_role("button", name="Score again").click()
    analysis_id = plain.url.rpartition("/")[2]
    again = server.finished(analysis_id)
    assert again["limits"] == {"clamshell": {"hold_limit_s": 0.5}}
    plain.goto(f"{server.url}/analyses/{analysis_id}")
    plain.get_by_role("link", name="an earlier analysis").click()
    assert plain.url == address


def test_a_limit_out_of_range_is_told_beside_it_and_the_rest_is_kept(plain: Page, server: Served, address: str) -> None:
    plain.goto(address)
    plain.get_by_text("Show the limits").click()
    plain.get_by_label("Hold limit s").fill("99")
    plain.get_by_label("Roll limit deg", exact=True).fill("seven")
    plain.get_by_label("Lowering limit s").fill("2.5")
    plain.get_by_role("button", name="Score again").click()
    expect(plain.locator("[id='clamshell.hold_limit_s-error']")).to_contain_text("it lies between 0 and 10 s")
    expect(plain.locator("[id='clamshell.roll_limit_deg-error']")).to_contain_text("'seven' is no number")
    expect(plain.get_by_label("Roll limit deg", exact=True)).to_have_value("seven")
    expect(plain.get_by_label("Lowering limit s")).to_have_value("2.5")
    expect(plain.locator("[id='clamshell.lowering_limit_s-error']")).to_be_hidden()


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "--", "1,2,3"])
def test_no_number_is_no_limit(text: str) -> None:
    read = entered(["clamshell"], {"clamshell.hold_limit_s": text})
    assert read.limits == {}
    assert set(read.errors) == {"clamshell.hold_limit_s"}


def test_deleting_a_result_leaves_nothing(plain: Page, server: Served, clip: Path) -> None:
    analysis_id = server.upload(clip).json()["id"]
    server.finished(analysis_id)
    plain.goto(f"{server.url}/analyses/{analysis_id}")
    plain.get_by_role("link", name="Delete everything of it now").click()
    plain.get_by_role("button", name="Delete everything of it").click()
    expect(plain.get_by_role("status")).to_contain_text("deleted")
    assert server.http.get(f"/analyses/{analysis_id}").status_code == 404
    assert server.http.get(f"/analyses/{analysis_id}/report").status_code == 404
