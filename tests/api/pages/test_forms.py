"""Uploading, listing, cancelling: what the forms do, with script and without, on a server where uploads wait."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from api.database.tables import Job
from api.settings import Settings
from tests.api.conftest import QUICK, Served, serving

CLAMSHELL = "/upload/form?exercise=clamshell"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server without workers that takes files up to 1 MB."""
    with serving(Settings(data_dir=tmp_path_factory.mktemp("pages"), max_upload_mb=1, **QUICK)) as served:
        yield served


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something to upload; nobody decodes it here."""
    path = tmp_path_factory.mktemp("film") / "Jane Doe.mp4"
    path.write_bytes(b"film" * 1000)
    return path


def made(server: Served, film: Path, **fields: Any) -> str:
    return str(server.upload(film, **fields).json()["id"])


def known(server: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.http.get("/v1/analyses").json()["analyses"]
    return found


def test_without_script_a_form_makes_the_same_analysis_as_the_api(plain: Page, waiting: Served, film: Path) -> None:
    plain.goto(waiting.url + "/")
    plain.get_by_role("link", name="Check a recording").last.click()
    plain.get_by_role("link", name="Clamshell").click()
    plain.get_by_label("Your recording").set_input_files(film)
    plain.get_by_label("Side that works").select_option("left")
    plain.get_by_label("The film is a mirror image").check()
    plain.get_by_label("Blur faces").check()
    plain.get_by_role("button", name="Upload and score").click()
    expect(plain.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    newest = known(waiting)[0]
    assert plain.url == f"{waiting.url}/analyses/{newest['id']}"
    clip = newest["clips"][0]
    assert (clip["exercise"], clip["side"], clip["mirrored"]) == ("clamshell", "left", True)
    assert 'http-equiv="refresh"' in waiting.http.get(f"/analyses/{newest['id']}").text
    assert "Jane" not in plain.content()


def test_two_films_of_a_run_become_one_analysis(plain: Page, waiting: Served, film: Path) -> None:
    plain.goto(waiting.url + "/upload")
    plain.get_by_role("link", name="from behind and from the side").click()
    plain.get_by_label("from behind", exact=False).first.set_input_files(film)
    plain.locator("#second_file").set_input_files(film)
    plain.get_by_role("button", name="Upload and score").click()
    expect(plain.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    assert [clip["exercise"] for clip in known(waiting)[0]["clips"]] == ["running_rear", "running_side"]


def test_every_exercise_shows_where_its_camera_stands(waiting: Served) -> None:
    exercises = [one["id"] for one in waiting.http.get("/v1/exercises").json()]
    drawings = waiting.http.get("/upload").text.count('<svg class="drawing"')
    assert drawings == len(exercises) + 1, "and both views of a run"
    for exercise in exercises:
        form = waiting.http.get(f"/upload/form?exercise={exercise}").text
        assert form.count('<svg class="drawing"') == 1, exercise


def test_what_was_filmed_need_not_be_named(plain: Page, waiting: Served, film: Path) -> None:
    plain.goto(waiting.url + "/upload")
    plain.get_by_role("link", name="recognised from the movement").click()
    plain.get_by_label("Your recording").set_input_files(film)
    plain.get_by_label("Side that works").select_option("right")
    plain.get_by_role("button", name="Upload and score").click()
    expect(plain.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    newest = known(waiting)[0]
    assert [(clip["exercise"], clip["side"]) for clip in newest["clips"]] == [("auto", "right")]
    with waiting.app.state.services.database.writing() as session:
        job = session.get(Job, newest["id"])
        job.state, job.kind, job.reason = "failed", "UnrecognisedError", "the movement is none of the exercises"
    plain.reload()
    plain.get_by_role("link", name="Upload another film").click()
    expect(plain.get_by_role("heading", name="recognised from the movement")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [(b"", 422, "The file is empty"), (b"x" * 1_100_000, 413, "The file is larger than 1 MB")],
)
def test_what_is_wrong_with_a_file_is_said_beside_it(
    waiting: Served, tmp_path: Path, content: bytes, status: int, words: str
) -> None:
    before = len(known(waiting))
    answer = waiting.http.post(
        "/analyses?exercise=clamshell", data={"exercise": "clamshell"}, files={"file": ("a.mp4", content)}
    )
    assert answer.status_code == status
    beside = answer.text.partition('id="file-error"')[2].partition("</p>")[0]
    assert words in beside
    assert "hidden" not in beside
    assert 'aria-invalid="true"' in answer.text
    assert len(known(waiting)) == before


def test_a_field_that_no_form_sends_is_told_too(waiting: Served) -> None:
    answer = waiting.http.post(
        "/analyses?exercise=clamshell",
        data={"exercise": "clamshell", "side": "<script>"},
        files={"file": ("a.mp4", b"film")},
    )
    assert answer.status_code == 422
    assert "Input should be" in answer.text.partition('id="side-error"')[2].partition("</p>")[0]
    assert "<script>" not in answer.text


def test_a_dropped_film_is_sent_with_script(scripted: Page, waiting: Served, film: Path) -> None:
    scripted.goto(waiting.url + CLAMSHELL)
    drop(scripted, 4000)
    expect(scripted.locator(".drop output")).to_contain_text("dropped.mp4, 4 kB")
    scripted.get_by_label("Keep the film").check()
    scripted.get_by_role("button", name="Upload and score").click()
    scripted.wait_for_url("**/analyses/*")
    expect(scripted.get_by_role("progressbar")).to_be_visible()
    assert known(waiting)[0]["clips"][0]["size_bytes"] == 4000


def test_with_script_too_large_a_film_is_told_before_it_is_sent(scripted: Page, waiting: Served) -> None:
    before = len(known(waiting))
    scripted.goto(waiting.url + CLAMSHELL)
    drop(scripted, 1_100_000)
    expect(scripted.locator("#file-error")).to_contain_text("at most 1.0 MB are taken")
    scripted.get_by_role("button", name="Upload and score").click()
    expect(scripted.locator("#file")).to_be_focused()
    assert len(known(waiting)) == before


def test_with_script_the_server_s_refusal_stands_beside_its_field(scripted: Page, waiting: Served, film: Path) -> None:
    scripted.goto(waiting.url + CLAMSHELL)
    scripted.get_by_label("Your recording").set_input_files(film)
    scripted.evaluate("document.querySelector('option[value=left]').value = 'sideways'")
    scripted.get_by_label("Side that works").select_option("sideways")
    scripted.get_by_role("button", name="Upload and score").click()
    expect(scripted.locator("#side-error")).to_contain_text("Input should be")
    expect(scripted.get_by_role("button", name="Upload and score")).to_be_enabled()


def test_an_upload_that_is_cut_off_is_told_and_can_be_sent_again(scripted: Page, waiting: Served, film: Path) -> None:
    scripted.goto(waiting.url + CLAMSHELL)
    scripted.get_by_label("Your recording").set_input_files(film)
    scripted.route("**/v1/analyses", lambda route: route.abort())
    scripted.get_by_role("button", name="Upload and score").click()
    expect(scripted.locator("#form-error")).to_contain_text("The connection was lost")
    scripted.unroute("**/v1/analyses")
    scripted.get_by_role("button", name="Upload and score").click()
    scripted.wait_for_url("**/analyses/*")


def test_cancelling_asks_first_and_deletes_everything(plain: Page, waiting: Served, film: Path) -> None:
    analysis_id = made(waiting, film)
    plain.goto(f"{waiting.url}/analyses/{analysis_id}")
    plain.get_by_role("link", name="Cancel").click()
    plain.get_by_role("link", name="Let it go on").click()
    assert waiting.http.get(f"/v1/analyses/{analysis_id}").status_code == 200
    plain.get_by_role("link", name="Cancel").click()
    plain.get_by_role("button", name="Cancel and delete").click()
    expect(plain.get_by_role("status")).to_contain_text("deleted")
    assert waiting.http.get(f"/v1/analyses/{analysis_id}").status_code == 404


def test_a_page_that_waits_notices_the_deletion(scripted: Page, waiting: Served, film: Path) -> None:
    analysis_id = made(waiting, film)
    with scripted.expect_response("**/events"):
        scripted.goto(f"{waiting.url}/analyses/{analysis_id}")
    waiting.http.delete(f"/v1/analyses/{analysis_id}")
    scripted.wait_for_url("**/analyses")


def test_a_page_that_begins_to_wait_too_late_notices_the_deletion(scripted: Page, waiting: Served, film: Path) -> None:
    analysis_id = made(waiting, film)

    def deleted_first(route: Route) -> None:
        waiting.http.delete(f"/v1/analyses/{analysis_id}")
        route.continue_()

    scripted.route("**/events", deleted_first)
    scripted.goto(f"{waiting.url}/analyses/{analysis_id}")
    scripted.wait_for_url("**/analyses")


def test_the_list_has_the_newest_first_and_older_ones_on_further_pages(idle_server: Served, film: Path) -> None:
    ids = [made(idle_server, film) for _ in range(21)]
    first = idle_server.http.get("/analyses").text
    assert [first.index(each) for each in reversed(ids[1:])] == sorted(first.index(each) for each in ids[1:])
    assert ids[0] not in first
    older = first.partition('<p class="pages">')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = idle_server.http.get(older).text
    assert ids[0] in second
    assert ids[1] not in second
    assert ids[0] not in idle_server.http.get("/analyses?state=done").text


def test_what_was_given_up_says_why_and_can_be_tried_again(plain: Page, waiting: Served, film: Path) -> None:
    analysis_id = made(waiting, film)
    services = waiting.app.state.services
    with services.database.writing() as session:
        job = session.get(Job, analysis_id)
        job.state, job.attempts, job.kind, job.reason = "dead", 3, "WorkerLostError", "the worker <died> three times"
    plain.goto(f"{waiting.url}/analyses/{analysis_id}")
    expect(plain.get_by_role("heading", name="given up after 3 tries")).to_be_visible()
    expect(plain.get_by_text("The worker <died> three times.")).to_be_visible()
    plain.get_by_role("button", name="Try again").click()
    expect(plain.get_by_role("heading", name="Waiting for its turn")).to_be_visible()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_another_site_s_page_cannot_delete(waiting: Served, film: Path, headers: dict[str, str]) -> None:
    analysis_id = made(waiting, film)
    assert waiting.http.post(f"/analyses/{analysis_id}/delete", headers=headers).status_code == 403
    assert waiting.http.get(f"/v1/analyses/{analysis_id}").status_code == 200


@pytest.mark.parametrize("path", ["/analyses/nonsense", "/analyses/00000000-0000-4000-8000-000000000000"])
def test_what_is_not_there_is_a_page_too(waiting: Served, path: str) -> None:
    answer = waiting.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "To the list" in answer.text


def test_a_lost_database_is_a_page_that_says_so(waiting: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def lost(*_: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(waiting.app.state.services.analyses, "page", lost)
    answer = waiting.http.get("/analyses")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "The database does not answer" in answer.text


def drop(page: Page, size_bytes: int) -> None:
    """Drop a file of that size on the upload's field, as a person does."""
    page.evaluate(
        """(size) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(size).fill(7)], "dropped.mp4", {type: "video/mp4"}));
            const place = document.querySelector(".drop");
            for (const kind of ["dragenter", "dragover", "drop"]) {
                place.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
            }
        }""",
        size_bytes,
    )


def links_of(client: httpx2.Client, path: str) -> set[str]:
    """Addresses on this server that a page leads to."""
    found = re.findall(r'(?:href|src|action)="(/[^"]*)"', client.get(path).text)
    return {each.replace("&amp;", "&").partition("#")[0] for each in found}


def test_no_link_is_dead(waiting: Served, film: Path) -> None:
    made(waiting, film)
    seen: set[str] = set()
    ahead = {"/"}
    while ahead:
        path = ahead.pop()
        seen.add(path)
        if path.startswith("/analyses?exercise") or path.endswith(("/delete", "/retry")):
            continue  # the addresses of forms
        answer = waiting.http.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            ahead |= links_of(waiting.http, path) - seen
    known = {"/upload", "/analyses", "/live", "/privacy", "/openapi.json", "/upload/form?exercise=running_rear&views=2"}
    assert known <= seen
