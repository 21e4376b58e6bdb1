"""A stored file as a response: ETag, If-None-Match, and byte ranges so that a player can seek."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.problems import ProblemError
from api.storage.store import Store

__all__ = ["cached_response", "not_modified", "stored_response"]

CHUNK_BYTES: Final = 1 << 18

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def stored_response(request: Request, store: Store, key: str, media_type: str, download: str | None = None) -> Response:
    """The file under ``key``, or the part of it that is asked for.

    Files never change under their key, so that the key's own words are the ETag. Blocks.

    Raises:
        ProblemError: 416 for a range beyond the end.
        StorageError: the file cannot be read.
    """
    headers = {**_headers(key), "Accept-Ranges": "bytes"}
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{download}"'
    size = store.size_bytes(key)
    asked = _asked(request, headers["ETag"], size)
    start, stop = asked or (0, size)
    if asked:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    with ExitStack() as stack:
        file = stack.enter_context(store.reading(key))  # here, where a missing file is still a plain error
        body = _part(stack.pop_all(), file, start, stop)
    return StreamingResponse(body, 206 if asked else 200, headers, media_type)


def cached_response(
    request: Request, key: str, content: bytes, media_type: str, download: str | None = None
) -> Response:
    """Content made from the file under ``key``, with the same caching."""
    headers = _headers(key)
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{download}"'
    return Response(content, 200, headers, media_type)


def not_modified(request: Request, etag: str) -> bool:
    """Whether the client has this very version."""
    known = request.headers.get("if-none-match", "")
    return known == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]


def _headers(key: str) -> dict[str, str]:
    """Kept by the browser alone, and asked about each time: after a deletion nothing is shown any more."""
    etag = '"' + "-".join(key.split("/")[1:]) + '"'
    return {"ETag": etag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}


def _asked(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the one range asked for; None for the whole file."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or match.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if first == "":
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    if start >= stop:
        if first and last and int(last) < int(first):
            return None
        raise ProblemError(
            416, "range-not-satisfiable", f"the file has {size} bytes only", {"Content-Range": f"bytes */{size}"}
        )
    return start, stop


def _part(stack: ExitStack, file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    with stack:
        file.seek(start)
        left = stop - start
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
