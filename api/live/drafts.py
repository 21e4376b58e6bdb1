"""What was done live, on this machine's disk from the first seconds on, until it is an analysis like any other.

A draft is a folder named after the analysis it becomes: ``draft.json`` (whose, of what), parts of the track while the
set runs, the whole track when it is over. Its lock tells whether somebody still writes it. Delivering is one thing,
whether the set ended well, the database was lost for an hour, or the server was killed: an analysis is made of what is
there, for the workers to score as they score an uploaded track. An analysis with that id is never made twice.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from api.analyses import Analyses, source_key
from api.options import ClipOptions, UploadOptions
from api.problems import ProblemError
from api.storage.store import Store
from api.uploads import StoredFile
from formcheck.atomic import write_text
from formcheck.batch.lock import holding
from formcheck.errors import OutputError, SourceError, UsageError
from formcheck.live.recording import joined
from formcheck.live.stretch import Stretch
from formcheck.pose.store import load_track, save_track
from formcheck.pose.track import PoseTrack

__all__ = ["Draft", "Drafts", "Opened"]

PRIORITY: Final = 10
"""Somebody stands and waits: scored before what was uploaded."""

_OPENED: Final = "draft.json"
_TRACK: Final = "track.npz"
_PARTS: Final = "parts"

_log = structlog.get_logger()


class Opened(BaseModel):
    """Whose set it is, and what is needed to score it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str
    exercise: str
    side: str
    limits: dict[str, float]


class Draft:
    """One set under way on disk. Raises OutputError where it cannot be written."""

    def __init__(self, folder: Path, opened: Opened) -> None:
        self.folder = folder
        self._written = 0
        self._held = ExitStack()
        try:
            folder.mkdir(parents=True, mode=0o700)
            (folder / _PARTS).mkdir(mode=0o700)
        except OSError as error:
            raise OutputError(f"the set cannot be kept ({error.strerror}); see FORMCHECK_DATA_DIR") from error
        self._held.enter_context(holding(folder))
        write_text(folder / _OPENED, opened.model_dump_json())

    def keep(self, stretch: Stretch) -> None:
        """Write what has become full."""
        while self._written < stretch.parts:
            save_track(stretch.part(self._written), self.folder / _PARTS / f"{self._written:06d}.npz")
            self._written += 1

    def close(self, track: PoseTrack | None) -> None:
        """The set is over: its whole track is on disk, or nothing of it where nobody was seen."""
        with self._held:
            if track is not None and track.found.any():
                save_track(track, self.folder / _TRACK)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)


class Drafts:
    """All drafts of this machine, below ``data_dir/live``."""

    def __init__(self, root: Path, analyses: Analyses, store: Store) -> None:
        self._root, self._analyses, self._store = root, analyses, store

    def open(self, analysis_id: str, opened: Opened) -> Draft:
        """A fresh draft."""
        return Draft(self._root / analysis_id, opened)

    def deliver_all(self) -> None:
        """Deliver every draft that nobody writes.

        Raises:
            StorageError, ProblemError, and SQLAlchemy's errors: what is left waits for the next time.
        """
        for folder in sorted(self._root.iterdir()) if self._root.is_dir() else []:
            if _is_id(folder.name):
                self._deliver_or_set_aside(folder)

    def _deliver_or_set_aside(self, folder: Path) -> None:
        try:
            self.deliver(folder.name)
        except (SourceError, ValidationError, UsageError) as error:
            _log.error("live_set_unreadable", analysis=folder.name, error=type(error).__name__)
            folder.rename(folder.with_name(f"unreadable-{folder.name}"))

    def deliver(self, analysis_id: str) -> bool:
        """Make an analysis of a draft that is over; whether there is one now.

        Raises:
            StorageError, ProblemError, and SQLAlchemy's errors: it is as it was, try again.
            SourceError, ValidationError, UsageError: the draft cannot be understood.
        """
        folder = self._root / analysis_id
        with ExitStack() as held:
            if not folder.is_dir() or not _taken(held, folder):
                return False
            there = self._known(analysis_id)
            track = None if there else _whole_track(folder)
            if track is not None:
                self._make(analysis_id, folder, track)
            shutil.rmtree(folder, ignore_errors=True)
            return there or track is not None

    def _known(self, analysis_id: str) -> bool:
        try:
            self._analyses.get(analysis_id, None)
        except ProblemError:
            return False
        return True

    def _make(self, analysis_id: str, folder: Path, track: Path) -> None:
        opened = Opened.model_validate_json((folder / _OPENED).read_bytes())
        limits = {opened.exercise: opened.limits} if opened.limits else {}
        options = UploadOptions(
            exercise=opened.exercise, side=opened.side, limits=limits, overlay=False, priority=PRIORITY
        )
        file = self._stored(source_key(analysis_id, 1), track)
        clip = ClipOptions(exercise=opened.exercise, side=opened.side, mirrored=False, region=None)
        self._analyses.create(analysis_id, opened.owner, options, [(clip, file)], None)
        _log.info("live_set_saved", analysis=analysis_id)

    def _stored(self, key: str, track: Path) -> StoredFile:
        content = track.read_bytes()
        with self._store.writing(key) as file:
            file.write(content)
        return StoredFile(key, hashlib.sha256(content).hexdigest(), len(content))


def _taken(held: ExitStack, folder: Path) -> bool:
    """Whether the draft is ours now; it is not while its set runs."""
    try:
        held.enter_context(holding(folder))
    except UsageError:
        return False
    return True


def _whole_track(folder: Path) -> Path | None:
    """The track of a draft, put together from its parts where its set was cut off; None where there is nothing."""
    track = folder / _TRACK
    parts = sorted((folder / _PARTS).glob("*.npz"))
    if not track.is_file() and parts:
        whole = joined([load_track(part) for part in parts])
        if whole.found.any():
            save_track(whole, track)
    return track if track.is_file() else None


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
