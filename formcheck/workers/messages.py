"""What passes through the pipe between a worker's two ends."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Progress", "Ready"]


@dataclass(frozen=True, slots=True)
class Ready:
    """The process is warm. ``partial_tag`` marks the temporary files it writes (`atomic.remove_partials`)."""

    partial_tag: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames done, and frames expected: None where unknown."""

    done: int
    expected: int | None
