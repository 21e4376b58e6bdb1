"""What a worker does for one job: each clip through the scorer, then everything that came out into the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.database.tables import Analysis, Clip
from api.errors import MissingFileError
from api.settings import Settings
from api.storage.store import Store
from formcheck.limits import limits_for, tag_in
from formcheck.pose.region import parse_region
from formcheck.report.outputs import Outputs
from formcheck.results import SetReport
from formcheck.video.bounds import Bounds
from formcheck.workers.task import Failure, Task
from formcheck.workers.worker import OnProgress, Worker

__all__ = ["Scored", "Watch", "score_clips", "store_outputs"]


@dataclass(slots=True)
class Watch:
    """What the scoring thread and the heartbeat tell each other.

    ``lost``: the job is somebody else's by now, or deleted. ``out_of_time``: the server stops and waited long enough.
    """

    progress: float = 0.0
    stage: str = "starting"
    lost: bool = False
    out_of_time: bool = False

    def cancelled(self) -> bool:
        """Whether nobody waits for this work any more."""
        return self.lost or self.out_of_time


@dataclass(frozen=True, slots=True)
class Scored:
    """Local files by the name they get in the store."""

    files: dict[str, Path]


def score_clips(
    analysis: Analysis, scorer: Worker, store: Store, folder: Path, settings: Settings, watch: Watch
) -> Scored | Failure:
    """Score every clip of ``analysis``, working in ``folder``. Raises StorageError."""
    files: dict[str, Path] = {}
    for clip in analysis.clips:
        task = _task(analysis, clip, store, folder, settings)
        watch.stage = "scoring"
        outcome = scorer.run(task, _progress_of(watch, clip.number - 1, len(analysis.clips)), watch.cancelled)
        task.source.unlink()
        if isinstance(outcome, Failure):
            return _told_which(outcome, clip, len(analysis.clips))
        files |= {path.name: path for path in outcome.written}
    return Scored(_with_report(files, len(analysis.clips)))


def store_outputs(scored: Scored, store: Store, outputs: str) -> None:
    """Put all files below the key ``outputs``. Raises StorageError."""
    for name, path in scored.files.items():
        store.put(path, f"{outputs}/{name}")


def _task(analysis: Analysis, clip: Clip, store: Store, folder: Path, settings: Settings) -> Task:
    source = folder / f"source-{clip.number}"
    if clip.source_key is None:
        raise MissingFileError("the recording was deleted already")
    store.fetch(clip.source_key, source)
    return Task(
        source=source,
        exercise=clip.exercise,
        side=clip.side,
        mirrored=clip.mirrored,
        limits=limits_for(clip.exercise, analysis.limits),
        tag=tag_in(analysis.limits),
        region=None if clip.region is None else parse_region(clip.region),
        outputs=Outputs(
            json=folder / f"result-{clip.number}.json",
            landmarks=folder / f"landmarks-{clip.number}.npz",
            report=folder / f"report-{clip.number}.html",
            overlay=folder / f"overlay-{clip.number}.webm" if analysis.overlay else None,
        ),
        face_blur=analysis.blur_faces,
        bounds=Bounds(settings.max_duration_s, settings.max_frames, settings.max_pixels, settings.max_rate_hz),
        timeout_s=settings.max_job_s,
    )


def _progress_of(watch: Watch, before: int, clips: int) -> OnProgress:
    """Progress of one clip as a share of the whole job; never falls."""

    def note(done: int, expected: int | None) -> None:
        share = min(1.0, done / expected) if expected else 0.0
        watch.progress = max(watch.progress, (before + share) / clips)

    return note


def _told_which(failure: Failure, clip: Clip, clips: int) -> Failure:
    if clips == 1:
        return failure
    return Failure(failure.kind, f"clip {clip.number} ({clip.exercise}): {failure.message}", failure.retryable)


def _with_report(files: dict[str, Path], clips: int) -> dict[str, Path]:
    """One report for the analysis: the clip's, or both in one page."""
    first = files.pop("report-1.html")
    if clips == 1:
        return {**files, "report.html": first}
    from formcheck.report.combined import combine_reports, same_run_note

    results = (files[f"result-{number}.json"].read_text(encoding="utf-8") for number in (1, 2))
    note = same_run_note(*map(SetReport.model_validate_json, results))
    second = files.pop("report-2.html")
    combined = first.with_name("report.html")
    combined.write_text(
        combine_reports(first.read_text(encoding="utf-8"), second.read_text(encoding="utf-8"), note), encoding="utf-8"
    )
    return {**files, "report.html": combined}
