"""The waistband tag to print, for everybody who reads that it would have helped."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Final, Literal

from fastapi import Request, Response

from api.pages.frame import router
from api.stored_response import not_modified

__all__: list[str] = []

_DRAWING: Final = Lock()
"""Matplotlib's settings belong to the whole process."""


@router.get("/tag.pdf")
def tag_sheet(request: Request, page: Literal["A4", "Letter"] = "A4") -> Response:
    """The two cards at true scale."""
    sheet, version = _sheet(page)
    headers = {
        "ETag": f'"{version}"',
        "Cache-Control": "no-cache",
        "Content-Disposition": 'inline; filename="tag.pdf"',
    }
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(sheet, 200, headers, "application/pdf")


def _sheet(page: Literal["A4", "Letter"]) -> tuple[bytes, str]:
    with _DRAWING:
        return _drawn(page)


@cache
def _drawn(page: Literal["A4", "Letter"]) -> tuple[bytes, str]:
    """The page and a name for its content."""
    from formcheck.tag.design import DEFAULT
    from formcheck.tag.sheet import pages

    (content,) = pages(DEFAULT, page, "pdf")
    return content, sha256(content).hexdigest()[:16]
