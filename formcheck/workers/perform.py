"""One task, done in this process: scored, written, and whatever went wrong in one plain line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Final

from formcheck.errors import FormcheckError, NobodyToScoreError, OutputError, SourceError, UsageError
from formcheck.extract import is_stored_track
from formcheck.report.outputs import write_outputs
from formcheck.scoring import Analysis, analyse
from formcheck.workers.task import INTERNAL, MEMORY, TOO_MUCH_MEMORY, Done, Failure, Outcome, Task

__all__ = ["perform"]

Progress = Callable[[int, int | None], None]

OPENCV_NO_MEMORY: Final = -4
"""`cv2.error.code` where memory ran out."""

REST_OF_A_PATH: Final = re.compile(r"""'/[^']*'|(?<![\w/])/(?:[^\s/'"]+/)+[^\s/'":;,]*""")
"""In quotes it may hold spaces."""


def perform(task: Task, progress: Progress) -> Outcome:
    """Score and write; every error is a `Failure`, so that the process goes on to the next task."""
    started_s = monotonic()
    try:
        task = _without_film(task)
        analysis = _analyse(task, progress)
        _write(task, analysis, progress)
    except FormcheckError as error:
        return Failure(type(error).__name__, _plain(str(error), task), _retryable(error))
    except Exception as error:  # the process boundary: a defect is reported with its place, and nobody's data
        if isinstance(error, MemoryError) or getattr(error, "code", None) == OPENCV_NO_MEMORY:
            return Failure(MEMORY, TOO_MUCH_MEMORY, retryable=False)
        return Failure(INTERNAL, f"the program failed ({_place(error)}); please report this", False)
    return Done(analysis.report.to_json(), task.outputs.paths, len(analysis.track), monotonic() - started_s)


def _without_film(task: Task) -> Task:
    """A stored track has no pictures to draw on. Looked at here, where memory is bounded, and nowhere before."""
    if task.outputs.overlay is None or not is_stored_track(task.source):
        return task
    return replace(task, outputs=replace(task.outputs, overlay=None))


def _analyse(task: Task, progress: Progress) -> Analysis:
    drawn = 2 if task.outputs.overlay else 1  # the film is gone through again to draw on it
    return analyse(
        task.source,
        exercise=task.exercise,
        side=task.side,
        mirrored=task.mirrored,
        limits=task.limits,
        region=task.region,
        bounds=task.bounds,
        tag=task.tag,
        progress=lambda done, expected: progress(done, drawn * expected if expected else None),
    )


def _write(task: Task, analysis: Analysis, progress: Progress) -> None:
    scored = len(analysis.track)
    write_outputs(
        analysis,
        task.source,
        task.outputs,
        bounds=task.bounds,
        face_blur=task.face_blur,
        progress=lambda done, expected: progress(scored + done, scored + expected if expected else None),
    )


def _retryable(error: FormcheckError) -> bool:
    """What the recording or the request is to blame for fails again; a full disk or a missing model may not."""
    blame = isinstance(error, SourceError | NobodyToScoreError | UsageError)
    return isinstance(error, OutputError) or not blame


def _plain(message: str, task: Task) -> str:
    """The message on one line, without names and paths."""
    line = " ".join(message.split())
    words = {_one_line(path): "the output" for path in task.outputs.paths} | {_one_line(task.source): "the recording"}
    for path in sorted(words, key=len, reverse=True):  # one may lie in the folder of another
        line = line.replace(f"'{path}'", words[path])
        if path.startswith("/"):  # a bare name may be a word of the message
            line = line.replace(path, words[path])
    return REST_OF_A_PATH.sub("a file", line)


def _one_line(path: Path) -> str:
    return " ".join(str(path).split())


def _place(error: Exception) -> str:
    """Kind of error and where in our own code it came up: a file of ours and a line."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "formcheck" in Path(f.filename).parts]
    where = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"
