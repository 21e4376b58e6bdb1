"""One WebSocket: what comes in is bounded and read at a steady pace, what goes out waits in a short queue.

Three tasks share the work. One reads: of frames only the newest waits, however many come. One looks at what waits, a
frame at a time, in a thread. One sends; while a slow client does not take its messages, nothing more is looked at for
it, and nobody else notices. A fourth looks at the clock.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio
import structlog
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError

from api.access.caller import Caller
from api.live.bodies import skipped
from api.live.greeting import HEARTBEAT_S, Refusal, error, greet, welcome, why
from api.live.house import House, Seat
from api.live.messages import (
    CLIENT_MESSAGE,
    MAX_TEXT_BYTES,
    Command,
    ErrorCode,
    ErrorMessage,
    FramePart,
    Heartbeat,
    Hello,
    Landmarks,
    SetCues,
    SkipCode,
    Skipped,
    SummaryMessage,
    TakenOver,
    read_frame,
)
from api.live.metrics import ANSWER_SECONDS, FRAMES
from api.live.pace import Pace
from formcheck.errors import FormcheckError
from formcheck.live import wording
from formcheck.live.clock import LONGEST_GAP_S
from formcheck.live.records import Reason
from formcheck.video.still import MAX_STILL_BYTES

__all__ = ["Connection", "serve"]

WATCH_EVERY_S: Final = 0.5
SEND_S: Final = 20.0
GIVE_WAY_S: Final = 3.0
IDLE_S: Final = 120.0
UNSTARTED_S: Final = 1800.0
QUEUE: Final = 16
MOST_ORDERS: Final = 32
BAD_ALLOWED: Final = 20
TOLD_AGAIN_S: Final = 10.0

NORMAL, AWAY, POLICY, FAILED, RESTART = 1000, 1001, 1008, 1011, 1012

Order = Command | SetCues | Reason

_log = structlog.get_logger()


async def serve(websocket: WebSocket, identify: Callable[[WebSocket], Caller], house: House) -> None:
    """A connection from its first word to its last."""
    await websocket.accept()
    try:
        seat, resumed = await greet(websocket, identify, house)
    except Refusal as refusal:
        await _refuse(websocket, refusal)
        return
    except WebSocketDisconnect:
        return
    connection = Connection(websocket, house, seat)
    await house.sit(seat, connection)
    _log.info("live_opened", analysis=seat.sitting.id, resumed=resumed)
    await connection.run(resumed=resumed)
    _log.info("live_closed", analysis=seat.sitting.id, stage=seat.sitting.state.stage)


async def _refuse(websocket: WebSocket, refusal: Refusal) -> None:
    message = refusal.message
    _log.info("live_refused", reason=message.code if isinstance(message, ErrorMessage) else "full")
    try:
        await websocket.send_text(message.model_dump_json())
        await websocket.close(refusal.code)
    except WebSocketDisconnect:
        return


class Connection:
    """A connection that has a seat."""

    def __init__(self, websocket: WebSocket, house: House, seat: Seat) -> None:
        self._websocket, self._house, self._seat = websocket, house, seat
        self._scope = anyio.CancelScope()
        self._outgoing, self._queue = anyio.create_memory_object_stream[BaseModel](QUEUE)
        self._orders: deque[Order] = deque()
        self._frame: tuple[FramePart | Landmarks, float] | None = None
        self._wake, self._done = anyio.Event(), anyio.Event()
        self._pace = Pace(house.rate_hz)
        self._began_s = self._said_s = time.monotonic()
        self._told_too_fast_s = -math.inf
        self._last_seq, self._bad = -1, 0
        self._finishing = self._leaves = False
        self._code = NORMAL

    async def run(self, *, resumed: bool) -> None:
        """Until either side ends it; the set stays with its seat."""
        try:
            await self._say(welcome(self._seat, self._house, resumed=resumed))
            with self._scope:
                async with anyio.create_task_group() as tasks:
                    for task in (self._read, self._work, self._send, self._watch):
                        tasks.start_soon(task)
        finally:
            if self._leaves:
                self._house.close(self._seat, "asked")
            self._house.leave(self._seat, self)
            self._done.set()

    async def give_way(self) -> None:
        """Another connection takes the set up."""
        await self._end_soon(POLICY, TakenOver(detail=wording.REFUSALS["taken_over"]))

    async def server_stops(self, summary: SummaryMessage) -> None:
        """The set was saved, and the server ends."""
        await self._end_soon(RESTART, summary, error("server_stopping", wording.REFUSALS["server_stopping"]))

    async def _end_soon(self, code: int, *messages: BaseModel) -> None:
        with anyio.move_on_after(GIVE_WAY_S):
            await self._finish(code, *messages)
            await self._done.wait()
        self._scope.cancel()
        await self._done.wait()

    # Out

    async def _say(self, message: BaseModel) -> None:
        """Put a message into the queue, when there is room."""
        try:
            await self._outgoing.send(message)
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            return  # it ends already

    async def _finish(self, code: int, *messages: BaseModel) -> None:
        """Say these last messages and close, once all is sent."""
        if self._finishing:
            return
        self._finishing, self._code = True, code
        for message in messages:
            await self._say(message)
        self._outgoing.close()

    async def _send(self) -> None:
        try:
            async for message in self._queue:
                with anyio.fail_after(SEND_S):
                    await self._websocket.send_text(message.model_dump_json(by_alias=True))
                self._said_s = time.monotonic()
            await self._websocket.close(self._code)
        except (WebSocketDisconnect, TimeoutError):
            pass  # the set waits for another connection
        self._scope.cancel()

    # In

    async def _read(self) -> None:
        while True:
            message: dict[str, Any] = dict(await self._websocket.receive())
            if message["type"] == "websocket.disconnect":
                self._scope.cancel()
                return
            if not self._finishing:
                await self._hear(message)
            await self._keep_pace()

    async def _keep_pace(self) -> None:
        wait_s = self._pace.wait_s()
        if wait_s > 0:
            now_s = time.monotonic()
            if now_s - self._told_too_fast_s > TOLD_AGAIN_S:
                self._told_too_fast_s = now_s
                text = wording.REFUSALS["too_fast"].format(rate=self._house.rate_hz)
                await self._say(error("too_fast", text, fatal=False))
            await anyio.sleep(wait_s)

    async def _hear(self, message: dict[str, Any]) -> None:
        try:
            text, content = message.get("text"), message.get("bytes")
            heard = _read_text(text) if text is not None else read_frame(content or b"")
        except ValidationError as wrong:
            await self._complain("bad_message", why(wrong))
        except ValueError as wrong:
            await self._complain("bad_message" if content is None else "bad_frame", str(wrong))
        else:
            await self._take(heard)

    async def _take(self, heard: Hello | Command | SetCues | Landmarks | FramePart) -> None:
        if isinstance(heard, FramePart | Landmarks):
            await self._take_frame(heard)
        elif isinstance(heard, Hello):
            await self._complain("bad_message", "there was a hello already")
        elif isinstance(heard, Command) and heard.kind == "bye":
            self._leaves = True
            await self._finish(NORMAL)
        elif len(self._orders) < MOST_ORDERS:
            self._put(heard)

    async def _take_frame(self, frame: FramePart | Landmarks) -> None:
        wanted = self._seat.sitting.hello.input
        if (wanted == "landmarks") != isinstance(frame, Landmarks):
            await self._say(error("wrong_input", wording.REFUSALS[f"{wanted}_wanted"], fatal=False))
        elif frame.seq <= self._last_seq:
            await self._skip(frame.seq, "out_of_order")
        elif isinstance(frame, FramePart) and len(frame.picture) > MAX_STILL_BYTES:
            await self._skip(frame.seq, "too_large")
        else:
            self._last_seq = frame.seq
            overtaken, self._frame = self._frame, (frame, time.monotonic())
            self._wake.set()
            if overtaken is not None:
                await self._skip(overtaken[0].seq, "overtaken")

    async def _skip(self, seq: int, code: SkipCode) -> None:
        FRAMES.labels(code).inc()
        await self._say(skipped(seq, code))

    async def _complain(self, code: ErrorCode, reason: str) -> None:
        """A message that makes no sense; too many of them end the connection."""
        self._bad += 1
        fatal = self._bad >= BAD_ALLOWED
        complaint = error(code, wording.REFUSALS[code].format(why=reason.rstrip(".")), fatal=fatal)
        await (self._finish(POLICY, complaint) if fatal else self._say(complaint))

    def _put(self, order: Order) -> None:
        self._orders.append(order)
        self._wake.set()

    # What is done

    async def _work(self) -> None:
        while not self._seat.sitting.over:
            if self._orders:
                await self._attempt(self._obey, self._orders.popleft())
            elif self._frame is not None:
                waiting, self._frame = self._frame, None
                await self._attempt(self._look, *waiting)
            else:
                self._wake = anyio.Event()
                await self._wake.wait()
        await self._finish(NORMAL, await self._house.settle(self._seat))

    async def _attempt(self, work: Callable[..., Awaitable[None]], *args: object) -> None:
        try:
            await work(*args)
        except FormcheckError as broken:
            _log.error("live_cannot_work", error=str(broken))
            await self._finish(FAILED, error("server_error", wording.REFUSALS["server_error"]))

    async def _look(self, frame: FramePart | Landmarks, arrived_s: float) -> None:
        answer = await self._house.in_thread(self._seat.sitting.take, frame, arrived_s)
        FRAMES.labels(answer.code if isinstance(answer, Skipped) else "answered").inc()
        ANSWER_SECONDS.observe(time.monotonic() - arrived_s)
        await self._say(answer)
        self._house.keep(self._seat)

    async def _obey(self, order: Order) -> None:
        sitting, in_thread = self._seat.sitting, self._house.in_thread
        if isinstance(order, SetCues):
            await in_thread(sitting.say, order.cues)
        elif isinstance(order, Command) and order.kind == "start":
            await in_thread(sitting.start)
        else:
            update = await in_thread(sitting.end, "asked" if isinstance(order, Command) else order)
            if update is not None:
                await self._say(update)

    # The clock

    async def _watch(self) -> None:
        while True:
            await anyio.sleep(WATCH_EVERY_S)
            now_s = time.monotonic()
            quiet_s = now_s - max(self._seat.sitting.seen_s, self._began_s)
            counting = self._seat.sitting.state.stage == "counting"
            if counting and quiet_s > LONGEST_GAP_S:
                self._put("long_gap")
            elif not counting and (quiet_s > IDLE_S or now_s - self._began_s > UNSTARTED_S):
                self._leaves = True
                await self._finish(AWAY, error("idle", wording.REFUSALS["idle"]))
            elif now_s - self._said_s > HEARTBEAT_S and not self._queue.statistics().current_buffer_used:
                await self._say(Heartbeat())


def _read_text(text: str) -> Hello | Command | SetCues | Landmarks:
    """Raises ValidationError, or ValueError for a message that is too long."""
    if len(text) > MAX_TEXT_BYTES:
        raise ValueError(f"it has more than {MAX_TEXT_BYTES} characters")
    return CLIENT_MESSAGE.validate_json(text)
