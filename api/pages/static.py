"""Style, scripts and icon; the style begins with the report's own, so that both look alike."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request, Response

from api.problems import ProblemError
from api.stored_response import not_modified

__all__ = ["address", "router"]

MEDIA_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

FILES: Final = {
    "report.css": ("formcheck.report", "templates"),
    "pages.css": ("api.pages", "static"),
    "upload.js": ("api.pages", "static"),
    "follow.js": ("api.pages", "static"),
    "result.js": ("api.pages", "static"),
    "times.js": ("api.pages", "static"),
    "icon.svg": ("api.pages", "static"),
}

router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
def static_file(name: str, request: Request) -> Response:
    """A file of the pages; an address with its version stays as it is for good."""
    if name not in FILES:
        raise ProblemError(404, "not-found", "there is no such file")
    headers = {"ETag": f'"{_version(name)}"', "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if request.query_params.get("v") == _version(name):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(_content(name), 200, headers, MEDIA_TYPES[name.rpartition(".")[2]])


def address(name: str) -> str:
    """Where a page gets a file from."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _content(name: str) -> bytes:
    package, folder = FILES[name]
    return files(package).joinpath(folder, name).read_bytes()


@cache
def _version(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]
