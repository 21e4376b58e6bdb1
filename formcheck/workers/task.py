"""What a worker is asked to do, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from formcheck.pose.track import Box
from formcheck.report.outputs import Outputs
from formcheck.tag.design import DEFAULT, TagDesign
from formcheck.video.bounds import Bounds

if TYPE_CHECKING:  # pydantic takes its time, and who only hands tasks on does not need it
    from formcheck.results import SetReport

__all__ = [
    "CANCELLED",
    "DIED",
    "INTERNAL",
    "MEMORY",
    "START",
    "TIMEOUT",
    "Done",
    "Failure",
    "Outcome",
    "Outputs",
    "Task",
]

TIMEOUT: Final = "timeout"
DIED: Final = "died"
MEMORY: Final = "memory"
CANCELLED: Final = "cancelled"
INTERNAL: Final = "internal"
START: Final = "start"

TOO_MUCH_MEMORY: Final = "the recording needs more memory than a worker may use; convert it to 1080p"


@dataclass(frozen=True, slots=True)
class Task:
    """One recording, or one stored track, to score.

    Attributes:
        source: a recording or a stored track, under a name that the server chose.
        exercise, side, mirrored, limits, region: as in `formcheck.scoring.analyse`.
        tag: the codes worn on the waistband.
        outputs: what to write, and where; a stored track gets no annotated film.
        face_blur: faces are made unrecognisable in every picture that is written.
        bounds: the largest recording that is read; None takes any size.
        timeout_s: wall-clock seconds from the start of the task until it is given up.
    """

    source: Path
    exercise: str
    side: str = "auto"
    mirrored: bool = False
    limits: Mapping[str, Any] | None = None
    region: Box | None = None
    tag: TagDesign = DEFAULT
    outputs: Outputs = field(default_factory=Outputs)
    face_blur: bool = False
    bounds: Bounds | None = field(default_factory=Bounds)
    timeout_s: float = 1800.0


@dataclass(frozen=True, slots=True)
class Done:
    """A set was scored and every output written.

    Attributes:
        result_json: the result, as `SetReport.to_json` gives it.
        written: the files, all of them whole.
        frames: how many were looked at.
        elapsed_s: wall-clock seconds the task took.
    """

    result_json: str
    written: tuple[Path, ...]
    frames: int
    elapsed_s: float

    @property
    def report(self) -> SetReport:
        """The result as records."""
        from formcheck.results import SetReport

        return SetReport.model_validate_json(self.result_json)


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing was scored, and nothing written.

    Attributes:
        kind: the name of a class in `formcheck.errors`; or "timeout", "died" (the process ended by itself or
            was killed), "memory", "cancelled", "internal" (a defect of the program), or "start" (no process
            could be got ready; nobody has looked at the recording).
        message: one line for people, without any file name or path.
        retryable: the same task may end well another time; the recording is not to blame for certain.
    """

    kind: str
    message: str
    retryable: bool


Outcome = Done | Failure
