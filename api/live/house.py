"""The places there are for people, who has one, and how each is left: the one owner of every live set.

Everything here runs in the event loop; what blocks goes to threads of its own, so that uploads never stand in the
way. A set belongs to its seat and not to a connection: that may be lost, and the set goes on with the next one.
"""

from __future__ import annotations

import gc
import math
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import anyio
import structlog
from anyio import to_thread
from anyio.abc import TaskGroup

from api.access.caller import Caller
from api.analyses import new_id
from api.live.messages import Hello, SummaryMessage
from api.live.metrics import PEOPLE, SETS
from api.live.sitting import Means, Sitting
from api.problems import DATABASE_ERRORS, ProblemError
from formcheck.errors import FormcheckError
from formcheck.live import wording
from formcheck.live.records import Reason

__all__ = ["FullError", "House", "Occupant", "Seat"]

LOOK_EVERY_S: Final = 0.5
DELIVER_EVERY_S: Final = 30.0
REMEMBERED_S: Final = 600.0
"""How long a set that is over answers to its token."""

MOST_REMEMBERED: Final = 200
SPARE_THREADS: Final = 4

T = TypeVar("T")

_log = structlog.get_logger()


class FullError(Exception):
    """Every place is taken."""


class Occupant(Protocol):
    """A connection, as its seat knows it."""

    async def give_way(self) -> None:
        """Another connection takes the set up: tell, and let go of it. Returns once that is so."""

    async def server_stops(self, summary: SummaryMessage) -> None:
        """The set was saved, and the server ends."""


@dataclass(eq=False)
class Seat:
    """A person's place. ``left_s``: since when (monotonic) nobody is connected any more."""

    token: str
    sitting: Sitting
    occupant: Occupant | None = None
    left_s: float = math.inf
    settled: anyio.Event = field(default_factory=anyio.Event)
    summary: SummaryMessage | None = None
    changing: anyio.Lock = field(default_factory=anyio.Lock)
    closing: bool = False
    settling: bool = False
    kept: int = 0

    @property
    def left(self) -> bool:
        """Whether its connection is gone, and no other has come."""
        return self.occupant is None and self.left_s < math.inf

    @property
    def begun(self) -> bool:
        """Whether there is anything to lose."""
        return self.sitting.state.stage in ("counting", "ended")


class House:
    """The live mode of one server, for ``people`` at once.

    Args:
        rate_hz: messages a second that one connection may send.
        resume_s: how long a set waits for a lost connection.
    """

    def __init__(self, people: int, rate_hz: float, resume_s: float, means: Means) -> None:
        self.people, self.rate_hz, self.resume_s = people, rate_hz, resume_s
        self._means = means
        self._seats: dict[str, Seat] = {}
        self._threads = anyio.CapacityLimiter(people + SPARE_THREADS)
        self._tasks: TaskGroup | None = None
        self._entering = 0
        self._at_work = self._stopped = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Look after everything while the block runs; then close and save what is under way."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            tasks.start_soon(self._deliver_now_and_then)
            tasks.start_soon(self._look_now_and_then)
            try:
                yield
            finally:
                with anyio.CancelScope(shield=True):
                    await self.stop()
                    await self.in_thread(self._means.poses.stop)
                tasks.cancel_scope.cancel()

    async def in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Blocking work of the live mode, in a thread of its own."""
        return await to_thread.run_sync(work, *args, limiter=self._threads)

    async def enter(self, caller: Caller, hello: Hello) -> Seat:
        """A new set on a place of its own.

        Raises:
            FullError: there is none.
            UsageError: hello asks for what does not exist.
            FormcheckError: no poses can be estimated.
        """
        if self._stopped or not (self._has_room() or self._made_room()):
            raise FullError
        self._entering += 1
        try:
            sitting = await self.in_thread(Sitting, new_id(), caller, hello, self._means)
        finally:
            self._entering -= 1
        if not self._at_work:
            self._at_work = True
            await self.in_thread(_spare_collector)
        seat = Seat(secrets.token_urlsafe(24), sitting)
        self._seats[seat.token] = seat
        return seat

    def _has_room(self) -> bool:
        return self._entering + sum(not seat.sitting.over for seat in self._seats.values()) < self.people

    def _made_room(self) -> bool:
        """Take the place of whoever left longest ago without having begun: nothing of theirs is lost."""
        waiting = [seat for seat in self._seats.values() if seat.left and not seat.begun]
        if waiting:
            longest = min(waiting, key=lambda seat: seat.left_s)
            del self._seats[longest.token]
            self.close(longest, "connection_lost")
        return self._has_room()

    def find(self, caller: Caller, token: str) -> Seat | None:
        """The caller's set with this token, for as long as it is remembered."""
        seat = self._seats.get(token)
        return seat if seat is not None and seat.sitting.caller.id == caller.id else None

    async def sit(self, seat: Seat, occupant: Occupant) -> None:
        """This connection has the set from now on; one that had it is told."""
        async with seat.changing:
            if seat.occupant is not None:
                await seat.occupant.give_way()
            seat.occupant = occupant

    def leave(self, seat: Seat, occupant: Occupant) -> None:
        """The connection is gone; its set waits for another one."""
        if seat.occupant is occupant:
            seat.occupant, seat.left_s = None, time.monotonic()

    async def settle(self, seat: Seat) -> SummaryMessage:
        """Save a set that is over and work out its summary, whoever waits for it or not."""
        assert self._tasks is not None, "the house is open"
        if not seat.settling:
            seat.settling = True
            self._tasks.start_soon(self._settle, seat, False)
        await seat.settled.wait()
        assert seat.summary is not None, "it was settled"
        return seat.summary

    def keep(self, seat: Seat) -> None:
        """Have written what is new of a set; returns at once."""
        assert self._tasks is not None, "the house is open"
        if seat.kept != seat.sitting.parts:
            seat.kept = seat.sitting.parts
            self._tasks.start_soon(self._contained, seat.sitting.keep)

    def close(self, seat: Seat, reason: Reason) -> None:
        """End and settle a set that nobody waits for; returns at once."""
        assert self._tasks is not None, "the house is open"
        seat.closing = True
        self._tasks.start_soon(self._close, seat, reason)

    async def _close(self, seat: Seat, reason: Reason) -> None:
        await self.in_thread(seat.sitting.end, reason)
        await self.settle(seat)

    async def stop(self) -> None:
        """Save every set that is under way and tell who is there; nobody comes in any more."""
        self._stopped = True
        async with anyio.create_task_group() as tasks:
            for seat in list(self._seats.values()):
                if not seat.settled.is_set():
                    tasks.start_soon(self._stop, seat)

    async def _stop(self, seat: Seat) -> None:
        await self.in_thread(seat.sitting.end, "server_stopped")
        if seat.settling:
            await seat.settled.wait()
        else:
            seat.settling = True
            await self._settle(seat, True)
        if seat.occupant is not None and seat.summary is not None:
            await seat.occupant.server_stops(seat.summary)

    async def _settle(self, seat: Seat, hurry: bool) -> None:
        summary = await self._contained(lambda: seat.sitting.settle(hurry=hurry))
        seat.summary = summary or SummaryMessage(summary=None, links=None, saved=False, note=wording.NOT_SCORED)
        seat.settled.set()
        SETS.labels(seat.sitting.state.ended or "").inc()

    async def _contained(self, work: Callable[[], T]) -> T | None:
        """What the work gives; None where it fails by a defect, which ends nothing but itself, and is reported."""
        try:
            return await self.in_thread(work)
        except Exception as error:
            _log.error("defect", error=type(error).__name__, exc_info=error)
            return None

    async def _look_now_and_then(self) -> None:
        while True:
            await anyio.sleep(LOOK_EVERY_S)
            now_s = time.monotonic()
            for seat in list(self._seats.values()):
                self._look_after(seat, now_s)
            self._forget(now_s)
            connected = sum(seat.occupant is not None for seat in self._seats.values())
            waiting = sum(seat.left and not seat.sitting.over for seat in self._seats.values())
            PEOPLE.labels("yes").set(connected)
            PEOPLE.labels("no").set(waiting)

    def _look_after(self, seat: Seat, now_s: float) -> None:
        """Close a set whose connection was lost for too long."""
        if seat.left and not seat.closing and now_s - seat.left_s > self.resume_s:
            self.close(seat, "connection_lost")

    def _forget(self, now_s: float) -> None:
        over = [seat for seat in self._seats.values() if seat.settled.is_set() and seat.left]
        over.sort(key=lambda seat: seat.left_s)
        for number, seat in enumerate(over):
            if now_s - seat.left_s > REMEMBERED_S or number < len(over) - MOST_REMEMBERED:
                del self._seats[seat.token]

    async def _deliver_now_and_then(self) -> None:
        """What was cut off, or could not be saved at once, becomes an analysis as soon as it can."""
        while True:
            try:
                await self.in_thread(self._means.drafts.deliver_all)
            except (*DATABASE_ERRORS, FormcheckError, ProblemError, OSError) as error:
                _log.warning("live_delivery_put_off", error=type(error).__name__)
            await anyio.sleep(DELIVER_EVERY_S)


def _spare_collector() -> None:
    """What is loaded by now stays loaded: looking through it again and again would stop every set for 0.15 s."""
    gc.collect()
    gc.freeze()
