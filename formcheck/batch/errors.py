"""What ends a batch as a whole; a single recording's failure never does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from formcheck.errors import FormcheckError, OutputError, UsageError

__all__ = ["PARTLY_FAILED", "BatchInterruptedError", "NoSpaceError", "PlanError", "Problem", "WorkersLostError"]

PARTLY_FAILED: Final = 6
"""Exit code when everything was tried and some recordings could not be scored."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row or path of the plan, and what the row says besides.

    Attributes:
        line: the manifest's, None for folders.
        exercise: an exercise's id or "auto"; empty where none can be told.
        side: "left", "right", "auto", or empty where the row says something else.
        session_date: ISO 8601, or empty.
    """

    where: str
    why: str
    line: int | None = None
    exercise: str = ""
    side: str = ""
    person: str = ""
    session_date: str = ""
    mirrored: bool = False
    notes: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        named = f"{self.where!r}: " if self.where else ""
        return f"{place}{named}{self.why}"


class PlanError(UsageError):
    """Rows or paths that cannot be right; ``problems`` names every one of them."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NoSpaceError(OutputError):
    """The output's disk is full; what is done is kept and the same command goes on."""

    exit_code: ClassVar[int] = 7


class WorkersLostError(FormcheckError):
    """A process of ours was killed, as by the system when memory ran out, or none can be started."""


class BatchInterruptedError(FormcheckError):
    """Stopped on request; what is done is kept and the same command goes on."""

    exit_code: ClassVar[int] = 130
