"""Results and tracks out of the store; what is damaged is removed, so that the next run makes it again."""

from __future__ import annotations

from formcheck.batch.storage import Storage
from formcheck.batch.store import name_of
from formcheck.errors import FormcheckError, SourceError
from formcheck.pose.store import load_track
from formcheck.pose.track import PoseTrack
from formcheck.results import SetReport

__all__ = ["DamagedError", "read_result", "read_track"]


class DamagedError(FormcheckError):
    """A stored file that cannot be read; the next run makes it again where the recording is there."""


def read_result(storage: Storage, key: str) -> SetReport:
    """A stored result. Raises DamagedError, and removes what is damaged."""
    name = name_of("result", key)
    try:
        content = storage.read(name)
    except OSError as error:
        raise DamagedError("the stored result is gone or cannot be read; run the batch again") from error
    try:
        return SetReport.model_validate_json(content)
    except ValueError as error:
        storage.remove(name)
        raise DamagedError("the stored result is damaged; run the batch again") from error


def read_track(storage: Storage, key: str) -> PoseTrack:
    """A stored track. Raises DamagedError, and removes what is damaged."""
    name = name_of("track", key)
    try:
        with storage.reading(name) as path:
            return load_track(path)
    except FileNotFoundError as error:
        raise DamagedError("the stored track is gone; run the batch again") from error
    except SourceError as error:
        if isinstance(error.__cause__, OSError):  # it may be whole: the system does not let us look
            raise DamagedError("the stored track is gone or cannot be read; run the batch again") from error
        storage.remove(name)
        raise DamagedError("the stored track is damaged; run the batch again") from error
