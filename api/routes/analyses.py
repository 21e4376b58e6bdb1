"""The list, one analysis, its deletion, and scoring it again."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.analyses import CURSOR_PATTERN
from api.database.tables import Analysis
from api.dependencies import Deleter, Parts, Reader, Writer
from api.options import RescoreOptions
from api.problems import documented
from api.records import AnalysisPage, AnalysisRecord, AnalysisSummary, summary_of
from api.routes.uploads import LOCATION, IdempotencyKey, accepted
from api.services import Services
from formcheck.results import SetReport

__all__ = ["list_analyses", "read_analysis", "router"]

router = APIRouter(prefix="/v1", tags=["analyses"])



@router.get("/analyses", responses=documented(401, 403, 422, 429, 503), operation_id="list_analyses")
def list_analyses(
    services: Parts,
    caller: Reader,
    state: Annotated[
        Literal["queued", "running", "done", "failed", "dead"] | None, Query(description="Only those in this state.")
    ] = None,
    cursor: Annotated[str | None, Query(pattern=CURSOR_PATTERN, description="From `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Analyses on a page.")] = 50,
) -> AnalysisPage:
    """Analyses, newest first."""
    page = services.analyses.page(caller.owner, state, cursor, limit)
    further = None
    if page.next_cursor is not None:
        asked = {"state": state, "limit": limit, "cursor": page.next_cursor}
        further = "/v1/analyses?" + urlencode({name: value for name, value in asked.items() if value is not None})
    return AnalysisPage(analyses=[summary_of(one, services.settings) for one in page.analyses], next=further)


@router.get("/analyses/{analysis_id}", responses=documented(401, 403, 404, 422, 429, 503), operation_id="get_analysis")
def read_analysis(analysis_id: UUID, services: Parts, caller: Reader) -> AnalysisRecord:
    """State and progress; the results once it is done."""
    analysis = services.analyses.get(str(analysis_id), caller.owner)
    results = _results(analysis, services)
    summary = summary_of(analysis, services.settings)
    return AnalysisRecord(**dict(summary), result=results.get(1), second_result=results.get(2))


def _results(analysis: Analysis, services: Services) -> dict[int, SetReport]:
    if analysis.job.state != "done" or analysis.job.outputs is None:
        return {}
    reports = {}
    for clip in analysis.clips:
        with services.store.reading(f"{analysis.job.outputs}/result-{clip.number}.json") as file:
            reports[clip.number] = SetReport.model_validate_json(file.read())
    return reports


@router.delete(
    "/analyses/{analysis_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 429, 503),
    operation_id="delete_analysis",
)
def delete(analysis_id: UUID, services: Parts, caller: Deleter) -> None:
    """Delete everything of it at once: recording, landmarks, results, pictures. What is under way is cancelled."""
    services.analyses.delete(str(analysis_id), caller.owner)


@router.post(
    "/analyses/{analysis_id}/rescore",
    status_code=202,
    response_description="Queued as an analysis of its own; Location leads to it.",
    responses={202: {"headers": LOCATION}, **documented(400, 401, 403, 404, 409, 413, 422, 429, 503)},
    operation_id="rescore_analysis",
)
def rescore(
    analysis_id: UUID,
    options: RescoreOptions,
    response: Response,
    services: Parts,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> AnalysisSummary:
    """Score the stored landmarks again with other limits; no video is needed. The first analysis stays as it is."""
    again = services.analyses.rescore(str(analysis_id), caller.owner, caller.id, options, idempotency_key)
    return accepted(again, response, services)


@router.post(
    "/analyses/{analysis_id}/retry",
    status_code=202,
    response_description="Queued again; Location leads to it.",
    responses={202: {"headers": LOCATION}, **documented(401, 403, 404, 409, 422, 429, 503)},
    operation_id="retry_analysis",
)
def retry(analysis_id: UUID, response: Response, services: Parts, caller: Writer) -> AnalysisSummary:
    """Try an analysis again that was given up (`dead`)."""
    return accepted(services.analyses.retry(str(analysis_id), caller.owner), response, services)
