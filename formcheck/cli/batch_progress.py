"""How a batch shows where it is: a bar for people, a line for programs, or nothing."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from formcheck.batch.journal import Attempt
from formcheck.batch.plan import Entry, Plan
from formcheck.batch.runner import Progress

__all__ = ["LinesProgress", "SilentProgress", "showing"]

LINE_EVERY_S: Final = 5.0


class Rates:
    """Counts, and what they come to a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started_s = time.monotonic()
        self.to_do = self.done = self.failed = self._frames = 0

    def begin(self, to_do: int) -> None:
        self.to_do, self._started_s = to_do, time.monotonic()

    def add_frames(self, count: int) -> None:
        with self._lock:
            self._frames += count

    def add(self, attempt: Attempt) -> None:
        self.done += 1
        self.failed += attempt.failed

    def now(self) -> dict[str, Any]:
        """Counts and rates; ``left_s`` is None until one recording is done."""
        elapsed_s = max(time.monotonic() - self._started_s, 1e-9)
        left_s = elapsed_s / self.done * (self.to_do - self.done) if self.done else None
        return {
            "done": self.done,
            "to_do": self.to_do,
            "failed": self.failed,
            "recordings_per_s": round(self.done / elapsed_s, 4),
            "frames_per_s": round(self._frames / elapsed_s, 1),
            "left_s": None if left_s is None else round(left_s, 1),
        }


class SilentProgress:
    """Says nothing."""

    def planned(self, plan: Plan, to_do: int) -> None: ...

    def frames(self, count: int) -> None: ...

    def ended(self, entry: Entry, attempt: Attempt) -> None: ...

    def finishing(self) -> None: ...


class LinesProgress:
    """One JSON object a line: ``plan``, ``recording``, ``progress`` every five seconds, ``tables``.

    Recordings are told by their place in the manifest or plan and by key, not by name.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rates = Rates()
        self._places: dict[int, int] = {}
        self._next_s = 0.0

    def planned(self, plan: Plan, to_do: int) -> None:
        self._places = {id(entry): place for place, entry in enumerate(plan.entries, start=1)}
        self._rates.begin(to_do)
        self._say("plan", recordings=len(plan.entries), to_do=to_do, skipped=dict(plan.skipped))

    def frames(self, count: int) -> None:
        self._rates.add_frames(count)

    def ended(self, entry: Entry, attempt: Attempt) -> None:
        self._rates.add(attempt)
        state = "failed" if attempt.failed else "scored" if attempt.scored else "known"
        told = {"number": self._places[id(entry)], "line": entry.line, "state": state, "result": attempt.result or None}
        self._say("recording", **told, failure=attempt.kind or None, reason=attempt.reason or None)
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + LINE_EVERY_S
            self._say("progress", **self._rates.now())

    def finishing(self) -> None:
        self._say("progress", **self._rates.now())
        self._say("tables")

    def finished(self, **told: Any) -> None:
        """The last line."""
        self._say("end", **told)

    def _say(self, event: str, **told: Any) -> None:
        print(json.dumps({"event": event, **told}), file=self._stream, flush=True)


class _BarProgress:
    """A bar on a terminal, with rates, time left and failures."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._rates = Rates()
        self._task = bar.add_task("Planning", total=None, said="")

    def planned(self, plan: Plan, to_do: int) -> None:
        self._rates.begin(to_do)
        self._bar.update(self._task, description="Scoring", total=to_do)

    def frames(self, count: int) -> None:
        self._rates.add_frames(count)
        self._show()

    def ended(self, entry: Entry, attempt: Attempt) -> None:
        self._rates.add(attempt)
        self._show()

    def finishing(self) -> None:
        self._bar.update(self._task, description="Tables", said="")

    def _show(self) -> None:
        now = self._rates.now()
        rates = f"{now['recordings_per_s'] * 3600:.0f} recordings/h  {now['frames_per_s']:.0f} frames/s"
        said = f"{rates}  {now['failed']} failed" if now["failed"] else rates
        self._bar.update(self._task, completed=now["done"], said=said)


@contextmanager
def showing(*, quiet: bool, json_lines: bool) -> Iterator[Progress]:
    """What shows a batch's progress: lines on stdout when asked for, else a bar where stderr is a terminal."""
    if json_lines:
        yield LinesProgress(sys.stdout)
    elif quiet or not sys.stderr.isatty():
        yield SilentProgress()
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"),
        )
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            yield _BarProgress(bar)
