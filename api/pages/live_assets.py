"""What a page needs to look for poses itself: MediaPipe's build for browsers, the pose model, and a worker around both.

The build compiles WebAssembly, which the worker's own policy allows, and nothing else on these pages does. All of it
is loaded from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import FileResponse

from api.pages.assets import content, version
from api.pages.frame import HEADERS, router
from api.problems import ProblemError
from api.stored_response import not_modified
from formcheck.errors import ModelError
from formcheck.pose.model_store import find_model
from formcheck.pose.web_runtime import WebFile, find_web_runtime

__all__ = ["OnDevice", "on_device"]

WORKER: Final = "live-worker.js"
POLICY: Final = HEADERS["Content-Security-Policy"].replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
MEDIA_TYPES: Final = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class OnDevice:
    """Whether pages can look for poses themselves, with which files; ``reason`` says why not."""

    version: str = ""
    files: tuple[WebFile, ...] = ()
    model_name: str = ""
    reason: str = ""

    @property
    def available(self) -> bool:
        return bool(self.files)

    def script_data(self) -> dict[str, Any]:
        """Addresses by role, and how results name the estimator."""
        bundle, loader, binary, model = (f"/live/assets/{file.sha256[:16]}/{file.name}" for file in self.files)
        return {
            "worker": f"/live/worker.js?v={version(WORKER)}",
            "bundle": bundle,
            "loader": loader,
            "binary": binary,
            "model": model,
            "estimatedBy": {
                "estimator": f"mediapipe tasks-vision {self.version} in the browser",
                "model_name": self.model_name,
                "model_sha256": self.files[-1].sha256,
            },
        }


def on_device() -> OnDevice:
    """What is there; read and checked again only once found."""
    try:
        return _found()
    except ModelError as error:
        return OnDevice(reason=str(error))


@cache
def _found() -> OnDevice:
    runtime, model = find_web_runtime(), find_model()
    model_file = WebFile(model.path.name, model.path, model.sha256)
    return OnDevice(runtime.version, (*runtime.files, model_file), model.name)


@router.get("/live/worker.js")
def worker(request: Request) -> Response:
    """The script that runs MediaPipe, with the one policy that lets WebAssembly be compiled."""
    headers = {"Content-Security-Policy": POLICY, "ETag": f'"{version(WORKER)}"', "Cache-Control": "no-cache"}
    if request.query_params.get("v") == version(WORKER):
        headers["Cache-Control"] = FOREVER
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content(WORKER), 200, headers, "text/javascript")


@router.get("/live/assets/{stamp}/{name}")
def asset(stamp: str, name: str) -> Response:
    """A file of MediaPipe's build, or the model; ``stamp`` is the beginning of its sha256, so it stays for good."""
    for file in on_device().files:
        if (file.name, file.sha256[:16]) == (name, stamp):
            media_type = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
            return FileResponse(file.path, headers={"Cache-Control": FOREVER}, media_type=media_type)
    raise ProblemError(404, "not-found", "there is no such file")
