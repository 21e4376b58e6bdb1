"""Why a recording has no result: the words that tables hold, and what they mean in pages."""

from __future__ import annotations

from typing import Final

from formcheck.workers import task

__all__ = ["FAILURES", "failure_word"]

UNREADABLE: Final = "unreadable"
NOBODY: Final = "nobody"
UNRECOGNISED: Final = "unrecognised"
UNUSABLE: Final = "unusable"
VANISHED: Final = "vanished"
CHANGED: Final = "changed"
WRONG_ROW: Final = "wrong_row"
DAMAGED: Final = "damaged"

FAILURES: Final = {
    UNREADABLE: "cannot be opened or decoded",
    NOBODY: "shows nobody to score",
    UNRECOGNISED: "the movement does not tell the exercise",
    UNUSABLE: "does not fit what was asked of it",
    task.TIMEOUT: "took too long",
    task.MEMORY: "needed too much memory",
    VANISHED: "was gone",
    CHANGED: "changed while it was read",
    task.DIED: "ended the process that scored it",
    task.INTERNAL: "met a defect of the program",
    WRONG_ROW: "could not be planned",
    DAMAGED: "has a damaged result",
}
"""What became of a recording that failed; `docs/batch.md` says more."""

_ERRORS: Final = {
    "SourceError": UNREADABLE,
    "NobodyToScoreError": NOBODY,
    "UnrecognisedError": UNRECOGNISED,
    "UsageError": UNUSABLE,
}


def failure_word(kind: str) -> str:
    """The word for what a worker calls a failure: an error's name, or one of its own words, which stay as they are."""
    return _ERRORS.get(kind, kind)
