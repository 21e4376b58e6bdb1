"""One recording from its place to its results in the store: the same on this machine and on a cluster's node."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path
from typing import Final

from formcheck.batch.errors import NoSpaceError, WorkersLostError
from formcheck.batch.failures import CHANGED, DAMAGED, UNREADABLE, VANISHED, failure_word
from formcheck.batch.journal import Attempt
from formcheck.batch.sources import Stamp, is_url, stamp_of
from formcheck.batch.storage import Storage, local_copy, no_space
from formcheck.batch.store import Keys, Place
from formcheck.errors import FormcheckError, ModelError, OutputError, SourceError
from formcheck.limits import limits_for, tag_in
from formcheck.pose.store import load_track
from formcheck.workers.task import CANCELLED, START, Done, Failure, Outcome, Outputs, Task
from formcheck.workers.worker import OnProgress, Worker

__all__ = ["CANCELLED", "Job", "Work", "score_recording"]

_ROOM: Final = bytes(1 << 20)
_ROOM_NAME: Final = ".room"

START_TRIES: Final = 3
"""How many processes are started for a recording until the machine, which cannot start any, ends the run."""


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for every recording of a run.

    Attributes:
        limits: per exercise, as given; a table of other tags among them.
        pictures: which of "report" and "overlay" are made of each recording.
        timeout_s: wall-clock seconds after which a recording is given up.
    """

    storage: Storage
    keys: Keys
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    face_blur: bool = False
    timeout_s: float = 1800.0


@dataclass(frozen=True, slots=True)
class Work:
    """One recording to score.

    Attributes:
        content: its sha256, if it is known and the recording unchanged since.
        film: it has pictures to draw on, as far as is known; False for a stored track.
    """

    id: str
    path: str
    stamp: Stamp | None
    exercise: str
    side: str
    mirrored: bool
    content: str = ""
    film: bool = True


@dataclass(frozen=True, slots=True)
class _Call:
    """The job, the recording, and how to have the worker score a file of it."""

    job: Job
    work: Work
    worker: Worker
    on_progress: OnProgress | None
    cancelled: Callable[[], bool] | None

    def place(self, content: str) -> Place:
        work = self.work
        return self.job.keys.place(content, work.exercise, work.side, work.mirrored)

    def run(self, source: Path, outputs: Outputs) -> Outcome:
        task = Task(
            source=source,
            exercise=self.work.exercise,
            side=self.work.side,
            mirrored=self.work.mirrored,
            limits=limits_for(self.work.exercise, self.job.limits),
            tag=tag_in(self.job.limits),
            outputs=outputs,
            face_blur=self.job.face_blur,
            bounds=None,
            timeout_s=self.job.timeout_s,
        )
        started = 1
        while isinstance(outcome := self._try(task), Failure) and outcome.kind == START:
            if started == START_TRIES:
                raise WorkersLostError(f"{outcome.message}; see `formcheck doctor`, then give the same command again")
            started += 1
        return outcome

    def _try(self, task: Task) -> Outcome:
        return self.worker.run(task, self.on_progress, self.cancelled)


class _FailedError(FormcheckError):
    """This recording cannot be scored; leaves nothing in the store."""

    def __init__(self, kind: str, reason: str, retryable: bool = False, stamp: Stamp | None = None) -> None:
        super().__init__(reason)
        self.kind, self.retryable, self.stamp = kind, retryable, stamp


def score_recording(
    job: Job,
    work: Work,
    worker: Worker,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Attempt:
    """Score one recording into the store, or find that its result is there, or say why it cannot be scored.

    Raises:
        NoSpaceError, OutputError: the store takes no more.
        ModelError: the pose model is missing or wrong.
        WorkersLostError: this machine starts no process to score with.
    """
    call = _Call(job, work, worker, on_progress, cancelled)
    try:
        if work.content and (kept := _without_recording(call, work.content, work.stamp)):
            return kept
        with _opened(work) as (recording, stamp):
            content = _content_of(recording)
            return _without_recording(call, content, stamp) or _from_recording(call, recording, content, stamp)
    except _FailedError as error:
        content = "" if work.stamp else work.content  # of a recording that is gone nothing else tells its results
        return Attempt(work.id, error.stamp, content, kind=error.kind, reason=str(error), retryable=error.retryable)


@contextmanager
def _opened(work: Work) -> Iterator[tuple[Path, Stamp | None]]:
    """The recording as a local file, with the stamp it had before anything of it was read."""
    stamp = work.stamp if is_url(work.path) else stamp_of(work.path)
    if stamp is None:
        raise _gone(work)
    try:
        with local_copy(work.path) as recording:
            yield recording, stamp
    except SourceError:
        raise _FailedError(UNREADABLE, "the recording cannot be fetched from its address", True, stamp) from None


def _gone(work: Work) -> _FailedError:
    if work.stamp is None:
        return _FailedError(DAMAGED, "the recording is gone, and its stored track is damaged", True)
    return _FailedError(VANISHED, "the recording was there when the run began and is gone", True)


def _content_of(recording: Path) -> str:
    try:
        with recording.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise _FailedError(VANISHED, "the recording was there when the run began and is gone", True) from None
    except OSError as error:
        raise _FailedError(UNREADABLE, f"the recording cannot be read: {error.strerror or error}", True) from error


def _attempt(call: _Call, content: str, stamp: Stamp | None, frames: int | None) -> Attempt:
    work, result = call.work, call.place(content).result
    return Attempt(work.id, stamp, content, result, scored=frames is not None, frames=frames or 0, film=work.film)


def _without_recording(call: _Call, content: str, stamp: Stamp | None) -> Attempt | None:
    """The recording's attempt where the store's result or its track will do; None where not.

    Of a recording that is gone the report is made of its track, with stick figures for pictures.
    """
    gone = call.work.stamp is None
    names = call.place(content).names(call.job.pictures, film=call.work.film and not gone)
    storage = call.job.storage
    there = {kind for kind, name in names.items() if storage.exists(name) and _sound(storage, kind, name)}
    missing = names.keys() - there
    if not missing:
        return _attempt(call, content, stamp, None)
    if not missing <= ({"result", "report"} if gone else {"result"}):
        return None
    with ExitStack() as kept:
        track = kept.enter_context(storage.reading(names["track"]))
        paths = {kind: kept.enter_context(storage.writing(names[kind])) for kind in missing}
        outputs = Outputs(json=paths.get("result"), report=paths.get("report"))
        return _attempt(call, content, stamp, _done(call, call.run(track, outputs), stamp).frames)


def _sound(storage: Storage, kind: str, name: str) -> bool:
    """Whether a stored file is whole: after a power cut a file system may keep a name without its content."""
    try:
        with storage.reading(name) as path:
            if kind == "track":
                load_track(path)
            elif kind == "result":
                json.loads(path.read_bytes())
            return path.stat().st_size > 0
    except (SourceError, ValueError):
        return False


def _from_recording(call: _Call, recording: Path, content: str, stamp: Stamp | None) -> Attempt:
    names = call.place(content).names(call.job.pictures, film=call.work.film)
    with ExitStack() as kept:
        paths = {kind: kept.enter_context(_writing(call.job.storage, kind, name)) for kind, name in names.items()}
        outputs = Outputs(paths["result"], paths["track"], paths.get("report"), paths.get("overlay"))
        outcome = call.run(recording, outputs)
        if not is_url(call.work.path) and (now := stamp_of(call.work.path)) != stamp:
            raise _changed(now)
        done = _done(call, outcome, stamp)
        film = outputs.overlay is None or outputs.overlay.exists()
    return replace(_attempt(call, content, stamp, done.frames), film=film and call.work.film)


class _NothingDrawnError(FormcheckError):
    """The recording has no pictures to draw on."""


@contextmanager
def _writing(storage: Storage, kind: str, name: str) -> Iterator[Path]:
    """As the storage's own; an annotated film need not come about, for whoever reads the recording knows what it is."""
    with suppress(_NothingDrawnError), storage.writing(name) as path:
        yield path
        if kind == "overlay" and not path.exists():
            raise _NothingDrawnError


def _changed(now: Stamp | None) -> _FailedError:
    if now is None:
        return _FailedError(VANISHED, "the recording vanished while it was read", retryable=True)
    return _FailedError(CHANGED, "the recording changed while it was read; give it again when it is complete", True)


def _done(call: _Call, outcome: Outcome, stamp: Stamp | None = None) -> Done:
    """Raises _FailedError for what the recording is to blame for, and what ends the whole run for the rest."""
    if isinstance(outcome, Done):
        return outcome
    if outcome.kind == "ModelError":
        raise ModelError(outcome.message)
    if outcome.kind in ("OutputError", "NoSpaceError"):
        raise _why_unwritten(call.job.storage, outcome)
    raise _FailedError(failure_word(outcome.kind), outcome.message, outcome.retryable, stamp)


def _why_unwritten(storage: Storage, outcome: Failure) -> OutputError:
    """Ask the store itself: a full disk is told apart from any other trouble, and can be waited for."""
    try:
        storage.write(_ROOM_NAME, _ROOM)
        storage.remove(_ROOM_NAME)
    except NoSpaceError:
        return no_space(storage.place)
    except OutputError as error:
        return error
    return OutputError(f"a result cannot be written in '{storage.place}': {outcome.message}")
