"""Style, scripts and icon; the style begins with the report's own, so that both look alike."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["FILES", "MEDIA_TYPES", "address", "content", "version"]

MEDIA_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

FILES: Final = {
    "report.css": ("formcheck.report", "templates"),
    "pages.css": ("api.pages", "static"),
    "upload.js": ("api.pages", "static"),
    "follow.js": ("api.pages", "static"),
    "result.js": ("api.pages", "static"),
    "times.js": ("api.pages", "static"),
    "live.css": ("api.pages", "static"),
    "live.js": ("api.pages", "static"),
    "live-camera.js": ("api.pages", "static"),
    "live-link.js": ("api.pages", "static"),
    "live-pose.js": ("api.pages", "static"),
    "live-screen.js": ("api.pages", "static"),
    "live-sound.js": ("api.pages", "static"),
    "live-summary.js": ("api.pages", "static"),
    "live-worker.js": ("api.pages", "static"),
    "icon.svg": ("api.pages", "static"),
}


def address(name: str) -> str:
    """Where a page gets a file from."""
    return f"/static/{name}?v={version(name)}"


@cache
def content(name: str) -> bytes:
    """A file's bytes."""
    package, folder = FILES[name]
    return files(package).joinpath(folder, name).read_bytes()


@cache
def version(name: str) -> str:
    """Short hash of a file's bytes."""
    return hashlib.sha256(content(name)).hexdigest()[:12]
