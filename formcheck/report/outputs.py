"""What is made of a scored recording: result, report, landmark track, annotated film; all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from formcheck.atomic import Writer, write_all
from formcheck.video.bounds import Bounds

if TYPE_CHECKING:  # pictures take their time to import; who only names outputs does not wait for it
    from formcheck.scoring import Analysis

__all__ = ["Outputs", "Progress", "write_outputs"]

T = TypeVar("T")

Progress = Callable[[int, int | None], None]
"""Takes the frames drawn and the frames expected, None where unknown."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what; None leaves it out.

    Attributes:
        json: the result.
        landmarks: the landmark track, ``.npz``, to score again without the recording.
        report: the report, one HTML file.
        overlay: the annotated film, ``.webm``, or ``.mp4`` with PyAV.
    """

    json: Path | None = None
    landmarks: Path | None = None
    report: Path | None = None
    overlay: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those that are asked for."""
        return tuple(path for path in (self.json, self.landmarks, self.report, self.overlay) if path is not None)


def write_outputs(
    analysis: Analysis,
    source: str | Path,
    outputs: Outputs,
    *,
    sequence_rate_hz: float | None = None,
    bounds: Bounds | None = None,
    face_blur: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write everything that is asked for, or nothing.

    Args:
        source: what was scored; read again for pictures.
        sequence_rate_hz: images a second, for a folder of images; None for 30.
        bounds: the largest recording that is read; None for any.
        face_blur: faces are made unrecognisable in every picture.
        progress: called after each frame of the annotated film.

    Raises:
        SourceError: the recording cannot be read again.
        OutputError: a file cannot be written.
    """
    from formcheck.extract import SEQUENCE_RATE_HZ
    from formcheck.pose.store import save_track

    rate_hz = SEQUENCE_RATE_HZ if sequence_rate_hz is None else sequence_rate_hz
    recording = _Recording(source, rate_hz, bounds, face_blur)
    writers: dict[Path | None, Writer] = {
        outputs.json: lambda path: path.write_text(analysis.report.to_json() + "\n", encoding="utf-8"),
        outputs.landmarks: lambda path: save_track(analysis.track, path),
        outputs.report: lambda path: path.write_text(_html(analysis, recording), encoding="utf-8"),
        outputs.overlay: lambda path: _film(analysis, recording, path, progress),
    }
    write_all({path: write for path, write in writers.items() if path is not None})


@dataclass(frozen=True, slots=True)
class _Recording:
    source: str | Path
    rate_hz: float
    bounds: Bounds | None
    face_blur: bool


def _html(analysis: Analysis, recording: _Recording) -> str:
    from formcheck.extract import is_stored_track
    from formcheck.report.face_blur import FaceBlur
    from formcheck.report.html import render_report
    from formcheck.video.frames_at import frames_at

    frames = partial(frames_at, recording.source, sequence_rate_hz=recording.rate_hz, bounds=recording.bounds)
    shown = FaceBlur(analysis.track).fetching(frames) if recording.face_blur else frames
    known = None if is_stored_track(Path(recording.source)) else shown
    return render_report(analysis.report, analysis.trace, analysis.track, known)


def _film(analysis: Analysis, recording: _Recording, path: Path, progress: Progress | None) -> None:
    from formcheck.report.face_blur import FaceBlur
    from formcheck.report.overlay import write_overlay
    from formcheck.video.open_source import open_source
    from formcheck.video.writer import VideoWriter

    with (
        open_source(recording.source, sequence_rate_hz=recording.rate_hz, bounds=recording.bounds) as frames,
        VideoWriter(path, frames.image_size_px, frames.nominal_rate_hz) as film,
    ):
        shown = FaceBlur(analysis.track).frames(frames) if recording.face_blur else frames
        counted = _counting(shown, progress, frames.frames_expected)
        write_overlay(counted, analysis.report, analysis.trace, analysis.track, film)


def _counting(items: Iterable[T], progress: Progress | None, expected: int | None) -> Iterator[T]:
    """The items as they come, reported one by one."""
    for done, item in enumerate(items, start=1):
        yield item
        if progress is not None:
            progress(done, expected)
