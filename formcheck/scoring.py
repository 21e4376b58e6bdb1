"""A whole recording scored: the way in for files, tracks, batches and library users."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from formcheck.errors import NobodyToScoreError, UsageError
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import AUTO, get_exercise
from formcheck.limits import params_of, tables_of, tag_in
from formcheck.pose.smoothing import smooth_recording
from formcheck.pose.track import Box, PoseTrack
from formcheck.results import Recognition, SetReport
from formcheck.session import Session, make_checker
from formcheck.tag.design import TagDesign
from formcheck.trace import Trace
from formcheck.video.bounds import Bounds

__all__ = ["Analysis", "analyse", "score", "score_track"]

_SIDES: Final = ("left", "right", "auto")

Progress = Callable[[int, int | None], None]
"""Called with frames done and frames expected (None where unknown)."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A scored recording: the report, the signals behind it, and the poses as recorded (not mirrored back)."""

    report: SetReport
    trace: Trace
    track: PoseTrack


def score(
    source: str | Path | PoseTrack,
    exercise: str,
    *,
    side: str = "auto",
    mirrored: bool = False,
    limits: Path | Mapping[str, Any] | None = None,
    model: Path | None = None,
    region: Box | None = None,
    sequence_rate_hz: float | None = None,
    progress: Progress | None = None,
) -> SetReport:
    """Score one set of one exercise; see :func:`analyse` for arguments and errors."""
    return analyse(
        source,
        exercise=exercise,
        side=side,
        mirrored=mirrored,
        limits=limits,
        model=model,
        region=region,
        sequence_rate_hz=sequence_rate_hz,
        progress=progress,
    ).report


def analyse(
    source: str | Path | PoseTrack,
    *,
    exercise: str,
    side: str = "auto",
    mirrored: bool = False,
    limits: Path | Mapping[str, Any] | None = None,
    model: Path | None = None,
    region: Box | None = None,
    sequence_rate_hz: float | None = None,
    bounds: Bounds | None = None,
    tag: TagDesign | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Score one set and keep what the report's plots and the overlay need.

    Args:
        source: a recording, a folder of images, a stored track, or a track in memory.
        exercise: an id from :func:`formcheck.exercises.registry.exercise_ids`, or "auto" to recognise it from the
            movement.
        side: "left", "right", or "auto" to find it from the movement.
        mirrored: the recording shows a mirror image.
        limits: a TOML file or a mapping with limits that replace the declared ones; for "auto" a mapping of such
            mappings by exercise.
        model: another pose model bundle; None for the usual one.
        region: x, y, width, height in pixels of the original frame to look at.
        sequence_rate_hz: images a second, for a folder of images; None for 30.
        bounds: the largest recording that is read; None for any.
        tag: the codes worn on the waistband; None for those that a limits file names, or the usual ones.
        progress: called with frames done and frames expected.

    Raises:
        UsageError: unknown exercise or side, or a limit out of range; found before any frame is read.
        UnrecognisedError: for "auto", the movement is none of the exercises, or not clearly one of them.
        SourceError, ModelError, NobodyToScoreError: see :mod:`formcheck.errors`.
    """
    if side not in _SIDES:
        raise UsageError(f"unknown side {side!r}; it is one of {', '.join(_SIDES)}")
    tables = tables_of(limits) if exercise == AUTO else {}
    checker = None if exercise == AUTO else _checker(exercise, limits, side)
    worn = tag or tag_in(limits if isinstance(limits, Path) else None)
    track = _poses(source, mirrored, model, region, sequence_rate_hz, bounds, worn, progress)
    return score_track(track, checker) if checker else _recognised(track, tables, side)


def _checker(exercise: str, limits: Path | Mapping[str, Any] | None, side: str) -> Checker:
    return make_checker(get_exercise(exercise), params_of(get_exercise(exercise), limits), side)


def _recognised(track: PoseTrack, tables: Mapping[str, Mapping[str, float]], side: str) -> Analysis:
    """Scored as what the movement shows; the result says that nobody named it."""
    from formcheck.recognition import recognise  # which scores, by this module, what it has to tell apart

    known = recognise(track)
    analysis = score_track(track, _checker(known.exercise, tables.get(known.exercise), side))
    return replace(analysis, report=_told_how(analysis.report, known.recognition))


def _told_how(report: SetReport, recognition: Recognition) -> SetReport:
    provenance = report.provenance.model_copy(update={"recognised": recognition})
    return report.model_copy(update={"provenance": provenance})


def score_track(track: PoseTrack, checker: Checker, *, traced: bool = True) -> Analysis:
    """Score poses that are at hand with a fresh checker; not ``traced``, the analysis' trace stays empty.

    Raises:
        NobodyToScoreError: no frame shows a person.
    """
    if not track.found.any():
        raise NobodyToScoreError("no person was found in any frame; show the whole body, in good light")
    smoothed = smooth_recording(track, checker.smoothing_hz)
    smoothing = f"zero-phase Butterworth {checker.smoothing_hz:g} Hz"
    session = Session(checker, track.info, smoothing, traced=traced)
    for pose in smoothed:
        session.update(pose)
    report = session.finish()
    return Analysis(report=report, trace=session.trace(report.side), track=track)


def _poses(
    source: str | Path | PoseTrack,
    mirrored: bool,
    model: Path | None,
    region: Box | None,
    sequence_rate_hz: float | None,
    bounds: Bounds | None,
    tag: TagDesign,
    progress: Progress | None,
) -> PoseTrack:
    from formcheck.extract import poses_of  # reading video and the model are only needed for files

    if isinstance(source, PoseTrack):
        return replace(source, info=replace(source.info, mirrored=mirrored or source.info.mirrored))
    return poses_of(
        Path(source),
        model=model,
        region=region,
        mirrored=mirrored,
        sequence_rate_hz=sequence_rate_hz,
        bounds=bounds,
        tag=tag,
        progress=progress,
    )
