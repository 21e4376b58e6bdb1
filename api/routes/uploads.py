"""``POST /v1/analyses``: takes one or two recordings. 202 means that they lie safely and will be scored."""

from __future__ import annotations

from typing import Annotated, Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.access.caller import Caller
from api.analyses import may_be_known, new_id, source_key
from api.database.tables import Analysis
from api.dependencies import Parts, Writer
from api.options import FILE_PARTS, RUN_VIEWS, ClipOptions, UploadOptions
from api.problems import ProblemError, documented, invalid_field
from api.records import AnalysisSummary, summary_of
from api.services import Services
from api.uploads import Form, StoredFile, receive_form

__all__ = ["IdempotencyKey", "accept_upload", "accepted", "router"]

router = APIRouter(prefix="/v1", tags=["analyses"])

SECOND: Final = "second_"
"""What the names of the second recording's fields begin with."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,255}$",
        description="A fresh one for each new request; sent again with the same request it gives the same analysis.",
    ),
]


def _form_schema() -> dict[str, Any]:
    """The multipart form, of one recording or of both views of a run: files, and the fields of `UploadOptions`."""
    schema = UploadOptions.model_json_schema(ref_template="#/components/schemas/{model}")
    fields = {name: _field(of_model) for name, of_model in schema["properties"].items()}
    of_both = {name: field for name, field in fields.items() if not name.startswith(SECOND)}
    video = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary", "minLength": 1}
    recording = {**video, "description": "The recording: MP4, MOV, WebM, MKV or AVI; or a stored landmark track."}
    one = {"file": recording, **of_both}
    view = {**fields["exercise"], "enum": list(RUN_VIEWS)}
    two = {
        **one,
        "second_file": {**video, "description": "The other view of the same run."},
        **fields,
        "exercise": view,
    }
    example = {"file": "(the bytes of run.mp4)", "exercise": "running_rear", "side": "auto"}
    return {
        "oneOf": [
            _object("One recording", one, ["file", "exercise"]),
            _object("Two views of a run", two, ["file", "second_file", "exercise"]),
        ],
        "example": example,
    }


def _field(of_model: dict[str, Any]) -> dict[str, Any]:
    """A model's field as a form's: what may be null is left out instead, for forms know no null."""
    kept = {name: value for name, value in of_model.items() if name not in ("title", "anyOf")}
    if "anyOf" not in of_model:
        return kept
    some = next(choice for choice in of_model["anyOf"] if choice != {"type": "null"})
    return {**some, "description": kept["description"]}


def _object(title: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    shape = {"type": "object", "additionalProperties": False}
    return {"title": title, **shape, "required": required, "properties": properties}


_FORM: Final = {"schema": _form_schema(), "encoding": {"limits": {"contentType": "application/json, text/plain"}}}

_BODY: Final = {"requestBody": {"required": True, "content": {"multipart/form-data": _FORM}}}

LOCATION: Final = {
    "Location": {"description": "Address of the analysis.", "schema": {"type": "string", "format": "uri-reference"}}
}


@router.post(
    "/analyses",
    status_code=202,
    response_model=AnalysisSummary,
    response_description="Stored and queued; Location leads to it.",
    responses={202: {"headers": LOCATION}, **documented(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=_BODY,
    operation_id="create_analysis",
)
async def create(
    request: Request,
    response: Response,
    services: Parts,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> AnalysisSummary:
    """Upload a recording to have it scored; a second one where a run was filmed from behind and from the side."""
    analysis = await accept_upload(request, services, caller, idempotency_key)
    return accepted(analysis, response, services)


def accepted(analysis: Analysis, response: Response, services: Services) -> AnalysisSummary:
    """The answer to whoever made an analysis."""
    response.headers["Location"] = f"/v1/analyses/{analysis.id}"
    return summary_of(analysis, services.settings)


async def accept_upload(request: Request, services: Services, caller: Caller, idempotency_key: str | None) -> Analysis:
    """Receive the form of ``request`` and queue its analysis.

    Raises what `receive_form` and `Analyses.create` raise, and RequestValidationError.
    """
    await run_sync(services.analyses.check_room)
    analysis_id = new_id()
    await _take_turn(services)
    try:
        form = await _received(request, services, analysis_id)
        return await _queued(form, services, analysis_id, caller, idempotency_key)
    finally:
        services.uploads.release()


async def _received(request: Request, services: Services, analysis_id: str) -> Form:
    """The form with its files; nothing stays of one that breaks off, for whatever reason."""
    keys = {part: source_key(analysis_id, number) for number, part in enumerate(FILE_PARTS, start=1)}
    whole = False
    try:
        form = await receive_form(request, services.store, keys, services.settings)
        whole = True
        return form
    finally:
        if not whole:
            await _discard(services, analysis_id)


async def _queued(
    form: Form, services: Services, analysis_id: str, caller: Caller, idempotency_key: str | None
) -> Analysis:
    try:
        options, clips = _understood(form)
        return await run_sync(services.analyses.create, analysis_id, caller.id, options, clips, idempotency_key)
    except BaseException as error:
        if not may_be_known(error):
            await _discard(services, analysis_id)
        raise


async def _discard(services: Services, analysis_id: str) -> None:
    with anyio.CancelScope(shield=True):
        await run_sync(services.analyses.discard, analysis_id)


async def _take_turn(services: Services) -> None:
    try:
        with anyio.fail_after(services.settings.upload_wait_s):
            await services.uploads.acquire()
    except TimeoutError as error:
        detail = "too many uploads are under way; try again in a minute"
        raise ProblemError(503, "too-many-uploads", detail, {"Retry-After": "60"}) from error


def _understood(form: Form) -> tuple[UploadOptions, list[tuple[ClipOptions, StoredFile]]]:
    alone = [name for name in form.fields if name.startswith(SECOND)]
    if alone and "second_file" not in form.files:
        raise invalid_field(alone[0], "this is of a second recording, and there is no second_file")
    files = [form.files[part] for part in FILE_PARTS if part in form.files]
    if "file" not in form.files:
        raise invalid_field("file", "Field required")
    if any(file.size_bytes == 0 for file in files):
        raise invalid_field("file", "the file is empty; record or copy it again")
    try:
        options = UploadOptions.model_validate(form.fields)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from error
    try:
        return options, list(zip(options.clips(len(files) == 2), files, strict=True))
    except ValueError as error:
        raise invalid_field("second_file", str(error)) from error
