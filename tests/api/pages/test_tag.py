"""The tag to print, from the server."""

from __future__ import annotations

import pytest

from formcheck.tag.design import DEFAULT
from formcheck.tag.sheet import Page, pages
from tests.api.conftest import Served


@pytest.mark.parametrize("page", ["A4", "Letter"])
def test_the_sheet_is_the_one_that_the_command_prints(server: Served, page: Page) -> None:
    answer = server.http.get(f"/tag.pdf?page={page}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == pages(DEFAULT, page, "pdf")[0]


def test_a_browser_that_has_it_is_not_sent_it_again(server: Served) -> None:
    known = server.http.get("/tag.pdf").headers["etag"]

    assert server.http.get("/tag.pdf", headers={"If-None-Match": known}).status_code == 304


def test_other_paper_is_refused(server: Served) -> None:
    assert server.http.get("/tag.pdf?page=A3").status_code == 404
