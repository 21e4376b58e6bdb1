"""What an analysis left in the store: result, report, annotated video, landmarks, exports."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.analyses import landmarks_key
from api.database.tables import Analysis
from api.dependencies import Parts, Reader
from api.errors import MissingFileError
from api.exports import MEDIA_TYPES, ExportKind, exported
from api.problems import ProblemError, documented
from api.services import Services
from api.stored_response import cached_response, stored_response
from formcheck.results import SetReport

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["results"])

ClipNumber = Annotated[int, Query(alias="clip", ge=1, le=2, description="Which recording, where there are two.")]

REPORT_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"

_PROBLEMS: Final = documented(401, 403, 404, 409, 422, 429, 503)


def _file(media_type: str, *, ranges: bool = False) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that sends a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": "The file.", "content": content},
        304: {"description": "As the client has it."},
    }
    if ranges:
        answers[206] = {"description": "The part that was asked for.", "content": content}
    return {**answers, **_PROBLEMS, **(documented(416) if ranges else {})}


@router.get(
    "/analyses/{analysis_id}/result",
    response_model=SetReport,
    responses={304: {"description": "As the client has it."}, **_PROBLEMS},
    operation_id="get_result",
)
def result(analysis_id: UUID, request: Request, services: Parts, caller: Reader, clip: ClipNumber = 1) -> Response:
    """The result alone, byte for byte as `formcheck check --json` writes it."""
    outputs = _outputs(_done(services, analysis_id, caller.owner), clip)
    return stored_response(request, services.store, f"{outputs}/result-{clip}.json", "application/json")


@router.get(
    "/analyses/{analysis_id}/report",
    response_class=Response,
    responses={**_file("text/html"), 200: {"description": "One HTML page.", "content": {"text/html": {}}}},
    operation_id="get_report",
)
def report(analysis_id: UUID, request: Request, services: Parts, caller: Reader) -> Response:
    """The report as one self-contained HTML page; of both views where there are two."""
    outputs = _outputs(_done(services, analysis_id, caller.owner), 1)
    page = stored_response(request, services.store, f"{outputs}/report.html", "text/html; charset=utf-8")
    page.headers["Content-Security-Policy"] = REPORT_POLICY
    return page


@router.get(
    "/analyses/{analysis_id}/overlay",
    response_class=Response,
    responses=_file("video/webm", ranges=True),
    operation_id="get_overlay",
)
def overlay(analysis_id: UUID, request: Request, services: Parts, caller: Reader, clip: ClipNumber = 1) -> Response:
    """The annotated video; byte ranges are served."""
    key = f"{_outputs(_done(services, analysis_id, caller.owner), clip)}/overlay-{clip}.webm"
    try:
        return stored_response(request, services.store, key, "video/webm")
    except MissingFileError as error:
        detail = "no annotated video was made: it was not asked for, or landmarks were scored without their video"
        raise ProblemError(404, "no-overlay", detail) from error


@router.get(
    "/analyses/{analysis_id}/video",
    response_class=Response,
    responses=_file("application/octet-stream", ranges=True),
    operation_id="get_video",
)
def video(analysis_id: UUID, request: Request, services: Parts, caller: Reader, clip: ClipNumber = 1) -> Response:
    """The recording as it was received, where it was asked to be kept; before it is scored, always."""
    analysis = services.analyses.get(str(analysis_id), caller.owner)
    key = next((each.source_key for each in analysis.clips if each.number == clip), None)
    if key is None:
        raise ProblemError(404, "no-video", "there is no recording: it was deleted once it was scored")
    return stored_response(request, services.store, key, "application/octet-stream", f"video-{clip}")


@router.get(
    "/analyses/{analysis_id}/landmarks",
    response_class=Response,
    responses=_file("application/octet-stream", ranges=True),
    operation_id="get_landmarks",
)
def landmarks(analysis_id: UUID, request: Request, services: Parts, caller: Reader, clip: ClipNumber = 1) -> Response:
    """The landmark track (.npz), which `formcheck check` scores again."""
    key = landmarks_key(_outputs(_done(services, analysis_id, caller.owner), clip), clip)
    return stored_response(request, services.store, key, "application/octet-stream", f"landmarks-{clip}.npz")


@router.get(
    "/analyses/{analysis_id}/export.{kind}",
    response_class=Response,
    responses={
        **_PROBLEMS,
        **documented(501),
        200: {
            "description": "The file.",
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}} for media in sorted(set(MEDIA_TYPES.values()))
            },
        },
        304: {"description": "As the client has it."},
    },
    operation_id="get_export",
)
def export(
    analysis_id: UUID,
    kind: ExportKind,
    request: Request,
    services: Parts,
    caller: Reader,
    clip: ClipNumber = 1,
) -> Response:
    """Tables (csv, parquet) and marker or angle files for biomechanics software (trc, mot, c3d)."""
    outputs = _outputs(_done(services, analysis_id, caller.owner), clip)
    key = f"{outputs}/export-{clip}.{kind}"
    content = exported(services.store, outputs, clip, kind)
    return cached_response(request, key, content, MEDIA_TYPES[kind], f"formcheck-{clip}.{kind}")


def _done(services: Services, analysis_id: UUID, owner: str | None) -> Analysis:
    """The analysis, when it has results."""
    analysis = services.analyses.get(str(analysis_id), owner)
    state = analysis.job.state
    if state in ("queued", "running"):
        raise ProblemError(409, "not-ready", f"the analysis is still {state}; come again", {"Retry-After": "2"})
    if state != "done":
        raise ProblemError(404, "no-result", f"there is no result: {analysis.job.reason}")
    return analysis


def _outputs(analysis: Analysis, clip: int) -> str:
    if clip > len(analysis.clips) or analysis.job.outputs is None:
        raise ProblemError(404, "no-such-clip", f"this analysis has no clip {clip}")
    return analysis.job.outputs
