"""A live set on disk, one folder each: written as it comes, so that what was done is kept whatever happens."""

from __future__ import annotations

import secrets
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from formcheck.atomic import write_text
from formcheck.errors import FormcheckError, OutputError
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import get_exercise
from formcheck.limits import params_of
from formcheck.live.stretch import Stretch
from formcheck.live.summary import LiveResult
from formcheck.pose.store import load_track, save_track
from formcheck.pose.tag_seen import joined_tags
from formcheck.pose.track import PoseTrack
from formcheck.scoring import Analysis, score_track
from formcheck.session import make_checker
from formcheck.video.frame import Frame

TRACK: Final = "track.npz"
SET: Final = "set.json"
REPORT: Final = "report.html"
LIVE: Final = "live.json"
VIDEO: Final = "video.webm"
_PARTS: Final = "parts"
_OPEN: Final = "open.json"
_FILM_RATE_HZ: Final = 25.0
_MOST_WAITING: Final = 8


class _Open(BaseModel):
    """What is needed to score a set that was cut off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    exercise: str
    side: str
    limits: dict[str, float]


class Recording:
    """One set's folder under ``root``: parts of the track while it runs; track, results and report at its end.

    Every full part of the track (300 poses) is on disk as soon as it is full.

    Raises:
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, root: Path, checker: Checker, *, film: bool = False) -> None:
        self.folder = _new_folder(root, checker.id)
        self._written = 0
        self._film = _Film(self.folder / VIDEO) if film else None
        limits = {name: float(value) for name, value in _limits(checker).items()}
        opened = _Open(exercise=checker.id, side=checker.side or "auto", limits=limits)
        write_text(self.folder / _OPEN, opened.model_dump_json(indent=2) + "\n")

    def keep(self, stretch: Stretch, frame: Frame | None = None) -> None:
        """Write what has become full; the frame goes into the film."""
        while self._written < stretch.parts:
            save_track(stretch.part(self._written), self.folder / _PARTS / f"{self._written:06d}.npz")
            self._written += 1
        if self._film is not None and frame is not None:
            self._film.write(frame)

    def close(self, result: LiveResult) -> None:
        """The set is over: write its track, results and report; the parts go when all that is there."""
        if self._film is not None:
            self._film.close()
        if result.analysis is not None:
            write_results(self.folder, result.analysis)
        write_text(self.folder / LIVE, result.summary.model_dump_json(by_alias=True, indent=2) + "\n")
        _forget_parts(self.folder)


class _Film:
    """Encodes in a thread of its own; leaves frames out rather than hold up the set."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="film")
        self._open = ExitStack()
        self._writer: Any = None
        self._waiting: list[Future[None]] = []

    def write(self, frame: Frame) -> None:
        for done in [each for each in self._waiting if each.done()]:
            self._waiting.remove(done)
            done.result()  # raises what went wrong
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(self._worker.submit(self._encode, frame))

    def close(self) -> None:
        for each in self._waiting:
            each.result()
        self._worker.shutdown()
        self._open.close()

    def _encode(self, frame: Frame) -> None:
        from formcheck.video.writer import VideoWriter

        if self._writer is None:
            size_px = (frame.image.shape[1], frame.image.shape[0])
            self._writer = self._open.enter_context(VideoWriter(self._path, size_px, _FILM_RATE_HZ))
        self._writer.write(frame.image, frame.t_s)


def write_results(folder: Path, analysis: Analysis) -> None:
    """Track, result and report of a scored set."""
    from formcheck.report.html import render_report

    save_track(analysis.track, folder / TRACK)
    write_text(folder / SET, analysis.report.to_json() + "\n")
    write_text(folder / REPORT, render_report(analysis.report, analysis.trace, analysis.track))


@dataclass(frozen=True, slots=True)
class Recovered:
    """A set that was cut off, made whole as far as it was written; ``problem`` where that failed."""

    folder: Path
    reps: int = 0
    problem: str = ""


def recover(root: Path) -> list[Recovered]:
    """Score every set under ``root`` that was cut off (its process was killed) from the parts it left."""
    return [_recovered(path.parent) for path in sorted(root.glob(f"*/{_OPEN}"))]


def _recovered(folder: Path) -> Recovered:
    try:
        opened = _Open.model_validate_json((folder / _OPEN).read_text(encoding="utf-8"))
        _keep_film(folder)
        parts = [load_track(path) for path in sorted((folder / _PARTS).glob("*.npz"))]
        if not parts:
            _forget_parts(folder)
            return Recovered(folder, problem="nothing had been written yet")
        kind = get_exercise(opened.exercise)
        checker = make_checker(kind, params_of(kind, opened.limits), opened.side)
        analysis = score_track(joined(parts), checker)
        write_results(folder, analysis)
        _forget_parts(folder)
        return Recovered(folder, analysis.report.reps_complete)
    except (FormcheckError, ValidationError, OSError) as error:
        return Recovered(folder, problem=" ".join(str(error).split()))


def joined(parts: list[PoseTrack]) -> PoseTrack:
    """Parts of one track, in order, as one."""
    names = ("t_s", "image_px", "world_m", "visibility", "presence", "brightness")
    values: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return replace(parts[0], **values, tags=joined_tags([(len(part), part.tags) for part in parts]))


def _keep_film(folder: Path) -> None:
    """A film that was cut off still plays; it only lacks its name."""
    for partial in folder.glob(".formcheck-*.partial.webm"):
        partial.rename(folder / VIDEO)


def _forget_parts(folder: Path) -> None:
    (folder / _OPEN).unlink(missing_ok=True)
    shutil.rmtree(folder / _PARTS, ignore_errors=True)


def _limits(checker: Checker) -> dict[str, Any]:
    return asdict(checker.params)


def _new_folder(root: Path, exercise: str) -> Path:
    # Told apart by a random end: two sets may begin in one second.
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{exercise}-{secrets.token_hex(2)}"
    folder = root / name
    try:
        (folder / _PARTS).mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
    except OSError as error:
        raise OutputError(f"cannot record to '{root}': {error.strerror}; choose another folder") from error
    return folder
