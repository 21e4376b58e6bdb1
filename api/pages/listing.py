"""The list of analyses, newest first."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api.analyses import CURSOR_PATTERN
from api.database.tables import JobState
from api.dependencies import Parts, Reader
from api.pages.frame import render, router
from api.records import summary_of

__all__: list[str] = []

ON_A_PAGE: Final = 20

STATES: Final = {
    "queued": "Waiting",
    "running": "Being scored",
    "done": "Done",
    "failed": "Not scored",
    "dead": "Given up",
}


@router.get("/analyses")
def listing(
    request: Request,
    services: Parts,
    caller: Reader,
    state: JobState | None = None,
    cursor: Annotated[str | None, Query(pattern=CURSOR_PATTERN)] = None,
    deleted: bool = False,
) -> Response:
    """One page of the list; ``deleted`` says that something was deleted just now."""
    page = services.analyses.page(caller.owner, state, cursor, ON_A_PAGE)
    asked = {"state": state, "cursor": page.next_cursor}
    older = "/analyses?" + urlencode({name: value for name, value in asked.items() if value})
    return render(
        request,
        "listing.html.j2",
        caller=caller,
        title="Analyses",
        analyses=[summary_of(one, services.settings) for one in page.analyses],
        states=STATES,
        state=state,
        first=cursor is None,
        older=older if page.next_cursor else None,
        deleted=deleted,
    )
