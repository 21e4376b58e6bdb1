"""Serves the files of `api.pages.assets`."""

from __future__ import annotations

from fastapi import Request, Response

from api.pages.assets import FILES, MEDIA_TYPES, content, version
from api.pages.frame import router
from api.problems import ProblemError
from api.stored_response import not_modified

__all__: list[str] = []


@router.get("/static/{name}")
def static_file(name: str, request: Request) -> Response:
    """A file of the pages; an address with its version stays as it is for good."""
    if name not in FILES:
        raise ProblemError(404, "not-found", "there is no such file")
    headers = {"ETag": f'"{version(name)}"', "Cache-Control": "no-cache"}
    if request.query_params.get("v") == version(name):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content(name), 200, headers, MEDIA_TYPES[name.rpartition(".")[2]])
