"""What runs a batch's recordings: each engine takes work as it has room, and gives attempts as they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event
from types import TracebackType
from typing import Protocol, Self

from formcheck.batch.journal import Attempt
from formcheck.batch.work import Job, Work

__all__ = ["Engine", "Watch"]


def _nobody(_: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class Watch:
    """The run's ears and its brake.

    Attributes:
        stop: once set no recording is begun; those under way end.
        on_frames: takes the number of frames read since the last call, from any thread.
    """

    stop: Event = field(default_factory=Event)
    on_frames: Callable[[int], None] = _nobody


class Engine(Protocol):
    """Runs recordings side by side. A context manager that holds processes or a cluster; one run at a time.

    ``run`` draws from ``works`` only as it has room, so that a million of them need no memory, and yields the
    attempts in the order in which they end. Closing the iterator gives up what is under way. Errors of the
    whole run (`formcheck.batch.work.score_recording`) come out of the iterator.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def run(self, job: Job, works: Iterator[Work], watch: Watch) -> Iterator[Attempt]:
        """Yield one attempt for each work begun."""
        ...
