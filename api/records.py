"""What the API answers, as records; their JSON schemas are the OpenAPI document's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.database.tables import Analysis, Clip, JobState
from api.settings import Settings
from formcheck.results import SetReport

__all__ = ["AnalysisPage", "AnalysisRecord", "AnalysisSummary", "ExerciseRecord", "ProgressEvent", "summary_of"]

EXAMPLE_ID: Final = "0b9c6f5e-5d0a-4f0e-9d4f-2f1f6a1c7e11"


class Record(BaseModel):
    model_config = ConfigDict(frozen=True)


_ADDRESS: Final = f"/v1/analyses/{EXAMPLE_ID}"

EXAMPLE: Final[JsonDict] = {
    "id": EXAMPLE_ID,
    "state": "running",
    "progress": 0.42,
    "stage": "scoring",
    "attempts": 1,
    "priority": 0,
    "created_at": "2026-03-01T12:00:00Z",
    "finished_at": None,
    "expires_at": None,
    "clips": [
        {
            "number": 1,
            "exercise": "running_rear",
            "side": "auto",
            "mirrored": False,
            "region": None,
            "sha256": "69c52084935e854d92fc9b954ce7f3eaf19aaded495920dab07161b1186cd6da",
            "size_bytes": 212493,
            "video_kept": True,
        }
    ],
    "limits": {},
    "rescored_from": None,
    "failure": None,
    "links": {
        "self": _ADDRESS,
        **{name: f"{_ADDRESS}/{name}" for name in ("events", "result", "report", "overlay", "landmarks", "rescore")},
    },
}


class ClipRecord(Record):
    """One recording. ``sha256`` is of the file as it was received; ``video_kept`` tells whether it is still stored."""

    number: Literal[1, 2]
    exercise: str
    side: Literal["left", "right", "auto"]
    mirrored: bool
    region: str | None
    sha256: str
    size_bytes: int
    video_kept: bool


class FailureRecord(Record):
    """Why there is no result."""

    kind: str = Field(examples=["SourceError"], description="Stable name of the kind of failure.")
    detail: str = Field(examples=["no picture in it can be decoded; export it again"])


class Links(Record):
    """Where everything of an analysis is."""

    self: str
    events: str
    result: str
    report: str
    overlay: str
    landmarks: str
    rescore: str


class AnalysisSummary(Record):
    """An analysis without its results.

    ``state``: ``queued``, ``running``; then ``done``, or ``failed`` (the recording cannot be scored), or ``dead``
    (given up after several tries). ``progress`` runs from 0 to 1.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    state: JobState
    progress: Annotated[float, Field(ge=0, le=1)]
    stage: str = Field(description="What is being done: starting, scoring, storing; empty while nothing is.")
    attempts: int
    priority: int
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="When everything of it will be deleted.")
    clips: list[ClipRecord]
    limits: dict[str, dict[str, Any]]
    rescored_from: str | None
    failure: FailureRecord | None
    links: Links


class AnalysisRecord(AnalysisSummary):
    """An analysis with its results once it is done; ``second_result`` is of the second clip."""

    result: SetReport | None = None
    second_result: SetReport | None = None


class AnalysisPage(Record):
    """A part of the list, newest first; ``next`` is the address of the rest."""

    analyses: list[AnalysisSummary]
    next: str | None


class ProgressEvent(Record):
    """The data of each server-sent event."""

    state: JobState
    progress: float
    stage: str
    failure: FailureRecord | None = None


class LimitRecord(Record):
    """One adjustable number of an exercise."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    help: str
    source: str


class CheckRecord(Record):
    """One question an exercise is judged by."""

    id: str
    title: str
    fault: str
    cue: str
    source: str
    camera: str
    tag: str = Field(description="The card on the waistband that measures it: front or back; empty for none.")


class DoseRecord(Record):
    """The guide's prescription; null where it says nothing."""

    text: str
    reps_low: int | None
    reps_high: int | None
    sets: int | None
    hold_s: float | None
    lowering_low_s: float | None
    lowering_high_s: float | None
    per_side: bool


class ExerciseRecord(Record):
    """An exercise: movement, dose, camera, checks and limits with their sources."""

    id: str
    title: str
    version: str
    movement: str
    dose: DoseRecord
    camera: str
    counts: str
    checks: list[CheckRecord]
    limits: list[LimitRecord]


def failure_of(analysis: Analysis) -> FailureRecord | None:
    """Why an analysis has no result; None while it still may have one."""
    job = analysis.job
    if job.state not in ("failed", "dead") or job.kind is None:
        return None
    return FailureRecord(kind=job.kind, detail=job.reason or "")


def summary_of(analysis: Analysis, settings: Settings) -> AnalysisSummary:
    """The record of a row."""
    job = analysis.job
    kept_s = timedelta(days=settings.retention_days)
    return AnalysisSummary(
        id=analysis.id,
        state=job.state,
        progress=job.progress,
        stage=job.stage,
        attempts=job.attempts,
        priority=job.priority,
        created_at=analysis.created_at,
        finished_at=job.finished_at,
        expires_at=job.finished_at + kept_s if job.finished_at and settings.retention_days else None,
        clips=[_clip(clip) for clip in analysis.clips],
        limits=analysis.limits,
        rescored_from=analysis.rescored_from,
        failure=failure_of(analysis),
        links=_links(analysis.id),
    )


def _clip(clip: Clip) -> ClipRecord:
    return ClipRecord(
        number=clip.number,
        exercise=clip.exercise,
        side=clip.side,
        mirrored=clip.mirrored,
        region=clip.region,
        sha256=clip.sha256,
        size_bytes=clip.size_bytes,
        video_kept=clip.source_key is not None,
    )


def _links(analysis_id: str) -> Links:
    base = f"/v1/analyses/{analysis_id}"
    names = ("events", "result", "report", "overlay", "landmarks", "rescore")
    return Links(self=base, **{name: f"{base}/{name}" for name in names})
