"""Exports made on demand from the stored landmarks and result."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final, Literal

from api.analyses import landmarks_key
from api.problems import ProblemError
from api.storage.store import Store
from formcheck.errors import UsageError
from formcheck.export.formats import FORMATS, require, write_export
from formcheck.pose.store import load_track
from formcheck.results import SetReport

__all__ = ["MEDIA_TYPES", "ExportKind", "exported"]

ExportKind = Literal["csv", "parquet", "trc", "mot", "c3d"]

MEDIA_TYPES: Final = {name: each.media_type for name, each in FORMATS.items()}


def exported(store: Store, outputs: str, clip: int, kind: ExportKind) -> bytes:
    """One clip of an analysis as a file of that kind; blocks.

    Raises:
        ProblemError: 501 where what this kind needs is not installed.
        SourceError: the recording is too short for this kind.
        StorageError: the stored files cannot be read.
    """
    try:
        require([kind])
    except UsageError as error:
        raise ProblemError(501, "not-installed", str(error)) from error
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
        track, made = Path(folder) / "track.npz", Path(folder) / f"export.{kind}"
        store.fetch(landmarks_key(outputs, clip), track)
        with store.reading(f"{outputs}/result-{clip}.json") as result:
            report = SetReport.model_validate_json(result.read())
        write_export(kind, report, load_track(track), made)
        return made.read_bytes()
