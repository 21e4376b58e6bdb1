"""One analysis: how far it is, its result, why it has none; scoring it again, and deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import Request, Response

from api.access.caller import Caller
from api.dependencies import Deleter, Parts, Reader, Writer
from api.errors import MissingFileError
from api.options import RescoreOptions
from api.pages.frame import render, router, see_other, title_of
from api.pages.moments import Moment, moments_of
from api.pages.rescoring import LimitField, entered, limit_fields, with_limits
from api.problems import ProblemError
from api.records import AnalysisRecord, ClipRecord
from api.routes.analyses import read_analysis
from api.services import Services
from formcheck.errors import UsageError
from formcheck.export.formats import FORMATS, Format, require
from formcheck.results import SetReport

__all__: list[str] = []

EMBEDDED: Final = b"""<style>
body { background: #fff } main { max-width: none; margin: 0; padding: .25rem 0; border: 0 }
main > .top, main > .verdict, main > .facts, main > footer { display: none }
main > .facts + section { margin-top: .5rem }
main > nav > h1, main > nav > ul, main > nav + hr { display: none }
main > div > .verdict, main > div > .facts, main > div > footer { display: none }
</style></head>"""
"""The report within the page, of one view or of both: what the page says already is left out, and it stands on the
page's own paper."""

FRAME_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin"
)


@dataclass(frozen=True, slots=True)
class View:
    """One recording of a finished analysis, as its page shows it."""

    clip: ClipRecord
    report: SetReport
    moments: tuple[Moment, ...]
    has_overlay: bool
    limits: list[LimitField]


@router.get("/analyses/{analysis_id}")
def analysis(analysis_id: UUID, request: Request, services: Parts, caller: Reader) -> Response:
    """Its state, and its result once it is done."""
    record = read_analysis(analysis_id, services, caller)
    if record.result is None:
        return render(request, "waiting.html.j2", caller=caller, title=title_of(record), one=record)
    return _result(request, services, caller, record)


@router.get("/analyses/{analysis_id}/report")
def embedded_report(analysis_id: UUID, services: Parts, caller: Reader) -> Response:
    """The report to stand within the page; nothing in it can run."""
    found = services.analyses.get(str(analysis_id), caller.owner)
    if found.job.state != "done":
        raise ProblemError(404, "no-result", "there is no report of this analysis yet")
    with services.store.reading(f"{found.job.outputs}/report.html") as file:
        content = file.read().replace(b"</head>", EMBEDDED, 1)
    headers = {"Content-Security-Policy": FRAME_POLICY}
    return Response(content, 200, headers, "text/html; charset=utf-8")


@router.get("/analyses/{analysis_id}/rescore")
def after_rescore(analysis_id: UUID) -> Response:
    """Whoever loads the address anew at which limits were refused."""
    return see_other(f"/analyses/{analysis_id}")


@router.post("/analyses/{analysis_id}/rescore")
async def rescore(analysis_id: UUID, request: Request, services: Parts, caller: Writer) -> Response:
    """Score it again with the limits of the form; on to the new analysis."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_sync(_rescored, analysis_id, request, services, caller, texts)


def _rescored(
    analysis_id: UUID, request: Request, services: Services, caller: Caller, texts: Mapping[str, str]
) -> Response:
    first = services.analyses.get(str(analysis_id), caller.owner)
    wanted = entered(with_limits((clip.exercise for clip in first.clips), texts), texts)
    if wanted.errors:
        record = read_analysis(analysis_id, services, caller)
        return _result(request, services, caller, record, texts, wanted.errors)
    options = RescoreOptions.model_validate({"limits": wanted.limits})
    again = services.analyses.rescore(first.id, caller.owner, caller.id, options, None)
    return see_other(f"/analyses/{again.id}")


@router.post("/analyses/{analysis_id}/retry")
def retry(analysis_id: UUID, services: Parts, caller: Writer) -> Response:
    """Try again what was given up."""
    services.analyses.retry(str(analysis_id), caller.owner)
    return see_other(f"/analyses/{analysis_id}")


@router.get("/analyses/{analysis_id}/delete")
def confirm(analysis_id: UUID, request: Request, services: Parts, caller: Deleter) -> Response:
    """Ask before everything of it is deleted."""
    record = read_analysis(analysis_id, services, caller)
    return render(request, "delete.html.j2", caller=caller, title=title_of(record), one=record)


@router.post("/analyses/{analysis_id}/delete")
def delete(analysis_id: UUID, services: Parts, caller: Deleter) -> Response:
    """Delete it, and go to the list."""
    services.analyses.delete(str(analysis_id), caller.owner)
    return see_other("/analyses?deleted=true")


def _result(
    request: Request,
    services: Services,
    caller: Caller,
    record: AnalysisRecord,
    texts: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    outputs = services.analyses.get(record.id, caller.owner).job.outputs
    reports = (record.result, record.second_result)
    views = [
        View(
            clip=clip,
            report=report,
            moments=moments_of(report),
            has_overlay=_is_stored(services, f"{outputs}/overlay-{clip.number}.webm"),
            limits=limit_fields(report.exercise, report.provenance.params, texts or {}, errors or {}),
        )
        for clip, report in zip(record.clips, reports, strict=False)
        if report is not None
    ]
    return render(
        request,
        "result.html.j2",
        caller=caller,
        status=422 if errors else 200,
        title=views[0].report.title if len(views) == 1 else title_of(record),
        one=record,
        views=views,
        formats=_formats(),
        limits_refused=bool(errors),
        first_refused=next(iter(errors or {}), None),
    )


def _is_stored(services: Services, key: str) -> bool:
    try:
        services.store.size_bytes(key)
    except MissingFileError:
        return False
    return True


def _formats() -> list[Format]:
    """The exports that can be made here."""
    return [each for each in FORMATS.values() if _is_installed(each.name)]


def _is_installed(name: str) -> bool:
    try:
        require([name])
    except UsageError:
        return False
    return True
