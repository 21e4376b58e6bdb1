"""Every error a user can meet, in one tree.

FormcheckError
├── UsageError            exit 2   an option, limit or path that cannot be right
│   └── OutputError                an output that cannot be written
├── SourceError           exit 3   a recording or track that cannot be read
├── ModelError            exit 4   the pose model is missing, damaged or another one
└── NobodyToScoreError    exit 5   the recording shows no person to score
    └── UnrecognisedError          nor can it be told which exercise it shows

Each message is one line: what is wrong, which value, what to do.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "FormcheckError",
    "ModelError",
    "NobodyToScoreError",
    "OutputError",
    "SourceError",
    "UnrecognisedError",
    "UsageError",
]


class FormcheckError(Exception):
    """Base of all errors that are the input's fault, not the program's."""

    exit_code: ClassVar[int] = 1


class UsageError(FormcheckError):
    """An option, a limit or an argument has a value that cannot be right."""

    exit_code = 2


class OutputError(UsageError):
    """An output cannot be written where it was asked for."""


class SourceError(FormcheckError):
    """A recording or a stored track cannot be read."""

    exit_code = 3


class ModelError(FormcheckError):
    """The pose model is missing, damaged, or not the one that was named."""

    exit_code = 4


class NobodyToScoreError(FormcheckError):
    """The recording was read, but shows nobody whose set could be scored."""

    exit_code = 5


class UnrecognisedError(NobodyToScoreError):
    """Nobody said which exercise the recording shows, and the movement does not tell."""
